"""Cells of a table file as text, read in a worker: CSV in any encoding that is met here, and XLSX.

No formula is calculated, no macro run, nothing fetched.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.parsers import expat

from digitizer.model import clean
from digitizer.tables.text import from_csv, from_xlsx
from ocr.errors import PageError, PageFault
from ocr.text import nfc

MAX_BYTES = 256 << 20
"""Of all parts of a workbook unpacked: 40,000 rows of 40 columns take a fifth of it."""
MAX_CSV_BYTES = 64 << 20
MAX_PARTS = 2_000
MAX_ROWS = 1 << 20
"""As many as a sheet of Excel has."""
MAX_CELLS = 16 << 20
"""Empty ones between others counted."""
_MAX_LETTERS = 1 << 20
"""In one cell of a CSV: a quote that is never closed is found, and memory stays bounded."""
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ONLY_ZEROS = re.compile(r"0{2,}")


class BookFault(StrEnum):
    """Why no table can be read from a file."""

    OLD_EXCEL = "old-excel"
    OPEN_DOCUMENT = "open-document"
    ENCRYPTED = "encrypted"
    NO_TABLE = "no-table"
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"
    UNSAFE = "unsafe"
    ENCODING = "encoding"
    QUOTES = "quotes"


@dataclass(frozen=True, slots=True)
class Row:
    """``number``: from 1, as the program that shows the table counts. ``cells``: from the first column; NFC, outer
    blanks kept, no empty ones at the end.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows with any text. ``name``: empty for a CSV. ``bad``: row and column (from 0) of cells whose formula has no
    usable value, with the rule (``formula``) they break.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    bad: tuple[tuple[int, int], ...] = ()


Book = tuple[Sheet, ...]


class _Unusable(Exception):
    def __init__(self, fault: BookFault) -> None:
        self.fault = fault


def read_book(path: Path) -> Book | BookFault:
    """All sheets of a table file, or why there is none. Raises PageError where it is empty or cannot be opened."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if not head:
            raise PageError(PageFault.EMPTY)
        if head == _OLE:
            return BookFault.ENCRYPTED if _holds(path, "EncryptedPackage".encode("utf-16-le")) else BookFault.OLD_EXCEL
        return _workbook(path) if head.startswith(b"PK\x03\x04") else (_csv(path),)
    except _Unusable as error:
        return error.fault
    except OSError as error:
        raise PageError(PageFault.UNREADABLE, str(error)) from error


def _holds(path: Path, wanted: bytes) -> bool:
    with path.open("rb") as file:
        return wanted in file.read(MAX_BYTES)


def _csv(path: Path) -> Sheet:
    if path.stat().st_size > MAX_CSV_BYTES:
        raise _Unusable(BookFault.TOO_LARGE)
    text = _decoded(path.read_bytes())
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r"sep=(.)\r?", first)  # Excel's own word for it
    delimiter = named[1] if named else _delimiter(text)
    csv.field_size_limit(_MAX_LETTERS)
    reader = csv.reader(io.StringIO(rest if named else text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        for number, cells in enumerate(reader, 2 if named else 1):
            rows.append(Row(number, _trimmed([from_csv(nfc(cell)) for cell in cells])))
    except csv.Error as error:
        raise _Unusable(BookFault.QUOTES) from error
    return Sheet("", _filled(rows))


def _decoded(data: bytes) -> str:
    """By its byte order mark, else UTF-8, UTF-16 where every other byte is NUL, or windows-1258, the old code page of
    Vietnamese Windows (marks of tones stand behind their letters there: NFC joins them).
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            encodings = [encoding]
            break
    else:
        wide = data[:400].count(0) * 3 > len(data[:400])
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"] if wide else ["utf-8", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise _Unusable(BookFault.ENCODING)


def _delimiter(text: str) -> str:
    """The one that parts the fullest of the first lines into the most cells, those in quotes left out."""
    lines = [re.sub(r'"(?:[^"]|"")*"', "", line) for line in text.splitlines()[:20]]
    return max(",;\t", key=lambda mark: max((line.count(mark) for line in lines), default=0))


