"""The images and PDFs that a table names, found in the folder that was handed over with it."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from digitizer.capture.paths import files_in


class FileFinder:
    """Files in one folder by their path as somebody else's computer wrote it."""

    def __init__(self, folder: Path) -> None:
        self._found: dict[tuple[str, ...], Path] = {}
        for path in files_in([folder]):
            self._found.setdefault(_parts(os.fspath(path.relative_to(folder))), path)

    def find(self, text: str) -> Path | None:
        """The file that ``text`` names; capitals and the form of marks do not matter, nor what its path begins with:
        of ``D:\\Scan\\HS01\\1.pdf`` as much counts as is needed. Never a file outside the folder. None where there is
        none.
        """
        parts = _parts(text.replace("\\", "/"))
        return next((self._found[parts[at:]] for at in range(len(parts)) if parts[at:] in self._found), None)


def _parts(path: str) -> tuple[str, ...]:
    return tuple(
        unicodedata.normalize("NFC", part).casefold() for part in path.split("/") if part not in ("", ".", "..")
    )
