"""Files that are no tables, or tables made to do harm."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from digitizer.errors import FileRefused, TableUnusable
from digitizer.tables import cells
from digitizer.tables.cells import BookFault, read_book
from digitizer.tables.importing import read_table
from digitizer.tables.text import letters

ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>"""


def workbook(**changed: bytes | None) -> bytes:
    """The bytes of a good workbook with parts (by name, ``/`` and ``.`` as ``__`` and ``_``) put in or taken out."""
    made = openpyxl.Workbook()
    made.active.append(["Mã hồ sơ", "Tiêu đề"])
    plain, out = io.BytesIO(), io.BytesIO()
    made.save(plain)
    with zipfile.ZipFile(plain) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        parts = {name: good.read(name) for name in good.namelist()}
        for name, content in changed.items():
            key = name.replace("__", "/").replace("_xml", ".xml")
            parts.pop(key, None)
            if content is not None:
                parts[key] = content
        for key, content in parts.items():
            bad.writestr(key, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (workbook(xl__worksheets__sheet1_xml=ENTITIES), BookFault.UNSAFE),
        (workbook(xl__worksheets__sheet1_xml=ENTITIES.decode().encode("utf-16")), BookFault.UNSAFE),
        (workbook(xl__sharedStrings_xml=ENTITIES), BookFault.UNSAFE),
        (workbook(xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row"), BookFault.DAMAGED),
        (workbook(xl__workbook_xml=None), BookFault.NO_TABLE),
        (workbook(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), BookFault.OPEN_DOCUMENT),
        (b"PK\x03\x04 and no more", BookFault.DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), BookFault.OLD_EXCEL),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), BookFault.ENCRYPTED),
        (b"a,b\x81\x8d\n", BookFault.ENCODING),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", BookFault.ENCODING),
        (b'a,"b\nc,d\n', BookFault.QUOTES),
    ],
)
def test_what_is_no_table_is_told_by_its_fault(tmp_path: Path, content: bytes, fault: BookFault) -> None:
    path = tmp_path / "t"
    path.write_bytes(content)
    assert read_book(path) is fault


def test_what_unpacks_to_too_much_is_never_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        with bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(cells.MAX_BYTES >> 20):
                part.write(bytes(1 << 20))
    assert read_book(path) is BookFault.TOO_LARGE


def test_a_sheet_that_says_it_is_endless_is_refused(tmp_path: Path) -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    path = tmp_path / "t.xlsx"
    path.write_bytes(workbook(xl__worksheets__sheet1_xml=sheet.encode()))
    assert read_book(path) is BookFault.TOO_LARGE


@pytest.mark.parametrize("content", [b"", None])
def test_an_empty_or_missing_file_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileRefused):
        read_table(path)


def test_the_reason_is_said(tmp_path: Path) -> None:
    path = tmp_path / "cũ.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(TableUnusable, match="Excel 97"):
        read_table(path)


def test_columns_are_lettered_as_in_excel() -> None:
    assert [letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
