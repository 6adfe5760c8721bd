"""Lines that bend towards a spine, made straight."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.geometry import Size
from ocr.resample import resampled
from ocr.stages import dewarp
from ocr.stages.reduced import reduced
from tests.ocr.paper import DPI, blank_page, bound, full_page, noisy, skewed

BENT_LEFT = 0.25
"""Share of the bend that may be left."""


def estimated(page: NDArray[np.uint8]) -> dewarp.Params:
    return dewarp.estimate(reduced(page, DPI), dewarp.Inputs()).params


def straightened(page: NDArray[np.uint8], params: dewarp.Params) -> NDArray[np.uint8]:
    size = Size(page.shape[1], page.shape[0])
    transform, after = dewarp.apply(params, size)
    return resampled(page, transform, after, (255.0,))


def bend(page: NDArray[np.uint8]) -> float:
    """Pixels by which the first and the last lines run up or down from the margin to the middle."""
    margin, middle = (
        (page[:, round(left * DPI) : round((left + 0.4) * DPI)] < 128).sum(axis=1).astype(float) for left in (1.1, 2.0)
    )
    ends = (slice(round(1.2 * DPI), round(2.6 * DPI)), slice(-round(3.6 * DPI), -round(1.6 * DPI)))
    lags = range(-45, 46)
    found = [max(lags, key=lambda lag: float((np.roll(middle, lag)[end] * margin[end]).sum())) for end in ends]
    return sum(map(abs, found)) / 2


def test_lines_that_bend_are_straightened() -> None:
    page = noisy(bound(full_page(), 0.08), 3)
    params = estimated(page)
    assert params.shifts
    assert bend(straightened(page, params)) <= BENT_LEFT * bend(page)


@pytest.mark.parametrize(
    "page",
    [
        full_page(),
        skewed(full_page(), 2.0),
        blank_page(),
        np.random.default_rng(2).integers(0, 255, (900, 700), np.uint8),
    ],
)
def test_straight_pages_and_pages_without_lines_are_left_alone(page: NDArray[np.uint8]) -> None:
    assert estimated(page) == dewarp.Params()


def test_no_shift_is_no_change_and_a_fold_is_refused() -> None:
    size = Size(100, 200)
    assert dewarp.apply(dewarp.Params(), size)[1] == size
    nodes = len(estimated(noisy(bound(full_page(), 0.08), 3)).shifts)
    folding = tuple(0.9 - place % 2 * 1.8 + place / -9 for place in range(nodes))
    with pytest.raises(ValueError, match=r"."):
        dewarp.apply(dewarp.Params(shifts=folding), size)
