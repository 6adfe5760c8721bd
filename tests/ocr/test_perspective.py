"""Photographs of paper: the sheet is found and made a rectangle; what only looks like a sheet is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ocr import pipeline
from ocr.engines import open_engine
from ocr.geometry import Size, Transform
from ocr.load import Raster
from ocr.recipe import Mode, Recipe, Setting
from ocr.resample import magnification
from ocr.stages import SURE, perspective
from ocr.stages.reduced import reduced
from tests.ocr.paper import DPI, LINES, blank_page, full_page, noisy, on_glass, photographed

CORNER_ERROR = 2.0
"""Pixels of a picture of 2000 by 2700 between a corner of the sheet and where it is found."""
ASPECT_ERROR = 0.03
SIZE = (2000, 2700)
UPRIGHT = np.array([(250, 300), (1750, 300), (1750, 2420), (250, 2420)], np.float64)
SHIFTS = np.array([(40, -30), (-120, 60), (90, 80), (-60, 20)], np.float64)


def page() -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(full_page(), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA), np.uint8)


def found(picture: NDArray[np.uint8], dpi: float = 231.0) -> perspective.Params:
    return perspective.estimate(reduced(picture, dpi), perspective.Inputs()).params


def corners_of(params: perspective.Params, size: tuple[int, int] = SIZE) -> NDArray[np.float64]:
    return np.reshape(params.corners, (4, 2)) * size


@pytest.mark.parametrize("table", [20, 60, 110, 150])
def test_corners_are_found_on_dark_and_lighter_tables(table: int) -> None:
    params = found(photographed(page(), UPRIGHT + SHIFTS, SIZE, table))
    assert np.abs(corners_of(params) - (UPRIGHT + SHIFTS)).max() <= CORNER_ERROR


@settings(deadline=None, max_examples=12)
@given(st.lists(st.floats(-100, 100), min_size=8, max_size=8))
def test_corners_are_found_wherever_the_camera_stood(shifts: list[float]) -> None:
    corners = UPRIGHT + np.reshape(shifts, (4, 2))
    params = found(photographed(page(), corners, SIZE))
    if params.corners:
        assert np.abs(corners_of(params) - corners).max() <= CORNER_ERROR
    else:  # nearly a rectangle, which levelling and cropping see to
        ahead, back = np.roll(corners, -1, axis=0) - corners, np.roll(corners, 1, axis=0) - corners
        cosines = (ahead * back).sum(axis=1) / np.hypot(*ahead.T) / np.hypot(*back.T)
        assert np.degrees(np.abs(np.arcsin(cosines))).max() < 2 * perspective.SQUARE


def test_the_sheet_becomes_a_rectangle_of_its_own_proportions_and_no_side_gets_shorter() -> None:
    tilted = seen_by_camera(tilt=25.0)
    params = found(photographed(page(), tilted, SIZE))
    step, size = perspective.apply(params, Size(*SIZE))
    assert size.height / size.width == pytest.approx(np.sqrt(2), abs=ASPECT_ERROR)
    for corner, onto in zip(tilted, ((0, 0), (1, 0), (1, 1), (0, 1)), strict=True):
        assert step.apply(tuple(corner)) == pytest.approx((onto[0] * size.width, onto[1] * size.height), abs=3)
    assert magnification(step, tuple(tilted.mean(axis=0))) >= 1


@pytest.mark.parametrize(("width", "height"), [(210, 297), (150, 297), (297, 210), (216, 279)])
def test_proportions_are_told_from_one_view(width: int, height: int) -> None:
    corners = seen_by_camera(20.0, width, height)
    aspect = perspective.estimate(reduced(photographed(blank(width, height), corners, SIZE), 231), perspective.Inputs())
    assert aspect.params.aspect == pytest.approx(height / width, abs=ASPECT_ERROR)


@pytest.mark.parametrize("skew", [0.0, 2.0, -6.0])
def test_a_sheet_on_a_scanner_is_left_to_levelling_and_cropping(skew: float) -> None:
    assert found(on_glass(page(), skew, (80, 120, 90, 60), 15)) == perspective.Params()


def test_pages_that_fill_the_picture_are_not_changed() -> None:
    for picture in (page(), noisy(page()), blank_page(), blank_page(90), np.ascontiguousarray(page()[:, :300])):
        estimate = perspective.estimate(reduced(picture, DPI), perspective.Inputs())
        assert estimate.params == perspective.Params()
        assert estimate.confidence >= SURE


def test_a_panel_printed_aslant_on_a_dark_page_is_no_sheet() -> None:
    poster = photographed(page(), UPRIGHT + SHIFTS, SIZE, 40)
    for row in range(4):
        cv2.putText(poster, "TRIEN LAM ANH NGHE THUAT", (150, 80 + 70 * row), cv2.FONT_HERSHEY_SIMPLEX, 2, 230, 6)
    assert found(poster) == perspective.Params()


def test_a_tilted_photograph_reads_and_has_the_size_of_the_sheet() -> None:
    picture = photographed(full_page(), seen_by_camera(25.0) * 1.2, (2400, 3240))
    done = pipeline.run(Raster(picture, None), open_engine(), ("vie",), Recipe())
    assert LINES[1] in done.text.text
    assert done.pixels.shape[0] / done.pixels.shape[1] == pytest.approx(np.sqrt(2), abs=ASPECT_ERROR)
    assert done.dpi == pytest.approx(done.pixels.shape[0] / 11.69, rel=0.02)


def test_a_persons_corners_are_kept_and_words_lead_back_to_the_picture() -> None:
    corners = UPRIGHT + SHIFTS
    picture = photographed(page(), corners, SIZE)
    chosen: Setting[perspective.Params, perspective.Inputs] = Setting(
        perspective.Params(tuple((corners / SIZE).ravel()), 1.3)
    )
    done = pipeline.run(Raster(picture, 231.0), open_engine("null"), ("vie",), Recipe(perspective=chosen))
    assert done.recipe.perspective == chosen
    assert chosen.mode is Mode.MANUAL
    assert done.pixels.shape[0] / done.pixels.shape[1] == pytest.approx(1.3, abs=ASPECT_ERROR)
    height, width = done.pixels.shape
    back = done.transform.inverse()
    assert back.apply((width / 2, height / 2)) == pytest.approx(middle(corners), abs=20)


def middle(corners: NDArray[np.float64]) -> tuple[float, float]:
    """Where the diagonals cross."""
    flat = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    a, b, c, d, e, f, g, h, i = (float(value) for value in matrix.ravel())
    return Transform((a, b, c, d, e, f, g, h, i)).apply((0.5, 0.5))


def blank(width: int, height: int) -> NDArray[np.uint8]:
    return np.full((height * 8, width * 8), 250, np.uint8)


def seen_by_camera(tilt: float, width: int = 210, height: int = 297) -> NDArray[np.float64]:
    """The corners of a sheet of so many millimetres, seen from 600 mm, its top leaning away, turned a little."""
    flat = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * (width / 2, height / 2, 0)
    turned = flat @ cv2.Rodrigues(np.array((0, 0, np.radians(4.0))))[0].T
    x, y, z = (turned @ cv2.Rodrigues(np.array((np.radians(tilt), 0, 0)))[0].T).T
    return np.asarray(np.column_stack((x, y)) / (600 - z)[:, None] * 3600 + np.array(SIZE) / 2)
