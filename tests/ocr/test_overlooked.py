"""Print that the engine left out is cut out and read alone."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from ocr import overlooked, pipeline
from ocr.engines import open_engine
from ocr.geometry import Box, Point, Size
from ocr.load import Raster
from ocr.recipe import Recipe
from ocr.text import Block, Line, PageText, Word
from tests.ocr.paper import DPI, font, full_page, skewed

HEIGHT = 30
NAME_ROW = tuple((600 + 40 * place, 900, 30, HEIGHT) for place in range(6))
"""Letters of a row that no word covers."""


def line(text: str, x: int, y: int, sure: float = 0.9) -> Line:
    box = Box(x, y, 200, HEIGHT)
    return Line((Word(text, box, sure),), box)


def page(*blocks: Line) -> PageText:
    return PageText(Size(1200, 1600), 300.0, ("vie",), "test 1", tuple(Block((each,), each.box) for each in blocks))


class Reader:
    """Answers with lines, and remembers what it was asked."""

    def __init__(self, *lines: Line) -> None:
        self.answer, self.asked = lines, list[Box]()

    def __call__(self, part: Box) -> PageText:
        self.asked.append(part)
        return page(*self.answer)


def ink(*boxes: tuple[int, int, int, int], enlarged: int = 1) -> overlooked.Ink:
    def place(point: Point) -> Point:
        return point[0] * enlarged, point[1] * enlarged

    return overlooked.Ink(np.asarray(boxes, np.int32).reshape(-1, 4), place)


PAGE = page(line("Nơi nhận:", 100, 200), line("Trang", 100, 1400))


def test_letters_in_words_are_not_looked_for() -> None:
    reader = Reader()
    covered = tuple((100 + 40 * place, 200, 30, HEIGHT) for place in range(5))
    assert overlooked.add(PAGE, ink(*covered), reader) == PAGE
    assert reader.asked == []


def test_a_row_without_words_is_read_and_stands_where_it_is_on_the_page() -> None:
    name = line("Lê Hoàng Anh", 600, 900)
    reader = Reader(name)
    found = overlooked.add(PAGE, ink(*NAME_ROW), reader)
    assert [each.text for each in found.lines] == ["Nơi nhận:", "Lê Hoàng Anh", "Trang"]
    assert reader.asked == [Box(600, 900, 230, HEIGHT)]


def test_ink_of_a_smaller_copy_is_found_in_its_place() -> None:
    reader = Reader(line("Lê Hoàng Anh", 600, 900))
    halved = tuple((x // 2, y // 2, wide // 2, high // 2) for x, y, wide, high in NAME_ROW)
    overlooked.add(PAGE, ink(*halved, enlarged=2), reader)
    assert reader.asked == [Box(600, 900, 230, HEIGHT)]


def test_a_line_that_was_read_in_part_is_replaced_by_its_whole() -> None:
    part, whole = line("Lê H", 600, 900, 0.8), line("Lê Hoàng Anh", 600, 902)
    row = tuple((x + 220, y, wide, high) for x, y, wide, high in NAME_ROW)
    found = overlooked.add(page(*PAGE.lines, part), ink(*row), Reader(whole))
    assert [each.text for each in found.lines] == ["Nơi nhận:", "Lê Hoàng Anh", "Trang"]


def test_what_was_read_better_before_stays_and_nothing_is_there_twice() -> None:
    before = page(*PAGE.lines, line("Lê Hoàng Anh", 600, 900))
    row = tuple((x + 220, y, wide, high) for x, y, wide, high in NAME_ROW)
    assert overlooked.add(before, ink(*row), Reader(line("Lê Hoang", 600, 902))) == before


def test_only_the_words_that_were_not_read_are_added() -> None:
    far, one, two = line("Ngày", 100, 900), line("Phó", 600, 900), line("Giám đốc", 820, 902)
    before = Line((*far.words, *one.words), Box.union((far.box, one.box)))
    new = Line((*one.words, *two.words), Box.union((one.box, two.box)))
    row = tuple((x + 220, y, wide, high) for x, y, wide, high in NAME_ROW)
    found = overlooked.add(page(before), ink(*row), Reader(new))
    assert [each.text for each in found.lines] == ["Ngày Phó", "Giám đốc"]


def test_scribbles_and_single_letters_are_no_print() -> None:
    for junk in (line("Lê Hoàng", 600, 900, 0.6), line("M'", 600, 900, 0.99)):
        assert overlooked.add(PAGE, ink(*NAME_ROW), Reader(junk)) == PAGE


def test_few_or_scattered_letters_are_not_tried() -> None:
    reader = Reader()
    scattered = tuple((600, 300 + 100 * place, 30, HEIGHT) for place in range(6))
    for boxes in (NAME_ROW[:3], scattered, ()):
        assert overlooked.add(PAGE, ink(*boxes), reader) == PAGE
    assert reader.asked == []


def test_a_page_of_scribbles_costs_a_few_readings_only() -> None:
    reader = Reader()
    rows = [(100 + 40 * place, 260 + 60 * row, 30, HEIGHT) for row in range(18) for place in range(8)]
    overlooked.add(PAGE, ink(*rows), reader)
    assert len(reader.asked) == overlooked.MOST


def test_a_page_without_text_stays_so() -> None:
    assert overlooked.add(page(), ink(*NAME_ROW), Reader(line("x", 0, 0))) == page()


def test_a_name_stamped_aslant_below_the_text_is_read() -> None:
    sheet = full_page()
    sheet[round(8 * DPI) :] = 255
    stamp = Image.new("L", (round(2.4 * DPI), round(0.8 * DPI)), 255)
    ImageDraw.Draw(stamp).text((0.2 * DPI, 0.25 * DPI), "Lê Hoàng Anh", fill=20, font=font(14))
    at = round(9 * DPI), round(4.5 * DPI)
    aslant = skewed(np.asarray(stamp, np.uint8), -6)
    sheet[at[0] : at[0] + aslant.shape[0], at[1] : at[1] + aslant.shape[1]] = aslant
    cv2.circle(sheet, (at[1] - 200, at[0] - 100), 180, 60, 6, cv2.LINE_AA)
    read = pipeline.run(Raster(sheet, DPI), open_engine(), ("vie",), Recipe()).text
    assert "Lê Hoàng Anh" in read.text
