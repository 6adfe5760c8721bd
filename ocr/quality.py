"""What a person should know of a page's picture: blurred, dark, cut off at an edge, in another language than read."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Size, Transform
from ocr.language.others import NON_LATIN, UNSURE, VIETNAMESE
from ocr.language.spelling import vietnamese_share
from ocr.stages.reduced import Reduced
from ocr.stages.sharpness import edge_width
from ocr.text import PageText

LETTERS_MIN = 30
"""Letters that tell of sharpness."""
SOFT, SOFT_OF_LETTER = 4.8, 0.14
"""Width of a letter's edge in pixels, and in heights of a letter, from which it is blurred. Measured: sharp scans have
2 to 3.6 pixels, a copy of a copy 4.1; a blur of a deviation of 1.5 pixels 4.5, of 2 (which costs letters) 5.2.
"""
DARK = 120
"""Grey of the paper (0..255) below which a page is dark. Measured: yellowed paper has 190, paper in a lamp's shade 210.
"""
LIGHTEST = 85
"""Percentile of a page's grey that is its paper: above all ink, below glare."""
EDGE_MM = 0.3
"""Words so near to the master's edge touch it."""
CUT_WORDS, CUT_LETTERS = 3, 2
"""So many words of so many letters have to touch one edge: single ones are dirt at the border."""
LANGUAGE_WORDS = 20
"""Words that tell of a page's language."""
OF_ITS_OWN, OF_ANOTHER = 0.5, 0.7
"""Share of Vietnamese syllables below which a page is not Vietnamese, and above which it is no other language: a fifth
of English words can be syllables.
"""


def is_blurred(pixels: NDArray[np.uint8], copy: Reduced) -> bool:
    """Whether letters on the master's ``pixels``, (h, w) or (h, w, 3), have soft edges; ``copy``: of these pixels."""
    boxes = copy.letter_boxes
    if len(boxes) < LETTERS_MIN:
        return False
    scale = pixels.shape[0] / copy.grey.shape[0]
    width = edge_width(pixels, boxes, scale)
    return width is not None and width > SOFT and width > SOFT_OF_LETTER * float(np.median(boxes[:, 3])) * scale


def is_dark(copy: Reduced) -> bool:
    """Whether the paper on ``copy`` is nearer to black than to white."""
    return float(np.percentile(copy.grey, LIGHTEST)) < DARK


def is_cut_off(text: PageText, to_page: Transform, master: Size, dpi: float) -> bool:
    """Whether words run into an edge of the ``master``; ``to_page``: from its pixels to the text's, ``dpi``: its own.
    What ends at the edge of a sheet that lies on a larger picture is not cut off.
    """
    near, back = EDGE_MM * dpi / MM_PER_INCH, to_page.inverse()
    touching: Counter[str] = Counter()
    for word in text.words:
        if sum(map(str.isalnum, word.text)) >= CUT_LETTERS:
            box = back.apply_box(word.box)
            touching["left"] += box.x <= near
            touching["top"] += box.y <= near
            touching["right"] += box.right >= master.width - near
            touching["bottom"] += box.bottom >= master.height - near
    return any(count >= CUT_WORDS for count in touching.values())


def is_wrong_language(text: PageText) -> bool:
    """Whether the page is probably not in the language that it was read in."""
    main, *others = text.languages
    if others or sum(1 for _ in text.words) < LANGUAGE_WORDS:
        return False
    if main in NON_LATIN:
        return (text.confidence or 0.0) < UNSURE
    share = vietnamese_share(text.text, least=LANGUAGE_WORDS)
    return share is not None and (share < OF_ITS_OWN if main == VIETNAMESE else share > OF_ANOTHER)
