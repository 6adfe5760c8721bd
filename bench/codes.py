"""How surely codes are read, and how long a page takes: ``python -m bench.codes FILE... [--pages 4]``.

Prints every code found on the pages of the files (on papers without codes there must be none) and the time that looking
takes, for an A4 page of 300 dpi. Then prints separator sheets and labels of our own, scans them worse and worse, and
counts what is still read.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.labels.printing import write_labels, write_plain_separators
from digitizer.labels.sheets import label_sheet
from digitizer.model import Level
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr.barcodes import Code, Kind
from ocr.errors import PageError
from ocr.load import Raster, count, load
from ocr.look import look

A4_300 = 8.7e6
_FILES = 24


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--pages", type=int, default=4)
    chosen = parser.parse_args(arguments)
    _of_files(chosen.files, chosen.pages)
    _of_print()


def _of_files(files: Sequence[Path], most: int) -> None:
    seconds = []
    for path, raster in _pages(files, most):
        began = time.process_time()
        codes = look(raster).codes
        seconds.append((time.process_time() - began) * A4_300 / (raster.pixels.shape[0] * raster.pixels.shape[1]))
        for said in sorted({f"{code.kind} {code.value if code.readable else '?'}" for code in codes}):
            print(f"{path}  {said}")
    if seconds:
        print(f"{len(seconds)} pages; seconds for A4 at 300 dpi: median {np.median(seconds):.3f}", end="")
        print(f", 95th percentile {np.percentile(seconds, 95):.3f}")


def _pages(files: Sequence[Path], most: int) -> Iterator[tuple[str, Raster]]:
    for path in files:
        try:
            for index in range(min(count(path), most)):
                yield f"{path.name} [{index + 1}]", load(path, index)
        except PageError as error:
            print(f"{path.name}: {error.fault}")


def _of_print() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plain_separators(folder / "patch.pdf", 1, "T")
        with Workspace(folder / "w", Settings(engine="null")) as workspace:
            fonds = workspace.catalogue.records.create(Level.FONDS, "PH-15", "Ủy ban nhân dân huyện")
            for number in range(_FILES):
                code = f"000.00.15.H49.2024.{number:03d}.HĐND"
                workspace.catalogue.records.create(Level.FILE, code, "Hồ sơ", fonds)
            write_labels(workspace, folder / "labels.pdf", ["PH-15"], label_sheet("3x8"))
        for dpi in (100, 150, 200, 300):
            patches, labels = (_scanned(folder / f"{each}.pdf", dpi) for each in ("patch", "labels"))
            for degrees, grey, noise in ((0, (0, 255), 0), (1, (30, 240), 12), (5, (60, 230), 12), (2, (170, 225), 8)):
                found = [_read(page, dpi, degrees, grey, noise) for page in (patches, labels)]
                bars = sum(code.kind is Kind.PATCH and code.value == "T" for code in found[0])
                read = len({code.value for code in found[1] if code.readable})
                print(f"{dpi} dpi, {degrees} degrees, grey {grey}: patch T {bars}/4, labels {read}/{_FILES}")


def _scanned(pdf: Path, dpi: int) -> NDArray[np.uint8]:
    picture = pdf.with_suffix(".png")
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", "-singlefile", pdf, pdf.with_suffix("")], check=True)
    return np.asarray(cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE), np.uint8)


def _read(page: NDArray[np.uint8], dpi: int, degrees: float, grey: tuple[int, int], noise: float) -> tuple[Code, ...]:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    pale = cv2.warpAffine(page, matrix, (width, height), borderValue=(255,)) / 255 * (grey[1] - grey[0]) + grey[0]
    dirty = np.clip(pale + np.random.default_rng(7).normal(0, noise, pale.shape), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", dirty, [cv2.IMWRITE_JPEG_QUALITY, 50])
    return look(Raster(np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8), float(dpi))).codes


if __name__ == "__main__":
    main()
