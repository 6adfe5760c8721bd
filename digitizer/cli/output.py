"""What the command line prints: one JSON document or plain sentences on standard output, the rest on standard error."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from digitizer.errors import CannotWrite, KnownError, reason
from digitizer.i18n import gettext
from digitizer.tasks import Task

_SILENT_SECONDS = 1.0
_WIDTH = 30
_BEGIN_LINE = "\r\x1b[K"


class Output:
    """Where a command's answer goes. ``answer`` is called once."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._so_far: Callable[[], tuple[Mapping[str, Any], Sequence[str]]] = lambda: ({}, ())

    def keep(self, so_far: Callable[[], tuple[Mapping[str, Any], Sequence[str]]]) -> None:
        """What to answer besides where the call fails halfway: its document and lines, asked for then."""
        self._so_far = so_far

    def answer(self, document: Mapping[str, Any] | list[Any], *lines: str) -> None:
        """Print ``document`` with --json, else ``lines``. Raises CannotWrite."""
        said = [json.dumps(document, ensure_ascii=False)] if self.as_json else lines
        _take_bar_away()
        try:
            sys.stdout.writelines(f"{printable(line)}\n" for line in said)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:  # a file on a full disk
            give_up_output()
            raise CannotWrite(path=gettext("standard output"), reason=reason(error)) from error

    def listed(self, items: Iterable[Mapping[str, Any] | str]) -> None:
        """Print a list that may be long, item by item: documents, which become one JSON array, or lines."""
        between = "["
        for item in items:
            if isinstance(item, str):
                sys.stdout.write(f"{printable(item)}\n")
            else:
                sys.stdout.write(f"{between}{printable(json.dumps(item, ensure_ascii=False))}")
                between = ",\n"
        if self.as_json:
            sys.stdout.write("[]\n" if between == "[" else "]\n")
        sys.stdout.flush()

    def table(self, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a CSV table, row by row."""
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(head)
        writer.writerows([printable(str("" if cell is None else cell)) for cell in row] for row in rows)
        sys.stdout.flush()

    def failed(self, code: str, message: str) -> None:
        """Say that the call failed: the sentence on standard error, and with --json a document with the code. What it
        had done before is answered too.
        """
        self.aside(message)
        document, lines = self._so_far()
        if self.as_json or any(document.values()):
            self.answer({**document, "error": {"code": code, "message": message}}, *lines)

    def aside(self, line: str) -> None:
        """A line for people, never part of the answer."""
        with suppress(OSError, AttributeError):  # nobody may be there to hear it
            _take_bar_away()
            sys.stderr.write(f"{printable(line)}\n")
            sys.stderr.flush()


def _take_bar_away() -> None:
    """What follows begins a line of its own; the bar comes back with the next step."""
    with suppress(OSError, AttributeError):
        if sys.stderr.isatty():
            sys.stderr.write(_BEGIN_LINE)
            sys.stderr.flush()


def give_up_output() -> None:
    """What is printed from now on goes nowhere, and fails no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    """``text`` with the bytes of a file name that are not UTF-8 shown as what they are: unreadable."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def speak_utf8() -> None:
    """Print UTF-8 whatever the locale says: JSON is UTF-8, and no letter may stop a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


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
        bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total}" if total else str(done)
        sys.stderr.write(f"{_BEGIN_LINE}{bar} {note[:40]}")
        sys.stderr.flush()
        self._shown = True

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            _take_bar_away()
