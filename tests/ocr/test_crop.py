"""The page ends where the sheet ends, and no ink is ever cut off."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ocr import pipeline
from ocr.engines import open_engine
from ocr.errors import PageError
from ocr.geometry import Size
from ocr.load import Raster, inspect, load
from ocr.recipe import Recipe, Setting
from ocr.stages import crop, deskew
from ocr.stages.reduced import Reduced, reduced
from tests.ocr.paper import DPI, LINES, blank_page, full_page, noisy, on_glass, skewed

EDGE_ERROR = 2.0
"""Pixels of the reduced copy between an edge of the sheet and that of the page."""
SAME_SIZE = 0.004
"""Part by which a levelled page may be larger or smaller than what was scanned."""
ROUND = 1.0
"""Pixels that are lost where a page's size is made whole."""


def kept(page: NDArray[np.uint8], skew: float = 0.0) -> tuple[NDArray[np.float64], Size]:
    """Left, top, right, bottom of what is kept of the levelled copy, in its pixels, and its size before."""
    copy = reduced(page, DPI)
    params = crop.estimate(copy, crop.Inputs(skew)).params
    _, grown = deskew.apply(deskew.Params(skew), Size(copy.grey.shape[1], copy.grey.shape[0]))
    parts = np.array((params.left, params.top, params.right, params.bottom))
    return parts * (grown.width, grown.height, grown.width, grown.height), grown


@pytest.mark.parametrize("grey", [10, 40, 200, 215])
@pytest.mark.parametrize("skew", [0.4, -1.0, 2.5])
def test_what_lies_around_the_sheet_is_cut_off(grey: int, skew: float) -> None:
    (left, top, right, bottom), _ = kept(on_glass(full_page(), skew, (90, 60, 240, 320), grey), skew)
    height, width = reduced(full_page(), DPI).grey.shape
    assert (right - left, bottom - top) == pytest.approx((width, height), abs=EDGE_ERROR)


def test_black_at_one_side_is_cut_off() -> None:
    page = full_page()
    page[:, -150:] = 10
    (left, top, right, bottom), size = kept(noisy(page))
    assert (left, top, bottom) == (0, 0, size.height)
    assert right == pytest.approx(size.width - 50, abs=EDGE_ERROR)


def test_a_torn_sheet_on_black_is_kept_whole() -> None:
    page = full_page()
    cv2.fillPoly(page, [np.array([(0, 0), (700, 0), (420, 260), (300, 200), (160, 420), (0, 500)], np.int32)], 8)
    (left, top, right, bottom), size = kept(on_glass(page, 5.0, (300, 200, 250, 300), 8), 5.0)
    assert right - left < 0.9 * size.width
    height, width = reduced(page, DPI).grey.shape
    assert right - left >= width - EDGE_ERROR
    assert bottom - top >= height - EDGE_ERROR


@pytest.mark.parametrize("skew", [0.3, -1.5, 4.0])
def test_a_levelled_page_has_the_size_that_was_scanned(skew: float) -> None:
    page = skewed(full_page(), skew)
    done = pipeline.run(Raster(page, DPI), open_engine("null"), ("vie",), Recipe(deskew=Setting(deskew.Params(skew))))
    assert done.pixels.shape == pytest.approx(page.shape, rel=SAME_SIZE)
    assert done.recipe.crop is not None
    assert done.recipe.crop.params.bare


@settings(deadline=None, max_examples=40)
@given(
    st.floats(-4, 4),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5),
    st.sampled_from([None, 12, 205]),
)
def test_no_mark_is_ever_cut_off(skew: float, marks: list[tuple[float, float]], around: int | None) -> None:
    sheet = blank_page()
    height, width = sheet.shape
    for across, down in marks:
        x, y = round(24 + across * (width - 80)), round(24 + down * (height - 80))
        sheet[y : y + 30, x : x + 24] = 30
    picture = noisy(sheet) if around is None else on_glass(sheet, -skew, (60, 60, 150, 150), around)
    copy = reduced(picture, DPI)
    params = crop.estimate(copy, crop.Inputs(skew)).params
    assert ink_lost(copy, skew, params) == 0


@pytest.mark.parametrize("ground", [40, 120, 205])
def test_a_panel_on_a_printed_ground_is_no_sheet(ground: int) -> None:
    cover = np.full((3508, 2480), ground, np.uint8)
    cover[900:3300, 200:2300] = 245
    for row in range(3):
        cv2.putText(cover, "TAP SAN KHOA HOC KY THUAT", (200, 250 + 200 * row), cv2.FONT_HERSHEY_SIMPLEX, 4, 240, 12)
    for row in range(20):
        cv2.putText(cover, "muc luc cac bai viet trong so nay", (300, 1050 + 110 * row), 0, 2.6, 30, 6)
    _, size = kept(cover)
    assert kept(cover)[0].tolist() == [0, 0, size.width, size.height]


