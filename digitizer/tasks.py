"""How every long act reports and is stopped: one small argument, passed down everywhere."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event


class Cancelled(Exception):
    """The user stopped the act. What was finished before stays finished."""


class Task:
    """Progress and cancel of one act. ``report`` rarely, ``check`` often; both may be called from any thread."""

    def __init__(self, on_progress: Callable[[int, int, str], None] | None = None) -> None:
        self._on_progress = on_progress
        self._stop = Event()

    def report(self, done: int, total: int, note: str = "") -> None:
        """``done`` of ``total`` steps are finished (total 0: not known yet); ``note`` names what is at work, for
        people.
        """
        if self._on_progress is not None:
            self._on_progress(done, total, note)

    def cancel(self) -> None:
        """Ask the act to stop at its next ``check``."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Do nothing for so long, or until the user asks to stop."""
        self._stop.wait(seconds)

    def check(self) -> None:
        """Raise Cancelled where the user has asked to stop."""
        if self._stop.is_set():
            raise Cancelled
