"""What delivered files are called: the same in every form of delivery (Circular 05/2025/TT-BNV, article 8)."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.names import free_name, item_stem, plain_name
from digitizer.model import Level
from digitizer.workspace import Workspace
from tests.helpers.dossiers import FILE_CODE, ITEM_VALUES, add_pages, dossier


def _items(workspace: Workspace) -> None:
    """A file of five items: numbered by its description, by its code, by neither, by 0, by one that is taken."""
    file = dossier(workspace, pages=())
    for code, ordinal in (
        ("Đ/15", "12"), (f"{FILE_CODE}.7", ""), ("không số", ""), (f"{FILE_CODE}.000", ""), (f"{FILE_CODE}.0012", ""),
    ):  # fmt: skip
        values = {**ITEM_VALUES, **({"ordinal": ordinal} if ordinal else {})}
        add_pages(
            workspace, workspace.catalogue.records.create(Level.ITEM, code, "X", file, profile="item", values=values), 1
        )


NAMES = [f"{FILE_CODE}.{number}" for number in ("012", "007", "003", "004", "012-2")]


@pytest.mark.parametrize("wanted", [
    Delivery("pdf"), Delivery("sip", layout="eark", zipped=False), Delivery("tables"), Delivery("text"),
])  # fmt: skip
def test_an_item_is_called_the_same_in_every_form(workspace: Workspace, tmp_path: Path, wanted: Delivery) -> None:
    _items(workspace)
    if wanted.form == "sip":  # which refuses two items of one number
        workspace.catalogue.records.describe(workspace.catalogue.records.get("Đ/15"), {"ordinal": "2"})
    report = deliver(workspace, tmp_path, wanted)
    assert report.refused == []
    found = {path.stem for path in tmp_path.rglob("*") if path.suffix in (".pdf", ".txt") and "readme" not in path.name}
    assert found == set(NAMES) if wanted.form != "sip" else {NAMES[3].replace("004", "002"), *NAMES[1:4], NAMES[0]}


def test_a_part_of_a_file_has_the_names_of_the_whole(workspace: Workspace, tmp_path: Path) -> None:
    _items(workspace)
    report = deliver(workspace, tmp_path, Delivery("pdf", [f"{FILE_CODE}.0012", "không số"]))
    assert [package.path.stem for package in report.packages] == [NAMES[4], NAMES[2]]


@pytest.mark.parametrize("digits", [0, 3, 7])
def test_the_codes_in_a_package_have_the_number_of_the_name(workspace: Workspace, tmp_path: Path, digits: int) -> None:
    file = dossier(workspace, pages=())
    records = workspace.catalogue.records
    for code in ("2", "10"):
        made = records.create(Level.ITEM, f"{FILE_CODE}.{code}", "X", file, profile="item", values=ITEM_VALUES)
        add_pages(workspace, made, 1)
    workspace.settings = workspace.settings.model_copy(update={"pdf_digits": digits})
    (package,) = deliver(workspace, tmp_path, Delivery("aip", zipped=False)).packages
    names = {path.stem.removeprefix(f"{FILE_CODE}.") for path in package.path.rglob("*.pdf")}
    assert names == {f"{2:0{digits}d}", f"{10:0{digits}d}"}
    docs = [etree.parse(path) for path in sorted(package.path.rglob("EAD_doc_File*.xml"))]
    assert [doc.findtext("docCode")[-8:] for doc in docs] == [".0000002", ".0000010"]
    assert [doc.findtext("docOrdinal") for doc in docs] == ["2", "10"]


def test_pages_of_a_whole_file_are_called_by_the_numbers_of_its_items(workspace: Workspace, tmp_path: Path) -> None:
    _items(workspace)
    (package,) = deliver(workspace, tmp_path, Delivery("pdf", whole=True)).packages
    assert package.path.name == f"{FILE_CODE}.pdf"
    assert PdfReader(package.path).page_labels == ["12.1", "7.1", "3.1", "4.1", "12.1"]


def test_in_a_zip_the_tenth_comes_behind_the_second(workspace: Workspace, tmp_path: Path) -> None:
    file = dossier(workspace, pages=())
    for code in ("2", "10"):
        made = workspace.catalogue.records.create(
            Level.ITEM, f"{FILE_CODE}.{code}", "X", file, profile="item", values=ITEM_VALUES
        )
        add_pages(workspace, made, 1)
    workspace.settings = workspace.settings.model_copy(update={"pdf_digits": 0})
    (package,) = deliver(workspace, tmp_path, Delivery("sip")).packages
    with zipfile.ZipFile(package.path) as archive:
        names = [name.rpartition(".")[0][-3:] for name in archive.namelist() if name.endswith(".pdf")]
    assert names == ["0.2", ".10"]


@given(st.lists(st.text(max_size=130), max_size=6), st.integers(0, 9_999_999), st.sampled_from([0, 3, 7]))
def test_names_are_plain_and_no_two_alike(codes: list[str], number: int, digits: int) -> None:
    taken: set[str] = set()
    for code in codes:
        stem = item_stem(code, number, digits)
        name = free_name(plain_name(stem), taken, suffix="_ky")
        assert name.isascii() and not set(name) & set('/\\:*?"<>| ')
        assert stem.endswith(f".{number:0{digits}d}")
    assert len(taken) == len(codes)
