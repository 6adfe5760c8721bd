"""Which text of its own a page is believed to be whole with."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr import own_text
from ocr.geometry import Box, Size
from ocr.load import Raster
from ocr.text import Block, Line, PageText, Word

DPI = 200.0
STEP, HEIGHT = 40, 1600


def page(lines: int, *, told: int) -> Raster:
    """A page of ``lines`` of six words; the first ``told`` are its own text."""
    pixels = np.full((HEIGHT, 1200), 255, np.uint8)
    found = []
    for number in range(lines):
        words = []
        for column in range(6):
            x, y = 80 + 170 * column, STEP * (number + 2)
            cv2.putText(pixels, "archive", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
            words.append(Word("archive", Box(x, y - 26, 140, 34), 1.0))
        found.append(Line(tuple(words), Box.union(word.box for word in words), None))
    block = Block(tuple(found[:told]), Box.union(line.box for line in found[:told]))
    return Raster(pixels, DPI, PageText(Size(1200, HEIGHT), DPI, (), "pdf text", (block,)))


@pytest.mark.parametrize(
    ("lines", "told", "believed"),
    [
        pytest.param(30, 30, True, id="all"),
        pytest.param(30, 20, True, id="a picture with words beside much text"),
        pytest.param(4, 1, True, id="a short page"),
        pytest.param(30, 1, False, id="a header on a page that was scanned or drawn"),
        pytest.param(30, 4, False, id="a stamp"),
    ],
)
def test_text_that_is_far_less_than_what_is_seen_is_not_believed(lines: int, told: int, believed: bool) -> None:
    assert own_text.covers(page(lines, told=told)) is believed
