"""Pages whose layout is known: tables with and without rules, and columns, of real Vietnamese text, scanned three ways.

Every page has a fixed seed. Cells are counted as the product counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np

from ocr.text import Cell
from tests.quality import rendered
from tools.samples.sheet import MM_PER_POINT, Sheet, Style
from tools.samples.typeset import ASCENT, LEADING, Column

SCANS = ("clean", "yellow", "office")
"""How the pages are scanned, in turn (see ``rendered.KINDS``)."""
LEFT_MM, WIDTH_MM = 30.0, 165.0
PADDING_MM = 1.2

Rng = np.random.Generator
Cells = list[tuple[Cell, str]]


def page(kind: str, number: int) -> rendered.Page:
    """Page ``number`` of ``kind``, one of KINDS."""
    rng = np.random.default_rng([number, sum(map(ord, kind))])
    sheet, cells = KINDS[kind](number, rng)
    scan = SCANS[number % len(SCANS)]
    return rendered.scanned(f"{kind}-{number}", sheet, scan, rng, cells=tuple(cells))


def _ruled(number: int, rng: Rng) -> tuple[Sheet, Cells]:
    return _with_table(number, rng, ruled=True)


def _unruled(number: int, rng: Rng) -> tuple[Sheet, Cells]:
    return _with_table(number, rng, ruled=False)


def _with_table(number: int, rng: Rng, *, ruled: bool) -> tuple[Sheet, Cells]:
    column = _begun(number, rng)
    kinds = [int(kind) for kind in rng.integers(len(_CONTENTS), size=rng.integers(2, 6))]
    if not ruled:  # where cells have several lines, only their sense tells these from rows
        kinds = [kind if kind != _LONG else _NAME for kind in kinds]
    rows = [[str(row), *(_CONTENTS[kind](rng) for kind in kinds)] for row in range(1, rng.integers(5, 14))]
    cells = _head(kinds, rng, merged=ruled and len(kinds) > 2)
    below = max(cell.row + cell.rows for cell, _ in cells)
    cells += [(Cell(0, below + at, place), text) for at, row in enumerate(rows) for place, text in enumerate(row)]
    if ruled:
        cells = _some_merged(cells, below, rng)
    shares = np.array([0.5, *(_SHARES[kind] for kind in kinds)])
    _print(column, cells, below, (shares / shares.sum() * WIDTH_MM).tolist(), kinds, rng, ruled=ruled)
    column.skip(6)
    for _ in range(2):
        column.paragraph(_words(rng, 45), Style(13))
    return column.sheet, [(cell, text) for cell, text in cells if text]


def _columns(number: int, rng: Rng) -> tuple[Sheet, Cells]:
    """Two columns of running text under a title, or three."""
    sheet = Sheet(rendered.DPI)
    title = Column(sheet, 20, 175, 20)
    title.centred(_words(rng, 6).upper(), Style(15).b, after=6)
    count = 2 + number % 2
    gutter = (7.0, 5.0, 4.0)[number % 3]
    width = (175 - gutter * (count - 1)) / count
    for place in range(count):
        column = Column(sheet, 20 + place * (width + gutter), width, title.y)
        while column.y < 250:
            column.paragraph(_words(rng, int(rng.integers(25, 60))), Style(11), indent=5)
    return sheet, []


KINDS: dict[str, Callable[[int, Rng], tuple[Sheet, Cells]]] = {
    "ruled": _ruled, "unruled": _unruled, "columns": _columns
}  # fmt: skip

_NAME, _LONG = 0, 1
_CONTENTS: tuple[Callable[[Rng], str], ...] = (
    lambda rng: _words(rng, int(rng.integers(2, 4))),
    lambda rng: _words(rng, int(rng.integers(5, 14))),
    lambda rng: f"{rng.integers(1, 9999):,}".replace(",", "."),
    lambda rng: f"{rng.integers(1, 28):02}/{rng.integers(1, 12):02}/{rng.integers(2001, 2025)}",
    lambda rng: f"{rng.integers(10, 999)}/{rng.choice(['QĐ', 'TB', 'BC', 'CV'])}-SCN",
)
"""What stands in a column: names, long text, numbers, dates, codes."""
_SHARES = (1.8, 2.6, 0.9, 1.3, 1.4)
_ALIGNED = ("left", "left", "right", "centre", "left")
_HEADINGS = ("Tên đơn vị", "Nội dung", "Số lượng", "Ngày", "Ký hiệu")


def _words(rng: Rng, count: int) -> str:
    pool = rendered.paragraphs()
    words = pool[int(rng.integers(len(pool)))].split()
    start = int(rng.integers(max(1, len(words) - count)))
    return " ".join(words[start : start + count])


def _begun(number: int, rng: Rng) -> Column:
    """A page with its number, a heading and a paragraph."""
    sheet = Sheet(rendered.DPI)
    sheet.line(str(number + 2), Style(13), 112, 13, "centre")
    column = Column(sheet, LEFT_MM, WIDTH_MM, 22)
    column.paragraph(f"{'I' * (number % 3 + 1)}. KẾT QUẢ THỰC HIỆN", Style(13).b, after=3)
    column.paragraph(_words(rng, 60), Style(13), after=5)
    return column


def _head(kinds: Sequence[int], rng: Rng, *, merged: bool) -> Cells:
    """The cells of the heading; ``merged``: two of its columns stand under one cell."""
    names = ["TT", *(_HEADINGS[kind] for kind in kinds)]
    if not merged:
        return [(Cell(0, 0, place), name) for place, name in enumerate(names)]
    under = int(rng.integers(1, len(names) - 1))
    cells = [(Cell(0, 0, place, 2, 1), name) for place, name in enumerate(names) if place not in (under, under + 1)]
    cells.insert(under, (Cell(0, 0, under, 1, 2), "Kết quả"))
    return [*cells, *((Cell(0, 1, place), names[place]) for place in (under, under + 1))]


def _some_merged(cells: Cells, below: int, rng: Rng) -> Cells:
    """``cells`` with some of the second column running over the row below."""
    last = max(cell.row for cell, _ in cells)
    chosen = {row for row in range(below, last, 2) if rng.random() < 0.3}
    kept = [(cell, text) for cell, text in cells if cell.column != 1 or cell.row - 1 not in chosen]
    return [
        (Cell(0, cell.row, 1, 2, 1) if cell.column == 1 and cell.row in chosen else cell, text) for cell, text in kept
    ]


def _print(
    column: Column, cells: Cells, below: int, widths: Sequence[float], kinds: Sequence[int], rng: Rng, *, ruled: bool
) -> None:
    """The table down ``column``: rows as high as their cells need, each one line of the text."""
    style, sheet = Style(float(rng.choice([11, 12, 13]))), column.sheet
    pitch = style.size * MM_PER_POINT * LEADING
    lefts = [0.0, *accumulate(widths)]
    broken = {}
    for cell, text in cells:
        face = style.b if cell.row < below else style
        broken[cell] = _broken(
            sheet, text, face, sum(widths[cell.column : cell.column + cell.columns]) - 2 * PADDING_MM
        )
    space = float(rng.uniform(0.5, 2.5))
    heights = [
        max(len(lines) * pitch for cell, lines in broken.items() if cell.row == row and cell.rows == 1) + 2 * space
        for row in range(max(cell.row + cell.rows for cell in broken))
    ]
    tops = [0.0, *accumulate(heights)]
    row = -1
    for cell, lines in broken.items():
        x, y = column.x + lefts[cell.column], column.y + tops[cell.row]
        width = lefts[cell.column + cell.columns] - lefts[cell.column]
        height = tops[cell.row + cell.rows] - tops[cell.row]
        if ruled:
            sheet.box(x, y, width, height, stroke=0.2)
        if cell.row != row:
            sheet.lines.append([])
            row = cell.row
        align = "centre" if cell.row < below or cell.column == 0 else _ALIGNED[kinds[cell.column - 1]]
        at = x + {"left": PADDING_MM, "centre": width / 2, "right": width - PADDING_MM}[align]
        baseline = y + (height - len(lines) * pitch) / 2 + style.size * MM_PER_POINT * ASCENT
        for line in lines:
            sheet.more(line, style.b if cell.row < below else style, at, baseline, align)
            baseline += pitch
    column.y += tops[-1]


def _broken(sheet: Sheet, text: str, style: Style, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and sheet.measure(f"{lines[-1]} {word}", style) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
