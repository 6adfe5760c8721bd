"""Registers as PDF on A4: headings on every page, rows kept whole, text that can be searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer.registers.forms import Form, said, words
from digitizer.registers.rows import Section
from digitizer.tasks import Task
from digitizer.typeset import BOLD, ITALIC, UPRIGHT, register_faces, wrapped

_MM = 72 / 25.4
_A4 = (210 * _MM, 297 * _MM)
_LEFT, _RIGHT, _TOP, _BOTTOM = 25 * _MM, 12 * _MM, 15 * _MM, 16 * _MM
"""Room to bind it on the left."""
_SIZE, _LEADING = 10.5, 1.2
_PAD = 2.5
_ROOM_TO_SIGN = 22 * _MM
_GAP = 3 * _MM
"""Between what is said at the end and who signs."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """``align``: left, center or right of the place that is named."""

    face: str = UPRIGHT
    align: str = "left"
    size: float = _SIZE


_TITLE = _Ink(BOLD, "center")


def write_pdf(path: Path, form: Form, sections: Sequence[Section], task: Task) -> int:
    """Write the lists, each on a page of its own; gives the number of pages. Raises FontMissing."""
    from reportlab.pdfgen.canvas import Canvas

    register_faces()
    size = (_A4[1], _A4[0]) if form.landscape else _A4
    counted = _Painter(None, form, size, 0, task)
    counted.paint(sections)
    canvas = Canvas(str(path), pagesize=size, pageCompression=1, initialFontName=UPRIGHT)
    canvas.setTitle(form.title.vi)
    canvas.setCreator("Digitizer")
    _Painter(canvas, form, size, counted.page, task).paint(sections)
    canvas.save()
    return counted.page


class _Painter:
    """Lays the lists on pages; without a canvas it only counts them. Points; y falls from the top of the page."""

    def __init__(self, canvas: Any | None, form: Form, size: tuple[float, float], pages: int, task: Task) -> None:
        self._canvas = canvas
        self._form = form
        self._size = size
        self._pages = pages
        self._task = task
        self._y = 0.0
        self._width = size[0] - _LEFT - _RIGHT
        whole = sum(column.width for column in form.column)
        self._widths = [column.width / whole * self._width for column in form.column]
        self._head = [
            self._lines(said(column.label), width, BOLD)
            for column, width in zip(form.column, self._widths, strict=True)
        ]
        self._first_row_y = 0.0
        self.page = 0

    def paint(self, sections: Sequence[Section]) -> None:
        for section in sections or [Section("", (), ())]:
            self._new_page()
            self._heading(section)
            self._table_head()
            self._first_row_y = self._y
            for number, row in enumerate(section.rows, 1):
                if number == len(section.rows):
                    self._keep_with_end(row, section)
                self._row(row)
            self._end(section)
        if self._canvas is not None:
            self._canvas.showPage()

    def _new_page(self) -> None:
        self._task.check()
        if self._canvas is not None and self.page:
            self._canvas.showPage()
        self.page += 1
        self._y = _TOP
        number = said(words().page, " – ", page=self.page, pages=self._pages)
        self._text(number, self._size[0] / 2, self._size[1] - _BOTTOM / 2, _Ink(align="center"))

    def _heading(self, section: Section) -> None:
        """The body on the left, the national heading on the right, the title below both."""
        half = self._width / 2
        left = self._centred(section.body.upper(), _LEFT + half / 2, half - 10, self._y, _TITLE)
        right = self._y
        if self._form.national:
            middle = _LEFT + half * 1.5
            right = self._centred(said(words().nation), middle, half, right, _TITLE)
            right = self._centred(said(words().motto), middle, half, right, _TITLE)
        self._y = max(left, right) + 8
        if self._form.national:
            self._text(words().place_and_date.vi, self._size[0] - _RIGHT, self._y + _SIZE, _Ink(ITALIC, "right"))
            self._y += _SIZE * _LEADING + 6
        middle = _LEFT + self._width / 2
        self._y = self._centred(said(self._form.title).upper(), middle, self._width, self._y, _Ink(BOLD, "center", 14))
        for line in section.subtitle:
            self._y = self._centred(line, middle, self._width, self._y, _Ink(UPRIGHT, "center", 12))
        self._y += 8

    def _table_head(self) -> None:
        self._cells(self._head, BOLD, ["center"] * len(self._head))
        numbers = [[f"({number})"] for number in range(1, len(self._head) + 1)]
        self._cells(numbers, ITALIC, ["center"] * len(numbers))

    def _row(self, row: tuple[str, ...]) -> None:
        cells = [self._lines(text, width, UPRIGHT) for text, width in zip(row, self._widths, strict=True)]
        aligns = [column.align for column in self._form.column]
        whole = max(map(len, cells), default=1)
        while True:
            room = int((self._floor - self._y - 2 * _PAD) // (_SIZE * _LEADING))
            if room >= max(whole, 1):
                self._cells(cells, UPRIGHT, aligns)
                return
            if self._y > self._first_row_y:  # not the first on its page: it goes whole onto the next
                self._new_page()
                self._table_head()
                self._first_row_y = self._y
                continue
            self._cells([lines[:room] for lines in cells], UPRIGHT, aligns)  # taller than a page
            cells = [lines[room:] for lines in cells]
            whole -= room
            self._new_page()
            self._table_head()
            self._first_row_y = self._y

    @property
    def _floor(self) -> float:
        return self._size[1] - _BOTTOM

    def _keep_with_end(self, row: tuple[str, ...], section: Section) -> None:
        """Begin a page with the last row where those who sign would else have a page without any."""
        if not self._form.signers or self._y <= self._first_row_y:
            return
        cells = [self._lines(text, width, UPRIGHT) for text, width in zip(row, self._widths, strict=True)]
        height = max(map(len, cells)) * _SIZE * _LEADING + 2 * _PAD + self._height_of_end(section)
        if self._y + height > self._floor:
            self._new_page()
            self._table_head()
            self._first_row_y = self._y

    def _height_of_end(self, section: Section) -> float:
        height = len(self._closing(section)) * _SIZE * _LEADING + 14
        return height + _ROOM_TO_SIGN + 4 * _SIZE * _LEADING + _GAP if self._form.signers else height

    def _closing(self, section: Section) -> list[str]:
        return [part for text in section.closing.split("\n") for part in self._lines(text, self._width, UPRIGHT)]

    def _end(self, section: Section) -> None:
        lines, signers = self._closing(section), self._form.signers
        if self._y + self._height_of_end(section) > self._floor:
            self._new_page()
        self._y += 8
        for line in lines:
            self._text(line, _LEFT, self._y + _SIZE, _Ink())
            self._y += _SIZE * _LEADING
        if not signers:
            return
        self._y += _GAP
        if not self._form.national:
            self._text(words().place_and_date.vi, self._size[0] - _RIGHT, self._y + _SIZE, _Ink(ITALIC, "right"))
            self._y += _SIZE * _LEADING
        share = self._width / max(len(signers), 2)
        first = _LEFT if len(signers) > 1 else _LEFT + share
        below = self._y
        for index, signer in enumerate(signers):
            middle = first + share * (index + 0.5)
            under = self._centred(said(signer).upper(), middle, share, self._y, _TITLE)
            below = max(below, self._centred(said(words().sign), middle, share, under, _Ink(ITALIC, "center")))
        self._y = below + _ROOM_TO_SIGN

    def _cells(self, cells: Sequence[Sequence[str]], face: str, aligns: Sequence[str]) -> None:
        height = max(max(map(len, cells), default=1), 1) * _SIZE * _LEADING + 2 * _PAD
        x = _LEFT
        for lines, width, align in zip(cells, self._widths, aligns, strict=True):
            if self._canvas is not None:
                self._canvas.setLineWidth(0.5)
                self._canvas.rect(x, self._size[1] - self._y - height, width, height)
            y = self._y + _PAD + _SIZE * 0.9
            for line in lines:
                self._text(line, x + width / 2 if align == "center" else x + _PAD, y, _Ink(face, align))
                y += _SIZE * _LEADING
            x += width
        self._y += height

    def _centred(self, text: str, x: float, width: float, y: float, ink: _Ink) -> float:
        """Lines of text around ``x``; gives the y below them."""
        for part in text.split("\n"):
            for line in wrapped(part, ink.face, ink.size, width):
                y += ink.size * _LEADING
                self._text(line, x, y - ink.size * 0.2, ink)
        return y

    def _lines(self, text: str, width: float, face: str) -> list[str]:
        room = width - 2 * _PAD
        return [line for part in text.split("\n") for line in wrapped(part, face, _SIZE, room)]

    def _text(self, text: str, x: float, y: float, ink: _Ink) -> None:
        if self._canvas is None or not text:
            return
        self._canvas.setFont(ink.face, ink.size)
        draw = {
            "left": self._canvas.drawString,
            "center": self._canvas.drawCentredString,
            "right": self._canvas.drawRightString,
        }[ink.align]
        draw(x, self._size[1] - y, text)
