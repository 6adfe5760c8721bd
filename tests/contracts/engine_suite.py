"""What every recognition engine must do. A test module subclasses EngineSuite and gives ``open`` and ``pages``."""

from __future__ import annotations

import unicodedata
from abc import abstractmethod

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.engines import Engine
from ocr.errors import PageError, PageFault
from ocr.text import PageText
from tests.ocr.paper import DPI, LINES, blank_page, full_page, text_page

INK = 128
"""Grey below which a pixel of a rendered page is ink."""


class EngineSuite:
    """Contract for all engines, those that read nothing included."""

    @abstractmethod
    def open(self) -> Engine: ...

    def read(self, grey: NDArray[np.uint8], *, alternatives: bool = False) -> PageText:
        return self.open().read(grey, dpi=DPI, languages=("vie",), alternatives=alternatives)

    def test_tells_who_it_is(self) -> None:
        engine = self.open()
        assert engine.name
        assert engine.version
        assert "vie" in engine.languages()

    def test_answer_belongs_to_the_page(self) -> None:
        page = text_page()
        text = self.read(page)
        assert (text.size.height, text.size.width) == page.shape
        assert text.dpi == DPI
        assert text.languages == ("vie",)
        assert text.reader

    def test_words_are_on_the_page_in_nfc_with_a_confidence(self) -> None:
        text = self.read(text_page())
        assert list(text.words)
        for word in text.words:
            assert word.box.clipped(text.size) == word.box
            assert word.box.width > 0
            assert word.box.height > 0
            assert 0 <= word.confidence <= 1
            assert unicodedata.is_normalized("NFC", word.text)
            assert word.text.split() == [word.text]

    def test_alternatives_pair_up_with_letters(self) -> None:
        for word in self.read(text_page(), alternatives=True).words:
            if word.alternatives is not None:
                assert len(word.alternatives) == len(word.text)
                for letter in word.alternatives:
                    costs = [each.cost for each in letter]
                    assert costs == sorted(costs)
                    assert all(cost >= 0 for cost in costs)

    def test_without_being_asked_there_are_no_alternatives(self) -> None:
        assert all(word.alternatives is None for word in self.read(text_page()).words)

    @pytest.mark.parametrize("shape", [(1, 1), (1, 200), (200, 1), (3, 32_000), (32_000, 3)], ids=str)
    def test_odd_pages_do_not_crash(self, shape: tuple[int, int]) -> None:
        text = self.read(np.full(shape, 255, dtype=np.uint8))
        assert (text.size.height, text.size.width) == shape

    def test_reads_again_after_close(self) -> None:
        engine = self.open()
        before = engine.read(text_page(), dpi=DPI, languages=("vie",))
        engine.close()
        assert engine.read(text_page(), dpi=DPI, languages=("vie",)) == before


class ReadingEngineSuite(EngineSuite):
    """Contract for engines that really read."""

    def test_white_page_has_no_words(self) -> None:
        assert not list(self.read(blank_page()).words)

    def test_reads_the_lines_in_order(self) -> None:
        assert [line.text for line in self.read(text_page()).lines] == list(LINES)

    @pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
    def test_words_lie_on_their_ink_at_any_resolution(self, scale: float) -> None:
        page = text_page(scale)
        text = self.open().read(page, dpi=DPI * scale, languages=("vie",))
        ink = page < INK
        inside = np.zeros_like(ink)
        for word in text.words:
            area = np.s_[word.box.y : word.box.bottom, word.box.x : word.box.right]
            assert ink[area].any()
            inside[area] = True
        assert (ink & inside).sum() >= INK_COVERED * ink.sum()

    def test_baselines_run_under_their_lines(self) -> None:
        for line in self.read(text_page()).lines:
            assert line.baseline is not None
            x0, y0, x1, y1 = line.baseline
            assert x0 < x1
            assert line.box.y < y0 <= line.box.bottom
            assert line.box.y < y1 <= line.box.bottom

    @pytest.mark.parametrize("quarters", [1, 3])
    def test_standing_lines_have_no_baseline(self, quarters: int) -> None:
        standing = np.ascontiguousarray(np.rot90(full_page(), quarters))
        tall = [line for line in self.read(standing).lines if line.box.height > 2 * line.box.width]
        assert tall
        assert all(line.baseline is None for line in tall)

    def test_most_words_have_alternatives(self) -> None:
        words = list(self.read(text_page(), alternatives=True).words)
        assert sum(word.alternatives is not None for word in words) >= WORDS_WITH_ALTERNATIVES * len(words)

    def test_the_letter_read_is_usually_the_cheapest(self) -> None:
        words = [word for word in self.read(text_page(), alternatives=True).words if word.alternatives]
        same = [word for word in words if "".join(letter[0].text for letter in word.alternatives or ()) == word.text]
        assert len(same) >= WORDS_WITH_ALTERNATIVES * len(words)

    @pytest.mark.parametrize("languages", [("xyz",), ("vie", "xyz"), ()], ids=str)
    def test_unknown_language_is_named(self, languages: tuple[str, ...]) -> None:
        with pytest.raises(PageError) as caught:
            self.open().read(text_page(), dpi=DPI, languages=languages)
        assert caught.value.fault is PageFault.LANGUAGE_MISSING


INK_COVERED = 0.97
"""Part of a clean page's ink that lies in word boxes; accents may stick out by a pixel."""
WORDS_WITH_ALTERNATIVES = 0.9
"""Part of the words whose letters and lists pair up one to one (97 % on real scans)."""
