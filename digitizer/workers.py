"""Supervised worker processes behind ``concurrent.futures.Executor``.

Pebble keeps them: a time limit per task, one death costs one task, never forked. ``ocr.worker.prepare`` limits each.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from digitizer.tasks import Task
from ocr.errors import PageError, PageFault
from ocr.worker import prepare

SECONDS_PER_TASK = 300.0
MEMORY_PER_WORKER = 2 << 30
_TASKS_PER_WORKER = 500
"""A worker is replaced after so many tasks, so that what a library leaks never adds up."""

_LOOK_UP_SECONDS = 0.2

MAY_PASS = frozenset({PageFault.CRASHED, PageFault.TIMEOUT})
"""What a second try may get over: the machine may have been short of memory, or the worker was killed."""

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)


class WorkerPool(Executor):
    """``count`` processes that can be killed one at a time. Start it in a thread that outlives its use: the kernel ends
    the workers together with the thread that started them."""

    def __init__(self, count: int, *, seconds_per_task: float = SECONDS_PER_TASK) -> None:
        self._seconds = seconds_per_task
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=_TASKS_PER_WORKER,
            initializer=prepare,
            initargs=(MEMORY_PER_WORKER, os.getpid()),
            context=multiprocessing.get_context("spawn"),
        )

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``fn`` in a worker. The future's outcome is best read through ``result_of``."""
        future: Future[T] = self._pool.schedule(fn, args=args, kwargs=kwargs, timeout=self._seconds)
        return future

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

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: at once with ``cancel_futures``, else when all that was submitted is done."""
        if cancel_futures:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble
        else:
            self._pool.close()  # type: ignore[no-untyped-call]  # pebble
        if wait:
            self._pool.join()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        self.shutdown(cancel_futures=kind is not None)


def result_of(future: Future[T], task: Task | None = None) -> T:
    """The result of a worker's task; whatever went wrong comes as PageError (one page's trouble, not the batch's).

    Waits until it is there, or until ``task`` is stopped: then raises Cancelled.
    """
    while task is not None and not future.done():
        task.check()
        wait([future], timeout=_LOOK_UP_SECONDS)
    try:
        return future.result()
    except PageError:
        raise
    except FutureTimeoutError as error:
        raise PageError(PageFault.TIMEOUT) from error
    except (ProcessExpired, MemoryError) as error:
        raise PageError(PageFault.CRASHED, repr(error)) from error
    except Exception as error:  # a decoder may raise anything on hostile bytes
        _log.info("worker failed", exc_info=error)
        raise PageError(PageFault.CRASHED, repr(error)) from error
