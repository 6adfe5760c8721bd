"""A window on a workspace of its own, that is gone after the test."""

import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitizer.i18n import set_language
from digitizer.model import PageId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store
from ui.app import Program
from ui.window import MainWindow

LINES = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Quyết định về việc ban hành quy chế", "Căn cứ quyết định số 12")
"""What stands on the first page of the filled workspace; the others hold a number."""
WAIT_MS = 60_000
"""A slow machine may take so long for what usually takes two seconds."""

Opened = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def settings_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests read and write settings of their own, and leave the language as it was; nothing is due but where a test
    is about that.
    """
    monkeypatch.setattr("ui.backup.due", lambda _workspace: ())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield
    set_language("en")


@pytest.fixture
def program(qapp: QApplication, tmp_path: Path) -> Iterator[Program]:
    """The program without a window yet. After the test its window is closed and no thread of it runs on."""
    made = Program(qapp, NULL_ENGINE.model_copy(update={"language": "en"}))
    yield made
    made.end()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("lane-")]


@pytest.fixture
def opened(program: Program, qtbot: QtBot) -> Opened:
    """Open a window on a workspace folder and wait until it has looked at it."""

    def open_window(root: Path) -> MainWindow:
        window = program.open(root)
        qtbot.waitUntil(lambda: window.looked, timeout=WAIT_MS)
        return window

    return open_window


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "kho số hóa"


@pytest.fixture
def filled(root: Path, tmp_path: Path) -> list[PageId]:
    """Three pages in the file HS-01 of the workspace at ``root``, read; their ids."""
    with Workspace(root, NULL_ENGINE) as workspace:
        pages = imported(workspace, tmp_path / "scans", 3, "HS-01")
        jpeg = BytesIO()
        Image.new("L", (1000, 1400), 250).save(jpeg, "JPEG")
        for number, page in enumerate(pages):
            store(workspace, page, page_text(*(LINES if number == 0 else (f"Trang thứ {number + 1}",))))
            workspace.derivatives.write(workspace.derivatives.image(page), jpeg.getvalue())
            workspace.derivatives.write(workspace.derivatives.thumbnail(page), jpeg.getvalue())
    return pages


@pytest.fixture
def waiting(root: Path, tmp_path: Path) -> list[PageId]:
    """Six pages in the file HS-02 of the workspace at ``root`` that wait to be read; their ids."""
    with Workspace(root, NULL_ENGINE) as workspace:
        return imported(workspace, tmp_path / "waiting", 6, "HS-02")
