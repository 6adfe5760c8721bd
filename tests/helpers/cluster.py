"""A real Dask scheduler and real workers, each a process of its own, that have nothing of the program but ``ocr`` and
``resources``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60
_LOOK_UP_SECONDS = 0.05


@dataclass(slots=True)
class Cluster:
    """``folder``: where its processes run and write. ``workers``: in the order in which they were started."""

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self, *options: str, packages: Path | None = None) -> None:
        """Start one more worker and wait until the scheduler knows it. ``packages``: where it finds ``ocr``."""
        wanted = self._known() + 1
        arguments = [self.address, "--nthreads", "1", "--no-dashboard", *options]
        self.workers.append(self._start("worker", arguments, packages or self.folder / "packages"))
        self.until_known(wanted)

    def until_known(self, workers: int) -> None:
        """Wait until the scheduler knows so many workers."""
        _until(lambda: self._known() == workers)

    def start_scheduler(self) -> None:
        found = self.folder / "scheduler.json"
        arguments = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(found)]
        self.scheduler = self._start("scheduler", arguments, self.folder / "packages")
        _until(lambda: found.is_file() and found.stat().st_size > 0)
        self.address = json.loads(found.read_text())["address"]

    def stop(self) -> None:
        for process in [*self.workers, *filter(None, [self.scheduler])]:
            process.kill()
            process.wait()

    def _known(self) -> int:
        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            return len(client.nthreads())

    def _start(self, kind: str, arguments: list[str], packages: Path) -> subprocess.Popen[bytes]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("DASK")}
        environment |= {"PYTHONPATH": str(packages), "DASK_TEMPORARY_DIRECTORY": str(self.folder)}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments],
                cwd=self.folder, env=environment, stdout=log, stderr=log,
            )  # fmt: skip


def packages(folder: Path) -> Path:
    """A folder that holds ``ocr`` and ``resources`` and nothing else of the program."""
    folder.mkdir(parents=True)
    for name in ("ocr", "resources"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A scheduler on this machine with so many workers of one thread each; all are killed at the end."""
    packages(folder / "packages")
    made = Cluster(folder)
    try:
        made.start_scheduler()
        for _ in range(workers):
            made.add_worker("--no-nanny")
        yield made
    finally:
        made.stop()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it does not answer"
        time.sleep(_LOOK_UP_SECONDS)
