"""Captured pages go where a person said: in their order, after a kill too, and one undo takes them back."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitizer.capture.files import import_paths
from digitizer.capture.place import Place
from digitizer.capture.scans import scan_sheets
from digitizer.capture.spool import begin_run, enter_spool
from digitizer.check import check
from digitizer.errors import NoSuchPage, RecordApproved, WrongUsage
from digitizer.journal import Journal, title
from digitizer.model import Level, PageId, RecordState
from digitizer.workspace import Workspace
from tests.helpers.pools import InlinePool
from tests.helpers.spools import PaperTray, sides, write_side
from tests.helpers.workspaces import NULL_ENGINE, added, tiny_page


class _Stop(Exception):
    """Stands for a power cut."""


@pytest.fixture(autouse=True)
def without_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in ("spool", "scans", "files"):
        monkeypatch.setattr(f"digitizer.capture.{module}.WorkerPool", InlinePool)
    yield


@pytest.fixture
def item(workspace: Workspace) -> list[PageId]:
    """The five pages of the item H1.001."""
    return _item(workspace)


def _item(workspace: Workspace, count: int = 5) -> list[PageId]:
    records = workspace.catalogue.records
    records.create(Level.ITEM, "H1.001", "Công văn", records.file_for("H1"))
    return added(workspace, "H1.001", count)


def order(workspace: Workspace, code: str = "H1.001") -> list[PageId]:
    records = workspace.catalogue.records
    return [page.id for page in workspace.catalogue.pages.of_record(records.get(code).id)]


def faults(workspace: Workspace) -> list[str]:
    """What ``check`` finds, but for the masters of the pages that were there before."""
    return [fault.where for fault in check(workspace).faults if fault.code != "master-missing"]


def leave(workspace: Workspace, place: Place, *numbers: int, collate: bool = False) -> Path:
    """A run that was ended before anything was entered."""
    with suppress(_Stop), begin_run(workspace, "test:0", place, collate=collate) as run:
        for number in numbers:
            write_side(run.folder, number)
        raise _Stop
    return run.folder


def born(workspace: Workspace, place: Place, sheets: int) -> list[PageId]:
    report = scan_sheets(workspace, PaperTray(sheets), "test:0", place=place, count=None)
    return [page for each in report.spool.entered for page in each.pages]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_pages_go_in_anywhere_in_their_order_and_one_undo_takes_them_back(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder) / "w", NULL_ENGINE) as workspace:
        _item(workspace, data.draw(st.integers(1, 5)))
        for _ in range(data.draw(st.integers(1, 3))):
            before = order(workspace)
            sheets = data.draw(st.integers(1, 6))
            if data.draw(st.booleans()):
                at = data.draw(st.integers(0, len(before) - 1))
                new = born(workspace, Place(ahead_of=before[at]), sheets)
                expected = before[:at] + new + before[at:]
            else:
                chosen = data.draw(st.lists(st.sampled_from(before), min_size=1, unique=True))
                new = born(workspace, Place(replaces=tuple(chosen)), sheets)
                instead = dict(zip(chosen, new, strict=False))
                expected = [instead.get(page, page) for page in before]
                if len(new) > len(chosen):
                    behind = expected.index(new[len(chosen) - 1]) + 1
                    expected[behind:behind] = new[len(chosen) :]
            assert order(workspace) == expected
            Journal(workspace).undo()
            assert order(workspace) == before
            Journal(workspace).redo()
            assert order(workspace) == expected
        assert faults(workspace) == []


def test_a_rescan_takes_over_sheet_and_side(workspace: Workspace, item: list[PageId]) -> None:
    workspace.catalogue.pages.say_sheet(item[2], 2, 1)
    (new,) = born(workspace, Place(replaces=(item[2],)), 1)
    page = workspace.catalogue.pages.get(new)
    assert (page.sheet, page.side, page.replaces, page.number) == (2, 1, item[2], 3)
    with Workspace(workspace.root, NULL_ENGINE) as restarted:
        assert title(Journal(restarted).undo()) == "scan"
        assert order(restarted) == item
        assert faults(restarted) == []


@pytest.mark.parametrize("entered", range(7))
def test_ended_anywhere_the_rest_lands_in_place(
    workspace: Workspace, item: list[PageId], monkeypatch: pytest.MonkeyPatch, entered: int
) -> None:
    """A collated run of three sheets into the places of four pages."""
    folder = leave(workspace, Place(replaces=tuple(item[:4])), *sides(3, 3), collate=True)
    kept, count = workspace.masters.keep, 0

    def keep(staged: object) -> None:
        nonlocal count
        count += 1
        if count > entered:
            raise _Stop
        kept(staged)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, suppress(_Stop):
        patch.setattr(workspace.masters, "keep", keep)
        enter_spool(workspace)
    report = enter_spool(workspace)
    assert len(report.entered) == 6 - entered
    assert not folder.exists()
    pages = [workspace.catalogue.pages.get(page) for page in order(workspace)]
    assert [page.name.split("-", 2)[2] for page in pages[:6]] == ["0001", "b0003", "0002", "b0002", "0003", "b0001"]
    assert [page.replaces for page in pages] == [*item[:4], None, None, None]
    assert pages[-1].id == item[4]
    Journal(workspace).undo()
    assert order(workspace) == item
    assert faults(workspace) == []


def test_a_damaged_side_leaves_its_page_alone(workspace: Workspace, item: list[PageId]) -> None:
    folder = leave(workspace, Place(replaces=tuple(item[:3])), *sides(3))
    second = folder / "000002.scan"
    second.write_bytes(second.read_bytes()[:-1])
    assert len(enter_spool(workspace).entered) == 2
    replaced = [workspace.catalogue.pages.get(page).replaces for page in order(workspace)]
    assert replaced == [item[0], None, item[2], None, None]
    assert order(workspace)[1] == item[1]


def test_a_page_that_was_withdrawn_meanwhile_still_says_where(workspace: Workspace, item: list[PageId]) -> None:
    leave(workspace, Place(ahead_of=item[1]), *sides(2))
    workspace.catalogue.arrangement.withdraw([item[1]])
    report = enter_spool(workspace)
    new = [page for each in report.entered for page in each.pages]
    assert order(workspace) == [item[0], *new, *item[2:]]
    assert report.notes == []
    assert faults(workspace) == []


def test_a_page_to_replace_that_was_withdrawn_meanwhile_gives_its_place_alone(
    workspace: Workspace, item: list[PageId]
) -> None:
    leave(workspace, Place(replaces=(item[1],)), *sides(1))
    workspace.catalogue.arrangement.withdraw([item[1]])
    report = enter_spool(workspace)
    (new,) = report.entered[0].pages
    assert order(workspace) == [item[0], new, *item[2:]]
    assert workspace.catalogue.pages.get(new).replaces is None
    assert new in report.notes[0]


def test_a_record_that_was_approved_meanwhile_stays_as_it_is(workspace: Workspace, item: list[PageId]) -> None:
    leave(workspace, Place(ahead_of=item[1]), *sides(2))
    workspace.catalogue.approval.set_state(workspace.catalogue.records.get("H1.001"), RecordState.APPROVED)
    report = enter_spool(workspace)
    assert order(workspace) == item
    assert len(order(workspace, "CHUA-XEP")) == 2
    assert len(report.notes) == 1
    assert "H1.001" in report.notes[0]
    assert "CHUA-XEP.001" in report.notes[0]
    assert faults(workspace) == []


def test_a_record_that_was_taken_away_meanwhile_is_not_made_anew(workspace: Workspace, item: list[PageId]) -> None:
    leave(workspace, Place(ahead_of=item[1]), *sides(1))
    workspace.catalogue.arrangement.withdraw(item)
    workspace.catalogue.records.remove(workspace.catalogue.records.get("H1.001"))
    report = enter_spool(workspace)
    assert len(order(workspace, "CHUA-XEP")) == 1
    assert "H1.001" in report.notes[0]


def test_a_run_of_an_older_version_is_entered(workspace: Workspace, item: list[PageId]) -> None:
    folder = leave(workspace, Place("H1.001"), *sides(1))
    facts = json.loads((folder / "run.json").read_text())
    older = {name: facts[name] for name in ("call", "at", "device", "record", "collate")}
    (folder / "run.json").write_text(json.dumps(older))
    enter_spool(workspace)
    assert order(workspace)[:-1] == item


def test_files_go_in_among_pages_and_make_no_item(workspace: Workspace, item: list[PageId], tmp_path: Path) -> None:
    one, two = (Image.new("L", (40, 40), shade) for shade in (90, 200))
    one.save(tmp_path / "b.tif", save_all=True, append_images=[two])
    tiny_page(tmp_path / "a.png", 1)
    report = import_paths(workspace, [tmp_path / "a.png", tmp_path / "b.tif"], Place("H1", ahead_of=item[2]))
    new = [page for each in report.imported for page in each.pages]
    assert len(new) == 3
    assert order(workspace) == item[:2] + new + item[2:]
    assert title(Journal(workspace).undo()) == "import"
    assert order(workspace) == item
    Journal(workspace).redo()
    assert order(workspace) == item[:2] + new + item[2:]
    assert len(workspace.catalogue.records.under(workspace.catalogue.records.get("H1").id)) == 1
    assert faults(workspace) == []


def test_files_replace_pages_one_by_one(workspace: Workspace, item: list[PageId], tmp_path: Path) -> None:
    one, two = (Image.new("L", (40, 40), shade) for shade in (90, 200))
    one.save(tmp_path / "a.tif", save_all=True, append_images=[two])
    (tmp_path / "b.png").write_bytes(b"none")
    tiny_page(tmp_path / "c.png", 1)
    paths = [tmp_path / name for name in ("a.tif", "b.png", "c.png")]
    report = import_paths(workspace, paths, Place(replaces=tuple(item[:4])))
    assert [len(each.pages) for each in report.imported] == [2, 1]
    replaced = [workspace.catalogue.pages.get(page).replaces for page in order(workspace)]
    assert replaced == [item[0], item[1], None, item[3], None]
    assert order(workspace)[2] == item[2], "the file that was refused was its"
    Journal(workspace).undo()
    assert order(workspace) == item


def test_a_file_replaces_pages_of_two_records(workspace: Workspace, item: list[PageId], tmp_path: Path) -> None:
    other = added(workspace, "H2", 2)
    one, two = (Image.new("L", (40, 40), shade) for shade in (90, 200))
    one.save(tmp_path / "a.tif", save_all=True, append_images=[two])
    report = import_paths(workspace, [tmp_path / "a.tif"], Place(replaces=(item[4], other[0])))
    new = report.imported[0].pages
    assert order(workspace) == [*item[:4], new[0]]
    assert order(workspace, "H2") == [new[1], other[1]]
    Journal(workspace).undo()
    assert (order(workspace), order(workspace, "H2")) == (item, other)
    assert faults(workspace) == []


def test_what_cannot_be_a_place_is_refused_before_the_paper_moves(workspace: Workspace, item: list[PageId]) -> None:
    other = added(workspace, "H2", 1)
    workspace.catalogue.arrangement.withdraw([item[4]])
    for place, error in (
        (Place(ahead_of=PageId("0" * 32)), NoSuchPage),
        (Place(replaces=(item[4],)), NoSuchPage),
        (Place("H2", ahead_of=item[0]), WrongUsage),
        (Place(ahead_of=item[0], replaces=(item[1],)), WrongUsage),
        (Place(replaces=(item[1], item[1])), WrongUsage),
    ):
        with pytest.raises(error):
            born(workspace, place, 1)
        with pytest.raises(error):
            import_paths(workspace, [], place)
    workspace.catalogue.approval.set_state(workspace.catalogue.records.get("H2"), RecordState.APPROVED)
    with pytest.raises(RecordApproved):
        born(workspace, Place(ahead_of=other[0]), 1)
    assert list((workspace.root / "spool").iterdir()) == []


def test_more_or_fewer_pages_than_those_to_be_replaced_are_said(workspace: Workspace, item: list[PageId]) -> None:
    report = scan_sheets(workspace, PaperTray(4), "test:0", place=Place(replaces=tuple(item[1:3])), count=None)
    assert report.spool.notes == ["More pages came than were to be replaced: those from page 4 on are inserted."]
    new = order(workspace)
    report = scan_sheets(workspace, PaperTray(1), "test:0", place=Place(replaces=tuple(new[:3])), count=None)
    assert report.spool.notes == ["Pages 2, 3 were not replaced."]
    report = scan_sheets(workspace, PaperTray(1), "test:0", place=Place(replaces=(new[1],)), count=None)
    assert report.spool.notes == []
    with tempfile.TemporaryDirectory() as folder:
        files = [tiny_page(Path(folder) / f"{number}.png", number) for number in (7, 8)]
        said = import_paths(workspace, files, Place(replaces=(new[3],))).notes()
    assert said == ["More pages came than were to be replaced: those from page 5 on are inserted."]
