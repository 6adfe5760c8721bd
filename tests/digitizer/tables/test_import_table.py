"""Tables of files and items come in whole or not at all; every bad cell is named."""

import unicodedata
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from digitizer.check import check
from digitizer.errors import TableUnusable
from digitizer.journal import Journal, title
from digitizer.model import Level
from digitizer.tables.cells import Row, Sheet, read_book
from digitizer.tables.headings import understood
from digitizer.tables.importing import TableReport, import_table
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from tests.digitizer.tables.books import FILES, ITEMS, book, file_row, handed_over, item_row
from tests.helpers.workspaces import tiny_page


def codes(workspace: Workspace) -> list[str]:
    return [record.code for record in workspace.catalogue.records.all()]


def rules(report: TableReport) -> list[tuple[str, int, str, str]]:
    return [(fault.sheet, fault.row, fault.column, fault.rule) for fault in report.refused]


def test_a_real_workbook_makes_files_on_their_shelf_and_items_in_their_files(
    workspace: Workspace, tmp_path: Path
) -> None:
    table = handed_over(
        tmp_path / "bàn giao.xlsx",
        [file_row("01/HC"), file_row("02/HC", Hộp_số="06", Tiêu_đề="Hồ sơ đất đai")],
        [item_row("01/HC"), item_row("01/HC", 16, Quy_trình_xử_lý="có"), item_row("02/HC", "007")],
    )
    report = import_table(workspace, table)
    assert report.refused == []
    assert codes(workspace) == [
        "H49", "H49.01", "H49.01.05", "H49.2001.01.HC", "H49.2001.01.HC.001", "H49.2001.01.HC.002",
        "H49.01.06", "H49.2001.02.HC", "H49.2001.02.HC.001",
    ]  # fmt: skip
    records = workspace.catalogue.records
    file = records.described(records.get("H49.2001.01.HC"))
    assert (file["retention"], file["start_date"], file["end_date"]) == ("01", "2001-02-01", "2002")
    assert (file["box"], file["number"], file["notation"], file["sheets"]) == ("05", "01", "HC", 7)
    item = records.get("H49.2001.02.HC.001")
    assert (item.title, item.fields["number"], item.fields["type"]) == ("Về việc giao kế hoạch", "007", "02")
    assert records.described(item)["access"] == "01", "inherited from its file"
    assert not check(workspace).faults


def test_again_changes_nothing_and_one_undo_takes_all_of_it_back(workspace: Workspace, tmp_path: Path) -> None:
    table = handed_over(tmp_path / "t.xlsx", [file_row()], [item_row(), item_row(number=16)])
    first = import_table(workspace, table)
    again = import_table(workspace, table)
    assert (len(first.created), again.created, again.changed, again.unchanged) == (6, [], [], 3)

    changed = handed_over(tmp_path / "u.xlsx", [file_row(Tiêu_đề="Tên mới", Hộp_số="9")], [item_row(Trích_yếu=None)])
    third = import_table(workspace, changed)
    assert third.changed == ["H49.2001.01.HC"]
    records = workspace.catalogue.records
    assert records.get("H49.2001.01.HC.001").title == "Về việc giao kế hoạch", "an empty cell leaves what is there"
    assert [r.code for r in records.path(records.get("H49.2001.01.HC"))][-2] == "H49.01.9"

    journal = Journal(workspace)
    assert title(journal.undo()) == "import"
    assert records.get("H49.2001.01.HC").title == "Hồ sơ xây dựng"
    assert [r.code for r in records.path(records.get("H49.2001.01.HC"))][-2] == "H49.01.05"
    journal.undo()
    assert codes(workspace) == []
    journal.redo()
    assert len(codes(workspace)) == 6
    assert not check(workspace).faults


