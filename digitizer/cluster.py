"""A Dask cluster behind ``Workers``: the PCs of an isolated network read pages together.

Loaded only when a scheduler is named. One thread here, the watch, is the only one that talks to the scheduler: it sends
masters and pages, takes results, looks for new workers and puts back what was lost (`docs/decisions/018-cluster.md`).
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from digitizer.errors import ClusterLost, ClusterMissing, ClusterNotPrivate, KnownError, WorkerRefused
from digitizer.i18n import gettext
from digitizer.workers import SECONDS_PER_TASK, WorkerPool, Workers
from ocr import remote
from ocr.errors import PageError, PageFault
from ocr.work import PageRequest

CONNECT_SECONDS = 5

try:
    import dask
    import distributed
except ImportError as missing:
    raise ClusterMissing(command=f"{sys.executable} -m pip install distributed") from missing

# A worker that was switched off is given up after that.
dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s"})
for _name in ("distributed", "distributed.client"):  # its words on standard error would stand beside our sentences
    logging.getLogger(_name).setLevel(logging.CRITICAL)

MAX_SENT = 256 << 20
"""Bytes. A larger master would fill the memory of a small worker: its pages are read here, one at a time."""
MAX_LOSSES = 3
"""A page whose worker was lost so often may be the reason, and counts as one that made its reader stop."""
_ANSWER_SECONDS = 30
_HEAD, _LONGEST_GREETING = 8, 1 << 20
_LOOK_SECONDS = 1.0
_WITHOUT_WORKERS_SECONDS = 30.0
"""A worker that died is started again by its nanny within a few seconds."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(eq=False, slots=True)
class _Sent:
    """One task. ``future``: ours; ``task``: Dask's, None until it is sent; ``among``: the workers that may take it."""

    fn: Callable[..., Any]
    args: tuple[object, ...]
    source: Path | None
    future: Future[Any]
    task: Any = None
    among: frozenset[str] = frozenset()
    losses: int = 0


