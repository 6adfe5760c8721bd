"""Specks are taken out of dusty pages only; full stops and Vietnamese marks stay."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.stages import despeckle
from tests.ocr.paper import DPI, full_page, noisy

INPUTS = despeckle.Inputs(DPI)
KEPT = 0.999
"""Share of the ink of letters that must stay: a full stop of one page of text is less than the rest."""


def dusty(page: NDArray[np.uint8], per_inch: float, side: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """``page`` with specks of ``side`` pixels, and where they are away from its ink."""
    rng = np.random.default_rng(5)
    count = round(per_inch * page.size / DPI**2)
    made, specks = page.copy(), np.zeros(page.shape, np.bool_)
    for y, x in zip(rng.integers(0, page.shape[0] - 9, count), rng.integers(0, page.shape[1] - 9, count), strict=True):
        if (made[max(0, y - 12) : y + 15, max(0, x - 12) : x + 15] > 200).all():
            made[y : y + side, x : x + side] = 30
            specks[y : y + side, x : x + side] = True
    return made, specks


@pytest.mark.parametrize("page", [full_page(), noisy(full_page()), np.full((200, 50), 255, np.uint8)])
def test_clean_pages_are_left_alone(page: NDArray[np.uint8]) -> None:
    params = despeckle.estimate(page, INPUTS).params
    assert params == despeckle.Params()
    assert np.array_equal(despeckle.apply(params, page), page)


@pytest.mark.parametrize("side", [2, 3])
def test_dust_is_taken_out_and_letters_with_their_marks_and_stops_stay(side: int) -> None:
    page, specks = dusty(full_page(), 40, side)
    params = despeckle.estimate(page, INPUTS).params
    assert params.side >= side
    clean = despeckle.apply(params, page)
    assert (clean[specks] > 200).all()
    ink = full_page() < 128
    assert (clean[ink] < 128).mean() > KEPT


def test_salt_and_pepper_go() -> None:
    rng = np.random.default_rng(6)
    page = full_page()
    pepper = (rng.random(page.shape) < 0.004) & (page > 200)
    page[pepper] = 0
    params = despeckle.estimate(page, INPUTS).params
    assert params.pixels
    assert (despeckle.apply(params, page)[pepper] > 200).mean() > 0.98


def test_a_few_specks_are_no_dust() -> None:
    page, _ = dusty(full_page(), 0.5, 3)
    assert despeckle.estimate(page, INPUTS).params == despeckle.Params()
