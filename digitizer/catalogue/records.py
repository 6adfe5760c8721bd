"""Fonds, files and items: created, found, listed, changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.errors import NoSuchRecord, RecordExists, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import Level, Record, RecordId, Secrecy, clean, new_id

UNFILED = "CHUA-XEP"
"""Code of the file that holds what was imported without naming a record (“chưa xếp hồ sơ”)."""
DEFAULT_FONDS = "PHONG"

_SELECT = """
WITH RECURSIVE inside(top, id) AS (
    SELECT id, id FROM record {where}
    UNION ALL SELECT inside.top, record.id FROM record JOIN inside ON record.parent = inside.id
),
counted AS (
    SELECT inside.top AS id, count(page.id) AS pages, total(job.state <> 'done') AS waiting
    FROM inside LEFT JOIN page ON page.record = inside.id AND NOT page.withdrawn LEFT JOIN job ON job.page = page.id
    GROUP BY inside.top
)
SELECT record.*, parent.uuid AS parent_uuid, counted.pages, counted.waiting
FROM counted JOIN record ON record.id = counted.id LEFT JOIN record AS parent ON parent.id = record.parent
ORDER BY record.parent IS NOT NULL, record.parent, record.ordinal, record.id
"""


class Records:
    """Records of one catalogue, by code (unique) or id."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def get(self, code: str) -> Record:
        """The record of that code. Raises NoSuchRecord."""
        found = self._select("WHERE code = ?", [clean(code)])
        if not found:
            raise NoSuchRecord(code=code)
        return found[0]

    def under(self, parent: RecordId | None = None) -> list[Record]:
        """The records directly under ``parent``, in order; the fonds where it is None."""
        if parent is None:
            return self._select("WHERE parent IS NULL", [])
        return self._select("WHERE parent = (SELECT id FROM record WHERE uuid = ?)", [parent])

    def all(self) -> list[Record]:
        """Every record, each followed by what lies in it."""
        inside: dict[RecordId | None, list[Record]] = {}
        for record in self._select("", []):
            inside.setdefault(record.parent, []).append(record)
        ordered: list[Record] = []
        ahead = inside.get(None, [])[::-1]
        while ahead:
            ordered.append(ahead.pop())
            ahead += inside.get(ordered[-1].id, [])[::-1]
        return ordered

    def create(
        self, level: Level, code: str, title: str, parent: Record | None = None, *,
        secrecy: Secrecy | None = None, origin: str | None = None,
    ) -> Record:  # fmt: skip
        """Create a record. ``origin``: the folder its loose images come from. A fonds without secrecy gets NONE.

        Raises RecordExists or WrongUsage."""
        if parent is None and secrecy is None:
            secrecy = Secrecy.NONE  # mandatory at the top, inherited below
        if not clean(code):
            raise WrongUsage(reason=gettext("A record needs a code."))
        with atomic(self._database):
            if self._select("WHERE code = ?", [clean(code)]):
                raise RecordExists(code=code)
            parent_row = None if parent is None else self._row_id(parent.id)
            values: dict[str, Any] = {
                "uuid": new_id(),
                "level": level,
                "parent": parent_row,
                "code": clean(code),
                "title": clean(title),
                "secrecy": secrecy,
                "origin": origin,
                "ordinal": self._next_ordinal(parent_row),
            }
            self._database.table("record").insert(values)
            said = {key: values[key] for key in ("level", "code", "title", "secrecy")}
            self._audit.append("record.create", values["uuid"], None, said | {"parent": parent and parent.code})
        return self.get(code)

    def change(self, record: Record, *, title: str | None = None, secrecy: Secrecy | None = None) -> Record:
        """Set the title or the record's own secrecy. Recorded with before and after, can be undone."""
        wanted = {key: value for key, value in (("title", title), ("secrecy", secrecy)) if value is not None}
        before = {key: getattr(record, key) for key in wanted}
        if wanted != before:
            with atomic(self._database):
                self.set_values(record.id, wanted)
                self._audit.append("record.change", record.id, before, wanted)
        return self.get(record.code)

    def set_values(self, record: RecordId, values: dict[str, Any]) -> None:
        """Write column values without an act of its own: for the journal, inside its transaction."""
        self._database.table("record").update(self._row_id(record), values)

    def values(self, record: RecordId, names: Sequence[str]) -> dict[str, Any]:
        """Present column values, for the journal."""
        row = self._database.table("record").get(self._row_id(record))
        return {name: row[name] for name in names}

    def file_for(self, code: str | None) -> Record:
        """The record that an import goes into: the one of that code, else a new file of that code; the unfiled one
        for None.
        """
        with atomic(self._database):
            try:
                return self.get(code or UNFILED)
            except NoSuchRecord:
                title = gettext("Not filed yet") if code is None else code
                return self.create(Level.FILE, code or UNFILED, title, self._default_fonds())

    def item_for(self, file: Record, title: str, origin: str | None) -> Record:
        """The item of ``file`` that gathers loose images of the folder ``origin``; a new item where there is none yet.

        ``origin`` None always makes a new item. Codes are the file's code, a dot, and the next running number.
        """
        if origin is not None:
            known = self._select(
                "WHERE parent = (SELECT id FROM record WHERE uuid = ?) AND origin = ?", [file.id, origin]
            )
            if known:
                return known[0]
        number = len(self.under(file.id)) + 1
        while self._select("WHERE code = ?", [code := f"{file.code}.{number:03d}"]):
            number += 1
        return self.create(Level.ITEM, code, title, file, origin=origin)

    def _default_fonds(self) -> Record:
        fonds = self.under()
        return fonds[0] if fonds else self.create(Level.FONDS, DEFAULT_FONDS, gettext("Default fonds"))

    def _row_id(self, record: RecordId) -> int:
        row = self._database.conn.execute("SELECT id FROM record WHERE uuid = ?", [record]).fetchone()
        if row is None:
            raise NoSuchRecord(code=record)
        return int(row[0])

    def _next_ordinal(self, parent: int | None) -> int:
        found = self._database.conn.execute("SELECT max(ordinal) FROM record WHERE parent IS ?", [parent]).fetchone()
        return int(found[0] or 0) + 1

    def _select(self, where: str, arguments: Sequence[Any]) -> list[Record]:
        rows = self._database.conn.execute(_SELECT.format(where=where), arguments).fetchall()
        return [self._record(row) for row in rows]

    def _record(self, row: Any) -> Record:
        own = None if row["secrecy"] is None else Secrecy(row["secrecy"])
        parent = None if row["parent_uuid"] is None else RecordId(row["parent_uuid"])
        return Record(
            RecordId(row["uuid"]), Level(row["level"]), row["code"], row["title"], parent,
            own, own or self._inherited(row["parent"]), row["pages"], int(row["waiting"]),
        )  # fmt: skip

    def _inherited(self, parent: int | None) -> Secrecy:
        while parent is not None:
            row = self._database.conn.execute("SELECT secrecy, parent FROM record WHERE id = ?", [parent]).fetchone()
            if row["secrecy"] is not None:
                return Secrecy(row["secrecy"])
            parent = row["parent"]
        return Secrecy.NONE
