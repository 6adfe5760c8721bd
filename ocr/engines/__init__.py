"""Recognition engines behind one door: a grey page in, PageText out."""

from __future__ import annotations

import os
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.errors import PageError, PageFault
from ocr.text import PageText

# Before any engine is imported: Tesseract's own threads make it five times slower (tesseract-ocr/tesseract#3109).
os.environ.setdefault("OMP_THREAD_LIMIT", "1")


class Engine(Protocol):
    """Reads text off a page. One instance serves one thread at a time; its models stay loaded until ``close``."""

    @property
    def name(self) -> str:
        """As ``open_engine`` takes it."""

    @property
    def version(self) -> str:
        """Of the recogniser itself, such as ``5.5.4``."""

    def languages(self) -> frozenset[str]:
        """Codes that ``read`` can be asked for, such as ``vie``."""

    def read(
        self, grey: NDArray[np.uint8], *, dpi: float, languages: tuple[str, ...],
        alternatives: bool = False, column: bool = False,
    ) -> PageText:  # fmt: skip
        """What stands on ``grey``, (h, w), 0 black, 255 white, upright, at ``dpi``.

        Boxes are pixels of ``grey``, whose sides are at most 32,767. ``alternatives`` also asks for what else each
        letter may be, lowest cost first; a word whose letters and lists do not pair up one to one has None.
        ``column``: there are lines below each other and nothing beside them, so no page to take apart.
        Raises PageError LANGUAGE_MISSING.
        """

    def close(self) -> None:
        """Let the models go; the next ``read`` loads them again."""


@cache
def open_engine(name: str = "auto") -> Engine:
    """The engine ``name``, one per process: tesserocr, pytesseract or null; ``auto`` is the first that works.

    Raises PageError ENGINE_MISSING.
    """
    if name == "null":
        from ocr.engines.null import NullEngine

        return NullEngine()
    if name in ("auto", "tesserocr"):
        try:
            from ocr.engines.tesserocr import TesserocrEngine

            return TesserocrEngine()
        except ImportError as error:
            if name == "tesserocr":
                raise PageError(PageFault.ENGINE_MISSING, str(error)) from error
    if name in ("auto", "pytesseract"):
        from ocr.engines.pytesseract import PytesseractEngine

        return PytesseractEngine()
    raise PageError(PageFault.ENGINE_MISSING, f"no engine is called {name!r}")
