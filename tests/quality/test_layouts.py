"""How well tables and columns are found, against the saved baseline (see ``test_reading``)."""

from __future__ import annotations

import json
import os
from difflib import SequenceMatcher
from pathlib import Path
from statistics import fmean

import pytest

from ocr.text import Cell, PageText
from tests.quality import corpora, layouts, rendered

pytestmark = [pytest.mark.quality, pytest.mark.timeout(1800)]

BASELINE = Path(__file__).with_name("layouts.json")
PAGES = 6
TOLERANCE = 0.01


def cells_right(case: corpora.Case, text: PageText) -> float:
    """F1 of cells with their place, span and whole text."""
    wanted = {(cell, " ".join(printed.split())) for cell, printed in case.cells}
    found = {(cell, printed) for cell, printed in _cells(text).items()}
    return 2 * len(wanted & found) / (len(wanted) + len(found))


def in_order(case: corpora.Case, text: PageText) -> float:
    """Share of the printed words that were read in their order."""
    wanted = case.truth.split()
    blocks = SequenceMatcher(None, wanted, text.text.split(), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def _cells(text: PageText) -> dict[Cell, str]:
    return {block.cell: " ".join(line.text for line in block.lines) for block in text.blocks if block.cell is not None}


def test_tables_and_columns_are_found_as_well_as_before() -> None:
    if not rendered.SHARED.is_dir():
        pytest.skip(f"the baseline was measured with {rendered.SHARED}, which is not there")
    measured = {}
    for kind in layouts.KINDS:
        pages = [(case, corpora.ours(case.path)[0].text) for case in corpora.cases(kind, PAGES)]
        measured[kind] = {"in order": round(fmean(in_order(*page) for page in pages), 4)}
        if kind != "columns":
            measured[kind]["cells"] = round(fmean(cells_right(*page) for page in pages), 4)
        else:
            measured[kind]["false tables"] = sum(bool(_cells(text)) for _, text in pages)
    print(json.dumps(measured, indent=2))
    if os.environ.get("DIGITIZER_SAVE_BASELINE"):
        BASELINE.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
    for kind, was in json.loads(BASELINE.read_text("utf-8")).items():
        for name, figure in was.items():
            worse = measured[kind][name] - figure if name == "false tables" else figure - measured[kind][name]
            assert worse <= TOLERANCE, (kind, name, figure, measured[kind][name])
