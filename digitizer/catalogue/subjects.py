"""Records and pages alike: what is kept of one by field, read and written without an act. Pages have their place
(record and ordinal) as one field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from digitizer.catalogue.places import Places
from digitizer.catalogue.records import STANDS
from digitizer.catalogue.store import Catalogue
from digitizer.model import PageId, RecordId

PLACE = "page-place"
"""Field of a page: the record that it lies in, and its ordinal there. No described value can have this name."""
_RECORD = ("code", "title", "secrecy", "profile", "withdrawn", "state")
_PAGE = ("name", "quarters", "withdrawn", "split", "sheet", "side", "replaces", "sorted_from")


class Subjects:
    """The records and pages of one catalogue, by UUID."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._connection = catalogue.database.conn
        self._places = Places(catalogue.database)

    def fields(self, subject: str) -> dict[str, Any] | None:
        """What is kept; described values that are not there are left out. None where there is no such thing."""
        row = self._connection.execute(
            "SELECT record.*, parent.uuid AS parent_uuid FROM record LEFT JOIN record AS parent"
            " ON parent.id = record.parent WHERE record.uuid = ?",
            [subject],
        ).fetchone()
        if row is not None:
            return record_fields(row)
        row = self._connection.execute(
            "SELECT page.*, record.uuid AS record_uuid FROM page JOIN record ON record.id = page.record"
            " WHERE page.uuid = ?",
            [subject],
        ).fetchone()
        return None if row is None else page_fields(row)

    def is_page(self, subject: str) -> bool:
        return self._connection.execute("SELECT 1 FROM page WHERE uuid = ?", [subject]).fetchone() is not None

    def home(self, subject: str) -> str | None:
        """The record that a record or page lies in."""
        fields = self.fields(subject) or {}
        return fields[PLACE][0] if PLACE in fields else fields.get("parent")

    def put(self, subject: str, fields: Mapping[str, Any]) -> None:
        """Write these fields. Raises sqlite3.IntegrityError where another record has the code."""
        plain = {name: value for name, value in fields.items() if name not in (PLACE, "parent", STANDS)}
        if PLACE in fields:
            record, ordinal = fields[PLACE]
            self._places.put({record: {subject: ordinal}})
        if "parent" in fields or STANDS in fields:
            present = self._catalogue.records.place(RecordId(subject))
            place = {name: fields.get(name, present[name]) for name in ("parent", STANDS)}
            self._catalogue.records.set_place(RecordId(subject), place)
        if plain and self.is_page(subject):
            was = self._catalogue.pages.values(PageId(subject), list(plain))
            changed = {name: value for name, value in plain.items() if value != was[name]}  # else it is read again
            if changed:
                self._catalogue.pages.set_values(PageId(subject), changed)
        elif plain:
            self._catalogue.records.set_values(RecordId(subject), plain)

    def approved_here(self, record: str | None) -> bool:
        """Whether the record, or one that it lies in, is approved by an act of this station, not by a received one."""
        approved = self._connection.execute(
            """WITH RECURSIVE up(uuid, parent, state) AS (
                SELECT uuid, parent, state FROM record WHERE uuid = ?
                UNION ALL SELECT above.uuid, above.parent, above.state
                FROM record AS above JOIN up ON above.id = up.parent
            ) SELECT (
                SELECT kind FROM act WHERE subject = up.uuid AND after ->> '$.state' IS NOT NULL
                ORDER BY seq DESC LIMIT 1
            ) FROM up WHERE state = 'approved'""",
            [record],
        ).fetchall()
        return any(row[0] != "record.receive" for row in approved)


def record_fields(row: Any) -> dict[str, Any]:
    """What is kept of a record, from its row with ``parent_uuid``."""
    kept = {name: row[name] for name in _RECORD} | {"parent": row["parent_uuid"], STANDS: row["ordinal"]}
    return kept | {"explained": json.loads(row["explained"])} | dict(json.loads(row["fields"]))


def page_fields(row: Any) -> dict[str, Any]:
    """What is kept of a page, from its row with ``record_uuid``."""
    return {name: row[name] for name in _PAGE} | {PLACE: [row["record_uuid"], row["ordinal"]]}
