"""Tables written as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from ocr.formats import tables
from ocr.geometry import Box, Size
from ocr.text import Block, Cell, Line, PageText, Role, Word, nfc

BOX = Box(0, 0, 9, 9)
Place = tuple[int, int]


def page(*blocks: Block) -> PageText:
    return PageText(Size(9, 9), 300.0, ("vie",), "null 1", blocks)


def cell(place: Cell, *lines: str) -> Block:
    return Block(tuple(Line((Word(line, BOX, 1.0),), BOX) for line in lines), BOX, Role.CELL, place)


def read(table: str) -> list[list[str]]:
    assert table.startswith("\ufeff")
    return list(csv.reader(StringIO(table[1:], newline="")))


def test_each_table_is_one_and_other_text_is_none() -> None:
    other = Block((Line((Word("Bảng", BOX, 1.0),), BOX),), BOX)
    found = tables.write(page(other, cell(Cell(0, 0, 0), "TT"), other, cell(Cell(1, 0, 1), "a", "b")))
    assert [read(table) for table in found] == [[["TT"]], [["", "a\nb"]]]
    assert tables.write(page(other)) == []


def test_a_cell_over_several_places_keeps_them_free() -> None:
    (found,) = tables.write(page(cell(Cell(0, 0, 0, 2, 2), "x"), cell(Cell(0, 2, 1), "y")))
    assert read(found) == [["x", ""], ["", ""], ["", "y"]]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(nfc)


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), words, min_size=1))
def test_any_letters_come_back(texts: dict[Place, str]) -> None:
    (found,) = tables.write(page(*(cell(Cell(0, row, column), text) for (row, column), text in sorted(texts.items()))))
    back = {(row, column): text for row, line in enumerate(read(found)) for column, text in enumerate(line) if text}
    assert back == texts
