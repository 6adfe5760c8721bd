"""A workspace for tests of the core."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "vùng làm việc", NULL_ENGINE) as opened:
        yield opened
