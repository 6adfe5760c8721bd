"""The report of work done: counted from the acts and what was read."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digitizer.catalogue import audit
from digitizer.clock import VIETNAM, stamp
from digitizer.report import figures
from digitizer.workspace import Workspace
from ocr.errors import PageFault
from ocr.geometry import Size
from ocr.text import PageText
from tests.helpers.workspaces import added, page_text, store


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of the acts: the one time in the list."""
    clock = [datetime(2026, 11, 2, 8, tzinfo=VIETNAM)]
    monkeypatch.setattr(audit, "stamp", lambda: stamp(clock[0]))
    return clock


def test_hours_leave_pauses_out(workspace: Workspace, at: list[datetime]) -> None:
    for minutes in (0, 10, 14, 90, 5):  # the pause of 90 minutes is none of the work
        at[0] += timedelta(minutes=minutes)
        added(workspace, "H1", 2)
    at[0] += timedelta(days=1)
    added(workspace, "H1", 1)
    found = figures(workspace)
    assert [(effort.day, effort.pages, effort.hours) for effort in found.efforts] == [
        ("2026-11-02", 10, pytest.approx(29 / 60, abs=0.001)),
        ("2026-11-03", 1, 0),
    ]
    assert (found.images, found.pages, found.sheets) == (11, 11, 6)
    assert figures(workspace, "2026-11-03", "2026-11-03").images == 1
    assert figures(workspace, until="2026-11-02").images == 10
    assert found.norm_minutes["digitising"] == pytest.approx(54.8)
    assert found.norm_hours == pytest.approx(11 * 6.833 / 60, rel=0.01)


def test_what_the_machine_reads_is_nobodys_hours(workspace: Workspace, at: list[datetime]) -> None:
    (page,) = added(workspace, "H1", 1)
    at[0] += timedelta(minutes=10)
    store(workspace, page, page_text("chữ"))
    (effort,) = figures(workspace).efforts
    assert effort.hours == 0


def test_quality_and_backlog(workspace: Workspace) -> None:
    pages = added(workspace, "H1", 4)
    added(workspace, "H2", 1)
    store(workspace, pages[0], page_text("chữ"))
    workspace.catalogue.database.conn.execute("""UPDATE reading SET flags = '["blurred"]', confidence = 0.5""")
    store(workspace, pages[1], page_text("chữ"))
    workspace.catalogue.queue.fail(pages[2], PageFault.DAMAGED, "")
    workspace.catalogue.pages.withdraw(pages[3])
    found = figures(workspace)
    assert (found.read, found.flagged, found.flagged_share, found.withdrawn) == (2, 1, 0.5, 1)
    assert found.confidence == pytest.approx(0.7, abs=0.01)
    left = {each.record: (each.pages, each.waiting, each.failed, each.to_look_at) for each in found.backlog}
    assert left == {"H1": (3, 0, 1, 1), "H2": (1, 1, 0, 0)}


@pytest.mark.parametrize(
    ("millimetres", "size", "a4"),
    [
        ((100, 60), "A5", 0.5),
        ((148, 210), "A5", 0.5),
        ((210, 297), "A4", 1),
        ((225, 320), "A4", 1),
        ((297, 210), "A4", 1),
        ((297, 420), "A3", 2),
        ((600, 420), "A2", 4),
        ((594, 841), "A1", 8),
        ((841, 1189), "A0", 16),
        ((1200, 3000), "A0+", 16),
    ],
)
def test_a_page_counts_as_so_many_a4(workspace: Workspace, millimetres: tuple[int, int], size: str, a4: float) -> None:
    (page,) = added(workspace, "H1", 1)
    width, height = (round(side / 25.4 * 200) for side in millimetres)
    store(workspace, page, replace(PageText(Size(width, height), 200.0, ("vie",), "test 1", ())))
    found = figures(workspace)
    assert (found.sizes, found.a4) == ({size: 1}, a4)


def test_a_workspace_without_pages_has_a_report(workspace: Workspace, tmp_path: Path) -> None:
    found = figures(workspace)
    assert (found.images, found.confidence, found.flagged_share, found.backlog) == (0, None, None, ())
