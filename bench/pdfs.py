"""PDFs from derivatives that are there: ``python -m bench.pdfs [--records 20] [--pages 10]``.

Makes a workspace of A4 colour pages at 300 dpi with some 400 words each, as read, and delivers each record. Prints
pages a second on the clock and of processor time, how that compares with ``cp`` and ``sha256sum`` of the same bytes,
and peak memory.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitizer.deliver.records import deliver_pdf
from digitizer.model import Level, Sha256, new_id
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr.geometry import Box, Size, Transform
from ocr.loaders.raster import Inspection, PageInfo
from ocr.recipe import Recipe
from ocr.text import Block, Line, PageText, Word
from ocr.work import PageResult

_SIZE, _DPI = Size(2480, 3508), 300.0
_SEEDS = 8
"""Pages that differ; they come again and again."""
_SYLLABLES = ("căn", "cứ", "luật", "tổ", "chức", "chính", "quyền", "địa", "phương", "ngày", "tháng", "năm", "xét", "đề")


def page(seed: int) -> tuple[bytes, PageText]:
    """A page of 34 lines with the grain of paper, and its text."""
    chance = random.Random(seed)
    image = Image.new("RGB", (_SIZE.width, _SIZE.height), (250, 248, 240))
    pen, font, lines = ImageDraw.Draw(image), ImageFont.truetype("DejaVuSans.ttf", 52), []
    for row in range(34):
        x, words = 300.0, []
        while x < 2100:
            text = chance.choice(_SYLLABLES)
            place = (x, 350.0 + row * 84)
            pen.text(place, text, (20, 20, 30), font, anchor="ls")
            left, top, right, bottom = (round(side) for side in pen.textbbox(place, text, font, anchor="ls"))
            words.append(Word(text, Box(left, top, right - left, bottom - top), 0.9))
            x = right + 22
        lines.append(Line(tuple(words), Box.union(word.box for word in words)))
    grain = np.random.default_rng(seed).integers(-5, 6, (_SIZE.height, _SIZE.width, 1))
    made = io.BytesIO()
    Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8)).save(made, "JPEG", quality=85)
    block = Block(tuple(lines), Box.union(line.box for line in lines))
    return made.getvalue(), PageText(_SIZE, _DPI, ("vie",), "bench 1", (block,))


def fill(root: Path, records: int, pages: int) -> None:
    """Pages that are read, without having read them."""
    with Workspace(root, Settings(engine="null")) as workspace:
        _fill(workspace, records, pages)


def _fill(workspace: Workspace, records: int, pages: int) -> None:
    made = [page(seed) for seed in range(_SEEDS)]
    file = workspace.catalogue.records.create(Level.FILE, "H49.64.2024.1", "Hồ sơ")
    master = workspace.masters.path(Sha256(hashlib.sha256(b"bench").hexdigest()))
    master.parent.mkdir(parents=True, exist_ok=True)
    master.write_bytes(b"II*\0")
    for number in range(records):
        item = workspace.catalogue.records.create(Level.ITEM, f"H49.64.2024.1.{number + 1:03d}", "Quyết định", file)
        inspection = Inspection("tiff", (PageInfo(_SIZE, _DPI),) * pages)
        born = workspace.catalogue.pages.add(
            item, Sha256(hashlib.sha256(b"bench").hexdigest()), 4, inspection, name=f"{number}.tif", call=new_id()
        )
        for place, key in enumerate(born):
            image, text = made[(number + place) % _SEEDS]
            workspace.catalogue.readings.store(
                key,
                PageResult(
                    recipe=Recipe(), text=text, transform=Transform.identity(), size=_SIZE, dpi=_DPI, rotation=0,
                    skew=0.0, blank=False, confidence=0.9, flags=(), image=b"", thumbnail=b"", seconds=0.0,
                ),
            )  # fmt: skip
            workspace.derivatives.write(workspace.derivatives.image(key), image)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20)
    parser.add_argument("--pages", type=int, default=10)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(1) as beside:  # drawing the pages takes memory that is not delivery's
            beside.submit(fill, Path(folder) / "w", asked.records, asked.pages).result()
        measure(Path(folder), asked.records * asked.pages)


def measure(folder: Path, count: int) -> None:
    with Workspace(folder / "w", Settings(engine="null")) as workspace:
        clock, processor = time.monotonic(), time.process_time()
        report = deliver_pdf(workspace, folder / "out")
        clock, processor = time.monotonic() - clock, time.process_time() - processor
        assert not report.refused, report.refused
        before = time.monotonic()
        copied = f"cp -r {folder}/out {folder}/copy && sha256sum {folder}/copy/*.pdf"
        subprocess.run(copied, shell=True, check=True, stdout=subprocess.DEVNULL)
        plain = time.monotonic() - before
    print(f"{count} pages, {sum(package.bytes for package in report.packages) / 1e6:.0f} MB")
    print(f"{count / clock:.1f} pages a second on the clock, {count / processor:.1f} of processor time")
    print(f"{clock / plain:.1f} times cp and sha256sum ({plain:.2f} s)")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
