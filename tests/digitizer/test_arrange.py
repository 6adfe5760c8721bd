"""Pages moved, split off, merged, replaced, withdrawn: each is kept once, with its text; every act can be undone."""

from __future__ import annotations

import shutil
import tempfile
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from digitizer.catalogue import arrange, pages
from digitizer.catalogue.arrange import numbers_in
from digitizer.catalogue.places import spread
from digitizer.check import check
from digitizer.errors import (
    CannotMove,
    CannotUndo,
    NoSuchPage,
    NoSuchRecord,
    PageNotWithdrawn,
    PageWithdrawn,
    RecordExists,
    WrongUsage,
)
from digitizer.journal import Journal, title
from digitizer.model import Level, PageId, Record, Sha256
from digitizer.workspace import Workspace
from ocr.geometry import Size
from ocr.load import Inspection
from ocr.loaders.raster import PageInfo
from ocr.stages.split import Params, Part
from tests.helpers.workspaces import NULL_ENGINE, page_text, store

TIGHT = 4
"""A gap with room for two pages: in a short test, neighbours move all the time."""


def filled(workspace: Workspace, code: str, count: int) -> list[PageId]:
    """An item of that code in the file H1, its ``count`` pages of a master that nobody will open, each read."""
    records = workspace.catalogue.records
    item = records.create(Level.ITEM, code, f"Tài liệu {code}", records.file_for("H1"))
    inspection = Inspection("pdf", (PageInfo(Size(10, 10), 200.0),) * count)
    born = workspace.catalogue.pages.add(
        item, Sha256(code.ljust(64, "0")), 1, inspection, name=f"{code}.pdf", call=f"call {code}"
    )
    for page in born:
        store(workspace, page, page_text(f"trang {page}"))
    return born


def order(workspace: Workspace, code: str) -> list[PageId]:
    record = get(workspace, code)
    return [page.id for page in workspace.catalogue.pages.part(record.id, 0, -1)]


def get(workspace: Workspace, code: str) -> Record:
    return workspace.catalogue.records.get(code)


def faults(workspace: Workspace) -> list[str]:
    """What ``check`` finds, but for the masters, which these tests do without."""
    return [fault.where for fault in check(workspace).faults if fault.code != "master-missing"]


@given(st.lists(st.integers(-50, 50), unique=True), st.data())
def test_room_is_made_between_any_two(ordinals: list[int], data: st.DataObject) -> None:
    taken = sorted(ordinals)
    at = data.draw(st.integers(0, len(taken)))
    count = data.draw(st.integers(1, 9))
    first, given_ = spread(taken, at, count, TIGHT)
    moved = len(given_) - count
    after = taken[:first] + given_ + taken[first + moved :]
    assert len(after) == len(taken) + count
    assert after == sorted(set(after)), "all apart, in order"
    assert first <= at <= first + moved


def test_a_moved_page_changes_itself_alone(workspace: Workspace) -> None:
    born = filled(workspace, "A", 50)
    workspace.catalogue.arrangement.move([born[40]], get(workspace, "A"), 3)
    assert order(workspace, "A") == [*born[:2], born[40], *born[2:40], *born[41:]]
    (act,) = workspace.catalogue.audit.acts_of(["page.arrange"])
    assert next(iter(act.after["placed"].values())).keys() == {born[40]}  # type: ignore[index]
    assert faults(workspace) == []


