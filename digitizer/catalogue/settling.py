"""A person's word on differences between stations: each settled by one act, which undo takes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digitizer.catalogue import lineage as lineages
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.differences import Difference, Differences, Row, rows_told
from digitizer.catalogue.frozen import refuse_approved
from digitizer.catalogue.origins import LINEAGE, OPEN, Origins, as_values
from digitizer.catalogue.received import Received
from digitizer.catalogue.store import Catalogue
from digitizer.catalogue.subjects import PLACE, Subjects
from digitizer.errors import NotEmpty, RecordExists, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import RecordId, RecordState, new_id
from digitizer.tasks import Task

OURS = 0
"""The choice of what is shown here; 1 and up name the values of ``Difference.theirs`` in order."""
_AGAIN = frozenset({"quarters", "split"})


def settle(catalogue: Catalogue, choices: Mapping[str, int], task: Task | None = None) -> list[str]:
    """End differences, by their ids, in favour of ``OURS`` or one of theirs (from 1); all of them or none, and one undo
    takes all back. Gives the pages whose image is to be made anew. Stopped by ``task``, nothing was settled.

    Raises NoSuchDifference, WrongUsage, RecordApproved, RecordExists, NotEmpty, or what forbids it to this person.
    """
    call, stale, task = new_id(), list[str](), task or Task()
    with atomic(catalogue.database):
        differences = Differences(catalogue)
        found = [(differences.get(name), choice) for name, choice in choices.items()]
        origins = Origins(catalogue, [difference.subject for difference, _ in found])
        for done, (difference, choice) in enumerate(found):
            task.check()
            task.report(done, len(found), difference.record)
            origins.catch_up()
            if not 0 <= choice <= len(difference.theirs):
                said = gettext("The difference “{id}” has no value {number}.")
                raise WrongUsage(reason=said.format(id=difference.id, number=choice))
            value = difference.ours.value if choice == OURS else difference.theirs[choice - 1].value
            _settle(catalogue, difference, value, origins, call)
            if difference.field in _AGAIN and choice != OURS:
                stale.append(difference.subject)
    return stale


def _settle(catalogue: Catalogue, difference: Difference, value: Any, origins: Origins, call: str) -> None:
    subjects, differences = Subjects(catalogue), Differences(catalogue)
    subject, field = difference.subject, difference.field
    was = subjects.fields(subject) or {}
    page = PLACE in was
    if value != was.get(field):
        _refuse(catalogue, subjects, difference, value, was)
        subjects.put(subject, {field: value})
    rows: dict[str, Row | None] = {field: differences.row(subject, field)}
    known = origins.of(subject)
    before = as_values({field: was.get(field)})
    before |= {OPEN: rows_told(rows), LINEAGE: lineages.to_json({field: known[field]} if field in known else {})}
    after = as_values({field: value}) | {OPEN: {field: None}, "call": call}
    differences.put(subject, {field: None})
    catalogue.audit.append("page.settle" if page else "record.settle", subject, before, after)
    Received(catalogue, call).follow(subject, was, was | {field: value})


def _refuse(
    catalogue: Catalogue, subjects: Subjects, difference: Difference, value: Any, was: Mapping[str, Any]
) -> None:
    subject, field = difference.subject, difference.field
    homes = [was[PLACE][0]] if PLACE in was else [subject]
    if field in (PLACE, "parent") and value:
        homes.append(value[0] if field == PLACE else value)
    if field == "state":
        if RecordState.APPROVED in (value, was["state"]):
            catalogue.audit.require("record.approve", subject)
        homes = [was["parent"]] if was["parent"] else []
    refuse_approved(catalogue.database, *map(RecordId, homes))
    named = catalogue.records.named([value]) if field == "code" else {}
    if any(record.id != subject for record in named.values()):
        raise RecordExists(code=value)
    if field == "withdrawn" and value and PLACE not in was and catalogue.records.holds_anything(RecordId(subject)):
        raise NotEmpty(record=was["code"])
