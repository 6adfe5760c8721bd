"""Pages are turned from how they stand, many at once, and one undo turns them back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitizer.check import check
from digitizer.errors import RecordApproved, WrongUsage
from digitizer.journal import Journal, title
from digitizer.model import JobState, Page, PageId, RecordId, RecordState, Sha256
from digitizer.tasks import Cancelled, Task
from digitizer.turning import chosen, turn_pages
from digitizer.workspace import Workspace
from ocr.stages.split import Part
from tests.helpers.workspaces import added, page_result, page_text


def _read(workspace: Workspace, page: PageId, rotation: int) -> None:
    """As the program read it, which turned it by so many degrees."""
    result = replace(page_result(page_text("một trang")), rotation=rotation)
    workspace.catalogue.readings.store(page, result)


def _page(number: int) -> Page:
    return Page(
        PageId(f"trang {number}"), RecordId("r"), "H1", number, Sha256("0"), 0, "a.tif", None, JobState.WAITING, None,
        Part.WHOLE, None, None, None,
    )  # fmt: skip


def _quarters(workspace: Workspace, pages: list[PageId]) -> list[int | None]:
    return [workspace.catalogue.pages.get(page).quarters for page in pages]


def test_a_turn_goes_on_from_how_the_page_stands(workspace: Workspace) -> None:
    """Turned by the program, by a person, not read yet, and read as it came."""
    pages = added(workspace, "H1", 4)
    _read(workspace, pages[0], 180)
    workspace.catalogue.pages.turn(pages[1], 3)
    _read(workspace, pages[3], 0)
    turn_pages(workspace, pages, 2)
    assert _quarters(workspace, pages) == [0, 1, 2, 2]
    assert {workspace.catalogue.pages.get(page).state for page in pages} == {JobState.WAITING}


def test_one_undo_turns_all_back_after_a_restart_too(workspace: Workspace) -> None:
    pages = added(workspace, "H1", 5)
    workspace.catalogue.pages.turn(pages[1], 1)
    turned = chosen(workspace.catalogue.pages.part(workspace.catalogue.records.get("H1").id, 0, -1), "even")
    turn_pages(workspace, turned, 2)
    assert _quarters(workspace, pages) == [None, 3, None, 2, None]
    with Workspace(workspace.root, workspace.settings) as restarted:
        assert title(Journal(restarted).undo()) == "turn pages"
        assert _quarters(restarted, pages) == [None, 1, None, None, None]
        assert title(Journal(restarted).redo()) == "turn pages"
        assert _quarters(restarted, pages) == [None, 3, None, 2, None]
        assert {fault.code for fault in check(restarted).faults} == {"master-missing"}


def test_one_page_turned_is_said_as_one(workspace: Workspace) -> None:
    turn_pages(workspace, added(workspace, "H1", 1), 1)
    assert title(Journal(workspace).undo()) == "turn a page"


@settings(deadline=None)
@given(st.integers(0, 12), st.data())
def test_odd_and_even_are_all_and_share_none(count: int, data: st.DataObject) -> None:
    pages = [_page(number) for number in range(1, count + 1)]
    odd, even = chosen(pages, "odd"), chosen(pages, "even")
    assert sorted(odd + even) == sorted(chosen(pages, "all")) == sorted(page.id for page in pages)
    assert [page.number % 2 for page in pages if page.id in odd] == [1] * len(odd)
    if count:
        at = data.draw(st.integers(1, count))
        assert chosen(pages, f"{at},{at}") == [pages[at - 1].id]


def test_nothing_is_turned_where_one_page_cannot_be(workspace: Workspace) -> None:
    pages = added(workspace, "H1", 2) + added(workspace, "H2", 1)
    workspace.catalogue.approval.set_state(workspace.catalogue.records.get("H2"), RecordState.APPROVED)
    with pytest.raises(RecordApproved):
        turn_pages(workspace, pages, 1)
    stopped = Task()
    stopped.cancel()
    with pytest.raises(Cancelled):
        turn_pages(workspace, pages[:2], 1, stopped)
    assert _quarters(workspace, pages) == [None] * 3
    with pytest.raises(WrongUsage):
        chosen([], "xoay")