def test_pages_move_between_items_with_their_text_and_back(workspace: Workspace) -> None:
    ours, theirs = filled(workspace, "A", 4), filled(workspace, "B", 2)
    workspace.catalogue.arrangement.move([ours[3], ours[0]], get(workspace, "B"), 2)
    assert order(workspace, "B") == [theirs[0], ours[3], ours[0], theirs[1]]
    assert (get(workspace, "A").pages, get(workspace, "B").pages, get(workspace, "H1").pages) == (2, 4, 6)
    assert workspace.catalogue.readings.text(ours[0]) == page_text(f"trang {ours[0]}")
    assert [hit.record for hit in workspace.catalogue.search.pages(f'"{ours[0]}"').hits] == ["B"]
    with Workspace(workspace.root, NULL_ENGINE) as reopened:
        assert title(Journal(reopened).undo()) == "move pages"
        assert order(reopened, "A") == ours
        Journal(reopened).redo()
        assert order(reopened, "B") == [theirs[0], ours[3], ours[0], theirs[1]]
        assert faults(reopened) == []


def test_a_split_item_keeps_its_description_and_the_new_one_stands_right_behind(workspace: Workspace) -> None:
    born, _ = filled(workspace, "A", 5), filled(workspace, "B", 1)
    workspace.catalogue.records.describe(get(workspace, "A"), {"number": "12"})
    made = workspace.catalogue.arrangement.split(get(workspace, "A"), 3)
    below = workspace.catalogue.records.under(get(workspace, "H1").id)
    assert [record.code for record in below] == ["A", made.code, "B"]
    assert (order(workspace, "A"), order(workspace, made.code)) == (born[:2], born[2:])
    assert (made.fields, made.profile, get(workspace, "A").fields) == ({}, "item", {"number": "12"})
    assert title(Journal(workspace).undo()) == "split a record"
    assert order(workspace, "A") == born
    with pytest.raises(NoSuchRecord):
        get(workspace, made.code)
    Journal(workspace).redo()
    assert order(workspace, made.code) == born[2:]
    assert faults(workspace) == []


@pytest.mark.parametrize("at", [1, 6])
def test_no_part_of_a_split_is_empty(workspace: Workspace, at: int) -> None:
    filled(workspace, "A", 5)
    with pytest.raises(WrongUsage, match="5 pages"):
        workspace.catalogue.arrangement.split(get(workspace, "A"), at)


def test_a_split_with_a_code_that_is_taken_changes_nothing(workspace: Workspace) -> None:
    born = filled(workspace, "A", 5)
    with pytest.raises(RecordExists):
        workspace.catalogue.arrangement.split(get(workspace, "A"), 2, code="H1")
    assert order(workspace, "A") == born


@pytest.mark.parametrize("take_over", [True, False])
def test_merged_items_keep_all_pages_and_what_was_described_can_be_had_back(
    workspace: Workspace, take_over: bool
) -> None:
    ours, theirs = filled(workspace, "A", 2), filled(workspace, "B", 3)
    workspace.catalogue.records.describe(get(workspace, "A"), {"number": "1"})
    workspace.catalogue.records.describe(get(workspace, "B"), {"number": "2", "note": "Rách mép"})
    merged = workspace.catalogue.arrangement.merge(get(workspace, "A"), [get(workspace, "B")], take_over=take_over)
    assert order(workspace, "A") == [*ours, *theirs]
    assert merged.fields == ({"number": "1", "note": "Rách mép"} if take_over else {"number": "1"})
    assert [record.code for record in workspace.catalogue.records.under(get(workspace, "H1").id)] == ["A"]
    assert faults(workspace) == []
    assert title(Journal(workspace).undo()) == "merge records"
    assert (order(workspace, "A"), order(workspace, "B")) == (ours, theirs)
    assert get(workspace, "A").fields == {"number": "1"}
    assert get(workspace, "B").fields == {"number": "2", "note": "Rách mép"}
    Journal(workspace).redo()
    assert order(workspace, "A") == [*ours, *theirs]
    assert faults(workspace) == []


def test_an_emptied_item_can_be_merged_away_and_had_back(workspace: Workspace) -> None:
    filled(workspace, "A", 1)
    workspace.catalogue.records.create(Level.ITEM, "B", "", get(workspace, "H1"))
    workspace.catalogue.arrangement.merge(get(workspace, "A"), [get(workspace, "B")])
    Journal(workspace).undo()
    assert get(workspace, "B").pages == 0
    assert faults(workspace) == []