class ClusterPool(Workers):
    """The workers behind the scheduler at ``address`` (``tcp://HOST:PORT`` or ``tls://HOST:PORT``).

    Workers that join later are used too; those that read with another version are not. A task whose worker is lost is
    sent again. Where the scheduler is lost, every future raises ClusterLost.

    Raises ClusterNotPrivate; ClusterLost where there is no scheduler, or one without workers; WorkerRefused where all
    that it has are unfit.
    """

    def __init__(self, address: str, *, seconds_per_task: float = SECONDS_PER_TASK) -> None:
        self._address, self._seconds = address, seconds_per_task
        self._version = remote.reader().version
        self._fit: dict[str, int] = {}
        self._refused: dict[str, KnownError] = {}
        self._fit_at = time.monotonic()
        self._masters: dict[Path, Any] = {}
        self._here: WorkerPool | None = None
        self._open: set[_Sent] = set()
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._ending = self._dropping = self._ended = False
        self._lost: KnownError | None = None
        self._entry = threading.Lock()
        self._client = _connected(address)
        try:
            self._look()
            if not self._fit:
                raise next(iter(self._refused.values()), _lost(address, gettext("it has no workers")))
        except BaseException:
            self._client.close()
            raise
        self._watch = threading.Thread(target=self._run, name="cluster", daemon=True)
        self._watch.start()

    @property
    def processes(self) -> int:
        return sum(self._fit.values())

    @property
    def refused(self) -> tuple[KnownError, ...]:
        return tuple(self._refused.values())

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        source = next((each.source for each in args if isinstance(each, PageRequest)), None)
        if source is not None and source.is_file() and source.stat().st_size > MAX_SENT:
            self._here = self._here or WorkerPool(1, seconds_per_task=self._seconds)
            return self._here.submit(fn, *args, **kwargs)
        sent = _Sent(partial(fn, **kwargs), args, source, Future())
        with self._entry:
            if self._ended or self._ending:
                raise self._lost or RuntimeError("cannot schedule new futures after shutdown")
            self._open.add(sent)
        self._inbox.put(partial(self._send, sent))
        sent.future.add_done_callback(lambda _: self._inbox.put(partial(self._forget, sent)))
        return sent.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, at once with ``cancel_futures``: a page that a worker is at then ends there, unheard."""
        self._ending, self._dropping = True, self._dropping or cancel_futures
        self._inbox.put(lambda: None)
        if self._here is not None:
            self._here.shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._watch.join(_ANSWER_SECONDS)

    # What follows runs in the watch.

    def _run(self) -> None:
        try:
            self._serve()
        except Exception as error:  # noqa: BLE001 - Dask raises anything when a scheduler goes away
            unreachable = _lost(self._address, gettext("the connection was lost"))
            self._lost = error if isinstance(error, KnownError) else unreachable
        with self._entry:
            self._ended = True
        for sent in list(self._open):
            if self._lost is None:
                sent.future.cancel()
                self._forget(sent)
            else:
                self._answer(sent, error=self._lost)
        self._client.close()

    def _serve(self) -> None:
        looked = time.monotonic()
        while not self._dropping and not (self._ending and not self._open):
            with suppress(Empty):
                self._inbox.get(timeout=_LOOK_SECONDS)()
            if self._client.status != "running":
                raise _lost(self._address, gettext("the connection was lost"))
            if time.monotonic() - looked >= _LOOK_SECONDS:
                self._look()
                self._send_again_what_nobody_can_take()
                looked = time.monotonic()

    def _look(self) -> None:
        """Which workers there are now; new ones are asked what they read with."""
        present: dict[str, int] = self._client.sync(self._client.scheduler.ncores, callback_timeout=_ANSWER_SECONDS)
        self._refused = {worker: error for worker, error in self._refused.items() if worker in present}
        new = [worker for worker in present if worker not in self._fit and worker not in self._refused]
        self._fit = {worker: present[worker] for worker in self._fit if worker in present}
        answers = self._client.run(remote.reader, workers=new, on_error="return") if new else {}
        for worker, answer in answers.items():
            if isinstance(answer, remote.Reader) and answer == remote.Reader(self._version, True):
                self._fit[worker] = present[worker]
            elif not isinstance(answer, OSError):  # it has just gone, and is asked again where it comes back
                self._refused[worker] = WorkerRefused(worker=worker, reason=_unfit(answer, self._version))
        if self._fit:
            self._fit_at = time.monotonic()
        elif time.monotonic() - self._fit_at > _WITHOUT_WORKERS_SECONDS:
            raise _lost(self._address, gettext("it has no workers left"))

    def _send_again_what_nobody_can_take(self) -> None:
        for sent in list(self._open):
            if not sent.among & self._fit.keys():
                self._send(sent)

    def _send(self, sent: _Sent) -> None:
        """Hand the task to the workers that are fit now; where there are none, it waits for the next look."""
        if sent not in self._open:
            return
        if sent.task is not None:
            sent.task.cancel()
        sent.task, sent.among = None, frozenset(self._fit)
        if not sent.among:
            return
        try:
            master = None if sent.source is None else self._master(sent.source)
        except PageError as error:
            self._answer(sent, error=error)
        except Exception as error:  # noqa: BLE001 - whatever Dask raises when the worker has just gone
            self._count_loss(sent, error)
            sent.among = frozenset()  # sent again at the next look
        else:
            sent.task = task = self._client.submit(
                remote.run, self._version, self._seconds, sent.fn, sent.args, master,
                workers=list(sent.among), allow_other_workers=False, pure=False,
            )  # fmt: skip
            task.add_done_callback(lambda _: self._inbox.put(partial(self._done, sent, task)))

    def _master(self, source: Path) -> Any:
        """The bytes of a master as Dask keeps them on a worker, sent once for all its pages that are in work."""
        kept = self._masters.get(source)
        if kept is None or kept.status != "finished":
            try:
                data = source.read_bytes()
            except OSError as error:
                raise PageError(PageFault.UNREADABLE, str(error)) from error
            kept = self._client.scatter([data], workers=list(self._fit), hash=False)[0]
            self._masters[source] = kept
        return kept

    def _done(self, sent: _Sent, task: Any) -> None:
        if sent.task is not task or sent not in self._open:
            return  # it was sent again since, or is no longer wanted
        try:
            result = task.result(timeout=_ANSWER_SECONDS)
        except remote.WrongVersion as error:  # another worker has taken that address
            self._fit.clear()
            self._again(sent, error)
        except (distributed.KilledWorker, distributed.CancelledError, OSError) as error:
            self._again(sent, error)
        except Exception as error:  # noqa: BLE001 - a task may raise anything
            self._answer(sent, error=error)
        else:
            self._answer(sent, result)

    def _again(self, sent: _Sent, error: BaseException) -> None:
        """The worker is lost, or the bytes that it held."""
        self._count_loss(sent, error)
        if sent.source is not None:
            self._masters.pop(sent.source, None)
        self._look()
        self._send(sent)

    def _count_loss(self, sent: _Sent, error: BaseException) -> None:
        if self._client.status != "running":
            raise _lost(self._address, gettext("the connection was lost"))
        sent.losses += 1
        if sent.losses > MAX_LOSSES:
            self._answer(sent, error=PageError(PageFault.CRASHED, repr(error)))

    def _answer(self, sent: _Sent, result: object = None, error: BaseException | None = None) -> None:
        self._open.discard(sent)
        sent.task = None
        if not any(each.source == sent.source for each in self._open):
            self._masters.pop(sent.source, None)  # type: ignore[arg-type]  # None is no key
        if not sent.future.set_running_or_notify_cancel():
            return
        if error is not None:
            sent.future.set_exception(error)
        else:
            sent.future.set_result(result)

    def _forget(self, sent: _Sent) -> None:
        """Its future is done. Where somebody cancelled it, the workers are told."""
        if sent in self._open:
            if sent.task is not None:
                sent.task.cancel()
            self._answer(sent)


def _connected(address: str) -> Any:
    """A client of the scheduler. Of tls:// the certificates are those of Dask's own configuration."""
    _refuse_public_network(address)
    _prove_reachable(address)
    try:
        return distributed.Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except OSError as error:
        raise _lost(address, gettext("no scheduler of Dask answers there")) from error
    except (TypeError, ValueError) as error:
        raise _lost(address, gettext("Dask’s configuration names no certificates for it")) from error


