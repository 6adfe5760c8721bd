"""What was read: its plain text, and its JSON."""

from __future__ import annotations

import json

from hypothesis import given

from ocr.geometry import Box, Size
from ocr.text import Block, Cell, Line, PageText, Role, Word, from_json, to_json
from tests.ocr.test_formats import pages

BOX = Box(0, 0, 9, 9)


def block(*lines: str, cell: Cell | None = None) -> Block:
    made = tuple(Line(tuple(Word(word, BOX, 1.0) for word in line.split()), BOX) for line in lines)
    return Block(made, BOX, Role.TEXT if cell is None else Role.CELL, cell)


def page(*blocks: Block) -> PageText:
    return PageText(Size(9, 9), 300.0, ("vie",), "null 1", blocks)


@given(page=pages)
def test_json_comes_back(page: PageText) -> None:
    kept = from_json(json.loads(json.dumps(to_json(page))))
    assert [(each.box, each.role, each.cell) for each in kept.blocks] == [
        (each.box, each.role, each.cell) for each in page.blocks
    ]
    assert kept.text == page.text


def test_json_of_earlier_versions_is_read() -> None:
    old = to_json(page(block("Kính gửi:")))
    for each in old["blocks"]:
        del each["role"], each["cell"]
    assert from_json(old) == page(block("Kính gửi:"))


def test_a_row_of_a_table_is_a_line_of_plain_text() -> None:
    cells = [
        block("TT", cell=Cell(0, 0, 0)),
        block("Trạm", "bơm", cell=Cell(0, 0, 1)),
        block("Ghi chú", cell=Cell(0, 0, 2)),
        block("1", cell=Cell(0, 1, 0)),
        block("hỏng", cell=Cell(0, 1, 2)),
        block("Tổng", cell=Cell(1, 0, 0)),
    ]
    text = page(block("Bảng 1", "như sau:"), *cells, block("Hết.")).text
    assert text == "Bảng 1\nnhư sau:\n\nTT\tTrạm bơm\tGhi chú\n1\t\thỏng\n\nTổng\n\nHết."


def test_print_that_was_read_twice_is_there_once_in_the_line_that_reads_better() -> None:
    near, low = Box(12, 11, 60, 20), Box(10, 40, 60, 20)
    good = Line((Word("Sở", Box(10, 10, 60, 20), 0.8), Word("Y", Box(80, 10, 20, 20), 0.8)), Box(10, 10, 90, 20))
    junk = Line((Word("Sở", near, 0.9), Word("tê", Box(80, 10, 20, 20), 0.3)), near)
    other = Line((Word("Sở", low, 0.5), Word("của", Box(99, 10, 0, 20), 0.9)), low)
    blocks = tuple(Block((line,), line.box) for line in (junk, good, other))
    kept = PageText(Size(99, 99), 300.0, ("vie",), "null 1", blocks).cleared()
    assert [line.text for line in kept.lines] == ["tê", "Sở Y", "Sở"]
    assert kept.cleared() is kept
