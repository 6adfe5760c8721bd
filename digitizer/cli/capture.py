"""Commands that bring paper in: scanners and watched folders."""

from __future__ import annotations

import select
import sys
from dataclasses import replace
from typing import Any

from digitizer.capture.files import Duplicate, Imported, Outcome
from digitizer.capture.scanner.profiles import DEFAULT, scan_profile
from digitizer.capture.scanner.session import Scanner
from digitizer.capture.scanner.wanted import Colours, Source, Wanted, prepare
from digitizer.capture.scans import Another, Found, ScanReport, Turned, find_scanners, first_scanner, scan_sheets
from digitizer.capture.spool import SpoolReport, enter_spool
from digitizer.capture.watch import watch
from digitizer.cli.call import Call, refused, said
from digitizer.errors import Exit, FileRefused
from digitizer.i18n import gettext, ngettext

_LOOK_UP_SECONDS = 0.2


def devices(call: Call) -> Exit:
    found = find_scanners(call.task)
    call.output.answer([_device(each) for each in found], *(line for each in found for line in _device_lines(each)))
    if not found:
        call.output.aside(gettext("No scanner was found on this machine."))
    return Exit.DONE


def scan(call: Call) -> Exit:
    arguments = call.arguments
    wanted = _wanted(call)
    with call.workspace() as workspace:
        before = recovered(call, enter_spool(workspace, call.task))
        with Scanner(arguments.device) as scanner:
            device = arguments.device or first_scanner(scanner)
            ready = prepare(scanner, device, scanner.open(device), wanted)
            for note in ready.notes:
                call.output.aside(note)
            asked = not ready.feeder and not arguments.collate and (arguments.pages or _at_a_terminal(call))
            count = arguments.pages or (None if ready.feeder or asked else 1)
            report = scan_sheets(
                workspace, scanner, device, record=arguments.record, count=count, feeder=ready.feeder,
                turned=_turned(call) if arguments.collate else None, another=_another(call) if asked else None,
                task=call.task,
            )  # fmt: skip
            # Before the scanner is let go: a driver may take its time for that, or hang.
            return _scanned(call, device, report, ready.notes, before)


def _scanned(call: Call, device: str, report: ScanReport, notes: list[str], before: list[dict[str, Any]]) -> Exit:
    entered = report.spool.entered
    pages = ngettext("Scanned: {count} page, into “{record}”", "Scanned: {count} pages, into “{record}”", len(entered))
    call.output.answer(
        {
            "imported": imported(entered),
            "refused": [*(_refused(error) for error in report.spool.refused), *_stopped(device, report)],
            "duplicates": [],
            "record": report.spool.record,
            "recovered": before,
            "notes": [*notes, *([report.note] if report.note else [])],
        },
        pages.format(count=len(entered), record=report.spool.record or "–"),
    )
    if report.note:
        call.output.aside(report.note)
    code = said(call, [*report.spool.refused, *([report.problem] if report.problem else [])])
    if report.problem and report.spool.record:
        on = gettext("What was scanned is safe. Go on with: digitizer scan --record {record}")
        call.output.aside(on.format(record=report.spool.record))
    if call.task.cancelled:
        call.output.aside(gettext("Stopped. What was finished is kept; the same command goes on where it was."))
        return Exit.STOPPED
    return code


def watch_folder(call: Call) -> Exit:
    arguments = call.arguments

    def say(outcome: Outcome) -> None:
        if isinstance(outcome, Imported):
            document: dict[str, Any] = {"status": "imported"} | imported([outcome])[0]
            line = gettext("Imported: “{path}”").format(path=outcome.path)
        elif isinstance(outcome, Duplicate):
            document = {"status": "duplicate", "path": str(outcome.path), "of": outcome.of}
            line = gettext("Already there: “{path}”").format(path=outcome.path)
        else:
            document = {"status": "refused"} | _refused(outcome)
            line = outcome.message
        call.output.answer(document, line)

    with call.workspace() as workspace:
        recovered(call, enter_spool(workspace, call.task))
        call.output.aside(gettext("Watching “{path}”. Ctrl-C stops.").format(path=arguments.folder))
        report = watch(
            workspace, arguments.folder, say, record=arguments.record, move_to=arguments.move, task=call.task
        )  # fmt: skip
    done = {"imported": report.imported, "refused": report.refused, "duplicates": report.duplicates}
    told = gettext("Stopped. Imported: {imported}, refused: {refused}, already there: {duplicates}").format(**done)
    call.output.answer({"status": "stopped"} | done, told)
    return Exit.STOPPED


def recovered(call: Call, report: SpoolReport) -> list[dict[str, Any]]:
    """Say what the spool still held from an earlier run, and give it as JSON."""
    if report.entered:
        count = len(report.entered)
        told = ngettext("{count} page of an earlier scan entered", "{count} pages of an earlier scan entered", count)
        call.output.aside(told.format(count=count))
    if report.unfinished:
        call.output.aside(gettext("The last sheet of an earlier run was not finished: scan it again."))
    said(call, report.refused)
    return imported(report.entered)


def imported(entered: list[Imported]) -> list[dict[str, Any]]:
    """Pages that came in, in JSON."""
    return [{"path": str(each.path), "sha256": each.sha256, "pages": list(each.pages)} for each in entered]


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
        if not call.task.cancelled:
            sys.stdin.readline()

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


def _stopped(device: str, report: ScanReport) -> list[dict[str, str]]:
    return [] if report.problem is None else [{"path": device, **refused(report.problem)}]


def _refused(error: FileRefused) -> dict[str, str]:
    return {"path": str(error.path), **refused(error)}


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
