"""Backups and people on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from digitizer.backups import make, reminders
from digitizer.backups import restore as restoring
from digitizer.catalogue.backups import BackupSet
from digitizer.catalogue.people import Person
from digitizer.catalogue.permits import role_title
from digitizer.cli.call import Call, refused
from digitizer.errors import NAMED, BackupDamaged, Exit, WrongUsage
from digitizer.i18n import gettext, marked
from digitizer.model import Role


def backup(call: Call) -> Exit:
    if call.arguments.due:
        return _due(call)
    if call.arguments.log or call.arguments.csv:
        return _log(call)
    if call.arguments.destination is None:
        raise WrongUsage(reason=gettext("A backup needs a folder to go to."))
    with call.existing() as workspace:
        made = make.backup(
            workspace, call.arguments.destination, full=call.arguments.full, media_end=call.arguments.media_end,
            task=call.task,
        )  # fmt: skip
        due = reminders.due(workspace)
    for warning in made.warnings:
        call.output.aside(warning)
    for place in made.lost:
        call.output.aside(
            gettext("Not in the backup, since it is missing or damaged here: {place}").format(place=place)
        )
    call.output.answer(
        {
            "path": str(made.path), "target": made.target, "kind": made.kind, "files": made.files, "bytes": made.bytes,
            "kept": made.kept, "manifest": made.manifest, "lost": list(made.lost), "warnings": list(made.warnings),
            "due": _reminders(due),
        },
        gettext("Backed up: {path} ({files} files, {kb} KB)").format(
            path=made.path, files=made.files, kb=made.bytes // 1000
        ),
        *(reminder.message for reminder in due),
    )  # fmt: skip
    return Exit.FAULTS if made.lost else Exit.DONE


def _due(call: Call) -> Exit:
    with call.existing() as workspace:
        due = reminders.due(workspace)
    call.output.answer(
        {"due": _reminders(due)},
        *([reminder.message for reminder in due] or [gettext("Nothing is due.")]),
    )
    return Exit.DONE


def _log(call: Call) -> Exit:
    with call.existing() as workspace:
        sets = workspace.catalogue.backups.log()
    rows = [asdict(each) for each in sets]
    if call.arguments.csv:
        call.output.table(
            [gettext(title) for title in _LOG_COLUMNS.values()], ([row[n] for n in _LOG_COLUMNS] for row in rows)
        )
    else:
        call.output.answer(rows, *(_log_line(each) for each in sets))
    return Exit.DONE


_LOG_COLUMNS = {
    "at": marked("Time"), "kind": marked("Kind"), "name": marked("Set"), "path": marked("Target"),
    "files": marked("Files"), "bytes": marked("Bytes"), "person": marked("Person"), "account": marked("Account"),
    "manifest": marked("SHA-256 of the list"),
}  # fmt: skip


def _log_line(made: BackupSet) -> str:
    return f"{made.at[:19]}  {made.name}  {made.path}  {made.bytes // 1000} KB  {made.person}"


def _reminders(due: tuple[reminders.Reminder, ...]) -> list[dict[str, Any]]:
    return [{"code": reminder.code, "message": reminder.message, **reminder.details} for reminder in due]


def restore(call: Call) -> Exit:
    try:
        brought = restoring.restore(
            call.arguments.source, call.root, call.settings, partial=call.arguments.partial, task=call.task
        )
    except BackupDamaged as error:
        call.output.aside(error.message)
        _say_damaged(call, error.files[NAMED:])
        call.output.answer({"error": refused(error), "damaged": list(error.files)})
        return Exit.FAULTS
    _say_damaged(call, restoring.at_fault(brought.damaged, brought.lost))
    call.output.answer(
        {
            "workspace": str(brought.workspace), "set": brought.header.name, "at": brought.header.at,
            "masters": brought.masters, "bytes": brought.bytes, "damaged": list(brought.damaged),
            "lost": list(brought.lost),
        },
        gettext("Restored: {path}, as it was at {at} ({masters} masters)").format(
            path=brought.workspace, at=brought.header.at[:19], masters=brought.masters
        ),
    )  # fmt: skip
    return Exit.FAULTS if brought.lost else Exit.DONE


def _say_damaged(call: Call, places: Sequence[str]) -> None:
    for place in places:
        call.output.aside(gettext("Damaged or missing: {place}").format(place=place))


def person_list(call: Call) -> Exit:
    with call.existing() as workspace:
        people, separated = workspace.catalogue.people.all(), workspace.catalogue.people.separated
    rule = gettext("Who scanned or described a record may not approve it.")
    call.output.answer(
        {"people": [_person(each) for each in people], "separate": separated},
        *(_person_line(each) for each in people),
        *([rule] if separated else []),
    )
    return Exit.DONE


def person_add(call: Call) -> Exit:
    with call.workspace() as workspace:
        made = workspace.catalogue.people.add(call.arguments.name, call.arguments.roles)
    call.output.answer(_person(made), _person_line(made))
    return Exit.DONE


def person_set(call: Call) -> Exit:
    arguments = call.arguments
    with call.existing() as workspace:
        changed = workspace.catalogue.people.change(
            arguments.name, new_name=arguments.new_name, roles=arguments.roles, active=arguments.back or None
        )
    call.output.answer(_person(changed), _person_line(changed))
    return Exit.DONE


def person_remove(call: Call) -> Exit:
    with call.existing() as workspace:
        gone = workspace.catalogue.people.change(call.arguments.name, active=False)
    call.output.answer(_person(gone), _person_line(gone))
    return Exit.DONE


def person_separate(call: Call) -> Exit:
    with call.existing() as workspace:
        workspace.catalogue.people.separate(call.arguments.wanted == "on")
    return person_list(call)


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "roles": list(person.roles), "active": person.active}


def _person_line(person: Person) -> str:
    roles = ", ".join(role_title(role) for role in Role if role in person.roles)
    return f"{person.name}  ({roles})" if person.active else gettext("{name}  (has left)").format(name=person.name)
