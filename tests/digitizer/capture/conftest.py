"""A scanner whose feeder holds ten sheets, configured for each test anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner.session import Scanner
from digitizer.workspace import Workspace
from tests.helpers.scanners import PATIENCE, configured
from tests.helpers.workspaces import NULL_ENGINE

FEEDER = ("source", "Automatic Document Feeder")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vùng làm việc", NULL_ENGINE) as opened:
        yield opened


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    """Not opened yet."""
    monkeypatch.setenv(CONFIG_VARIABLE, str(configured(tmp_path / "sane")))
    with Scanner(patience=PATIENCE) as session:
        yield session


@pytest.fixture
def feeder(scanner: Scanner) -> Scanner:
    """Open, with the feeder as its source."""
    scanner.open("test:0")
    scanner.set([FEEDER])
    return scanner
