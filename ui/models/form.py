"""A record as its form shows it: taken in another thread, handed over frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from digitizer.catalogue.records import Records
from digitizer.catalogue.store import Catalogue
from digitizer.catalogue.tree import without_values
from digitizer.describe.profiles import Profile, Profiles
from digitizer.describe.same_number import same_number
from digitizer.errors import NoSuchRecord
from digitizer.model import Record, RecordId, RecordState, Value
from digitizer.tasks import Task
from digitizer.workspace import Workspace

Values = Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Form:
    """``own``: values of the record by the keys of its profile. ``beneath``: what counts where it has none of its own:
    inherited, else the default. ``inherited``: keys of those that come from above. ``proposed``: what templates make
    of the rest. ``before``: the record ahead of it that has the same form, ``example`` its own values. ``kept``: how
    many values the form has no field for. ``frozen``: the code of what is approved, the record itself or one above it,
    so that nothing may change; else "". ``twins``: codes of records with the same number, notation and issuing body.
    """

    record: Record
    profile: Profile
    profiles: Profiles
    own: Values
    beneath: Values
    inherited: frozenset[str]
    proposed: Mapping[str, str]
    before: Record | None
    example: Values
    kept: int
    frozen: str
    twins: tuple[str, ...]


def look_at(record_id: RecordId) -> Callable[[Workspace, Task], Form | None]:
    """Look at a record; gives None where it is gone. For a lane of the runner."""

    def look(workspace: Workspace, _: Task) -> Form | None:
        records, tree = workspace.catalogue.records, workspace.catalogue.tree
        try:
            record = records.find(record_id)
            above = records.find(record.parent) if record.parent is not None else None
        except NoSuchRecord:
            return None
        profile = records.profiles.get(record.profile)
        own = records.own(record)
        bare = without_values(record, above)
        beneath = records.described(bare) | {"code": None}
        if above is None:
            beneath["secrecy"] = None
        before = tree.before(record)
        return Form(
            record, profile, records.profiles, own, beneath, frozenset(_inherited(records, profile, bare)),
            propose(workspace.catalogue, record, own), before, records.own(before) if before is not None else {},
            sum(profile.spec(key) is None for key in record.fields),
            next((each.code for each in records.path(record) if each.state is RecordState.APPROVED), ""),
            tuple(each.code for each in same_number(workspace.catalogue, record)),
        )  # fmt: skip

    return look


def propose(catalogue: Catalogue, record: Record, values: Values) -> dict[str, str]:
    """What the templates of its profile make of ``values``, for the fields that are empty."""
    records = catalogue.records
    profile = records.profiles.get(record.profile)
    above = records.find(record.parent) if record.parent is not None else None
    known = {"ordinal": catalogue.tree.place(record.id) + 1} | {k: v for k, v in values.items() if v is not None}
    found = {}
    for spec in profile.field:
        if spec.template is not None and values.get(spec.key) in (None, ""):
            proposed = records.proposed(profile, spec.key, known, above)
            if proposed is not None:
                found[spec.key] = proposed
    return found


def _inherited(records: Records, profile: Profile, bare: Record) -> list[str]:
    above = [each for each in records.path(bare) if each.id != bare.id]
    said = [records.own(each) for each in above]
    keys = [spec.key for spec in profile.field if spec.inherit and any(own.get(spec.key) is not None for own in said)]
    return [*keys, "secrecy"] if above else keys
