"""What the command line prints: one JSON document or plain sentences on standard output, the rest on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from digitizer.errors import KnownError
from digitizer.tasks import Task

_SILENT_SECONDS = 1.0
_WIDTH = 30


class Output:
    """Where a command's answer goes. ``answer`` is called once."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def answer(self, document: Mapping[str, Any] | list[Any], *lines: str) -> None:
        """Print ``document`` with --json, else ``lines``."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()

    def failed(self, error: KnownError) -> None:
        """Say a known error: its sentence on standard error, and with --json a document with its code."""
        if self.as_json:
            self.answer({"error": {"code": error_code(error), "message": error.message}})
        self.aside(error.message)

    def aside(self, line: str) -> None:
        """A line for people, never part of the answer."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def error_code(error: KnownError) -> str:
    """The public code of an error; a refused file's is that of its fault."""
    return str(getattr(error, "fault", error.code))


class ProgressBar:
    """A bar on a terminal for anything over a second; nothing elsewhere."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = False
        self.task = Task(self._show if sys.stderr.isatty() else None)

    def _show(self, done: int, total: int, note: str) -> None:
        if time.monotonic() - self._started < _SILENT_SECONDS:
            return
        filled = _WIDTH * done // total if total else 0
        sys.stderr.write(f"\r\x1b[K[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {note[:40]}")
        sys.stderr.flush()
        self._shown = True

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
