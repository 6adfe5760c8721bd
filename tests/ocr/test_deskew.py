"""Skew: measured on pages skewed by a known angle, and on real ones."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.geometry import Box, Size
from ocr.load import load
from ocr.stages import SURE, deskew
from ocr.stages.reduced import reduced
from tests.ocr.paper import DPI, blank_page, full_page, noisy, skewed

MEDIAN_ERROR, WORST_ERROR = 0.05, 0.1
"""Degrees, on rendered pages."""
REAL_MEDIAN_ERROR = 0.2
"""Degrees; the truth itself was measured by hand to within 0.2."""

ANGLES = (-14.6, -7.35, -3.1, -1.27, -0.52, -0.23, 0.0, 0.31, 0.77, 1.5, 2.18, 4.9, 9.03, 14.7)


def estimated(page: NDArray[np.uint8], quarters: int = 0, dpi: float = DPI) -> tuple[float, float]:
    estimate = deskew.estimate(reduced(page, dpi), deskew.Inputs(quarters))
    return estimate.params.degrees, estimate.confidence


def test_known_angles_are_found() -> None:
    errors = []
    for angle in ANGLES:
        degrees, confidence = estimated(noisy(skewed(full_page(), angle)))
        assert confidence >= SURE
        errors.append(abs(degrees - angle))
    assert statistics.median(errors) <= MEDIAN_ERROR
    assert max(errors) <= WORST_ERROR


def test_nearly_level_pages_are_left_alone() -> None:
    assert estimated(skewed(full_page(), 0.06))[0] == 0


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_angle_is_that_after_the_turn(quarters: int) -> None:
    lying = np.ascontiguousarray(np.rot90(skewed(full_page(), 3.0), quarters))
    assert estimated(lying, quarters)[0] == pytest.approx(3.0, abs=WORST_ERROR)


@pytest.mark.parametrize("angle", [-1.3, 0.8])
def test_columns_whose_lines_do_not_meet_are_levelled(angle: float) -> None:
    column = full_page()[:, round(1.1 * DPI) : round(3.3 * DPI)]
    column[:, -round(0.3 * DPI) :] = 255
    page = np.hstack([np.roll(column, round(shift * DPI), axis=0) for shift in (0, 0.13, 0.22)])
    degrees, confidence = estimated(noisy(skewed(page, angle)))
    assert confidence >= SURE
    assert degrees == pytest.approx(angle, abs=WORST_ERROR)


def test_a_dark_scanner_border_does_not_count() -> None:
    page = skewed(full_page(), 2.0)
    page[:, -200:] = 15
    page[:150] = 15
    assert estimated(noisy(page))[0] == pytest.approx(2.0, abs=WORST_ERROR)


def test_pages_without_lines_are_not_changed() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (900, 700), dtype=np.uint8)
    for page in (blank_page(), noise, noisy(blank_page(200), 12)):
        degrees, confidence = estimated(page)
        assert degrees == 0
        assert confidence < SURE


def test_levelling_grows_the_page_so_that_nothing_is_cut() -> None:
    size = Size(2000, 3000)
    transform, grown = deskew.apply(deskew.Params(5.0), size)
    corners = transform.apply_box(Box(0, 0, size.width, size.height))
    assert corners.x >= -1
    assert corners.y >= -1
    assert corners.right <= grown.width + 1
    assert corners.bottom <= grown.height + 1


def test_levelling_takes_the_skew_out() -> None:
    transform, _ = deskew.apply(deskew.Params(5.0), Size(2000, 3000))
    left, right = (100.0, 100.0), (1100.0, 100.0 + 1000 * np.tan(np.radians(5.0)))
    assert transform.apply(left)[1] == pytest.approx(transform.apply(right)[1])


@pytest.mark.samples
def test_real_skewed_pages(samples: Path) -> None:
    errors = []
    for row in map(json.loads, (samples / "deskew.jsonl").read_text().splitlines()):
        path = samples / row["file"].replace("ocr-gt/vi-scans", "vi-scans")
        if row["angle_measured"] is not None:
            raster = load(path, 0)
            dpi = raster.dpi or max(raster.pixels.shape) / 11.69
            errors.append(abs(estimated(raster.pixels, dpi=dpi)[0] - row["angle_measured"]))
    assert statistics.median(errors) <= REAL_MEDIAN_ERROR
