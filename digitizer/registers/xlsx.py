"""Registers as a workbook that prints like the form: A4, its width on one page, headings on every page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitizer.registers.forms import Form, said, words
from digitizer.registers.rows import Section
from digitizer.tables.text import for_xlsx, letters
from digitizer.tables.workbook import save, sheet_name
from digitizer.tasks import Task

_FONT = "Times New Roman"
_CHARACTERS = 0.5
"""Of column width for each millimetre of the form."""


def write_xlsx(path: Path, form: Form, sections: Sequence[Section], task: Task) -> int:
    """Write the lists below each other, a page break ahead of each; gives the number of rows."""
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.worksheet.pagebreak import Break

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(form.title.vi))
    for index, column in enumerate(form.column):
        sheet.column_dimensions[letters(index)].width = max(6, column.width * _CHARACTERS)
    sheet.page_setup.paperSize = 9  # A4: ECMA-376, 18.3.1.63
    sheet.page_setup.orientation = "landscape" if form.landscape else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "Trang &P/&N"
    side = Side(style="thin")
    cells = _Cells(sheet, Border(side, side, side, side), Font, Alignment)
    middle = len(form.column) // 2
    at = 0

    def line(text: str, column: int, *, bold: bool = True) -> None:
        nonlocal at
        sheet.append([None] * column + [cells.plain(text, bold=bold)])
        at += 1

    for section in sections:
        if at:
            sheet.row_breaks.append(Break(id=at))
        line(section.body.upper(), 0)
        if form.national:
            line(said(words().nation, " – "), middle)
            line(said(words().motto, " – "), middle)
        line(said(form.title, " – ").upper(), max(0, middle - 1))
        for text in section.subtitle:
            line(text, max(0, middle - 1), bold=False)
        sheet.append([cells.framed(said(column.label), bold=True, centred=True) for column in form.column])
        at += 1
        if len(sections) == 1:
            sheet.print_title_rows = f"{at}:{at}"
        for number, row in enumerate(section.rows):
            if number % 500 == 0:
                task.check()
            sheet.append(
                [
                    cells.framed(text, centred=column.align == "center")
                    for text, column in zip(row, form.column, strict=True)
                ]
            )
            at += 1
        for text in filter(None, section.closing.split("\n")):
            line(text, 0, bold=False)
        if form.signers:
            places = [0, max(0, len(form.column) - 2)][-len(form.signers) :]
            row_of: list[Any] = [None] * len(form.column)
            for place, signer in zip(places, form.signers, strict=True):
                row_of[place] = cells.plain(said(signer, " – ").upper(), bold=True)
            sheet.append(row_of)
            at += 1
    save(book, path)
    return at


class _Cells:
    """Cells of text in the few styles of a form; a style is made once, since making one costs more than a cell."""

    def __init__(self, sheet: Any, border: Any, font: Any, alignment: Any) -> None:
        self._sheet = sheet
        self._border = border
        self._font = font
        self._alignment = alignment
        self._styles: dict[tuple[bool, bool, bool], Any] = {}

    def plain(self, text: str, *, bold: bool = False) -> Any:
        return self._cell(text, bold, False, False)

    def framed(self, text: str, *, bold: bool = False, centred: bool = False) -> Any:
        return self._cell(text, bold, True, centred)

    def _cell(self, text: str, bold: bool, framed: bool, centred: bool) -> Any:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._sheet, None)
        cell.value = for_xlsx(text)
        cell.data_type = "s"
        style = (bold, framed, centred)
        if style not in self._styles:
            cell.number_format = "@"
            cell.font = self._font(name=_FONT, size=11, bold=bold)
            if framed:
                cell.border = self._border
                cell.alignment = self._alignment(
                    wrap_text=True, vertical="top", horizontal="center" if centred else "left"
                )
            self._styles[style] = cell._style
        else:
            cell._style = self._styles[style]
        return cell
