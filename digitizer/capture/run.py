"""One run of a scanner as the spool keeps it: a folder with its facts, a lock that dies with the process, and its sheet
sides, which are numbered as they come.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from digitizer.capture.place import Place
from digitizer.clock import stamp
from digitizer.files import TEMPORARY_PREFIX, write_bytes
from digitizer.i18n import gettext
from digitizer.model import new_id
from digitizer.workspace import Workspace
from ocr.spool import SUFFIX

BACKS_FROM = 500_001
"""Number of the first sheet side of the second pass, where fronts and backs are scanned one after the other."""
DAMAGED = ".damaged"
"""Of a file that held a sheet side and is not what was written."""
SIDES = (SUFFIX, DAMAGED)
FACTS = "run.json"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a scanner.

    ``call``: what all its acts have in common. ``place``: where its pages go, settled. ``collate``: fronts and, from
    number BACKS_FROM on, backs in reverse, to be put together; ``counted``: how many of each, once all are scanned.
    """

    call: str
    at: str
    device: str
    place: Place
    collate: bool
    counted: tuple[int, int] | None = None

    def keep(self, folder: Path) -> None:
        """Write the facts into the folder of the run."""
        facts: dict[str, Any] = {"call": self.call, "at": self.at, "device": self.device, "collate": self.collate}
        facts |= {"record": self.place.record, "ahead_of": self.place.ahead_of, "replaces": self.place.replaces}
        write_bytes(folder / FACTS, json.dumps(facts | {"counted": self.counted}, ensure_ascii=False).encode())

    @classmethod
    def kept(cls, folder: Path) -> Run:
        """The run whose facts the folder holds. Where it holds none, as a stranger's does, or one of a run that was
        killed before its first sheet, a run of unfiled pages.
        """
        try:
            facts = json.loads((folder / FACTS).read_text("utf-8"))
            place = Place(facts["record"], facts.get("ahead_of"), tuple(facts.get("replaces", ())))
            counted = facts.get("counted")
            datetime.fromisoformat(facts["at"])
            return cls(
                facts["call"], facts["at"], facts["device"], place, facts["collate"],
                None if counted is None else (counted[0], counted[1]),
            )  # fmt: skip
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return cls(new_id(), stamp(), "", Place(), False)

    def position(self, number: int) -> int:
        """Where the sheet side of that number comes in the run, from 0."""
        return _position(number, *(self.counted or (0, 0))) if self.collate else number - 1

    @property
    def label(self) -> str:
        """Short and sortable: the moment that it began."""
        return datetime.fromisoformat(self.at).strftime("%Y%m%d-%H%M%S")


def folders(workspace: Workspace) -> list[Path]:
    """Of all runs in the spool, and whatever a stranger has put there."""
    return sorted((workspace.root / "spool").absolute().glob("[!.]*"))


def clear(folder: Path) -> None:
    """Remove the folder and what we put into it, unless it still holds a sheet side or something of a stranger."""
    if any(path.suffix in SIDES for path in folder.iterdir()):
        return
    for path in (*folder.glob(f"{TEMPORARY_PREFIX}*"), folder / FACTS, folder / LOCK):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def collated(paths: Sequence[Path]) -> list[Path]:
    """Fronts, each followed by its back: the stack was turned over as a whole, so the last back came first.

    Where there are not as many backs as fronts nobody can tell which is missing: all fronts, then all backs, as they
    were scanned.
    """
    fronts, backs = counted([int(path.stem) for path in paths])
    return sorted(paths, key=lambda path: _position(int(path.stem), fronts, backs))


def counted(numbers: Sequence[int]) -> tuple[int, int]:
    """How many fronts and how many backs were scanned, by the highest numbers of sheet sides."""
    fronts = max((number for number in numbers if number < BACKS_FROM), default=0)
    return fronts, max((number - BACKS_FROM + 1 for number in numbers if number >= BACKS_FROM), default=0)


def unmatched(fronts: int, backs: int) -> str:
    """Says that the two passes do not fit together."""
    said = gettext("{fronts} fronts and {backs} backs do not match: they were put one after the other, as scanned.")
    return said.format(fronts=fronts, backs=backs)


def _position(number: int, fronts: int, backs: int) -> int:
    """Of the sheet side of that number, among ``fronts`` and ``backs``, from 0."""
    at = number - 1 if number < BACKS_FROM else number - BACKS_FROM
    if fronts == backs:
        return 2 * at if number < BACKS_FROM else 2 * (fronts - 1 - at) + 1
    return at if number < BACKS_FROM else fronts + at


def name_of(number: int) -> str:
    return f"{number:04d}" if number < BACKS_FROM else f"b{number - BACKS_FROM + 1:04d}"


def number_in(name: str) -> int:
    """The number of a sheet side by the name of its page."""
    number = name.rpartition("-")[2]
    return BACKS_FROM - 1 + int(number[1:]) if number.startswith("b") else int(number)