def test_every_bad_cell_is_named_and_nothing_comes_in(workspace: Workspace, tmp_path: Path) -> None:
    table = handed_over(
        tmp_path / "t.xlsx",
        [
            file_row("01/HC", Thời_hạn_bảo_quản="năm tháng", Tháng_bắt_đầu=13),
            file_row("02/HC", Năm_kết_thúc=1999, Từ_khóa="x" * 101),
            file_row("02/HC"),
            file_row("03/HC", Số_lượng_tờ="bảy"),
        ],
        [item_row("99/HC"), item_row("01/HC", Số_trang="3,5"), item_row("01/HC", **{"Ngày, tháng, năm": "31/02/2001"})],
    )
    report = import_table(workspace, table)
    assert rules(report) == [
        ("Hồ sơ", 2, "F", "code"),
        ("Hồ sơ", 2, "J", "date"),
        ("Hồ sơ", 3, "N", "order"),
        ("Hồ sơ", 3, "R", "length"),
        ("Hồ sơ", 4, "D", "duplicate"),
        ("Hồ sơ", 5, "S", "number"),
        ("Tài liệu", 2, "A", "file"),
        ("Tài liệu", 3, "L", "number"),
        ("Tài liệu", 4, "H", "date"),
    ]
    faults = {(f.row, f.column): f for f in report.refused if f.sheet == "Hồ sơ"}
    assert (faults[2, "F"].heading, faults[2, "F"].value) == ("Thời hạn bảo quản", "năm tháng")
    assert codes(workspace) == []


