"""Codes that the engine cut at a hyphen."""

from __future__ import annotations

import pytest

from ocr.geometry import Box, Size
from ocr.language.codes import joined
from ocr.text import Block, Line, PageText, Word

HEIGHT, SPACE, TOUCHING = 30, 12, 2
"""Pixels: of a word, between words, inside a code."""


def page(*words: str, gap: int) -> PageText:
    """One line of words 100 pixels wide, ``gap`` apart."""
    made = tuple(Word(word, Box((100 + gap) * n, 0, 100, HEIGHT), 0.9 - n / 10) for n, word in enumerate(words))
    line = Line(made, Box.union(word.box for word in made))
    return PageText(Size(2000, 100), 300.0, ("vie",), "test 1", (Block((line,), line.box),))


@pytest.mark.parametrize("rest", ["CP", "-CP"])
def test_the_parts_of_a_code_are_one_word(rest: str) -> None:
    first, code, last = joined(page("số", "91/2017/NĐ-", rest, "ngày", gap=TOUCHING)).words
    assert (code.text, code.read) == ("91/2017/NĐ-CP", f"91/2017/NĐ- {rest}")
    assert code.box == Box(102, 0, 202, HEIGHT)
    assert code.confidence == pytest.approx(0.7)
    assert (first.text, first.read, last.text, last.read) == ("số", None, "ngày", None)


@pytest.mark.parametrize(
    ("words", "gap"),
    [
        (("91/2017/NĐ-", "CP"), SPACE),
        (("Tổ-", "CP"), TOUCHING),
        (("91/2017/NĐ-", "ngày"), TOUCHING),
        (("91/2017/NĐ-CP", "CP"), TOUCHING),
    ],
)
def test_other_words_stay_apart(words: tuple[str, ...], gap: int) -> None:
    text = page(*words, gap=gap)
    assert joined(text) == text
