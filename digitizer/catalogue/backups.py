"""Which backups were made, and where: kept with the catalogue, so that it can say what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit, account
from digitizer.catalogue.connection import atomic

Kind = Literal["full", "incremental"]
FULL: Kind = "full"
INCREMENTAL: Kind = "incremental"


@dataclass(frozen=True, slots=True)
class Target:
    """A medium that holds backups. ``id`` is written on the medium itself, since two sticks may take turns at one
    ``path``. ``media_end``: ISO day on which its rated life ends; None where nobody has said.
    """

    id: str
    path: str
    media_end: str | None


@dataclass(frozen=True, slots=True)
class BackupSet:
    """One finished set: a row of the backup log (nhật ký sao lưu).

    ``chain_end``: number of the last act in it. ``files``, ``bytes``: written for it, its catalogue included.
    ``manifest``: SHA-256 of its ``set.json``.
    """

    target: str
    path: str
    name: str
    kind: str
    at: str
    chain_end: int
    files: int
    bytes: int
    person: str
    account: str
    manifest: str


class Backups:
    """Targets and sets of one catalogue."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def targets(self) -> list[Target]:
        """Every target, in the order in which they were first used."""
        rows = self._database.conn.execute("SELECT uuid, path, media_end FROM backup_target ORDER BY id")
        return [Target(*row) for row in rows]

    def log(self) -> list[BackupSet]:
        """Every set that was made, the oldest first."""
        rows = self._database.conn.execute(
            "SELECT backup_target.uuid, path, name, kind, at, chain_end, files, bytes, person, account, manifest"
            " FROM backup JOIN backup_target ON backup_target.id = backup.target ORDER BY at, backup.id"
        )
        return [BackupSet(*row) for row in rows]

    def set_target(self, target: str, path: str, media_end: str | None = None) -> None:
        """Remember a target, where it was seen last, and (unless None) when its medium's rated life ends."""
        with atomic(self._database):
            row = self._database.conn.execute(
                "SELECT path, media_end FROM backup_target WHERE uuid = ?", [target]
            ).fetchone()
            before = None if row is None else {"path": row["path"], "media_end": row["media_end"]}
            after = {"path": path, "media_end": media_end or (before or {}).get("media_end")}
            if before != after:
                self._audit.append("backup.target", target, before, after)
                self._database.conn.execute(
                    "INSERT INTO backup_target(uuid, path, media_end) VALUES (?, ?, ?)"
                    " ON CONFLICT(uuid) DO UPDATE SET path = excluded.path, media_end = excluded.media_end",
                    [target, after["path"], after["media_end"]],
                )

    def add(self, target: str, made: dict[str, Any]) -> bool:
        """Enter a finished set; gives False where it is known. ``made``: as ``BackupSet``, but who and the target."""
        with atomic(self._database):
            row = self._database.conn.execute("SELECT id FROM backup_target WHERE uuid = ?", [target]).fetchone()[0]
            known = "SELECT 1 FROM backup WHERE target = ? AND name = ?"
            if self._database.conn.execute(known, [row, made["name"]]).fetchone():
                return False
            self._audit.append("backup.make", target, None, made)
            who = {"person": made.get("person") or self._audit.who.person, "account": made.get("account") or account()}
            self._database.table("backup").insert(made | who | {"target": row})
        return True

    def changed_since(self, chain_end: int) -> bool:
        """Whether anything but backups and checks was done after that act."""
        row = self._database.conn.execute(
            "SELECT 1 FROM act JOIN station ON station.id = act.station WHERE station.uuid = ? AND seq > ?"
            " AND kind <> 'check' AND kind NOT LIKE 'backup.%' LIMIT 1",
            [self._audit.station, chain_end],
        ).fetchone()
        return row is not None

    def checked_at(self) -> str | None:
        """When all holdings were checked last, byte by byte; None where they never were."""
        row = self._database.conn.execute(
            "SELECT at FROM act WHERE kind = 'check' AND NOT (after ->> '$.quick') ORDER BY at DESC LIMIT 1"
        ).fetchone()
        return None if row is None else str(row[0])

    def begun_at(self) -> str | None:
        """When the first act of all was done here."""
        row = self._database.conn.execute("SELECT at FROM act ORDER BY station, seq LIMIT 1").fetchone()
        return None if row is None else str(row[0])
