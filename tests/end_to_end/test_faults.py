"""A power cut, a full disk or a refused write at any write, fsync, rename or statement: nothing is lost or doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.faults import PAGES

ROOT = Path(__file__).resolve().parents[2]
FATES = ("die", "full", "fail")
STRIDE = 20
"""Every so manieth point in an ordinary run, from a random one on: every point in some run, and all of them in the
drill.
"""
FEWEST_POINTS = 200
MEMORY_DISK = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Kept in memory where that can be: thousands of syncs are not what is tried here."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None) as made:
        yield Path(made)


def _meet(fate: str, folder: Path, *options: str) -> list[str]:
    command = [sys.executable, "-m", "tests.helpers.faults", fate, str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("fate", FATES)
def test_met_here_and_there(fate: str, folder: Path) -> None:
    first = random.randint(1, STRIDE)
    *wrong, points = _meet(fate, folder, "--first", str(first), "--every", str(STRIDE))
    assert wrong == []
    assert int(points) > FEWEST_POINTS


@pytest.mark.drill
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("fate", FATES)
def test_met_everywhere(fate: str, folder: Path) -> None:
    *wrong, points = _meet(fate, folder)
    assert wrong == []
    print(f"{fate}: {points} points")


def test_what_the_catalogue_says_is_on_the_disk_before_it_says_so(folder: Path) -> None:
    """A power cut takes what was not synced: bytes, then name, then the folder's entry, and only then the commit."""
    trace = _meet("trace", folder)
    kept = [place for place, each in enumerate(trace) if each.startswith("replace") and "/masters/.digitizer-" in each]
    assert len(kept) == PAGES
    for place in kept:
        name = trace[place].removeprefix("replace ")
        last_write = max(number for number, each in enumerate(trace[:place]) if each == f"write {name}")
        assert f"fsync {name}" in trace[last_write:place]
        commit = trace.index("sql COMMIT", place)
        synced = [each for each in trace[place:commit] if each.startswith("fsync")]
        assert [Path(each.removeprefix("fsync ")).parent.name for each in synced] == ["masters"]
