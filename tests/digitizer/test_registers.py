"""Registers and lists to print: their columns, order, counts, secrecy, and pages."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

import resources
from digitizer import typeset
from digitizer.errors import FontMissing, WrongUsage
from digitizer.i18n import set_language
from digitizer.model import Level, Record, Secrecy
from digitizer.registers import pdf
from digitizer.registers.forms import form
from digitizer.registers.rows import Section, sections
from digitizer.registers.writing import write_register
from digitizer.tasks import Task
from digitizer.workspace import Workspace

SUBJECT = "Về việc giao chỉ tiêu kế hoạch phát triển kinh tế - xã hội cho các huyện"
KINDS = sorted(path.stem for path in resources.path("registers").glob("*.toml") if path.stem != "words")


@pytest.fixture
def filled(workspace: Workspace) -> Iterator[Workspace]:
    """Two boxes with three files, and five items of two years, one of them top secret; Vietnamese is spoken."""
    set_language("vi")
    records = workspace.catalogue.records
    fonds = records.create(Level.FONDS, "H49", "Ủy ban nhân dân tỉnh")
    register = records.create(Level.REGISTER, "H49.01", "Mục lục", fonds, values={"number": "01"})
    boxes = [
        records.create(Level.BOX, f"H49.01.{box}", f"Hộp {box}", register, values={"box": box}) for box in ("2", "10")
    ]
    for number, box in ((10, 1), (2, 0), (1, 0)):
        values = {"number": str(number), "retention": "01", "sheets": "7", "pages": "12", "start_date": "2020"}
        file = records.create(Level.FILE, f"HS{number}", f"Hồ sơ thứ {number}", boxes[box], values=values)
        if number == 10:
            _items(workspace, file)
    yield workspace
    set_language("en")


def _items(workspace: Workspace, file: Record) -> None:
    for number in (1, 2, 10, 3, 4):
        values = {
            "subject": f"{SUBJECT} {number}", "number": str(number), "notation": "QĐ-UBND", "type": "02", "pages": "3",
            "date": f"0{min(number, 9)}/01/{2020 if number > 2 else 2021}", "issuing_body": "UBND tỉnh",
        }  # fmt: skip
        values |= {"incoming_number": str(number), "incoming_date": "05/02/2021"} if number == 4 else {}
        workspace.catalogue.records.create(
            Level.ITEM, f"{file.code}.{number}", "", file, values=values,
            secrecy=Secrecy.TOP_SECRET if number == 3 else None,
        )  # fmt: skip


def lists(workspace: Workspace, kind: str, under: str | None = None, year: int | None = None) -> list[Section]:
    return sections(workspace.catalogue.records, form(kind), under, year, Task())


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("kind", "columns"),
    [("outgoing", 10), ("incoming", 10), ("tracking", 7), ("copies", 9), ("files", 7), ("items", 7), ("handover", 9)],
)
def test_forms_have_the_columns_of_the_decree_and_come_as_pdf_and_xlsx(
    filled: Workspace, tmp_path: Path, kind: str, columns: int
) -> None:
    assert len(form(kind).column) == columns
    report = write_register(filled, kind, tmp_path / "sổ.pdf")
    assert report.pages and report.pages >= report.lists
    assert form(kind).title.vi.upper() in " ".join(text_of(tmp_path / "sổ.pdf").split())
    write_register(filled, kind, tmp_path / "sổ.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "sổ.xlsx").active
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [column.label.vi for column in form(kind).column] in found


def test_every_form_is_tested() -> None:
    assert KINDS == ["copies", "files", "handover", "incoming", "items", "outgoing", "tracking"]


def test_files_are_in_natural_order_and_counted(filled: Workspace) -> None:
    (only,) = lists(filled, "files")
    assert [row[:3] for row in only.rows] == [
        ("1", "1", "Hồ sơ thứ 1"), ("2", "2", "Hồ sơ thứ 2"), ("3", "10", "Hồ sơ thứ 10"),
    ]  # fmt: skip
    assert only.rows[0][3:6] == ("2020", "Vĩnh viễn", "7/12")
    assert only.closing == "Mục lục này gồm có: 3 hồ sơ; 21 tờ; 36 trang."
    assert only.body == "Ủy ban nhân dân tỉnh"


def test_a_year_has_a_register_of_its_own_and_secrets_too(filled: Workspace) -> None:
    found = lists(filled, "outgoing")
    assert [(part.subtitle[0], len(part.subtitle), [row[0] for row in part.rows]) for part in found] == [
        ("Năm 2020", 1, ["10/QĐ-UBND"]),
        ("Năm 2020", 2, ["3/QĐ-UBND"]),
        ("Năm 2021", 1, ["1/QĐ-UBND", "2/QĐ-UBND"]),
    ]
    assert [len(part.rows) for part in lists(filled, "outgoing", year=2021)] == [2]
    assert [row[1] for part in lists(filled, "incoming") for row in part.rows] == ["4"]
    assert lists(filled, "outgoing", under="HS1") == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".pdf", ".xlsx"])
def test_no_subject_of_a_top_secret_item_is_printed(filled: Workspace, tmp_path: Path, kind: str, suffix: str) -> None:
    path = write_register(filled, kind, tmp_path / f"sổ{suffix}").path
    if suffix == ".pdf":
        said = " ".join(text_of(path).split())
    else:
        said = str([[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()])
    assert f"{SUBJECT} 3" not in said
    if kind in ("outgoing", "items") and suffix == ".xlsx":
        assert "Tuyệt mật: không ghi trích yếu" in said
        assert f"{SUBJECT} 10" in said


def test_items_of_each_file_and_boxes_that_are_handed_over(filled: Workspace) -> None:
    (items,) = lists(filled, "items")
    assert [row[1] for row in items.rows] == [f"{n}/QĐ-UBND" for n in (1, 2, 10, 3, 4)], "as they lie in the file"
    assert items.subtitle == ("Hồ sơ: HS10. Hồ sơ thứ 10",)
    (boxes,) = lists(filled, "handover")
    assert [row[1:7] for row in boxes.rows] == [
        ("2", "1 – 2", "2", "0", "14", "24"),
        ("10", "10", "1", "5", "7", "12"),
    ]
    assert "2 hộp" in boxes.closing and "3 hồ sơ; 5 văn bản" in boxes.closing


def test_headings_stand_on_every_page_and_pages_are_numbered(tmp_path: Path) -> None:
    long = "kế-hoạch/" * 400
    rows = [(str(n), f"{n}/HC", SUBJECT, "2020", "Vĩnh viễn", "1/2", long if n == 40 else "") for n in range(1, 101)]
    pages = pdf.write_pdf(tmp_path / "dài.pdf", form("files"), [Section("UBND", (), tuple(rows), "Hết.")], Task())
    shown = text_of(tmp_path / "dài.pdf").split("\f")[:pages]
    assert pages > 5
    for number, page in enumerate(shown, 1):
        assert f"Trang {number}/{pages}" in page
        assert "Tiêu đề hồ sơ" in page or number == pages
    letters = "".join("".join(shown).split())
    assert letters.count("kế-hoạch/") > 0
    assert all(f"{n}/HC" in letters for n in range(1, 101))


def test_english_stands_below_the_vietnamese_where_it_is_spoken(filled: Workspace, tmp_path: Path) -> None:
    write_register(filled, "files", tmp_path / "vi.pdf")
    set_language("en")
    write_register(filled, "files", tmp_path / "en.pdf")
    assert "LIST OF FILES" not in text_of(tmp_path / "vi.pdf")
    assert "LIST OF FILES" in text_of(tmp_path / "en.pdf")


def test_without_a_font_or_with_another_ending_a_sentence_says_so(
    filled: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WrongUsage):
        write_register(filled, "files", tmp_path / "sổ.docx")
    monkeypatch.setattr(typeset, "times_metrics", lambda: None)
    monkeypatch.setattr(typeset, "UPRIGHT", "Nowhere")
    with pytest.raises(FontMissing):
        write_register(filled, "files", tmp_path / "sổ.pdf")
    assert not list(tmp_path.glob("*.pdf"))
