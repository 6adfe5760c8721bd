"""One function a command: asks the core, prints the answer, gives the exit code."""

from __future__ import annotations

import os
from typing import Any

from digitizer import check as checks
from digitizer import demo as demos
from digitizer import doctor as doctors
from digitizer import jobs, journal
from digitizer import steps as stepped
from digitizer.capture.files import ImportReport, Repeats, import_paths
from digitizer.catalogue.audit import Act
from digitizer.cli.call import Call, refused, said
from digitizer.cli.output import printable
from digitizer.cli.placing import place_of
from digitizer.cli.spool import imported, recover, recover_if_allowed, refused_file
from digitizer.cli.stacks import in_answer, sort_new, wanted_rule
from digitizer.errors import Exit, NoDisplay, PageNotRead
from digitizer.i18n import gettext, ngettext
from digitizer.model import PageId
from ocr.formats import alto, hocr, tables


def gui(call: Call) -> Exit:
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise NoDisplay  # Qt itself would abort the process
    return Exit(call.open_window(call.root, call.settings))


def demo(call: Call) -> Exit:
    from digitizer.cli.deliver import package_document, package_line  # loads what only deliveries need

    root = call.arguments.workspace or demos.demo_workspace()
    report = demos.run_demo(root, call.settings, call.task)
    call.output.answer(
        {
            "pages": report.pages,
            "seconds": round(report.seconds, 2),
            "records": report.records,
            "hits": sum(report.hits.values()),
            "queries": report.hits,
            "delivered": [package_document(package) for package in report.delivered],
            "failed": report.failed,
            "workspace": str(report.workspace),
        },
        gettext("Workspace: {path}").format(path=report.workspace),
        gettext("Pages: {count}").format(count=report.pages),
        gettext("Seconds: {seconds:.1f}").format(seconds=report.seconds),
        gettext("Records: {count}").format(count=report.records),
        *(gettext("Search “{query}”: {count} pages").format(query=q, count=n) for q, n in report.hits.items()),
        *(package_line(package) for package in report.delivered),
    )
    return Exit.REFUSED if report.failed else Exit.DONE


def import_files(call: Call) -> Exit:
    report, rule = ImportReport(), wanted_rule(call)
    call.output.keep(lambda: _imported(report))
    with call.workspace() as workspace:
        before = recover(call, workspace)
        import_paths(
            workspace, call.arguments.paths, place_of(call, workspace), call.task, report,
            profile=call.arguments.profile, repeats=None if rule is None else Repeats(),
        )  # fmt: skip
        pages = [page for each in report.imported for page in each.pages]
        sorted_, sorted_lines = in_answer(rule, sort_new(call, workspace, pages, rule))
    document, lines = _imported(report)
    call.output.answer(document | before | sorted_, *lines, *sorted_lines)
    for note in (*report.signed(), *report.notes()):
        call.output.aside(note)
    return said(call, report.refused)


def _imported(report: ImportReport) -> tuple[dict[str, Any], list[str]]:
    pages = sum(len(each.pages) for each in report.imported)
    document = {
        "imported": imported(report.imported),
        "refused": [refused_file(error) for error in report.refused],
        "duplicates": [{"path": str(each.path), "of": each.of} for each in report.duplicates],
        "left_out": [str(path) for path in report.left_out],
        "notes": [*report.signed(), *report.notes()],
    }
    files = ngettext("{count} file", "{count} files", len(report.imported)).format(count=len(report.imported))
    paged = ngettext("{count} page", "{count} pages", pages).format(count=pages)
    return document, [
        gettext("Imported: {files}, {pages}").format(files=files, pages=paged),
        *(gettext("Already there: “{path}”").format(path=each.path) for each in report.duplicates),
    ]


def process(call: Call) -> Exit:
    report = jobs.ProcessReport()
    call.output.keep(lambda: _processed(report))
    with call.existing() as workspace:
        recover_if_allowed(call, workspace)
        if call.arguments.retry:
            workspace.catalogue.queue.retry_failed()
        jobs.process(
            workspace,
            processes=call.arguments.jobs,
            scheduler=call.arguments.scheduler,
            task=call.task,
            report=report,
        )
    for error in report.workers_refused:
        call.output.aside(error.message)
    document, lines = _processed(report)
    call.output.answer(document, *lines)
    return said(call, [error for _, error in report.failed])


