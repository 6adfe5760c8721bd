"""A workspace with pages, and a place for its backups."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "kho", NULL_ENGINE) as opened:
        for page in imported(opened, tmp_path / "vào", 3, "H1"):
            store(opened, page, page_text("quyết định"))
        (opened.root / "spool" / "lô 1").mkdir()
        (opened.root / "spool" / "lô 1" / "ảnh: 1?.png").write_bytes(b"not entered yet")
        yield opened


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "USB").mkdir()
    return tmp_path / "USB"
