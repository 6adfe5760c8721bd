"""ALTO and hOCR: what is written comes back, and ALTO is valid."""

from __future__ import annotations

import os
import shutil
import string
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.engines import open_engine
from ocr.formats import alto, hocr
from ocr.geometry import Box, Size
from ocr.text import Block, Cell, Line, PageText, Role, Word
from tests.ocr.paper import DPI, text_page

SIDE = 3000
CONFIDENCE_ERROR, BASELINE_ERROR = 1e-4, 0.01
"""hOCR keeps confidence as hundredths of a per cent and a baseline as slope and offset."""

FORMATS = [(alto.write, alto.read), (hocr.write, hocr.read)]
Write = Callable[[PageText, str | None], bytes]
Read = Callable[[bytes], PageText]

boxes = st.builds(Box, *[st.integers(0, SIDE // 2) for _ in range(2)], *[st.integers(1, SIDE // 2) for _ in range(2)])
letters = st.characters(exclude_categories=("C", "Z")) | st.sampled_from("ắềỡựđĐ<>&\"';")
texts = st.text(letters, min_size=1, max_size=8)
words = st.builds(
    Word, texts, boxes, st.floats(0, 1), read=st.none() | st.lists(texts, min_size=1, max_size=2).map(" ".join)
)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    box = draw(boxes)
    y0, y1 = (box.y + draw(st.integers(0, 40)) for _ in range(2))
    baseline = (float(box.x), float(y0), float(box.right), float(y0 + (y1 - y0) * box.width / SIDE))
    return Line(tuple(draw(st.lists(words, min_size=1, max_size=4))), box, draw(st.sampled_from((None, baseline))))


cells = st.builds(Cell, *[st.integers(0, 30)] * 3, *[st.integers(1, 5)] * 2)
roles = st.tuples(st.sampled_from((Role.TEXT, Role.HEADING, Role.PAGE_NUMBER)), st.none()) | st.tuples(
    st.sampled_from((Role.CELL, Role.TITLE_BLOCK)), cells
)
blocks = st.builds(
    lambda lines, box, role: Block(lines, box, *role),
    st.lists(lines(), min_size=1, max_size=3).map(tuple),
    boxes,
    roles,
)
pages = st.builds(
    PageText,
    size=st.just(Size(SIDE, SIDE)),
    dpi=st.floats(72, 1200),
    languages=st.sampled_from((("vie",), ("vie", "eng"), ("eng",))),
    reader=st.sampled_from(("tesseract 5.5.4", "pdf text", "null 1")),
    blocks=st.lists(blocks, max_size=3).map(tuple),
)


def assert_same(first: PageText, second: PageText) -> None:
    assert (first.size, first.dpi, first.languages, first.reader) == (
        second.size,
        second.dpi,
        second.languages,
        second.reader,
    )
    assert [(block.box, block.role, block.cell) for block in first.blocks] == [
        (block.box, block.role, block.cell) for block in second.blocks
    ]
    for one, other in zip(first.lines, second.lines, strict=True):
        assert one.box == other.box
        assert [(w.text, w.box, w.read) for w in one.words] == [(w.text, w.box, w.read) for w in other.words]
        assert [w.confidence for w in one.words] == pytest.approx(
            [w.confidence for w in other.words], abs=CONFIDENCE_ERROR
        )
        assert (one.baseline is None) == (other.baseline is None)
        if one.baseline is not None:
            assert one.baseline == pytest.approx(other.baseline, abs=BASELINE_ERROR)


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=["alto", "hocr"])
@given(page=pages)
def test_what_is_written_comes_back(write: Write, read: Read, page: PageText) -> None:
    assert_same(read(write(page, "trang 1.jpg")), page)


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=["alto", "hocr"])
def test_a_read_page_comes_back(write: Write, read: Read) -> None:
    page = open_engine().read(text_page(), dpi=DPI, languages=("vie",))
    assert_same(read(write(page, None)), page)


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=["alto", "hocr"])
def test_characters_that_xml_cannot_hold_are_replaced(write: Write, read: Read) -> None:
    box = Box(0, 0, 9, 9)
    page = PageText(Size(9, 9), DPI, ("vie",), "pdf text", (Block((Line((Word("a\x00b\x0c", box, 1),), box),), box),))
    assert [word.text for word in read(write(page, None)).words] == ["a\ufffdb\ufffd"]


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=["alto", "hocr"])
def test_places_in_tables_are_counted_alike_for_all_cells(write: Write, read: Read) -> None:
    """Two cells of one row, and a heading twice: tags are shared, not repeated."""
    box = Box(0, 0, 9, 9)
    line = (Line((Word("a", box, 1),), box),)
    kinds = [(Role.HEADING, None), (Role.CELL, Cell(0, 0, 0)), (Role.CELL, Cell(0, 0, 1, 1, 2)), (Role.HEADING, None)]
    page = PageText(Size(9, 9), DPI, ("vie",), "null 1", tuple(Block(line, box, role, cell) for role, cell in kinds))
    assert [(block.role, block.cell) for block in read(write(page, None)).blocks] == kinds


@pytest.mark.parametrize("read", [alto.read, hocr.read])
def test_other_xml_is_refused(read: Read) -> None:
    with pytest.raises(ValueError, match="not an"):
        read(b"<x/>")


def test_alto_speaks_of_our_page_and_has_unique_ids() -> None:
    page = open_engine().read(text_page(), dpi=DPI, languages=("vie",))
    data = alto.write(page, "trang 1.jpg").decode()
    assert f'WIDTH="{page.size.width}" HEIGHT="{page.size.height}"' in data
    ids = [part.split('"')[0] for part in data.split(' ID="')[1:]]
    assert len(ids) == len(set(ids)) > len(list(page.words))
    assert not set("".join(ids)) - set(string.ascii_letters + string.digits + "_")


@pytest.mark.samples
def test_alto_is_valid(samples: Path, tmp_path: Path) -> None:
    xmllint = shutil.which("xmllint")
    if xmllint is None:
        pytest.skip("xmllint is not installed")
    schemas = samples.parent / "schemas"
    page = open_engine().read(text_page(), dpi=DPI, languages=("vie", "eng"))
    mended = Line((Word("số", Box(0, 0, 9, 9), 0.8, read="sô & tê"),), Box(0, 0, 9, 9))
    places = ((Role.HEADING, None), (Role.PAGE_NUMBER, None), (Role.CELL, Cell(0, 1, 2)), (Role.TEXT, None))
    blocks = (replace(page.blocks[0], role=role, cell=cell) for role, cell in places)
    page = replace(page, blocks=(*blocks, *page.blocks, Block((mended,), mended.box)))
    file = tmp_path / "trang.xml"
    file.write_bytes(alto.write(page, "trang 1.jpg"))
    schema = schemas / "alto" / "alto-4-4.xsd"
    subprocess.run(
        [xmllint, "--nonet", "--noout", "--schema", schema, file],
        check=True,
        capture_output=True,
        env={**os.environ, "XML_CATALOG_FILES": str(schemas / "catalog.xml")},
    )
