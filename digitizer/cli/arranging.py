"""Commands that move, split, merge and remove records and pages, and look after their completeness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from digitizer import completeness
from digitizer import duplicates as twice
from digitizer.catalogue.arrange import numbers_in
from digitizer.cli.call import Call
from digitizer.cli.records import as_json, line
from digitizer.errors import Exit, WrongUsage
from digitizer.i18n import gettext, ngettext
from digitizer.model import Page, PageId, Record
from digitizer.workspace import Workspace


def record_move(call: Call) -> Exit:
    arguments = call.arguments
    with call.existing() as workspace:
        records = workspace.catalogue.records
        record, target = records.get(arguments.code), records.get(arguments.to)
        if arguments.pages is None:
            if arguments.at is not None:
                raise WrongUsage(reason=gettext("“--at” says where pages go: name them with “--pages”."))
            before = None if arguments.before is None else records.get(arguments.before)
            moved = records.move(record, target, before=before)
            return _answered(call, moved)
        if arguments.before is not None:
            raise WrongUsage(reason=gettext("“--before” says where a record goes; pages go to “--at”."))
        pages = _own_pages(workspace, record)
        chosen = [pages[number - 1] for number in numbers_in(arguments.pages, len(pages))]
        workspace.catalogue.arrangement.move([page.id for page in chosen], target, arguments.at)
        return _answered(call, records.find(target.id), [page.id for page in chosen])


def record_split(call: Call) -> Exit:
    with call.existing() as workspace:
        record = workspace.catalogue.records.get(call.arguments.code)
        made = workspace.catalogue.arrangement.split(
            record, call.arguments.at, code=call.arguments.new_code, title=call.arguments.title
        )
        return _answered(call, made, [page.id for page in _own_pages(workspace, made)])


def record_merge(call: Call) -> Exit:
    with call.existing() as workspace:
        records = workspace.catalogue.records
        record, others = records.get(call.arguments.code), [records.get(code) for code in call.arguments.others]
        merged = workspace.catalogue.arrangement.merge(record, others, take_over=call.arguments.take_over)
        dropped = {other.code: _dropped(other, merged) for other in others}
    call.output.answer(
        as_json(merged) | {"moved": [], "dropped": dropped},
        line(merged),
        *(
            gettext("Not taken over from {record}: {fields}").format(record=code, fields=", ".join(fields))
            for code, fields in dropped.items()
            if fields
        ),
    )
    return Exit.DONE


def _dropped(other: Record, merged: Record) -> dict[str, Any]:
    """What ``other`` said of itself and ``merged`` does not say; an undo brings it back."""
    own = {"title": other.title, **other.fields}
    kept = {"title": merged.title, **merged.fields}
    return {key: value for key, value in own.items() if value not in ("", None, []) and kept.get(key) != value}


def record_remove(call: Call) -> Exit:
    with call.existing() as workspace:
        record = workspace.catalogue.records.get(call.arguments.code)
        workspace.catalogue.records.remove(record)
    call.output.answer({"removed": record.code}, gettext("Taken away: {code}").format(code=record.code))
    return Exit.DONE


def record_compare(call: Call) -> Exit:
    with call.existing() as workspace:
        record = workspace.catalogue.records.get(call.arguments.code)
        if call.arguments.explain is not None:
            completeness.explain(workspace, record, *call.arguments.explain)
        found = completeness.compare(workspace, record)
    call.output.answer(
        {
            "record": record.code, "state": record.state, "pages": found.pages, "sheets": found.sheets,
            "waiting": record.waiting, "open": len(found.open),
            "findings": [
                {
                    "key": each.key, "code": each.code, "record": each.record_code, "sentence": each.sentence,
                    "pages": list(each.pages), "numbers": list(each.numbers), "explained": each.explained,
                }
                for each in found.findings
            ],
        },
        *(_finding_line(each) for each in found.findings),
        ngettext("{count} finding to explain", "{count} findings to explain", len(found.open)).format(
            count=len(found.open)
        ),
    )  # fmt: skip
    return Exit.FAULTS if found.open else Exit.DONE


def record_check(call: Call) -> Exit:
    return _stated(call, completeness.check_off)


def record_approve(call: Call) -> Exit:
    return _stated(call, completeness.take_back if call.arguments.take_back else completeness.approve)


def duplicates(call: Call) -> Exit:
    with call.existing() as workspace:
        code = call.arguments.record
        record = None if code is None else workspace.catalogue.records.get(code)
        groups = twice.duplicates(workspace, record, call.task)
    call.output.answer(
        [
            {
                "kind": group.kind,
                "members": [{"record": each.code, "page": each.page, "number": each.number} for each in group.members],
            }
            for group in groups
        ],
        *(
            f"{group.kind}  "
            + ", ".join(each.code if each.number is None else f"{each.code}:{each.number}" for each in group.members)
            for group in groups
        ),
        ngettext("{count} group", "{count} groups", len(groups)).format(count=len(groups)),
    )
    return Exit.DONE


def _stated(call: Call, act: Callable[[Workspace, Record], Record]) -> Exit:
    with call.existing() as workspace:
        record = act(workspace, workspace.catalogue.records.get(call.arguments.code))
    call.output.answer({"record": record.code, "state": record.state}, f"{record.code}  {record.state}")
    return Exit.DONE


def _finding_line(finding: completeness.Finding) -> str:
    said = "" if finding.explained is None else gettext(" Explained: {text}").format(text=finding.explained)
    return f"{finding.record_code}  {finding.key}  {finding.sentence}{said}"


def page_withdraw(call: Call) -> Exit:
    return _changed(call, "withdraw", ngettext("{count} page withdrawn", "{count} pages withdrawn", _count(call)))


def page_restore(call: Call) -> Exit:
    return _changed(call, "restore", ngettext("{count} page restored", "{count} pages restored", _count(call)))


def page_replace(call: Call) -> Exit:
    older, newer = PageId(call.arguments.older.lower()), PageId(call.arguments.newer.lower())
    with call.existing() as workspace:
        workspace.catalogue.arrangement.replace(older, newer)
        page = workspace.catalogue.pages.get(newer)
    said = gettext("Page {number} of {code} is {page} now.")
    call.output.answer(_page(page), said.format(number=page.number, code=page.record_code, page=page.id))
    return Exit.DONE


def page_sheet(call: Call) -> Exit:
    arguments = call.arguments
    side = {"front": 1, "back": 2, None: None}[arguments.side]
    with call.existing() as workspace:
        page = workspace.catalogue.pages.get(PageId(arguments.page.lower()))
        workspace.catalogue.pages.say_sheet(page.id, arguments.sheet, side)
        page = workspace.catalogue.pages.get(page.id)
    call.output.answer(_page(page), f"{page.record_code}  {page.number}  {page.id}")
    return Exit.DONE


def page_tray(call: Call) -> Exit:
    with call.existing() as workspace:
        code = call.arguments.record
        record = None if code is None else workspace.catalogue.records.get(code).id
        tray = workspace.catalogue.pages.tray(record)
    call.output.answer([_page(page) for page in tray], *(f"{p.record_code}  {p.id}  {p.name}" for p in tray))
    return Exit.DONE


def _changed(call: Call, act: str, said: str) -> Exit:
    pages = [PageId(page.lower()) for page in call.arguments.pages]
    with call.existing() as workspace:
        getattr(workspace.catalogue.arrangement, act)(pages)
    call.output.answer({"pages": list(pages)}, said.format(count=len(pages)))
    return Exit.DONE


def _count(call: Call) -> int:
    return len(call.arguments.pages)


def _own_pages(workspace: Workspace, record: Record) -> list[Page]:
    """The pages that lie in the record itself, by their numbers."""
    return workspace.catalogue.pages.part(record.id, 0, -1)


def _answered(call: Call, record: Record, pages: Sequence[PageId] = ()) -> Exit:
    call.output.answer(as_json(record) | {"moved": list(pages)}, line(record))
    return Exit.DONE


def _page(page: Page) -> dict[str, Any]:
    return {
        "page": page.id, "record": page.record_code, "number": page.number, "name": page.name, "sheet": page.sheet,
        "side": page.side, "replaces": page.replaces,
    }  # fmt: skip
