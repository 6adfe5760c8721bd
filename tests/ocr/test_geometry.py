"""Places carried through plain, projective and bent maps, and back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.bend import Bend
from ocr.geometry import Box, Size, Transform
from ocr.resample import resampled

PAGE = Size(2000, 3000)
THERE_AND_BACK = 1e-6
"""Pixels that a place may be off after a map and its inverse."""
STEEPEST = 0.4
BENT_OUTLINE = 2
"""Pixels by which a place may lie outside the box around a bent box: its outline is looked at every other pixel."""
PLACE_ERROR = 0.75
"""Pixels between where a mark is and where the map says."""
WHITE, DARK = (255.0,), 128

points = st.tuples(st.floats(0, PAGE.width), st.floats(0, PAGE.height))


@st.composite
def bends(draw: st.DrawFn) -> Bend:
    """Slopes of up to STEEPEST, and no nodes that pass each other."""
    columns, rows = draw(st.integers(2, 9)), draw(st.integers(2, 4))
    most = min(STEEPEST / 2 * PAGE.width / (columns - 1), 0.4 * PAGE.height / (rows - 1))
    shifts = draw(st.lists(st.floats(-most, most), min_size=rows * columns, max_size=rows * columns))
    return Bend(PAGE.width, PAGE.height, columns, tuple(shifts), draw(st.booleans()))


@st.composite
def transforms(draw: st.DrawFn) -> Transform:
    """What the stages make of a page: turned, in perspective, bent, levelled, cut out, and bent again."""
    near_one, near_zero = st.floats(0.8, 1.2), st.floats(-0.1, 0.1)
    slope = st.floats(-5e-5, 5e-5)
    whole = Transform.quarter_turns(PAGE, draw(st.integers(0, 3)))
    whole = whole.then(
        Transform(
            (draw(near_one), draw(near_zero), 30, draw(near_zero), draw(near_one), -7, draw(slope), draw(slope), 1)
        )
    )
    for bend in draw(st.lists(bends(), max_size=2)):
        whole = whole.then(Transform.bend(bend)).then(Transform.rotation(draw(st.floats(-15, 15)), (1000, 1500)))
    return whole.then(Transform.shift(-20, 11)).then(Transform.scale(draw(st.floats(0.3, 3))))


@given(transforms(), points)
def test_there_and_back(transform: Transform, point: tuple[float, float]) -> None:
    assert transform.inverse().apply(transform.apply(point)) == pytest.approx(point, abs=THERE_AND_BACK)


@given(transforms(), transforms(), points)
def test_one_after_the_other(first: Transform, second: Transform, point: tuple[float, float]) -> None:
    one_by_one = second.apply(first.apply(point))
    assert first.then(second).apply(point) == pytest.approx(one_by_one, abs=THERE_AND_BACK, rel=1e-9)


@given(transforms(), points, points, st.floats(0, 1), st.floats(0, 1))
def test_boxes_hold_their_points(
    transform: Transform, one: tuple[float, float], other: tuple[float, float], across: float, down: float
) -> None:
    box = Box.around((one, other))
    x, y = transform.apply((box.x + across * box.width, box.y + down * box.height))
    carried = transform.apply_box(box)
    assert carried.x - BENT_OUTLINE <= x <= carried.right + BENT_OUTLINE
    assert carried.y - BENT_OUTLINE <= y <= carried.bottom + BENT_OUTLINE


@given(transforms())
def test_json_keeps_all(transform: Transform) -> None:
    assert Transform.from_json(json.loads(json.dumps(transform.to_json()))) == transform


def test_a_bend_that_would_fold_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="pass each other"):
        Bend(100, 100, 2, (0, 80, 0, -30))


@pytest.mark.parametrize(
    "transform",
    [
        Transform((1, 0.02, 5, 0.01, 1.1, 3, 1e-4, 2e-4, 1)),
        Transform.bend(Bend(600, 900, 5, (0, 40, 0, 10, 80, 20, -40, 0, 5, 30))),
        Transform.bend(Bend(600, 900, 3, (0, 40, 0, 80, 20, -40))).then(Transform.rotation(4, (300, 450))),
        Transform.bend(Bend(600, 900, 3, (0, 40, 0, 80, 20, -40))).then(Transform.scale(0.4)),
    ],
)
def test_a_mark_is_where_the_map_says(transform: Transform) -> None:
    page = np.full((900, 600), 255, dtype=np.uint8)
    page[500:520, 400:420] = 0
    ys, xs = np.nonzero(resampled(page, transform, Size(600, 900), WHITE) < DARK)
    assert (xs.mean() + 0.5, ys.mean() + 0.5) == pytest.approx(transform.apply((410, 510)), abs=PLACE_ERROR)
