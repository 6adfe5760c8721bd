"""The files that a person means who names files and folders."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

_LITTER = frozenset({"thumbs.db", "desktop.ini"})


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files among ``paths`` and inside its folders, folders in natural order; hidden files and litter left out.

    A folder that cannot be listed is given like a file, to be refused by its name. Links to folders are followed, each
    folder once.
    """
    seen: set[str] = set()
    for path in paths:
        yield from _inside(path, seen) if path.is_dir() else (path,)


def _inside(folder: Path, seen: set[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        names = sorted((entry.name for entry in os.scandir(folder)), key=natural_key)
    except OSError:
        yield folder
        return
    wanted = [folder / name for name in names if not name.startswith(".") and name.lower() not in _LITTER]
    yield from (path for path in wanted if not path.is_dir())
    for path in wanted:
        if path.is_dir():
            yield from _inside(path, seen)


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key that counts: page 2 before page 10."""
    parts = re.split(r"(\d+)", unicodedata.normalize("NFC", name).casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
