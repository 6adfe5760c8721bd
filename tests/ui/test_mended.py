"""Words whose marks were mended: shown with what was read; and the switch."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from digitizer.model import PageId
from digitizer.settings import load_settings
from digitizer.workspace import Workspace
from ocr.geometry import Box
from ocr.text import Area, AreaKind, PageText
from tests.helpers.workspaces import NULL_ENGINE, page_text, store
from tests.ui.conftest import WAIT_MS, Opened

# The offscreen platform says so of every window it is given.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


def mended(text: PageText) -> PageText:
    """The first word of ``text`` as one that was mended."""
    (block,) = text.blocks
    first, *others = block.lines[0].words
    line = replace(block.lines[0], words=(replace(first, read="Quyêt"), *others))
    return replace(text, blocks=(replace(block, lines=(line, *block.lines[1:])),))


def test_what_was_read_is_shown_at_the_word(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        store(workspace, filled[0], mended(page_text("Quyết định số 12")))
    canvas = opened(root).desk.canvas
    qtbot.waitUntil(lambda: canvas.picture_shown, timeout=WAIT_MS)
    assert canvas.sheet is not None
    assert canvas.sheet.text is not None
    words = list(canvas.sheet.text.words)

    def tip(place: int) -> str:
        box = words[place].box
        QTest.mouseMove(canvas.viewport(), canvas.mapFromScene(box.x + box.width / 2, box.y + box.height / 2))
        return canvas.viewport().toolTip()

    qtbot.waitUntil(lambda: "“Quyêt”" in tip(0), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: tip(1) == "", timeout=WAIT_MS)


def test_seals_and_signatures_are_named_beside_the_page(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    stamp, red = Area(AreaKind.STAMP, Box(10, 10, 40, 40), (200, 30, 40)), (200, 30, 40)
    areas = (stamp, replace(stamp, box=Box(60, 10, 30, 30)), Area(AreaKind.SIGNATURE, Box(10, 60, 60, 20), red))
    with Workspace(root, NULL_ENGINE) as workspace:
        store(workspace, filled[0], replace(page_text("Quyết định"), areas=areas))
    window = opened(root)
    qtbot.waitUntil(lambda: window.desk.canvas.picture_shown, timeout=WAIT_MS)
    shown = [label.text() for label in window.findChildren(QLabel)]
    assert "stamps: 2\nsignatures: 1" in shown


def test_the_switch_is_kept(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    action = window.actions_table["mend_marks"]
    assert action.isChecked()
    action.trigger()
    assert not load_settings().restore_marks
    action.trigger()
    assert load_settings().restore_marks
