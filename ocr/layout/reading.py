"""A page read part by part: what stands in ruled tables cell by cell, the rest as the engine finds it."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.layout import strips
from ocr.text import PageText


class Reader(Protocol):
    """Reads a picture that has the resolution of the page: a page, or ``column``, lines below each other."""

    def __call__(self, grey: NDArray[np.uint8], *, column: bool) -> PageText: ...


def read(grey: NDArray[np.uint8], dpi: float, reader: Reader) -> PageText:
    """What stands on the page ``grey``, uint8 (h, w), 255 white, straight, at ``dpi``."""
    cut = strips.cut(grey, dpi)
    text = reader(cut.rest, column=False)
    cells = [block for column in cut.columns for block in column.blocks(reader(column.grey, column=True), text.size)]
    return replace(text, blocks=(*text.blocks, *cells))
