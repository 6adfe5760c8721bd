"""So many sheets and sides of those declared, page by page."""

from __future__ import annotations

import pytest

from digitizer.completeness import Count, count
from digitizer.model import Level, Record
from digitizer.workspace import Workspace
from tests.helpers.workspaces import added, page_text, store


def _file(workspace: Workspace, **fields: str) -> Record:
    records = workspace.catalogue.records
    return records.describe(records.file_for("H1"), fields)


@pytest.mark.parametrize(("duplex", "sheets"), [(False, 5), (True, 3)])
def test_sheets_have_two_sides_where_somebody_knows(workspace: Workspace, duplex: bool, sheets: int) -> None:
    file = _file(workspace, sheets="14")
    added(workspace, "H1", 5)
    found = count(workspace, file, duplex=duplex)
    assert (found.sheets, found.sides, found.declared_sheets) == (sheets, 5, 14)
    assert found.sentence == f"{sheets} of 14 sheets"


def test_blank_sides_and_withdrawn_pages_are_no_sides(workspace: Workspace) -> None:
    file = _file(workspace, sheets="2", pages="4")
    pages = added(workspace, "H1", 4)
    assert count(workspace, workspace.catalogue.records.find(file.id)).sentence == "2 of 2 sheets, 4 of 4 sides"
    store(workspace, pages[1], page_text())
    store(workspace, pages[0], page_text("một trang"))
    workspace.catalogue.arrangement.withdraw([pages[2], pages[3]])
    found = count(workspace, file, duplex=True)
    assert (found.sheets, found.sides, found.blank) == (1, 1, 1)


def test_an_item_that_declares_nothing_counts_with_its_file(workspace: Workspace) -> None:
    file = _file(workspace, sheets="9")
    records = workspace.catalogue.records
    for code in ("H1.001", "H1.002"):
        records.create(Level.ITEM, code, "Tài liệu", file)
        added(workspace, code, 2)
    found = count(workspace, records.get("H1.001"))
    assert found.record.code == "H1"
    assert found.sentence == "4 of 9 sheets"


def test_where_nothing_is_declared_it_is_counted_alone(workspace: Workspace) -> None:
    added(workspace, "H1", 1)
    assert count(workspace, workspace.catalogue.records.get("H1")).sentence == "1 sheet, 1 side"
    (blank,) = added(workspace, "H2", 1)
    store(workspace, blank, page_text())
    assert count(workspace, workspace.catalogue.records.get("H2")).sentence == "1 sheet, 1 side (1 blank side)"


def test_more_than_declared_is_said(workspace: Workspace) -> None:
    record = workspace.catalogue.records.file_for("H9")
    found = Count(record, sheets=9, sides=9, blank=0, declared_sheets=3, declared_sides=18)
    assert found.sentence == "9 of 3 sheets, 9 of 18 sides: more than declared"
