"""A workspace with pages, and a place for its backups."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test works on a copy of its own."""
    folder = tmp_path_factory.mktemp("đầy")
    with Workspace(folder / "kho", NULL_ENGINE) as opened:
        for page in imported(opened, folder / "vào", 3, "H1"):
            store(opened, page, page_text("quyết định"))
        (opened.root / "spool" / "lô 1").mkdir()
        (opened.root / "spool" / "lô 1" / "ảnh: 1?.png").write_bytes(b"not entered yet")
        (opened.root / "profiles").mkdir()
        (opened.root / "profiles" / "ghi chú.txt").write_text("a form of one's own")
    return folder / "kho"


@pytest.fixture
def workspace(filled: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(filled, tmp_path / "kho")
    with Workspace(tmp_path / "kho", NULL_ENGINE) as opened:
        yield opened


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "USB").mkdir()
    return tmp_path / "USB"
