"""Whether the text that a page brings is the text of the page, or only a header, a stamp or a number on it."""

from __future__ import annotations

import numpy as np

from ocr.load import Raster
from ocr.stages.reduced import reduced

FEW_WORDS = 100
"""More are never thrown away for what a picture beside them may hold."""
MANY_LETTERS = 200
"""So many marks like letters are no figure or emblem."""
TOO_LITTLE = 0.25
"""Of the marks like letters, the part that lies in the words."""


def covers(raster: Raster) -> bool:
    """False where a page with its own ``text`` shows far more letters than that text has: a scan with a header,
    outlines of letters with a stamp. Such a page has to be read.
    """
    assert raster.text is not None
    assert raster.dpi is not None  # what brings text has a measure
    words = list(raster.text.words)
    if len(words) > FEW_WORDS:
        return True
    copy = reduced(raster.pixels, raster.dpi)
    scale = copy.grey.shape[0] / raster.pixels.shape[0]
    told = np.zeros(copy.grey.shape, np.bool_)
    for word in words:
        box = word.box
        rows = slice(int(box.y * scale), int(np.ceil(box.bottom * scale)) + 1)
        told[rows, int(box.x * scale) : int(np.ceil(box.right * scale)) + 1] = True
    boxes = copy.letter_boxes
    inside = int(told[boxes[:, 1] + boxes[:, 3] // 2, boxes[:, 0] + boxes[:, 2] // 2].sum())
    outside = len(boxes) - inside
    return outside < MANY_LETTERS or inside >= TOO_LITTLE * len(boxes)
