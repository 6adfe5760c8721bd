"""What a worker is asked for a page, and how the page is named in a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from digitizer.settings import Settings
from ocr.recipe import Recipe, kept
from ocr.work import PageRequest


def page_request(
    settings: Settings, source: Path, index: int, recipe: Recipe | None = None, *, layers: bool = False
) -> PageRequest:
    """Page ``index`` of ``source``, to be read as ``settings`` say; ``layers``: also for the reading profile."""
    return PageRequest(
        source, index, settings.reading_languages, recipe, settings.engine,
        others=settings.other_languages, restore_marks=settings.restore_marks, layers=layers,
    )  # fmt: skip


def remade(settings: Settings, source: Path, index: int, recipe: Recipe) -> PageRequest:
    """The page as ``recipe`` made it before, without reading it."""
    return replace(page_request(settings, source, index, kept(recipe)), engine="null")


def page_label(name: str, index: int) -> str:
    """How a page is named in a sentence: the file it came from, and its place in it (from 1)."""
    return f"{name} [{index + 1}]"
