"""Workers behind ``concurrent.futures.Executor``: supervised processes here (``ocr.supervised``), or those of a cluster
(``digitizer.cluster``).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from digitizer.errors import KnownError
from digitizer.tasks import Task
from ocr import supervised
from ocr.errors import PageError, PageFault

SECONDS_PER_TASK = 300.0
_AHEAD = 2
"""One page read and one waiting at each process: none is ever idle, and a stop loses little."""
_LOOK_UP_SECONDS = 0.2

MAY_PASS = frozenset({PageFault.CRASHED, PageFault.TIMEOUT})
"""What a second try may get over: the machine may have been short of memory, or the worker was killed."""

P = ParamSpec("P")
T = TypeVar("T")


class Workers(Executor):
    """Reads pages elsewhere, never in this process. What is submitted is defined in ``ocr`` and pickles; the outcome of
    a future is read through ``result_of``. Left by an exception, what was not finished is dropped.
    """

    @property
    @abstractmethod
    def processes(self) -> int:
        """How many tasks are worked on at once; may change."""

    @property
    def wanted(self) -> int:
        """How many tasks to have submitted and unfinished."""
        return max(1, self.processes) * _AHEAD

    @property
    def refused(self) -> Sequence[KnownError]:
        """Workers that may not be used, each with the reason."""
        return ()

    def run(self, fn: Callable[..., T], /, *args: object, task: Task | None = None) -> T:
        """Run ``fn`` and wait for it, once more where its worker died or was stopped. Raises PageError or Cancelled."""
        return self.outcome(self.submit(fn, *args), fn, *args, task=task)

    def outcome(self, first: Future[T], fn: Callable[..., T], /, *args: object, task: Task | None = None) -> T:
        """The same for a task that was submitted before: the result of ``first``, or of a second try."""
        try:
            return result_of(first, task)
        except PageError as error:
            if error.fault not in MAY_PASS:
                raise
        return result_of(self.submit(fn, *args), task)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        self.shutdown(cancel_futures=kind is not None)


class WorkerPool(Workers):
    """``count`` processes that can be killed one at a time. Start it in a thread that outlives its use: the kernel ends
    the workers together with the thread that started them."""

    def __init__(self, count: int, *, seconds_per_task: float = SECONDS_PER_TASK) -> None:
        self._count = count
        self._seconds = seconds_per_task
        self._pool = supervised.supervised(count)
        self._futures: WeakSet[Future[Any]] = WeakSet()

    @property
    def processes(self) -> int:
        return self._count

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = self._pool.schedule(fn, args=args, kwargs=kwargs, timeout=self._seconds)
        self._futures.add(future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: at once with ``cancel_futures``, else when all that was submitted is done."""
        if cancel_futures:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble
        else:
            self._pool.close()  # type: ignore[no-untyped-call]  # pebble
        if wait:
            self._pool.join()
        for future in list(self._futures) if cancel_futures else ():
            future.cancel()  # nobody may wait for it for ever


def result_of(future: Future[T], task: Task | None = None) -> T:
    """The result of a worker's task; whatever went wrong with the page comes as PageError.

    Waits until it is there, or until ``task`` is stopped: then raises Cancelled. Raises ClusterLost where the workers
    are out of reach.
    """
    while task is not None and not future.done():
        task.check()
        wait([future], timeout=_LOOK_UP_SECONDS)
    wait([future])
    if not future.cancelled() and isinstance(error := future.exception(), KnownError):
        raise error
    return supervised.outcome(future)