def test_headings_over_two_rows_below_a_title_and_above_column_numbers(workspace: Workspace, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "DS HS 2001"
    sheet.append(["DANH SÁCH HỒ SƠ NỘP LƯU"])
    sheet.append([])
    sheet.append(["STT", "PHONG", "SO VA KY HIEU HO SO (*)", "Tieu de (bat buoc)", "Thời gian bắt đầu", "", "", "x"])
    sheet.append([None, None, None, None, "Ngày", "Tháng", "Năm"])
    sheet.merge_cells("E3:G3")
    sheet.append([f"({n})" for n in range(1, 9)])
    sheet.append([1, "H49", "12", "Hồ sơ", 5, 3, 2001, "lạ"])
    hidden = made.create_sheet("Tài liệu")
    hidden.sheet_state = "hidden"
    hidden.append(ITEMS)
    made.create_sheet("Ghi chú").append(["Ký hiệu", "là gì"])
    made.save(tmp_path / "t.xlsx")
    report = import_table(workspace, tmp_path / "t.xlsx")
    assert report.refused == []
    assert report.created == ["H49", "H49.2001.12"]
    assert workspace.catalogue.records.get("H49.2001.12").fields["start_date"] == "2001-03-05"
    assert [(each.sheet, each.column, each.heading) for each in report.unused] == [
        ("DS HS 2001", "H", "x"), ("Tài liệu", "", ""), ("Ghi chú", "", ""),
    ]  # fmt: skip
    assert {lacking.heading for lacking in report.lacking} >= {"Thời hạn lưu trữ"} or report.lacking


def test_an_unknown_place_of_items_and_columns_that_mean_the_same_are_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    lost = book(tmp_path / "t.xlsx", Tài_liệu=[["Số", "Ký hiệu", "Trích yếu"], ["1", "QĐ", "x"]])
    assert rules(import_table(workspace, lost)) == [("Tài liệu", 1, "", "heading")]
    twice = book(tmp_path / "u.xlsx", Hồ_sơ=[["Mã hồ sơ", "Tiêu đề", "Tên hồ sơ"], ["A", "x", "y"]])
    assert rules(import_table(workspace, twice)) == [("Hồ sơ", 1, "C", "twice")]
    nothing = book(tmp_path / "v.xlsx", Lạ=[["một", "hai"], [1, 2]])
    with pytest.raises(TableUnusable):
        import_table(workspace, nothing)


def test_codes_of_another_kind_and_files_without_fonds_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    records = workspace.catalogue.records
    fonds = records.create(Level.FONDS, "P", "Phông")
    records.create(Level.ITEM, "I1", "Tài liệu", fonds)
    records.create(Level.FONDS, "Q", "Phông khác")
    table = book(tmp_path / "t.xlsx", Hồ_sơ=[["Mã hồ sơ", "Tiêu đề"], ["I1", "x"], ["H1", "y"]])
    assert [(f.row, f.rule) for f in import_table(workspace, table).refused] == [(2, "level"), (3, "place")]
    report = import_table(workspace, book(tmp_path / "u.xlsx", Hồ_sơ=[["Mã hồ sơ", "Tiêu đề"], ["H1", "y"]]), under="Q")
    assert report.created == ["H1"]


def test_items_find_the_file_in_the_workspace_by_its_number_and_place(workspace: Workspace, tmp_path: Path) -> None:
    import_table(workspace, handed_over(tmp_path / "t.xlsx", [file_row(), file_row("01/HC", Phông="H50")], []))
    items = handed_over(tmp_path / "u.xlsx", [file_row("7")], [item_row("01-HC")])
    assert [f.rule for f in import_table(workspace, items).refused] == ["file"], "two fonds have one"
    rows = [["Phông", *ITEMS], ["H50", *item_row("01-HC")], ["H49", *item_row("7")]]
    both = book(tmp_path / "v.xlsx", Tài_liệu=rows, Hồ_sơ=[FILES, file_row("7")])
    report = import_table(workspace, both)
    assert report.refused == []
    assert report.created == ["H49.2001.7", "H50.2001.01.HC.001", "H49.2001.7.001"]


def test_images_named_in_the_table_come_in_with_it(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "ảnh"
    tiny_page(folder / "HS01" / "Trang 1.PNG", 1)
    tiny_page(folder / "HS01" / "2.png", 2)
    paths = ["D:\\So hoa\\HS01\\trang 1.png", "HS01/2.png"]
    items = [item_row(number=n, Đường_dẫn_file=path) for n, path in enumerate(paths)]
    table = handed_over(tmp_path / "t.xlsx", [file_row()], items)
    missing = handed_over(tmp_path / "u.xlsx", [file_row()], [item_row(Đường_dẫn_file="../../etc/passwd")])
    assert [f.rule for f in import_table(workspace, missing, files=folder).refused] == ["file-missing"]
    report = import_table(workspace, table, files=folder)
    assert report.images is not None and len(report.images.imported) == 2
    assert workspace.catalogue.records.get("H49.2001.01.HC.001").pages == 1
    Journal(workspace).undo()
    assert codes(workspace) == []
    assert not check(workspace).faults


def test_a_dry_run_and_a_stopped_one_write_nothing(workspace: Workspace, tmp_path: Path) -> None:
    table = handed_over(tmp_path / "t.xlsx", [file_row()], [item_row()])
    report = import_table(workspace, table, dry_run=True)
    assert len(report.created) == 5
    stopped = Task(lambda done, total, note: stopped.cancel() if done >= total // 2 else None)
    with pytest.raises(Cancelled):
        import_table(workspace, table, task=stopped)
    assert codes(workspace) == []


def _tone_apart(letter: str) -> str:
    """As windows-1258 writes it: ``ồ`` is ``ô`` and a grave mark."""
    apart = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", apart[:-1]) + apart[-1] if len(apart) > 1 else letter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_encoding_and_with_any_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["Mã hồ sơ", "Tiêu đề", "Ghi chú"], ["007", "Hồ sơ đất", '"a, b; c"']]
    text = "".join(delimiter.join(line) + "\r\n" for line in lines)
    if encoding == "cp1258":  # tone marks stand behind their letters there
        text = "".join(letter if letter in "ăâêôơưđ" else _tone_apart(letter) for letter in text)
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    read = read_book(path)
    assert isinstance(read, tuple)
    assert read[0].rows[1].cells == ("007", "Hồ sơ đất", "a, b; c")


def test_dates_and_numbers_of_cells_are_what_is_seen(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Hồ sơ"
    sheet.append(["Mã hồ sơ", "Phông", "Tiêu đề", "Thời gian bắt đầu", "Thời gian kết thúc", "Số tờ"])
    sheet.append([7, "P", 2001.0, date(2001, 3, 5), date(2002, 6, 1), "012"])
    sheet["A2"].number_format = "0000"
    sheet["E2"].number_format = "mm/yyyy"
    made.save(path)
    assert import_table(workspace, path).created == ["P", "0007"]
    record = workspace.catalogue.records.get("0007")
    assert (record.title, record.fields["start_date"], record.fields["end_date"]) == ("2001", "2001-03-05", "2002-06")


def test_formulas_count_by_their_kept_values_only(workspace: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Hồ_sơ=[["Mã hồ sơ", "Phông", "Tiêu đề"], ["A", "P", '=CONCATENATE("x","y")']])
    assert rules(import_table(workspace, path)) == [("Hồ sơ", 2, "C", "formula")]


def test_files_of_the_real_sheet_are_all_known(workspace: Workspace) -> None:
    for headings, count in ((FILES, 23), (ITEMS, 22)):
        table = understood(Sheet("", (Row(1, headings), Row(2, ("x",)))), workspace.catalogue.records.profiles, None)
        assert table is not None and (len(table.columns), table.twice, table.unknown) == (count, (), ())