def test_what_holds_records_is_not_merged_away(workspace: Workspace) -> None:
    filled(workspace, "A", 1)
    with pytest.raises(CannotMove):
        workspace.catalogue.arrangement.merge(get(workspace, "A"), [get(workspace, "H1")])
    with pytest.raises(WrongUsage):
        workspace.catalogue.arrangement.merge(get(workspace, "A"), [get(workspace, "A")])


def test_a_replaced_scan_gives_its_place_sheet_and_side(workspace: Workspace) -> None:
    ours, (newer,) = filled(workspace, "A", 3), filled(workspace, "B", 1)
    workspace.catalogue.pages.say_sheet(ours[1], 7, 2)
    workspace.catalogue.arrangement.replace(ours[1], newer)
    assert order(workspace, "A") == [ours[0], newer, ours[2]]
    page = workspace.catalogue.pages.get(newer)
    assert (page.number, page.sheet, page.side, page.replaces) == (2, 7, 2, ours[1])
    assert [each.id for each in workspace.catalogue.pages.tray()] == [ours[1]]
    assert workspace.catalogue.readings.text(ours[1]) is not None, "kept"
    assert faults(workspace) == []
    Journal(workspace).undo()
    assert (order(workspace, "A"), order(workspace, "B")) == (ours, [newer])
    assert workspace.catalogue.pages.get(newer).replaces is None


def test_withdrawn_pages_come_back_to_their_place(workspace: Workspace) -> None:
    born = filled(workspace, "A", 5)
    workspace.catalogue.arrangement.withdraw([born[1], born[3]])
    assert order(workspace, "A") == [born[0], born[2], born[4]]
    assert [page.id for page in workspace.catalogue.pages.tray(get(workspace, "A").id)] == [born[1], born[3]]
    workspace.catalogue.arrangement.restore([born[3]])
    assert order(workspace, "A") == [born[0], born[2], born[3], born[4]]
    with pytest.raises(NoSuchPage):
        workspace.catalogue.arrangement.restore([PageId("x")])
    assert faults(workspace) == []


def test_a_page_of_a_record_taken_away_is_not_restored_into_nothing(workspace: Workspace) -> None:
    born = filled(workspace, "A", 1)
    workspace.catalogue.arrangement.withdraw(born)
    workspace.catalogue.records.remove(get(workspace, "A"))
    with pytest.raises(CannotMove, match="taken away"):
        workspace.catalogue.arrangement.restore(born)


def test_the_half_of_a_joined_picture_is_not_in_the_tray(workspace: Workspace) -> None:
    (page,) = filled(workspace, "A", 1)
    with patch.object(pages, "spread", lambda taken, at, count: spread(taken, at, count, 1)):
        beside = workspace.catalogue.pages.split(page, Params(Part.LEFT), Params(Part.RIGHT))
    assert order(workspace, "A") == [page, beside]
    workspace.catalogue.pages.join(page)
    assert workspace.catalogue.pages.tray() == []
    Journal(workspace).undo()
    workspace.catalogue.pages.withdraw(beside)
    assert [each.id for each in workspace.catalogue.pages.tray()] == [beside]


def test_facing_pages_without_room_move_their_neighbours_and_back(workspace: Workspace) -> None:
    with patch.object(pages, "spread", lambda taken, at, count: spread(taken, at, count, 1)):
        born = filled(workspace, "A", 3)
        beside = workspace.catalogue.pages.split(born[0], Params(Part.LEFT), Params(Part.RIGHT))
    assert order(workspace, "A") == [born[0], beside, *born[1:]]
    assert faults(workspace) == []
    Journal(workspace).undo()
    assert order(workspace, "A") == born
    assert faults(workspace) == []


