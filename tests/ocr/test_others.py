"""Lines in another language than the page's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr import pipeline
from ocr.engines import open_engine
from ocr.geometry import Box, Size
from ocr.language.others import reread
from ocr.load import Raster
from ocr.recipe import Recipe
from ocr.text import Block, Line, PageText, Word
from tests.ocr.paper import DPI, LINES, font

RUSSIAN = ("Руководство по эксплуатации насоса", "Масло менять через сто часов работы.")
ENGLISH = ("The pump should be filled with water before", "starting, otherwise the bearings are damaged.")


def drawn(*lines: str) -> Raster:
    image = Image.new("L", (round(5.8 * DPI), round((0.8 + 0.3 * len(lines)) * DPI)), 255)
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((0.5 * DPI, (0.4 + 0.3 * row) * DPI), line, fill=0, font=font(13))
    return Raster(np.asarray(image, np.uint8), DPI)


def page(*lines: tuple[str, float]) -> PageText:
    """Lines, each with the confidence of its words."""
    made = []
    for row, (text, sure) in enumerate(lines):
        words = tuple(Word(word, Box(60 * n, 30 * row, 50, 20), sure) for n, word in enumerate(text.split()))
        made.append(Line(words, Box.union(word.box for word in words)))
    block = Block(tuple(made), Box.union(line.box for line in made))
    return PageText(Size(1000, 1000), 300.0, ("vie",), "test 1", (block,))


class Asked:
    """A reader that answers one line with a confidence, and remembers what it was asked."""

    def __init__(self, answer: str, sure: float) -> None:
        self.answer, self.sure = answer, sure
        self.calls: list[tuple[Box, str]] = []
        self.hidden: list[Box] = []

    def __call__(self, part: Box, language: str, *, hidden: Sequence[Box]) -> PageText:
        self.calls.append((part, language))
        self.hidden += hidden
        return page((self.answer, self.sure))


@pytest.mark.parametrize("foreign", [RUSSIAN, ENGLISH])
def test_foreign_lines_among_vietnamese_ones_are_read_in_their_language(foreign: tuple[str, ...]) -> None:
    raster = drawn(*LINES, *foreign)
    text = pipeline.run(raster, open_engine(), ("vie", "rus", "eng"), Recipe()).text
    assert text.text.split() == " ".join((*LINES, *foreign)).split()
    assert text.languages == ("vie", "rus" if foreign is RUSSIAN else "eng")


def test_vietnamese_lines_are_read_once() -> None:
    reader = Asked("x", 1.0)
    given = page(*((line, 0.9) for line in LINES))
    assert reread(given, ("rus", "eng"), reader) == given
    assert reader.calls == []


def test_abbreviations_are_no_foreign_words() -> None:
    reader = Asked("x", 1.0)
    reread(page((LINES[0], 0.9), ("UBND TTYT CSSKBMTE", 0.9)), ("eng",), reader)
    assert reader.calls == []


def test_words_of_other_lines_that_reach_into_foreign_ones_are_not_read_with_them() -> None:
    tall = Line((Word("HỎA", Box(100, 0, 50, 60), 0.9),), Box(100, 0, 50, 60))
    given = page((LINES[0], 0.9), ("PyKoBo,tCTBO nO", 0.4))
    reader = Asked("Руководство", 0.9)
    reread(replace(given, blocks=(*given.blocks, Block((tall,), tall.box))), ("rus",), reader)
    assert tall.box in reader.hidden
    assert reader.calls[0][0] not in reader.hidden


def test_neighbouring_lines_are_read_together() -> None:
    reader = Asked("Руководство", 0.9)
    given = page((LINES[0], 0.9), (LINES[1], 0.9), ("PyKoBo,tCTBO nO", 0.4), ("3KCITTyaTaILHH HaCoCa", 0.4))
    again = reread(given, ("rus",), reader)
    lines = list(given.lines)
    assert reader.calls == [(Box.union([lines[2].box, lines[3].box]), "rus")]
    assert [line.text for line in again.lines] == [LINES[0], LINES[1], "Руководство"]
    assert again.languages == ("vie", "rus")


def test_a_line_that_is_no_vietnamese_may_be_in_another_script_though_it_reads_rather_surely() -> None:
    reader = Asked("Масло менять через сто часов", 0.9)
    again = reread(page((LINES[0], 0.9), (LINES[1], 0.9), ("Macno MeH8Tb 4epe3 CTO taCOB", 0.7)), ("rus",), reader)
    assert [line.text for line in again.lines] == [LINES[0], LINES[1], "Масло менять через сто часов"]


def test_scribbles_stay_what_they_were() -> None:
    """In another script they read as something else, but not with confidence."""
    given = page((LINES[0], 0.9), (LINES[1], 0.9), ("jlkfd,sa WeroIU", 0.2))
    assert reread(given, ("rus",), Asked("жлк", 0.6)) == given
