"""Commands that bring paper in: scanners and watched folders."""

from __future__ import annotations

import select
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from digitizer.capture.files import Duplicate, Imported, Outcome
from digitizer.capture.place import settled
from digitizer.capture.rules import StackRule
from digitizer.capture.scanner.faults import NoScanner
from digitizer.capture.scanner.profiles import DEFAULT, scan_profile
from digitizer.capture.scanner.session import Scanner
from digitizer.capture.scanner.wanted import Colours, Prepared, Source, Wanted, both_sides
from digitizer.capture.scans import Another, Found, ScanReport, Turned, find_scanners, ready_scanner, scan_sheets
from digitizer.capture.watch import watch
from digitizer.cli.call import Call, refused, said
from digitizer.cli.placing import going_on, place_of
from digitizer.cli.spool import imported, recover, refused_file
from digitizer.cli.stacks import document, in_answer, lines, not_sorted, sort_new, wanted_rule
from digitizer.completeness import Count
from digitizer.completeness import count as count_captured
from digitizer.errors import Exit
from digitizer.i18n import gettext, ngettext
from digitizer.model import PageId
from digitizer.workspace import Workspace

_LOOK_UP_SECONDS = 0.2


def devices(call: Call) -> Exit:
    found = find_scanners(call.task)
    call.output.answer([_device(each) for each in found], *(line for each in found for line in _device_lines(each)))
    if not found:
        call.output.aside(NoScanner().message)
    return Exit.DONE


def scan(call: Call) -> Exit:
    arguments, rule = call.arguments, wanted_rule(call)
    wanted = _wanted(call)
    with call.workspace() as workspace:
        before = recover(call, workspace)
        place = place_of(call, workspace)
        kept = settled(workspace, place)
        with Scanner(arguments.device) as scanner:
            device, ready = ready_scanner(scanner, arguments.device, wanted)
            for note in ready.notes:
                call.output.aside(note)
            asked = not ready.feeder and not arguments.collate and (arguments.pages or _at_a_terminal(call))
            count = arguments.pages or (None if ready.feeder or asked else 1)
            if count == 1 and not (arguments.pages or arguments.collate):
                call.output.aside(
                    gettext(
                        "One page is scanned: nobody can be asked for the next. For more, say how many with --pages."
                    )
                )
            report = scan_sheets(
                workspace, scanner, device, place=place, count=count, feeder=ready.feeder,
                turned=_turned(call) if arguments.collate else None, another=_another(call) if asked else None,
                task=call.task,
            )  # fmt: skip
            # Before the scanner is let go: a driver may take its time for that, or hang.
            _say_scanned(call, workspace, ready, report, rule=rule, before=before)
    code = said(call, [*report.spool.refused, *([report.problem] if report.problem else [])])
    code = code if report.problem is None else report.problem.exit
    stopped = call.task.cancelled
    if (report.problem or stopped) and report.seconds:
        on = gettext("What was scanned is safe. Go on with: {command}")
        if arguments.collate:
            on = gettext("What was scanned is safe. Scan what is left, without “--collate”: {command}")
        record = report.spool.record or kept.record
        call.output.aside(on.format(command=going_on(arguments, kept, record, len(report.seconds))))
    elif stopped:
        call.output.aside(gettext("Stopped. What was finished is kept; the same command goes on where it was."))
    return Exit.STOPPED if stopped else code


def _say_scanned(
    call: Call, workspace: Workspace, ready: Prepared, report: ScanReport, *, rule: StackRule | None,
    before: dict[str, Any],
) -> None:  # fmt: skip
    """Count and sort what came, and answer."""
    counted = None
    if report.spool.record is not None:
        duplex = call.arguments.collate or both_sides({option.name: option.value for option in ready.options})
        counted = count_captured(workspace, workspace.catalogue.records.get(report.spool.record), duplex=duplex)
    entered = report.spool.entered
    if rule is not None and (report.problem is not None or call.task.cancelled):
        not_sorted(call, rule)  # the rest of the stack is still to come
        sorted_, sorted_lines = in_answer(rule, None)
    else:
        new = [page for each in entered for page in each.pages]
        sorted_, sorted_lines = in_answer(rule, sort_new(call, workspace, new, rule))
    notes = [*filter(None, [report.note]), *report.spool.notes]
    pages = ngettext("Scanned: {count} page, into “{record}”", "Scanned: {count} pages, into “{record}”", len(entered))
    call.output.answer(
        {
            "imported": imported(entered),
            "refused": [*(refused_file(error) for error in report.spool.refused), *_stopped(report)],
            "duplicates": [],
            "record": report.spool.record,
            "counted": None if counted is None else _counted(counted),
            "notes": [*ready.notes, *notes],
        }
        | before
        | sorted_,
        pages.format(count=len(entered), record=report.spool.record or "–"),
        *([] if counted is None else [f"{counted.record.code}: {counted.sentence}"]),
        *sorted_lines,
    )
    for note in notes:
        call.output.aside(note)