def test_undo_refuses_where_a_page_stands_elsewhere_now(workspace: Workspace) -> None:
    born = filled(workspace, "A", 2)
    workspace.catalogue.arrangement.move([born[1]], get(workspace, "A"), 1)
    workspace.catalogue.database.execute("UPDATE page SET ordinal = 7 WHERE uuid = ?", [born[1]])
    with pytest.raises(CannotUndo):
        Journal(workspace).undo()
    assert faults(workspace) == [born[1]], "the page that was moved past the program is named"


def test_pages_lie_in_files_and_items_alone(workspace: Workspace) -> None:
    born = filled(workspace, "A", 1)
    with pytest.raises(CannotMove, match="files and items"):
        workspace.catalogue.arrangement.move(born, get(workspace, "PHONG"))


def test_a_page_withdrawn_already_and_one_not_withdrawn_are_said_so(workspace: Workspace) -> None:
    born = filled(workspace, "A", 2)
    with pytest.raises(PageNotWithdrawn):
        workspace.catalogue.arrangement.restore([born[0]])
    workspace.catalogue.arrangement.withdraw([born[0]])
    with pytest.raises(PageWithdrawn):
        workspace.catalogue.arrangement.withdraw([born[0]])
    with pytest.raises(NoSuchPage):
        workspace.catalogue.arrangement.withdraw([PageId("x")])


def test_too_few_pages_to_split_are_said_so(workspace: Workspace) -> None:
    filled(workspace, "A", 1)
    for code, said in (("A", "1 page of its own: too few"), ("H1", "0 pages of its own: too few")):
        with pytest.raises(WrongUsage, match=said):
            workspace.catalogue.arrangement.split(get(workspace, code), 2)


def test_a_range_that_runs_backwards_is_said_so() -> None:
    with pytest.raises(WrongUsage, match="“5-3” runs backwards"):
        numbers_in("1,5-3", 6)


@pytest.mark.parametrize("text", ["", "0", "a", "3-", "7", "2-9", "1,,2"])
def test_pages_that_are_not_there_are_said_so(text: str) -> None:
    with pytest.raises(WrongUsage):
        numbers_in(text, 6)


def test_pages_are_named_by_numbers_and_ranges() -> None:
    assert numbers_in("3-5, 1", 6) == [3, 4, 5, 1]


@dataclass
class Model:
    """What must be: pages of each item in order, withdrawn ones too; which are withdrawn; what was taken away."""

    order: dict[str, list[PageId]] = field(default_factory=dict)
    withdrawn: set[PageId] = field(default_factory=set)

    def present(self, code: str) -> list[PageId]:
        return [page for page in self.order[code] if page not in self.withdrawn]

    def put(self, going: list[PageId], code: str, at: int | None) -> None:
        """As the words of ``move`` say: taken out everywhere, then put ahead of the present page ``at``."""
        for listed in self.order.values():
            listed[:] = [page for page in listed if page not in going]
        present = self.present(code)
        listed = self.order[code]
        index = len(listed) if at is None or at > len(present) else listed.index(present[at - 1])
        listed[index:index] = going


