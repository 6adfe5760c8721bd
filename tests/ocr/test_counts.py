"""The counts of syllables: what follows what."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.language.counts import BOUNDARY, NUMBER, UNLISTED, counts

ONE_ERROR = 0.02
"""Of a sum of probabilities: counts are kept within 3 %, and most of them are not of one history."""


def place(syllable: str) -> int:
    return counts().place(syllable)


@pytest.mark.parametrize("history", [("ủy", "ban"), ("tê", "ban"), ("xyz", "y"), ("nông", "thôn")])
def test_all_that_may_follow_comes_to_one(history: tuple[str, str]) -> None:
    everything = np.arange(len(counts().syllables))
    first, second = (np.full_like(everything, place(syllable)) for syllable in history)
    likely = np.exp(-counts().costs(first, second, everything))
    assert likely.min() > 0
    assert likely.sum() == pytest.approx(1, abs=ONE_ERROR)


def test_a_boundary_hides_what_stands_before_it() -> None:
    third = np.array([place("căn")] * 2)
    one, other = counts().costs(np.array([place("ban"), place("tế")]), np.array([BOUNDARY] * 2), third)
    assert one == other


def test_formulas_of_offices_are_likely() -> None:
    run = [BOUNDARY, *map(place, ("nơi", "nhận")), BOUNDARY]
    costs = counts().costs(*(np.array(run[start : start + 2]) for start in range(3)))
    assert costs.max() < 1


def test_both_ways_of_placing_a_tone_are_one_syllable() -> None:
    assert place("hoà") == place("hòa") > UNLISTED


def test_what_is_not_listed_has_one_place() -> None:
    assert place("qwerty") == UNLISTED
    assert not any(map(counts().usual, (BOUNDARY, NUMBER, UNLISTED)))
