"""Sheet sides in the spool, as a scanner leaves them, without one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer.capture.run import BACKS_FROM
from digitizer.capture.scanner.session import ScannedPage, Scanner
from digitizer.model import new_id
from ocr.spool import SUFFIX, SpoolHead

_SIDE = 8
"""Pixels of width and height."""


def write_side(folder: Path, number: int, options: Mapping[str, object] | None = None) -> Path:
    """A whole sheet side in the folder of a run, its pixels of its own. ``options``: of the scanner."""
    lines = bytes((number + at) % 256 for at in range(_SIDE * _SIDE))
    head = SpoolHead(
        new_id(), number, "2026-11-26T09:00:00+07:00", _SIDE, _SIDE, 8, _SIDE, ("gray",), (300.0, 300.0), options or {},
        hashlib.sha256(lines).hexdigest(),
    )  # fmt: skip
    path = folder / f"{number:06d}{SUFFIX}"
    path.write_bytes(head.packed() + lines)
    return path


@dataclass
class PaperTray(Scanner):
    """A scanner in whose feeder lie ``sheets`` sheets, again in each pass. It has no driver and no child."""

    sheets: int

    @property
    def pid(self) -> int | None:
        return None

    def scan(self, folder: Path, *, first: int = 1, **_: Any) -> Iterator[ScannedPage]:
        for number in range(first, first + self.sheets):
            yield ScannedPage(write_side(folder, number), number, 0.0)


def sides(fronts: int, backs: int = 0) -> list[int]:
    """The numbers that the sheet sides of a run have."""
    return [*range(1, fronts + 1), *range(BACKS_FROM, BACKS_FROM + backs)]
