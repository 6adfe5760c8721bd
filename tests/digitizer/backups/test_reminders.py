"""What the rule asks for, and when."""

from datetime import datetime, timedelta
from pathlib import Path

from digitizer.backups.make import backup
from digitizer.backups.reminders import Reminder, due
from digitizer.check import check
from digitizer.clock import now
from digitizer.model import Level
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE


def codes(workspace: Workspace, later: timedelta) -> list[str]:
    return [reminder.code for reminder in due(workspace, now() + later)]


def test_an_empty_workspace_needs_nothing(tmp_path: Path) -> None:
    with Workspace(tmp_path / "mới", NULL_ENGINE) as workspace:
        assert due(workspace) == ()


def test_each_reminder_comes_when_its_time_comes(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    assert codes(workspace, timedelta()) == ["never"]
    backup(workspace, stick)
    assert codes(workspace, timedelta()) == ["targets"]
    second = tmp_path / "đĩa hai"
    second.mkdir()
    backup(workspace, second)
    assert codes(workspace, timedelta()) == []
    assert codes(workspace, timedelta(days=2)) == []  # nothing was done since
    workspace.catalogue.records.create(Level.FONDS, "P2", "")
    assert codes(workspace, timedelta(hours=23)) == []
    assert codes(workspace, timedelta(hours=25)) == ["daily"]
    assert codes(workspace, timedelta(days=32)) == ["daily", "monthly"]
    assert codes(workspace, timedelta(days=3 * 366)) == [
        "daily", "monthly", "three-years", "three-years", "check-never"
    ]  # fmt: skip
    backup(workspace, stick)
    assert codes(workspace, timedelta(days=3)) == []  # an incremental set is enough for the day
    assert codes(workspace, timedelta(days=32)) == ["monthly"]


def test_a_check_counts_only_where_every_byte_was_read(workspace: Workspace, stick: Path) -> None:
    three_years = timedelta(days=3 * 365 + 1)
    check(workspace, quick=True)
    assert "check-never" in codes(workspace, three_years)
    check(workspace)
    assert "check" in codes(workspace, three_years)
    assert "check" not in codes(workspace, timedelta(days=3 * 365 - 1))


def test_media_are_left_a_year_before_their_end(workspace: Workspace, stick: Path) -> None:
    backup(workspace, stick, media_end="2040-06-30")
    (target,) = workspace.catalogue.backups.targets()
    assert target.media_end == "2040-06-30"

    def due_on(day: str) -> list[str]:
        return [each.code for each in due(workspace, datetime.fromisoformat(f"{day}T12:00:00+07:00"))]

    assert "media" not in due_on("2039-06-29")
    assert "media" in due_on("2039-07-01")
    backup(workspace, stick)  # what was told once is kept
    assert "media" in due_on("2039-07-01")


def test_every_reminder_is_a_sentence() -> None:
    from digitizer.backups.reminders import _SENTENCES

    for code in _SENTENCES:
        assert "{" not in Reminder(code, {"day": "1", "path": "/x", "count": 1}).message
