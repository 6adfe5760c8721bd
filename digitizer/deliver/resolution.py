"""The resolution that an archive asks for (Circular 05/2025/TT-BNV, article 8)."""

from __future__ import annotations

from collections.abc import Sequence

from digitizer.model import Page, Value
from digitizer.workspace import Workspace

LEAST_DPI, LEAST_DPI_DRAWN = 200, 300
"""Papers; maps and drawings."""
DPI_TOLERANCE = 0.01
"""Share by which a resolution may be less: files round theirs."""
_DRAWN = ("30", "31")
"""Bản đồ, bản vẽ kỹ thuật (``resources/codes/document_type.toml``)."""


def coarse_pages(workspace: Workspace, kind: Value | None, pages: Sequence[Page]) -> tuple[int, dict[int, float]]:
    """The least dpi of papers of that ``kind`` (a code of ``document_type``), and what the pages below it have, by
    their numbers.
    """
    least = LEAST_DPI_DRAWN if kind in _DRAWN else LEAST_DPI
    known = workspace.catalogue.readings.resolutions([page.id for page in pages])
    found = {page.number: known[page.id] for page in pages if page.id in known}
    return least, {number: dpi for number, dpi in found.items() if dpi < least * (1 - DPI_TOLERANCE)}
