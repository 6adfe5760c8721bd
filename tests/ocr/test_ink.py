"""Seals, stamps and pens: found and reported, taken out for reading where they lie on print, kept in the page."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr import pipeline
from ocr.engines import open_engine
from ocr.geometry import Box
from ocr.load import Raster
from ocr.recipe import Recipe, Setting, from_json, to_json
from ocr.stages import ink, orient
from ocr.stages.ink import Removal
from ocr.stages.reduced import reduced
from ocr.text import AreaKind
from tests.ocr.paper import DPI, LINES, full_page, noisy

RED, BLUE = (200, 35, 50), (30, 50, 150)
SEAL_AT, SEAL_RADIUS = (850, 2000), 213
"""Pixels at 300 dpi; seals of public bodies are 36 mm across."""
PAPER, INK = 200, 110
"""Grey above which a place is paper, and below which it is print."""
FOUND = 0.7
"""Least overlap (intersection over union) of what was drawn and what was found."""

Rgb = NDArray[np.uint8]
Colour = tuple[int, int, int]


def coloured(page: NDArray[np.uint8]) -> Rgb:
    return np.ascontiguousarray(np.dstack([page] * 3))


def inked(page: Rgb, mask: NDArray[np.uint8], colour: Colour) -> Rgb:
    """Translucent ink of ``mask`` (0..255) on the page."""
    cover = mask[..., None] / 255 * 0.85
    return np.asarray(page * (1 - cover) + np.minimum(page, colour) * cover, np.uint8)


def seal(page: Rgb, at: tuple[int, int] = SEAL_AT, colour: Colour = RED) -> Rgb:
    mask = np.zeros(page.shape[:2], np.uint8)
    for radius, stroke in ((SEAL_RADIUS, 10), (SEAL_RADIUS - 16, 4), (SEAL_RADIUS - 75, 4)):
        cv2.circle(mask, at, radius, 255, stroke, cv2.LINE_AA)
    for place in range(24):
        angle = place / 24 * 2 * np.pi
        x, y = (round(at[axis] + 168 * (np.cos, np.sin)[axis](angle)) for axis in (0, 1))
        cv2.putText(mask, "S", (x - 14, y + 14), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 255, 4, cv2.LINE_AA)
    return inked(page, mask, colour)


def signed(page: Rgb, corner: tuple[int, int], colour: Colour) -> Rgb:
    """A pen's loops, 50 mm wide."""
    mask = np.zeros(page.shape[:2], np.uint8)
    along = np.linspace(0, 1, 400)
    x = corner[0] + 590 * along + 60 * np.sin(along * 40)
    y = corner[1] + 90 * np.cos(along * 33) * (1.2 - along)
    cv2.polylines(mask, [np.stack((x, y), axis=1).astype(np.int32)], False, 255, 5, cv2.LINE_AA)
    return inked(page, mask, colour)


def found(page: NDArray[np.uint8]) -> ink.Params:
    copy = reduced(page, DPI)
    return ink.estimate(copy, copy.grey.shape[0] / page.shape[0]).params


def overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    both = max(0, width) * max(0, height)
    return both / (one.width * one.height + other.width * other.height - both)


def box_of_seal(at: tuple[int, int] = SEAL_AT) -> Box:
    return Box(at[0] - SEAL_RADIUS, at[1] - SEAL_RADIUS, 2 * SEAL_RADIUS, 2 * SEAL_RADIUS)


def short_page() -> NDArray[np.uint8]:
    """Text that ends in the middle of the sheet."""
    page = full_page()
    page[1800:] = 255
    return page


def test_a_page_of_print_has_no_marks() -> None:
    for page in (full_page(), coloured(noisy(full_page()))):
        assert found(page) == ink.Params()
        assert np.array_equal(ink.apply(ink.Params(), full_page(), DPI), full_page())


@pytest.mark.parametrize("colour", [RED, BLUE])
def test_a_seal_over_print_is_found_and_the_print_below_kept(colour: Colour) -> None:
    page = coloured(full_page())
    sealed = seal(page, colour=colour)
    (mark,) = found(sealed).found
    assert (mark.kind, mark.removal) == (AreaKind.STAMP, Removal.BLEACH)
    assert overlap(Box.around(mark.outline), box_of_seal()) >= FOUND
    assert (mark.colour[0] > mark.colour[2]) == (colour is RED)
    clean = ink.apply(ink.Params((mark,)), sealed, DPI)
    only_seal = (full_page() > PAPER) & (cv2.cvtColor(sealed, cv2.COLOR_RGB2GRAY) < PAPER - 20)
    assert (clean[only_seal] > PAPER).mean() > 0.98
    assert (clean[full_page() < 40] < INK).mean() > 0.98


def test_the_words_under_a_seal_are_read_and_its_colour_is_delivered() -> None:
    sealed = seal(coloured(full_page()))
    done = pipeline.run(Raster(sealed, DPI), open_engine(), ("vie",), Recipe(orient=Setting(orient.Params(0))))
    words = done.text.text.split()
    assert all(words.count(word) >= 20 // len(LINES) for word in LINES[0].split())
    (area,) = done.text.areas
    assert (area.kind, area.colour[0] > 150 > area.colour[2]) == (AreaKind.STAMP, True)
    assert overlap(area.box, box_of_seal()) >= FOUND
    ring = done.pixels[SEAL_AT[1] - SEAL_RADIUS, SEAL_AT[0]].astype(int)
    assert ring[0] - ring[2] > 60, "the page keeps its seal"


def test_a_signature_in_blue_is_found() -> None:
    (mark,) = found(signed(coloured(short_page()), (1100, 2300), BLUE)).found
    assert mark.kind is AreaKind.SIGNATURE
    assert mark.colour[2] > mark.colour[0]


def test_a_black_seal_beside_print_is_taken_out_and_one_over_print_is_left() -> None:
    beside, over = short_page(), full_page()
    place = (1500, 2500)
    for page, at in ((beside, place), (over, SEAL_AT)):
        page[:] = cv2.cvtColor(seal(coloured(page), at, (20, 20, 20)), cv2.COLOR_RGB2GRAY)
    stamp, *_ = found(beside).found
    assert (stamp.kind, stamp.removal) == (AreaKind.STAMP, Removal.ERASE)
    assert overlap(Box.around(stamp.outline), box_of_seal(place)) >= FOUND
    clean = ink.apply(ink.Params((stamp,)), beside, DPI)
    assert clean[place[1] - 250 : place[1] + 250, place[0] - 250 : place[0] + 250].min() > PAPER
    assert all(mark.removal is Removal.NONE for mark in found(over).found)


def test_coloured_print_is_no_mark() -> None:
    page = full_page()
    red = np.dstack((np.maximum(page, 190), page, page))
    assert found(red).taken_out == ()


def test_coloured_pictures_are_left() -> None:
    page = coloured(short_page())
    page[1900:3200, 300:2200] = (180, 60, 40)
    assert found(page).taken_out == ()


def test_marks_survive_json() -> None:
    params = found(seal(coloured(full_page())))
    recipe = Recipe(ink=Setting(params))
    assert from_json(json.loads(json.dumps(to_json(recipe)))) == recipe
