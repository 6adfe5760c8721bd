"""The tree of records in parts says the same as all records at once; a record can be given another form."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.catalogue.told import untold_changes
from digitizer.errors import WrongUsage
from digitizer.journal import Journal
from digitizer.model import Level, Record, Sha256
from digitizer.workspace import Workspace
from ocr.geometry import Size
from ocr.load import Inspection, PageInfo
from tests.helpers.workspaces import NULL_ENGINE


def pages(workspace: Workspace, record: Record, count: int) -> None:
    inspection = Inspection("tiff", (PageInfo(Size(10, 10), None),) * count)
    workspace.catalogue.pages.add(record, Sha256(f"{record.code:a<64}"), 10, inspection, name="t.tif", call="")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A fonds with three files; two items with pages are in the second one, which has pages itself."""
    made = Workspace(tmp_path / "kho", NULL_ENGINE)
    records = made.catalogue.records
    fonds = records.create(Level.FONDS, "P", "Phông")
    files = [records.create(Level.FILE, f"H{number}", f"Hồ sơ {number}", fonds) for number in (1, 2, 3)]
    for number in (1, 2):
        pages(made, records.create(Level.ITEM, f"H2.{number}", "Tài liệu", files[1]), number)
    pages(made, files[1], 4)
    return made


@pytest.mark.parametrize("size", [1, 2, 100])
def test_parts_together_are_all_records(workspace: Workspace, size: int) -> None:
    records, tree = workspace.catalogue.records, workspace.catalogue.tree

    def walk(parent: Record | None) -> list[Record]:
        above = parent.id if parent is not None else None
        found = []
        for offset in range(0, tree.shape(above).count, size):
            for place, row in enumerate(tree.part(above, offset, size), offset):
                inside = walk(row.record)
                assert tree.place(row.record.id) == place
                assert row.below == tree.shape(row.record.id).count
                found += [row.record, *inside]
        return found

    assert walk(None) == records.all()
    workspace.close()


def test_the_shape_changes_with_the_order_alone(workspace: Workspace) -> None:
    records, tree = workspace.catalogue.records, workspace.catalogue.tree
    fonds = records.get("P")
    before = tree.shape(fonds.id)
    records.change(records.get("H1"), title="anders")
    assert tree.shape(fonds.id) == before
    records.move(records.get("H3"), fonds, before=records.get("H1"))
    assert tree.shape(fonds.id) != before
    workspace.close()


def test_sections_and_totals_count_every_page_once(workspace: Workspace) -> None:
    tree = workspace.catalogue.tree
    found = tree.sections(None)
    assert [(each.code, each.start, each.pages) for each in found] == [("H2", 0, 4), ("H2.1", 4, 1), ("H2.2", 5, 2)]
    assert tree.sections(workspace.catalogue.records.get("H2.2").id)[0].pages == 2
    assert tree.sections(workspace.catalogue.records.get("H1").id) == ()
    totals = tree.totals()
    assert (totals.records, totals.pages, totals.waiting, totals.failed, totals.ready) == (6, 7, 7, 0, 0)
    assert tree.first() == workspace.catalogue.records.get("H2").id
    assert tree.files_named("h", 10, "H1") == ["H2", "H3"]
    assert tree.before(workspace.catalogue.records.get("H2")) == workspace.catalogue.records.get("H1")
    assert tree.before(workspace.catalogue.records.get("H1")) is None
    workspace.close()


@given(marks=st.dictionaries(st.sampled_from(["", "P", "H1", "H2", "H3", "H2.1", "H2.2"]), st.booleans()))
def test_a_choice_is_what_the_nearest_mark_says(
    tmp_path_factory: pytest.TempPathFactory, marks: dict[str, bool]
) -> None:
    from digitizer.catalogue.tree import Tree

    above = {"P": "", "H1": "P", "H2": "P", "H3": "P", "H2.1": "H2", "H2.2": "H2"}
    own = {"H2": 4, "H2.1": 1, "H2.2": 2}
    folder = tmp_path_factory.getbasetemp() / "choice"
    with Workspace(folder, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        if not records.under():
            fonds = records.create(Level.FONDS, "P", "Phông")
            for code in ("H1", "H2", "H3"):
                records.create(Level.FILE, code, code, fonds)
            for code in ("H2.1", "H2.2"):
                records.create(Level.ITEM, code, code, records.get("H2"))
            for code, count in own.items():
                pages(workspace, records.get(code), count)
        tree: Tree = workspace.catalogue.tree
        ids = {code: records.get(code).id if code else None for code in ("", *above)}
        codes, packages, chosen_pages = tree.choice((ids[code], on) for code, on in marks.items())

    def counts(code: str) -> bool:
        return marks[code] if code in marks else code != "" and counts(above[code])

    def inside(code: str, top: str) -> bool:
        return code == top or (code in above and inside(above[code], top))

    chosen = {c for c in above if counts(c) and not any(not on and inside(m, c) for m, on in marks.items())}
    assert set(codes) == {code for code in chosen if above[code] not in chosen}
    assert (packages, chosen_pages) == (len(chosen & own.keys()), sum(own[code] for code in chosen & own.keys()))


def test_another_form_keeps_the_values_and_is_undone(workspace: Workspace) -> None:
    records = workspace.catalogue.records
    item = records.describe(records.get("H2.1"), {"issuing_body": "Sở Nội vụ"})
    photo = records.set_profile(item, "photo")
    assert (photo.profile, photo.fields["issuing_body"]) == ("photo", "Sở Nội vụ")
    assert not list(untold_changes(workspace.catalogue))
    with pytest.raises(WrongUsage):
        records.set_profile(item, "fonds")
    Journal(workspace).undo()
    assert records.get("H2.1").profile == "item"
    assert not list(untold_changes(workspace.catalogue))
    workspace.catalogue.database.conn.execute("UPDATE record SET profile = 'photo' WHERE code = 'H2.1'")
    assert list(untold_changes(workspace.catalogue)) == ["H2.1"]
    workspace.close()
