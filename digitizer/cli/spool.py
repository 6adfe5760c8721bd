"""What lies in the spool: said, and entered where a command begins; damaged scans discarded."""

from __future__ import annotations

from typing import Any

from digitizer.capture.files import Imported
from digitizer.capture.recovery import Left, Recovered, discard_damaged, left_in_spool
from digitizer.capture.spool import enter_spool
from digitizer.cli.call import Call, refused, said
from digitizer.deliver.signed import SIGNATURES, as_fact
from digitizer.errors import Exit, FileRefused, KnownError
from digitizer.i18n import gettext, ngettext
from digitizer.workspace import Workspace


def spool(call: Call) -> Exit:
    with call.existing(waiting=False) as workspace:
        for path in call.arguments.discard:
            discard_damaged(workspace, path)
        left = left_in_spool(workspace)
    call.output.answer(
        [
            {
                "at": each.at, "device": each.device, "record": each.record, "busy": each.busy,
                "waiting": each.waiting, "damaged": list(map(str, each.damaged)),
            }
            for each in left
        ],
        *(line for each in left for line in _left_lines(each)),
    )  # fmt: skip
    if any(each.waiting and not each.busy for each in left):
        call.output.aside(
            gettext("The next scan, import, watch or process makes pages of what waits, and so does the window.")
        )
    if not left:
        call.output.aside(gettext("No scan waits in the spool."))
    return Exit.DONE


def recover(call: Call, workspace: Workspace) -> dict[str, Any]:
    """Enter what an earlier run has left in the spool, say it, and give it as JSON."""
    report = enter_spool(workspace, call.task)
    if report.entered:
        count = len(report.entered)
        told = ngettext("{count} page of an earlier scan entered", "{count} pages of an earlier scan entered", count)
        call.output.aside(told.format(count=count))
    for line in (*(run.unfinished for run in report.runs), *report.notes):
        if line:
            call.output.aside(line)
    said(call, report.refused)
    return {"recovered": imported(report.entered), "recovered_runs": [_recovered(run) for run in report.runs]}


def recover_if_allowed(call: Call, workspace: Workspace) -> None:
    """The same for commands that anyone may give: who may not scan is told that scans wait."""
    if not any(each.waiting and not each.busy for each in left_in_spool(workspace)):
        return
    try:
        workspace.catalogue.audit.require("page.scan")
    except KnownError as error:
        waits = gettext("Scans wait in the spool to be entered by somebody who may scan. {reason}")
        call.output.aside(waits.format(reason=error.message))
    else:
        recover(call, workspace)


def imported(entered: list[Imported]) -> list[dict[str, Any]]:
    """Pages that came in, in JSON."""
    return [
        {"path": str(each.path), "sha256": each.sha256, "pages": list(each.pages)}
        | ({} if each.signed is None else {SIGNATURES: as_fact(each.signed)})
        for each in entered
    ]


def refused_file(error: FileRefused) -> dict[str, str]:
    """A file that did not come in, in JSON."""
    return {"path": str(error.path), **refused(error)}


def _recovered(run: Recovered) -> dict[str, Any]:
    return {
        "at": run.at, "device": run.device, "record": run.record, "before": list(run.before),
        "entered": list(run.entered), "refused": [refused_file(error) for error in run.refused],
        "unfinished": run.unfinished, "notes": list(run.notes),
    }  # fmt: skip


def _left_lines(left: Left) -> list[str]:
    state = gettext("in work") if left.busy else gettext("{count} to be entered").format(count=left.waiting)
    damaged = [gettext("    damaged: {path}").format(path=path) for path in left.damaged]
    return [f"{left.at or '–'}  {left.device or '–'}  {left.record or '–'}  {state}", *damaged]
