"""The audit and the report of work done on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from digitizer import report as reports
from digitizer.acts import act_title, changes
from digitizer.catalogue.audit import Act
from digitizer.catalogue.permits import role_title
from digitizer.cli.call import Call
from digitizer.describe.profiles import Profiles
from digitizer.errors import Exit, WrongUsage
from digitizer.i18n import gettext, ngettext
from digitizer.model import clean
from digitizer.readable import ID, readable_changes


def audit(call: Call) -> Exit:
    arguments = call.arguments
    since, until = _days(call)
    with call.existing() as workspace:
        catalogue = workspace.catalogue
        acts = catalogue.audit.listed(
            since=since,
            until=until,
            record=catalogue.records.get(arguments.record).id if arguments.record else None,
            person=clean(arguments.by) if arguments.by else None,
        )
        if arguments.csv:
            head = [
                gettext("Time"), gettext("Person"), gettext("Role"), gettext("Account"), gettext("Station"),
                gettext("Number"), gettext("Act"), gettext("About"), gettext("Change"),
            ]  # fmt: skip
            call.output.table(head, (_row(act, about) for act, about in acts))
        else:
            call.output.listed(
                _lines(acts, catalogue.records.profiles) if not call.output.as_json else (_act(*each) for each in acts)
            )
    return Exit.DONE


def _days(call: Call) -> tuple[str, str]:
    """The first and last day asked for, ISO; "" where open. Raises WrongUsage where they run backwards."""
    since, until = call.arguments.since or "", call.arguments.until or ""
    if until and since > until:
        said = gettext("The first day, {since}, is later than the last, {until}.")
        raise WrongUsage(reason=said.format(since=since, until=until))
    return since, until


def _act(act: Act, about: str) -> dict[str, Any]:
    return {**asdict(act), "title": act_title(act.kind), "about": about}


def _row(act: Act, about: str) -> list[object]:
    return [
        act.at[:19].replace("T", " "), act.person, role_title(act.role), act.account, act.station, act.seq,
        act_title(act.kind), about, changes(act),
    ]  # fmt: skip


def _lines(acts: Iterable[tuple[Act, str]], profiles: Profiles) -> Iterator[str]:
    for act, about in acts:
        who = f"{act.person} ({role_title(act.role)})" if act.role else act.person
        of = "" if ID.fullmatch(about) else f": {about}"
        said = readable_changes(act, profiles)
        yield f"{act.at[:19].replace('T', ' ')}  {who}  {act_title(act.kind)}{of}  {said}".rstrip()


def report(call: Call) -> Exit:
    since, until = _days(call)
    with call.existing() as workspace:
        found = reports.figures(workspace, since, until)
    share, confidence = found.flagged_share, found.confidence
    call.output.answer(
        {
            **asdict(found),
            "flagged_share": None if share is None else round(share, 4),
            "confidence": None if confidence is None else round(confidence, 4),
            "norm_hours": round(found.norm_hours, 2),
        },
        gettext("Brought in: {images} pictures, {pages} pages, at least {sheets} sheets").format(
            images=found.images, pages=found.pages, sheets=found.sheets
        ),
        gettext("Hours at work: {hours:.1f}; by the norm (Circular 04/2014): {norm:.1f}").format(
            hours=found.hours, norm=found.norm_hours
        ),
        gettext("Read: {read} pages, {flagged} to look at, {blank} blank").format(
            read=found.read, flagged=found.flagged, blank=found.blank
        ),
        gettext("Mean confidence: {percent}").format(
            percent="–" if confidence is None else f"{100 * confidence:.1f} %"
        ),
        gettext("Withdrawn: {withdrawn}; turned by hand: {turned}; records delivered: {delivered}").format(
            withdrawn=found.withdrawn, turned=found.turned, delivered=found.delivered
        ),
        gettext("As A4: {a4:g} ({sizes})").format(
            a4=found.a4, sizes=", ".join(f"{name} × {count}" for name, count in found.sizes.items()) or "–"
        ),
        *(_effort_line(effort) for effort in found.efforts),
        *(_backlog_line(left) for left in found.backlog),
    )
    return Exit.DONE


def _effort_line(effort: reports.Effort) -> str:
    sentence = ngettext(
        "{day}  {person}: {pages} page in {hours:.1f} h",
        "{day}  {person}: {pages} pages in {hours:.1f} h",
        effort.pages,
    )
    return sentence.format(day=effort.day, person=effort.person, pages=effort.pages, hours=effort.hours)


def _backlog_line(left: reports.Backlog) -> str:
    sentence = gettext("{record}: {waiting} waiting, {failed} failed, {to_look_at} to look at, of {pages}")
    return sentence.format(**asdict(left))
