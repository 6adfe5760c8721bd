"""An engine that needs no models and no time: for drills and for tests of what stands around an engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Box, Size
from ocr.text import Block, Line, PageText, Word


class NullEngine:
    """Answers the one word ``page`` in the middle third of every page, in every language."""

    name = "null"
    version = "1"

    def languages(self) -> frozenset[str]:
        return frozenset({"vie", "eng"})

    def read(
        self, grey: NDArray[np.uint8], *, dpi: float, languages: tuple[str, ...],
        alternatives: bool = False, column: bool = False,
    ) -> PageText:  # fmt: skip
        height, width = grey.shape
        box = Box(width // 3, height // 3, max(1, width // 3), max(1, height // 3))
        line = Line((Word("page", box, 1.0),), box)
        return PageText(Size(width, height), dpi, languages, "null 1", (Block((line,), box),))

    def close(self) -> None:
        """Nothing is held."""
