"""The scanner behind the window. It is used in one lane only: its driver's process ends with the lane's thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer.capture.sane_config import is_address
from digitizer.capture.scanner.model import Device, Option, OptionValue
from digitizer.capture.scanner.session import Scanner
from digitizer.capture.scanner.wanted import Prepared, Wanted, prepare
from digitizer.tasks import Task
from ocr.spool_master import spool_image

_PREVIEW_LONGEST = 1200
_ENDING_SECONDS = 1.0
_CORNERS = (("tl-x", 0), ("tl-y", 0), ("br-x", 1), ("br-y", 1))
"""Of the area, each with the end of its range at which it is that of the glass."""


class ScannerDoor:
    """One session, kept from one act to the next, with the scanner open. Every method may raise ScannerProblem or
    Cancelled.
    """

    def __init__(self) -> None:
        self._session: Scanner | None = None
        self._address: str | None = None
        self._ready: tuple[str, Wanted, Prepared] | None = None
        self._task = Task()

    def heed(self, task: Task) -> None:
        """What is asked from now on ends with Cancelled once ``task`` is stopped, even where the driver hangs."""
        self._task = task

    def look(self) -> list[Device]:
        """The scanners of this machine."""
        return self._session_for("").devices()

    def options(self, device: str) -> list[Option]:
        """The options of a scanner, which is open then."""
        self._ready = None
        return self._session_for(device).open(device)

    def set(self, device: str, values: Sequence[tuple[str, OptionValue]]) -> list[Option]:
        """Set options of the scanner, which is open. Gives all of them."""
        self._ready = None
        return self._session_for(device).set(values)

    @contextmanager
    def ready(self, device: str, wanted: Wanted) -> Iterator[tuple[Scanner, Prepared]]:
        """The scanner, open and set to what is wanted: opening takes seconds, so it stays so for the next page, unless
        something goes wrong.
        """
        scanner = self._session_for(device)
        before, self._ready = self._ready, None
        if before is not None and before[:2] == (device, wanted):
            prepared = before[2]
        else:
            prepared = prepare(scanner, device, scanner.open(device), wanted)
        yield scanner, prepared
        self._ready = device, wanted, prepared

    def preview(self, device: str, task: Task) -> bytes | None:
        """What lies on the whole glass of the open scanner, coarsely, as JPEG; None where ``task`` was stopped."""
        scanner = self._session_for(device)
        ready, self._ready = self._ready, None
        named = {option.name: option for option in scanner.set([])}
        corners = [(named[name], end) for name, end in _CORNERS if name in named and named[name].settable]
        before = [(option.name, option.value) for option, _ in corners if option.value is not None]
        scanner.set([(option.name, option.range[end]) for option, end in corners if option.range is not None])
        try:
            with TemporaryDirectory(prefix="digitizer-preview-") as folder:
                path = scanner.preview(Path(folder), task=task)
                return None if path is None else spool_image(path, _PREVIEW_LONGEST)
        finally:
            scanner.set(before)
            self._ready = ready

    def forget(self) -> None:
        """Open the scanner anew the next time."""
        self._ready = None

    def close(self) -> None:
        """End the driver's process: at once where it has not let the scanner go by itself."""
        if self._session is not None:
            self._session.close(_ENDING_SECONDS)
            self._session = None

    def _session_for(self, device: str) -> Scanner:
        """A network scanner has a session of its own: its driver alone may use the network."""
        address = device if is_address(device) else None
        if self._session is None or address != self._address:
            self.close()
            self._session, self._address, self._ready = Scanner(address), address, None
        self._session.task = self._task
        return self._session
