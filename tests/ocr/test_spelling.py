"""Vietnamese syllables: what they may be, and how a tone is written on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.counts import counts
from ocr.language.spelling import bare, in_manner_of, is_syllable, normalised
from ocr.text import nfc

LISTED = [
    word for letters in ("te", "hoa", "thuy", "khoe", "quy", "dinh", "nghieng") for word in counts().variants(letters)
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
    ("syllable", "model", "written"),
    [("hóa", "hoà", "hoá"), ("hóa", "hòa", "hóa"), ("tế", "TÊ", "TẾ"), ("tế", "Tê", "Tế"), ("thủy", "THUỶ", "THUỶ")],
)
def test_a_choice_is_written_as_the_writer_writes(syllable: str, model: str, written: str) -> None:
    assert in_manner_of(syllable, model) == written


@given(st.sampled_from(LISTED), st.sampled_from(["hoà", "hòa", "HOÀ", "Hòa", "te", "TE", "Te"]))
def test_manner_changes_no_letter(syllable: str, model: str) -> None:
    written = in_manner_of(syllable, model)
    assert normalised(written) == syllable
    assert bare(written) == bare(syllable)
    assert len(written) == len(syllable)
    assert nfc(written) == written
