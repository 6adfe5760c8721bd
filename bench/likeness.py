"""How surely a paper scanned twice is told from other papers: ``python -m bench.likeness FILE... [--pages 4]``.

Scans each page of the files again (turned, shifted, cropped, dirtied, at another resolution, as JPEG), cleans both as
the queue does, and prints in how many bits the two differ and in how many bits different pages do; then how long it
takes to find the near pairs among ``--many`` pages of such bits.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from ocr import likeness, pipeline
from ocr.engines import open_engine
from ocr.errors import PageError
from ocr.load import Raster, count, load
from ocr.recipe import Recipe

_GUESSED_DPI = 200.0
_SEED = 20


@dataclass(frozen=True)
class Scan:
    """How the second scan is worse: ``turned`` degrees, ``moved`` and ``cropped`` parts of the page at most, ``noise``
    of grey, ``scale`` of its resolution, ``quality`` of its JPEG.
    """

    turned: float
    moved: float
    cropped: float
    noise: float
    scale: float
    quality: int

    def of(self, raster: Raster, dice: np.random.Generator) -> Raster:
        pixels = raster.pixels
        height, width = pixels.shape[:2]
        degrees, factor = dice.uniform(-self.turned, self.turned), dice.uniform(0.98, 1.02)
        matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, factor), np.float64)
        matrix[:, 2] += dice.uniform(-self.moved, self.moved, 2) * np.array([width, height])
        turned = cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255, 255, 255))
        top, bottom, left, right = (dice.uniform(0, self.cropped, 4) * [height, height, width, width]).astype(int)
        cut = turned[top : height - bottom, left : width - right] * dice.uniform(0.85, 1.0) + dice.uniform(0, 15)
        dirty = np.clip(cut + dice.normal(0, self.noise, cut.shape), 0, 255).astype(np.uint8)
        small = cv2.resize(dirty, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA)
        _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        again = np.asarray(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED), np.uint8)
        return replace(raster, pixels=again, dpi=(raster.dpi or _GUESSED_DPI) * self.scale, text=None)


SCANS = {
    "good": Scan(0.4, 0.02, 0.0, 4, 1.0, 85),
    "200 dpi": Scan(1.5, 0.02, 0.02, 8, 2 / 3, 60),
    "poor": Scan(3.0, 0.02, 0.03, 15, 0.8, 35),
}


def bits_of(raster: Raster) -> bytes | None:
    """The bits of the page as the queue would keep them; None for a blank one."""
    done = pipeline.run(raster, open_engine("null"), ("vie",), Recipe(), restore_marks=False)
    return None if done.blank else likeness.likeness(done.pixels, done.dpi)


def main(arguments: Sequence[str]) -> None:
    """Print distances of the same and of different papers, and the seconds of the search."""
    parser = argparse.ArgumentParser(prog="python -m bench.likeness", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--pages", type=int, default=4, help="of each file (default: %(default)s)")
    parser.add_argument("--many", type=int, default=1_000_000, help="pages to search among (default: %(default)s)")
    wanted = parser.parse_args(arguments)
    dice = np.random.default_rng(_SEED)
    first: list[bytes] = []
    same: dict[str, list[int]] = {name: [] for name in SCANS}
    for raster in _rasters(wanted.files, wanted.pages):
        bits = bits_of(replace(raster, text=None))
        if bits is None:
            continue
        first.append(bits)
        for name, scan in SCANS.items():
            again = bits_of(scan.of(raster, dice))
            same[name].append(likeness.BITS if again is None else likeness.distance(bits, again))
    for name, distances in same.items():
        _say(f"same paper, {name}", distances)
    pages = np.array([np.frombuffer(bits, np.uint8) for bits in first])
    _say("different pages", [likeness.distance(a, b) for at, a in enumerate(first) for b in first[at + 1 :]])
    bits_on = np.unpackbits(pages, axis=1).mean(axis=0)
    many = np.concatenate(
        [np.packbits(dice.random((10_000, likeness.BITS)) < bits_on, axis=1) for _ in range(wanted.many // 10_000)]
    )
    began = time.process_time()
    found = likeness.near_pairs(many)
    print(f"{len(many):,} pages: {time.process_time() - began:.1f} s of processor time, {len(found)} pairs by chance")


def _say(what: str, distances: Sequence[int]) -> None:
    shares = np.percentile(distances, [0, 50, 80, 90, 95, 100]).round().astype(int).tolist()
    near = sum(each <= likeness.NEAR for each in distances)
    print(f"{what}: bits at 0, 50, 80, 90, 95, 100 %: {shares}; near: {near} of {len(distances)}")


def _rasters(files: Sequence[Path], most: int) -> Iterator[Raster]:
    for path in files:
        try:
            for index in range(min(count(path), most)):
                yield load(path, index)
        except PageError as error:
            print(f"{path}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
