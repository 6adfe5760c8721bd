"""Our side of a scanner: a child process is told what to do, watched, and ended where it hangs."""

from __future__ import annotations

import errno
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import digitizer
from digitizer.capture.sane_config import CONFIG_VARIABLE, NO_BUS, is_address, write_config
from digitizer.capture.scanner.faults import ScannerBusy, ScannerProblem, problem
from digitizer.capture.scanner.model import Device, End, Fault, Option, OptionValue
from digitizer.errors import reason
from digitizer.tasks import Cancelled, Task

PATIENCE_SECONDS = 90.0
"""A lamp may need a minute to get warm; a driver that says nothing for longer hangs."""
PREVIEW_DPI = 75.0
_RESOLUTIONS = ("resolution", "x-resolution", "y-resolution")
LETTING_GO_SECONDS = 30.0
"""A scanner may move its carriage home before it is let go: a driver that needs longer for that hangs."""
BROKEN_OFF_SECONDS = 2.0
"""After a scan that was broken off drivers hang most often, and there is nothing left to wait for."""
STOPPING_SECONDS = 3.0
"""A driver that is told to stop and says nothing for longer hangs."""
_BUSY_TRIES = 20
"""A device may stay busy for moments after the process that held it was killed."""
_TICK_SECONDS = 0.1
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A sheet side that is safe in the spool. ``seconds``: from its last byte until then."""

    path: Path
    number: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Beat:
    """The scanner works. ``done``: bytes of the sheet side at hand."""

    done: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing new: the caller may do something else for a moment."""


Event = ScannedPage | Beat | Tick


