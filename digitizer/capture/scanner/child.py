"""The process that drives the scanner: ``python -m digitizer.capture.scanner.child PARENT [quiet]``.

It reads one JSON request a line and answers in JSON lines: ``{"beat": bytes}`` while it works, ``{"page": …}`` for each
sheet side that is safe in the spool, then ``{"done": …}`` or ``{"fault": code, "detail": …}``, and last ``{"idle":
true}``. It is alone with the driver: one that crashes, hangs or prints takes nothing else with it. Drivers hang most
often when they are told to stop (seen: the thread that reads is cancelled while it holds the lock of malloc); so the
scanner is let go only after everything is said.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from digitizer.capture.scanner import libsane
from digitizer.capture.scanner.libsane import Handle, Parameters, Sane, SaneError
from digitizer.capture.scanner.model import End, Fault, Option
from digitizer.capture.scanner.quiet import forbid_network
from digitizer.clock import stamp
from digitizer.files import TEMPORARY_PREFIX, sync_folder
from ocr.limits import MAX_PIXELS
from ocr.spool import HEAD_BYTES, SUFFIX, SpoolHead
from ocr.worker import confine

_BUFFER = 1 << 18
_WRITTEN_BACK = 4 << 20
"""So many bytes are sent to the disk at once while the paper still moves: little is left to wait for at the end."""
_MEMORY = 3 << 30
_BEAT_SECONDS = 0.25
_WARM_UP_TRIES = 60
_MOST_FRAMES = 3
_SYNC_FILE_RANGE_WRITE = 2  # linux/fs.h

_FAULTS = {
    libsane.UNSUPPORTED: Fault.UNSUPPORTED,
    libsane.CANCELLED: Fault.CANCELLED,
    libsane.BUSY: Fault.BUSY,
    libsane.INVALID: Fault.INVALID,
    libsane.EOF: Fault.CUT_SHORT,
    libsane.JAMMED: Fault.JAMMED,
    libsane.NO_DOCS: Fault.NO_PAPER,
    libsane.COVER_OPEN: Fault.COVER_OPEN,
    libsane.IO_ERROR: Fault.UNPLUGGED,
    libsane.NO_MEM: Fault.NO_MEMORY,
    libsane.DENIED: Fault.DENIED,
    libsane.WARMING_UP: Fault.WARMING_UP,
    libsane.LOCKED: Fault.LOCKED,
}


class _Failed(Exception):
    """The request ends with this fault."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


class _Stopped(Exception):
    """The parent asks to stop the scan."""


class _Gone(Exception):
    """The parent has gone, or wants nothing more."""