def _refuse_public_network(address: str) -> None:
    """Raises ClusterNotPrivate for tcp:// beyond this computer and local networks (RFC 1918, RFC 4193, RFC 3927)."""
    parts = urlsplit(address)
    if parts.scheme == "tls":
        return
    with _unanswered(address):
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    if not all(ipaddress.ip_address(each[4][0]).is_private for each in found):
        raise ClusterNotPrivate(address=address)


def _prove_reachable(address: str) -> None:
    """Raises ClusterLost where nobody answers: Dask itself waits without end for one that listens and is silent."""
    parts = urlsplit(address)
    with (
        _unanswered(address),
        socket.create_connection((parts.hostname, parts.port), timeout=CONNECT_SECONDS) as connection,
    ):
        if parts.scheme == "tcp":  # a scheduler speaks first: the length of its greeting in eight bytes
            head = connection.recv(_HEAD)
            if not 0 < int.from_bytes(head, "little") < _LONGEST_GREETING:
                raise ConnectionError


@contextmanager
def _unanswered(address: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _lost(address, gettext("nothing answers there")) from error


def _lost(address: str, reason: str) -> ClusterLost:
    return ClusterLost(address=address, reason=reason)


def _unfit(answer: object, version: str) -> str:
    """Why a worker that answered so may not read."""
    if not isinstance(answer, remote.Reader):
        return gettext("Digitizer is not installed there, or is another version")
    if answer.version != version:
        said = gettext("its version is {theirs} and the one here {ours}")
        return said.format(theirs=answer.version, ours=version)
    return gettext("it may not start processes; its DASK_DISTRIBUTED__WORKER__DAEMON must be False")
