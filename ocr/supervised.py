"""Processes that can be killed one at a time: a time limit per task, one death costs one task, never forked.

Pebble keeps them; ``ocr.worker.prepare`` limits each. Used by the program here and by a worker of a cluster there.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from multiprocessing import resource_tracker
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from ocr.errors import PageError, PageFault
from ocr.worker import prepare

MEMORY_PER_WORKER = 2 << 30
_TASKS_PER_WORKER = 500
"""A worker is replaced after so many tasks, so that what a library leaks never adds up."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class _Pool(ProcessPool):
    def _start_pool(self) -> None:
        """Ctrl-C goes to the whole group of processes, and would end a worker that is not yet prepared: workers are
        born with it held back, also those that the threads of the pool start later.
        """
        resource_tracker.ensure_running()  # at its own start it would let interrupts through again
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            super()._start_pool()  # type: ignore[no-untyped-call]  # pebble
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def supervised(count: int) -> ProcessPool:
    """``count`` processes, started at the first task. Call in a thread that outlives their use: the kernel ends them
    together with the thread that started them.
    """
    return _Pool(
        max_workers=count,
        max_tasks=_TASKS_PER_WORKER,
        initializer=prepare,
        initargs=(MEMORY_PER_WORKER, os.getpid()),
        context=multiprocessing.get_context("spawn"),
    )


def outcome(future: Future[T]) -> T:
    """The result of a task, waited for. Whatever went wrong comes as PageError: one page's trouble, not the batch's."""
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
