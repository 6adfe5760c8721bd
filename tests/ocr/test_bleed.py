"""The other side of thin paper, shining through."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr import pipeline
from ocr.engines import open_engine
from ocr.load import Raster
from ocr.recipe import Recipe
from ocr.stages import bleed
from ocr.stages.reduced import reduced
from tests.ocr.paper import DPI, LINES, full_page, noisy

WHITE, BLACK = 200, 90
"""Grey above which a place reads as paper, and below which it reads as print."""


def shining(strength: float, lines_apart: int = 55) -> NDArray[np.uint8]:
    """A page with another one, mirrored, behind it, its lines between those of the page, or on them; ``strength``: of
    its ink.
    """
    back = cv2.GaussianBlur(np.roll(full_page()[:, ::-1], lines_apart, axis=0), (0, 0), 2.5).astype(np.float32)
    return noisy(np.clip(full_page() - (255 - back) * strength, 0, 255).astype(np.uint8), 3)


def level(page: NDArray[np.uint8]) -> int:
    return bleed.estimate(page, reduced(page, DPI)).params.level


@pytest.mark.parametrize("strength", [0.55, 0.65])
def test_dark_print_of_the_other_side_is_found_and_goes(strength: float) -> None:
    page = shining(strength)
    found = level(page)
    assert found > 0
    paper = np.asarray(np.minimum(page.astype(int) + 20, 255), np.uint8)
    clean = bleed.apply(bleed.Params(found), paper)
    behind = (full_page() > 250) & (np.roll(full_page()[:, ::-1], 55, axis=0) < 30)
    assert np.median(clean[behind]) > WHITE
    assert np.median(clean[full_page() < 30]) < BLACK


@pytest.mark.parametrize("lines_apart", [0, 30, 55])
def test_the_page_reads_as_if_nothing_shone_through(lines_apart: int) -> None:
    done = pipeline.run(Raster(shining(0.6, lines_apart), DPI), open_engine(), ("vie",), Recipe())
    words = done.text.text.split()
    for word in LINES[0].split():
        assert words.count(word) >= 4
    assert done.text.confidence is not None
    assert done.text.confidence > 0.9


@pytest.mark.parametrize("page", [full_page(), noisy(full_page()), shining(0.15)])
def test_clean_pages_and_faint_shadows_are_left_alone(page: NDArray[np.uint8]) -> None:
    assert level(page) == 0
    assert np.array_equal(bleed.apply(bleed.Params(), page), page)


def test_print_in_two_tones_is_no_other_side() -> None:
    page = full_page()
    page[len(page) // 2 :] = np.maximum(page[len(page) // 2 :], 130)
    page = noisy(page, 3)
    estimate = bleed.estimate(page, reduced(page, DPI))
    assert estimate.params.level == 0


def test_a_page_without_letters_tells_nothing() -> None:
    assert level(np.full((900, 700), 255, np.uint8)) == 0
