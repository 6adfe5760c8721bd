"""Texts page by page, and several files in one delivery: read back by what reads such files."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader

from digitizer.deliver.deliver import FORMS, Delivery, DeliveryForm, deliver
from digitizer.deliver.history import delivered
from digitizer.deliver.receipt import write_receipt
from digitizer.deliver.records import Package
from digitizer.deliver.xml import EAD3
from digitizer.errors import MixedSecrecy, NothingToDeliver
from digitizer.i18n import language
from digitizer.model import Secrecy, Sha256
from digitizer.tables.importing import import_table
from digitizer.workspace import Workspace
from ocr.formats import alto, hocr
from tests.helpers.dossiers import FILE_CODE, dossier


def _one(workspace: Workspace, folder: Path, form: DeliveryForm) -> Package:
    report = deliver(workspace, folder, Delivery(form))
    assert report.refused == []
    (package,) = report.packages
    assert all(check.ok for check in package.checks)
    return package


@pytest.mark.parametrize("form", ["alto", "hocr"])
def test_each_page_is_a_file_that_reads_back(workspace: Workspace, tmp_path: Path, form: DeliveryForm) -> None:
    dossier(workspace, pages=(2, 1))
    package = _one(workspace, tmp_path, form)
    read = alto.read if form == "alto" else hocr.read
    texts = [read(path.read_bytes()).text for path in sorted(package.path.iterdir())]
    assert texts == ["Số 15\ntrang 1", "Số 15\ntrang 2", "Số 15\ntrang 1"]
    assert (package.path.name, package.files, package.pages) == (f"{FILE_CODE}.{form}", 3, 3)


def test_each_item_is_a_text(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(2, 1))
    package = _one(workspace, tmp_path, "text")
    first, second = sorted(package.path.iterdir())
    assert first.read_text("utf-8") == "Số 15\ntrang 1\n\f\nSố 15\ntrang 2\n"
    assert second.name == f"{FILE_CODE}.002.txt"


def test_the_workbook_comes_with_the_pdfs_that_it_names(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(2, 1))
    package = _one(workspace, tmp_path, "tables")
    book = load_workbook(package.path / "ho-so.xlsx")
    rows = list(book.worksheets[1].iter_rows(values_only=True))
    paths = [str(row[-1]) for row in rows[1:]]
    assert [len(PdfReader(package.path / path).pages) for path in paths] == [2, 1]
    again = import_table(workspace, package.path / "ho-so.xlsx", dry_run=True)
    assert (again.created, again.changed, again.refused) == ([], [], [])


def test_the_finding_aid_holds_files_and_items(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, "H49.2001.1", (1, 1))
    dossier(workspace, "H49.2001.2", (1,))
    package = _one(workspace, tmp_path, "ead")
    root = etree.parse(package.path).getroot()
    assert [each.get("level") for each in root.iter(f"{{{EAD3}}}c")] == ["file", "item", "item", "file", "item"]
    assert package.path.name == "H49.ead.xml"


def test_dublin_core_has_a_row_for_each_file_and_item(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1,), title="Có dấu, phẩy", file_values={"language": "01; 02"})
    package = _one(workspace, tmp_path, "dc")
    with package.path.open(encoding="utf-8", newline="") as handle:
        head, *rows = csv.reader(handle)
    assert head[:2] == ["filename", "dc.identifier"]
    assert head.count("dc.language") == 2
    assert [row[0] for row in rows] == [f"objects/{FILE_CODE}", f"objects/{FILE_CODE}.001.pdf"]
    assert all(len(row) == len(head) for row in rows)
    assert rows[0][head.index("dc.title")] == "Có dấu, phẩy"


def test_levels_are_not_mixed_in_a_list(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, "H49.2001.1", (1,))
    dossier(workspace, "H49.2001.2", (1,), file_values={"secrecy": "mat", "access": "03"})
    report = deliver(workspace, tmp_path / "a", Delivery("dc"))
    assert [code for code, _ in report.refused] == ["H49.2001.2"]
    with pytest.raises(MixedSecrecy):
        deliver(workspace, tmp_path / "b", Delivery("dc", most=Secrecy.TOP_SECRET))
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_where_nothing_is_there_nothing_is_delivered(workspace: Workspace, tmp_path: Path, form: DeliveryForm) -> None:
    with pytest.raises(NothingToDeliver):
        deliver(workspace, tmp_path / "giao", Delivery(form))
    assert not (tmp_path / "giao").exists()
    assert form in [name for each in get_args(DeliveryForm) for name in get_args(each)]


def test_the_receipt_says_what_was_delivered_in_both_languages(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(2, 1))
    report = deliver(workspace, tmp_path / "giao", Delivery("sip"))
    spoken = language()
    assert write_receipt(workspace, report.packages, tmp_path / "phiếu.pdf") == 1
    assert language() == spoken
    text = "".join(PdfReader(tmp_path / "phiếu.pdf").pages[0].extract_text().split())
    for said in (
        "Phiếugiaonhận",
        "RECEIPTFORDIGITAL",
        report.packages[0].sha256[:20],
        "tờ3;",
        "items2;sheets3;",
        "Ngườithử",
    ):
        assert said.lower() in text.lower(), said


@pytest.mark.parametrize("form", [form for form in FORMS if form != "exchange"])
def test_a_receipt_counts_items_sheets_and_sides_in_every_form(
    workspace: Workspace, tmp_path: Path, form: DeliveryForm
) -> None:
    dossier(workspace, pages=(2, 1))
    report = deliver(workspace, tmp_path, Delivery(form))
    assert sum(package.items or 0 for package in report.packages) == 2
    assert sum(package.sheets or 0 for package in report.packages) == 3
    known = {each.file: each.package for each in delivered(workspace)}
    assert [(p.items, p.sheets, p.pages) for p in report.packages] == [
        (known[p.path.name].items, known[p.path.name].sheets, known[p.path.name].pages) for p in report.packages
    ]
    write_receipt(workspace, report.packages, tmp_path / "phiếu.pdf")
    text = "".join(PdfReader(tmp_path / "phiếu.pdf").pages[0].extract_text().split())
    assert f"items{2};sheets{3};sides{3};" in text


def test_an_original_is_no_further_item(workspace: Workspace, tmp_path: Path) -> None:
    copy = Package(tmp_path / "A.1.001.pdf", ("A.1.001",), 2, 1, 9, Sha256("f" * 64), (), 1, 1)
    original = replace(copy, path=tmp_path / "A.1.001_goc.pdf", pages=0, items=None, sheets=None, original_pages=2)
    write_receipt(workspace, [copy, original], tmp_path / "phiếu.pdf")
    text = "".join(PdfReader(tmp_path / "phiếu.pdf").pages[0].extract_text().split())
    assert "items1;sheets1;sides2;files2;" in text and "(2)" in text


def test_those_who_sign_a_receipt_see_a_row_above_their_names(workspace: Workspace, tmp_path: Path) -> None:
    name = "Hồ sơ về việc đắp đê và kè chống lụt của xã Nghĩa Thắng năm 2001 – quyển số"
    for count in range(1, 42, 3):
        packages = [
            Package(tmp_path / f"{name} {number}.csv", (f"A.{number}", f"B.{number}"), 2, 1, 9, Sha256("f" * 64), ())
            for number in range(1, count + 1)
        ]  # fmt: skip
        pages = write_receipt(workspace, packages, tmp_path / "phiếu.pdf")
        last = "".join(PdfReader(tmp_path / "phiếu.pdf").pages[pages - 1].extract_text().split())
        assert f"B.{count}" in last and "Đạidiệnbênnhận".upper() in last
        assert "tờ–;" in last  # nobody has counted them
