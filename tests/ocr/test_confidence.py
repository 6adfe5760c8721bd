"""Confidence means how likely a word is right."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ocr.confidence import MENDED, calibrated
from ocr.geometry import Box, Size
from ocr.text import Block, Line, PageText, Word

PLACE = Box(0, 0, 10, 10)
CONFIDENCE = st.floats(0, 1)


def page(*words: Word) -> PageText:
    return PageText(Size(100, 100), 300.0, ("vie",), "test 1", (Block((Line(words, PLACE),), PLACE),))


@given(CONFIDENCE, CONFIDENCE)
def test_a_word_that_the_engine_is_surer_of_stays_surer(one: float, other: float) -> None:
    low, high = sorted((one, other))
    first, second = calibrated(page(Word("a", PLACE, low), Word("b", PLACE, high))).words
    assert 0 <= first.confidence <= second.confidence <= 1


@given(CONFIDENCE)
def test_a_mended_word_is_never_quite_sure(confidence: float) -> None:
    word = replace(Word("tế", PLACE, confidence), read="tê")
    (mended,) = calibrated(page(word)).words
    assert mended.confidence <= MENDED
    assert (mended.text, mended.read) == ("tế", "tê")


def test_a_page_without_words_stays_as_it_is() -> None:
    empty = PageText(Size(100, 100), 300.0, ("vie",), "test 1")
    assert calibrated(empty) == empty
