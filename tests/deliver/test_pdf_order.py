"""Poppler's default order, which sorts words by place, and pdfium's: both are the order of reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from ocr.geometry import Box, Size
from ocr.text import Block, Cell, Line, PageText, Role, Word
from tests.deliver.pages import A4, DPI, blank, pdftotext, written
from tests.deliver.test_pdf_text import pdfium_text

LETTER, SPACE = 26, 14
"""Pixels: width of a letter and of a space in type of 13 points at 300 dpi."""

Place = tuple[int, int, str]
"""Left edge, baseline, and the words of a line."""


def line(left: int, baseline: int, text: str, scale: float = 1.0) -> Line:
    """Its words have boxes as type has: letters that go up or down make them higher, so no two lines are alike."""
    words = []
    for word in text.split():
        apart = unicodedata.normalize("NFD", word)
        up = 36 if re.search("[A-ZĐbdđfhklt0-9]", apart) else 26
        up += 12 if re.search("[\u0300-\u0302\u0306\u0309]", apart) else 0
        down = 11 if re.search("[gpqy,\u0323]", apart) else 0
        width = round(LETTER * scale) * len(word)
        box = Box(left, baseline - round(up * scale), width, round((up + down) * scale))
        words.append(Word(word, box, 0.9))
        left += width + round(SPACE * scale)
    bounds = Box.union(word.box for word in words)
    return Line(tuple(words), bounds, (float(bounds.x), float(baseline), float(bounds.right), float(baseline)))


def block(lines: Sequence[Line], cell: Cell | None = None) -> Block:
    return Block(tuple(lines), Box.union(each.box for each in lines), Role.TEXT if cell is None else Role.CELL, cell)


def page(blocks: Sequence[Block], size: Size = A4) -> PageText:
    return PageText(size, DPI, ("vie",), "test", tuple(blocks))


BODY = [(250, 1000 + 84 * n, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm") for n in range(6)]
BODIES = BODY[4][1] + 84


def heading(*left: Place, right: Sequence[Place], body: Sequence[Place] = BODY) -> list[Block]:
    """The head of a Vietnamese paper: body to the left, motto to the right, then the text."""
    return [block([line(*each) for each in places]) for places in (left, right, body)]


MOTTO = ((1270, 300, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), (1460, 370, "Độc lập - Tự do - Hạnh phúc"))
DATED = (1380, 480, "Kiên Giang, ngày 04 tháng 01 năm 2018")
PAGES = {
    "number far below the body, as a table of two by two": heading(
        (420, 300, "UBND TỈNH KIÊN GIANG"), (560, 370, "SỞ Y TẾ"), (450, 480, "Số: 02/GM-SYT"),
        right=(*MOTTO, DATED),
    ),
    "subject below the date": heading(
        (420, 300, "UBND TỈNH KIÊN GIANG"), (560, 370, "SỞ Y TẾ"), (450, 480, "Số: 02/SYT-NVY"),
        (360, 600, "V/v thực hiện báo cáo hoạt"), (460, 660, "động năm 2017."), right=(*MOTTO, DATED),
    ),
    "number far below one line of the body": heading(
        (420, 300, "VĂN PHÒNG CHÍNH PHỦ"), (450, 505, "Số: 3722/VPCP-CN"), (360, 560, "V/v cơ chế đặc thù xây dựng"),
        right=(*MOTTO, (1380, 500, DATED[2])),
    ),
    "columns near each other": heading(
        (420, 300, "BỘ GIÁO DỤC VÀ ĐÀO TẠO NƯỚC"), (420, 370, "TRƯỜNG ĐẠI HỌC TÂY ĐÔ"), (500, 470, "Số:4425/ĐHTĐ"),
        (430, 535, "V/v Góp ý dự thảo"), right=(*MOTTO, DATED),
    ),
    "recipients beside the signature": [
        block([line(*each) for each in BODY]),
        block([line(250, BODIES + 150 + 45 * n, text, 0.75)
               for n, text in enumerate(("Nơi nhận:", "- Như trên;", "- BGĐ SYT;", "- Lưu: VT, csthuan."))]),
        block([line(1500, BODIES + 140, "TL. GIÁM ĐỐC"), line(1420, BODIES + 205, "CHÁNH VĂN PHÒNG")]),
        block([line(1460, BODIES + 620, "Phạm Minh Tâm")]),
    ],
    "two columns": [
        block([line(left, 400 + 70 * n, f"cột {name} dòng số {n} chữ thường") for n in range(12)])
        for left, name in ((250, "trái"), (1300, "phải"))
    ],
    "paragraphs set apart": [
        block([line(250, 400 + 70 * n + 45 * (n // 3), f"đoạn {n // 3} dòng {n} của văn bản") for n in range(12)])
    ],
}  # fmt: skip


@pytest.mark.parametrize("blocks", PAGES.values(), ids=PAGES)
def test_words_come_in_the_order_of_reading(tmp_path: Path, blocks: list[Block]) -> None:
    text = page(blocks)
    asked = [word.text for word in text.words]
    path = written(tmp_path / "a.pdf", [blank(text)])
    assert pdfium_text(path).split() == asked
    assert pdftotext(path, "-raw").split() == asked
    assert pdftotext(path).split() == asked


def test_a_table_is_read_by_rows(tmp_path: Path) -> None:
    columns, table = (250, 600, 1300, 1700), []
    for row in range(7):
        for column, left in enumerate(columns):
            lines = [line(left, 400 + 140 * row, f"h{row}c{column}")]
            if column == 1 and row % 2:
                lines.append(line(left, 460 + 140 * row, f"tiếp{row}"))
            table.append(block(lines, Cell(0, row, column)))
    text = page(table)
    path = written(tmp_path / "a.pdf", [blank(text)])
    assert pdftotext(path).split() == [word.text for word in text.words]


def test_a_word_at_the_end_of_a_line_is_joined_to_its_other_half(tmp_path: Path) -> None:
    """What Poppler does for those who search: it needs both lines in one block."""
    lines = [line(250, 400, "The develop-"), line(250, 470, "ment of the"), line(250, 540, "whole part.")]
    path = written(tmp_path / "a.pdf", [blank(page([block(lines)]))])
    assert pdftotext(path).split() == ["The", "development", "of", "the", "whole", "part."]
