"""A stack of paper becomes items: no page is lost, none is there twice, and one undo takes all of it back."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitizer.capture.files import Repeats, import_paths
from digitizer.capture.rules import BarcodeRule, Use, stack_rule
from digitizer.capture.sorting import SortReport, sort_captured, sort_growing, sort_pages
from digitizer.catalogue.connection import atomic
from digitizer.check import check
from digitizer.errors import NoSuchRecord, RecordApproved, WrongUsage
from digitizer.journal import Journal, title
from digitizer.labels.text import Said, What
from digitizer.model import Level, PageId, Record, Role
from digitizer.settings import Settings
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from ocr.barcodes import Kind
from ocr.look import Look
from tests.helpers.stacks import added, captured, paper, says, seen, separator, write_stack
from tests.helpers.workspaces import NULL_ENGINE

OURS = stack_rule("separators")
PAPER, BLANK = seen(), seen(is_blank=True)
NEXT = says(Said(What.NEXT))


def to_file(code: str) -> Look:
    return says(Said(What.TO_FILE, code))


def to_item(code: str) -> Look:
    return says(Said(What.TO_ITEM, code))


def get(workspace: Workspace, code: str) -> Record:
    return workspace.catalogue.records.get(code)


def order(workspace: Workspace, code: str) -> list[PageId]:
    return [page.id for page in workspace.catalogue.pages.part(get(workspace, code).id, 0, -1)]


def faults(workspace: Workspace) -> list[str]:
    return [fault.where for fault in check(workspace).faults if fault.code != "master-missing"]


def everything(workspace: Workspace) -> dict[str, list[PageId]]:
    """The pages of each record, withdrawn ones left out; records without pages too."""
    return {record.code: order(workspace, record.code) for record in workspace.catalogue.records.all()}


def sentences(report: SortReport) -> str:
    return "\n".join(doubt.sentence for doubt in report.doubts)


def test_sixty_sheets_with_five_separators_become_six_items(tmp_path: Path, workspace: Workspace) -> None:
    workspace.catalogue.records.file_for("HS-02")
    separators = {
        10: Said(What.NEXT), 20: Said(What.TO_ITEM, "HS-01.Đặc biệt"), 30: Said(What.TO_FILE, "HS-02"),
        40: Said(What.NEXT), 50: Said(What.TO_FILE, "Hồ sơ mới & <cũ>"),
    }  # fmt: skip
    sheets = [separator(separators[n]) if n in separators else paper(n) for n in range(60)]
    stack = write_stack(tmp_path / "chồng.tif", sheets)
    imported = import_paths(workspace, [stack], "HS-01").imported[0].pages

    report = sort_captured(workspace, imported, OURS)
    wanted = {
        "HS-01.001": imported[:10],
        "HS-01.002": imported[11:20],
        "HS-01.Đặc biệt": imported[21:30],
        "HS-02.001": imported[31:40],
        "HS-02.002": imported[41:50],
        "Hồ sơ mới & <cũ>.001": imported[51:],
    }
    assert {item.record: item.pages for item in report.items} == wanted
    assert {code: tuple(pages) for code, pages in everything(workspace).items() if pages} == wanted
    assert [sheet.number for sheet in report.separators] == [11, 21, 31, 41, 51]
    assert not report.doubts
    assert [item.new for item in report.items] == [False, True, True, True, True, True]
    assert [page.id for page in workspace.catalogue.pages.tray()] and not faults(workspace)


def written(folder: Path) -> list[Path]:
    """Three pages, a separator behind each, all separators of the same bytes; each sheet is a file."""
    folder.mkdir()
    sheets = [sheet for number in range(3) for sheet in (paper(number), separator(Said(What.NEXT)))]
    return [write_stack(folder / f"{number}.tif", [sheet]) for number, sheet in enumerate(sheets)]


def came(workspace: Workspace, files: list[Path], repeats: Repeats) -> tuple[int, int]:
    """Bring the files of ``written`` in and sort them; gives how many came in, and how many were there already."""
    report = import_paths(workspace, files, "BL", repeats=repeats)
    new = {Path(each.path): each.pages[0] for each in report.imported}
    workspace.catalogue.looks.keep({page: NEXT if int(path.stem) % 2 else PAPER for path, page in new.items()})
    sort_captured(workspace, list(new.values()), OURS)
    return len(report.imported), len(report.duplicates)


def test_separators_of_the_same_bytes_each_separate_and_are_known_when_they_come_again(
    tmp_path: Path, workspace: Workspace
) -> None:
    files = written(tmp_path / "chồng")
    assert came(workspace, files[:3], Repeats()) == (3, 0), "stopped on the way"
    assert came(workspace, files, Repeats()) == (3, 3), "the same import does the rest"
    after = everything(workspace)
    assert [len(pages) for code, pages in after.items() if code.startswith("BL.")] == [1, 1, 1]
    assert came(workspace, files, Repeats()) == (0, 6)
    assert (len(import_paths(workspace, files, "BL").duplicates), everything(workspace)) == (6, after)
    assert not faults(workspace)

    gone = after["BL.002"][0]
    workspace.catalogue.arrangement.withdraw([gone])
    assert len(import_paths(workspace, files[2:3], "BL").imported) == 1, "taken out by a person, it may come again"
    Journal(workspace).undo()
    Journal(workspace).undo()
    assert everything(workspace) == after | {"BL": []}
    assert not faults(workspace)


def test_pages_that_sorting_has_put_into_another_file_are_known(tmp_path: Path, workspace: Workspace) -> None:
    [file] = [write_stack(tmp_path / "chồng.tif", [paper(n) for n in range(3)])]
    born = import_paths(workspace, [file], "H1").imported[0].pages
    workspace.catalogue.looks.keep(dict(zip(born, [to_file("H2"), PAPER, PAPER], strict=True)))
    sort_captured(workspace, born, OURS)
    assert order(workspace, "H2.001") == [*born[1:]]
    assert [each.of for each in import_paths(workspace, [file], "H1").duplicates] == [born[0]]
    Journal(workspace).undo()
    assert workspace.catalogue.pages.known_in("H2", workspace.catalogue.pages.get(born[0]).master) == []
    assert not faults(workspace)


def test_a_separator_comes_into_a_watched_folder_again_and_again(tmp_path: Path, workspace: Workspace) -> None:
    files = written(tmp_path / "chồng")
    assert came(workspace, files[:4], Repeats(separators=False)) == (4, 0)
    assert came(workspace, files, Repeats(separators=False)) == (4, 2), "started anew: three separators and a page"


def test_all_of_it_is_undone_and_redone_also_after_a_restart(workspace: Workspace) -> None:
    born = captured(workspace, [PAPER, NEXT, PAPER, to_file("H9"), PAPER, PAPER])
    before = everything(workspace)
    sort_pages(workspace, "H1", OURS)
    after = everything(workspace)
    assert after["H1.002"] == [born[2]] and after["H9.001"] == born[4:]
    with Workspace(workspace.root, NULL_ENGINE) as again:
        act = Journal(again).undoable()
        assert act is not None and title(act) == "sort a stack of paper"
        Journal(again).undo()
        assert everything(again) == before
        assert not faults(again)
    with Workspace(workspace.root, NULL_ENGINE) as again:
        redone = Journal(again).redo()
        assert title(redone) == "sort a stack of paper"
        assert everything(again) == after
        assert not faults(again)


def test_a_separator_on_top_leaves_no_empty_item_behind(workspace: Workspace) -> None:
    born = captured(workspace, [to_file("H2"), PAPER, NEXT, PAPER])
    before = everything(workspace)
    report = sort_pages(workspace, "H1", OURS)
    assert report.emptied == ["H1.001"]
    assert everything(workspace) == {"PHONG": [], "H1": [], "H2": [], "H2.001": [born[1]], "H2.002": [born[3]]}
    workspace.catalogue.arrangement.restore([born[0], born[2]])
    assert order(workspace, "H2.001") == born[:2], "a separator lies with the item that it began"
    Journal(workspace).undo()
    Journal(workspace).undo()
    assert everything(workspace) == before
    assert not faults(workspace)


def test_what_is_described_is_not_taken_away_with_its_last_page(workspace: Workspace) -> None:
    captured(workspace, [to_file("H2"), PAPER])
    workspace.catalogue.records.describe(get(workspace, "H1.001"), {"number": "15"})
    report = sort_pages(workspace, "H1", OURS)
    assert not report.emptied and order(workspace, "H1.001") == []


def test_sorted_twice_nothing_changes(workspace: Workspace) -> None:
    captured(workspace, [PAPER, NEXT, PAPER, to_item("A"), PAPER])
    sort_pages(workspace, "H1", OURS)
    after, end = everything(workspace), workspace.catalogue.audit.end()
    report = sort_pages(workspace, "H1", OURS)
    assert everything(workspace) == after and workspace.catalogue.audit.end() == end
    assert not report.separators and not any(item.new for item in report.items)


def test_new_items_stand_behind_the_stack_in_order(workspace: Workspace) -> None:
    captured(workspace, [PAPER, NEXT, PAPER, NEXT, PAPER])
    captured(workspace, [PAPER], "H1.last")
    sort_pages(workspace, "H1.001", OURS)
    under = workspace.catalogue.records.under(get(workspace, "H1").id)
    assert [record.code for record in under] == ["H1.001", "H1.003", "H1.004", "H1.last"]


def test_pages_go_behind_those_that_an_item_has(workspace: Workspace) -> None:
    there = captured(workspace, [PAPER, PAPER], "B", "H2")
    born = captured(workspace, [to_item("B"), PAPER, PAPER])
    report = sort_pages(workspace, "H1", OURS)
    assert order(workspace, "B") == [*there, *born[1:]]
    assert not report.items[0].new and report.items[0].file == "H2"


def test_only_the_pages_asked_for_are_sorted(workspace: Workspace) -> None:
    old = captured(workspace, [PAPER, NEXT, PAPER])
    new = added(workspace, get(workspace, "H1.001"), [PAPER, NEXT, PAPER])
    sort_pages(workspace, "H1.001", OURS, pages=new)
    assert order(workspace, "H1.001") == [*old, new[0]]
    assert order(workspace, "H1.002") == [new[2]]


def test_labels_on_covers_open_their_file_and_stay(workspace: Workspace) -> None:
    cover = says(Said(What.FILE, "H7"))
    born = captured(workspace, [PAPER, cover, PAPER])
    report = sort_pages(workspace, "H1", OURS)
    assert order(workspace, "H7.001") == born[1:] and not report.separators


def test_patches_and_the_side_behind_them(workspace: Workspace) -> None:
    patch = seen((Kind.PATCH, "T"), (Kind.CODE_39, "PATCHT"))
    named = seen((Kind.CODE_39, "PATCHT"))
    born = captured(workspace, [PAPER, BLANK, patch, BLANK, PAPER, BLANK, named, patch, PAPER])
    report = sort_pages(workspace, "H1", stack_rule("patch-t"))
    assert [item.pages for item in report.items] == [tuple(born[0:2]), tuple(born[4:6]), (born[8],)]
    assert [sheet.number for sheet in report.separators if not sheet.back] == [3, 7, 8]
    assert [sheet.number for sheet in report.separators if sheet.back] == [4]


def test_only_a_sheet_blank_on_both_sides_separates_a_duplex_stack(workspace: Workspace) -> None:
    born = captured(workspace, [PAPER, BLANK, BLANK, BLANK, PAPER, PAPER, PAPER, BLANK])
    report = sort_pages(workspace, "H1", stack_rule("blank"))
    assert [item.pages for item in report.items] == [tuple(born[:2]), tuple(born[4:])]
    assert not report.doubts


def test_each_blank_side_separates_a_simplex_stack(workspace: Workspace) -> None:
    born = captured(workspace, [PAPER, BLANK, PAPER, BLANK, BLANK, PAPER])
    report = sort_pages(workspace, "H1", stack_rule("blank-side"))
    assert [item.pages for item in report.items] == [(born[0],), (born[2],), (born[5],)]


def test_a_fixed_number_of_pages(workspace: Workspace) -> None:
    born = captured(workspace, [PAPER] * 5)
    report = sort_pages(workspace, "H1", stack_rule("pages-2"))
    assert [item.pages for item in report.items] == [tuple(born[:2]), tuple(born[2:4]), (born[4],)]
    assert "1 pages, not 2" in sentences(report) and not report.separators


def test_any_barcode_names_the_item_and_its_page_stays(workspace: Workspace) -> None:
    first, second = seen((Kind.CODE_128, "VB-15")), seen((Kind.EAN, "8934567890123"))
    born = captured(workspace, [first, first, PAPER, second])
    report = sort_pages(workspace, "H1", stack_rule("barcode"))
    assert order(workspace, "VB-15") == born[:3] and order(workspace, "8934567890123") == born[3:]
    assert report.emptied == ["H1.001"] and not report.separators
    assert sort_pages(workspace, "H1", stack_rule("barcode")).items[0].new is False


def test_items_that_a_barcode_names_by_chance_are_doubted(workspace: Workspace) -> None:
    captured(workspace, [PAPER], "A", "H2")
    captured(workspace, [PAPER], "B", "H1")
    patch, first, second = (seen((Kind.CODE_39, text)) for text in ("PATCHT", "A", "B"))
    born = captured(workspace, [first, patch, PAPER, second])
    report = sort_pages(workspace, "H1.001", stack_rule("barcode"))
    assert order(workspace, "A")[1:] == born[:1] and order(workspace, "B")[1:] == born[3:]
    assert [(sheet.stack, sheet.number) for sheet in report.separators] == [("H1.001", 2)]
    assert "H1.001: Page 1: “A” is an item of another file, “H2”" in sentences(report)
    assert "H1.001: Page 4: “B” held pages already" in sentences(report)


def test_loose_separators_leave_no_item_without_pages(workspace: Workspace) -> None:
    patch = seen((Kind.PATCH, "T"))
    captured(workspace, [PAPER])
    alone = captured(workspace, [patch, patch], "H1.002")
    report = sort_pages(workspace, "H1", stack_rule("patch-t"))
    assert report.emptied == ["H1.002"] and [sheet.back for sheet in report.separators] == [False, False]
    workspace.catalogue.arrangement.restore(alone)
    assert order(workspace, "H1.001")[1:] == alone


def test_new_items_are_called_like_their_stack_or_by_the_code_that_was_read(workspace: Workspace) -> None:
    captured(workspace, [PAPER, NEXT, PAPER, to_item("VB-15"), PAPER])
    workspace.catalogue.records.change(get(workspace, "H1.001"), title="Công văn đến")
    captured(workspace, [PAPER, NEXT, PAPER], "H2.001", "H2")
    report = [*sort_pages(workspace, "H1", OURS).items, *sort_pages(workspace, "H2", OURS).items]
    titles = [get(workspace, item.record).title for item in report]
    assert titles == ["Công văn đến", "Công văn đến (2)", "VB-15", "", "H2.002"]


def test_a_rule_that_fills_a_field_of_no_form_is_refused_before_anything_is_done(workspace: Workspace) -> None:
    captured(workspace, [seen((Kind.CODE_128, "15")), PAPER])
    rule = stack_rule("barcode").model_copy(update={"barcode": (BarcodeRule(use=Use.FIELD, field="nosuch"),)})
    end = workspace.catalogue.audit.end()
    with pytest.raises(WrongUsage, match="“nosuch”"):
        sort_pages(workspace, "H1", rule)
    assert workspace.catalogue.audit.end() == end


def test_a_rule_of_ones_own_sets_a_field(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "số.toml"
    path.write_text(
        'name = "so"\nlabel = { vi = "Số", en = "Number" }\n[[barcode]]\nkinds = ["code128"]\n'
        'matching = "SO-(?P<value>[0-9]+)"\nuse = "field"\nfield = "number"\nkeep = false\n',
        "utf-8",
    )
    rule = stack_rule(str(path))
    wrong, other = seen((Kind.CODE_128, "SO-" + "9" * 200)), seen((Kind.QR, "SO-7"))
    born = captured(workspace, [seen((Kind.CODE_128, "SO-15")), PAPER, other, wrong, PAPER])
    report = sort_pages(workspace, "H1", rule)
    first, second = (get(workspace, item.record) for item in report.items)
    assert first.fields["number"] == "15" and "number" not in second.fields
    assert order(workspace, first.code) == [born[1], born[2]], "another kind is no separator"
    assert "Page 4: The item was made without “" in sentences(report)
    assert "No record was made" not in sentences(report)


def test_what_is_doubtful_is_said(workspace: Workspace) -> None:
    captured(workspace, [PAPER], "OLD", "H8")
    captured(workspace, [PAPER], "BUSY", "H1")
    workspace.catalogue.records.create(Level.BOX, "HOP", "")
    approved(workspace, "OLD")
    spoilt = seen((Kind.QR, ""), readable=False)
    two = seen((Kind.QR, "DGZ1:SI:X"), (Kind.QR, "DGZ1:SI:Y"))
    looks = [spoilt, to_item("OLD"), PAPER, to_item("HOP"), PAPER, two, PAPER, to_item("X"), PAPER, to_item("Z")]
    born = captured(workspace, looks)
    report = sort_pages(workspace, "H1.001", OURS)
    told = sentences(report)
    for words in (
        "Page 1 shows a QR code that cannot be read",
        "Page 2: Record “OLD” is approved",
        "Page 4: “HOP” is neither a file nor an item.",
        "Page 6 shows several codes",
        "“X” is named by several separators",
        "Page 10 is a separator (DGZ1:SI:Z) with no page behind it",
    ):
        assert words in told, told
    assert order(workspace, "X") == [born[6], born[8]]
    assert order(workspace, "OLD") and not faults(workspace)


def approved(workspace: Workspace, code: str) -> None:
    with atomic(workspace.catalogue.database):
        workspace.catalogue.records.put(get(workspace, code).id, {"state": "approved"}, kind="record.approve")


def test_what_is_approved_is_refused(workspace: Workspace) -> None:
    captured(workspace, [PAPER, NEXT, PAPER])
    approved(workspace, "H1.001")
    with pytest.raises(RecordApproved):
        sort_pages(workspace, "H1", OURS)
    with pytest.raises(WrongUsage):
        sort_pages(workspace, "PHONG", OURS)
    with pytest.raises(NoSuchRecord):
        sort_pages(workspace, "H404", OURS)


def test_who_may_only_scan_may_sort(workspace: Workspace) -> None:
    born = captured(workspace, [to_file("H2"), PAPER])
    workspace.catalogue.people.add("Quản lý", [Role.MANAGE])
    workspace.use(Settings(person="Quản lý", engine="null"))
    workspace.catalogue.people.add("Quét", [Role.SCAN])
    with Workspace(workspace.root, Settings(person="Quét", engine="null")) as theirs:
        report = sort_pages(theirs, "H1", OURS)
        assert order(theirs, "H2.001") == [born[1]]
        assert "“H1.001” is empty now" in sentences(report) and not report.emptied


def test_stopped_it_changes_nothing(tmp_path: Path, workspace: Workspace) -> None:
    stack = write_stack(tmp_path / "chồng.tif", [paper(1), separator(Said(What.NEXT)), paper(2)])
    import_paths(workspace, [stack], "H1")
    before, task = workspace.catalogue.audit.end(), Task()
    task.cancel()
    with pytest.raises(Cancelled):
        sort_pages(workspace, "H1", OURS, task=task)
    assert workspace.catalogue.audit.end() == before


def test_a_page_that_cannot_be_looked_at_is_named_and_stays(tmp_path: Path, workspace: Workspace) -> None:
    stack = write_stack(tmp_path / "chồng.tif", [paper(1), separator(Said(What.NEXT)), paper(2)])
    pages = import_paths(workspace, [stack], "H1").imported[0].pages
    master = workspace.masters.path(workspace.catalogue.pages.get(pages[0]).master)
    master.chmod(0o600)
    master.write_bytes(b"II\x2a\x00")
    report = sort_pages(workspace, "H1", OURS)
    assert len(report.doubts) == 3 and order(workspace, "H1.001") == list(pages)


_SIGHTS = st.sampled_from(
    [PAPER, PAPER, PAPER, BLANK, NEXT, to_file("H1"), to_file("H2"), to_item("H1.001"), to_item("A"), to_item("Ề B"),
     says(Said(What.FILE, "H3")), seen((Kind.PATCH, "T")), seen((Kind.CODE_39, "A")),
     seen((Kind.QR, ""), readable=False)]
)  # fmt: skip
_RULES = st.sampled_from(["separators", "patch-t", "blank", "blank-side", "barcode", "pages-3"])


@settings(max_examples=12)
@given(st.lists(st.lists(_SIGHTS, min_size=1, max_size=9), min_size=1, max_size=3), _RULES)
def test_pages_are_never_lost_or_doubled_and_keep_their_order(stacks: list[list[Look]], name: str) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        with Workspace(folder / "w", NULL_ENGINE) as workspace:
            born = [captured(workspace, looks, f"H1.{number:03d}") for number, looks in enumerate(stacks, 1)]
            before = everything(workspace)
            report = sort_pages(workspace, "H1", stack_rule(name))
            present = everything(workspace)
            standing = [page for pages in present.values() for page in pages]
            gone = [page.id for page in workspace.catalogue.pages.tray()]
            assert sorted(standing + gone) == sorted(page for stack in born for page in stack)
            assert sorted(gone) == sorted(sheet.page for sheet in report.separators)
            for item in report.items:
                assert set(item.pages) <= set(present[item.record])
            place = {page: (number, at) for number, stack in enumerate(born) for at, page in enumerate(stack)}
            for code, pages in present.items():
                own = [place[page] for page in pages]
                first = [each for each in own if f"H1.{each[0] + 1:03d}" == code]
                assert own == first + sorted(each for each in own if each not in first)
            assert not faults(workspace)
            if present != before:
                Journal(workspace).undo()
                assert everything(workspace) == before
                assert not faults(workspace)
                Journal(workspace).redo()
                assert everything(workspace) == present
    finally:
        shutil.rmtree(folder)


def grown(workspace: Workspace, looks: list[Look], name: str) -> dict[str, list[PageId]]:
    """The records of pages that came one by one, each sorted as it came."""
    stack: list[PageId] = []
    rule, begun, record = stack_rule(name), False, "H1"
    for look in looks:
        target = get(workspace, record) if stack else workspace.catalogue.records.create(
            Level.ITEM, "H1.001", "", workspace.catalogue.records.file_for("H1")
        )  # fmt: skip
        stack += added(workspace, target, [look])
        report = sort_growing(workspace, stack, rule, begun=begun)
        assert not report.doubts
        if report.items:
            stack, begun = list(report.items[-1].pages), True
        record = report.items[-1].record if report.items else target.code
    return {code: pages for code, pages in everything(workspace).items() if pages}


def test_pages_from_the_glass_are_sorted_as_they_come(workspace: Workspace) -> None:
    found = grown(workspace, [PAPER, PAPER, NEXT, PAPER, NEXT, BLANK, PAPER, PAPER, to_file("H2"), PAPER], "separators")
    assert {code: len(pages) for code, pages in found.items()} == {"H1.001": 2, "H1.002": 1, "H1.003": 2, "H2.001": 1}
    assert len(list(workspace.catalogue.pages.tray())) == 4, "the back of a separator goes with it"
    assert not faults(workspace)


def test_pages_from_the_glass_are_counted(workspace: Workspace) -> None:
    found = grown(workspace, [PAPER] * 7, "pages-3")
    assert {code: len(pages) for code, pages in found.items()} == {"H1.001": 3, "H1.002": 3, "H1.003": 1}


def test_a_cover_from_the_glass_begins_its_item_once(workspace: Workspace) -> None:
    cover = says(Said(What.ITEM, "H1.Bìa"))
    found = grown(workspace, [cover, PAPER, PAPER, NEXT, PAPER], "separators")
    assert {code: len(pages) for code, pages in found.items()} == {"H1.Bìa": 3, "H1.002": 1}
