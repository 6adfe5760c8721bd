"""The only bridge from other threads to the window's.

Work runs in *lanes*: a lane is one thread that lives as long as the window, opens a Workspace of its own and does what
it is given in order. So a worker pool that is started there is never outlived by its workers, and no connection to the
catalogue crosses a thread. What comes of the work is handed to callbacks in the window's thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from digitizer.settings import Settings
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace

T = TypeVar("T")
_log = logging.getLogger(__name__)
Progress = Callable[[int, int, str], None]

_PROGRESS_SECONDS = 0.05
"""Progress is passed on at most so often: more would only fill the event queue."""
_LONGEST_WAIT_SECONDS = 10.0
_MOST_PENDING = 64
"""A newest-first lane (pictures) forgets older wishes beyond these: they were scrolled past."""


@dataclass(eq=False, slots=True)
class _Job:
    work: Callable[[Workspace, Task], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    stopped: Callable[[], None] | None
    task: Task
    key: object


class Runner(QObject):
    """Runs work in lanes. Everything but ``post`` is called from, and every callback comes in, the window's thread."""

    failed = Signal(object)
    """An exception that no callback took."""
    _posted = Signal(object)

    def __init__(self, root: Path, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root, self._settings = root, settings
        self._lanes: dict[str, _Lane] = {}
        self._closed = False
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        lane: str,
        work: Callable[[Workspace, Task], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        progress: Progress | None = None,
        key: object = None,
        newest_first: bool = False,
        at_end: Callable[[], None] | None = None,
    ) -> Task:
        """Do ``work`` in ``lane``; the Task that is given back stops it.

        A waiting job of the same ``key`` is replaced. ``newest_first`` and ``at_end`` (called in the lane's thread when
        it ends) are the lane's and count at its first use. Exactly one of ``done``, ``failed`` and ``stopped`` is
        called, none of them after ``close``.
        """
        if lane not in self._lanes:
            self._lanes[lane] = _Lane(lane, self._open, self.post, newest_first, at_end)
            self._lanes[lane].start()
        task = Task(None if progress is None else _Throttled(lambda *said: self.post(lambda: progress(*said))))
        self._lanes[lane].put(_Job(work, done, failed or self.failed.emit, stopped, task, key))
        return task

    def use(self, settings: Settings) -> None:
        """Work by ``settings`` from now on; what runs ends as it began."""

        def put(workspace: Workspace, _task: Task) -> None:
            workspace.use(settings)

        self._settings = settings
        for lane in self._lanes:
            self.submit(lane, put)

    def close(self) -> bool:
        """Stop everything and wait for it. Gives False where a lane had not ended in time; the log names it."""
        self._closed = True
        for lane in self._lanes.values():
            lane.end()
        deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
        for lane in self._lanes.values():
            lane.join(max(0.0, deadline - time.monotonic()))
        busy = [lane.name for lane in self._lanes.values() if lane.is_alive()]
        for name in busy:
            _log.warning("%s had not ended %.0f s after the window was closed", name, _LONGEST_WAIT_SECONDS)
        return not busy

    def _open(self) -> Workspace:
        return Workspace(self._root, self._settings)

    def post(self, call: Callable[[], None]) -> None:
        """Have ``call`` called in the window's thread, soon; from any thread. Forgotten after ``close``."""
        if not self._closed:
            self._posted.emit(call)

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()


class _Lane(threading.Thread):
    def __init__(
        self,
        name: str,
        opened: Callable[[], Workspace],
        post: Callable[[Callable[[], None]], None],
        newest_first: bool,
        at_end: Callable[[], None] | None,
    ) -> None:
        # A decoder that hangs must not keep the program from ending; its worker dies with it.
        super().__init__(name=f"lane-{name}", daemon=True)
        self._open, self._post, self._newest_first, self._at_end = opened, post, newest_first, at_end
        self._waiting: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._current: _Job | None = None
        self._ending = False

    def put(self, job: _Job) -> None:
        dropped = []
        with self._wake:
            if job.key is not None:
                dropped = [old for old in self._waiting if old.key == job.key]
            if self._newest_first and len(self._waiting) >= _MOST_PENDING:
                dropped.append(self._waiting[0])
            for old in dropped:
                self._waiting.remove(old)
            self._waiting.append(job)
            self._wake.notify()
        for old in dropped:
            self._tell(old.stopped)

    def end(self) -> None:
        with self._wake:
            self._ending = True
            self._waiting.clear()
            if self._current is not None:
                self._current.task.cancel()
            self._wake.notify()

    def run(self) -> None:
        workspace: Workspace | None = None
        try:
            while (job := self._next()) is not None:
                try:
                    job.task.check()
                    workspace = workspace or self._open()
                    result = job.work(workspace, job.task)
                except Cancelled:
                    self._tell(job.stopped)
                except Exception as error:  # noqa: BLE001 - a lane goes on; the window says what happened
                    self._tell(job.failed, error)
                else:
                    self._tell(job.done, result)
        finally:
            if self._at_end is not None:
                self._at_end()
            if workspace is not None:
                workspace.close()

    def _next(self) -> _Job | None:
        with self._wake:
            self._current = None
            self._wake.wait_for(lambda: self._waiting or self._ending)
            if self._ending:
                return None
            self._current = self._waiting.pop() if self._newest_first else self._waiting.popleft()
            return self._current

    def _tell(self, callback: Callable[..., None] | None, *values: object) -> None:
        if callback is not None:
            self._post(lambda: callback(*values))


class _Throttled:
    def __init__(self, passed_on: Progress) -> None:
        self._passed_on = passed_on
        self._last = 0.0

    def __call__(self, done: int, total: int, note: str) -> None:
        now = time.monotonic()
        if done == total or now - self._last >= _PROGRESS_SECONDS:
            self._last = now
            self._passed_on(done, total, note)
