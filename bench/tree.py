"""What a program and all that it starts take: seconds, CPU seconds, memory. Linux only."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.25
"""Seconds between two looks at the memory; a look takes about a millisecond a process."""


@dataclass(frozen=True)
class Taken:
    """``seconds``: on the clock of the wall; ``cpu``: seconds of all processes. ``peak``: the most bytes of memory that
    all of them held at one time, shared pages counted once (PSS). ``code``: how the program ended, 0 is well.
    """

    seconds: float
    cpu: float
    peak: int
    code: int


def run(command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> Taken:
    """Run ``command`` to its end; what it says goes to ``log``. Raises OSError where it cannot be started."""
    began = time.perf_counter()
    with log.open("wb") as said:
        program = subprocess.Popen(
            list(map(str, command)), stdout=said, stderr=said, stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(EVERY):
            peak[0] = max(peak[0], sum(map(_held, _tree(program.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    # Not Popen.wait: the usage of one child and of the children that it waited for is wanted.
    _, status, usage = os.wait4(program.pid, 0)
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    program.returncode = os.waitstatus_to_exitcode(status)
    return Taken(seconds, usage.ru_utime + usage.ru_stime, peak[0], program.returncode)


def _tree(root: int) -> list[int]:
    """``root`` and all its descendants that live."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = entry.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        children.setdefault(int(after_name[1]), []).append(int(entry.parent.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def _held(process: int) -> int:
    """Bytes of memory, shared pages divided among those that share them; 0 where the process has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
