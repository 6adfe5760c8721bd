"""What another station made of records and pages, taken into this catalogue: each as one act, so that it is told by the
chain, proven by ``check`` and taken back by undo.

What only one side changed is taken; what both changed differently is left as it is shown here and laid before a person
(``differences.py``). What is shown follows from what is known alone, not from the order in which it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from digitizer.catalogue import lineage as lineages
from digitizer.catalogue.audit import Act
from digitizer.catalogue.brought import Brought
from digitizer.catalogue.differences import Differences, Reason, Row, Rows, rows_from, rows_told
from digitizer.catalogue.lineage import Head, Lineage
from digitizer.catalogue.origins import HELD, LINEAGE, OPEN, as_fields, as_values, of_record
from digitizer.catalogue.places import Places
from digitizer.catalogue.records import STANDS
from digitizer.catalogue.store import Catalogue
from digitizer.catalogue.subjects import PLACE, Subjects
from digitizer.model import JobState, Level, RecordId, Sha256

_AGAIN = frozenset({"quarters", "split"})
"""Of a page: what it was read by."""


class Outcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Original:
    """A master as it was counted where it came in. ``size`` in bytes, ``pages`` in it."""

    sha256: Sha256
    size: int
    format: str
    pages: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A record (with ``level``) or a page (with ``original`` and its ``index`` in it, from 0) as another station knows
    it, by the lineages of its fields.
    """

    id: str
    fields: Mapping[str, Lineage]
    level: Level | None = None
    original: Original | None = None
    index: int = 0