def _processed(report: jobs.ProcessReport) -> tuple[dict[str, Any], list[str]]:
    document = {
        "done": report.done,
        "failed": [{"page": page, **refused(error)} for page, error in report.failed],
        "seconds": round(report.seconds, 2),
    }
    return document, [
        gettext("Pages read: {done}, in {seconds:.1f} s").format(done=report.done, seconds=report.seconds)
    ]


def text(call: Call) -> Exit:
    with call.existing() as workspace:
        page = workspace.catalogue.pages.get(PageId(printable(call.arguments.page).lower()))
        found = workspace.catalogue.readings.text(page.id)
    if found is None:
        raise PageNotRead(page=page.id)
    if call.arguments.alto:
        shown = alto.write(found, page.name).decode()
    elif call.arguments.hocr:
        shown = hocr.write(found, page.name).decode()
    elif call.arguments.csv:
        shown = "\n".join(tables.write(found)).replace("\r\n", "\n").replace("\ufeff", "")
    else:
        shown = found.text
    call.output.answer(
        {
            "page": page.id,
            "record": page.record_code,
            "number": page.number,
            "width": found.size.width,
            "height": found.size.height,
            "dpi": found.dpi,
            "text": shown,
            "mended": [
                {"text": word.text, "read": word.read, "box": word.box.as_list()}
                for word in found.words
                if word.read is not None
            ],
            "areas": [
                {"kind": area.kind, "box": area.box.as_list(), "colour": list(area.colour)} for area in found.areas
            ],
        },
        shown,
    )
    return Exit.DONE


def steps(call: Call) -> Exit:
    of, folder = call.arguments.page, call.arguments.folder
    if of.is_file():
        made = stepped.steps_of_file(of, call.arguments.number - 1, call.settings, call.task)
    else:
        with call.existing() as workspace:
            page = workspace.catalogue.pages.get(PageId(printable(str(of)).lower()))
            made = stepped.steps_of_page(workspace, page, call.task)
    paths = stepped.write_steps(made, folder)
    call.output.answer(
        {"steps": [{"name": step.name, "path": str(path)} for step, path in zip(made, paths, strict=True)]},
        *(f"{path}  {stepped.step_title(step.name)}" for step, path in zip(made, paths, strict=True)),
    )
    return Exit.DONE


def check(call: Call) -> Exit:
    with call.existing() as workspace:
        report = checks.check(workspace, quick=call.arguments.quick, task=call.task)
    faults = [{"code": fault.code, "what": fault.what, "where": fault.where} for fault in report.faults]
    verdict = gettext("No fault found.") if report.ok else gettext("Faults: {count}").format(count=len(faults))
    call.output.answer(
        {"ok": report.ok, "masters": report.masters, "faults": faults},
        gettext("Masters checked: {count}").format(count=report.masters),
        *(f"{fault.code}  {fault.where}: {fault.what}" for fault in report.faults),
        verdict,
    )
    return Exit.DONE if report.ok else Exit.FAULTS


def doctor(call: Call) -> Exit:
    items = doctors.examine()
    ok = doctors.healthy(items)
    lines = [f"{'✓' if item.found else '✗'} {item.name:24} {item.found or item.mend}" for item in items]
    call.output.answer(
        {
            "ok": ok,
            "items": [
                {"name": i.name, "found": i.found, "needed_for": i.needed_for, "mend": i.mend, "required": i.required}
                for i in items
            ],
        },
        *(f"{line}  ({item.needed_for})" for line, item in zip(lines, items, strict=True)),
        gettext("Everything that the main job needs is here.")
        if ok
        else gettext("Something that is needed is missing."),
    )
    return Exit.DONE if ok else Exit.MISSING


def undo(call: Call) -> Exit:
    with call.existing() as workspace:
        act = journal.Journal(workspace).undo()
        about = workspace.catalogue.audit.about(act.id)
    said = gettext("Taken back: {act} ({about})").format(act=journal.title(act), about=about)
    call.output.answer({"undone": act.id} | _journalled(act, about), said)
    return Exit.DONE


def redo(call: Call) -> Exit:
    with call.existing() as workspace:
        act = journal.Journal(workspace).redo()
        about = workspace.catalogue.audit.about(act.id)
    said = gettext("Done again: {act} ({about})").format(act=journal.title(act), about=about)
    call.output.answer({"redone": act.id} | _journalled(act, about), said)
    return Exit.DONE


def _journalled(act: Act, about: str) -> dict[str, str]:
    return {"kind": act.kind, "subject": act.subject, "about": about, "title": journal.title(act)}
