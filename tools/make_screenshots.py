"""Pictures of the real window on the shipped sample pages: every view, both languages, two sizes.

Run with ``xvfb-run -a -s "-screen 0 1920x1080x24" .venv/bin/python -m tools.make_screenshots [FOLDER]`` (default:
``docs/screenshots``). ``--all`` makes every view at both sizes; without it only those that the README shows.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QToolButton

from digitizer.demo import import_samples
from digitizer.i18n import set_language
from digitizer.jobs import process
from digitizer.settings import Settings
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from tools.capture_shots import CaptureShots
from tools.receive_shots import ReceiveShots
from ui import style
from ui.app import Program
from ui.window import MainWindow

SMALL, LARGE = (1280, 800), (1920, 1080)
_QUERY = "quyết định"
_SETTLE_MS = 600
_LONGEST_SECONDS = 60.0
_COLOURS = 256


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/screenshots"))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", help="of the views those whose names hold this", default="")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CONFIG_HOME"] = scratch
        app = QApplication(sys.argv[:1])
        for language in ("vi", "en"):
            set_language(language)
            root = Path(scratch) / language / "kho-so-hoa"
            settings = Settings(language="vi" if language == "vi" else "en")
            empty = root.with_name("kho-trong")
            with Workspace(root, settings) as workspace:
                import_samples(workspace, Task())
                process(workspace)
            program = Program(app, settings)
            views: dict[str, tuple[Path, Callable[[MainWindow], None]]] = {
                "capture": (root, show_capture),
                "search": (root, show_search),
            }
            if asked.all:
                shots = CaptureShots(root.parent, wait_for)
                packages = ReceiveShots(root.parent, settings, wait_for)
                views |= {
                    "images": (root, lambda window: window.show_task("images")),
                    "missing": (root, show_missing),
                    "deliver": (root, show_delivery),
                    "signing": (root, show_signing),
                    "describe": (root, show_form),
                    "new": (root, show_new),
                    "empty": (empty, lambda _window: None),
                    "scanner": (root, shots.scanner),
                    "scanned": (root, shots.scanned),
                    "jammed": (root, shots.jammed),
                    "settings": (root, shots.settings),
                    "recovered": (root, shots.recovered),
                    "folder": (root, shots.folder),
                    "received": (packages.root, packages.received),
                    "differences": (packages.root, packages.differences),
                    "package-key": (packages.root, packages.key),
                    "signatures": (packages.root, packages.signatures),
                }
            for name, (where, show) in views.items():
                if asked.only not in name:
                    continue
                for size in (SMALL, LARGE) if asked.all else (SMALL,):
                    window = program.open(where)
                    window.resize(*size)
                    pause()
                    close_messages(window)
                    show(window)
                    pause()
                    target = asked.folder / f"{name}-{language}{'' if size == SMALL else '-large'}.png"
                    save(window, target)
                    print(f"{target}  {target.stat().st_size // 1000} kB")
            program.close()
    return 0


def save(window: MainWindow, target: Path) -> None:
    """Save what the window shows as a small PNG."""
    grabbed = window.grab()
    for dialog in (each for each in window.findChildren(QDialog) if each.isVisible()):
        painter = QPainter(grabbed)
        painter.drawPixmap(grabbed.rect().center() - dialog.rect().center(), dialog.grab())
        painter.end()
        dialog.reject()
    image = grabbed.toImage().convertToFormat(QImage.Format.Format_RGB888)
    size = (image.width(), image.height())
    picture = Image.frombuffer("RGB", size, bytes(image.constBits()), "raw", "RGB", image.bytesPerLine(), 1)
    picture.quantize(palette=palette(picture), dither=Image.Dither.NONE).save(target, optimize=True)


def close_messages(window: MainWindow) -> None:
    """Close what the window says on opening: that a workspace of samples was never backed up."""
    for button in window.messages.findChildren(QToolButton):
        button.click()


def palette(picture: Image.Image) -> Image.Image:
    """256 colours: those of the window as they are, and the best others; a small seal on much paper finds its red."""
    named = [colour for colour in vars(style).values() if isinstance(colour, QColor)]
    own = [part for colour in named for part in (colour.red(), colour.green(), colour.blue())]
    colours, counts = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_counts=True)
    weighed = np.repeat(colours, np.log2(counts).astype(int) + 1, axis=0)
    others = Image.fromarray(weighed[np.newaxis]).quantize(_COLOURS - len(named), Image.Quantize.MEDIANCUT)
    chosen = Image.new("P", (1, 1))
    chosen.putpalette([*own, *(others.getpalette() or [])][: 3 * _COLOURS])
    return chosen


def show_capture(window: MainWindow) -> None:
    """A page with its text beside it."""
    window.desk.show_row(0)
    if not window.actions_table["facts"].isChecked():
        window.actions_table["facts"].trigger()


def show_search(window: MainWindow) -> None:
    """The first hit, marked on the page."""
    window.show_task("search")
    window.search.box.setText(_QUERY)
    window.search.search()
    wait_for(lambda: window.search.list.model().rowCount() > 0)
    window.search.step(1)


def show_form(window: MainWindow) -> None:
    """The form of an item, with a wrong value, a long one and an inherited one."""
    window.show_task("describe")
    wait_for(lambda: window.describe.form is not None)
    window.actions_table["next_record"].trigger()
    wait_for(lambda: window.describe.form is not None and window.describe.form.record.id == window.sidebar.selected)
    fields = window.describe.fields
    for key, text in (("date", "31/02/2021"), ("notation", "QĐ-UBND" * 4)):
        if key in fields:
            fields[key].type_in(text)
            fields[key].editor.setFocus()


def show_new(window: MainWindow) -> None:
    """The dialog for a new record. It is a window of its own: its picture is put into the frame's middle."""
    window.actions_table["new_record"].trigger()
    wait_for(lambda: bool(window.findChildren(QDialog)))


def show_missing(window: MainWindow) -> None:
    """What the samples lack to be handed over as a SIP."""
    window.show_task("deliver")
    window.deliver.form.choose(form="sip")
    window.deliver.records.check_all()
    wait_for(lambda: window.deliver.missing.model.rowCount() > 0)
    window.deliver.missing.table.selectRow(0)


def show_signing(window: MainWindow) -> None:
    """How PDFs are signed."""
    show_missing(window)
    window.deliver.form.how.click()


def show_delivery(window: MainWindow) -> None:
    """Everything delivered, as it stands in the list of all deliveries."""
    window.show_task("deliver")
    window.deliver.form.choose(form="pdf")
    window.deliver.records.check_all()
    wait_for(window.deliver.button.isEnabled)
    window.deliver.button.click()
    wait_for(lambda: window.deliver.history.model.rowCount() > 0 and not window.strips["deliver"].running)


def wait_for(condition: Callable[[], bool]) -> None:
    """Let the window work until ``condition`` holds."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        pause(50)


def pause(milliseconds: int = _SETTLE_MS) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
