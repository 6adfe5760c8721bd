"""A pool of workers without workers, for tests that are not about them: starting one takes a second."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

from digitizer.workers import WorkerPool

P = ParamSpec("P")
T = TypeVar("T")


class InlinePool(WorkerPool):
    """Runs each task at once, here."""

    def __init__(self, count: int, *, seconds_per_task: float = 0.0) -> None:
        pass

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as a worker's
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass
