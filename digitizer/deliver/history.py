"""Every delivery that this station has made, newest first, from the audit chain; whether it is still as it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from digitizer.deliver.building import FOLDER, WITH, package_hash
from digitizer.deliver.records import Package
from digitizer.model import Sha256
from digitizer.workspace import Workspace

# The plus has SQLite ask the index of kinds: deliveries are few in a chain.
_MADE = f"""
FROM act JOIN station ON station.id = +act.station JOIN workspace ON key = 'station' AND value = station.uuid
WHERE kind = 'record.deliver' AND after ->> '$.{WITH}' IS NULL"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One package. ``seq``: number of its act. ``at``: ISO, +07:00. ``record``: the code of the record it is named for,
    as it is now. ``form``: as ``Delivery`` names it, or ``original`` of a file as it came in. ``items``: in it; None
    where that was not told. ``folder``: None where that was not kept. ``signed``: whose signature; "" for none.
    """

    seq: int
    at: str
    person: str
    record: str
    form: str
    layout: str
    pages: int
    sheets: int | None
    items: int | None
    files: int
    bytes: int
    file: str
    folder: Path | None
    sha256: Sha256
    signed: str
    encrypted: bool
    original_pages: int

    @property
    def path(self) -> Path | None:
        """Where it was put."""
        return None if self.folder is None else self.folder / self.file

    @property
    def package(self) -> Package:
        """As a receipt lists it."""
        records = (self.record,)
        path = self.path or Path(self.file)
        return Package(
            path, records, self.pages, self.files, self.bytes, self.sha256, (), self.items, self.sheets,
            self.original_pages,
        )  # fmt: skip


class Found(StrEnum):
    """What is where a package was put."""

    SAME = "same"
    GONE = "gone"
    CHANGED = "changed"
    REPLACED = "replaced"
    """By one that was delivered later to the same place, whatever has become of that one."""
    UNREADABLE = "unreadable"


def count(workspace: Workspace) -> int:
    """How many packages were delivered."""
    return int(workspace.catalogue.database.conn.execute(f"SELECT count(*) {_MADE}").fetchone()[0])


def delivered(
    workspace: Workspace, *, below: int | None = None, above: int = 0, most: int = 200
) -> tuple[Delivered, ...]:
    """At most so many packages, newest first, of those whose act has a number between these two."""
    rows = workspace.catalogue.database.conn.execute(
        "SELECT act.seq, act.at, act.person, act.after,"
        " coalesce((SELECT code FROM record WHERE uuid = act.subject), act.subject) AS code"
        f" {_MADE} AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        [above, below if below is not None else 1 << 62, most],
    )
    return tuple(map(_row, rows))


def look(workspace: Workspace, package: Delivered) -> Found:
    """Look whether it is still where it was put, and has its hash."""
    found = _found(package)
    if found is Found.SAME:
        return found
    later = workspace.catalogue.database.conn.execute(
        f"SELECT 1 {_MADE} AND seq > ? AND after ->> '$.file' = ? AND after ->> '$.{FOLDER}' = ?",
        [package.seq, package.file, str(package.folder)],
    )
    return found if later.fetchone() is None else Found.REPLACED


def _found(package: Delivered) -> Found:
    path = package.path
    try:
        if path is None or not path.exists():
            return Found.GONE
        return Found.SAME if package_hash(path) == package.sha256 else Found.CHANGED
    except OSError:
        return Found.UNREADABLE


def _row(row: Any) -> Delivered:
    after = json.loads(row["after"])
    files, items = int(after.get("files", 1)), after.get("items") if after.get("as") != "exchange" else None
    sheets, folder = after.get("sheets"), str(after.get(FOLDER, ""))
    return Delivered(
        row["seq"], row["at"], row["person"], row["code"], str(after.get("as", "")), str(after.get("layout", "")),
        int(after.get("pages", 0)), None if sheets is None else int(sheets),
        None if items is None else int(items), files,
        int(after.get("bytes", 0)), str(after.get("file", "")), Path(folder) if folder else None,
        Sha256(str(after.get("sha256", ""))), str(after.get("signed", "")), bool(after.get("encrypted", False)),
        int(after.get("original_pages", 0)),
    )  # fmt: skip
