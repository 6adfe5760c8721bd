"""Pages: born once, found by id, listed by record, turned and withdrawn by a person; two of one picture kept apart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.frozen import refuse_approved
from digitizer.catalogue.places import Placed, Places, spread
from digitizer.errors import NoSuchPage
from digitizer.model import JobState, Level, Page, PageId, Record, RecordId, Sha256, clean, new_id
from ocr.load import Inspection
from ocr.stages import split

_COLUMNS = """
SELECT page.uuid, page.master_index, page.name, page.quarters, page.split, page.ordinal, master.sha256,
       page.sheet, page.side, page.replaces,
       job.state, job.fault, record.uuid AS record_uuid, record.code AS record_code"""
_BESIDE = """
JOIN master ON master.id = page.master JOIN job ON job.page = page.id JOIN record ON record.id = page.record
"""
_JOINED = f"FROM page {_BESIDE}"
_NUMBERED = f"""{_COLUMNS},
       (SELECT count(*) FROM page AS ahead
        WHERE ahead.record = page.record AND NOT ahead.withdrawn AND ahead.ordinal < page.ordinal) + 1 AS number
"""
_SELECT = f"{_NUMBERED} {_JOINED}"
_TO_LOOK_AT = """
WHERE NOT page.withdrawn AND page.id IN (
    SELECT page FROM job WHERE state = 'failed' UNION SELECT page FROM reading WHERE flags <> '[]'
) AND (job.state = 'failed' OR (job.state = 'done' AND reading.flags <> '[]'))"""


class Pages:
    """The pages of one catalogue."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self._places = Places(database)

    def known_in(self, code: str, sha256: Sha256, *, separators: bool = True) -> list[PageId]:
        """First page of each copy of that master that came into the record ``code`` (for a file: into its items too):
        that lies there, or was put elsewhere when a stack was sorted. ``separators``: also those that were withdrawn
        then.
        """
        rows = self._database.conn.execute(
            "SELECT page.uuid, page.master_index FROM page JOIN master ON master.id = page.master"
            " JOIN record AS own ON own.id = page.record JOIN record AS file ON file.id = page.file"
            " LEFT JOIN record AS stack ON stack.uuid = page.sorted_from"
            " LEFT JOIN record AS stack_file ON stack_file.id = stack.parent"
            " WHERE master.sha256 = ? AND coalesce(page.split ->> '$.part', '') <> ?"
            " AND (? IN (own.code, file.code) AND NOT page.withdrawn"
            "  OR ? IN (stack.code, stack_file.code) AND (? OR NOT page.withdrawn))"
            " ORDER BY page.master_index, page.id",
            [sha256, split.Part.RIGHT, clean(code), clean(code), separators],
        ).fetchall()
        return [PageId(row["uuid"]) for row in rows if row["master_index"] == rows[0]["master_index"]]

    def add(
        self, record: Record, sha256: Sha256, size: int, inspection: Inspection, *,
        name: str, call: str, told: Mapping[str, Any] | None = None,
    ) -> list[PageId]:  # fmt: skip
        """Add every page of a master to the end of ``record``, each with its job, as one act.

        ``call``: a UUID that all acts of one import share. ``told``: what the act says besides.
        """
        born = [PageId(new_id()) for _ in inspection.pages]
        with atomic(self._database):
            refuse_approved(self._database, record.id)
            ordinals = self._insert(record, born, self._master(sha256, size, inspection), name)
            said = {"record": record.code, "sha256": sha256, "name": name, "pages": born, "ordinals": ordinals}
            said |= {"call": call} | dict(told or {})
            self._audit.append("page.import", record.id, None, said)
        return born

    def add_scanned(
        self, record: Record, page: PageId, sha256: Sha256, size: int, inspection: Inspection, *,
        name: str, call: str, said: Mapping[str, Any],
    ) -> bool:  # fmt: skip
        """Add a scanned sheet side, which got its id when it was captured, to the end of ``record``, with its job.

        ``said``: what the act tells besides: device, its options, and the hash of the pixels. Gives False where the
        page is there already.
        """
        with atomic(self._database):
            if self._database.conn.execute("SELECT 1 FROM page WHERE uuid = ?", [page]).fetchone():
                return False
            refuse_approved(self._database, record.id)
            ordinals = self._insert(record, [page], self._master(sha256, size, inspection), name)
            told = {"record": record.code, "sha256": sha256, "name": name, "pages": [page], "ordinals": ordinals}
            self._audit.append("page.scan", record.id, None, told | {"call": call} | dict(said))
        return True

    def _insert(self, record: Record, born: Sequence[PageId], master: int, name: str) -> list[int]:
        """Rows of the pages of a master, behind those of the record, each with its job. Gives their ordinals."""
        record_row = self._record_row(record.id)
        item_of = self._record_row(record.parent) if record.level is Level.ITEM and record.parent else None
        last = self._database.conn.execute(
            "SELECT coalesce(max(ordinal), 0) FROM page WHERE record = ?", [record_row]
        ).fetchone()[0]
        _, ordinals = spread([last], 1, len(born))
        for index, page in enumerate(born):
            row = self._database.table("page").insert(
                {
                    "uuid": page, "record": record_row, "file": item_of or record_row,
                    "ordinal": ordinals[index], "master": master, "master_index": index, "name": name,
                }
            )  # fmt: skip
            self._database.table("job").insert({"page": row.last_pk, "state": JobState.WAITING})
        return ordinals

    def get(self, page: PageId) -> Page:
        """Raises NoSuchPage, also for one that was withdrawn."""
        row = self._database.conn.execute(f"{_SELECT} WHERE page.uuid = ? AND NOT page.withdrawn", [page]).fetchone()
        if row is None:
            raise NoSuchPage(page=page)
        return _page(row)

    def of_record(self, record: RecordId) -> list[Page]:
        """The pages of ``record`` and everything below it, in order; withdrawn ones left out."""
        rows = self._database.conn.execute(
            f"""WITH RECURSIVE inside(id, place) AS (
                SELECT id, '' FROM record WHERE uuid = ?
                UNION ALL SELECT record.id, inside.place || printf('.%019d', record.ordinal + (1 << 61)) || record.uuid
                FROM record JOIN inside ON record.parent = inside.id
            ) {_NUMBERED} FROM inside CROSS JOIN page ON page.record = inside.id {_BESIDE}
            WHERE NOT page.withdrawn ORDER BY inside.place, page.ordinal, page.id""",  # CROSS: from the record, always
            [record],
        )
        return [_page(row) for row in rows]

    def shared_masters(
        self, records: Sequence[RecordId], *, withdrawn: bool = False
    ) -> list[tuple[Sha256, RecordId, RecordId]]:
        """Masters of pages in ``records`` that hold pages of others, also withdrawn ones: each with the record and such
        another one. ``withdrawn``: also masters of which the record has withdrawn pages alone.
        """
        rows = self._database.conn.execute(
            "SELECT DISTINCT master.sha256, record.uuid, other_record.uuid FROM record"
            " JOIN page ON page.record = record.id"
            " JOIN page AS other ON other.master = page.master AND other.record <> page.record"
            " JOIN record AS other_record ON other_record.id = other.record JOIN master ON master.id = page.master"
            " WHERE record.uuid IN (SELECT value FROM json_each(?)) AND (? OR NOT page.withdrawn)",
            [json.dumps(records), withdrawn],
        )
        return [(Sha256(row[0]), RecordId(row[1]), RecordId(row[2])) for row in rows]

    def format_of(self, master: Sha256) -> str:
        """What kind of file a master is, as its inspection told."""
        found = self._database.conn.execute("SELECT format FROM master WHERE sha256 = ?", [master]).fetchone()
        return str(found[0])

    def count_in(self, master: Sha256) -> int:
        """How many pages a master has, as its inspection told, whether they lie in records or not."""
        found = self._database.conn.execute("SELECT pages FROM master WHERE sha256 = ?", [master]).fetchone()
        return int(found[0])

    def part(self, record: RecordId, offset: int, limit: int) -> list[Page]:
        """At most ``limit`` of the pages that lie in ``record`` itself, from place ``offset`` (0-based) on."""
        rows = self._database.conn.execute(
            f"""WITH part AS MATERIALIZED (
                SELECT id, row_number() OVER (ORDER BY ordinal, id) AS place FROM page
                WHERE record = (SELECT id FROM record WHERE uuid = ?) AND NOT withdrawn
                ORDER BY ordinal, id LIMIT ? OFFSET ?
            ) {_COLUMNS}, part.place AS number {_JOINED} JOIN part ON part.id = page.id ORDER BY part.place""",
            [record, limit, offset],
        )
        return [_page(row) for row in rows]

    def to_look_at(self, offset: int, limit: int) -> list[Page]:
        """Pages that may be wrong: those that failed, then those with flags, the least sure first. Not withdrawn."""
        rows = self._database.conn.execute(
            f"{_SELECT} LEFT JOIN reading ON reading.page = page.id {_TO_LOOK_AT}"
            " ORDER BY job.state <> 'failed', coalesce(reading.confidence, 0), page.id LIMIT ? OFFSET ?",
            [limit, offset],
        )
        return [_page(row) for row in rows]

    def count_to_look_at(self) -> int:
        """How many pages ``to_look_at`` can give."""
        found = self._database.conn.execute(
            "SELECT count(*) FROM page JOIN job ON job.page = page.id"
            f" LEFT JOIN reading ON reading.page = page.id {_TO_LOOK_AT}"
        ).fetchone()
        return int(found[0])

    def tray(self, record: RecordId | None = None) -> list[Page]:
        """Pages that were withdrawn and can be restored, of one record or of all, in order.

        The right one of two facing pages that were joined again is none: it is part of the left one now.
        """
        whose = "" if record is None else "AND record.uuid = ?"
        rows = self._database.conn.execute(
            f"""{_SELECT} WHERE page.withdrawn {whose} AND NOT EXISTS (
                SELECT 1 FROM act JOIN page AS whole ON whole.uuid = act.subject
                WHERE page.split IS NOT NULL AND act.kind = 'page.split'
                AND act.after ->> '$.beside' = page.uuid AND whole.split = ?
            ) ORDER BY record.code, page.ordinal, page.id""",
            [*([] if record is None else [record]), _json(split.Params())],
        )
        return [_page(row) for row in rows]

    def say_sheet(self, page: PageId, sheet: int | None, side: int | None) -> None:
        """Say which sheet of paper in its file (from 1) the page is on, and which side of it (1 front, 2 back); None
        leaves it to the order of the pages. Can be undone.
        """
        self._change(page, {"sheet": sheet, "side": side})

    def turn(self, page: PageId, quarters: int | None, told: Mapping[str, str] | None = None) -> None:
        """Set the clockwise quarter turns of a page by hand (None: leave it to the program) and queue it to be read
        again. ``told``: what the act says besides.
        """
        self._change(page, {"quarters": None if quarters is None else quarters % 4}, told)

    def withdraw(self, page: PageId) -> None:
        """Take a page out of its record. Its master and text stay; ``undo`` brings it back."""
        self._change(page, {"withdrawn": 1, "sorted_from": None})

    def split(self, page: PageId, left: split.Params, right: split.Params) -> PageId:
        """Make ``page``, which shows two facing pages, the left one, and add the right one behind it, as one act.

        Gives the right one's id. It waits to be read; the left one has just been.
        """
        beside = PageId(new_id())
        with atomic(self._database):
            row = self._database.table("page").get(self._row(page))
            record = self._record_of(page)
            standing = self._places.of(record)
            at = [each.row for each in standing].index(row["id"]) + 1
            first, ordinals = spread([each.ordinal for each in standing], at, 1)
            ordinal = ordinals.pop(at - first)
            moved = standing[first : first + len(ordinals)]  # where two neighbours have no room between them
            stood: Placed = {record: {each.id: each.ordinal for each in moved}}
            stands: Placed = {record: {each.id: place for each, place in zip(moved, ordinals, strict=True)}}
            self._places.put(stands)
            born = dict(row) | {"uuid": beside, "ordinal": ordinal, "split": _json(right), "withdrawn": 0}
            born |= {"sheet": None, "side": None, "replaces": None, "sorted_from": None}
            del born["id"]
            inserted = self._database.table("page").insert(born)
            self._database.table("job").insert({"page": inserted.last_pk, "state": JobState.WAITING})
            self._database.table("page").update(row["id"], {"split": _json(left)})
            # Undone, it is the whole picture, by a person's will: the program would only part it again.
            before: dict[str, Any] = {"split": _json(split.Params()), "withdrawn": 1}
            after: dict[str, Any] = {"split": _json(left), "withdrawn": 0}
            if moved:
                before, after = before | {"placed": stood}, after | {"placed": stands}
            told = {name: born[name] for name in ("name", "quarters", "split", "ordinal")} | {"record": record}
            self._audit.append("page.split", page, before, after | {"beside": beside, "born": told})
        return beside

    def join(self, page: PageId) -> PageId:
        """Keep two facing pages, of which ``page`` is one, as the one that was captured: the right one is withdrawn.

        Gives the id of what was the left one. It waits to be read again, and is not taken apart again.
        """
        with atomic(self._database):
            act = self._database.conn.execute(
                "SELECT subject, after ->> '$.beside' AS beside FROM act WHERE kind = 'page.split'"
                " AND ? IN (subject, after ->> '$.beside') ORDER BY seq DESC LIMIT 1",
                [page],
            ).fetchone()
            if act is None:
                raise NoSuchPage(page=page)
            self._audit.require("page.change")  # what the program parts, anyone's queue may part; a person joins
            left, beside = PageId(act["subject"]), PageId(act["beside"])
            refuse_approved(self._database, self._record_of(left))
            before = self.facing(left, beside)
            after = {"split": _json(split.Params()), "withdrawn": 1}
            self.set_facing(left, beside, after)
            self._audit.append("page.split", left, before, after | {"beside": beside})
        return left

    def facing(self, left: PageId, beside: PageId, moved: Placed | None = None) -> dict[str, Any]:
        """Present values of two facing pages, and places of those that ``moved`` to make room, for the journal."""
        present = self.values(left, ["split"]) | self.values(beside, ["withdrawn"])
        if moved is None:
            return present
        pages = [page for pages in moved.values() for page in pages]
        return present | {"placed": self._places.present(dict.fromkeys(pages))}

    def set_facing(self, left: PageId, beside: PageId, values: Mapping[str, Any]) -> None:
        """Write what the left one of two pages is and whether the right one is withdrawn, without an act of its own."""
        self.set_values(left, {"split": values["split"]})
        self.set_values(beside, {"withdrawn": values["withdrawn"]})
        self._places.put(values.get("placed", {}))

    def set_values(self, page: PageId, values: Mapping[str, Any]) -> None:
        """Write column values without an act of its own: for the journal, inside its transaction."""
        row = self._row(page)
        self._database.table("page").update(row, dict(values))
        if "quarters" in values or "split" in values:
            self._database.table("job").update(row, {"state": JobState.WAITING, "attempts": 0, "priority": 1})

    def values(self, page: PageId, names: Sequence[str]) -> dict[str, Any]:
        """Present column values, for the journal."""
        row = self._database.table("page").get(self._row(page))
        return {name: row[name] for name in names}

    def _change(self, page: PageId, wanted: dict[str, Any], told: Mapping[str, str] | None = None) -> None:
        with atomic(self._database):
            before = self.values(page, list(wanted))
            if before != wanted:
                refuse_approved(self._database, self._record_of(page))
                self.set_values(page, wanted)
                self._audit.append("page.change", page, before, wanted | dict(told or {}))

    def _master(self, sha256: Sha256, size: int, inspection: Inspection) -> int:
        self._database.table("master").insert(
            {"sha256": sha256, "bytes": size, "format": inspection.format, "pages": len(inspection.pages)}, ignore=True
        )
        found = self._database.conn.execute("SELECT id FROM master WHERE sha256 = ?", [sha256]).fetchone()
        return int(found[0])

    def _record_of(self, page: PageId) -> RecordId:
        row = self._database.conn.execute(
            "SELECT record.uuid FROM page JOIN record ON record.id = page.record WHERE page.uuid = ?", [page]
        ).fetchone()
        if row is None:
            raise NoSuchPage(page=page)
        return RecordId(row[0])

    def _record_row(self, record: RecordId) -> int:
        return int(self._database.conn.execute("SELECT id FROM record WHERE uuid = ?", [record]).fetchone()[0])

    def _row(self, page: PageId) -> int:
        row = self._database.conn.execute("SELECT id FROM page WHERE uuid = ?", [page]).fetchone()
        if row is None:
            raise NoSuchPage(page=page)
        return int(row[0])


def _json(params: split.Params) -> str:
    return json.dumps(asdict(params), sort_keys=True)


def _page(row: Any) -> Page:
    part = split.Part.WHOLE if row["split"] is None else split.Params(**json.loads(row["split"])).part
    return Page(
        PageId(row["uuid"]), RecordId(row["record_uuid"]), row["record_code"], row["number"], Sha256(row["sha256"]),
        row["master_index"], row["name"], row["quarters"], JobState(row["state"]), row["fault"], part,
        row["sheet"], row["side"], None if row["replaces"] is None else PageId(row["replaces"]),
    )  # fmt: skip
