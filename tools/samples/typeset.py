"""Paragraphs and ruled tables, set down a column of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tools.samples.sheet import MM_PER_POINT, Sheet, Style

ASCENT = 0.9
"""From the top of a line to its baseline, in type sizes (Vietnamese capitals carry marks)."""
LEADING = 1.22
"""Line pitch in type sizes."""


@dataclass
class Column:
    """A column of text: left edge ``x``, ``width``, and ``y``, the top of what comes next (all mm)."""

    sheet: Sheet
    x: float
    width: float
    y: float
    leading: float = LEADING

    def skip(self, millimetres: float) -> None:
        self.y += millimetres

    def paragraph(
        self, text: str, style: Style, *, lead: str = "", indent: float = 12.7, align: str = "justify", after: float = 2
    ) -> None:
        """Set ``text``, after a bold ``lead``, its first line indented by ``indent`` mm; ``after`` mm below it."""
        words = [(word, style.b) for word in lead.split()] + [(word, style) for word in text.split()]
        for number, (line, last) in enumerate(_broken(self.sheet, words, self.width, indent)):
            first = indent if number == 0 else 0.0
            self._set(line, self.x + first, self.width - first, "left" if last and align == "justify" else align)
        self.y += after

    def centred(self, text: str, style: Style, *, after: float = 0) -> float:
        """Set one centred line; returns its width in mm."""
        width = self.sheet.line(text, style, self.x + self.width / 2, self.y + _points(style) * ASCENT, "centre")
        self.y += _points(style) * self.leading + after
        return width

    def rule(self, length: float, *, after: float = 0) -> None:
        """A centred thin rule of ``length`` mm."""
        middle = self.x + self.width / 2
        self.sheet.rule((middle - length / 2, self.y), (middle + length / 2, self.y))
        self.y += after

    def _set(self, words: Sequence[tuple[str, Style]], x: float, width: float, align: str) -> None:
        style = words[0][1]
        widths = [self.sheet.measure(text, face) for text, face in words]
        space = self.sheet.measure(" ", words[-1][1])
        slack = width - sum(widths) - space * (len(words) - 1)
        if align == "justify" and len(words) > 1:
            space += slack / (len(words) - 1)
        x += {"justify": 0.0, "left": 0.0, "centre": slack / 2, "right": slack}[align]
        self.sheet.lines.append([])
        for (text, face), advance in zip(words, widths, strict=True):
            self.sheet.word(text, face, x, self.y + _points(style) * ASCENT)
            x += advance + space
        self.y += _points(style) * self.leading


@dataclass(frozen=True)
class Field:
    """A table column: width in mm and how its cells are aligned (``left``, ``centre``, ``right``)."""

    width: float
    align: str = "left"


def table(
    column: Column,
    fields: Sequence[Field],
    rows: Sequence[Sequence[str]],
    style: Style,
    *,
    headings: int = 1,
    row_height: float = 0,
    padding: float = 1.2,
) -> list[float]:
    """Set a ruled table down ``column``, the first ``headings`` rows bold and centred. Returns the top of each row.

    Each row is one line of the text, cell after cell. ``row_height``: mm, at least.
    """
    sheet, top, tops = column.sheet, column.y, []
    for number, row in enumerate(rows):
        heading = number < headings
        face = style.b if heading else style
        pitch = _points(face) * column.leading
        cells = [
            [line for line, _ in _broken(sheet, [(w, face) for w in cell.split()], field.width - 2 * padding, 0)]
            for cell, field in zip(row, fields, strict=True)
        ]
        height = max(row_height, max(len(cell) for cell in cells) * pitch + 2 * padding)
        tops.append(column.y)
        sheet.rule((column.x, column.y), (column.x + sum(field.width for field in fields), column.y))
        sheet.lines.append([])
        x = column.x
        for cell, field in zip(cells, fields, strict=True):
            align = "centre" if heading else field.align
            at = x + {"left": padding, "centre": field.width / 2, "right": field.width - padding}[align]
            y = column.y + (height - len(cell) * pitch) / 2 + _points(face) * ASCENT
            for line in cell:
                sheet.more(" ".join(word for word, _ in line), face, at, y, align)
                y += pitch
            x += field.width
        column.y += height
    x = column.x
    for width in (0.0, *(field.width for field in fields)):
        x += width
        sheet.rule((x, top), (x, column.y))
    sheet.rule((column.x, column.y), (x, column.y))
    return tops


def _points(style: Style) -> float:
    return style.size * MM_PER_POINT


def _broken(
    sheet: Sheet, words: Sequence[tuple[str, Style]], width: float, indent: float
) -> list[tuple[list[tuple[str, Style]], bool]]:
    """``words`` broken into lines no wider than ``width`` mm (the first by ``indent`` less); True marks the last."""
    lines: list[list[tuple[str, Style]]] = []
    room = 0.0
    for text, style in words:
        advance = sheet.measure(text + " ", style)
        if not lines or advance - sheet.measure(" ", style) > room:
            room = width - (0 if lines else indent)
            lines.append([])
        lines[-1].append((text, style))
        room -= advance
    return [(line, line is lines[-1]) for line in lines]
