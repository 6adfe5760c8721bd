"""The pages whose reading is measured, and the two readers that are compared on them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import cv2
import numpy as np

from ocr.engines import open_engine
from ocr.geometry import Box
from ocr.load import load
from ocr.text import Cell, PageText
from ocr.work import PageRequest, PageResult, facing_page, process_page
from tests.quality import layouts, rendered, scoring
from tools.samples import sheet

REAL = "real"
"""The row of the shared scans with truth (``vi-scans``)."""
LANGUAGE, OTHERS = ("vie",), ("rus", "eng")


@dataclass(frozen=True)
class Case:
    """One page to read. ``kind``: REAL or one of ``rendered.KINDS`` or ``layouts.KINDS``; ``truth``: its lines, without
    handwriting.

    ``quarters``, ``skew``: clockwise turns and then degrees that make it straight. ``words``, ``cells``: as
    ``rendered.Page`` has them.
    """

    kind: str
    path: Path
    truth: str
    quarters: int
    skew: float
    words: tuple[tuple[str, Box], ...] = ()
    cells: tuple[tuple[Cell, str], ...] = ()


def real() -> Iterator[Case]:
    """The shared scans; none where they are not there."""
    scans, rows = rendered.SHARED / "vi-scans", rendered.SHARED / "vi-scans.jsonl"
    if not rows.exists():
        return
    for row in map(json.loads, rows.read_text("utf-8").splitlines()):
        truth = scoring.printed((scans / row["truth"]).read_text("utf-8"))
        yield Case(REAL, scans / row["image"], truth, 0, row["skew_deg_measured"])


def drawn(kind: str, pages: int) -> Iterator[Case]:
    """The first ``pages`` rendered pages of ``kind``, kept in a temporary folder from run to run."""
    folder = _kept()
    for number in range(pages):
        about = folder / f"{kind}-{number}.json"
        if not about.exists():
            page = layouts.page(kind, number) if kind in layouts.KINDS else rendered.page(kind, number)
            (folder / (page.name + page.suffix)).write_bytes(page.image)
            # In the form that ``bench.read`` looks for, too.
            (folder / f"{page.name}.gt.txt").write_text(page.truth, "utf-8")
            words = [(text, *box.as_list()) for text, box in page.words]
            cells = [(*astuple(cell), text) for cell, text in page.cells]
            about.write_text(json.dumps([page.suffix, page.quarters, page.skew, words, cells]), "utf-8")
        suffix, quarters, skew, words, cells = json.loads(about.read_text("utf-8"))
        truth = (folder / f"{kind}-{number}.gt.txt").read_text("utf-8")
        boxes = tuple((text, Box(*sides)) for text, *sides in words)
        places = tuple((Cell(*place), text) for *place, text in cells)
        yield Case(kind, folder / f"{kind}-{number}{suffix}", truth, quarters, skew, boxes, places)


def cases(kind: str, pages: int) -> Iterator[Case]:
    """The pages of ``kind``; ``pages`` limits the rendered ones."""
    return real() if kind == REAL else drawn(kind, pages)


def ours(path: Path, *, restore_marks: bool = True) -> tuple[PageResult, ...]:
    """The page as the product reads it: two where it shows two facing ones."""
    request = PageRequest(path, 0, LANGUAGE, others=OTHERS, restore_marks=restore_marks)
    result = process_page(request)
    beside = facing_page(request, result)
    return (result,) if beside is None else (result, process_page(beside))


def text_of(results: tuple[PageResult, ...]) -> str:
    """What was read on them."""
    return "\n".join(result.text.text for result in results)


def bare(path: Path) -> PageText:
    """What Tesseract reads on the raw picture."""
    raster = load(path, 0)
    grey = cv2.cvtColor(raster.pixels, cv2.COLOR_RGB2GRAY) if raster.pixels.ndim == 3 else raster.pixels
    return open_engine().read(np.asarray(grey, np.uint8), dpi=raster.dpi or 300.0, languages=LANGUAGE)


def _kept() -> Path:
    """A folder that is another one after each change of what is drawn and how."""
    sources = [Path(rendered.__file__), Path(layouts.__file__), *sorted(Path(sheet.__file__).parent.glob("*.py"))]
    of_all = hashlib.sha256(b"".join(path.read_bytes() for path in sources) + repr(rendered.paragraphs()).encode())
    folder = Path(tempfile.gettempdir()) / f"digitizer-quality-{of_all.hexdigest()[:12]}"
    folder.mkdir(exist_ok=True)
    return folder