class Scanner:
    """A session with a scanner's driver. Use it in a thread that outlives it: the kernel ends the child together with
    the thread that started it.

    Every method may raise ScannerProblem, or Cancelled where ``task`` was stopped meanwhile. After one that the driver
    did not survive, the next call starts a new child, with the scanner open and set as it was.
    """

    def __init__(self, address: str | None = None, *, patience: float = PATIENCE_SECONDS) -> None:
        """``address``: a device name that a person typed; only a network address in it lets the driver use the network.

        ``patience``: seconds without a sign of life after which the driver counts as hanging; after its answer
        LETTING_GO_SECONDS are enough.
        """
        self._address = address if address is not None and is_address(address) else None
        self.patience = patience
        """May be changed at any time."""
        self._config: TemporaryDirectory[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._pending = b""
        self._settling = False
        self._settled_by = 0.0
        self._freed = False
        self.task = Task()
        """Looked at while an answer is waited for: once it is stopped, what was asked raises Cancelled, and the driver
        is ended. May be another one for each act.
        """
        self._scanning = False
        self._device = address or ""
        self._values: list[tuple[str, OptionValue]] = []

    @property
    def pid(self) -> int | None:
        """Of the child, None where none runs."""
        return None if self._child is None else self._child.pid

    def devices(self) -> list[Device]:
        """The scanners of this machine. Nothing is sent into the network."""
        return [Device(**told) for told in self._ask({"do": "devices"})]

    def open(self, device: str) -> list[Option]:
        """Open a scanner by its name; one that is open is closed. Gives its options."""
        self._device, self._values = device, []
        return _options(self._opened(self.task))

    def _opened(self, task: Task) -> Any:
        """Opened; once more where a process of ours that was killed a moment ago still seems to hold it."""
        for left in reversed(range(_BUSY_TRIES)):
            try:
                return self._ask({"do": "open", "device": self._device}, task)
            except ScannerBusy:
                if not self._freed or not left:
                    raise
                task.wait(_TICK_SECONDS)
            finally:
                self._freed = self._freed and left > 0
        raise AssertionError("the last try returns or raises")

    def set(self, values: Iterable[tuple[str, OptionValue]]) -> list[Option]:
        """Set options of the open scanner in this order. Gives all options as they are then."""
        wanted = list(values)
        options = _options(self._ask({"do": "set", "values": wanted}))
        self._values += wanted
        return options

    def scan(
        self, folder: Path, *, first: int = 1, count: int | None = 1, feeder: bool = False, task: Task | None = None
    ) -> Iterator[Event]:
        """Scan sheet sides into ``folder``, numbered from ``first``; at most ``count``, None until the feeder is empty.

        ``feeder``: sheets come from one (as they do where ``count`` is None).

        Events come as they happen, at least every tenth of a second. Ends after the last page, or once ``task`` is
        stopped: a driver that does not heed that is ended. Raises ScannerProblem; the pages that came before are safe.
        """
        task = task or self.task
        for _ in self._settle():
            yield Tick()
            if task.cancelled:
                self._kill()
                return
        stopped = 0.0
        wanted = {"folder": str(folder.absolute()), "first": first, "count": count, "feeder": feeder or count is None}
        with closing(self._told({"do": "scan"} | wanted, task)) as answers, suppress(Cancelled):
            for answer in answers:
                if answer is None:
                    yield Tick()
                elif "beat" in answer:
                    yield Beat(answer["beat"])
                elif "page" in answer:
                    page = answer["page"]
                    yield ScannedPage(folder / page["file"], page["number"], page["seconds"])
                if task.cancelled and not stopped:
                    stopped = time.monotonic()
                    self._say({"do": "stop"})
                elif stopped and answer is None and time.monotonic() - stopped > STOPPING_SECONDS:
                    return

    def preview(self, folder: Path, *, task: Task | None = None) -> Path | None:
        """Scan what lies on the glass coarsely and fast into a file in ``folder``, which is there and empty
        (``ocr.spool_master.spool_image`` shows it). All options are as before then. Gives None where ``task`` was
        stopped.
        """
        options = {option.name: option for option in self.set([])}
        coarse: list[tuple[str, OptionValue]] = [
            (name, _coarse(options[name])) for name in _RESOLUTIONS if name in options and options[name].settable
        ]
        coarse += [("preview", True)] if "preview" in options else []
        before = [(name, value) for name, _ in coarse if (value := options[name].value) is not None]
        self.set(coarse)
        try:
            pages = [event for event in self.scan(folder, task=task) if isinstance(event, ScannedPage)]
        finally:
            self.set(before)
        return pages[0].path if pages else None

    def close(self, patience: float = LETTING_GO_SECONDS) -> None:
        """End the child, which has ``patience`` seconds to let the scanner go, and forget its configuration."""
        self._ended(patience)
        if self._config is not None:
            self._config.cleanup()
            self._config = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, request: Mapping[str, object], task: Task | None = None) -> Any:
        """The answer to a request. Raises Cancelled where ``task`` is stopped while it is waited for."""
        task = task or self.task
        with closing(self._told(request, task)) as answers:
            for answer in answers:
                if answer is not None and "done" in answer:
                    return answer["done"]
                if answer is None and task.cancelled:
                    self._kill()
                    raise Cancelled
        raise AssertionError("a request ends with its answer")

    def _told(self, request: Mapping[str, object], task: Task) -> Generator[dict[str, Any] | None]:
        """What the child says to a request, up to the end; None for each moment in which it says nothing."""
        yield from self._settle()
        if self._child is None and request["do"] in ("set", "scan"):
            self._opened(task)
            self._ask({"do": "set", "values": self._values}, task)
        self._scanning = request["do"] == "scan"
        self._say(request)
        heard = time.monotonic()
        whole = broken = False
        try:
            while True:
                answer = self._hear()
                if answer is None and time.monotonic() - heard > self.patience:
                    raise problem(Fault.HANGS, self._device, scanning=self._scanning)
                if answer is not None:
                    heard = time.monotonic()
                    if "fault" in answer:
                        whole = broken = True
                        self._raise(Fault(answer["fault"]), answer["detail"])
                    whole = "done" in answer
                    broken = whole and answer["done"] == End.CANCELLED
                yield answer
                if whole:
                    return
        finally:
            self._settling = whole
            letting_go = BROKEN_OFF_SECONDS if broken else LETTING_GO_SECONDS
            self._settled_by = time.monotonic() + min(self.patience, letting_go)
            if not whole:  # it hangs, has died, or nobody listens to it any more
                self._kill()

    def _raise(self, fault: Fault, detail: str) -> None:
        if fault is Fault.DISK:
            number = int(detail) if detail.isdecimal() else errno.EIO
            detail = reason(OSError(number, os.strerror(number)))
        raise problem(fault, self._device, detail, scanning=self._scanning)

    def _settle(self) -> Iterator[None]:
        """Until the child has let the scanner go after its last answer, None for each moment of waiting. One that
        cannot let it go is killed: that it answered was all that mattered. The time counts from its answer.
        """
        while self._settling and self._child is not None:
            try:
                answer = self._hear()
            except ScannerProblem:
                self._kill()
                return
            self._settling = answer is None or "idle" not in answer
            if self._settling and answer is None and time.monotonic() > self._settled_by:
                self._kill()
                self._freed = True
            elif answer is None:
                yield None

    def _say(self, request: Mapping[str, object]) -> None:
        child = self._running()
        assert child.stdin is not None
        with suppress(BrokenPipeError):  # what it has said before it died is heard first
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()

    def _hear(self) -> dict[str, Any] | None:
        """The next answer, None where none comes for a moment."""
        child = self._running()
        assert child.stdout is not None
        if b"\n" not in self._pending:
            if not select.select([child.stdout], [], [], _TICK_SECONDS)[0]:
                return None
            got = os.read(child.stdout.fileno(), _CHUNK)
            if not got:
                raise problem(Fault.DIED, self._device, scanning=self._scanning)
            self._pending += got
        line, newline, rest = self._pending.partition(b"\n")
        if not newline:
            return None
        self._pending = rest
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._pending = b""
            quiet = [] if self._address or os.environ.get(CONFIG_VARIABLE) else ["quiet"]
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "digitizer.capture.scanner.child", str(os.getpid()), *quiet],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._error_output(),
                env=self._environment(), start_new_session=True,
            )  # fmt: skip
        return self._child

    def _environment(self) -> dict[str, str]:
        """Ours, with a configuration that keeps libsane silent unless a person has named another."""
        environment = dict(os.environ)
        # The child finds this program where we have it from, wherever it is started.
        ours = str(Path(digitizer.__file__).parents[1])
        environment["PYTHONPATH"] = os.pathsep.join([ours, *filter(None, [environment.get("PYTHONPATH")])])
        if not environment.get(CONFIG_VARIABLE):
            if self._config is None:
                self._config = TemporaryDirectory(prefix="digitizer-sane-")
                write_config(Path(self._config.name), self._address)
            environment |= NO_BUS | {CONFIG_VARIABLE: self._config.name}
        return environment

    def _error_output(self) -> int | None:
        """Drivers chatter; they are heard where a person debugs one (sane(7))."""
        return None if any(name.startswith("SANE_DEBUG_") for name in os.environ) else subprocess.DEVNULL

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
        self._ended(LETTING_GO_SECONDS)

    def _ended(self, patience: float) -> None:
        """The child is gone, or goes within ``patience`` seconds: closing its input asks it to."""
        child, self._child = self._child, None
        self._settling = False
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        try:
            child.wait(min(self.patience, patience))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _coarse(option: Option) -> float:
    """The resolution nearest to that of a screen that it takes."""
    if option.choices:
        return min((float(choice) for choice in option.choices), key=lambda dpi: abs(dpi - PREVIEW_DPI))
    least, most, _ = option.range or (PREVIEW_DPI, PREVIEW_DPI, 0)
    return min(most, max(least, PREVIEW_DPI))


def _options(told: list[dict[str, Any]]) -> list[Option]:
    return [Option.of(each) for each in told]
