"""Fifty random moments at which the power goes, while a package is given or taken."""

import subprocess
import sys
from pathlib import Path

_POINTS = 50


def test_whatever_the_moment_nothing_is_half_made_and_the_next_run_finishes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.helpers.exchange_faults", str(tmp_path), str(_POINTS), "6"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)
    assert (done.stdout.splitlines(), done.stderr) == ([str(_POINTS)], "")
