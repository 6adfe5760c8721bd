"""Scan A4 pages in colour at 300 dpi and see how soon each is safe, and how many a minute go through.

    python -m bench.capture [--pages N]

The scanner is libsane's driver ``pnm`` on a real page with the noise of a sensor; it feeds as fast as pages are taken.
Prints how long a page takes from its last byte until it is safe in the spool (synced and named), against writing and
syncing the same bytes plainly; pages a minute into the spool while others are compressed, proved and entered behind
it; pages a minute through the whole way; and the memory for one page of A3 at 600 dpi. Machines are noisy: the ratios
tell more than the seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from PIL import Image

import resources
from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner.session import Scanner
from digitizer.capture.scans import scan_sheets
from digitizer.settings import Settings
from digitizer.tasks import Task
from digitizer.workspace import Workspace

A4_300 = (2480, 3508)
A3_600 = (7016, 9921)
NOISE = 1.5
"""Grey levels: what a sensor adds, and what makes scans hard to compress."""
WANTED_P95_MS = 250.0
WANTED_PAGES_A_MINUTE = 100.0


def main(arguments: Sequence[str]) -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.capture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=60, help="how many pages are scanned (default: 60)")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="digitizer-bench-") as scratch:
        folder = Path(scratch)
        page = _page(folder / "page.ppm")
        plain = [_plain(page, folder / "plain") for _ in range(max(10, wanted.pages // 3))]
        size = page.stat().st_size / 1e6
        print(f"a page: {size:.1f} MB; {wanted.pages} pages; {len(os.sched_getaffinity(0))} cores")
        print(f"written and synced plainly: {_figures(plain)}")
        safe, came, seconds = _scanned(folder, page, wanted.pages)
        print(f"from the last byte to safe: {_figures(safe)}")
        print(f"  p95 against {WANTED_P95_MS:.0f} ms wanted: {_p95(safe) * 1e3 / WANTED_P95_MS:.2f}", end="; ")
        print(f"median against writing plainly: {median(safe) / median(plain):.2f}")
        spooled = 60 * (len(came) - 1) / (came[-1] - came[0])
        gaps = [after - before for before, after in pairwise(came)]
        print(
            f"into the spool: {spooled:.0f} pages a minute, {spooled / WANTED_PAGES_A_MINUTE:.2f} of what is wanted",
            end="; ",
        )
        print(f"longest gap {max(gaps):.2f} s, median {median(gaps):.2f} s")
        print(f"into the catalogue, all of them: {60 * wanted.pages / seconds:.0f} pages a minute", end="; ")
        print(f"against writing plainly: {seconds / wanted.pages / median(plain):.1f}")
        for name, megabytes in _memory(folder).items():
            print(f"memory for A3 in colour at 600 dpi, {name}: at most {megabytes:.0f} MB")


def _page(path: Path, size: tuple[int, int] = A4_300) -> Path:
    """A real page of ``size`` in pixels, with noise."""
    with Image.open(resources.path("samples/cong-van.jpg")) as image:
        pixels = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BICUBIC)).copy()
    random = np.random.default_rng(1)
    for row in pixels:  # one by one: A3 at 600 dpi would take a gigabyte
        noisy = row + random.normal(0, NOISE, row.shape).astype(np.float32)
        row[:] = np.clip(noisy, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def _plain(page: Path, target: Path) -> float:
    """Seconds to write and sync the same bytes."""
    data = page.read_bytes()
    began = time.perf_counter()
    with target.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    took = time.perf_counter() - began
    target.unlink()
    return took


def _scanned(folder: Path, page: Path, count: int) -> tuple[list[float], list[float], float]:
    """Seconds to safe of each page, the moments at which they came, and the seconds until all are in the catalogue."""
    (folder / "sane").mkdir()
    (folder / "sane" / "dll.conf").write_text("pnm\n")
    os.environ[CONFIG_VARIABLE] = str(folder / "sane")
    came: list[float] = []

    def note(done: int, _: int, __: str) -> None:
        came.append(time.perf_counter())

    with Scanner() as scanner, Workspace(folder / "workspace", Settings()) as workspace:
        scanner.open("pnm:0")
        scanner.set([("filename", str(page)), ("resolution", 300)])
        began = time.perf_counter()
        report = scan_sheets(workspace, scanner, "pnm:0", place="BENCH", count=count, task=Task(note))
        assert len(report.spool.entered) == count, report
        return report.seconds, came, time.perf_counter() - began


def _memory(folder: Path) -> dict[str, float]:
    """Megabytes that each process takes at most while one large page goes the whole way."""
    page = _page(folder / "a3.ppm", A3_600)
    # The peak of making the page is forgotten, by us and by the processes that are born of us (proc_pid_clear_refs(5)).
    Path("/proc/self/clear_refs").write_text("5")
    peaks: dict[str, float] = {}
    with Scanner() as scanner, Workspace(folder / "a3", Settings()) as workspace:
        scanner.open("pnm:0")
        scanner.set([("filename", str(page)), ("resolution", 600)])
        report = scan_sheets(workspace, scanner, "pnm:0", place="BENCH", count=1)
        assert len(report.spool.entered) == 1, report
        peaks |= {"the child that scans": _peak(scanner.pid), "the program": _peak(os.getpid())}
    return peaks | {"the worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3}


def _peak(process: int | None) -> float:
    """Megabytes that a running process took at most."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e3


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _figures(seconds: Sequence[float]) -> str:
    return f"median {median(seconds) * 1e3:.0f} ms, p95 {_p95(seconds) * 1e3:.0f} ms"


if __name__ == "__main__":
    main(sys.argv[1:])