class Received:
    """Takes in what comes, in the transaction around; ``call``: a UUID that all acts of one package share."""

    def __init__(self, catalogue: Catalogue, call: str) -> None:
        self._catalogue = catalogue
        self._connection = catalogue.database.conn
        self._own = catalogue.audit.station
        self._call = call
        self._subjects = Subjects(catalogue)
        self._places = Places(catalogue.database)
        self._differences = Differences(catalogue)
        self.stale: set[str] = set()
        """Pages whose image is no longer what they are."""
        self.brought = Brought()
        self._filled: set[str] = set()

    def take(self, coming: Coming, known: Mapping[str, Lineage]) -> Outcome:
        """Take in one record or page; ``known``: its lineages here. What it lies in must be there."""
        present = self._subjects.fields(coming.id)
        joined: dict[str, Lineage] = {}
        for field, theirs in coming.fields.items():
            both = lineages.joined(known.get(field), theirs)
            # Where each side is said to have replaced the other's value, which no station of ours says, ours stays.
            joined[field] = both if both.heads else known[field]
        news = {field: lineage for field, lineage in joined.items() if lineage != known.get(field)}
        if present is not None and not news:
            return Outcome.SAME
        whole = {**known, **joined}
        held: dict[str, Any] = {}
        reasons: dict[str, Reason] = {}
        wanted = {field: self._chosen(field, lineage) for field, lineage in news.items()}
        frozen = present is not None and self._frozen(coming.id, present)
        if present is not None and frozen:
            held = {field: present.get(field) for field, value in wanted.items() if value != present.get(field)}
        elif present is not None:
            for field in (PLACE, "parent"):  # nothing is moved into what is approved
                if field in wanted and self._approved(wanted[field]) and not self._approved(present[field]):
                    held[field] = present[field]
        shown = {field: value for field, value in wanted.items() if field not in held}
        if not frozen:
            self._show_withdrawn(coming, present, whole, shown, reasons)
            if coming.level is not None:
                self._show_code(coming.id, present, whole, shown, reasons)
        was = present or {}
        values = {name: value for name, value in shown.items() if value != was.get(name)}
        if present is None:
            values = {name: value for name, value in shown.items() if value is not None or name in _TOLD_EMPTY}
            self._insert(coming, shown)
        self._subjects.put(coming.id, values)
        judged = news.keys() | (set() if frozen else {"withdrawn", "code"} & whole.keys())
        rows = self._rows(judged, was | shown, held, reasons, whole)
        self._tell(
            coming.id, {"withdrawn": 1} if present is None else {name: was.get(name) for name in values}, values, rows,
            told_before={LINEAGE: lineages.to_json({field: known[field] for field in news if field in known})},
            told_after={LINEAGE: lineages.to_json(news)} | ({HELD: held} if held else {}), born=present is None,
        )  # fmt: skip
        if coming.original is not None and values.keys() & _AGAIN:
            self.stale.add(coming.id)
        self._filled.update(each[PLACE][0] for each in (was, values) if PLACE in each)
        self.follow(coming.id, was, was | values)
        return Outcome.ADDED if present is None else Outcome.CHANGED

    def set_in_order(self) -> None:
        """After pages came: those that came to stand at one place stand behind each other. In their transaction."""
        for record in sorted(self._filled):
            self._order(record)
        self._filled.clear()

    def lay_open(self, subject: str, rows: Rows) -> None:
        """Lay values before a person that no station's acts tell, such as those of an archive's package."""
        self._tell(subject, {}, {}, rows)

    def put(self, act: Act, present: Mapping[str, Any], wanted: Mapping[str, Any], *, back: bool) -> bool:
        """Take back (or do again) an act of receiving or settling, for the journal; False where it cannot be."""
        fields = self._subjects.fields(act.subject)
        page = act.kind.startswith("page.")
        here, then = as_fields(present, page=page), as_fields(wanted, page=page)
        if fields is None or any(fields.get(field) != value for field, value in here.items()):
            return False
        if then.get("withdrawn") == 1 and "parent" in fields and self._holds(act.subject):
            return False
        self._subjects.put(act.subject, then)
        rows: dict[str, Row | None] = dict.fromkeys(rows_from((act.after or {}).get(OPEN, {})))
        rows |= rows_from(((act.before if back else act.after) or {}).get(OPEN, {}))
        self._differences.put(act.subject, rows)
        return True

    def _chosen(self, field: str, lineage: Lineage) -> Any:
        return lineages.chosen(field, lineage, self._own).value

    def _approved(self, home: Any) -> bool:
        """Whether the home that a field ``place`` or ``parent`` names is approved here."""
        return self._subjects.approved_here(home[0] if isinstance(home, list) else home)

    def _frozen(self, subject: str, present: Mapping[str, Any]) -> bool:
        row = self._differences.row(subject, "withdrawn")
        if row is not None and row.reason is Reason.APPROVED:  # it waits outside
            return False
        return self._approved(present.get(PLACE, subject))

    def _show_withdrawn(
        self, coming: Coming, present: Mapping[str, Any] | None, whole: Mapping[str, Lineage], shown: dict[str, Any],
        reasons: dict[str, Reason],
    ) -> None:  # fmt: skip
        """Whether it is there: not in what is approved here, and always where something lies in it."""
        wanted = self._chosen("withdrawn", whole["withdrawn"])
        home = "parent" if coming.level is not None else PLACE
        waits = self._differences.row(coming.id, "withdrawn")
        outside = present is None or (waits is not None and waits.reason is Reason.APPROVED)
        shown["withdrawn"] = wanted
        if outside and not wanted and self._approved(shown.get(home, (present or {}).get(home))):
            shown["withdrawn"], reasons["withdrawn"] = 1, Reason.APPROVED
        elif wanted and present is not None and coming.level is not None and self._holds(coming.id):
            shown["withdrawn"], reasons["withdrawn"] = 0, Reason.HOLDS

    def _show_code(
        self, record: str, present: Mapping[str, Any] | None, whole: Mapping[str, Lineage], shown: dict[str, Any],
        reasons: dict[str, Reason],
    ) -> None:  # fmt: skip
        """Its code; one of its own where another record has it."""
        withdrawn = shown.get("withdrawn", (present or {}).get("withdrawn"))
        code = self._chosen("code", whole["code"])
        taken = not withdrawn and any(other != record for other in self._claimants(code))
        shown["code"] = _own_code(code, record) if taken else code
        if taken:
            reasons["code"] = Reason.CODE

    def _rows(
        self, judged: AbstractSet[str], shown: Mapping[str, Any], held: Mapping[str, Any],
        reasons: Mapping[str, Reason], whole: Mapping[str, Lineage],
    ) -> dict[str, Row | None]:  # fmt: skip
        rows: dict[str, Row | None] = {}
        for field in sorted(judged - lineages.BY_RULE):
            heads = whole[field].heads
            if field in held:
                heads = (*heads, Head(self._own, 0, held[field], "", ""))
            differ = len(whole[field].values) > 1 or field in held or field in reasons
            reason = reasons.get(field, Reason.VALUE)
            rows[field] = Row(reason, held.get(field, shown.get(field)), heads) if differ else None
        return rows

    def _insert(self, coming: Coming, shown: Mapping[str, Any]) -> None:
        """A row of its own, taken away until its values are written."""
        if coming.level is not None:
            parent = self._record_row(shown["parent"])
            self._connection.execute(
                "INSERT INTO record (uuid, level, parent, code, title, secrecy, ordinal, profile, withdrawn)"
                " VALUES (?, ?, ?, ?, '', ?, ?, ?, 1)",
                [coming.id, coming.level, parent, coming.id, shown["secrecy"], shown[STANDS], shown["profile"]],
            )
            return
        assert coming.original is not None, "a page has a master"
        record, ordinal = shown[PLACE]
        row, file = self._places.file_of(RecordId(record))
        original = coming.original
        self._connection.execute(
            "INSERT OR IGNORE INTO master (sha256, bytes, format, pages) VALUES (?, ?, ?, ?)",
            [original.sha256, original.size, original.format, original.pages],
        )
        page = self._connection.execute(
            "INSERT INTO page (uuid, record, file, ordinal, master, master_index, name, withdrawn)"
            " VALUES (?, ?, ?, ?, (SELECT id FROM master WHERE sha256 = ?), ?, ?, 1)",
            [coming.id, row, file, ordinal, original.sha256, coming.index, shown["name"]],
        )
        self._connection.execute(
            "INSERT INTO job (page, state, withdrawn) VALUES (?, ?, 1)", [page.lastrowid, JobState.WAITING]
        )

    def _tell(
        self, subject: str, before: Mapping[str, Any], after: Mapping[str, Any], rows: Rows, *,
        told_before: Mapping[str, Any] | None = None, told_after: Mapping[str, Any] | None = None, born: bool = False,
    ) -> None:  # fmt: skip
        """The act of what was received, and the differences that it opened or ended."""
        stood = {field: self._differences.row(subject, field) for field in rows}
        changed = {field: row for field, row in rows.items() if row != stood[field]}
        self._differences.put(subject, changed)
        page = self._subjects.is_page(subject)
        self.brought.note(subject, after, page=page, born=born)
        kind = "page.receive" if page else "record.receive"
        was, now = dict(told_before or {}), dict(told_after or {})
        if changed:
            was |= {OPEN: rows_told({field: stood[field] for field in changed})}
            now |= {OPEN: rows_told(changed)}
        self._catalogue.audit.append(
            kind, subject, as_values(before) | was, as_values(after) | now | {"call": self._call}
        )

    def follow(self, subject: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        """What follows for other records, after the fields of ``subject`` changed: a code that is free again or taken,
        and homes that hold something or no longer do.
        """
        codes = [_plain_code(fields["code"], subject) for fields in (was, now) if "code" in fields]
        for code in dict.fromkeys(codes):
            self._assign(code)
        homes = [home[0] if isinstance(home, list) else home for each in (was, now) for home in _homes(each)]
        for home in dict.fromkeys(homes):
            self._revise(home)
        if codes:
            self._revise(subject)

    def _claimants(self, code: str) -> dict[str, str]:
        """The records that are there and would have this code, each with the one that it has."""
        rows = self._connection.execute(
            "SELECT uuid, code FROM record WHERE NOT withdrawn AND (code = ? OR (code > ? AND code < ?))",
            [code, f"{code}{_MARK}", f"{code}{chr(ord(_MARK) + 1)}"],
        )
        return {row[0]: row[1] for row in rows if row[1] in (code, _own_code(code, row[0]))}

    def _assign(self, code: str) -> None:
        """Give the code to one of those that would have it: to ours, else to the lowest UUID; the others get their
        own.
        """
        claimants = self._claimants(code)
        if len(claimants) < 2 and code in claimants.values():
            return
        approved = {record for record in claimants if self._subjects.approved_here(record)}
        keeps = {record for record in approved if claimants[record] == code}
        ranked = sorted(claimants, key=lambda record: (record not in keeps, not self._named_here(record), record))
        for record in reversed(ranked):  # the one that gets it at last, when it is free
            shown = code if record == ranked[0] else _own_code(code, record)
            if claimants[record] == shown or record in approved:
                continue
            lineage = of_record(self._catalogue, record)["code"]
            row = Row(Reason.CODE, shown, lineage.heads) if shown != code else None
            if row is None and len(lineage.values) > 1:
                row = Row(Reason.VALUE, shown, lineage.heads)
            self._subjects.put(record, {"code": shown})
            self._tell(record, {"code": claimants[record]}, {"code": shown}, {"code": row})

    def _named_here(self, record: str) -> bool:
        row = self._connection.execute(
            "SELECT kind FROM act WHERE subject = ? AND after ->> '$.code' IS NOT NULL ORDER BY seq DESC LIMIT 1",
            [record],
        ).fetchone()
        return row is not None and row[0] != "record.receive"

    def _revise(self, record: str | None) -> None:
        """A record that was taken away is there all the same as long as something lies in it; so upwards."""
        while record is not None:
            fields, row = self._subjects.fields(record), self._differences.row(record, "withdrawn")
            reason = None if row is None else row.reason
            if fields is None or reason is Reason.APPROVED or not (fields["withdrawn"] or reason is Reason.HOLDS):
                return
            holds = self._holds(record)
            if holds == (not fields["withdrawn"]):
                return
            lineage = of_record(self._catalogue, record)
            shown: dict[str, Any] = {"withdrawn": int(not holds)}
            rows: dict[str, Row | None] = {"withdrawn": None}
            if holds:
                reasons: dict[str, Reason] = {}
                self._show_code(record, fields, lineage, shown, reasons)
                rows["withdrawn"] = Row(Reason.HOLDS, 0, lineage["withdrawn"].heads)
                if reasons:
                    rows["code"] = Row(Reason.CODE, shown["code"], lineage["code"].heads)
            values = {field: value for field, value in shown.items() if value != fields[field]}
            self._subjects.put(record, values)
            self._tell(record, {field: fields[field] for field in values}, values, rows)
            self._assign(_plain_code(fields["code"], record))
            record = fields["parent"]

    def _order(self, record: str) -> None:
        """Pages that would stand at one place stand behind each other, by their UUIDs."""
        kept: list[tuple[int, bool, str, int]] = []
        rows: dict[str, Row] = {}
        for standing in self._places.of(RecordId(record)):
            wants = standing.ordinal
            row = self._differences.row(standing.id, PLACE)
            if row is not None and row.shown == [record, wants]:
                rows[standing.id] = row
                home, ordinal = self._chosen(PLACE, lineages.of(row.heads, {}))
                wants = ordinal if home == record else wants
            waits = standing.withdrawn and self._differences.row(standing.id, "withdrawn") is not None
            kept.append((wants, waits, standing.id, standing.ordinal))
        last: int | None = None
        for wants, _, page, ordinal in sorted(kept):
            last = shown = wants if last is None else max(wants, last + 1)
            if shown == ordinal:
                continue
            heads = rows[page].heads if page in rows else (Head("", 0, [record, wants], "", ""),)
            reason = rows[page].reason if page in rows else Reason.PLACE
            stays = shown != wants or reason is Reason.VALUE
            self._subjects.put(page, {PLACE: [record, shown]})
            self._tell(
                page, {PLACE: [record, ordinal]}, {PLACE: [record, shown]},
                {PLACE: Row(reason, [record, shown], heads) if stays else None},
            )  # fmt: skip

    def _holds(self, record: str) -> bool:
        return self._catalogue.records.holds_anything(RecordId(record))

    def _record_row(self, record: str | None) -> int | None:
        row = self._connection.execute("SELECT id FROM record WHERE uuid = ?", [record]).fetchone()
        return None if row is None else int(row[0])


_MARK = "~"
_TOLD_EMPTY = ("secrecy", "parent", "quarters", "split", "sheet", "side", "replaces", "sorted_from")


def _own_code(code: str, record: str) -> str:
    """The code of a record whose own another one has: the same on every station."""
    return f"{code}{_MARK}{record[:8]}"


def _plain_code(code: str, record: str) -> str:
    return code.removesuffix(f"{_MARK}{record[:8]}")


def _homes(fields: Mapping[str, Any]) -> list[Any]:
    return [fields[name] for name in (PLACE, "parent") if fields.get(name) is not None]