class _Wire:
    """Requests in, answers out. The usual descriptors are taken away from drivers, which print and even ask."""

    def __init__(self) -> None:
        self._in, self._out = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        self._pending = b""
        self._beaten = 0.0

    def next(self) -> dict[str, Any]:
        """The next request; waits for it. Raises _Gone."""
        while b"\n" not in self._pending:
            self._take()
        line, _, self._pending = self._pending.partition(b"\n")
        request: dict[str, Any] = json.loads(line)
        return request

    def check(self, seconds: float = 0.0) -> None:
        """Raises _Stopped where a request has come or comes within ``seconds``: during a scan, that is to stop."""
        if b"\n" not in self._pending and select.select([self._in], [], [], seconds)[0]:
            self._take()
        if b"\n" in self._pending:
            self.next()
            raise _Stopped

    def say(self, **answer: object) -> None:
        os.write(self._out, json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        self._beaten = time.monotonic()

    def beat(self, done: int) -> None:
        """Say that bytes still come, not too often."""
        if time.monotonic() - self._beaten >= _BEAT_SECONDS:
            self.say(beat=done)

    def _take(self) -> None:
        got = os.read(self._in, 1 << 16)
        if not got:
            raise _Gone
        self._pending += got


class _Child:
    """Answers requests, one after another."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._sane: Sane | None = None
        self._handle: Handle | None = None

    def serve(self) -> None:
        doors: dict[str, Callable[[dict[str, Any]], object]] = {
            "devices": self._devices, "open": self._open, "set": self._set, "scan": self._scan,
        }  # fmt: skip
        while True:
            request = self._wire.next()
            if request["do"] == "stop":  # the scan that it meant had ended by itself
                continue
            try:
                self._wire.say(done=doors[request["do"]](request))
            except SaneError as error:
                self._wire.say(fault=_FAULTS.get(error.status, Fault.UNPLUGGED), detail="")
            except _Failed as error:
                self._wire.say(fault=error.fault, detail=error.detail)
            except MemoryError:
                self._wire.say(fault=Fault.NO_MEMORY, detail="")
            if request["do"] == "scan" and self._handle is not None:
                self._handle.cancel()
            self._wire.say(idle=True)

    def _library(self) -> Sane:
        if self._sane is None:
            try:
                self._sane = Sane()
            except OSError as error:
                raise _Failed(Fault.NO_LIBRARY, str(error)) from error
        return self._sane

    def _devices(self, _: dict[str, Any]) -> object:
        return [asdict(device) for device in self._library().devices()]

    def close(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _open(self, request: dict[str, Any]) -> object:
        self.close()
        try:
            self._handle = self._library().open(request["device"])
        except SaneError as error:
            if error.status == libsane.INVALID:
                raise _Failed(Fault.NOT_FOUND) from error
            if error.status == libsane.IO_ERROR:
                raise _Failed(Fault.UNREACHED) from error
            raise
        return self._options()

    def _set(self, request: dict[str, Any]) -> object:
        """One after another: setting one may bring others into being."""
        for name, value in request["values"]:
            try:
                self._opened().set(name, value)
            except SaneError as error:
                if error.status in (libsane.INVALID, libsane.UNSUPPORTED):
                    raise _Failed(Fault.INVALID, f"{name}={value}") from error
                raise
        return self._options()

    def _options(self) -> list[dict[str, Any]]:
        return [option.as_json() for option in self._opened().options()]

    def _opened(self) -> Handle:
        assert self._handle is not None, "a scanner is opened first"
        return self._handle

    def _scan(self, request: dict[str, Any]) -> End:
        """Sheet sides into ``folder`` from number ``first`` on, at most ``count`` of them (None: until there is none).

        A page that has begun and does not come whole is not kept; those before it are safe.
        """
        folder, first, count = Path(request["folder"]), request["first"], request["count"]
        handle = self._opened()
        options = handle.options()
        taken = 0
        try:
            while count is None or taken < count:
                self._wire.check()
                if taken and not request["feeder"]:  # many drivers scan anew only after that; it would empty a feeder
                    handle.cancel()
                try:
                    with _unless_whole(folder) as aside:
                        self._page(handle, folder, aside, first + taken, options)
                except SaneError as error:
                    if error.status == libsane.NO_DOCS and taken:
                        return End.EMPTY
                    if error.status == libsane.INVALID:
                        raise _Failed(Fault.REFUSED) from error
                    raise
                except OSError as error:
                    raise _Failed(Fault.DISK, str(error.errno)) from error
                taken += 1
            return End.ENOUGH
        except _Stopped:
            return End.CANCELLED

    def _page(self, handle: Handle, folder: Path, aside: Path, number: int, options: list[Option]) -> None:
        self._start(handle)
        with aside.open("xb", buffering=0) as file:
            file.write(b" " * HEAD_BYTES)
            lines = _Lines(file.fileno())
            frames = [self._frame(handle, lines)]
            while not frames[-1].last and len(frames) < _MOST_FRAMES:
                self._start(handle)
                frames.append(self._frame(handle, lines))
            ended, at = time.perf_counter(), stamp()
            height, rest = divmod(lines.written, frames[0].bytes_per_line * len(frames))
            if not height or (rest and len(frames) > 1):
                raise _Failed(Fault.CUT_SHORT, f"{lines.written} bytes")
            head = SpoolHead(
                page=str(uuid4()), number=number, at=at, width=frames[0].width, height=height, depth=frames[0].depth,
                bytes_per_line=frames[0].bytes_per_line, frames=tuple(frame.frame for frame in frames),
                dpi=_dpi(options), options={each.name: each.value for each in options if each.value is not None},
                sha256=lines.cut(rest),
            )  # fmt: skip
            os.pwrite(file.fileno(), head.packed(), 0)
            os.fsync(file.fileno())
        target = folder / f"{number:06d}{SUFFIX}"
        aside.rename(target)
        sync_folder(folder)
        self._wire.say(page={"file": target.name, "number": number, "seconds": time.perf_counter() - ended})

    def _start(self, handle: Handle) -> None:
        for _ in range(_WARM_UP_TRIES):
            try:
                return handle.start()
            except SaneError as error:
                if error.status != libsane.WARMING_UP:
                    raise
                self._wire.say(beat=0)
                self._wire.check(1.0)
        raise SaneError(libsane.WARMING_UP)

    def _frame(self, handle: Handle, lines: _Lines) -> Parameters:
        """All lines of one frame."""
        told = handle.parameters()
        if told.bytes_per_line < 1 or told.width < 1:
            raise _Failed(Fault.CUT_SHORT, f"{told.width} pixels in {told.bytes_per_line} bytes")
        most = MAX_PIXELS // told.width
        if told.lines > most:
            raise _Failed(Fault.TOO_LARGE, f"{told.width} x {told.lines}")
        buffer = (ctypes.c_char * _BUFFER)()
        view = memoryview(buffer).cast("B")
        while True:
            try:
                got = handle.read(buffer)
            except SaneError as error:
                if error.status == libsane.EOF:
                    return told
                raise
            self._wire.check(0.0 if got else 0.01)
            lines.add(view[:got])
            if lines.written > most * told.bytes_per_line * _MOST_FRAMES:
                raise _Failed(Fault.TOO_LARGE, f"{lines.written} bytes")
            self._wire.beat(lines.written)


class _Lines:
    """The bytes behind the head, written and hashed as they come."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._hash = hashlib.sha256()
        self._libc = ctypes.CDLL(None)
        self._begun = 0
        self.written = 0

    def add(self, data: memoryview) -> None:
        self._hash.update(data)
        self.written += len(data)
        while data:
            data = data[os.write(self._descriptor, data) :]
        if self.written - self._begun >= _WRITTEN_BACK:
            off = ctypes.c_int64
            begun, size = off(HEAD_BYTES + self._begun), off(self.written - self._begun)
            self._libc.sync_file_range(self._descriptor, begun, size, _SYNC_FILE_RANGE_WRITE)
            self._begun = self.written

    def cut(self, rest: int) -> str:
        """Leave out the last ``rest`` bytes, part of a line that never came whole. Gives the SHA-256 of what stays."""
        if rest:
            self.written -= rest
            os.ftruncate(self._descriptor, HEAD_BYTES + self.written)
            self._hash = hashlib.sha256(os.pread(self._descriptor, self.written, HEAD_BYTES))
        return self._hash.hexdigest()


@contextmanager
def _unless_whole(folder: Path) -> Iterator[Path]:
    """A temporary path; what lies there at the end of the block is no whole page. Where the disk took no more, its
    head stays: that a page had begun is told after the program's end.
    """
    aside = folder / f"{TEMPORARY_PREFIX}{uuid4().hex}"
    try:
        yield aside
    except OSError:
        with suppress(OSError):
            os.truncate(aside, HEAD_BYTES)
        raise
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def _dpi(options: list[Option]) -> tuple[float, float] | None:
    """What the scanner says that it scans at."""
    known: Mapping[str, object] = {option.name: option.value for option in options if option.unit in ("dpi", "")}
    both = known.get("resolution")
    pair = (known.get("x-resolution", both), known.get("y-resolution", both))
    x, y = (float(each) if isinstance(each, int | float) and each > 0 else None for each in pair)
    x, y = x or y, y or x
    return None if x is None or y is None else (x, y)


def main() -> None:
    confine(_MEMORY, parent=int(sys.argv[1]))
    if sys.argv[2:] == ["quiet"]:
        forbid_network()
    child = _Child(_Wire())
    with suppress(_Gone):
        child.serve()
    child.close()  # a scanner that is not let go may stay busy until it is switched off


if __name__ == "__main__":
    main()
