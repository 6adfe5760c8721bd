"""Paper against image: declared and printed numbers, blanks, stacks with two sides; explained, then approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer import completeness
from digitizer.catalogue.captured import Side
from digitizer.completeness import Finding, approve, check_off, compare, explain, take_back
from digitizer.errors import CannotApprove, NoSuchFinding, RecordApproved, WrongUsage
from digitizer.journal import Journal
from digitizer.model import JobState, Level, PageId, Record, RecordId, RecordState
from digitizer.workspace import Workspace
from ocr.layout.numbers import Printed
from ocr.text import PageText, Role
from tests.digitizer.test_arrange import faults, filled, get
from tests.helpers.workspaces import page_text, store


def numbered(said: str) -> PageText:
    """A page with some text and the number ``said``; a blank one for “_”, one without number for “?”."""
    if said == "_":
        return page_text()
    text = page_text("chữ nghĩa", "1" if said == "?" else said)
    (block,) = text.blocks
    body, number = (block.part((line,)) for line in block.lines)
    return replace(text, blocks=(body, *([] if said == "?" else [replace(number, role=Role.PAGE_NUMBER)])))


def paper(workspace: Workspace, said: str, code: str = "A") -> Record:
    """An item whose pages bear these numbers."""
    pages = filled(workspace, code, len(said.split()))
    for page, number in zip(pages, said.split(), strict=True):
        store(workspace, page, numbered(number))
    return get(workspace, code)


def found(workspace: Workspace, code: str = "A") -> list[str]:
    return [f"{each.code}: {each.sentence}" for each in compare(workspace, get(workspace, code)).findings]


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        ("1 2 3 4", []),
        ("? 2 3 ? 5", []),
        ("1 ? 2 ? 3", []),  # sheets numbered, not sides
        ("i ii 1 2 3", []),
        ("? 2 3 ? 2 3", []),  # an annex begins anew
        ("1 2 5 6", ["numbers-missing: Printed numbers missing ahead of page 3: 3-4."]),
        ("3 4 5", ["numbers-missing: Printed numbers missing ahead of page 1: 1-2."]),
        ("1 2 2 3", ["numbers-repeated: The printed number 2 is there twice, on pages 2-3."]),
        ("1 2 3 2 4", ["numbers-repeated: The printed number 2 is there twice, on pages 2, 4."]),
        ("1 2 31 4", ["number-unexpected: Page 3 bears the printed number 31, where 3 was expected."]),
        ("31 2 3", ["number-unexpected: Page 1 bears the printed number 31, where 1 was expected."]),
        ("1 2 5 3 4", ["number-unexpected: Page 3 bears the printed number 5, where 3 was expected."]),
        ("1 2 3 _ 4", ["blank-pages: Blank pages: 4."]),
        ("1/4 2/4 3/4", ["total-differs: The pages say that they are 4; the last printed number is 3."]),
    ],
)
def test_printed_numbers_tell_what_is_missing(workspace: Workspace, said: str, sentences: list[str]) -> None:
    paper(workspace, said)
    assert found(workspace) == sentences


@pytest.mark.parametrize(
    ("declared", "sentences"),
    [
        ({"pages": "4"}, []),
        ({"pages": "3"}, []),  # who counts leaves out the blank one
        ({"pages": "5"}, ["pages-differ: 5 pages are declared, 4 were captured (1 of them blank)."]),
        ({"sheets": "2"}, []),
        ({"sheets": "3"}, []),  # one of them has two sides
        ({"sheets": "1"}, ["sheets-differ: 1 sheets are declared, 4 were captured."]),
    ],
)
def test_declared_numbers_are_compared(workspace: Workspace, declared: dict[str, str], sentences: list[str]) -> None:
    workspace.catalogue.records.describe(paper(workspace, "? ? ? _"), declared)
    assert [line for line in found(workspace) if "blank" not in line.partition(":")[0]] == sentences


def test_a_stack_with_two_sides_has_an_even_number(workspace: Workspace) -> None:
    item = paper(workspace, "1 _ 2 _ 3 4 5")
    workspace.catalogue.records.describe(item, {"sheets": "4", "pages": "8"})
    assert found(workspace) == [
        "pages-differ: 8 pages are declared, 7 were captured (2 of them blank).",
        "odd-sides: 7 sides were captured of sheets with two sides: one is missing or too many.",
        "blank-backs: Blank backs of sheets: 2, 4.",
    ]
    assert compare(workspace, get(workspace, "A")).sheets == 4


def test_said_sides_count_as_said(workspace: Workspace) -> None:
    item = paper(workspace, "? ? ?")
    pages = [page.id for page in workspace.catalogue.pages.of_record(item.id)]
    workspace.catalogue.pages.say_sheet(pages[0], 1, 1)
    workspace.catalogue.pages.say_sheet(pages[1], 1, 2)
    workspace.catalogue.records.describe(item, {"sheets": "3"})
    assert found(workspace)[0] == "sheets-differ: 3 sheets are declared, 2 were captured."


def test_said_sheets_tell_what_is_there_twice_and_what_is_missing(workspace: Workspace) -> None:
    item = paper(workspace, "? ? ?")
    pages = [page.id for page in workspace.catalogue.pages.of_record(item.id)]
    for page, sheet, side in zip(pages, (1, 1, 9), (1, 1, 2), strict=True):
        workspace.catalogue.pages.say_sheet(page, sheet, side)
    assert [each for each in found(workspace) if each.startswith("s")] == [
        "sides-repeated: Sheet 1: the same side is there twice, on pages 1-2.",
        "sheets-missing: Sheets missing ahead of page 3: 2-8.",
    ]


def test_one_sheet_of_a_drawing_is_not_all_of_its_sheets(workspace: Workspace) -> None:
    records = workspace.catalogue.records
    drawing = records.create(Level.ITEM, "D", "Bản vẽ", records.file_for("H1"), profile="drawing")
    records.describe(drawing, {"sheet": "3", "sheets": "12"})
    assert found(workspace, "D") == []


def test_a_file_answers_for_what_lies_in_it(workspace: Workspace) -> None:
    paper(workspace, "1 2", "A")
    paper(workspace, "1 3 4", "B")
    workspace.catalogue.records.describe(get(workspace, "H1"), {"pages": "6", "items": "2", "sheets": "5"})
    comparison = compare(workspace, get(workspace, "H1"))
    assert [(each.code, each.record_code) for each in comparison.findings] == [
        ("pages-differ", "H1"),
        ("numbers-missing", "B"),
    ]
    assert (comparison.pages, comparison.sheets) == (5, 5)


def test_a_number_read_before_it_was_kept_is_found_in_the_text(workspace: Workspace) -> None:
    paper(workspace, "1 3")
    workspace.catalogue.database.execute("UPDATE reading SET printed = NULL")
    assert found(workspace)[0].startswith("numbers-missing")


def test_approval_waits_until_all_is_explained(workspace: Workspace) -> None:
    item = paper(workspace, "1 3 4")
    with pytest.raises(CannotApprove, match="ahead of page 2: 2"):
        approve(workspace, item)
    finding = explain(workspace, item, "numbers-missing", "Tờ 2 đã mất từ trước")
    assert compare(workspace, item).findings[0].explained == "Tờ 2 đã mất từ trước"
    assert check_off(workspace, item).state is RecordState.CHECKED
    assert approve(workspace, get(workspace, "A")).state is RecordState.APPROVED
    assert [act.kind for act in workspace.catalogue.audit.acts_of(["record.check", "record.approve"])] == [
        "record.check",
        "record.approve",
    ]
    assert faults(workspace) == []
    journal = Journal(workspace)
    for _ in range(3):
        journal.undo()
    assert get(workspace, "A").state is RecordState.DRAFT
    assert compare(workspace, item).findings == (replace(finding, explained=None),)
    assert faults(workspace) == []


def test_an_explanation_counts_for_the_same_finding_only(workspace: Workspace) -> None:
    item = paper(workspace, "1 3 4")
    explain(workspace, item, "numbers-missing", "Mất")
    workspace.catalogue.arrangement.withdraw([workspace.catalogue.pages.of_record(item.id)[1].id])
    assert [each.code for each in compare(workspace, item).open] == ["numbers-missing"]
    with pytest.raises(NoSuchFinding):
        explain(workspace, item, "blank-pages", "Không có")


def test_what_was_looked_through_and_is_changed_is_in_work_again(workspace: Workspace) -> None:
    item = check_off(workspace, paper(workspace, "1 2"))
    assert workspace.catalogue.records.describe(item, {"number": "7"}).state is RecordState.DRAFT
    Journal(workspace).undo()
    assert get(workspace, "A").state is RecordState.CHECKED
    assert faults(workspace) == []


def test_pages_that_wait_are_not_approved(workspace: Workspace) -> None:
    item = paper(workspace, "1 2")
    workspace.catalogue.pages.turn(workspace.catalogue.pages.of_record(item.id)[0].id, 2)
    with pytest.raises(CannotApprove, match=r"1 page was not read.*digitizer process"):
        approve(workspace, item)


def test_records_above_files_and_empty_ones_are_not_approved(workspace: Workspace) -> None:
    paper(workspace, "1")
    with pytest.raises(WrongUsage):
        approve(workspace, get(workspace, "PHONG"))
    empty = workspace.catalogue.records.create(Level.FILE, "H2", "", get(workspace, "PHONG"))
    with pytest.raises(CannotApprove, match="no page"):
        approve(workspace, empty)


CHANGES: list[Callable[[Workspace, Record, list[PageId]], object]] = [
    lambda w, item, pages: w.catalogue.records.describe(item, {"note": "x"}),
    lambda w, item, pages: w.catalogue.records.move(item, w.catalogue.records.get("H2")),
    lambda w, item, pages: w.catalogue.pages.turn(pages[0], 1),
    lambda w, item, pages: w.catalogue.pages.withdraw(pages[0]),
    lambda w, item, pages: w.catalogue.arrangement.withdraw(pages),
    lambda w, item, pages: w.catalogue.arrangement.move(pages[:1], get(w, "B")),
    lambda w, item, pages: w.catalogue.arrangement.split(item, 2),
    lambda w, item, pages: w.catalogue.arrangement.merge(get(w, "B"), [item]),
    lambda w, item, pages: w.catalogue.arrangement.replace(pages[0], w.catalogue.pages.of_record(get(w, "B").id)[0].id),
    lambda w, item, pages: explain(w, item, "blank-pages", "Trang trắng"),
    lambda w, item, pages: check_off(w, get(w, "A")),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("level", ["A", "H1"])
def test_what_is_approved_changes_no_more(
    workspace: Workspace, change: Callable[[Workspace, Record, list[PageId]], object], level: str
) -> None:
    item = paper(workspace, "1 2 _")
    workspace.catalogue.records.create(Level.FILE, "H2", "", get(workspace, "PHONG"))
    filled(workspace, "B", 1)
    explain(workspace, item, "blank-pages", "Mặt sau không có chữ")
    approve(workspace, get(workspace, level))
    pages = [page.id for page in workspace.catalogue.pages.of_record(item.id)]
    with pytest.raises(RecordApproved, match=level):
        change(workspace, get(workspace, "A"), pages)
    assert take_back(workspace, get(workspace, level)).state is RecordState.DRAFT
    assert faults(workspace) == []


@given(st.lists(st.none() | st.integers(1, 12), max_size=12))
def test_any_numbers_are_compared_without_fail(numbers: list[int | None]) -> None:
    sides = [
        Side(PageId(str(at)), at, JobState.DONE, False, None if n is None else Printed(n), None, None, None)
        for at, n in enumerate(numbers, 1)
    ]
    for run in completeness._runs([side for side in sides if side.printed is not None]):
        for finding in completeness._in_run(run, _made):
            assert finding.sentence


def _made(code: str, sides: Sequence[Side], **details: int) -> Finding:
    return Finding(code, RecordId("r"), "A", numbers=tuple(side.number for side in sides), details=details)