def _workbook(path: Path) -> Book:
    import openpyxl  # only where a workbook is read
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as archive:
            formulas = _examined(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of ornaments that it leaves out
            values = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            written = openpyxl.load_workbook(path, read_only=True, keep_links=False) if formulas else None
            try:
                left = [MAX_CELLS]
                sheets = [
                    _sheet(sheet, written[sheet.title] if written is not None else None, left)
                    for sheet in values.worksheets
                ]
            finally:
                for book in (values, written):
                    if book is not None:
                        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, TypeError, EOFError) as error:
        raise _Unusable(BookFault.DAMAGED) from error  # what openpyxl and zipfile raise on broken parts
    return tuple(sheets)


def _examined(archive: zipfile.ZipFile) -> bool:
    """Whether any sheet has formulas. Raises _Unusable for what is no workbook, or one made to do harm: parts that
    unpack to more than the limit (zipfile reads no more than a part says it has), and XML with a document type, the
    only place where entities can be defined (https://www.w3.org/TR/xml/#sec-entity-decl).
    """
    parts = archive.infolist()
    names = archive.namelist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_BYTES:
        raise _Unusable(BookFault.TOO_LARGE)
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise _Unusable(BookFault.OPEN_DOCUMENT)
    if any(part.flag_bits & 1 for part in parts):
        raise _Unusable(BookFault.ENCRYPTED)
    if "xl/workbook.xml" not in names:
        raise _Unusable(BookFault.NO_TABLE)
    formulas = False
    for name in names:
        if name.endswith((".xml", ".rels", ".vml")):
            _refuse_document_type(archive, name)
        if name.startswith("xl/worksheets/") and not formulas:
            formulas = _has_formulas(archive, name)
    return formulas


def _refuse_document_type(archive: zipfile.ZipFile, name: str) -> None:
    class Begun(Exception):
        """The first element: no document type can follow."""

    def refuse(*_: object) -> None:
        raise _Unusable(BookFault.UNSAFE)

    def begun(*_: object) -> None:
        raise Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begun
    try:
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                parser.Parse(chunk)
    except Begun:
        return
    except expat.ExpatError as error:
        raise _Unusable(BookFault.DAMAGED) from error


def _has_formulas(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as part:
        end = b""
        while chunk := part.read(_CHUNK):
            if _FORMULA.search(end + chunk):
                return True
            end = chunk[-32:]
    return False


def _sheet(values: Any, written: Any | None, left: list[int]) -> Sheet:
    """``left``: how many cells may still come."""
    values.reset_dimensions()  # what the file says of them may be wrong
    if written is not None:
        written.reset_dimensions()
    rows: list[Row] = []
    bad: list[tuple[int, int]] = []
    both = zip_longest(values.iter_rows(), written.iter_rows() if written is not None else (), fillvalue=())
    for number, (cells, formulas) in enumerate(both, 1):
        left[0] -= len(cells)
        if number > MAX_ROWS or left[0] < 0:
            raise _Unusable(BookFault.TOO_LARGE)
        texts = []
        for column, cell in enumerate(cells):
            missing = cell.value is None and column < len(formulas) and formulas[column].data_type == "f"
            if missing or (cell.value is not None and cell.data_type == "e"):
                bad.append((number, column))
            texts.append("#" if missing else _text(cell))
        if any(texts):
            rows.append(Row(number, _trimmed(texts)))
    return Sheet(nfc(values.title), _filled(rows), values.sheet_state != "visible", tuple(bad))


def _text(cell: Any) -> str:
    """The cell as it is shown, as far as that matters: dates by what their format shows, numbers with the zeros that a
    format of zeros alone puts ahead.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return nfc(from_xlsx(value))
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (date, time)):
        return _date(value, cell.number_format or "")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = str(value)
    form = cell.number_format or ""
    return text.zfill(len(form)) if isinstance(value, int) and _ONLY_ZEROS.fullmatch(form) else text


def _date(value: date | time, form: str) -> str:
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(sep=" ")
    shown = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", form.lower())  # without literal words, places and colours
    parts = [f"{value.day:02d}"] if "d" in shown or "y" not in shown else []
    if parts or "m" in shown:
        parts.append(f"{value.month:02d}")
    return "/".join([*parts, f"{value.year:04d}"])


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    texts = [cell if clean(cell) else "" for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _filled(rows: list[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.cells)
