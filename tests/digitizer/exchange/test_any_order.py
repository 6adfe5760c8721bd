"""Three stations edit what they share without knowing of each other. A fourth that takes their packages, in whatever
order and however often, ends up with the same catalogue and the same open differences.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from digitizer.capture.rules import stack_rule
from digitizer.capture.sorting import sort_captured
from digitizer.catalogue.lineage import Head, Lineage, joined, of
from digitizer.catalogue.subjects import Subjects
from digitizer.deliver.receive import open_differences, settle
from digitizer.errors import KnownError, NothingToDeliver
from digitizer.journal import Journal
from digitizer.model import Level, PageId, Record, RecordId, RecordState, Secrecy
from digitizer.turning import turn_pages
from digitizer.workspace import Workspace
from ocr.stages import split
from tests.helpers.stations import content, package, put_pages, scan_pages, station, take, waiting, whole

_IN_EVERY_RUN, _MANY = 3, 60
_HEADS = st.builds(
    Head, st.sampled_from("ABC"), st.integers(1, 4), st.sampled_from(["x", "y"]), st.just(""), st.just("")
)
_LINEAGES = st.builds(
    of,
    st.lists(_HEADS, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from("ABC"), st.integers(1, 4)),
)


@given(_LINEAGES, _LINEAGES, _LINEAGES)
def test_joining_does_not_ask_for_order(one: Lineage, two: Lineage, three: Lineage) -> None:
    assert joined(one, one) == one
    assert joined(one, two) == joined(two, one)
    assert joined(joined(one, two), three) == joined(one, joined(two, three))


Draw = Callable[[int], int]
EDITS = 26
"""Kinds of edit."""


def _file(workspace: Workspace, draw: Draw) -> Record:
    found = sorted(
        (each for level in (Level.FILE, Level.ITEM) for each in workspace.catalogue.records.of_level(level)),
        key=lambda each: each.code,
    )
    return found[draw(len(found))] if found else workspace.catalogue.records.file_for("H1")


def _edit(workspace: Workspace, number: int, draw: Draw) -> None:
    """Some edit that a person could make; what the program refuses is not made."""
    records, pages = workspace.catalogue.records, workspace.catalogue.pages
    record = _file(workspace, draw)
    held = pages.part(record.id, 0, -1)
    match number:
        case 0:
            records.change(record, title=f"Tên {draw(3)}")
        case 1:
            records.describe(record, {"code": f"H{draw(4)}"})
        case 2:
            records.create(Level.FILE, f"H{draw(4)}", "Mới", records.under()[0])
        case 3:
            put_pages(workspace, record.code, 1 + draw(2), f"thêm {draw(9)}")
        case 4 if held:
            workspace.catalogue.arrangement.withdraw([held[draw(len(held))].id])
        case 5 if held:
            workspace.catalogue.arrangement.move([held[draw(len(held))].id], _file(workspace, draw))
        case 6 if held:
            pages.say_sheet(held[draw(len(held))].id, 1 + draw(3), None)
        case 7:
            records.remove(record)
        case 8:
            records.change(record, secrecy=Secrecy.NONE)
        case 9:
            Journal(workspace).undo()
        case 10 if open_ := open_differences(workspace):
            settle(workspace, {open_[draw(len(open_))].id: draw(2)})
        case 11:
            item = records.create(Level.ITEM, f"I{draw(3)}", "Tài liệu", records.of_level(Level.FILE)[0])
            put_pages(workspace, item.code, 1)
        case 12 if held:
            pages.turn(held[draw(len(held))].id, draw(4))
        case 13:
            workspace.catalogue.approval.set_state(record, list(RecordState)[draw(3)])
        case 14:
            scan_pages(workspace, record.code, 2)
        case 15 if len(held) > 1:
            sort_captured(workspace, [page.id for page in held], stack_rule(f"pages-{1 + draw(2)}"))
        case 16 if held:
            turn_pages(workspace, [page.id for page in held[: 1 + draw(2)]], 1 + draw(3))
        case 17 if held:
            (born,) = scan_pages(workspace, record.code, 1)
            workspace.catalogue.arrangement.insert([born], held[draw(len(held))].id, behind=bool(draw(2)))
        case 18 if held:
            (born,) = scan_pages(workspace, record.code, 1)
            workspace.catalogue.arrangement.replace(held[draw(len(held))].id, born)
        case 19 if held and not held[0].facing:
            left, right = split.Params(split.Part.LEFT, right=0.5), split.Params(split.Part.RIGHT, left=0.5)
            pages.split(held[0].id, left, right)
        case 20 if facing := [page for page in held if page.facing]:
            pages.join(facing[draw(len(facing))].id)
        case 21 if gone := pages.tray():
            workspace.catalogue.arrangement.restore([gone[draw(len(gone))].id])
        case 22 if len(held) > 1:
            workspace.catalogue.arrangement.split(record, 2)
        case 23:
            other = _file(workspace, draw)
            workspace.catalogue.arrangement.merge(record, [other], take_over=True)
        case 24:
            siblings = records.under(record.parent)
            home = None if record.parent is None else records.find(record.parent)
            records.move(record, home, before=siblings[draw(len(siblings))])
        case 25:
            workspace.catalogue.approval.explain(record.id, "pages-missing", f"vì {draw(3)}")


def edited_and_given(stack: ExitStack, folder: Path, draw: Draw) -> list[Path]:
    """Packages of three stations that edit what they share, some of them receiving in between."""
    three = [stack.enter_context(station(folder, name)) for name in "ABC"]
    put_pages(three[0], "H1", 3)
    put_pages(three[0], "H2", 2)
    first = package(three[0], folder)
    for other in three[1:]:
        take(other, first)
    made: list[Path] = []
    for _ in range(2):
        for each in three:
            for _ in range(1 + draw(5)):
                with suppress(KnownError):
                    _edit(each, draw(EDITS), draw)
            with suppress(NothingToDeliver):  # all was taken back
                made.append(package(each, folder))
            if draw(3) == 0:
                take(three[draw(3)], made[draw(len(made))])
    for each in three:
        whole(each)
        with suppress(NothingToDeliver):
            made.append(package(each, folder))
    return made


def run(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        folder = Path(root)
        made = edited_and_given(stack, folder, lambda most: chance.randrange(max(1, most)))
        takers = [stack.enter_context(station(folder, f"D{number}")) for number in range(2)]
        for taker in takers:
            order = chance.sample(made, len(made))
            take(taker, *order, order[0], order[-1])
            whole(taker)
            end = taker.catalogue.audit.end()
            take(taker, *order)
            assert taker.catalogue.audit.end() == end, "received again, nothing changes"
        assert content(takers[0]) == content(takers[1])
        assert waiting(takers[0]) == waiting(takers[1])


@settings(max_examples=_IN_EVERY_RUN, derandomize=True, phases=[Phase.generate])
@given(st.integers(0, 1 << 30))
def test_packages_in_any_order_come_to_the_same(seed: int) -> None:
    run(seed)


@pytest.mark.drill
@pytest.mark.timeout(3600)
@settings(max_examples=_MANY, phases=[Phase.generate])
@given(st.integers(0, 1 << 30))
def test_many_packages_in_any_order_come_to_the_same(seed: int) -> None:
    run(seed)


@settings(max_examples=3, derandomize=True, phases=[Phase.generate])
@given(st.integers(0, 1 << 30))
def test_what_one_took_away_and_another_changed_stays_and_waits_everywhere(seed: int) -> None:
    remove_and_change(seed)


def remove_and_change(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        folder = Path(root)
        stations = [stack.enter_context(station(folder, name)) for name in "ABCD"]
        pages = put_pages(stations[0], "H1", 3)
        stations[0].catalogue.records.file_for("H2")
        given_first = package(stations[0], folder)
        for other in stations[1:3]:
            take(other, given_first)
        subject = chance.choice([stations[0].catalogue.records.get("H2").id, *pages])
        does = {each: chance.choice(["removes", "changes", "nothing"]) for each in range(3)}
        for number, what in does.items():
            if what == "removes":
                _remove(stations[number], subject)
            elif what == "changes":
                _change(stations[number], subject, chance)
        made = [package(each, folder) for each in stations[:3]]
        for each in stations:
            take(each, *chance.sample(made, len(made)), chance.choice(made))
        both = {"removes", "changes"} <= set(does.values())
        for each in stations:
            gone = content(each)[subject]["withdrawn"]
            asked = {name for name, *_ in waiting(each) if name.endswith("/withdrawn")}
            assert gone == ("removes" in does.values() and not both)
            assert asked == ({f"{subject}/withdrawn"} if both else set())
            whole(each)


def _remove(workspace: Workspace, subject: str) -> None:
    if Subjects(workspace.catalogue).is_page(subject):
        workspace.catalogue.arrangement.withdraw([PageId(subject)])
    else:
        workspace.catalogue.records.remove(workspace.catalogue.records.find(RecordId(subject)))


def _change(workspace: Workspace, subject: str, chance: random.Random) -> None:
    records, pages, page = workspace.catalogue.records, workspace.catalogue.pages, PageId(subject)
    if not Subjects(workspace.catalogue).is_page(subject):
        records.change(records.find(RecordId(subject)), title=f"Tên {chance.randrange(3)}")
    elif (kind := chance.randrange(3)) == 0:
        pages.turn(page, 1)
    elif kind == 1:
        pages.say_sheet(page, 2, None)
    else:
        workspace.catalogue.arrangement.move([page], records.get("H2"))
