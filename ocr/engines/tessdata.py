"""What the two roads to Tesseract share: where its models lie."""

from __future__ import annotations

import os
from pathlib import Path

from ocr.errors import PageError, PageFault

SYSTEM_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
)


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
