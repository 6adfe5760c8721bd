"""A page read part by part: what stands in ruled tables cell by cell, the rest as the engine finds it. What stands in
rows without rules is put into cells then."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.layout import order, strips, unruled
from ocr.text import Block, PageText


class Reader(Protocol):
    """Reads a picture that has the resolution of the page: a page, or ``column``, lines below each other."""

    def __call__(self, grey: NDArray[np.uint8], *, column: bool) -> PageText: ...


def read(grey: NDArray[np.uint8], dpi: float, reader: Reader) -> PageText:
    """What stands on the page ``grey``, uint8 (h, w), 255 white, straight, at ``dpi``, in reading order."""
    cut = strips.cut(grey, dpi)
    text = reader(cut.rest, column=False)
    cells = [block for strip in cut.strips for block in strip.blocks(reader(strip.grey, column=True), text.size)]
    cells.sort(key=_place)
    ruled = [tuple(group) for _, group in groupby(cells, key=_table)]
    rest, others = unruled.taken_out(text.blocks)
    tables = [_as(number, table) for number, table in enumerate((*ruled, *others))]
    return replace(text, blocks=_numbered(order.ordered(rest, tables)))


def _as(number: int, table: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(replace(block, cell=block.cell and replace(block.cell, table=number)) for block in table)


def _place(block: Block) -> tuple[int, ...]:
    return () if block.cell is None else (block.cell.table, block.cell.row, block.cell.column)


def _table(block: Block) -> int | None:
    return None if block.cell is None else block.cell.table


def _numbered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """``blocks`` with tables counted in their order."""
    numbers = {
        table: number for number, table in enumerate(dict.fromkeys(t for t in map(_table, blocks) if t is not None))
    }
    return tuple(
        block if block.cell is None else replace(block, cell=replace(block.cell, table=numbers[block.cell.table]))
        for block in blocks
    )
