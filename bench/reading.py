"""Reading a page against bare Tesseract on the raw page, both on one thread, in turn, in one run.

    python -m bench.reading [FILE…]        (default: the shipped pages)

Prints seconds a page for each and their ratio; machines are noisy, ratios in one run are not.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np

import resources
from digitizer.capture.files import files_in
from ocr.engines import open_engine
from ocr.errors import PageError
from ocr.load import inspect, load
from ocr.work import PageRequest, process_page

ROUNDS = 3
LANGUAGES = ("vie",)


def main(arguments: Sequence[str]) -> None:
    """Time every page of the files."""
    paths = [Path(argument) for argument in arguments] or [resources.path("samples")]
    ratios = []
    for path in files_in(paths):
        try:
            pages = len(inspect(path).pages)
        except PageError:
            continue
        for index in range(pages):
            ours = _fastest(partial(process_page, PageRequest(path, index, LANGUAGES)))
            theirs = _fastest(partial(_read_bare, path, index))
            ratios.append(ours / theirs)
            print(f"{path.name}#{index}: {ours:.2f} s, bare {theirs:.2f} s, ratio {ours / theirs:.2f}")
    print(f"{len(ratios)} pages, median ratio {statistics.median(ratios):.2f}")


def _read_bare(path: Path, index: int) -> None:
    raster = load(path, index)
    grey = cv2.cvtColor(raster.pixels, cv2.COLOR_RGB2GRAY) if raster.pixels.ndim == 3 else raster.pixels
    open_engine().read(np.asarray(grey, np.uint8), dpi=raster.dpi or 300.0, languages=LANGUAGES)


def _fastest(act: Callable[[], object]) -> float:
    """The least of several runs, in seconds."""
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        took.append(time.perf_counter() - started)
    return min(took)


if __name__ == "__main__":
    main(sys.argv[1:])
