"""Workbooks as Excel and LibreOffice like them: text stays text, headings stay in sight, codes come from lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from digitizer.describe.profiles import FieldSpec, FieldType, Profiles
from digitizer.i18n import LANGUAGES, gettext, language, set_language
from digitizer.tables.headings import BOX, FILE, FONDS, PATH, REGISTER
from digitizer.tables.text import for_xlsx, letters

_TEXT = "@"
_ROWS_WITH_LISTS = 20_000
"""Down to here cells offer the codes of their list."""
LISTS = "digitizer-codes"
"""The hidden sheet with the code lists."""
_MAX_WIDTH = 60
_NAME_LETTERS = 31
_FIT = {FieldType.NUMBER: 10, FieldType.DATE: 14, FieldType.FLAG: 8, FieldType.CODE: 18}


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """``means``: as in ``headings``. ``spec``: None for a place."""

    means: str
    heading: str
    spec: FieldSpec | None = None


@dataclass(frozen=True, slots=True)
class ExportSheet:
    """``rows``: read once. ``count``: of them."""

    name: str
    columns: list[ExportColumn]
    rows: Iterator[list[str]]
    count: int


def write_workbook(path: Path, sheets: Sequence[ExportSheet], profiles: Profiles, *, explained: bool) -> None:
    """Write the sheets; ``explained``: with a sheet about columns, rules and codes in both languages."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    lists = _Lists(profiles)
    for sheet in sheets:
        _write(book, sheet, lists)
    if explained:
        _explain(book, sheets, profiles)
    lists.write(book)
    save(book, path)


def save(book: Any, path: Path) -> None:
    """Write a workbook of openpyxl. Raises OSError, once: its own archive, left open, would complain again later."""
    kept = BytesIO()
    book.save(kept)
    path.write_bytes(kept.getbuffer())


def text_cell(sheet: Any, text: str, *, bold: bool = False, wrap: bool = False) -> Any:
    """A cell of text, whatever the text begins with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, None)
    cell.value = for_xlsx(text)
    cell.data_type = "s"  # “=1+1” is text here, not a formula
    cell.number_format = _TEXT
    if bold:
        cell.font = Font(bold=True)
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


class _Lists:
    """The code lists as ranges of a hidden sheet: a list in the rule itself may have 255 letters only."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._columns: list[str] = []

    def range_of(self, codes: str) -> str:
        if codes not in self._columns:
            self._columns.append(codes)
        letter = letters(self._columns.index(codes))
        return f"'{LISTS}'!${letter}$1:${letter}${len(self._profiles.codes[codes].entry)}"

    def write(self, book: Any) -> None:
        sheet = book.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        labels = [[entry.label.shown for entry in self._profiles.codes[codes].entry] for codes in self._columns]
        for row in range(max(map(len, labels), default=0)):
            sheet.append([text_cell(sheet, column[row]) if row < len(column) else None for column in labels])


def _write(book: Any, sheet: ExportSheet, lists: _Lists) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    made = book.create_sheet(sheet.name)
    made.freeze_panes = "A2"
    for index, column in enumerate(sheet.columns):
        dimension = made.column_dimensions[letters(index)]
        dimension.width = _width(column)
        dimension.number_format = _TEXT  # what is typed below the last row keeps its leading zeros
        if column.spec is not None and column.spec.codes is not None and not column.spec.many:
            offered = DataValidation(
                type="list", formula1=lists.range_of(column.spec.codes), allow_blank=True, showErrorMessage=False
            )
            offered.add(f"{letters(index)}2:{letters(index)}{max(sheet.count + 1, _ROWS_WITH_LISTS)}")
            made.data_validations.append(offered)
    made.append([text_cell(made, column.heading, bold=True, wrap=True) for column in sheet.columns])
    text = text_cell(made, "")
    for row in sheet.rows:
        cells: list[Any] = []
        for value in row:
            if not value:
                cells.append(None)
                continue
            cell = text_cell(made, value)
            cell._style = text._style  # one style for all: looking it up costs more than the cell
            cells.append(cell)
        made.append(cells)


def sheet_name(text: str) -> str:
    """What Excel takes as the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\]", " ", text).strip("' ")[:_NAME_LETTERS] or "-"


def _width(column: ExportColumn) -> float:
    spec = column.spec
    if spec is None:
        return 16
    return _FIT.get(spec.type, min(_MAX_WIDTH, 12 + (spec.length or 500) / 12))


def _explain(book: Any, sheets: Sequence[ExportSheet], profiles: Profiles) -> None:
    spoken = language()
    try:
        for each in LANGUAGES:
            set_language(each)
            made = book.create_sheet(gettext("How to fill it in"))
            for width, letter in ((24, "A"), (32, "B"), (70, "C")):
                made.column_dimensions[letter].width = width
            made.append([text_cell(made, line, bold=True) for line in (gettext("Columns, rules and codes"),)])
            for line in (
                gettext("One row for each file in the first sheet, one for each item in the second."),
                gettext("An item names its file by the code of the file. An empty cell leaves what is there."),
                gettext("Do not rename the headings; columns that are not needed may be taken out."),
            ):
                made.append([text_cell(made, line)])
            for sheet in sheets:
                for column in sheet.columns:
                    label = column.heading if column.spec is None else column.spec.label.shown
                    made.append(
                        [text_cell(made, part, wrap=True) for part in (sheet.name, label, _rule(column, profiles))]
                    )
    finally:
        set_language(spoken)


def _rule(column: ExportColumn, profiles: Profiles) -> str:
    spec = column.spec
    if spec is None:
        return _rule_of_place(column.means)
    parts = [gettext("must be filled in")] if spec.required else []
    if spec.template is not None and spec.key == "code":
        parts = [gettext("made by the program where it is empty")]
    if spec.type is FieldType.NUMBER:
        parts.append(gettext("a whole number"))
    if spec.type is FieldType.DATE:
        parts.append(gettext("a date: DD/MM/YYYY, MM/YYYY or YYYY") if spec.partial else gettext("a date: DD/MM/YYYY"))
    if spec.type is FieldType.FLAG:
        parts.append(gettext("yes or no"))
    if spec.length is not None and spec.codes is None:
        parts.append(gettext("at most {count} letters").format(count=spec.length))
    if spec.many:
        parts.append(gettext("several are parted by a semicolon"))
    if spec.codes is not None:
        entries = profiles.codes[spec.codes].entry
        parts.append("; ".join(f"{entry.code} = {entry.label.shown}" for entry in entries))
    return ". ".join(parts)


def _rule_of_place(means: str) -> str:
    rules = {
        FONDS: gettext("the code of the fonds; made where it is not there"),
        REGISTER: gettext("the number of the register in its fonds; made where it is not there"),
        BOX: gettext("the number of the box; made where it is not there"),
        FILE: gettext("the code of the file that the item lies in"),
        PATH: gettext("the image or PDF, from the folder that is handed over; several are parted by a semicolon"),
    }
    return rules.get(means, "")
