"""What goes out as a table comes back the same, and no program takes it for a formula."""

import gc
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.describe.profiles import Profiles
from digitizer.errors import WrongUsage
from digitizer.i18n import set_language
from digitizer.journal import Journal
from digitizer.model import Level, Record, Secrecy, clean
from digitizer.tables import importing
from digitizer.tables.cells import Row, Sheet, read_book
from digitizer.tables.exporting import export_table
from digitizer.tables.headings import BOX, understood
from digitizer.tables.importing import TableReport, import_table
from digitizer.tables.text import for_csv, for_xlsx, from_csv, from_xlsx
from digitizer.tables.workbook import write_workbook
from digitizer.workspace import Workspace
from tests.digitizer.tables.books import file_row, handed_over, item_row

AWKWARD = (
    "=1+1", "+84 903", "-", "@SUM(A1)", "'=1+1", "''x", "007", "1e5", "05/03/2001", 'nói "thế", rồi; thôi', "_x0041_",
    unicodedata.normalize("NFD", "Ủy ban nhân dân"), "số 😀", "עברית العربية", "true", "#N/A", "a\tb", "＝1", "–",
)  # fmt: skip
texts = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=30))


@settings(deadline=None)
@given(texts)
def test_text_in_cells_comes_back(text: str) -> None:
    assert from_csv(for_csv(text)) == text
    assert for_csv(text)[:1] not in tuple("=+-@")
    assert from_xlsx(for_xlsx(text)) == text


def test_a_full_disk_is_said_once() -> None:
    """What is left open complains when it is collected, which fails a test."""
    with pytest.raises(OSError, match="No space left"):
        write_workbook(Path("/dev/full"), [], Profiles(), explained=True)
    gc.collect()


def snapshot(workspace: Workspace) -> dict[str, Record]:
    return {record.code: record for record in workspace.catalogue.records.all()}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6))
def test_out_and_in_again_changes_nothing(
    workspace: Workspace, tmp_path: Path, form: str, values: list[tuple[str, str, str]]
) -> None:
    records = workspace.catalogue.records
    fonds = records.create(Level.FONDS, f"P{len(snapshot(workspace))}", "Phông")
    for number, (title, keywords, note) in enumerate(values):
        code = clean(title)[:80] + f" {number} {fonds.code}"
        file = records.create(
            Level.FILE, code, title, fonds,
            values={"keywords": keywords, "note": f"{note}\n{title}", "box": clean(note), "number": "0" + str(number)},
        )  # fmt: skip
        records.create(Level.ITEM, f"{code}.1", note, file, values={"signer": keywords, "backup": "1"})
    before = snapshot(workspace)
    path = tmp_path / f"ra.{form}"
    for profile in ["file", "item"] if form == "csv" else [None]:
        export_table(workspace, path, profile=profile)
        report = _imported_here(workspace, path)
        assert (report.refused, report.created, report.changed) == ([], [], [])
    assert snapshot(workspace) == before


def _imported_here(workspace: Workspace, path: Path) -> TableReport:
    """Without a process of its own for each of many tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "read_table", lambda path, task: read_book(path))
        return import_table(workspace, path)


def test_a_workbook_goes_to_another_workspace_whole(workspace: Workspace, tmp_path: Path) -> None:
    table = handed_over(tmp_path / "t.xlsx", [file_row(), file_row("02/HC")], [item_row(), item_row("02/HC")])
    import_table(workspace, table)
    export_table(workspace, tmp_path / "ra.xlsx")
    before = {code: (r.level, r.title) for code, r in snapshot(workspace).items()}
    undone = Journal(workspace)
    undone.undo()
    assert not snapshot(workspace)
    import_table(workspace, tmp_path / "ra.xlsx")
    assert {code: (r.level, r.title) for code, r in snapshot(workspace).items()} == before


def test_codes_stay_text_and_lists_are_offered(workspace: Workspace, tmp_path: Path) -> None:
    records = workspace.catalogue.records
    records.create(Level.FILE, "007", "=1+1", records.create(Level.FONDS, "P", "Phông"))
    export_table(workspace, tmp_path / "ra.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "ra.xlsx")["File"]
    assert sheet.freeze_panes == "A2"
    code, title = sheet["D2"], sheet["E2"]
    assert (code.value, code.number_format, title.value, title.data_type) == ("007", "@", "=1+1", "s")
    assert len(sheet.data_validations.dataValidation) > 3


def test_a_csv_holds_one_kind_and_says_what_it_leaves_out(workspace: Workspace, tmp_path: Path) -> None:
    import_table(workspace, handed_over(tmp_path / "t.xlsx", [file_row()], [item_row()]))
    report = export_table(workspace, tmp_path / "ra.csv")
    assert (report.sheets, report.left_out) == ((("File", 1),), 1)
    assert (tmp_path / "ra.csv").read_bytes().startswith(b"\xef\xbb\xbfFonds,")
    only = export_table(workspace, tmp_path / "ra.csv", codes=["H49.2001.01.HC.001"], profile="item")
    assert only.sheets == (("Item", 1),)
    with pytest.raises(WrongUsage):
        export_table(workspace, tmp_path / "ra.ods")


def test_what_is_top_secret_leaves_without_its_subject(workspace: Workspace, tmp_path: Path) -> None:
    import_table(workspace, handed_over(tmp_path / "t.xlsx", [file_row()], [item_row(Từ_khóa="kho K15")]))
    records = workspace.catalogue.records
    records.change(records.get("H49.2001.01.HC.001"), secrecy=Secrecy.TOP_SECRET)
    report = export_table(workspace, tmp_path / "ra.xlsx")
    assert report.withheld == 1
    said = str(read_book(tmp_path / "ra.xlsx"))
    assert "giao kế hoạch" not in said and "K15" not in said
    assert import_table(workspace, tmp_path / "ra.xlsx").changed == []
    assert records.get("H49.2001.01.HC.001").title == "Về việc giao kế hoạch"


def test_the_empty_workbook_explains_itself_and_is_read(workspace: Workspace, tmp_path: Path) -> None:
    try:
        set_language("vi")
        export_table(workspace, tmp_path / "mẫu.xlsx", template=True)
    finally:
        set_language("en")
    book = openpyxl.load_workbook(tmp_path / "mẫu.xlsx")
    assert book.sheetnames[:2] == ["Hồ sơ", "Tài liệu"]
    assert [c.value for c in book["Hồ sơ"][1]][:4] == ["Phông", "Mục lục", "Hộp số", "Mã hồ sơ"]
    assert len(book.sheetnames) == 5
    book["Hồ sơ"].append(["P", "", "", "0001", "Hồ sơ đầu"])
    book["Tài liệu"].append(["0001", "", "", "", "UBND"])
    book.save(tmp_path / "điền.xlsx")
    assert import_table(workspace, tmp_path / "điền.xlsx").created == ["P", "0001", "0001.001"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_label_of_every_form_is_known_as_a_heading(language: str) -> None:
    profiles = Profiles()
    for form in profiles.all.values():
        if form.level not in (Level.FILE, Level.ITEM):
            continue
        labels = tuple(getattr(spec.label, language) for spec in form.field)
        table = understood(Sheet("", (Row(1, labels),)), profiles, form)
        assert table is not None and (table.unknown, table.twice) == ((), ())
        wanted = [BOX if spec.key == "box" else spec.key for spec in form.field]
        assert [column.means for column in table.columns] == wanted
