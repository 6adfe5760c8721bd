"""The text layer through poppler and pdfium: the letters come back, and lie on the ink."""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from statistics import median

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from digitizer.deliver.pdf_check import check_pdf
from digitizer.deliver.pdf_text import mappable
from ocr.geometry import POINTS_PER_INCH, Box, Size
from ocr.text import Line, PageText
from tests.deliver.pages import (
    A4,
    DPI,
    MARGIN,
    VIETNAMESE,
    blank,
    drawn,
    line_of,
    page_of,
    page_text,
    pdftotext,
    written,
)

POINTS_PER_PIXEL = POINTS_PER_INCH / DPI
IOU_MEDIAN_LEAST = 0.70
CENTRE_INSIDE_LEAST = 0.99
ACROSS_GREATEST, DOWN_GREATEST = 2.0, 3.0
"""Points between the middles of poppler's box of a word and ours, at the 95th percentile."""
ROUNDING = 0.05
"""Points by which a letter's box may leave the page."""

Rectangle = tuple[float, float, float, float]


def pdfium_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        text = page.get_textpage()
        copied = text.get_text_range().replace("\ufffe", "- ")  # its mark for a hyphen and a line break
        text.close()
        page.close()
        return str(copied)


def poppler_boxes(path: Path, *options: str) -> list[tuple[str, Rectangle]]:
    number = r'="(-?[\d.]+)"'
    pattern = rf"<word xMin{number} yMin{number} xMax{number} yMax{number}>(.*?)</word>"
    found = re.finditer(pattern, pdftotext(path, "-bbox", *options))
    return [(html.unescape(m[5]), (float(m[1]), float(m[2]), float(m[3]), float(m[4]))) for m in found]


def in_points(box: Box) -> Rectangle:
    left, top, right, bottom = (v * POINTS_PER_PIXEL for v in (box.x, box.y, box.right, box.bottom))
    return left, top, right, bottom


def intersection_over_union(a: Rectangle, b: Rectangle) -> float:
    common = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area = sum((r[2] - r[0]) * (r[3] - r[1]) for r in (a, b))
    return common / (area - common)


