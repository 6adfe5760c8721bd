"""Items with the same number, sign and issuing body, of the same year: one paper, described twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from digitizer.catalogue.fold import bare
from digitizer.catalogue.store import Catalogue
from digitizer.model import Record, RecordId


def same_number(catalogue: Catalogue, record: Record) -> list[Record]:
    """The other records with the number, sign and issuing body of this one, and its year where both tell one."""
    keys = _number_of(record)
    if keys is None:
        return []
    rows = catalogue.database.conn.execute(
        "SELECT uuid FROM record WHERE ltrim(fields ->> '$.number', '0') = ltrim(?, '0')"
        " AND length(fields ->> '$.notation') = length(?) AND fields ->> '$.number' IS NOT NULL"
        " AND NOT withdrawn AND uuid <> ? ORDER BY id",
        [record.fields["number"], record.fields["notation"], record.id],
    )
    others = [catalogue.records.find(RecordId(row[0])) for row in rows.fetchall()]
    return [other for other in others if _number_of(other) == keys and _may_be_one(_year(record), _year(other))]


def groups_of_one_number(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Those that may be one paper, at least two together; one without a date may be in several groups."""
    by_number: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for record in records:
        if (keys := _number_of(record)) is not None:
            by_number[keys].append(record)
    for together in by_number.values():
        for year in sorted({_year(each) for each in together} - {None} or {None}, key=str):
            members = [each for each in together if _may_be_one(_year(each), year)]
            if len(members) > 1:
                yield members


def _number_of(record: Record) -> tuple[str, str, str] | None:
    """Number, sign and issuing body, as they are compared; None where one is missing."""
    number, notation, body = (str(record.fields.get(key, "")) for key in ("number", "notation", "issuing_body"))
    if not (number and notation and body):
        return None
    return number.lstrip("0"), notation.upper(), bare(body)


def _year(record: Record) -> str | None:
    date = str(record.fields.get("date", ""))
    return date[:4] or None


def _may_be_one(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other
