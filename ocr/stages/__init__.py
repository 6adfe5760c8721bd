"""One module per stage of a page. Each has Params (what was decided), Inputs (what beside the pixels that depends on),
``estimate`` (propose Params from a reduced copy, with a confidence) and ``apply`` (what Params do to the page).

An estimate that is not sure says "no change" with a low confidence; it never guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")

SURE = 0.5
"""Estimates with less confidence than this changed nothing and are flagged for a person."""


@dataclass(frozen=True, slots=True)
class Estimate(Generic[P]):
    """What a stage proposes. ``confidence``: 0 (a guess, so nothing is changed) to 1 (sure)."""

    params: P
    confidence: float
