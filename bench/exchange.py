"""How long a package of many pages takes to be given and taken, against copying and hashing the same masters; and the
memory.

``python -m bench.exchange [--pages N] [--kilobytes N] [--folder DIR]``: builds a workspace of made-up masters, each of
so many kilobytes, with a page of text each. Then, each in a process of its own: deliver, receive, receive again; ``cp``
and ``sha256sum`` of the masters. Prints seconds, the ratio and peak megabytes, and the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.deliver import copied
from digitizer.deliver.exchange import deliver_exchange
from digitizer.deliver.receive import receive
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from tests.helpers.stations import keep
from tests.helpers.workspaces import page_text, store

_PER_FILE = 100
_LINES = 40
_SETTINGS = Settings(person="Người đo", engine="null")


def build(folder: Path, pages: int, kilobytes: int) -> None:
    """The workspace in ``folder/A``; copies of its masters for ``cp`` in ``folder/pdf``."""
    chance = random.Random(7)
    (folder / "pdf").mkdir()
    with Workspace(folder / "A", _SETTINGS) as workspace:
        workspace.catalogue.database.conn.execute("PRAGMA synchronous = OFF")
        for number in range(pages):
            data = b"II*\0" + chance.randbytes(kilobytes * 1000)
            (folder / "pdf" / str(number)).write_bytes(data)
            (page,) = keep(workspace, f"H{number // _PER_FILE}", data)
            words = " ".join(f"từ{chance.randrange(20_000)}" for _ in range(10))
            store(workspace, page, page_text(*[f"{words} {line}" for line in range(_LINES)]))


def timed(work: Callable[[], object]) -> dict[str, float]:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}


def one(folder: Path, what: str) -> dict[str, float]:
    """One act, in this process."""
    if what == "deliver":
        with Workspace(folder / "A", _SETTINGS) as workspace:
            return timed(lambda: deliver_exchange(workspace, folder / "giao"))
    (package,) = (folder / "giao").glob("*.dgz")
    with Workspace(folder / "B", _SETTINGS) as workspace:
        return timed(lambda: receive(workspace, [package]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--kilobytes", type=int, default=500)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.folder, given.one)))
        return
    folder = given.folder or Path(tempfile.mkdtemp())
    build(folder, given.pages, given.kilobytes)
    os.sync()
    print("load", *(f"{each:.1f}" for each in os.getloadavg()))
    print("what                     seconds   ratio   peak MB")
    least = min(copied(folder) for _ in range(2))
    print(f"cp, sync, sha256sum      {least:7.1f}    1.00")
    for what in ("deliver", "receive", "receive again"):
        said = subprocess.run(
            [sys.executable, "-m", "bench.exchange", "--folder", str(folder), "--one", what],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        told = json.loads(said)
        print(f"{what:24} {told['seconds']:7.1f} {told['seconds'] / least:7.2f} {told['peak']:9.0f}")
    print("load", *(f"{each:.1f}" for each in os.getloadavg()))


if __name__ == "__main__":
    main()
