"""Lines that were taken together, or twice, are read alone."""

from __future__ import annotations

from collections.abc import Sequence

import cv2

from ocr import pipeline, second_look
from ocr.engines import open_engine
from ocr.geometry import Box, Size
from ocr.load import Raster
from ocr.recipe import Recipe
from ocr.text import Block, Line, PageText, Word
from tests.ocr.paper import DPI, LINES, text_page

HEIGHT = 30


def line(text: str, y: int, *, sure: float = 0.9, height: int = HEIGHT, x: int = 0) -> Line:
    box = Box(x, y, 20 * len(text), height)
    return Line((Word(text, box, sure),), box)


def page(*blocks: tuple[Line, ...]) -> PageText:
    made = tuple(Block(lines, Box.union(each.box for each in lines)) for lines in blocks)
    return PageText(Size(2000, 2000), 300.0, ("vie",), "test 1", made)


class Reader:
    """Answers with lines, and remembers what it was asked."""

    def __init__(self, *lines: Line) -> None:
        self.answer, self.asked, self.hidden = lines, list[Box](), list[Box]()

    def __call__(self, part: Box, *, hidden: Sequence[Box]) -> PageText:
        self.asked.append(part)
        self.hidden = list(hidden)
        return page(self.answer) if self.answer else page()


USUAL = tuple(line("một dòng chữ thường", 50 * row) for row in range(6))


def test_a_page_of_even_lines_is_not_looked_at_again() -> None:
    reader = Reader()
    assert second_look.look(page(USUAL), reader) == page(USUAL)
    assert reader.asked == []


def test_an_empty_page_stays_so() -> None:
    assert second_look.look(page(), Reader()) == page()


def test_two_lines_in_one_become_two_where_more_is_read_surely() -> None:
    tall = line("thanh và truyền", 300, height=80)
    both = (line("- Đại diện Đài Phát", 300), line("thanh và truyền hình", 350))
    reader = Reader(*both)
    found = second_look.look(page((*USUAL, tall)), reader)
    assert found.blocks[0].lines == (*USUAL, *both)
    assert reader.asked == [tall.box]
    assert reader.hidden == [each.box for each in USUAL]


def test_what_reads_less_surely_is_not_taken() -> None:
    given = page((*USUAL, line("Tên của một người", 300, height=80)))
    assert second_look.look(given, Reader(line("Ten cua", 300, sure=0.6))) == given


def test_print_of_the_neighbours_is_not_read_twice() -> None:
    tall = line("thanh và truyền", 300, height=80)
    whole = line("thanh và truyền hình tỉnh", 310)
    found = second_look.look(page((*USUAL, tall)), Reader(USUAL[-1], whole))
    assert found.blocks[0].lines == (*USUAL, whole)


def test_noise_beside_is_no_line() -> None:
    tall = line("thanh và truyền", 300, height=80)
    whole = line("thanh và truyền hình tỉnh", 310)
    found = second_look.look(page((*USUAL, tall)), Reader(whole, line("|l'", 360, sure=0.2)))
    assert found.blocks[0].lines == (*USUAL, whole)


def test_lines_on_each_other_become_one_and_an_empty_block_goes() -> None:
    twice = line("ê nghị Ban Lãnh đạo", 300, sure=0.8), line("Đề ngh, an ănh", 302, sure=0.5)
    whole = line("Đề nghị Ban Lãnh đạo các đơn vị", 300)
    reader = Reader(whole)
    found = second_look.look(page(USUAL, twice[:1], twice[1:]), reader)
    assert [block.lines for block in found.blocks] == [USUAL, (whole,)]
    assert len(reader.asked) == 1


def test_a_pen_stroke_through_two_lines_leaves_both_readable() -> None:
    pixels = text_page()
    rows = [round((0.4 + 0.3 * row) * DPI) for row in range(len(LINES))]
    cv2.line(pixels, (round(1.5 * DPI), rows[2] - 10), (round(2.2 * DPI), rows[1] + 30), 0, 3, cv2.LINE_AA)
    words = set(pipeline.run(Raster(pixels, DPI), open_engine(), ("vie",), Recipe()).text.text.split())
    missing = [word for text in LINES for word in text.split() if word not in words]
    assert len(missing) <= 3  # those that are struck out
