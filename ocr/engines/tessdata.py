"""What the two roads to Tesseract share: where its models lie.

Ours come first (``resources/tessdata``); where a page needs others, the system's; where ``TESSDATA_PREFIX`` is set, a
person has chosen, and only that folder counts.
"""

from __future__ import annotations

import os
from pathlib import Path

import resources
from ocr.errors import PageError, PageFault

SYSTEM_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
)
CHOICES = 1
"""Times that Tesseract looks for other letters. Marks are mended as well with one as with its own five (11 real pages:
37 and 38 words right, 2 and 3 wrong), in an eighth less time."""


def folders() -> tuple[Path, ...]:
    """Where models lie, in order. Raises PageError ENGINE_MISSING where there is no system's folder."""
    asked = os.environ.get("TESSDATA_PREFIX")
    there = [Path(folder) for folder in ((asked,) if asked else SYSTEM_FOLDERS) if Path(folder).is_dir()]
    if not there:
        raise PageError(PageFault.ENGINE_MISSING, f"no tessdata folder at {asked or ', '.join(SYSTEM_FOLDERS)}")
    return (there[0],) if asked else (resources.path("tessdata"), there[0])


def languages() -> frozenset[str]:
    """Languages with a model; not ``osd``, which reads nothing."""
    return frozenset(path.stem for folder in folders() for path in folder.glob("*.traineddata")) - {"osd"}


def models(asked: tuple[str, ...]) -> tuple[Path, str]:
    """The folder that holds the models of all languages ``asked``, and these the way Tesseract takes them, such as
    ``vie+eng``. Raises PageError LANGUAGE_MISSING.
    """
    missing = [language for language in asked if language not in languages()]
    if missing or not asked:
        raise PageError(PageFault.LANGUAGE_MISSING, ", ".join(missing) or "no language was asked for")
    for folder in folders():
        if all((folder / f"{language}.traineddata").exists() for language in asked):
            return folder, "+".join(asked)
    raise PageError(PageFault.LANGUAGE_MISSING, f"{'+'.join(asked)} are in no folder together")