def watch_folder(call: Call) -> Exit:
    arguments, rule = call.arguments, wanted_rule(call)

    def say(outcome: Outcome) -> None:
        if isinstance(outcome, Imported):
            told: dict[str, Any] = {"status": "imported"} | imported([outcome])[0]
            line = gettext("Imported: “{path}”").format(path=outcome.path)
        elif isinstance(outcome, Duplicate):
            told = {"status": "duplicate", "path": str(outcome.path), "of": outcome.of}
            line = gettext("Already there: “{path}”").format(path=outcome.path)
        else:
            told = {"status": "refused"} | refused_file(outcome)
            line = outcome.message
        call.output.answer(told, line)

    with call.workspace() as workspace:
        recover(call, workspace)
        call.output.aside(gettext("Watching “{path}”. Ctrl-C stops.").format(path=arguments.folder))

        def sort(pages: Sequence[PageId]) -> None:
            if (report := sort_new(call, workspace, pages, rule)) is not None:
                call.output.answer({"status": "sorted"} | document(report), *lines(report))

        report = watch(
            workspace, arguments.folder, say, record=arguments.record, move_to=arguments.move, task=call.task,
            on_settled=None if rule is None else sort,
        )  # fmt: skip
    done = {"imported": report.imported, "refused": report.refused, "duplicates": report.duplicates}
    told = gettext("Stopped. Imported: {imported}, refused: {refused}, already there: {duplicates}").format(**done)
    call.output.answer({"status": "stopped"} | done, told)
    return Exit.STOPPED


def _wanted(call: Call) -> Wanted:
    """The profile, with what was asked for besides."""
    arguments = call.arguments
    wanted = replace(scan_profile(arguments.profile or DEFAULT).wanted(), raw=tuple(arguments.set))
    if arguments.source is not None:
        wanted = replace(wanted, source=Source(arguments.source), must=wanted.must | {"source"})
    if arguments.mode is not None:
        wanted = replace(wanted, colours=Colours(arguments.mode), must=wanted.must | {"colours"})
    if arguments.resolution is not None:
        wanted = replace(wanted, resolution=arguments.resolution, must=wanted.must | {"resolution"})
    return wanted


def _turned(call: Call) -> Turned:
    """Waits for Enter between the two passes."""

    def wait(fronts: int) -> None:
        asked = ngettext(
            "{count} front was scanned. Turn the stack over, lay it in again and press Enter.",
            "{count} fronts were scanned. Turn the stack over, lay it in again and press Enter.",
            fronts,
        )
        call.output.aside(asked.format(count=fronts))
        while not call.task.cancelled and not select.select([sys.stdin], [], [], _LOOK_UP_SECONDS)[0]:
            pass
        if not call.task.cancelled and not sys.stdin.readline():
            call.output.aside(gettext("Nobody is there to press Enter: the backs are not scanned."))
            call.task.cancel()

    return wait


def _at_a_terminal(call: Call) -> bool:
    """Whether a person sits there who can be asked."""
    return sys.stdin.isatty() and not call.output.as_json


def _another(call: Call) -> Another:
    """Asks for Enter before the next page on the glass. Where nobody can answer, pages follow each other at once."""
    asked = 0

    def answer(done: int) -> bool | None:
        nonlocal asked
        if done != asked:
            asked = done
            call.output.aside(gettext("Lay the next page on the glass and press Enter, or q and Enter to end."))
        if not select.select([sys.stdin], [], [], _LOOK_UP_SECONDS)[0]:
            return None
        typed = sys.stdin.readline()
        return typed.strip().lower() != "q" if typed else not sys.stdin.isatty()

    return answer


def _stopped(report: ScanReport) -> list[dict[str, str]]:
    return (
        [] if report.problem is None else [{"path": str(report.problem.details["device"]), **refused(report.problem)}]
    )


def _counted(counted: Count) -> dict[str, Any]:
    return {
        "record": counted.record.code, "sheets": counted.sheets, "sides": counted.sides, "blank": counted.blank,
        "declared_sheets": counted.declared_sheets, "declared_sides": counted.declared_sides,
    }  # fmt: skip


def _device(found: Found) -> dict[str, Any]:
    device = found.device
    told = {
        "device": device.name,
        "vendor": device.vendor,
        "model": device.model,
        "type": device.kind,
        "options": [option.as_json() for option in found.options],
    }
    return told | ({} if found.problem is None else {"error": refused(found.problem)})


def _device_lines(found: Found) -> list[str]:
    device = found.device
    lines = [f"{device.name}  {device.vendor} {device.model}"]
    if found.problem is not None:
        return [*lines, f"    {found.problem.message}"]
    for option in found.options:
        if option.settable:
            unit = f" {option.unit}" if option.unit else ""
            allowed = "|".join(map(str, option.choices))
            if option.range is not None:
                allowed = f"{option.range[0]:g}..{option.range[1]:g}"
            lines.append(f"    {option.name}={option.value}{unit}  {allowed}".rstrip())
    return lines
