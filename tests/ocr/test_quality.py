"""What a page's flags say of its picture, and of its language."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr import pipeline
from ocr.engines import open_engine
from ocr.geometry import Box, Size, Transform
from ocr.load import Raster
from ocr.quality import is_cut_off, is_wrong_language
from ocr.recipe import Recipe, Setting
from ocr.stages import orient
from ocr.text import Block, Line, PageText, Word
from tests.ocr.paper import DPI, LINES, full_page, noisy, photographed

FLAGS = {"blurred", "dark", "cut-off", "wrong-language"}
SIZE = Size(1000, 1400)


def flags(pixels: NDArray[np.uint8], engine: str = "null") -> set[str]:
    recipe = Recipe(orient=Setting(orient.Params(0)))
    return FLAGS & set(pipeline.run(Raster(pixels, DPI), open_engine(engine), ("vie",), recipe).flags)


def blurred(page: NDArray[np.uint8], deviation: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), deviation), np.uint8)


def text(*words: Word, languages: tuple[str, ...] = ("vie",)) -> PageText:
    lines = tuple(Line((word,), word.box) for word in words)
    return PageText(SIZE, 300.0, languages, "test 1", (Block(lines, Box(0, 0, 1, 1)),))


def written(sentence: str, *languages: str, sure: float = 0.9) -> PageText:
    return text(*(Word(word, Box(100, 100, 50, 20), sure) for word in sentence.split()), languages=languages)


def test_a_good_scan_has_no_flags() -> None:
    assert flags(full_page(), "auto") == set()
    assert flags(noisy(full_page(), 12)) == set()


@pytest.mark.parametrize(("deviation", "is_blurred"), [(0.8, False), (1.2, False), (2.5, True), (4.0, True)])
def test_soft_letters_are_blurred(deviation: float, is_blurred: bool) -> None:
    assert flags(blurred(full_page(), deviation)) == ({"blurred"} if is_blurred else set())


def test_large_letters_of_a_fine_scan_may_have_wide_edges() -> None:
    fine = np.asarray(cv2.resize(full_page(), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert flags(blurred(fine, 1.8)) == set()


def test_a_picture_without_letters_is_not_called_blurred() -> None:
    assert "blurred" not in flags(blurred(np.random.default_rng(1).integers(0, 255, (900, 700), np.uint8), 9))


@pytest.mark.parametrize("share", [0.25, 0.4])
def test_a_page_in_the_dark_is_said_to_be_so(share: float) -> None:
    assert flags(np.asarray(full_page() * share, np.uint8)) == {"dark"}


def test_yellow_paper_is_not_dark() -> None:
    page = full_page()
    assert flags(np.dstack((page, page // 10 * 8, page // 10 * 5))) == set()


def test_text_that_runs_into_an_edge_is_cut_off() -> None:
    page = full_page()
    left = round(1.3 * DPI)
    assert flags(np.ascontiguousarray(page[:, left:]), "auto") == {"cut-off"}


def test_text_near_the_edge_of_a_sheet_on_a_larger_picture_is_whole() -> None:
    page = full_page()[:, round(1.05 * DPI) :]
    height, width = page.shape
    corners = np.array([(200, 200), (width + 200, 220), (width + 200, height + 180), (190, height + 200)], float)
    assert "cut-off" not in flags(photographed(page, corners, (width + 400, height + 400)), "auto")


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_every_edge_of_the_master_counts_wherever_it_lies_on_the_page(edge: str) -> None:
    place = {
        "left": Box(0, 200, 80, 20), "top": Box(200, 1, 80, 20), "right": Box(920, 200, 80, 20),
        "bottom": Box(200, 1381, 80, 20),
    }[edge]  # fmt: skip
    words = [Word("nước", place, 0.9)] * 3
    turned = Transform.quarter_turns(SIZE, 1)
    page = text(*words).mapped(turned, SIZE.turned(1), 300.0)
    assert is_cut_off(page, turned, SIZE, 300.0)
    assert not is_cut_off(text(*words[:2]), Transform.identity(), SIZE, 300.0)
    assert not is_cut_off(text(*[replace(words[0], text="|")] * 5), Transform.identity(), SIZE, 300.0)


VIETNAMESE = " ".join(LINES)
ENGLISH = (
    "Before starting the engine check that the oil level is between both marks of the dipstick, and that no tools "
    "were left beneath the cover. Running without lubrication destroys the bearings within seconds."
)


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        (written(VIETNAMESE, "vie"), False),
        (written(ENGLISH, "vie"), True),
        (written(ENGLISH, "vie", "eng"), False),
        (written(ENGLISH, "eng"), False),
        (written(VIETNAMESE, "eng"), True),
        (written(ENGLISH, "rus", sure=0.4), True),
        (written("Руководство по эксплуатации насоса " * 6, "rus"), False),
        (written("Before starting the engine", "vie"), False),
        (written("", "vie"), False),
    ],
)
def test_the_language_that_was_read_is_doubted_by_spelling(page: PageText, wrong: bool) -> None:
    assert is_wrong_language(page) == wrong


@pytest.mark.parametrize("grey", [7, 77, 201])
def test_a_tiny_page_of_one_tone_is_no_trouble(grey: int) -> None:
    assert flags(np.full((10, 10, 3), grey, np.uint8)) <= {"dark"}
