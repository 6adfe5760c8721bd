"""Small workspaces and pages for tests that are not about reading."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from digitizer.model import PageId, Sha256, new_id
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr.geometry import Box, Size, Transform
from ocr.loaders.raster import Inspection, PageInfo
from ocr.recipe import Recipe
from ocr.text import Block, Line, PageText, Word
from ocr.work import PageResult

NULL_ENGINE = Settings(engine="null", jobs=2, person="Người thử", role="scan")
"""Settings for tests that need the whole chain but not the words."""
WORD_SIZE = Size(60, 20)


def tiny_page(path: Path, number: int) -> Path:
    """A small PNG that differs from every other number's and has enough on it not to be blank."""
    image = Image.new("1", (240, 160), 1)
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 60, 200, 80), fill=0)
    for bit in range(16):
        if number >> bit & 1:
            pen.rectangle((40 + 10 * bit, 90, 46 + 10 * bit, 110), fill=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, dpi=(200, 200))
    return path


def page_text(*lines: str) -> PageText:
    """A page with these lines, each word in a box of its own."""
    made = []
    for row, line in enumerate(lines):
        words = tuple(
            Word(word, Box(10 + column * 70, 10 + row * 30, WORD_SIZE.width, WORD_SIZE.height), 0.9)
            for column, word in enumerate(line.split())
        )
        made.append(Line(words, Box.union(word.box for word in words)))
    blocks = (Block(tuple(made), Box.union(line.box for line in made)),) if made else ()
    return PageText(Size(1000, 1400), 200.0, ("vie",), "test 1", blocks)


def page_result(text: PageText, *, likeness: bytes | None = None) -> PageResult:
    """What a worker gives that has read ``text`` on a page."""
    return PageResult(
        recipe=Recipe(), text=text, transform=Transform.identity(), size=text.size, dpi=text.dpi, rotation=0,
        skew=0.0, blank=not text.blocks, confidence=text.confidence, flags=(),
        image=b"", thumbnail=b"", seconds=0.0, likeness=likeness,
    )  # fmt: skip


def store(workspace: Workspace, page: PageId, text: PageText, *, likeness: bytes | None = None) -> None:
    """Store ``text`` as what was read on ``page``, and what tells it from others."""
    workspace.catalogue.readings.store(page, page_result(text, likeness=likeness))


def imported(workspace: Workspace, folder: Path, count: int, record: str | None = None) -> list[PageId]:
    """Import ``count`` tiny pages; gives their ids in order."""
    from digitizer.capture.files import import_paths

    paths: Sequence[Path] = [tiny_page(folder / f"p{number}.png", number + 1) for number in range(count)]
    return [page for each in import_paths(workspace, paths, record).imported for page in each.pages]


def added(workspace: Workspace, code: str, count: int) -> list[PageId]:
    """Add ``count`` pages of one made-up master to the record of that code, without a worker; gives their ids."""
    record = workspace.catalogue.records.file_for(code)
    inspection = Inspection("tiff", (PageInfo(Size(240, 160), 200.0),) * count)
    digest = Sha256(hashlib.sha256(code.encode()).hexdigest())
    return workspace.catalogue.pages.add(record, digest, 1, inspection, name=f"{code}.tif", call=new_id())
