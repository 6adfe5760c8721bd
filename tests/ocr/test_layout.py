"""Tables with and without rules, columns, heads and feet of letters, headings and title blocks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ocr import pipeline
from ocr.engines import open_engine
from ocr.geometry import Box, Size
from ocr.layout import order, roles, strips, unruled
from ocr.load import Raster, load
from ocr.recipe import Recipe, Setting
from ocr.stages import orient
from ocr.text import Block, Cell, Line, PageText, Role, Word
from tests.ocr.paper import DPI, LINES, font, full_page
from tests.quality import layouts

CELLS, IN_ORDER = 0.9, 0.95
"""Least share of cells with their place and text, and of words followed by the right one, of the rendered pages."""
HEIGHT, LETTER = 20, 10
"""Pixels of words made here."""


def words_at(text: str, x: int, y: int, sure: float = 0.95) -> list[Word]:
    """The words of ``text`` beside each other; two blanks are a wide gap."""
    made = []
    for part in text.split(" "):
        if part:
            made.append(Word(part, Box(x, y, LETTER * len(part), HEIGHT), sure))
        x += LETTER * len(part) + 8 + (0 if part else 60)
    return made


def line(text: str, x: int, y: int, sure: float = 0.95) -> Line:
    words = words_at(text, x, y, sure)
    return Line(tuple(words), Box.union(word.box for word in words))


def block(*lines: Line, role: Role = Role.TEXT, cell: Cell | None = None) -> Block:
    return Block(lines, Box.union(each.box for each in lines), role, cell)


def page(*blocks: Block) -> PageText:
    return PageText(Size(1000, 1400), 150.0, ("vie",), "test 1", blocks)


def texts(blocks: Sequence[Block]) -> list[str]:
    return [each.text for of in blocks for each in of.lines]


def read(pixels: NDArray[np.uint8]) -> PageText:
    recipe = Recipe(orient=Setting(orient.Params(0)))
    return pipeline.run(Raster(pixels, DPI), open_engine(), ("vie",), recipe).text


def cells(text: PageText) -> dict[Cell, str]:
    return {of.cell: " ".join(each.text for each in of.lines) for of in text.blocks if of.cell}


@pytest.mark.parametrize(("kind", "number"), [("ruled", 1), ("ruled", 3), ("unruled", 1), ("unruled", 5)])
def test_tables_become_rows_and_cells(kind: str, number: int, tmp_path: Path) -> None:
    drawn = layouts.page(kind, number)
    path = tmp_path / (drawn.name + drawn.suffix)
    path.write_bytes(drawn.image)
    text = pipeline.run(load(path, 0), open_engine(), ("vie",), Recipe()).text
    wanted, found = {(cell, " ".join(printed.split())) for cell, printed in drawn.cells}, set(cells(text).items())
    assert len(wanted & found) >= CELLS * max(len(wanted), len(found))


@pytest.mark.parametrize("thick", [1, 2, 3, 4, 5])
def test_rules_up_to_three_quarters_of_a_millimetre_leave_no_letters_in_the_cells(thick: int) -> None:
    table = [["Box", "Shelf", "Year"], *([str(37 * row), str(911 + row), str(1822 + 7 * row)] for row in range(1, 7))]
    image = Image.new("L", (1400, 1200), 255)
    draw = ImageDraw.Draw(image)
    for row, texts_ in enumerate(table):
        for column, text in enumerate(texts_):
            x, y = 150 + 360 * column, 200 + 100 * row
            draw.rectangle((x, y, x + 360, y + 100), outline=0, width=thick)  # twice as thick between cells
            draw.text((x + 30, y + 30), text, fill=0, font=font(10))
    found = cells(read(np.asarray(image, np.uint8)))
    assert found == {Cell(0, row, place): text for row, texts_ in enumerate(table) for place, text in enumerate(texts_)}


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    drawn = layouts.page("columns", 2)
    path = tmp_path / (drawn.name + drawn.suffix)
    path.write_bytes(drawn.image)
    text = pipeline.run(load(path, 0), open_engine(), ("vie",), Recipe()).text
    wanted, found = drawn.truth.split(), text.text.split()
    pairs = set(pairwise(found))
    assert sum(pair in pairs for pair in pairwise(wanted)) >= IN_ORDER * len(wanted)
    assert cells(text) == {}


def test_a_drawing_keeps_its_lines_and_is_no_table() -> None:
    sheet = np.full((1600, 2200), 255, np.uint8)
    cv2.rectangle(sheet, (60, 60), (2140, 1540), 0, 4)
    for x, y in ((300, 300), (900, 500), (1300, 700)):
        cv2.circle(sheet, (x, y), 150, 0, 3)
        cv2.line(sheet, (x - 250, y), (x + 250, y), 0, 2)
        cv2.line(sheet, (x, y - 250), (x, y + 250), 0, 2)
    cut = strips.cut(sheet, DPI)
    assert cut.strips == ()
    assert np.array_equal(cut.rest, sheet)


def test_a_page_without_rules_is_not_taken_apart() -> None:
    cut = strips.cut(full_page(), DPI)
    assert cut.strips == ()
    assert cut.rest is not None
    assert np.array_equal(cut.rest, full_page())


HEAD = (
    line("SỞ Y TẾ", 100, 100), line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 500, 100),
    line("TRẠM Y TẾ XÃ", 90, 140), line("Độc lập - Tự do - Hạnh phúc", 540, 140),
    line("Số: 12/TB-TYT", 100, 180), line("An Sơn, ngày 5 tháng 3 năm 2024", 520, 180),
)  # fmt: skip


def joined(one: Line, other: Line) -> Line:
    """What an engine makes of lines of two columns."""
    words = (*one.words, *other.words)
    return Line(words, Box.union(word.box for word in words))


def test_the_head_of_a_letter_is_read_column_by_column_also_where_lines_ran_together() -> None:
    body = block(line("Kính gửi: Ủy ban nhân dân xã", 200, 300))
    apart = block(*HEAD)
    together = block(*(joined(HEAD[n], HEAD[n + 1]) for n in (0, 2, 4)))
    for head in (apart, together):
        found = texts(order.ordered([head, body]))
        assert found == [*(each.text for each in HEAD[::2]), *(each.text for each in HEAD[1::2]), body.lines[0].text]


def test_addressees_and_signer_stand_beside_each_other() -> None:
    left = [line("Nơi nhận:", 100, 1000), line("- Như trên;", 100, 1040), line("- Lưu: VT.", 100, 1080)]
    right = [line("GIÁM ĐỐC", 650, 1000), line("Lâm Trọng Khoát", 640, 1080)]
    found = order.ordered([block(joined(left[0], right[0]), left[1], joined(left[2], right[1]))])
    assert texts(found) == [each.text for each in (*left, *right)]


ROWS = (
    ("TT", "Họ và tên", "Chức vụ"),
    ("1", "Trần Công Luận", "Hiệu trưởng"),
    ("2", "Nguyễn Ngọc Minh", "Phó Hiệu trưởng"),
    ("3", "Đỗ Chí Tâm", "Ủy viên"),
)
COLUMNS = (100, 200, 600)


def rows(table: Sequence[Sequence[str]], y: int = 400, step: int = 40) -> list[Line]:
    made = []
    for number, row in enumerate(table):
        words = [w for text, x in zip(row, COLUMNS, strict=True) for w in words_at(text, x, y + step * number)]
        made.append(Line(tuple(words), Box.union(word.box for word in words)))
    return made


@pytest.mark.timeout(30)
def test_a_page_full_of_figures_costs_seconds_at_most() -> None:
    """Its rows have gutters with each other in every combination; it once took a minute and a half."""
    cells_, high = 8, 26
    lines = [
        joined(
            line("  ".join(f"A{row % 7}b{place}" for place in range(cells_)), 100, 100 + high * row),
            line("Xã", 1000, 100 + high * row),
        )
        for row in range(200)
    ]
    _, tables = unruled.taken_out([block(*lines)])
    assert len(tables[0]) == 200 * (cells_ + 1)
    order.ordered([block(*lines)])


def test_rows_with_gutters_in_common_are_a_table() -> None:
    rest, (table,) = unruled.taken_out([block(*rows(ROWS)), block(line("Hết.", 100, 900))])
    assert texts(rest) == ["Hết."]
    found = {(each.cell.row, each.cell.column): each.lines[0].text for each in table if each.cell}
    assert found == {(row, column): text for row, texts_ in enumerate(ROWS) for column, text in enumerate(texts_)}
    assert {each.role for each in table} == {Role.CELL}


def test_a_line_close_below_goes_on_with_its_row() -> None:
    lines = rows(ROWS, step=60)
    below = line("kiêm Bí thư", 600, 400 + 60 + 24)
    _, (table,) = unruled.taken_out([block(*lines[:2], below, *lines[2:])])
    (cell,) = (each for each in table if each.cell == Cell(0, 1, 2))
    assert [each.text for each in cell.lines] == ["Hiệu trưởng", "kiêm Bí thư"]


@pytest.mark.parametrize(
    "blocks",
    [
        [block(*(line(text, 100, 300 + 30 * n) for n, text in enumerate(LINES)))],
        [block(*rows(ROWS[:2]))],
        [block(*(line("Người lập:  " + text, 100, 300 + 30 * n) for n, text in enumerate(("An", "Bình", "Cúc"))))],
        [block(*HEAD)],
        [block(*rows((("nước sạch cho", "và hệ thống cấp", "được giao cho"),) * 3))],
        [block(*(Line(tuple(Word(w.text, w.box, 0.3) for w in row.words), row.box) for row in rows(ROWS)))],
    ],
    ids=["prose", "two rows", "labels", "head of a letter", "three lines of columns", "noise"],
)
def test_what_is_no_table_is_left(blocks: list[Block]) -> None:
    assert unruled.taken_out(blocks) == (tuple(blocks), ())


def roles_of(*blocks: Block) -> dict[str, Role]:
    text = roles.told(page(*blocks))
    assert sorted(texts(text.blocks)) == sorted(texts(blocks))
    return {each.text: of.role for of in text.blocks for each in of.lines}


BODY = block(*(line(text * 2, 100, 500 + 30 * n) for n, text in enumerate(LINES)))


def test_headings_stand_by_themselves() -> None:
    title = line("QUYẾT ĐỊNH", 440, 320)
    chapter, article = line("Chương II", 450, 380), line("Điều 3. Phạm vi áp dụng", 100, 420)
    found = roles_of(block(*HEAD, title), block(chapter, article, *BODY.lines))
    headings = {text for text, role in found.items() if role is Role.HEADING}
    assert headings == {"QUYẾT ĐỊNH", "Chương II", "Điều 3. Phạm vi áp dụng"}


@pytest.mark.parametrize(
    "plain",
    [
        line("theo Điều 3 của Luật này", 100, 420),
        line("Điều 3. Ủy ban nhân dân các xã có trách nhiệm thực hiện quyết định này và báo cáo", 100, 420),
        line("TRUNG TÂM Y TẾ", 100, 420),
        line("QUYẾT ĐỊNH", 440, 420, 0.4),
        line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 330, 420),
    ],
    ids=["in a sentence", "of a paragraph", "at the margin", "not sure", "motto"],
)
def test_other_lines_are_no_headings(plain: Line) -> None:
    assert roles_of(block(plain), BODY)[plain.text] is Role.TEXT


@pytest.mark.parametrize("number", ["2", "- 17 -", "Trang 5", "3/12", "IV"])
@pytest.mark.parametrize("y", [40, 1360])
def test_the_number_of_a_page_is_told(number: str, y: int) -> None:
    assert roles_of(block(line(number, 490, y)), BODY)[number] is Role.PAGE_NUMBER


@pytest.mark.parametrize("other", [line("2", 490, 700), line("2024 và 2025", 490, 40), line("a", 490, 40)])
def test_other_numbers_are_no_page_numbers(other: Line) -> None:
    assert Role.PAGE_NUMBER not in roles_of(block(other), BODY).values()


def table(x: int, y: int, *names: str) -> list[Block]:
    return [block(line(name, x, y + 40 * row), role=Role.CELL, cell=Cell(0, row, 0)) for row, name in enumerate(names)]


def test_the_title_block_of_a_drawing_is_told() -> None:
    names = ("Tỷ lệ", "Bản vẽ", "Người vẽ", "Trạm bơm Bình Hải")
    assert set(roles_of(*table(700, 1200, *names)).values()) == {Role.TITLE_BLOCK}
    assert set(roles_of(*table(100, 200, *names)).values()) == {Role.CELL}
    assert set(roles_of(*table(700, 1200, "Họ tên", "Lâm", "Khoát")).values()) == {Role.CELL}


def test_an_empty_page_has_no_roles() -> None:
    assert roles.told(page()) == page()


def test_a_line_with_another_beside_it_is_no_heading() -> None:
    title = line("THÔNG BÁO", 430, 320)
    beside = line("Số: 12", 800, 322)
    assert roles_of(block(title), block(beside), BODY)["THÔNG BÁO"] is Role.TEXT
