"""How well pages with known text are read, against the saved baseline and against bare Tesseract on the raw pages.

``make quality`` compares; after a change that is better, run it with ``DIGITIZER_SAVE_BASELINE=1`` and commit the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pytest

from ocr.geometry import Box
from ocr.work import PageResult
from tests.quality import corpora, rendered, scoring

pytestmark = [pytest.mark.quality, pytest.mark.timeout(1800)]

BASELINE = Path(__file__).with_name("reading.json")
PAGES = 2
"""Rendered pages of each kind: enough to see a stage fail, few enough to be run often."""
CER_TOLERANCE, RECALL_TOLERANCE = 0.001, 0.003
"""Of a kind's mean: what versions of libraries change lies below."""
HARM = 0.005
"""A page may read so much worse than bare Tesseract reads it, in CER of the body."""
SKEW_TOLERANCE = {"real": 0.2, "rendered": 0.05}
"""Degrees of the median error; the truth of real scans was measured to 0.2."""
SKEWED = ("clean", "office", "stamp", "yellow", "fax", "low-dpi", "turned", "bleed-through")
"""Kinds whose skew is one angle for the whole page."""
BOX_TOLERANCE = 2
"""Pixels at 300 dpi between an edge of a word's box and of its ink."""
CALIBRATION_TOLERANCE = 0.005
WORDS_TOLERANCE = 2
SHARE_TOLERANCE = 0.01
"""Of the share of edges that are so near."""


@dataclass(frozen=True)
class Read:
    """A case, and what the product made of it."""

    case: corpora.Case
    results: tuple[PageResult, ...]

    @property
    def result(self) -> PageResult:
        """That of the page, or of the left one of two."""
        return self.results[0]

    @cached_property
    def cer(self) -> float:
        return scoring.body_cer(self.case.truth, corpora.text_of(self.results))

    @cached_property
    def recall(self) -> float:
        return scoring.word_recall(self.case.truth, corpora.text_of(self.results))


@pytest.fixture(scope="module")
def read() -> dict[str, list[Read]]:
    """Every page, once. Without ../shared there are no real scans, and the rendered pages have another text."""
    if not rendered.SHARED.is_dir():
        pytest.skip(f"the baseline was measured with {rendered.SHARED}, which is not there")
    return {
        kind: [Read(case, corpora.ours(case.path)) for case in corpora.cases(kind, PAGES)]
        for kind in (corpora.REAL, *rendered.KINDS)
    }


@pytest.fixture(scope="module")
def baseline() -> Iterator[dict[str, Any]]:
    """What was measured last time, or in this run where it is to be saved: the tests then write into it."""
    saved: dict[str, Any] = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
    yield saved
    if os.environ.get("DIGITIZER_SAVE_BASELINE"):
        BASELINE.write_text(json.dumps(saved, indent=2) + "\n", "utf-8")


def compared(baseline: dict[str, Any], name: str, measured: Any) -> Any:
    """What to compare ``measured`` with; shown with ``-s``."""
    print(name, json.dumps(measured))
    if os.environ.get("DIGITIZER_SAVE_BASELINE"):
        baseline[name] = measured
    return baseline[name]


def test_every_kind_is_read_as_well_as_before(read: dict[str, list[Read]], baseline: dict[str, Any]) -> None:
    measured = {
        kind: {"cer": round(fmean(r.cer for r in pages), 5), "recall": round(fmean(r.recall for r in pages), 4)}
        for kind, pages in read.items()
    }
    was = compared(baseline, "kinds", measured)
    worse = {
        kind: (was[kind], now)
        for kind, now in measured.items()
        if now["cer"] > was[kind]["cer"] + CER_TOLERANCE or now["recall"] < was[kind]["recall"] - RECALL_TOLERANCE
    }
    assert worse == {}


def test_no_real_page_is_harmed(read: dict[str, list[Read]], baseline: dict[str, Any]) -> None:
    measured = {}
    for page in read[corpora.REAL]:
        loss = page.cer - scoring.body_cer(page.case.truth, corpora.bare(page.case.path).text)
        if loss > HARM:
            measured[page.case.path.name] = round(loss, 4)
    was = compared(baseline, "harmed", measured)
    worse = {name: loss for name, loss in measured.items() if loss > was.get(name, HARM) + CER_TOLERANCE}
    assert worse == {}


