"""All engines against one contract, and the two roads to Tesseract against each other."""

from __future__ import annotations

import difflib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.engines import Engine, open_engine
from ocr.errors import PageError, PageFault
from tests.contracts.engine_suite import EngineSuite, ReadingEngineSuite
from tests.ocr.paper import DPI, font, full_page, noisy

SAME_TEXT = 0.98
"""Likeness of what two versions of Tesseract read on one clean page."""


class TestNull(EngineSuite):
    def open(self) -> Engine:
        return open_engine("null")


class TestTesserocr(ReadingEngineSuite):
    def open(self) -> Engine:
        return open_engine("tesserocr")


class TestPytesseract(ReadingEngineSuite):
    def open(self) -> Engine:
        return open_engine("pytesseract")


def test_both_roads_to_tesseract_read_the_same() -> None:
    page = noisy(full_page())
    first, second = (
        open_engine(name).read(page, dpi=DPI, languages=("vie",)).text for name in ("tesserocr", "pytesseract")
    )
    assert difflib.SequenceMatcher(None, first, second, autojunk=False).ratio() >= SAME_TEXT


def test_auto_takes_an_engine_that_reads() -> None:
    assert open_engine().name in ("tesserocr", "pytesseract")
    assert open_engine() is open_engine()


@pytest.mark.parametrize("name", ["tesserocr", "pytesseract"])
def test_our_model_knows_letters_that_tesseracts_lacks(name: str) -> None:
    """A dash between words is printed on every Vietnamese office paper."""
    printed = "Độc lập – Tự do – Hạnh phúc"
    page = np.full((200, 1300), 255, np.uint8)
    image = Image.fromarray(page)
    ImageDraw.Draw(image).text((60, 60), printed, fill=0, font=font(14))
    assert open_engine(name).read(np.asarray(image), dpi=DPI, languages=("vie",)).text == printed


def test_languages_that_only_the_system_has_are_read_together_with_its_own_vietnamese() -> None:
    text = open_engine().read(full_page(), dpi=DPI, languages=("vie", "eng"))
    assert text.languages == ("vie", "eng")
    assert text.confidence is not None


def test_unknown_engine_is_refused() -> None:
    with pytest.raises(PageError) as caught:
        open_engine("abacus")
    assert caught.value.fault is PageFault.ENGINE_MISSING


def test_models_are_looked_for_where_tessdata_prefix_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "dữ liệu"
    folder.mkdir()
    monkeypatch.setenv("TESSDATA_PREFIX", str(folder))
    engine = open_engine("tesserocr")
    assert engine.languages() == frozenset()
    with pytest.raises(PageError) as caught:
        engine.read(full_page(), dpi=DPI, languages=("vie",))
    assert caught.value.fault is PageFault.LANGUAGE_MISSING
