"""After a crash a person is told what is safe, which sheet was in the feeder, and what cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from digitizer.capture.recovery import discard_damaged, left_in_spool
from digitizer.capture.spool import begin_run, enter_spool
from digitizer.errors import WorkspaceLocked, WrongUsage
from digitizer.files import TEMPORARY_PREFIX, locked
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from ocr.spool import HEAD_BYTES
from tests.helpers.pools import InlinePool
from tests.helpers.spools import sides, write_side


class _Stop(Exception):
    """Stands for a power cut."""


@pytest.fixture(autouse=True)
def without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitizer.capture.spool.WorkerPool", InlinePool)


def leave(
    workspace: Workspace, numbers: list[int], *,
    entered: int = 0, begun: bool = True, collate: bool = False, options: Mapping[str, object] | None = None,
) -> Path:  # fmt: skip
    """A run that was ended when the first ``entered`` of its sides were pages already and, where ``begun``, one more
    was coming.
    """
    with suppress(_Stop), begin_run(workspace, "test:0", "H1", collate=collate) as run:
        with workspace.masters.open_for_import():
            for number in numbers[:entered]:
                entering = run.entering(InlinePool(1))
                entering.take(write_side(run.folder, number, options))
                entering.finish()
        for number in numbers[entered:]:
            write_side(run.folder, number, options)
        raise _Stop
    if begun:
        run.folder.mkdir(exist_ok=True)  # what is emptied is not left by a real end, which empties nothing
        run.run.keep(run.folder)
        (run.folder / f"{TEMPORARY_PREFIX}1").write_bytes(b" " * HEAD_BYTES)
    return run.folder


def test_the_sheet_in_the_feeder_is_numbered_and_all_before_it_are_safe(workspace: Workspace) -> None:
    leave(workspace, sides(5), entered=2)
    (run,) = enter_spool(workspace).runs
    assert (len(run.before), len(run.entered), run.fronts) == (2, 3, 5)
    assert run.unfinished == f"Sheet 6 of the run of {run.label} was not finished: scan again from it."
    assert (run.device, run.record, run.refused, run.notes) == ("test:0", "H1.001", (), ())
    assert enter_spool(workspace).runs == []


def test_all_that_came_may_have_been_entered_before(workspace: Workspace) -> None:
    leave(workspace, sides(3), entered=3)
    (run,) = enter_spool(workspace).runs
    assert len(run.before) == 3
    assert "Sheet 4 " in run.unfinished
    assert left_in_spool(workspace) == []


def test_an_end_between_two_sheets_leaves_none_unfinished(workspace: Workspace) -> None:
    leave(workspace, sides(2), begun=False)
    (run,) = enter_spool(workspace).runs
    assert (run.unfinished, run.fronts) == ("", 2)


@pytest.mark.parametrize(
    ("options", "came", "said"),
    [
        ({"source": "ADF Duplex"}, 4, "Sheet 3 of"),
        ({"source": "ADF Duplex"}, 5, "The back of sheet 3 of"),
        ({"source": "ADF", "duplex": True}, 5, "The back of sheet 3 of"),
        ({"source": "Feeder", "adf-mode": "Duplex"}, 5, "The back of sheet 3 of"),
        ({"source": "Flatbed", "duplex": True}, 5, "Sheet 6 of"),
        ({"source": "ADF", "duplex": False}, 5, "Sheet 6 of"),
    ],
)
def test_of_two_sides_in_one_pass_the_sheet_is_said(
    workspace: Workspace, options: Mapping[str, object], came: int, said: str
) -> None:
    leave(workspace, sides(came), options=options)
    (run,) = enter_spool(workspace).runs
    assert run.unfinished.startswith(said)


def test_of_a_second_pass_the_back_is_said(workspace: Workspace) -> None:
    leave(workspace, sides(3, 1), collate=True)
    (run,) = enter_spool(workspace).runs
    assert run.unfinished.startswith("Back 2 of the second pass")
    assert (run.fronts, run.backs) == (3, 1)
    assert run.notes == ("3 fronts and 1 backs do not match: they were put one after the other, as scanned.",)


def test_a_run_whose_facts_are_lost_says_no_time(workspace: Workspace) -> None:
    (leave(workspace, sides(1)) / "run.json").unlink()
    (run,) = enter_spool(workspace).runs
    assert (run.at, run.device, run.label) == ("", "", "–")
    assert run.record == "CHUA-XEP.001"


def test_what_is_in_the_spool_is_listed(workspace: Workspace) -> None:
    (workspace.root / "spool" / "của tôi").mkdir()
    (workspace.root / "spool" / "tệp").touch()
    folder = leave(workspace, sides(3))
    (folder / "000002.scan").rename(folder / "000002.damaged")
    with locked(folder / ".lock"):
        (left,) = left_in_spool(workspace)
        assert left.busy
        with pytest.raises(WorkspaceLocked):
            discard_damaged(workspace, left.damaged[0])
    (left,) = left_in_spool(workspace)
    assert (left.device, left.record, left.busy, left.waiting) == ("test:0", "H1", False, 2)
    assert [path.name for path in left.damaged] == ["000002.damaged"]
    assert list((workspace.root / "spool" / "của tôi").iterdir()) == []


def test_a_damaged_scan_stays_until_a_person_discards_it(workspace: Workspace) -> None:
    folder = leave(workspace, sides(2))
    second = folder / "000002.scan"
    second.write_bytes(second.read_bytes()[:-1])
    (run,) = enter_spool(workspace).runs
    (refused,) = run.refused
    assert Path(refused.path) == second.with_suffix(".damaged")
    (left,) = left_in_spool(workspace)
    discard_damaged(workspace, left.damaged[0])
    assert left_in_spool(workspace) == []
    assert not folder.exists()
    (act,) = workspace.catalogue.audit.acts_of(["scan.discard"])
    assert (act.before or {})["name"] == "000002.damaged"
    assert (act.before or {})["device"] == "test:0"


def test_nothing_else_can_be_discarded(workspace: Workspace, tmp_path: Path) -> None:
    folder = leave(workspace, sides(1))
    (tmp_path / "000001.damaged").touch()
    for path in (folder / "000001.scan", folder / "000009.damaged", tmp_path / "000001.damaged"):
        with pytest.raises(WrongUsage):
            discard_damaged(workspace, path)
    assert (tmp_path / "000001.damaged").exists()
    assert len(enter_spool(workspace).entered) == 1


def test_stopped_in_the_middle_the_rest_is_told_at_the_next_start(workspace: Workspace) -> None:
    leave(workspace, sides(3, 3), collate=True, begun=False)
    task = Task()

    class Stopping(InlinePool):
        def outcome(self, *arguments, **more):  # type: ignore[no-untyped-def]
            task.check()
            task.cancel()
            return super().outcome(*arguments, **more)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Cancelled):
        patch.setattr("digitizer.capture.spool.WorkerPool", Stopping)
        enter_spool(workspace, task)
    (run,) = enter_spool(workspace).runs
    assert (len(run.before), len(run.entered)) == (1, 5)
    assert (run.fronts, run.backs) == (3, 3)
