"""The engine sees letters at the height that it reads best."""

from __future__ import annotations

import numpy as np
import pytest

from ocr import pipeline
from ocr.engines import open_engine
from ocr.load import Raster
from ocr.recipe import Recipe
from ocr.stages import height
from ocr.stages.reduced import reduced
from tests.ocr.paper import DPI, LINES, text_page

NEAR = 0.15
"""How far from the best height the letters may end, as a part of it."""


def factor(scale: float) -> float:
    dpi = DPI * scale
    copy = reduced(text_page(scale), dpi)
    found = height.estimate(copy, copy.grey.shape[0] / text_page(scale).shape[0], height.Inputs(0))
    assert found.confidence == 1.0
    return height.apply(found.params, dpi)


def test_the_same_print_gets_one_height_whatever_the_dpi() -> None:
    heights = [factor(scale) * scale for scale in (0.4, 0.67, 1.0, 2.0)]
    assert max(heights) <= min(heights) * (1 + NEAR) / (1 - NEAR)


def test_a_page_that_is_near_is_not_resampled() -> None:
    assert factor(factor(1.0)) == 1.0


def test_too_few_letters_tell_nothing_and_the_dpi_decides() -> None:
    copy = reduced(np.full((1200, 900), 255, np.uint8), DPI)
    found = height.estimate(copy, 1.0, height.Inputs(0))
    assert (found.params, found.confidence) == (height.Params(), 0.0)
    assert height.apply(found.params, 600.0) == pytest.approx(height.apply(found.params, 300.0) / 2)


def test_a_page_lying_on_its_side_has_the_same_letters() -> None:
    upright, lying = text_page(), np.ascontiguousarray(np.rot90(text_page()))
    sizes = [
        height.estimate(reduced(page, DPI), reduced(page, DPI).grey.shape[0] / page.shape[0], height.Inputs(quarters))
        for page, quarters in ((upright, 0), (lying, 1))
    ]
    assert sizes[0].params.letter == pytest.approx(sizes[1].params.letter, rel=NEAR)


@pytest.mark.parametrize("scale", [0.33, 0.5, 2.0, 4.0])
@pytest.mark.parametrize("told", [True, False])
def test_pages_of_every_dpi_are_read_alike(scale: float, told: bool) -> None:
    raster = Raster(text_page(scale), DPI * scale if told else None)
    assert pipeline.run(raster, open_engine(), ("vie",), Recipe()).text.text.split() == " ".join(LINES).split()
