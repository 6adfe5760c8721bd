"""What a target looks like: one folder a workspace, in it one folder a set, in it what the set holds.

::

    TARGET/digitizer-backup-<first 8 of the station's UUID>/
        target.json                      the UUID of this medium
        20261126-214842-full/
            set.json                     what this set is: written last, names the SHA-256 of files.csv
            files.csv                    SHA-256, bytes and place in the workspace of every file in this set
            catalogue.sqlite             as it was at that moment
            objects/<first 2>/<SHA-256>  masters, and what lies in FOLDERS
        20261127-214842-incremental/     the same, without the masters that the sets in ``rests_on`` hold

A master that a set needs is found by its SHA-256 in that set or in any other set of the target.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from digitizer.catalogue.backups import Kind
from digitizer.masters import hash_file
from digitizer.model import Sha256

PREFIX = "digitizer-backup-"
UNFINISHED = ".digitizer-unfinished-"
HEADER, LISTED, CATALOGUE, TARGET = "set.json", "files.csv", "catalogue.sqlite", "target.json"
OBJECTS = "objects"
FOLDERS = ("spool", "profiles", "codes")
"""Of a workspace, beside the catalogue and the masters: scans not yet entered, forms and code lists of one's own."""


class ChainEnd(BaseModel):
    """The last act that is in a set."""

    model_config = ConfigDict(frozen=True)
    seq: int
    hash: str


class Counts(BaseModel):
    """What the catalogue of a set speaks of."""

    model_config = ConfigDict(frozen=True)
    records: int
    pages: int
    masters: int
    acts: int


class Header(BaseModel):
    """``set.json``. ``files`` and ``bytes`` are those in this set. ``rests_on``: names of the sets that hold its other
    masters. ``lost``: masters that were missing or damaged already when it was made.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal["digitizer-backup"] = "digitizer-backup"
    version: Literal[1] = 1
    name: str
    kind: Kind
    workspace: str
    station: str
    at: str
    person: str
    role: str
    account: str
    program: str
    chain_end: ChainEnd
    counts: Counts
    files: int
    bytes: int
    list_sha256: str
    rests_on: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


class TargetFile(BaseModel):
    """``target.json``: the medium's own id, wherever it is plugged in."""

    model_config = ConfigDict(frozen=True)
    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a set. ``path``: where it lies in the workspace, with ``/``."""

    sha256: Sha256
    bytes: int
    path: str

    def stored(self, folder: Path) -> Path:
        """Where the set in ``folder`` keeps it."""
        return folder / CATALOGUE if self.path == CATALOGUE else object_path(folder, self.sha256)


def object_path(folder: Path, sha256: str) -> Path:
    """Where a set keeps the bytes of that hash."""
    return folder / OBJECTS / sha256[:2] / sha256


def read_header(folder: Path) -> Header | None:
    """What ``set.json`` says; None where there is none that can be understood. Raises OSError but for a missing
    file.
    """
    try:
        return Header.model_validate_json((folder / HEADER).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


def finished_sets(home: Path) -> list[tuple[Path, Header]]:
    """The finished sets of a target, the oldest first."""
    folders = [path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")]
    found = [(path, header) for path in folders if (header := read_header(path)) is not None]
    return sorted(found, key=lambda each: (each[1].at, each[1].name))


def entries(folder: Path) -> Iterator[Entry]:
    """What ``files.csv`` lists, read as it is asked for. Raises OSError or ValueError."""
    with (folder / LISTED).open(encoding="utf-8", errors="surrogateescape", newline="") as handle:
        for row in csv.reader(handle):
            sha256, size, path = row
            yield Entry(Sha256(sha256), int(size), path)


def list_holds(folder: Path, header: Header) -> bool:
    """Whether ``files.csv`` is the one that the header speaks of."""
    try:
        return hash_file(folder / LISTED) == header.list_sha256
    except OSError:
        return False
