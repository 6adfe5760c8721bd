"""What delivered files are called: the same in every form of delivery (Circular 05/2025/TT-BNV, article 8)."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from digitizer.catalogue.connection import atomic
from digitizer.deliver.content import file_and_items
from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.names import clashing, item_stem, own_name, plain_name
from digitizer.deliver.package_faults import NameTaken
from digitizer.model import Level, Record, RecordId, Secrecy, Sha256, new_id
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


def _names(workspace: Workspace) -> list[str]:
    """Two of one number are told apart by their ids, both of them."""
    ends = {each.code: each.id[-6:] for each in file_and_items(workspace, workspace.catalogue.records.get(FILE_CODE))}
    numbers = (f"012-{ends['Đ/15']}", "007", "003", "004", f"012-{ends[f'{FILE_CODE}.0012']}")
    return [f"{FILE_CODE}.{number}" for number in numbers]


@pytest.mark.parametrize("wanted", [
    Delivery("pdf"), Delivery("sip", layout="eark", zipped=False), Delivery("tables"), Delivery("text"),
])  # fmt: skip
def test_an_item_is_called_the_same_in_every_form(workspace: Workspace, tmp_path: Path, wanted: Delivery) -> None:
    _items(workspace)
    names = _names(workspace)
    if wanted.form == "sip":  # which refuses two items of one number
        workspace.catalogue.records.describe(workspace.catalogue.records.get("Đ/15"), {"ordinal": "2"})
        names = [f"{FILE_CODE}.{number}" for number in ("002", "007", "003", "004", "012")]
    report = deliver(workspace, tmp_path, wanted)
    assert report.refused == []
    found = {path.stem for path in tmp_path.rglob("*") if path.suffix in (".pdf", ".txt") and "readme" not in path.name}
    assert found == set(names)


def test_a_part_of_a_file_has_the_names_of_the_whole(workspace: Workspace, tmp_path: Path) -> None:
    _items(workspace)
    names = _names(workspace)
    report = deliver(workspace, tmp_path, Delivery("pdf", [f"{FILE_CODE}.0012", "không số"]))
    assert [package.path.stem for package in report.packages] == [names[4], names[2]]


@pytest.mark.parametrize("form", ["pdf", "text", "alto", "tables"])
def test_two_codes_of_one_name_are_told_apart_whatever_else_is_delivered(
    workspace: Workspace, tmp_path: Path, form: str
) -> None:
    codes = ("K 1", "K-1", "k/1", "L 1")
    for code in codes:
        dossier(workspace, code, (1,))
    ids = {code: workspace.catalogue.records.get(code).id[-6:] for code in codes}
    own = {"K 1": f"K-1-{ids['K 1']}", "K-1": f"K-1-{ids['K-1']}", "k/1": f"k-1-{ids['k/1']}", "L 1": "L-1"}

    def names(folder: Path, *wanted: str) -> list[str]:
        report = deliver(workspace, folder, Delivery(form, wanted))  # type: ignore[arg-type]
        assert report.refused == []
        inside = folder / "H49.tables" / "pdf" if form == "tables" else folder
        return sorted(path.name.removesuffix(".001.pdf").removesuffix(f".{form}") for path in inside.iterdir())

    assert names(tmp_path / "all", *codes) == sorted(own.values())
    for code in codes:
        assert names(tmp_path / plain_name(own[code]), code) == [own[code]]


def test_what_stands_in_the_way_is_said_to_be_of_another_record(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, "K 1", (1,))
    (first,) = deliver(workspace, tmp_path, Delivery("text")).packages
    workspace.catalogue.records.describe(workspace.catalogue.records.get("K 1"), {"code": "L 1"})
    dossier(workspace, "K-1", (1,))
    report = deliver(workspace, tmp_path, Delivery("text", ["K-1"]))
    ((code, error),) = report.refused
    assert (code, type(error), first.path.name) == ("K-1", NameTaken, "K-1.text")
    assert "L 1" in error.message


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


def test_originals_are_called_after_the_items_that_they_are_of(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1, 1, 2))
    for number, page in enumerate(workspace.catalogue.pages.of_record(workspace.catalogue.records.get(FILE_CODE).id)):
        if number == 0:
            continue  # a scan
        data = f"%PDF-1.7 /ByteRange {number}".encode()
        digest = Sha256(hashlib.sha256(data).hexdigest())
        workspace.masters.path(digest).parent.mkdir(parents=True, exist_ok=True)
        workspace.masters.path(digest).write_bytes(data)
        with atomic(workspace.catalogue.database):
            kept = "UPDATE master SET sha256 = ? WHERE sha256 = ?"
            workspace.catalogue.database.conn.execute(kept, [digest, page.master])
    originals = [f"{FILE_CODE}.{name}.pdf" for name in ("002_goc", "003_goc", "003_goc-2")]
    for whole, copies in ((True, [f"{FILE_CODE}.pdf"]), (False, [f"{FILE_CODE}.00{n}.pdf" for n in (1, 2, 3)])):
        report = deliver(workspace, tmp_path / str(whole), Delivery("pdf", whole=whole))
        assert report.refused == []
        assert sorted(package.path.name for package in report.packages) == sorted([*copies, *originals])


@given(st.lists(st.text(max_size=130), max_size=6, unique=True), st.integers(0, 9_999_999), st.sampled_from([0, 3, 7]))
def test_names_are_plain_and_no_two_alike(codes: list[str], number: int, digits: int) -> None:
    records = [
        Record(RecordId(new_id()), Level.FILE, code, "", None, Secrecy.NONE, Secrecy.NONE, 0, 0, 0, "file", {})
        for code in codes
    ]
    clashes = clashing((record.id, record.code) for record in records)
    stems = [item_stem(own_name(record, clashes), number, digits) for record in records]
    assert len({stem.casefold() for stem in stems}) == len(stems)
    for stem in stems:
        assert stem.isascii() and stem[0].isalnum() and not set(stem) & set('/\\:*?"<>| ')
        assert stem.endswith(f".{number:0{digits}d}")


@pytest.mark.parametrize(("code", "name"), [
    ("😀", "x"), ("../../x", "x"), ("CON", "x-CON"), ("con.1", "x-con.1"), ("-a-", "a-"),
    ("Hồ sơ số 1/Đ", "Ho-so-so-1-D"), ("_1", "1"), ("", "x"), ("Đ.2", "D.2"),
])  # fmt: skip
def test_a_name_begins_with_a_letter_or_a_digit(code: str, name: str) -> None:
    assert plain_name(code) == name
    assert plain_name(name) == name
