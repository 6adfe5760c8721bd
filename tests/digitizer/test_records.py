"""Records: created by their profile, described, moved, taken away; every change can be undone and is told."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.check import check
from digitizer.errors import CannotMove, CannotUndo, NoSuchRecord, NotEmpty, RecordExists, ValueRefused, WrongUsage
from digitizer.journal import Journal
from digitizer.model import JobState, Level, Record, Secrecy
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store

ACTS = ("withdraw", "turn", "read", "undo", "redo", "move")


@pytest.fixture
def tree(workspace: Workspace) -> dict[Level, Record]:
    """One record of every level, each in the one above it."""
    records = workspace.catalogue.records
    made: dict[Level, Record] = {}
    given = {
        Level.FONDS: {"code": "P", "organisation": "H49.64", "repository": "001"},
        Level.REGISTER: {"number": "02"},
        Level.BOX: {"box": "12", "storeroom": "K1", "rack": "G3"},
        Level.FILE: {"year": "2001", "number": "160", "notation": "HC"},
        Level.ITEM: {},
    }
    above: Record | None = None
    for level, values in given.items():
        above = made[level] = records.create(level, None, level.value, above, values=values)
    return made


def test_codes_are_made_by_rule(tree: dict[Level, Record]) -> None:
    assert [record.code for record in tree.values()] == [
        "P",
        "P.02",
        "P.02.12",
        "H49.64.2001.160.HC",
        "H49.64.2001.160.HC.001",
    ]


def test_values_are_handed_down(workspace: Workspace, tree: dict[Level, Record]) -> None:
    records = workspace.catalogue.records
    described = records.described(tree[Level.FILE])
    assert (described["storeroom"], described["repository"], described["trust"]) == ("K1", "001", "02")
    form = records.profiles.get("file")
    own = tree[Level.FILE].fields
    assert records.proposed(form, "paper_code", own, tree[Level.BOX]) == "001.K1/G3/12.160"
    records.describe(tree[Level.FILE], {"retention": "03"})
    assert records.described(tree[Level.ITEM])["retention"] == "03"
    records.describe(tree[Level.ITEM], {"retention": "01"})
    assert records.described(records.find(tree[Level.ITEM].id))["retention"] == "01"


def test_describing_is_all_or_nothing_and_names_every_wrong_value(
    workspace: Workspace, tree: dict[Level, Record]
) -> None:
    with pytest.raises(ValueRefused, match=r"Retention.*99.*colour"):
        workspace.catalogue.records.describe(tree[Level.FILE], {"title": "Mới", "retention": "99", "colour": "x"})
    assert workspace.catalogue.records.find(tree[Level.FILE].id) == tree[Level.FILE]


def test_a_described_value_is_undone_and_told(workspace: Workspace, tree: dict[Level, Record]) -> None:
    records, file = workspace.catalogue.records, tree[Level.FILE]
    records.describe(file, {"retention": "03", "year": "", "title": "Mới"})
    assert dict(records.find(file.id).fields) == {"number": "160", "notation": "HC", "retention": "03"}
    assert check(workspace).faults == []
    Journal(workspace).undo()
    assert records.find(file.id) == file
    assert check(workspace).faults == []
    Journal(workspace).redo()
    assert records.find(file.id).fields["retention"] == "03"
    assert check(workspace).faults == []


def test_a_value_changed_past_the_program_is_found(workspace: Workspace, tree: dict[Level, Record]) -> None:
    workspace.catalogue.records.set_values(tree[Level.FILE].id, {"retention": "01"})
    assert [(fault.code, fault.where) for fault in check(workspace).faults] == [
        ("catalogue-changed", tree[Level.FILE].code)
    ]


def test_a_record_moved_past_the_program_is_found(workspace: Workspace, tree: dict[Level, Record]) -> None:
    workspace.catalogue.records.set_place(tree[Level.ITEM].id, {"parent": tree[Level.BOX].id, "before": None})
    assert [fault.where for fault in check(workspace).faults] == [tree[Level.ITEM].code]


@pytest.mark.parametrize(
    ("level", "above"), [(Level.FONDS, Level.FILE), (Level.FILE, Level.ITEM), (Level.BOX, Level.BOX)]
)
def test_levels_keep_their_order(workspace: Workspace, tree: dict[Level, Record], level: Level, above: Level) -> None:
    with pytest.raises(CannotMove):
        workspace.catalogue.records.create(level, "X", "", tree[above])


@pytest.mark.parametrize(("code", "title"), [("K" * 101, ""), ("X", "đ" * 501)])
def test_a_code_or_title_that_is_too_long_is_refused(
    workspace: Workspace, tree: dict[Level, Record], code: str, title: str
) -> None:
    with pytest.raises(ValueRefused):
        workspace.catalogue.records.create(Level.ITEM, code, title, tree[Level.FILE])


def test_a_profile_of_another_level_is_refused(workspace: Workspace, tree: dict[Level, Record]) -> None:
    with pytest.raises(WrongUsage):
        workspace.catalogue.records.create(Level.ITEM, "X", "", tree[Level.FILE], profile="file")


def test_a_code_is_taken_once_until_its_record_is_taken_away(workspace: Workspace, tree: dict[Level, Record]) -> None:
    records = workspace.catalogue.records
    first = records.create(Level.ITEM, "X", "một", tree[Level.FILE])
    with pytest.raises(RecordExists):
        records.create(Level.ITEM, "X", "", tree[Level.FILE])
    with pytest.raises(RecordExists):
        records.describe(tree[Level.ITEM], {"code": "X"})
    records.remove(first)
    with pytest.raises(NoSuchRecord):
        records.get("X")
    second = records.create(Level.ITEM, "X", "hai", tree[Level.FILE])
    Journal(workspace).undo()  # the second is gone, the first may come back
    Journal(workspace).undo()
    assert records.get("X").id == first.id != second.id
    assert check(workspace).faults == []


def test_what_holds_something_is_not_taken_away(
    workspace: Workspace, tree: dict[Level, Record], tmp_path: Path
) -> None:
    records = workspace.catalogue.records
    with pytest.raises(NotEmpty):
        records.remove(tree[Level.FILE])
    made = records.create(Level.ITEM, "X", "", tree[Level.FILE])
    pages = imported(workspace, tmp_path, 1, "X")
    with pytest.raises(NotEmpty):
        records.remove(made)
    workspace.catalogue.pages.withdraw(pages[0])
    records.remove(made)
    assert records.under(tree[Level.FILE].id) == [tree[Level.ITEM]]


def test_a_record_into_which_something_came_is_not_undone_away(workspace: Workspace, tree: dict[Level, Record]) -> None:
    records = workspace.catalogue.records
    made = records.create(Level.FILE, "X", "", tree[Level.BOX])
    records.set_place(tree[Level.ITEM].id, {"parent": made.id, "before": None})
    with pytest.raises(CannotUndo):
        Journal(workspace).undo()


def test_secrecy_is_needed_at_the_top_only(workspace: Workspace, tree: dict[Level, Record]) -> None:
    records = workspace.catalogue.records
    assert tree[Level.FONDS].secrecy is Secrecy.NONE
    with pytest.raises(ValueRefused):
        records.describe(tree[Level.FONDS], {"secrecy": ""})
    records.describe(tree[Level.FONDS], {"secrecy": "Mật"})
    assert records.find(tree[Level.ITEM].id).effective_secrecy is Secrecy.CONFIDENTIAL
    records.describe(tree[Level.FILE], {"secrecy": "tối mật"})
    records.describe(tree[Level.FILE], {"secrecy": ""})
    assert records.find(tree[Level.FILE].id).secrecy is None


def test_a_moved_record_takes_its_pages_and_counts_along(
    workspace: Workspace, tree: dict[Level, Record], tmp_path: Path
) -> None:
    records = workspace.catalogue.records
    pages = imported(workspace, tmp_path, 2, tree[Level.ITEM].code)
    store(workspace, pages[0], page_text("chữ"))
    other = records.create(Level.FILE, "H2", "", tree[Level.FONDS])
    records.move(tree[Level.ITEM], other)
    counts = {record.code: (record.pages, record.waiting) for record in records.all()}
    assert counts["H2"] == counts["P"] == (2, 1)
    assert counts["P.02"] == counts[tree[Level.FILE].code] == (0, 0)
    assert workspace.catalogue.pages.known_in("H2", workspace.catalogue.pages.get(pages[0]).master) == [pages[0]]
    Journal(workspace).undo()
    counts = {record.code: (record.pages, record.waiting) for record in records.all()}
    assert (counts["H2"], counts["P.02"]) == ((0, 0), (2, 1))
    assert check(workspace).faults == []


def test_a_record_is_put_ahead_of_another(workspace: Workspace, tree: dict[Level, Record]) -> None:
    records = workspace.catalogue.records
    one, two, three = (records.create(Level.FILE, code, "", tree[Level.BOX]) for code in ("A", "B", "C"))
    records.move(three, tree[Level.BOX], before=one)
    order = [record.code for record in records.under(tree[Level.BOX].id)]
    assert order == [tree[Level.FILE].code, "C", "A", "B"]
    Journal(workspace).undo()
    assert [record.code for record in records.under(tree[Level.BOX].id)][1:] == ["A", "B", "C"]
    assert two.code == "B"


def test_a_record_does_not_lie_in_itself_or_alone_at_the_top(workspace: Workspace, tree: dict[Level, Record]) -> None:
    with pytest.raises(CannotMove):
        workspace.catalogue.records.move(tree[Level.FILE], None)
    with pytest.raises(CannotMove):
        workspace.catalogue.records.move(tree[Level.FONDS], tree[Level.BOX])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["withdraw", "turn", "read", "undo", "redo", "move"]), st.integers(0, 5)), max_size=12
    )
)
def test_kept_counts_are_those_that_are_counted(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("w")
    with Workspace(folder / "w", NULL_ENGINE) as workspace:
        catalogue = workspace.catalogue
        pages = imported(workspace, folder, 3, "H1") + imported(workspace, folder / "b", 3, "H2")
        items = [record for record in catalogue.records.all() if record.level is Level.ITEM]
        files = [record for record in catalogue.records.all() if record.level is Level.FILE]
        for act, number in acts:
            page = pages[number]
            there = not catalogue.pages.values(page, ["withdrawn"])["withdrawn"]
            if act == "withdraw" and there:
                catalogue.pages.withdraw(page)
            elif act == "turn" and there:
                catalogue.pages.turn(page, number)
            elif act == "read" and there and catalogue.pages.get(page).quarters is None:
                store(workspace, page, page_text("chữ"))
            elif act == "move" and number < len(items):
                catalogue.records.move(catalogue.records.find(items[number].id), files[number % 2])
            elif act == "undo" and (last := Journal(workspace).undoable()) and last.kind != "page.import":
                Journal(workspace).undo()
            elif act == "redo" and Journal(workspace).redoable():
                Journal(workspace).redo()
        for record in catalogue.records.all():
            inside = catalogue.pages.of_record(record.id)
            assert record.pages == len(inside)
            assert record.waiting == sum(page.state is not JobState.DONE for page in inside)
        assert check(workspace, quick=True).faults == []
