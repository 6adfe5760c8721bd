"""Two facing pages on one picture become two pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ocr.geometry import Size
from ocr.stages import SURE, Estimate, split
from ocr.stages.reduced import reduced
from ocr.stages.split import Part
from ocr.work import PageRequest, facing_page, process_page
from tests.ocr.paper import DPI, full_page, noisy, spread

PLACE = 0.02
"""How far from the spine the cut may be, in parts of the width."""
WHOLE = split.Params()


def estimated(page: NDArray[np.uint8], quarters: int = 0) -> Estimate[split.Params]:
    return split.estimate(reduced(page, DPI), split.Inputs(quarters))


@pytest.mark.parametrize("shade", [0.5, 0.12])
def test_facing_pages_are_parted_at_the_spine(shade: float) -> None:
    found = estimated(spread(full_page(), full_page(), shade))
    assert found.confidence >= SURE
    assert found.params.part is Part.LEFT
    assert found.params.right == pytest.approx(0.5, abs=PLACE)


def test_pages_in_the_dark_between_copies_are_parted() -> None:
    black = np.full((full_page().shape[0], 120), 10, np.uint8)
    found = estimated(noisy(np.hstack((full_page(), black, full_page())), 3))
    assert found.params.part is Part.LEFT


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_spread_is_parted_as_it_will_stand(quarters: int) -> None:
    lying = np.ascontiguousarray(np.rot90(spread(full_page(), full_page(), 0.4), quarters))
    params = estimated(lying, quarters).params
    size = Size(lying.shape[1], lying.shape[0])
    left, right = (split.apply(each, size)[1] for each in (params, split.facing(params)))
    assert left.turned(quarters).width + right.turned(quarters).width == size.turned(quarters).width
    upright = left.turned(quarters)
    assert upright.height > upright.width


def test_one_page_stays_whole() -> None:
    lying = np.ascontiguousarray(np.hstack((full_page()[:1700], np.full((1700, 400), 255, np.uint8))))
    for page in (full_page(), lying, np.full((1000, 1600), 255, np.uint8)):
        assert estimated(page).params == WHOLE


def test_a_rule_across_the_middle_holds_a_page_together() -> None:
    page = spread(full_page(), full_page(), 0.0)
    for y in range(500, 2800, 100):
        page[y : y + 4, 200:-200] = 20
    assert estimated(page).params == WHOLE


def test_both_pages_are_read_from_one_file(tmp_path: Path) -> None:
    path = tmp_path / "sách.png"
    Image.fromarray(spread(full_page(), full_page(), 0.5)).save(path, dpi=(300, 300))
    request = PageRequest(path, 0, ("vie",), engine="null")
    left = process_page(request)
    beside = facing_page(request, left)
    assert beside is not None
    right = process_page(beside)
    assert (left.part, right.part) == (Part.LEFT, Part.RIGHT)
    assert facing_page(beside, right) is None
    assert left.size.width + right.size.width == pytest.approx(2 * full_page().shape[1], rel=PLACE)