def test_pages_are_turned_upright(read: dict[str, list[Read]]) -> None:
    wrong = [
        (page.case.path.name, page.case.quarters * 90, page.result.rotation)
        for pages in read.values()
        for page in pages
        if page.result.rotation != page.case.quarters * 90
    ]
    assert wrong == []


def test_skew_is_found(read: dict[str, list[Read]]) -> None:
    of_rendered = [_skew_error(page) for kind in SKEWED for page in read[kind]]
    of_real = [_skew_error(page) for page in read[corpora.REAL]]
    print("skew", sorted(of_rendered), sorted(of_real))
    assert median(of_rendered) <= SKEW_TOLERANCE["rendered"]
    assert median(of_real) <= SKEW_TOLERANCE["real"]


def test_word_boxes_are_on_the_ink(read: dict[str, list[Read]], baseline: dict[str, Any]) -> None:
    gaps = [gap for page in read["clean"] for gap in _gaps(page)]
    within = round(fmean(gap <= BOX_TOLERANCE for gap in gaps), 4)
    assert within >= compared(baseline, "box edges within 2 px", within) - SHARE_TOLERANCE


def test_confidence_says_how_many_words_are_right(read: dict[str, list[Read]], baseline: dict[str, Any]) -> None:
    words = [
        (word.confidence, right)
        for page in read[corpora.REAL]
        for word, right in zip(
            page.result.text.words,
            scoring.rightness(page.case.truth, [word.text for word in page.result.text.words]),
            strict=True,
        )
    ]
    error = round(scoring.calibration_error(words), 4)
    assert error <= compared(baseline, "calibration error", error) + CALIBRATION_TOLERANCE


def test_mended_marks_are_right(read: dict[str, list[Read]], baseline: dict[str, Any]) -> None:
    """Of real scans: words that were wrong and are right, and the other way round."""
    pages = [scoring.mended(page.case.truth, page.result.text) for page in read[corpora.REAL]]
    right, wrong = (sum(each) for each in zip(*pages, strict=True))
    was = compared(baseline, "marks", {"made right": right, "made wrong": wrong})
    assert right >= was["made right"] - WORDS_TOLERANCE
    assert wrong <= was["made wrong"] + WORDS_TOLERANCE
    assert right >= 9 * wrong


def test_language_evidence_gains(read: dict[str, list[Read]], baseline: dict[str, Any]) -> None:
    """Of real scans: what CER loses and recall gains by it."""
    plain = [(page, scoring.as_read(page.result.text)) for page in read[corpora.REAL]]
    gained = {
        "cer": round(fmean(scoring.body_cer(page.case.truth, text) - page.cer for page, text in plain), 5),
        "recall": round(fmean(page.recall - scoring.word_recall(page.case.truth, text) for page, text in plain), 4),
    }
    was = compared(baseline, "gained by language evidence", gained)
    assert gained["cer"] >= was["cer"] - CER_TOLERANCE
    assert gained["recall"] >= was["recall"] - RECALL_TOLERANCE


def _skew_error(page: Read) -> float:
    return round(abs(page.result.skew - page.case.skew), 3)


def _gaps(page: Read) -> list[int]:
    """Pixels between each edge of the ink of the true words and that of the box of the same word nearest to it."""
    to_master = page.result.transform.inverse()
    boxes: dict[str, list[Box]] = {}
    for word in page.result.text.words:
        boxes.setdefault(word.text, []).append(to_master.apply_box(word.box))
    return [
        gap
        for text, ink in page.case.words
        if text in boxes
        for gap in min((_edges_apart(ink, box) for box in boxes[text]), key=sum)
    ]


def _edges_apart(one: Box, other: Box) -> tuple[int, int, int, int]:
    return (
        abs(one.x - other.x),
        abs(one.y - other.y),
        abs(one.right - other.right),
        abs(one.bottom - other.bottom),
    )
