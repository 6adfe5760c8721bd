"""Differences that wait for a person: what stations made of one value without knowing of each other, and what the
catalogue could not take as it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from digitizer.acts import few, in_words
from digitizer.catalogue.lineage import Head
from digitizer.catalogue.store import Catalogue
from digitizer.catalogue.subjects import PLACE, Subjects, page_fields, record_fields
from digitizer.describe.profiles import Profile
from digitizer.describe.values import shown
from digitizer.errors import NoSuchDifference
from digitizer.i18n import gettext, marked


class Reason(StrEnum):
    """Why a difference is open."""

    VALUE = "value"
    CODE = "code-taken"
    APPROVED = "approved"
    HOLDS = "holds-something"
    PLACE = "same-place"


REASONS = {
    Reason.VALUE: marked("changed on several stations"),
    Reason.CODE: marked("another record has this code"),
    Reason.APPROVED: marked("it would come into a record that is approved here"),
    Reason.HOLDS: marked("it was taken away elsewhere, but there is something in it"),
    Reason.PLACE: marked("another page stands at that place"),
}
_FIELDS = {
    "code": marked("Code"), "title": marked("Title"), "secrecy": marked("Secrecy"), "profile": marked("Form"),
    "withdrawn": marked("Taken away"), "state": marked("State"), "explained": marked("Explained findings"),
    "parent": marked("Lies in"), PLACE: marked("Place"), "name": marked("File name"), "quarters": marked("Turned"),
    "split": marked("Part of the picture"), "sheet": marked("Sheet"), "side": marked("Side"),
    "replaces": marked("Replaces"), "sorted_from": marked("Sorted from"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a difference. ``shown``: for people. ``station``: its name; ``at``, ``person``: of the act that
    wrote it; "" where the program itself chose the value.
    """

    value: Any
    shown: str
    station: str
    at: str
    person: str


