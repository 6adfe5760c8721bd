"""The commands of records and of the profiles that describe them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digitizer.cli.call import Call, part_of
from digitizer.describe import own_profiles
from digitizer.describe.profiles import Profile, Profiles
from digitizer.describe.same_number import same_number
from digitizer.describe.values import shown
from digitizer.errors import Exit
from digitizer.i18n import gettext
from digitizer.labels.opening import record_for
from digitizer.model import Level, Record
from digitizer.workspace import Workspace

_INDENT = {level: "  " * depth for depth, level in enumerate(Level)}


def listed(call: Call) -> Exit:
    with call.existing() as workspace:
        records = workspace.catalogue.records.all()
    call.output.answer([as_json(record) for record in records], *(line(record) for record in records))
    return Exit.DONE


def show(call: Call) -> Exit:
    with call.existing() as workspace:
        records = workspace.catalogue.records
        record = record_for(workspace, call.arguments.code)
        pages = workspace.catalogue.pages.of_record(record.id)
        lacks = records.lacks(record)
        form = _form(workspace, record)
        document = as_json(record) | {"described": records.described(record)} | _same_number(call, workspace, record)
    listed_pages = [
        {"page": p.id, "record": p.record_code, "number": p.number, "name": p.name, "state": p.state} | part_of(p.part)
        for p in pages
    ]
    call.output.answer(
        document
        | {
            "lacks": [{"field": fault.key, "rule": fault.rule, "message": fault.sentence} for fault in lacks],
            "list": listed_pages,
        },
        line(record),
        *form,
        *(f"! {fault.sentence}" for fault in lacks),
        *(f"{p.record_code}  {p.number}  {p.id}  {p.state}  {p.name}" for p in pages),
    )
    return Exit.DONE


def new(call: Call) -> Exit:
    arguments = call.arguments
    with call.workspace() as workspace:
        records = workspace.catalogue.records
        parent = records.get(arguments.parent) if arguments.parent else None
        level = arguments.level
        if level is None:
            level = records.profiles.get(arguments.profile).level if arguments.profile else Level.FILE
        made = records.create(
            level, arguments.code, arguments.title, parent,
            profile=arguments.profile, values=dict(arguments.set), secrecy=arguments.secrecy,
        )  # fmt: skip
        document = as_json(made) | _same_number(call, workspace, made)
    call.output.answer(document, line(made))
    return Exit.DONE


def set_values(call: Call) -> Exit:
    given = dict(call.arguments.values)
    for name in ("title", "secrecy"):
        if getattr(call.arguments, name) is not None:
            given[name] = getattr(call.arguments, name)
    with call.existing() as workspace:
        records = workspace.catalogue.records
        changed = records.describe(records.get(call.arguments.code), given)
        form = _form(workspace, changed)
        document = as_json(changed) | _same_number(call, workspace, changed)
    call.output.answer(document, line(changed), *form)
    return Exit.DONE


def profiles(call: Call) -> Exit:
    known = Profiles(call.root)
    if call.arguments.name is None:
        call.output.answer(
            [{"name": p.name, "level": p.level, "label": p.label.model_dump()} for p in known.all.values()],
            *(f"{p.name:12} {p.level:9} {p.label.shown}" for p in known.all.values()),
        )
        return Exit.DONE
    profile = known.get(call.arguments.name)
    lists = {spec.codes: known.codes[spec.codes].model_dump()["entry"] for spec in profile.field if spec.codes}
    call.output.answer(profile.model_dump(mode="json") | {"code_lists": lists}, *_profile_lines(known, profile))
    return Exit.DONE


def add_profile(call: Call) -> Exit:
    with call.workspace() as workspace:
        name = own_profiles.add_profile(workspace, call.arguments.file)
    call.output.answer({"profile": name}, gettext("Profile added: {name}").format(name=name))
    return Exit.DONE


def load_codes(call: Call) -> Exit:
    with call.workspace() as workspace:
        codes = own_profiles.add_codes(workspace, call.arguments.file)
    said = gettext("Code list loaded: {name} ({count} codes)").format(name=codes.name, count=len(codes.entry))
    call.output.answer({"codes": codes.name, "entries": len(codes.entry)}, said)
    return Exit.DONE


def as_json(record: Record) -> dict[str, Any]:
    """The record in JSON."""
    return {
        "id": record.id,
        "level": record.level,
        "code": record.code,
        "title": record.title,
        "parent": record.parent,
        "secrecy": record.effective_secrecy,
        "pages": record.pages,
        "waiting": record.waiting,
        "profile": record.profile,
        "fields": dict(record.fields),
        "state": record.state,
    }


def line(record: Record) -> str:
    """The record in one line."""
    return f"{_INDENT[record.level]}{record.code}  {record.title}  ({record.pages})"


def _same_number(call: Call, workspace: Workspace, record: Record) -> dict[str, Any]:
    """The codes of records that may be the same paper, in JSON; a person is warned of them."""
    codes = [each.code for each in same_number(workspace.catalogue, record)]
    if codes:
        said = gettext("The same number, sign and issuing body are described for: {codes}.")
        call.output.aside(said.format(codes=", ".join(codes)))
    return {"same_number": codes}


def _form(workspace: Workspace, record: Record) -> list[str]:
    """What the record says of itself, a line a field."""
    known = workspace.catalogue.records.profiles
    specs = known.get(record.profile).field
    own = [(spec, record.fields.get(spec.key)) for spec in specs]
    return [
        f"  {spec.label.shown}: {shown(known, spec, value)}".replace("\n", "\n    ")
        for spec, value in own
        if value is not None
    ]


def _profile_lines(known: Profiles, profile: Profile) -> Iterator[str]:
    for spec in profile.field:
        yield f"{spec.key:20} {spec.type:7} {spec.length or '':>5} {'*' if spec.required else ' '} {spec.label.shown}"
        if spec.codes is not None:
            yield f"    {known.codes[spec.codes].in_words}"
