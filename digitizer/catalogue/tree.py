"""The tree of records in parts: what a window needs of a catalogue of any size, without ever asking for all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlite_utils import Database

from digitizer.catalogue.records import Records, record_of
from digitizer.model import JobState, Level, Record, RecordId

_PARENT = "(SELECT id FROM record WHERE uuid = :parent)"
_ORDER = "ordinal, uuid"


@dataclass(frozen=True, slots=True)
class Row:
    """A record among its siblings. ``below``: how many records lie in it directly."""

    record: Record
    below: int


@dataclass(frozen=True, slots=True)
class Shape:
    """How many records lie in one, and a number that changes with their order; not with their values."""

    count: int
    order: int


@dataclass(frozen=True, slots=True)
class Section:
    """The pages that lie in one record itself. ``start``: place of the first in the list of pages shown (0-based)."""

    record: RecordId
    code: str
    start: int
    pages: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the whole catalogue, withdrawn pages left out. ``ready``: records that hold pages themselves, all read."""

    records: int
    pages: int
    waiting: int
    failed: int
    ready: int


class Tree:
    """Reads the records of one catalogue as they are looked at. A parent None means the top."""

    def __init__(self, database: Database, records: Records) -> None:
        self._database, self._records = database, records

    def shape(self, parent: RecordId | None) -> Shape:
        """What lies directly under ``parent``."""
        row = self._database.conn.execute(
            # Modulo a prime: ordinals have wide gaps, and the sum must not grow out of what SQLite can hold.
            f"SELECT count(*), coalesce(sum(id * (ordinal % 1000003)), 0) FROM record WHERE parent IS {_PARENT}"
            " AND NOT withdrawn",
            {"parent": parent},
        ).fetchone()
        return Shape(int(row[0]), int(row[1]))

    def part(self, parent: RecordId | None, offset: int, limit: int) -> list[Row]:
        """At most ``limit`` of the records directly under ``parent``, from place ``offset`` (0-based) on."""
        rows = self._database.conn.execute(
            f"""WITH part AS MATERIALIZED (
                SELECT id FROM record WHERE parent IS {_PARENT} AND NOT withdrawn ORDER BY {_ORDER}
                LIMIT :limit OFFSET :offset
            ) SELECT record.*, :parent AS parent_uuid,
                (SELECT count(*) FROM record AS below WHERE below.parent = record.id AND NOT below.withdrawn) AS below
            FROM part JOIN record ON record.id = part.id ORDER BY record.ordinal, record.uuid""",
            {"parent": parent, "limit": limit, "offset": offset},
        ).fetchall()
        inherited = self._records.secrecy_in(parent)
        return [Row(record_of(row, inherited), int(row["below"])) for row in rows]

    def place(self, record: RecordId) -> int:
        """Its place (0-based) among its siblings."""
        row = self._database.conn.execute(
            """SELECT count(*) FROM record AS own JOIN record AS ahead ON ahead.parent IS own.parent
            WHERE own.uuid = ? AND NOT ahead.withdrawn AND (ahead.ordinal, ahead.uuid) < (own.ordinal, own.uuid)""",
            [record],
        ).fetchone()
        return int(row[0])

    def before(self, record: Record) -> Record | None:
        """The nearest record ahead of ``record`` among its siblings that is described by the same profile."""
        row = self._database.conn.execute(
            f"""SELECT record.*, :parent AS parent_uuid FROM record WHERE parent IS {_PARENT} AND NOT withdrawn
            AND profile = :profile AND (ordinal, uuid) < (:ordinal, :own)
            ORDER BY ordinal DESC, uuid DESC LIMIT 1""",
            {"parent": record.parent, "profile": record.profile, "ordinal": record.ordinal, "own": record.id},
        ).fetchone()
        return None if row is None else record_of(row, self._records.secrecy_in(record.parent))

    def first(self) -> RecordId | None:
        """Where to begin: the first file that holds pages, else the first record at the top."""
        row = self._database.conn.execute(
            "SELECT uuid FROM record WHERE NOT withdrawn AND (level = :file AND pages OR parent IS NULL)"
            " ORDER BY level = :file AND pages > 0 DESC, id LIMIT 1",
            {"file": Level.FILE},
        ).fetchone()
        return None if row is None else RecordId(row[0])

    def totals(self) -> Totals:
        """What waits and what is done."""
        connection = self._database.conn
        pages, unread = connection.execute(
            "SELECT coalesce(sum(pages), 0), coalesce(sum(waiting), 0) FROM record WHERE parent IS NULL"
        ).fetchone()
        failed = connection.execute(
            "SELECT coalesce(sum(pages), 0) FROM queue WHERE state = ?", [JobState.FAILED]
        ).fetchone()[0]
        records, ready = connection.execute(
            """SELECT count(*), coalesce(sum(pages > inside AND NOT waiting), 0) FROM (
                SELECT pages, waiting, coalesce(
                    (SELECT sum(below.pages) FROM record AS below WHERE below.parent = record.id), 0) AS inside
                FROM record WHERE NOT withdrawn)"""
        ).fetchone()
        return Totals(int(records), int(pages), int(unread - failed), int(failed), int(ready))

    def sections(self, top: RecordId | None) -> tuple[Section, ...]:
        """The pages of ``top`` and everything below it, in order; of all records for None."""
        begin = "parent IS NULL" if top is None else "uuid = :top"
        rows = self._database.conn.execute(
            f"""WITH RECURSIVE inside(depth, ordinal, uuid, id, parent, code, pages) AS (
                SELECT 0, ordinal, uuid, id, parent, code, pages FROM record WHERE {begin} AND NOT withdrawn
                UNION ALL SELECT depth + 1, below.ordinal, below.uuid, below.id, below.parent, below.code, below.pages
                FROM inside JOIN record AS below ON below.parent = inside.id
                WHERE below.pages AND NOT below.withdrawn
                ORDER BY 1 DESC, 2, 3
            ) SELECT id, uuid, parent, code, pages FROM inside""",
            {"top": top},
        ).fetchall()
        own = {row[0]: row[4] for row in rows}
        for _id, _uuid, parent, _code, pages in rows:
            if parent in own:
                own[parent] -= pages
        found: list[Section] = []
        start = 0
        for row_id, uuid, _parent, code, _pages in rows:
            if own[row_id]:
                found.append(Section(RecordId(uuid), code, start, own[row_id]))
                start += own[row_id]
        return tuple(found)

    def files_named(self, text: str, limit: int, besides: str = "") -> list[str]:
        """Codes of at most ``limit`` files whose code holds ``text``, those made last first."""
        rows = self._database.conn.execute(
            "SELECT code FROM record WHERE level = ? AND NOT withdrawn AND code <> ? AND instr(lower(code), lower(?))"
            " ORDER BY id DESC LIMIT ?",
            [Level.FILE, besides, text, limit],
        )
        return sorted(row[0] for row in rows)

    def holders_named(self, text: str, limit: int) -> list[tuple[str, str]]:
        """Codes and titles of at most ``limit`` files and items whose code holds ``text``, in the order of codes."""
        rows = self._database.conn.execute(
            "SELECT code, title FROM record WHERE level IN (?, ?) AND NOT withdrawn AND instr(lower(code), lower(?))"
            " ORDER BY code LIMIT ?",
            [Level.FILE, Level.ITEM, text, limit],
        )
        return [(code, title) for code, title in rows]

    def choice(self, marks: Iterable[tuple[RecordId | None, bool]]) -> tuple[tuple[str, ...], int, int]:
        """What checked boxes choose: codes of records that stand for all below them, how many records among these and
        below them hold pages themselves, and the pages in them.

        A mark counts for its record (None: everything) and all below it, but where a nearer one says otherwise. A
        record with something unchecked below it is not chosen itself.
        """
        said = dict(marks)
        rows = self._database.conn.execute(
            "SELECT record.id, record.uuid, record.parent, record.code, record.pages FROM record WHERE NOT withdrawn"
            " ORDER BY parent IS NOT NULL, parent, ordinal, uuid"
        ).fetchall()
        inside: dict[int | None, list[tuple[int, str, str, int]]] = {}
        for row_id, uuid, parent, code, pages in rows:
            inside.setdefault(parent, []).append((row_id, uuid, code, pages))
        partly = self._partly({record for record, checked in said.items() if not checked})
        codes: list[str] = []
        packages = chosen_pages = 0
        ahead = [(each, said.get(None, False), False) for each in reversed(inside.get(None, []))]
        while ahead:
            (row_id, uuid, code, pages), above, covered = ahead.pop()
            checked = said.get(RecordId(uuid), above)
            below = inside.get(row_id, [])
            chosen = checked and uuid not in partly
            if chosen:
                own = pages - sum(each[3] for each in below)
                packages, chosen_pages = packages + (own > 0), chosen_pages + own
                if not covered:
                    codes.append(code)
            ahead += [(each, checked, chosen) for each in reversed(below)]
        return tuple(codes), packages, chosen_pages

    def _partly(self, unchecked: set[RecordId | None]) -> set[str]:
        """The ids of ``unchecked`` records and of all that they lie in."""
        found: set[str] = set()
        for record in unchecked:
            rows = self._database.conn.execute(
                """WITH RECURSIVE up(id, uuid, parent) AS (
                    SELECT id, uuid, parent FROM record WHERE uuid = ?
                    UNION ALL SELECT record.id, record.uuid, record.parent FROM record JOIN up ON record.id = up.parent
                ) SELECT uuid FROM up""",
                [record],
            )
            found.update(row[0] for row in rows)
        return found


def without_values(record: Record, above: Record | None) -> Record:
    """``record`` as if nothing of its own had been said of it but its code."""
    if above is None:
        return replace(record, title="", fields={})
    return replace(record, title="", fields={}, secrecy=None, effective_secrecy=above.effective_secrecy)
