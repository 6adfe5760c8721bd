"""Which way is up: every page turned all four ways."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr import pipeline
from ocr.engines import open_engine
from ocr.load import Raster, load
from ocr.recipe import Recipe
from ocr.stages import orient
from ocr.stages.reduced import reduced
from ocr.text import PageText
from tests.ocr.paper import DPI, blank_page, full_page, noisy, skewed, text_page


def processed(page: NDArray[np.uint8], dpi: float | None = DPI) -> pipeline.Processed:
    raster = Raster(np.ascontiguousarray(page), dpi)
    return pipeline.run(raster, open_engine(), ("vie",), Recipe(), alternatives=False)


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("skew", [0.0, 3.0, -8.0])
def test_page_is_brought_upright(quarters: int, skew: float) -> None:
    done = processed(np.rot90(noisy(skewed(full_page(), skew)), quarters))
    assert done.quarters == quarters
    assert done.skew == pytest.approx(skew, abs=0.1)
    assert "Phòng Lưu trữ nhận hồ sơ" in done.text.text
    assert ("turned" in done.flags) == (quarters != 0)


@pytest.mark.parametrize("quarters", range(4))
def test_a_few_lines_are_enough(quarters: int) -> None:
    assert processed(np.rot90(text_page(), quarters)).quarters == quarters


@pytest.mark.parametrize("quarters", range(4))
def test_broken_rules_along_an_edge_are_no_lines_of_text(quarters: int) -> None:
    """As copiers leave them: they lie across the lines of text, and are sharper."""
    page = full_page()
    page[: round(0.9 * DPI)] = page[round(3.7 * DPI) :] = 255
    rng = np.random.default_rng(4)
    for x in (2290, 2330, 2350, 2380):
        y = 60
        while y < 3400:
            length = int(rng.integers(10, 90))
            page[y : y + length, x : x + 4] = 0
            y += length + int(rng.integers(3, 20))
    assert processed(np.rot90(page, quarters)).quarters == quarters


@pytest.mark.parametrize("turned", range(4))
@pytest.mark.parametrize("skew", [0.0, 2.0])
def test_one_reading_is_enough_however_the_page_lies(turned: int, skew: float) -> None:
    """Ascenders tell which way is up before anything is read."""
    asked: list[int] = []

    def read(quarters: int, *, part: bool) -> PageText:
        asked.append(quarters)
        return open_engine().read(full_page(), dpi=DPI, languages=("vie",))

    lying = np.ascontiguousarray(np.rot90(skewed(full_page(), skew), turned))
    orient.estimate(reduced(lying, DPI), orient.Inputs(("vie",)), read)
    assert asked == [turned]


def test_a_page_that_cannot_be_read_is_not_turned() -> None:
    drawing = blank_page()
    rng = np.random.default_rng(5)
    for _ in range(40):
        x, y = rng.integers(100, 1500, 2)
        drawing[y : y + 4, x : x + 180] = 0
        drawing[y : y + 180, x : x + 4] = 0
    done = processed(drawing)
    assert done.quarters == 0
    assert "turn-unsure" in done.flags


def test_blank_page_is_not_turned_and_not_flagged_for_it() -> None:
    done = processed(blank_page())
    assert done.quarters == 0
    assert done.flags == ("blank",)


@pytest.mark.samples
def test_real_scans_each_turned_one_way(samples: Path) -> None:
    """The page after the first is turned once more than it, and so on; ``make quality`` turns each every way."""
    assert not _wrongly_turned((path, place % 4) for place, path in enumerate(_scans(samples)))


@pytest.mark.quality
@pytest.mark.samples
@pytest.mark.parametrize("quarters", range(4))
def test_real_scans_turned(samples: Path, quarters: int) -> None:
    assert not _wrongly_turned((path, quarters) for path in _scans(samples))


def _scans(samples: Path) -> list[Path]:
    return sorted(path for path in (samples / "vi-scans").iterdir() if path.suffix in (".png", ".jpg"))


def _wrongly_turned(cases: Iterable[tuple[Path, int]]) -> list[tuple[str, int]]:
    wrong = []
    for path, quarters in cases:
        raster = load(path, 0)
        if processed(np.rot90(raster.pixels, quarters), raster.dpi).quarters != quarters:
            wrong.append((path.name, quarters))
    return wrong


@pytest.mark.samples
def test_photographs_turned_by_exif_stay_so(samples: Path) -> None:
    for path in sorted((samples / "scans/exif-orientation").iterdir()):
        raster = load(path, 0)
        assert raster.pixels.shape[0] > raster.pixels.shape[1]
        assert processed(raster.pixels, raster.dpi).quarters == 0
