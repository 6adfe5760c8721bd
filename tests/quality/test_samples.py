"""How well the shipped pages are read, against the saved baseline: algorithms only get better.

``make quality`` compares; after a change that is better, run it with ``DIGITIZER_SAVE_BASELINE=1`` and commit the file.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import resources
from digitizer.settings import Settings
from ocr.work import PageRequest, PageResult, process_page

BASELINE = Path(__file__).with_name("samples.json")
RECALL_TOLERANCE = 0.01
"""Versions of Tesseract differ by about so much on a page."""
SKEW_TOLERANCE = 0.1
"""Degrees; the truth is known to a tenth."""


def truth() -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = json.loads(resources.path("samples/samples.json").read_text("utf-8"))["pages"]
    return pages


@pytest.fixture(scope="module")
def results() -> dict[str, PageResult]:
    wanted = Settings()
    return {
        key(page): process_page(
            PageRequest(
                resources.path(f"samples/{page['file']}"),
                page["page"],
                wanted.reading_languages,
                others=wanted.other_languages,
            )
        )
        for page in truth()
    }


def key(page: dict[str, Any]) -> str:
    return f"{page['file']}#{page['page']}"


@pytest.mark.quality
def test_turn_skew_and_blank_are_found(results: dict[str, PageResult]) -> None:
    wrong = []
    for page in truth():
        result = results[key(page)]
        skew_found = page["blank"] or abs(result.skew - page["skew"]) <= SKEW_TOLERANCE
        if (result.rotation, result.blank) != (page["rotation"], page["blank"]) or not skew_found:
            wrong.append((key(page), result.rotation, result.skew, result.blank))
    assert wrong == []


@pytest.mark.quality
def test_words_are_read_as_well_as_before(results: dict[str, PageResult]) -> None:
    measured = {key(page): round(_recall(page["text"], results[key(page)]), 4) for page in truth() if not page["blank"]}
    if os.environ.get("DIGITIZER_SAVE_BASELINE"):
        BASELINE.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
    baseline = json.loads(BASELINE.read_text("utf-8"))
    print(json.dumps(measured, indent=2))
    worse = {name: (was, measured[name]) for name, was in baseline.items() if measured[name] < was - RECALL_TOLERANCE}
    assert worse == {}


def _recall(printed: str, result: PageResult) -> float:
    """Share of the printed words that were read exactly, each as often as it stands there."""
    wanted = Counter(printed.split())
    found = Counter(word.text for word in result.text.words)
    return (wanted & found).total() / wanted.total()