@pytest.mark.parametrize("grey", [150, 210, 235])
def test_one_light_band_may_be_printed_and_stays(grey: int) -> None:
    page = full_page()
    page[:, -200:] = grey
    box, size = kept(noisy(page))
    assert box.tolist() == [0, 0, size.width, size.height]


def test_a_drawn_frame_of_one_tone_stays() -> None:
    page = full_page()
    page[:150], page[-150:], page[:, :150], page[:, -150:] = 170, 170, 170, 170
    box, size = kept(page)
    assert box.tolist() == [0, 0, size.width, size.height]


@pytest.mark.parametrize("page", [full_page(), blank_page(), blank_page(40), noisy(blank_page(120))], ids=range(4))
def test_level_pages_without_surroundings_are_not_changed(page: NDArray[np.uint8]) -> None:
    assert crop.estimate(reduced(page, DPI), crop.Inputs(0.0)).params == crop.Params()


def test_bars_at_the_edge_are_print() -> None:
    bars = np.full((900, 2400), 255, np.uint8)
    for x in range(0, 2400, 60):
        bars[:, x : x + (20 if x % 180 else 40)] = 0
    assert crop.estimate(reduced(bars, DPI), crop.Inputs(0.0)).params == crop.Params()


def test_text_reads_beside_black_and_its_boxes_are_on_the_page() -> None:
    done = pipeline.run(
        Raster(on_glass(full_page(), 1.8, (150, 200, 120, 90), 15), DPI), open_engine(), ("vie",), Recipe()
    )
    assert LINES[1] in done.text.text
    height, width = done.pixels.shape
    assert all(0 <= word.box.x < word.box.right <= width for word in done.text.words)
    assert all(0 <= word.box.y < word.box.bottom <= height for word in done.text.words)


def test_a_persons_crop_is_kept() -> None:
    chosen: Setting[crop.Params, crop.Inputs] = Setting(crop.Params(0.1, 0.2, 0.9, 0.75, bare=False))
    done = pipeline.run(Raster(full_page(), DPI), open_engine("null"), ("vie",), Recipe(crop=chosen))
    assert done.recipe.crop == chosen
    height, width = full_page().shape
    assert done.pixels.shape == pytest.approx((0.55 * height, 0.8 * width), abs=ROUND)
    assert done.transform.apply((0.1 * width, 0.2 * height)) == pytest.approx((0, 0), abs=ROUND)


@pytest.mark.samples
def test_no_ink_is_cut_off_real_scans(samples: Path) -> None:
    harmed = []
    for path in sorted((samples / "vi-scans").glob("*.*g")) + sorted((samples / "records" / "scans").glob("*.pdf")):
        for index in range(min(len(inspect(path).pages), 2)):
            try:
                raster = load(path, index)
            except PageError:
                continue
            copy = reduced(raster.pixels, raster.dpi or max(raster.pixels.shape) / 11.69)
            skew = deskew.estimate(copy, deskew.Inputs(0)).params.degrees
            params = crop.estimate(copy, crop.Inputs(skew)).params
            if ink_lost(copy, skew, params):
                harmed.append((path.name, index))
    assert harmed == []


def ink_lost(copy: Reduced, skew: float, params: crop.Params) -> int:
    """Pixels of marks of ink that come to lie outside what is kept; the black around a sheet, which
    reaches the edge of the picture, is none.
    """
    level, grown = deskew.apply(deskew.Params(skew), Size(copy.grey.shape[1], copy.grey.shape[0]))
    inside, size = crop.apply(params, grown)
    boxes = copy.dark.boxes
    large = boxes[:, 2:].max(axis=1) >= copy.pixels(crop.MARK_MM)
    small = boxes[:, 2:].max(axis=1) <= copy.pixels(20)
    beyond = (boxes[:, :2] == 0).any(axis=1) | (boxes[:, :2] + boxes[:, 2:] == copy.grey.shape[::-1]).any(axis=1)
    ys, xs = np.nonzero(copy.dark.where(large & small & ~beyond))
    there = level.then(inside).apply_all(np.column_stack((xs, ys)).astype(np.float64) + 0.5)
    outside = ((there < 0) | (there > (size.width, size.height))).any(axis=1)
    return int(outside.sum())
