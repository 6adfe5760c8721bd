"""Tesseract in this process, through tesserocr: no subprocess, models loaded once."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import tesserocr
from numpy.typing import NDArray

from ocr.engines import tessdata
from ocr.formats.hocr import cheapest_first
from ocr.geometry import Box, Size
from ocr.text import Alternative, Block, Line, PageText, Word

_WORD, _LINE, _PARAGRAPH = tesserocr.RIL.WORD, tesserocr.RIL.TEXTLINE, tesserocr.RIL.PARA


class TesserocrEngine:
    """Tesseract's LSTM recogniser with automatic page segmentation (psm 3), for a column without (psm 6)."""

    name = "tesserocr"

    def __init__(self) -> None:
        tessdata.folders()
        self.version: str = tesserocr.PyTessBaseAPI.Version()
        self._loaded: dict[tuple[Path, str], tesserocr.PyTessBaseAPI] = {}
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)

    def languages(self) -> frozenset[str]:
        return tessdata.languages()

    def read(
        self, grey: NDArray[np.uint8], *, dpi: float, languages: tuple[str, ...],
        alternatives: bool = False, column: bool = False,
    ) -> PageText:  # fmt: skip
        api = self._api(*tessdata.models(languages))
        api.SetPageSegMode(tesserocr.PSM.SINGLE_BLOCK if column else tesserocr.PSM.AUTO)
        api.SetVariable("lstm_choice_mode", "2" if alternatives else "0")
        height, width = grey.shape
        api.SetImageBytes(np.ascontiguousarray(grey).tobytes(), width, height, 1, width)
        api.SetSourceResolution(round(dpi))
        api.Recognize()
        blocks = _blocks(api, alternatives)
        api.Clear()
        return PageText(Size(width, height), dpi, languages, f"tesseract {self.version}", blocks)

    def close(self) -> None:
        while self._loaded:
            self._loaded.popitem()[1].End()

    def _api(self, folder: Path, code: str) -> tesserocr.PyTessBaseAPI:
        if (folder, code) not in self._loaded:
            api = tesserocr.PyTessBaseAPI(path=str(folder), lang=code, oem=tesserocr.OEM.LSTM_ONLY)
            api.SetVariable("debug_file", os.devnull)
            api.SetVariable("lstm_choice_iterations", str(tessdata.CHOICES))
            self._loaded[folder, code] = api
        return self._loaded[folder, code]


def _blocks(api: tesserocr.PyTessBaseAPI, alternatives: bool) -> tuple[Block, ...]:
    """The words of the page as paragraphs of lines. Pictures and rules come as words of blanks: left out."""
    found: list[tuple[Box, list[tuple[Box, Baseline | None, list[Word]]]]] = []
    iterator = api.GetIterator()
    if iterator is None or iterator.Empty(_WORD):
        return ()
    for at in tesserocr.iterate_level(iterator, _WORD):
        if at.IsAtBeginningOf(_PARAGRAPH):
            found.append((_box(at, _PARAGRAPH), []))
        if at.IsAtBeginningOf(_LINE):
            found[-1][1].append((_box(at, _LINE), _baseline(at), []))
        text = at.GetUTF8Text(_WORD).strip()
        if text:
            letters = _letters(at.GetBestLSTMSymbolChoices(), text) if alternatives else None
            found[-1][1][-1][2].append(Word(text, _box(at, _WORD), at.Confidence(_WORD) / 100, letters))
    blocks = []
    for box, lines in found:
        read = tuple(Line(tuple(words), line_box, baseline) for line_box, baseline, words in lines if words)
        if read:
            blocks.append(Block(read, box))
    return tuple(blocks)


Baseline = tuple[float, float, float, float]


def _box(at: tesserocr.PyResultIterator, level: int) -> Box:
    left, top, right, bottom = at.BoundingBox(level)
    return Box(left, top, right - left, bottom - top)


def _baseline(at: tesserocr.PyResultIterator) -> Baseline | None:
    """None for standing lines; Tesseract's own ``Orientation`` calls them level."""
    ends = at.Baseline(_LINE)
    if ends is None:
        return None
    (x0, y0), (x1, y1) = ends
    return None if abs(y1 - y0) > abs(x1 - x0) else (float(x0), float(y0), float(x1), float(y1))


def _letters(choices: list[list[tuple[str, float]]], text: str) -> tuple[tuple[Alternative, ...], ...] | None:
    """Lists of what else each letter may be. The list whose best is a blank stands for the gap before the word."""
    lists = [cheapest_first(Alternative(*each) for each in one) for one in choices if one]
    letters = tuple(each for each in lists if each[0].text.strip())
    return letters if len(letters) == len(text) else None
