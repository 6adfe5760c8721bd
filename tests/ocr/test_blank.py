"""Blank sides, whatever the paper; and what must not be taken for one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ocr import pipeline
from ocr.engines import open_engine
from ocr.load import Raster
from ocr.recipe import Recipe
from ocr.stages import Estimate, blank
from ocr.stages.reduced import reduced
from tests.ocr.paper import DPI, blank_page, font, full_page, noisy


def estimated(page: NDArray[np.uint8]) -> Estimate[blank.Params]:
    grey = page if page.ndim == 2 else np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return blank.estimate(
        reduced(page, DPI), blank.Inputs(DPI), lambda: open_engine().read(grey, dpi=DPI, languages=("vie",))
    )


def written(text: str, points: float = 12) -> NDArray[np.uint8]:
    image = Image.fromarray(blank_page())
    ImageDraw.Draw(image).text((800, 2200), text, fill=0, font=font(points))
    return np.asarray(image, dtype=np.uint8)


def punched() -> NDArray[np.uint8]:
    page = blank_page()
    for y in (800, 1750):
        cv2.circle(page, (140, y), 35, 30, -1)
    return page


def edge_shadow() -> NDArray[np.uint8]:
    page = blank_page()
    page[:, :18] = 60
    page[-12:] = 40
    return page


def coloured() -> NDArray[np.uint8]:
    pink = np.empty((*blank_page().shape, 3), dtype=np.uint8)
    pink[:] = (240, 170, 180)
    return noisy(pink, 4)


def uneven() -> NDArray[np.uint8]:
    return np.tile(np.linspace(120, 255, 1749).astype(np.uint8), (2481, 1))


def shining_through(paper: int, ink: int) -> NDArray[np.uint8]:
    mirrored = cv2.GaussianBlur(np.ascontiguousarray(full_page()[:, ::-1]), (9, 9), 0).astype(np.float32)
    return (ink + mirrored / 255 * (paper - ink)).astype(np.uint8)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (blank_page(), blank.Reason.NO_INK),
        (noisy(blank_page(), 8), blank.Reason.NO_INK),
        (coloured(), blank.Reason.NO_INK),
        (uneven(), blank.Reason.NO_INK),
        (punched(), blank.Reason.EDGE_MARKS),
        (edge_shadow(), blank.Reason.EDGE_MARKS),
        (shining_through(250, 205), blank.Reason.SHOW_THROUGH),
    ],
    ids=["white", "noisy", "coloured", "uneven light", "punched", "edge shadow", "show-through"],
)
def test_blank(page: NDArray[np.uint8], reason: blank.Reason) -> None:
    estimate = estimated(page)
    assert blank.apply(estimate.params)
    assert estimate.params.reason is reason


@pytest.mark.parametrize(
    "page",
    [written("7"), written("- 12 -", 10), written("1", 9), noisy(written("Trang này để trống")), full_page()],
    ids=["page number", "dashes", "small one", "a sentence", "full page"],
)
def test_not_blank(page: NDArray[np.uint8]) -> None:
    assert estimated(page).params == blank.Params(False, blank.Reason.MARKS)


def test_pale_writing_is_not_blank() -> None:
    pale = (205 + full_page().astype(np.float32) / 255 * 45).astype(np.uint8)
    assert not blank.apply(estimated(pale).params)


def test_a_blank_page_is_kept_flagged_and_not_read() -> None:
    done = pipeline.run(Raster(punched(), DPI), open_engine("null"), ("vie",), Recipe(), alternatives=False)
    assert done.blank
    assert "blank" in done.flags
    assert not list(done.text.words)
    assert done.pixels.shape == punched().shape