@dataclass(frozen=True, slots=True)
class Difference:
    """``id``: names it in commands. ``record``: code of the record that it is about, or that the page lies in;
    ``page``: number of the page in it, None for a record. ``label``: of the field; ``key``: its name in the form of the
    record, "" where it stands in none. ``ours``: what is shown here;
    ``theirs``: what else stands, at least one.
    """

    id: str
    subject: str
    field: str
    label: str
    record: str
    title: str
    page: int | None
    reason: Reason
    ours: Side
    theirs: tuple[Side, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open difference in short, for lists of thousands. ``stations``: UUIDs, of the values of theirs in order.
    ``state``: of all its values; where this is another text, a choice made before may mean another value.
    """

    id: str
    record: str
    stations: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """As it is kept. ``shown``: the value that was shown here when it was found."""

    reason: Reason
    shown: Any
    heads: tuple[Head, ...]

    def to_json(self) -> dict[str, Any]:
        return {"reason": str(self.reason), "shown": self.shown, "heads": [asdict(head) for head in self.heads]}

    @staticmethod
    def from_json(row: Mapping[str, Any]) -> Row:
        return Row(Reason(row["reason"]), row["shown"], tuple(Head(**head) for head in row["heads"]))


Rows = Mapping[str, Row | None]
"""By field; None where there is no difference."""


class Differences:
    """The differences of one catalogue. Kept beside the acts, which tell each that was opened or settled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._connection = catalogue.database.conn
        self._subjects = Subjects(catalogue)

    def row(self, subject: str, field: str) -> Row | None:
        found = self._connection.execute(
            "SELECT reason, shown, heads FROM difference WHERE subject = ? AND field = ?", [subject, field]
        ).fetchone()
        return None if found is None else _row(found)

    def put(self, subject: str, rows: Rows) -> None:
        """Keep these; part of the transaction of the act that tells them."""
        for field, row in rows.items():
            if row is None:
                self._connection.execute("DELETE FROM difference WHERE subject = ? AND field = ?", [subject, field])
                continue
            values = row.to_json()
            kept = [subject, field, values["reason"], _json(values["shown"]), _json(values["heads"])]
            self._connection.execute("INSERT OR REPLACE INTO difference VALUES (?, ?, ?, ?, ?)", kept)

    def open(self) -> list[Difference]:
        """All that wait, by record and page."""
        return list(self.of(each.id for each in self.waiting()))

    def waiting(self) -> list[Waiting]:
        """All that wait, by record and page: two statements, however many there are."""
        found: list[tuple[tuple[str, int, str, str], Waiting]] = []
        for statement, fields_of in ((_ON_RECORDS, record_fields), (_ON_PAGES, page_fields)):
            for kept in self._connection.execute(statement):
                row, present = _row(kept), fields_of(kept).get(kept["field"])
                others = _others(row, present)
                if others:
                    name, label = (
                        f"{kept['subject']}/{kept['field']}",
                        self._label(kept["field"], self._form(kept["form"])),
                    )
                    stations = tuple(head.station for head in others)
                    each = Waiting(name, kept["home"], stations, f"{_json(present)} {kept['heads']}")
                    found.append(((each.record, kept["place"], label, name), each))
        return [each for _, each in sorted(found)]

    def stations(self) -> dict[str, str]:
        """The names of all stations that are known, by UUID."""
        return dict(self._connection.execute("SELECT uuid, name FROM station").fetchall())

    def of(self, names: Iterable[str]) -> Iterator[Difference]:
        """Those of these ids that are open, in their order."""
        for name in names:
            subject, _, field = name.partition("/")
            row = self._connection.execute(
                "SELECT * FROM difference WHERE subject = ? AND field = ?", [subject, field]
            ).fetchone()
            yield from self._described(row) if row is not None else ()

    def get(self, name: str) -> Difference:
        """The open one of that id. Raises NoSuchDifference."""
        for found in self.of([name]):
            return found
        raise NoSuchDifference(id=name)

    def _described(self, kept: Any) -> Iterator[Difference]:
        """The difference in a row; nothing where a change by hand has ended it."""
        row, subject, field = _row(kept), kept["subject"], kept["field"]
        fields = self._subjects.fields(subject)
        if fields is None:
            return
        page = PLACE in fields
        present = fields.get(field)
        others = _others(row, present)
        if not others:
            return
        record = fields[PLACE][0] if page else subject
        code, title, profile = self._connection.execute(
            "SELECT code, title, profile FROM record WHERE uuid = ?", [record]
        ).fetchone()
        form = self._form("" if page else profile)
        spec = None if form is None else form.spec(field)
        own = Head(self._catalogue.audit.station, 0, present, "", "")
        wrote = max((head for head in row.heads if head.value == present), key=lambda head: head.at, default=own)
        yield Difference(
            f"{subject}/{field}", subject, field, self._label(field, form), code, title,
            self._number(subject, record) if page else None, row.reason,
            self._side(field, wrote, form), tuple(self._side(field, head, form) for head in others),
            "" if spec is None else spec.key,
        )  # fmt: skip

    def _form(self, profile: str) -> Profile | None:
        """That a record is described by; None for "", of a page."""
        return self._catalogue.records.profiles.get(profile) if profile else None

    def _side(self, field: str, head: Head, form: Profile | None) -> Side:
        shown = self._shown(field, head.value, form)
        return Side(head.value, shown, self._station(head.station), head.at, head.person)

    def _station(self, station: str) -> str:
        row = self._connection.execute("SELECT name FROM station WHERE uuid = ?", [station]).fetchone()
        return station if row is None else str(row[0])

    def labels(self, fields: Iterable[str], profile: str | None) -> tuple[str, ...]:
        """What fields are called in that profile; None for those of a page."""
        form = None if profile is None else self._catalogue.records.profiles.get(profile)
        return tuple(sorted(self._label(field, form) for field in fields))

    def _label(self, field: str, form: Profile | None) -> str:
        """``form``: that the record is described by; None for a page."""
        spec = None if form is None else form.spec(field)
        if spec is not None:
            return spec.label.shown
        return gettext(_FIELDS[field]) if field in _FIELDS else field

    def _number(self, page: str, record: str) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM page JOIN page AS own ON own.uuid = ? WHERE page.record ="
            " (SELECT id FROM record WHERE uuid = ?) AND NOT page.withdrawn AND page.ordinal <= own.ordinal",
            [page, record],
        ).fetchone()
        return int(row[0])

    def _shown(self, field: str, value: Any, form: Profile | None) -> str:
        spec = None if form is None else form.spec(field)
        if field in ("parent", PLACE):
            return self._record(value[0] if field == PLACE else value)
        if field == "withdrawn":
            return gettext("taken away") if value else gettext("there")
        if value is None:
            return gettext("as it was read") if field == "quarters" else "–"
        if spec is None:
            return in_words(field, value) or few(value)
        return shown(self._catalogue.records.profiles, spec, value)

    def _record(self, record: str | None) -> str:
        row = self._connection.execute("SELECT code FROM record WHERE uuid = ?", [record]).fetchone()
        return "/" if row is None else str(row[0])


_ON_RECORDS = """SELECT difference.*, record.*, parent.uuid AS parent_uuid, record.code AS home, -1 AS place,
    record.profile AS form
    FROM difference JOIN record ON record.uuid = difference.subject
    LEFT JOIN record AS parent ON parent.id = record.parent
"""
_ON_PAGES = """SELECT difference.*, page.*, record.uuid AS record_uuid, record.code AS home, page.ordinal AS place,
    '' AS form
    FROM difference JOIN page ON page.uuid = difference.subject JOIN record ON record.id = page.record
"""


def _others(row: Row, present: Any) -> list[Head]:
    """The values that stand beside the one that is shown here; none where a change by hand has ended the difference."""
    if row.reason is not Reason.VALUE and present != row.shown:
        return []
    return [head for head in row.heads if head.value not in (present, row.shown)]


def rows_from(kept: Mapping[str, Any]) -> dict[str, Row | None]:
    """Rows as an act tells them."""
    return {field: None if row is None else Row.from_json(row) for field, row in kept.items()}


def rows_told(rows: Rows) -> dict[str, Any]:
    return {field: None if row is None else row.to_json() for field, row in rows.items()}


def _row(kept: Any) -> Row:
    return Row.from_json(
        {"reason": kept["reason"], "shown": json.loads(kept["shown"]), "heads": json.loads(kept["heads"])}
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
