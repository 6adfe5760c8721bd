"""Tables as CSV (RFC 4180), in UTF-8 with the mark that spreadsheets need to know it by."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import groupby

from ocr.text import Block, PageText

_MARK = "\ufeff"


def write(text: PageText) -> list[str]:
    """The tables of the page, each as CSV with a first letter U+FEFF. A cell that spans several places has its text in
    the first of them; lines in a cell stay lines.
    """
    cells = [block for block in text.blocks if block.cell is not None]
    return [_csv(list(table)) for _, table in groupby(cells, key=lambda block: block.cell and block.cell.table)]


def _csv(blocks: list[Block]) -> str:
    cells = [(block.cell, block) for block in blocks if block.cell is not None]
    places = {(cell.row, cell.column): block for cell, block in cells}
    rows, columns = max(cell.row + cell.rows for cell, _ in cells), max(cell.column + cell.columns for cell, _ in cells)
    out = StringIO(newline="")
    writer = csv.writer(out)
    for row in range(rows):
        found = (places.get((row, column)) for column in range(columns))
        writer.writerow(["\n".join(line.text for line in block.lines) if block else "" for block in found])
    return _MARK + out.getvalue()
