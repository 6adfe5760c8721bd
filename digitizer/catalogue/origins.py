"""Whence the values of records and pages come, told from a station's chain: what was written there, and what acts of
receiving brought from other stations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from digitizer.catalogue import lineage as lineages
from digitizer.catalogue.audit import Act
from digitizer.catalogue.lineage import Head, Lineage
from digitizer.catalogue.records import STANDS
from digitizer.catalogue.schema import PAGE_BIRTHS
from digitizer.catalogue.store import Catalogue
from digitizer.catalogue.subjects import PLACE
from digitizer.catalogue.told import MERGE, Acts, meant, moved_beside, page_values, record_values

LINEAGE, HELD, OPEN = MERGE
"""In acts of receiving and settling: the lineages that are known after (or before) it; values of ours that were held
against others; differences that are open after (or before) it.
"""
RECEIVED = ("record.receive", "page.receive")
SETTLED = ("record.settle", "page.settle")
_RECORD_KINDS = (
    "record.create", "record.change", "record.move", "record.check", "record.approve", "record.explain",
    "record.receive", "record.settle", "undo", "redo",
)  # fmt: skip
_PAGE_KINDS = (
    *PAGE_BIRTHS, "page.change", "page.split", "page.arrange", "page.receive", "page.settle", "undo", "redo",
)  # fmt: skip
KINDS = tuple(dict.fromkeys((*_RECORD_KINDS, *_PAGE_KINDS)))
"""Acts that write values of records or pages."""
Known = dict[str, dict[str, Lineage]]


class Origins:
    """Lineages of the records and pages named, kept up with the chain."""

    def __init__(self, catalogue: Catalogue, subjects: Collection[str]) -> None:
        """``subjects``: UUIDs. The whole chain is read, for acts on pages name many."""
        self._catalogue = catalogue
        self._subjects = frozenset(subjects)
        self._read = 0
        self.known: Known = {}

    def catch_up(self) -> None:
        """Read what was added to the chain since; at first all of it."""
        audit = self._catalogue.audit
        for act in audit.following(self._read, KINDS):
            fold(audit, act, audit.station, self._subjects, self.known)
            self._read = act.seq
        self._read = max(self._read, audit.end()[0])

    def of(self, subject: str) -> dict[str, Lineage]:
        return self.known.get(subject, {})


def of_record(catalogue: Catalogue, record: str) -> dict[str, Lineage]:
    """The lineages of one record, from the acts about it alone."""
    known: Known = {}
    for act in catalogue.audit.acts_about(record, _RECORD_KINDS):
        fold(catalogue.audit, act, catalogue.audit.station, {record}, known)
    return known.get(record, {})


def fold(acts: Acts, act: Act, own: str, subjects: Collection[str], known: Known) -> None:
    """Take one act (of KINDS) of the station ``own`` into what is ``known`` of ``subjects``; ``acts``: of its chain."""
    told = meant(acts, act)
    if told.kind in (*RECEIVED, *SETTLED):
        if act.subject in subjects:
            _read_merge(act, told, own, known.setdefault(act.subject, {}))
        return
    for subject, values in _writings(acts, act, told):
        if subject in subjects:
            fields = known.setdefault(subject, {})
            if _changes(values, fields, own):
                _touch(act, own, fields)
            for field, value in values.items():
                head = Head(own, act.seq, value, act.at, act.person)
                fields[field] = lineages.written(fields.get(field), head, field)


def _changes(values: Mapping[str, Any], fields: Mapping[str, Lineage], own: str) -> bool:
    """Whether the thing itself was changed: a page or record that only makes room for another one was not."""
    stood, place = fields.get(PLACE), values.get(PLACE)
    stays = stood is not None and place is not None and lineages.chosen(PLACE, stood, own).value[0] == place[0]
    return bool(values.keys() - lineages.BY_RULE - ({PLACE} if stays else set()))


def _touch(act: Act, own: str, fields: dict[str, Lineage]) -> None:
    there = lineages.touched(fields, Head(own, act.seq, None, act.at, act.person))
    if there is not None:
        fields[lineages.WITHDRAWN] = there


def _read_merge(act: Act, told: Act, own: str, fields: dict[str, Lineage]) -> None:
    before, after = told.before or {}, told.after or {}
    brought, stood = (lineages.from_json(values.get(LINEAGE, ())) for values in (after, before))
    if told.kind in SETTLED:
        for field, lineage in stood.items():
            if act.kind == "undo":  # written anew: others may have seen the settlement
                heads = [Head(own, act.seq, head.value, head.at, head.person) for head in lineage.heads]
            else:
                value = as_fields(after, page=told.kind.startswith("page."))[field]
                heads = [Head(own, act.seq, value, act.at, act.person)]
            fields[field] = lineages.of(heads, fields.get(field, lineage).seen)  # not known where acts are sealed
        if lineages.WITHDRAWN not in stood:
            _touch(act, own, fields)
        return
    for field in brought:
        fields.pop(field, None)
    if act.kind == "undo":
        fields.update(stood)
        return
    fields.update(brought)
    for field, value in after.get(HELD, {}).items():
        ours = Head(own, told.seq, value, told.at, told.person)
        fields[field] = lineages.of([*fields[field].heads, ours], fields[field].seen)


def _writings(acts: Acts, act: Act, told: Act) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if told.kind.startswith("record."):
        yield act.subject, record_values(act, told)
        for record, ordinal in moved_beside(act).items():
            yield record, {STANDS: ordinal}
    elif told.kind.startswith("page."):
        for page, values in page_values(acts, act):
            yield page, as_fields(values, page=True)


def as_fields(values: Mapping[str, Any], *, page: bool) -> dict[str, Any]:
    """What an act says, by field: record and ordinal of a ``page`` are one, its place."""
    place = ("record", "ordinal") if page else ()
    fields = {name: value for name, value in values.items() if name not in (*place, "call", *MERGE)}
    return fields | ({PLACE: [values[name] for name in place]} if page and values.keys() >= set(place) else {})


def as_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round."""
    values = {name: value for name, value in fields.items() if name != PLACE}
    return values | (dict(zip(("record", "ordinal"), fields[PLACE], strict=True)) if PLACE in fields else {})


def without(names: Iterable[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    left_out = frozenset(names)
    return {name: value for name, value in fields.items() if name not in left_out}
