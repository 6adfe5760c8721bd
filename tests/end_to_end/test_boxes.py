"""The boxes of a hit lie on its words: what is cut out there reads as the word again."""

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
"""A lone word at 200 dpi is small for the engine."""
READ_AGAIN = 0.9
"""A lone word is harder to read than one in its line; on the machine this was written on, all came back."""


def test_cut_outs_of_a_hit_read_as_the_words_searched_for(tmp_path: Path) -> None:
    with Workspace(tmp_path / "w", Settings(jobs=1)) as workspace:
        import_paths(workspace, [resources.path("samples/cong-van.jpg")])
        process(workspace)
        outcomes = []
        for query in QUERIES:
            (hit,) = workspace.catalogue.search.pages(query).hits
            page = cv2.imread(str(workspace.derivatives.image(hit.page)), cv2.IMREAD_GRAYSCALE)
            assert page is not None
            grey = np.asarray(page, np.uint8)
            wanted = {folded(token) for token in tokens(query)}
            for box in hit.boxes:
                outcomes.append((box, _read_cut_out(grey, box) & wanted))
    assert len(outcomes) >= 2 * len(QUERIES)
    came_back = sum(bool(found) for _, found in outcomes) / len(outcomes)
    assert came_back >= READ_AGAIN, outcomes


def _read_cut_out(page: NDArray[np.uint8], box: Box) -> set[str]:
    cut = page[box.y : box.bottom, box.x : box.right]
    cut = np.asarray(cv2.resize(cut, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC), np.uint8)
    pad = box.height * ENLARGED
    framed = cv2.copyMakeBorder(cut, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=int(np.percentile(page, 90)))
    read = pytesseract.image_to_string(framed, lang="vie", config="--psm 8")  # 8: the picture is one word
    return {folded(token) for token in tokens(read)}
