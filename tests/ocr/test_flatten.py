"""Uneven light and coloured paper are made white for reading."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.stages import flatten
from ocr.stages.reduced import reduced
from tests.ocr.paper import DPI, full_page, noisy

WHITE = 235
"""Least grey level of paper that has been made white."""
INK = 110
"""Highest grey level that ink may get by it."""


def shaded(page: NDArray[np.uint8], least: float) -> NDArray[np.uint8]:
    """``page`` in light that falls from full at the left to ``least`` at the right."""
    return np.asarray(page * np.linspace(1, least, page.shape[1]), np.uint8)


def estimated(page: NDArray[np.uint8]) -> flatten.Params:
    return flatten.estimate(reduced(page, DPI)).params


@pytest.mark.parametrize("page", [full_page(), noisy(full_page()), np.full((2400, 1700), 250, np.uint8)])
def test_even_white_paper_is_left_alone(page: NDArray[np.uint8]) -> None:
    assert estimated(page) == flatten.Params(on=False)


@pytest.mark.parametrize("least", [0.3, 0.5, 0.8])
def test_uneven_light_is_evened_out_and_ink_stays(least: float) -> None:
    page = full_page()
    dim = shaded(page, least)
    assert estimated(dim).on
    flat = flatten.apply(estimated(dim), dim, DPI)
    assert np.percentile(flat[page > 250], 2) >= WHITE
    assert np.percentile(flat[page < 40], 98) <= INK


def test_yellowed_paper_becomes_white() -> None:
    page = cv2.cvtColor(full_page(), cv2.COLOR_GRAY2RGB)
    yellow = np.asarray(page * np.array([0.86, 0.76, 0.55]), np.uint8)
    assert estimated(yellow).on
    grey = np.asarray(cv2.cvtColor(yellow, cv2.COLOR_RGB2GRAY), np.uint8)
    assert np.median(flatten.apply(flatten.Params(on=True), grey, DPI)) >= WHITE


def test_off_changes_nothing() -> None:
    dim = shaded(full_page(), 0.5)
    assert flatten.apply(flatten.Params(on=False), dim, DPI) is dim


def test_a_black_page_is_no_light() -> None:
    assert not estimated(np.zeros((1200, 900), np.uint8)).on
