"""What the two roads to Tesseract share: where its models lie, and the size of page it reads best."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.errors import PageError, PageFault
from ocr.geometry import Size, Transform
from ocr.text import PageText

SYSTEM_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
)

READS_FROM_DPI, READS_TO_DPI, BEST_DPI = 200.0, 400.0, 300.0
"""Inside this range a page is read as it is: on real 200 dpi scans scaling gains nothing and may lose."""
MAX_SIDE = 32_767
"""Tesseract refuses images with a longer side (INT16_MAX)."""

Recognise = Callable[[NDArray[np.uint8], float], PageText]
"""Reads a grey page at a dpi; boxes in its pixels."""


def folder() -> Path:
    """Where the models lie: ``TESSDATA_PREFIX`` where set, else the system's. Raises PageError ENGINE_MISSING."""
    asked = os.environ.get("TESSDATA_PREFIX")
    for candidate in (asked,) if asked else SYSTEM_FOLDERS:
        if Path(candidate).is_dir():
            return Path(candidate)
    raise PageError(PageFault.ENGINE_MISSING, f"no tessdata folder at {asked or ', '.join(SYSTEM_FOLDERS)}")


def languages() -> frozenset[str]:
    """Languages with a model; not ``osd``, which reads nothing."""
    return frozenset(path.stem for path in folder().glob("*.traineddata")) - {"osd"}


def code(asked: tuple[str, ...]) -> str:
    """``asked`` the way Tesseract takes it, such as ``vie+eng``. Raises PageError LANGUAGE_MISSING."""
    missing = [language for language in asked if language not in languages()]
    if missing or not asked:
        raise PageError(PageFault.LANGUAGE_MISSING, ", ".join(missing) or "no language was asked for")
    return "+".join(asked)


def read_at_best_size(grey: NDArray[np.uint8], dpi: float, recognise: Recognise) -> PageText:
    """``recognise`` on a copy that Tesseract can read, its answer carried back to the pixels of ``grey``."""
    height, width = grey.shape
    factor = 1.0 if READS_FROM_DPI <= dpi <= READS_TO_DPI else BEST_DPI / dpi
    factor = min(factor, MAX_SIDE / max(height, width))
    if factor == 1.0:
        return recognise(grey, dpi)
    size = Size(max(1, round(width * factor)), max(1, round(height * factor)))
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    copy = np.asarray(cv2.resize(grey, (size.width, size.height), interpolation=method), dtype=np.uint8)
    back = Transform.scale(width / size.width, height / size.height)
    return recognise(copy, dpi * factor).mapped(back, Size(width, height), dpi)
