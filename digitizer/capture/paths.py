"""The files that a person means who names files and folders."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_LITTER = frozenset(
    {
        "thumbs.db", "ehthumbs.db", "desktop.ini", "picasa.ini", "$recycle.bin", "system volume information",
        "lost+found", "__macosx",
    }
)  # fmt: skip
"""What systems put into folders, none of it a person's."""


def files_in(
    paths: Sequence[Path], on_left_out: Callable[[Path], None] = lambda _: None, *, apart: Path | None = None
) -> Iterator[Path]:
    """The files among ``paths`` and inside its folders, folders in natural order; hidden files and litter left out,
    each told to ``on_left_out``.

    A folder that cannot be listed is given like a file, to be refused by its name. Links to folders are followed, each
    folder once; never into ``apart``, the program's own.
    """
    seen = set() if apart is None else {os.path.realpath(apart)}
    for path in paths:
        yield from _inside(path, seen, on_left_out) if is_folder(path) else (path,)


def _inside(folder: Path, seen: set[str], on_left_out: Callable[[Path], None]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        names = sorted((entry.name for entry in os.scandir(folder)), key=natural_key)
    except OSError:
        yield folder
        return
    files: list[Path] = []
    folders: list[Path] = []
    for name in names:
        path = folder / name
        if name.startswith(".") or name.lower() in _LITTER:
            on_left_out(path)
        else:
            (folders if is_folder(path) else files).append(path)
    yield from files
    for path in folders:
        yield from _inside(path, seen, on_left_out)


def is_folder(path: Path) -> bool:
    """Not ``Path.is_dir``: that raises where a folder above may not be entered."""
    return os.path.isdir(path)  # noqa: PTH112


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key that counts: page 2 before page 10."""
    parts = re.split(r"(\d+)", unicodedata.normalize("NFC", name).casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
