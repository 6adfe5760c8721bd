"""Vietnamese syllables: what they may be, and how a tone is written on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.counts import counts
from ocr.language.spelling import bare, is_syllable, normalised, ways
from ocr.text import nfc

LISTED = [
    counts().syllables[place]
    for letters in ("te", "hoa", "thuy", "khoe", "quy", "dinh", "nghieng")
    for place in counts().alike(letters)
]


@pytest.mark.parametrize("syllable", ["của", "nghiêng", "quyết", "giếng", "gì", "thuở", "uỷ", "hoà", "ĐƯỜNG", "yêu"])
def test_syllables(syllable: str) -> None:
    assert is_syllable(syllable)


@pytest.mark.parametrize("letters", ["pump", "đưòng", "quyêt", "ngờng", "ubnd", "tế́", "", "w"])
def test_no_syllables(letters: str) -> None:
    """Quyêt has no tone, which one that ends in t must have."""
    assert not is_syllable(letters)


@pytest.mark.parametrize(
    ("read", "normal"),
    [("hoà", "hòa"), ("khoẻ", "khỏe"), ("Thuỷ", "thủy"), ("quý", "quý"), ("hoàn", "hoàn"), ("mùa", "mùa")],
)
def test_the_tone_of_open_clusters_has_one_place(read: str, normal: str) -> None:
    assert normalised(read) == normal


@pytest.mark.parametrize(
    ("syllable", "written"),
    [("hóa", ("hóa", "hoá")), ("thủy", ("thủy", "thuỷ")), ("quý", ("quý",)), ("hoa", ("hoa",)), ("toán", ("toán",))],
)
def test_writers_place_the_tone_of_open_clusters_in_two_ways(syllable: str, written: tuple[str, ...]) -> None:
    assert ways(syllable) == written


@given(st.sampled_from(LISTED))
def test_all_ways_are_the_same_syllable(syllable: str) -> None:
    for written in ways(syllable):
        assert normalised(written) == syllable
        assert bare(written) == bare(syllable)
        assert len(written) == len(syllable)
        assert nfc(written) == written