def test_vietnamese_comes_back_exactly_through_poppler(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", [page_of(*drawn())])
    lines = [line.strip() for line in pdftotext(path).splitlines() if line.strip()]
    assert lines == list(VIETNAMESE)
    assert unicodedata.is_normalized("NFC", pdftotext(path))


def test_vietnamese_comes_back_exactly_through_pdfium(tmp_path: Path) -> None:
    copied = pdfium_text(written(tmp_path / "a.pdf", [page_of(*drawn())]))
    assert [line.strip() for line in copied.splitlines()] == list(VIETNAMESE)


def test_no_words_are_glued_in_stream_order(tmp_path: Path) -> None:
    """The strings of the content stream alone, one after another, as the plainest reader takes them."""
    _, text = drawn()
    path = written(tmp_path / "a.pdf", [blank(text)])
    content = PdfReader(path).pages[0].get_contents()
    assert content is not None
    shown = b"".join(re.findall(rb"<([0-9A-F]+)> Tj", content.get_data()))
    space = b"0001"
    strings = [shown[i : i + 4] for i in range(0, len(shown), 4)]
    assert strings.count(space) == len(list(text.words))
    assert strings[-1] == space


def test_words_written_apart_come_back_composed(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Nguyễn")
    path = written(tmp_path / "a.pdf", [blank(page_text([line_of([(apart, Box(300, 300, 250, 60))])]))])
    assert pdftotext(path).strip() == "Nguyễn"


def test_poppler_word_boxes_lie_on_ours(tmp_path: Path) -> None:
    image, text = drawn()
    boxes = poppler_boxes(written(tmp_path / "a.pdf", [page_of(image, text)]))
    pairs = [(in_points(word.box), box) for word, (_, box) in zip(text.words, boxes, strict=True)]
    overlaps, across, down, inside = [], [], [], []
    for ours, theirs in pairs:
        x, y = (theirs[0] + theirs[2]) / 2, (theirs[1] + theirs[3]) / 2
        overlaps.append(intersection_over_union(ours, theirs))
        across.append(abs(x - (ours[0] + ours[2]) / 2))
        down.append(abs(y - (ours[1] + ours[3]) / 2))
        inside.append(ours[0] <= x <= ours[2] and ours[1] <= y <= ours[3])
    percentile = int(len(pairs) * 0.95)
    assert median(overlaps) >= IOU_MEDIAN_LEAST
    assert sum(inside) / len(inside) >= CENTRE_INSIDE_LEAST
    assert sorted(across)[percentile] <= ACROSS_GREATEST
    assert sorted(down)[percentile] <= DOWN_GREATEST


def test_pdfium_letter_boxes_are_on_the_page_and_run_in_order(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", [page_of(*drawn())])
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        text = page.get_textpage()
        width, height = page.get_size()
        letters = [text.get_text_range(i, 1) for i in range(text.count_chars())]
        boxes = [text.get_charbox(i) for i in range(text.count_chars())]
        text.close()
        page.close()
    shown = [box for letter, box in zip(letters, boxes, strict=True) if letter not in "\r\n"]
    for left, bottom, right, top in shown:
        assert right - left > ROUNDING
        assert top - bottom > ROUNDING
        assert -ROUNDING <= left < right <= width + ROUNDING
        assert -ROUNDING <= bottom < top <= height + ROUNDING
    backwards = [b for a, b in pairwise(shown) if b[0] < a[0]]
    assert len(backwards) == len(VIETNAMESE) - 1


@pytest.mark.parametrize("slope", [-0.03, 0.03])
def test_sloping_baseline(tmp_path: Path, slope: float) -> None:
    xs = range(MARGIN, A4.width - 2 * MARGIN, 200)
    words = [(f"từ{i}", Box(x, round(1000 + slope * (x + 80) - 40), 160, 50)) for i, x in enumerate(xs)]
    baseline = (float(MARGIN), 1000 + slope * MARGIN, float(A4.width), 1000 + slope * A4.width)
    path = written(tmp_path / "a.pdf", [blank(page_text([line_of(words, baseline)]))])
    boxes = poppler_boxes(path, "-raw")
    assert [word for word, _ in boxes] == [word for word, _ in words]
    overlaps = [intersection_over_union(in_points(b), got) for (_, b), (_, got) in zip(words, boxes, strict=True)]
    assert median(overlaps) >= IOU_MEDIAN_LEAST


@pytest.mark.parametrize("down", [True, False])
def test_text_set_upright_runs_along_its_line(tmp_path: Path, down: bool) -> None:
    places = [400, 700, 1000] if down else [1000, 700, 400]
    words = [(f"dọc{i}", Box(500, y, 60, 220)) for i, y in enumerate(places)]
    baseline = (505.0, 400.0, 505.0, 1220.0) if down else (555.0, 1220.0, 555.0, 400.0)
    path = written(tmp_path / "a.pdf", [blank(page_text([line_of(words, baseline)]))])
    assert pdfium_text(path).split() == [word for word, _ in words]
    boxes = dict(poppler_boxes(path))
    for word, box in words:
        assert intersection_over_union(in_points(box), boxes[word]) >= IOU_MEDIAN_LEAST


def test_words_on_each_other_are_all_copied(tmp_path: Path) -> None:
    words = [("lý", Box(1563, 1745, 31, 95)), ("lý.", Box(1565, 1749, 49, 81)), ("c", Box(1700, 1745, 25, 71)),
             ("điểm”", Box(1709, 1747, 132, 50)), ("sau", Box(1800, 1745, 90, 71))]  # fmt: skip
    path = written(tmp_path / "a.pdf", [blank(page_text([line_of(words)]))])
    assert pdfium_text(path).split() == [word for word, _ in words]
    assert [word for word, _ in poppler_boxes(path, "-raw")] == [word for word, _ in words]


ODD_PLACES = {
    "no width": Box(500, 500, 0, 40),
    "no height": Box(500, 500, 40, 0),
    "nothing": Box(500, 500, 0, 0),
    "left of the page": Box(-300, 500, 100, 40),
    "below the page": Box(500, 9000, 100, 40),
    "right edge": Box(A4.width, 500, 100, 40),
    "larger than the page": Box(-10, -10, 9000, 9000),
}


@pytest.mark.parametrize("place", ODD_PLACES.values(), ids=ODD_PLACES.keys())
def test_no_word_is_lost_for_a_bad_place(tmp_path: Path, place: Box) -> None:
    path = written(tmp_path / "a.pdf", [blank(page_text([line_of([("chữ", place)])]))])
    assert pdftotext(path).strip() == "chữ"
    assert pdfium_text(path).strip() == "chữ"


@pytest.mark.parametrize("text", ["Привет", "שלום", "مرحبا", "🇻🇳", "👩‍🌾", "𠀀", "r̃", "ﬁn", "(a\\b)", "<&>"])
def test_letters_of_any_script_are_kept(tmp_path: Path, text: str) -> None:
    page = blank(page_text([line_of([(text, Box(500, 500, 200, 50))])]))
    checks = {check.name: check for check in check_pdf(written(tmp_path / "a.pdf", [page]), [page])}
    assert checks["text-kept"].ok, checks["text-kept"].detail


def test_words_without_letters_are_left_out(tmp_path: Path) -> None:
    words = [
        ("", Box(300, 500, 50, 40)),
        ("\x00\ufeff\ufffe\ufffd", Box(400, 500, 50, 40)),
        ("một", Box(500, 500, 90, 40)),
    ]
    path = written(tmp_path / "a.pdf", [blank(page_text([line_of(words)]))])
    assert pdftotext(path).split() == ["\ufffd", "một"]


def test_page_without_words_has_neither_text_operators_nor_font(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", [blank(page_text([])), blank(page_text([line_of([("", Box(0, 0, 9, 9))])]))])
    for page in PdfReader(path).pages:
        content = page.get_contents()
        assert content is not None
        assert b"BT" not in content.get_data()
        assert "/Font" not in page["/Resources"]  # type: ignore[operator]


SMALL = Size(1200, 800)
LETTERS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
BOXES = st.builds(Box, st.integers(-50, 1250), st.integers(-50, 850), st.integers(0, 400), st.integers(0, 200))
LINES = st.lists(st.tuples(LETTERS, BOXES), min_size=1, max_size=6).map(line_of)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, max_size=4))
def test_any_words_in_any_places_are_in_the_file(tmp_path: Path, lines: list[Line]) -> None:
    text: PageText = page_text(lines, SMALL)
    page = blank(text)
    checks = {check.name: check for check in check_pdf(written(tmp_path / "a.pdf", [page]), [page])}
    checks.pop("text-copied")  # pdfium turns right-to-left letters round and drops strings that lie on each other
    assert [check for check in checks.values() if not check.ok] == []


VIETNAMESE_LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
SYLLABLES = st.text(VIETNAMESE_LETTERS + VIETNAMESE_LETTERS.upper() + "0123456789.,;:-/()%", min_size=1, max_size=9)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(SYLLABLES, min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_vietnamese_words_come_back_through_both_viewers(tmp_path: Path, rows: list[list[str]]) -> None:
    lines = [
        line_of([(word, Box(100 + 180 * x, 100 + 80 * y, 150, 50)) for x, word in enumerate(row)])
        for y, row in enumerate(rows)
    ]
    asked = [word for row in rows for word in row]
    path = written(tmp_path / "a.pdf", [blank(page_text(lines, SMALL))])
    assert pdftotext(path, "-raw").split() == asked
    assert pdfium_text(path).split() == asked


def test_mappable_leaves_letters_alone() -> None:
    assert mappable("".join(VIETNAMESE)) == "".join(VIETNAMESE)