class Arranging(RuleBasedStateMachine):
    """Any sequence of acts, undos and redos."""

    base: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.base, self.folder / "w")
        self.workspace = Workspace(self.folder / "w", NULL_ENGINE)
        self.arrangement = self.workspace.catalogue.arrangement
        self.model = Model({code: order(self.workspace, code) for code in ("A", "B")})
        self.pages = {page for listed in self.model.order.values() for page in listed}
        self.done: list[Model] = []
        self.undone: list[Model] = []
        self.gap = [
            patch.object(module, "spread", lambda taken, at, count: spread(taken, at, count, TIGHT))
            for module in (arrange, pages)
        ]
        for each in self.gap:
            each.start()

    def begin(self) -> Model:
        self.done.append(deepcopy(self.model))
        self.undone.clear()
        return self.model

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        source, target = (data.draw(st.sampled_from(sorted(self.model.order))) for _ in range(2))
        if self.model.present(source):
            going = data.draw(
                st.lists(st.sampled_from(self.model.present(source)), min_size=1, max_size=3, unique=True)
            )
            places = len(set(self.model.present(target)) - set(going)) + 1
            at = data.draw(st.none() | st.integers(1, places))
            self.begin().put(going, target, at)
            self.arrangement.move(going, get(self.workspace, target), at)

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(sorted(self.model.order)))
        present = self.model.present(code)
        if len(present) > 1:
            at = data.draw(st.integers(2, len(present)))
            model = self.begin()
            made = self.arrangement.split(get(self.workspace, code), at).code
            first = model.order[code].index(present[at - 1])
            model.order[made] = model.order[code][first:]
            del model.order[code][first:]

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        codes = data.draw(st.permutations(sorted(self.model.order)))[:3]
        if len(codes) > 1:
            model = self.begin()
            found = [get(self.workspace, code) for code in codes]
            self.arrangement.merge(found[0], found[1:], take_over=data.draw(st.booleans()))
            for code in codes[1:]:
                model.order[codes[0]] += model.order.pop(code)

    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        present = [page for code in sorted(self.model.order) for page in self.model.present(code)]
        if len(present) > 1:
            older, newer = data.draw(st.permutations(present))[:2]
            model = self.begin()
            self.arrangement.replace(older, newer)
            for listed in model.order.values():
                if newer in listed:
                    listed.remove(newer)
            (listed,) = (listed for listed in model.order.values() if older in listed)
            listed.insert(listed.index(older) + 1, newer)
            model.withdrawn.add(older)

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        present = [page for code in sorted(self.model.order) for page in self.model.present(code)]
        if present:
            going = data.draw(st.lists(st.sampled_from(present), min_size=1, max_size=3, unique=True))
            self.begin().withdrawn.update(going)
            self.arrangement.withdraw(going)

    @precondition(lambda self: self.model.withdrawn)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        coming = data.draw(st.lists(st.sampled_from(sorted(self.model.withdrawn)), min_size=1, unique=True))
        self.begin().withdrawn.difference_update(coming)
        self.arrangement.restore(coming)

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        Journal(self.workspace).undo()
        self.undone.append(self.model)
        self.model = self.done.pop()

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        Journal(self.workspace).redo()
        self.done.append(self.model)
        self.model = self.undone.pop()

    @invariant()
    def is_as_modelled(self) -> None:
        catalogue = self.workspace.catalogue
        for code, listed in self.model.order.items():
            record = get(self.workspace, code)
            standing = catalogue.arrangement._places.of(record.id)
            assert [page.id for page in standing] == listed
            assert {page.id for page in standing if page.withdrawn} == self.model.withdrawn & set(listed)
            assert record.pages == len(self.model.present(code))
        assert sorted(page for listed in self.model.order.values() for page in listed) == sorted(self.pages)
        file = get(self.workspace, "H1")
        assert {record.code for record in catalogue.records.under(file.id)} == set(self.model.order)
        assert file.pages == len(self.pages - self.model.withdrawn)

    def teardown(self) -> None:
        try:
            assert faults(self.workspace) == []
            for page in self.pages:
                assert self.workspace.catalogue.readings.text(page) == page_text(f"trang {page}")
        finally:
            for each in self.gap:
                each.stop()
            self.workspace.close()
            shutil.rmtree(self.folder)


def test_any_sequence_of_acts_keeps_every_page_once(workspace: Workspace) -> None:
    with patch.object(pages, "spread", lambda taken, at, count: spread(taken, at, count, TIGHT)):
        filled(workspace, "A", 5)
        filled(workspace, "B", 3)
    workspace.close()
    Arranging.base = workspace.root
    run_state_machine_as_test(Arranging, settings=settings(max_examples=25, stateful_step_count=15, deadline=None))
