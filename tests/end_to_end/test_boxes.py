"""The boxes of a hit lie on its words: what is cut out there reads as the word again."""

from difflib import SequenceMatcher
from pathlib import Path

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

import resources
from digitizer.capture.files import import_paths
from digitizer.catalogue.fold import folded, tokens
from digitizer.jobs import process
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr.geometry import Box

QUERIES = ["an toàn", "bảo dưỡng", "trạm bơm", "cap nuoc", "nông thôn"]
ENLARGED = 2
"""A few words at 200 dpi are small for the engine."""
RIM = 3
"""Pixels of paper around a cut-out: its letters must not touch the white that is put around it. Less than half a
gap.
"""
ALIKE = 0.75
"""Likeness (0 to 1) of letters read off a cut-out to those searched for: two words alone are harder to read than a
line,
so a letter may be wrong; a box beside its word reads as something else altogether.
"""


def test_cut_outs_of_a_hit_read_as_the_words_searched_for(tmp_path: Path) -> None:
    read_again = []
    with Workspace(tmp_path / "w", Settings(jobs=1)) as workspace:
        import_paths(workspace, [resources.path("samples/cong-van.jpg")])
        process(workspace)
        for query in QUERIES:
            (hit,) = workspace.catalogue.search.pages(query).hits
            page = cv2.imread(str(workspace.derivatives.image(hit.page)), cv2.IMREAD_GRAYSCALE)
            assert page is not None
            wanted = "".join(folded(token) for token in tokens(query))
            for first, second in zip(hit.boxes[::2], hit.boxes[1::2], strict=True):
                if abs(first.y - second.y) < first.height:  # not parted by the end of a line
                    read = _read_cut_out(np.asarray(page, np.uint8), Box.union((first, second)))
                    read_again.append((SequenceMatcher(None, wanted, read).ratio(), wanted, read))
    assert len(read_again) > 2 * len(QUERIES)
    assert min(read_again)[0] >= ALIKE, min(read_again)


def _read_cut_out(page: NDArray[np.uint8], box: Box) -> str:
    """The letters on that part of the page, without marks and blanks."""
    cut = page[box.y - RIM : box.bottom + RIM, box.x - RIM : box.right + RIM]
    cut = np.asarray(cv2.resize(cut, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC), np.uint8)
    pad = box.height * ENLARGED
    framed = cv2.copyMakeBorder(cut, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=int(np.percentile(page, 90)))
    read = pytesseract.image_to_string(framed, lang="vie", config="--psm 7")  # 7: the picture is one line
    return "".join(folded(token) for token in tokens(read))
