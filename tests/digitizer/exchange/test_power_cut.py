"""Random moments at which the power goes, while a package is given or taken."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

IN_EVERY_RUN, MANY = 8, 100
"""Moments; half of them of ``deliver``, half of ``receive``."""


def test_whatever_the_moment_nothing_is_half_made_and_the_next_run_finishes(tmp_path: Path) -> None:
    _cut(tmp_path, IN_EVERY_RUN, seed=6)


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_fifty_moments_of_each(tmp_path: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    _cut(tmp_path, MANY, seed)


def _cut(folder: Path, points: int, seed: int) -> None:
    command = [sys.executable, "-m", "tests.helpers.exchange_faults", str(folder), str(points), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == ([str(points)], "")
