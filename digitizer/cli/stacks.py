"""Commands that sort stacks of paper, and print what parts and labels them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitizer.capture.parting import Sign
from digitizer.capture.rules import StackRule, refuse_fields, stack_rule
from digitizer.capture.sorting import SortReport, sort_captured, sort_pages
from digitizer.cli.call import Call
from digitizer.cli.records import as_json, line
from digitizer.describe.profiles import Profiles
from digitizer.errors import Exit, KnownError, PaperExists, WrongUsage
from digitizer.i18n import gettext, ngettext
from digitizer.labels.opening import records_in_picture
from digitizer.labels.printing import Printed, write_labels, write_plain_separators, write_separators
from digitizer.labels.sheets import label_sheet
from digitizer.model import PageId
from digitizer.tasks import Cancelled
from digitizer.workspace import Workspace

_PATCH = "T"


def record_sort(call: Call) -> Exit:
    rule = stack_rule(call.arguments.by)
    with call.existing() as workspace:
        report = sort_pages(workspace, call.arguments.code, rule, task=call.task)
    call.output.answer(document(report), *lines(report))
    _say_doubts(call, report)
    return Exit.DONE


def wanted_rule(call: Call) -> StackRule | None:
    """The rule that ``--sort`` names, asked for before anything is captured; None without it."""
    if call.arguments.sort is None:
        return None
    rule = stack_rule(call.arguments.sort)
    refuse_fields(rule, Profiles(call.root))
    return rule


def sort_new(call: Call, workspace: Workspace, pages: Sequence[PageId], rule: StackRule | None) -> SortReport | None:
    """Sort what was just captured, where a rule was given. What was captured is safe, whatever comes of it."""
    if rule is None:
        return None
    try:
        report = sort_captured(workspace, pages, rule, call.task)
    except (KnownError, Cancelled) as error:
        if isinstance(error, KnownError):
            call.output.aside(error.message)
        not_sorted(call, rule)
        return None
    _say_doubts(call, report)
    return report


def in_answer(rule: StackRule | None, report: SortReport | None) -> tuple[dict[str, Any], list[str]]:
    """What sorting adds to the answer of a command that captures: its document and its lines."""
    if report is None:
        return {} if rule is None else {"sorted": None}, []
    return {"sorted": document(report)}, lines(report)


def not_sorted(call: Call, rule: StackRule) -> None:
    """Say how to sort what could not be sorted now."""
    said = gettext(
        "What was captured is safe, but was not sorted. Sort it with: digitizer record sort CODE --by {rule}"
    )
    call.output.aside(said.format(rule=rule.name))


def document(report: SortReport) -> dict[str, Any]:
    """A report in JSON."""
    return {
        "rule": report.rule,
        "items": [
            {
                "record": item.record, "file": item.file, "pages": list(item.pages), "new": item.new,
                "sign": None if item.sign is None else _sign(item.sign),
            }
            for item in report.items
        ],
        "separators": [
            {
                "page": each.page, "number": each.number, "stack": each.stack, "record": each.record,
                "back": each.back,
            } | _sign(each.sign)
            for each in report.separators
        ],
        "doubts": [{"page": doubt.page, "message": doubt.sentence} for doubt in report.doubts],
        "emptied": list(report.emptied),
    }  # fmt: skip


def lines(report: SortReport) -> list[str]:
    """A report in lines."""
    said = []
    for item in report.items:
        pages = ngettext("{count} page", "{count} pages", len(item.pages)).format(count=len(item.pages))
        said.append("  ".join([item.record, pages, *([gettext("new item")] if item.new else [])]))
    for each in report.separators:
        text = gettext("Page {number} of “{stack}” was a separator ({sign}): it is in the tray of “{record}”.")
        if each.back:
            text = gettext(
                "Page {number} of “{stack}” was the back of a separator ({sign}): it is in the tray of “{record}”."
            )
        sign = each.sign.text or each.sign.kind
        said.append(text.format(number=each.number, stack=each.stack, sign=sign, record=each.record))
    said += [gettext("Nothing was left in “{code}”: it was taken away.").format(code=code) for code in report.emptied]
    return said


def labels(call: Call) -> Exit:
    arguments = call.arguments
    sheet = label_sheet(arguments.sheet)
    _refuse_target(arguments.destination)
    with call.existing() as workspace:
        made = write_labels(
            workspace, arguments.destination, arguments.records, sheet,
            start=arguments.start, boxes=arguments.box, task=call.task,
        )  # fmt: skip
    count = ngettext("{count} label", "{count} labels", len(made.codes)).format(count=len(made.codes))
    sheets = ngettext("{count} sheet", "{count} sheets", made.pages).format(count=made.pages)
    said = gettext("{labels} on {sheets}: {path}").format(labels=count, sheets=sheets, path=made.path)
    return _printed(call, made, said)


def separators(call: Call) -> Exit:
    arguments = call.arguments
    _refuse_target(arguments.destination)
    if arguments.records:
        with call.existing() as workspace:
            made = write_separators(workspace, arguments.destination, arguments.records, call.task)
    elif arguments.patch is not None:
        made = write_plain_separators(arguments.destination, arguments.patch, _PATCH, task=call.task)
    else:
        made = write_plain_separators(arguments.destination, arguments.plain or 1, task=call.task)
    said = ngettext("{count} separator sheet: {path}", "{count} separator sheets: {path}", made.pages)
    return _printed(call, made, said.format(count=made.pages, path=made.path))


def record_find_label(call: Call) -> Exit:
    with call.existing() as workspace:
        records = records_in_picture(workspace, call.arguments.picture, call.task)
    others = [as_json(record) for record in records[1:]]
    call.output.answer(as_json(records[0]) | {"others": others}, *map(line, records))
    return Exit.DONE


def _refuse_target(path: Path) -> None:
    """Nothing that is there is written over, and what is written is a PDF by its name too."""
    if path.suffix.lower() != ".pdf":
        raise WrongUsage(reason=gettext("“{path}” does not end in .pdf, and a PDF is written.").format(path=path))
    if path.exists() or path.is_symlink():
        raise PaperExists(path=path)


def _printed(call: Call, made: Printed, said: str) -> Exit:
    call.output.answer({"path": str(made.path), "pages": made.pages, "records": list(made.codes)}, said)
    return Exit.DONE


def _say_doubts(call: Call, report: SortReport) -> None:
    for doubt in report.doubts:
        call.output.aside(doubt.sentence)


def _sign(sign: Sign) -> dict[str, str]:
    return {"kind": sign.kind, "text": sign.text, "use": sign.use, "value": sign.value}
