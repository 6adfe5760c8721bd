"""How long a file of many pages takes to become a package, against copying and hashing the same bytes; and the memory.

``python -m bench.deliver [--pages N] [--megabytes N] [--folder DIR]``: builds a workspace with one file, ten pages an
item, and a made-up PDF for each item. Then, each in a process of its own: a SIP and an AIP of Circular 05/2025 from the
PDFs that exist, as folder and as ZIP; ``cp`` and ``sha256sum`` of the same PDFs. Prints seconds, the ratio and peak
megabytes. ``--pdfs``: also the PDFs made from page images, in pages a second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from digitizer.deliver.content import DossierItem
from digitizer.deliver.delivering import Wish, deliver_packages
from digitizer.deliver.pdf_check import Check
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from tests.helpers.dossiers import dossier

_PER_ITEM = 10
_SETTINGS = Settings(person="Người đo", engine="null")


def build(folder: Path, pages: int, megabytes: int) -> None:
    """The workspace in ``folder/w`` and a PDF of random bytes for each item in ``folder/pdf``."""
    items = pages // _PER_ITEM
    with Workspace(folder / "w", _SETTINGS) as workspace, workspace.catalogue.database.conn:
        dossier(workspace, pages=[_PER_ITEM] * items)
    (folder / "pdf").mkdir()
    chance = random.Random(6)
    for number in range(1, items + 1):
        (folder / "pdf" / f"{number}.pdf").write_bytes(b"%PDF-1.7\n" + chance.randbytes(megabytes * 1_000_000 // items))


def deliver(folder: Path, kind: str, zipped: bool, existing: bool) -> dict[str, float]:
    """One delivery, in this process."""

    def copy(
        workspace: Workspace, item: DossierItem, path: Path, progress: Callable[[int, int], None]
    ) -> tuple[Check, ...]:
        shutil.copyfile(folder / "pdf" / f"{item.number}.pdf", path)
        return ()

    more = {"make_pdf": copy} if existing else {}
    target = folder / "giao"
    with Workspace(folder / "w", _SETTINGS) as workspace:
        started = time.perf_counter()
        report = deliver_packages(workspace, target, Wish(kind, zipped=zipped), **more)  # type: ignore[arg-type]
        seconds = time.perf_counter() - started
    for code, error in report.refused:
        raise SystemExit(f"{code}: {error.message}")
    (package,) = report.packages
    shutil.rmtree(target)
    return {
        "seconds": seconds,
        "pages": package.pages,
        "bytes": package.bytes,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def copied(folder: Path) -> float:
    """Seconds of ``cp``, ``sync`` and ``sha256sum`` of the same PDFs."""
    target = folder / "cp"
    started = time.perf_counter()
    subprocess.run(["cp", "-r", folder / "pdf", target], check=True)
    subprocess.run(["sync", "-f", target], check=True)
    files = [str(path) for path in target.iterdir()]
    subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    shutil.rmtree(target)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=3_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pdfs", action="store_true")
    parser.add_argument("--one", nargs=3)
    given = parser.parse_args()
    if given.one:
        kind, zipped, existing = given.one
        print(json.dumps(deliver(given.folder, kind, zipped == "zip", existing == "existing")))
        return
    folder = given.folder or Path(tempfile.mkdtemp())
    if not (folder / "w").is_dir():
        build(folder, given.pages, given.megabytes)
    os.sync()
    print("ways                     seconds   ratio   peak MB")
    least = min(copied(folder) for _ in range(2))
    print(f"cp, sync, sha256sum      {least:7.1f}    1.00")
    ways = [(kind, shape, "existing") for kind in ("sip", "aip") for shape in ("folder", "zip")]
    for way in [*ways, *([("sip", "zip", "made")] if given.pdfs else [])]:
        said = subprocess.run(
            [sys.executable, "-m", "bench.deliver", "--folder", str(folder), "--one", *way],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        told = json.loads(said)
        line = f"{' '.join(way):24} {told['seconds']:7.1f} {told['seconds'] / least:7.2f} {told['peak']:9.0f}"
        print(line if way[2] == "existing" else f"{line}  {told['pages'] / told['seconds']:.0f} pages/s")


if __name__ == "__main__":
    main()
