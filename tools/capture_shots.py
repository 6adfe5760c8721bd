"""The views of capture for ``tools.make_screenshots``: a scanner of libsane's own (``pnm``) scans sample pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PIL import Image

import resources
from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner.session import Scanner
from digitizer.capture.spool import begin_run
from digitizer.files import TEMPORARY_PREFIX
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr.spool import HEAD_BYTES
from ui.models.scanner import ScanChoice, keep, keep_choice
from ui.widgets.recovered import RecoveredDialog
from ui.widgets.scanner_settings import ScannerSettings
from ui.window import MainWindow

_KEY = "Noname PNM file reader pnm:0"
_DPI = 200
_PAGES = ("cong-van.jpg", "nasos-nc-150.jpg", "so-dang-ky-02.jpg")
Waiting = Callable[[Callable[[], bool]], None]


class _PowerCut(Exception):
    """Stands for one."""


class CaptureShots:
    """``wait_for`` lets the window work until a condition holds."""

    def __init__(self, scratch: Path, wait_for: Waiting) -> None:
        self._wait_for, self._papers = wait_for, scratch / "papers"
        self._papers.mkdir()
        for name in _PAGES:
            with Image.open(resources.path(f"samples/{name}")) as image:
                image.convert("RGB").save(self._papers / f"{name}.ppm")
        config = scratch / "sane"
        (config / "dll.d").mkdir(parents=True)
        (config / "dll.conf").write_text("pnm\n")
        os.environ[CONFIG_VARIABLE] = str(config)
        self._lay_in(_PAGES[0])
        keep("read", "no")

    def _lay_in(self, name: str, *faults: tuple[str, str]) -> None:
        """What lies on the glass, and what goes wrong."""
        own = (("filename", str(self._papers / f"{name}.ppm")), *faults)
        keep_choice(_KEY, replace(ScanChoice(resolution=_DPI), own=own))

    def scanner(self, window: MainWindow) -> None:
        """The scanner is plugged in, nothing was scanned yet."""
        window.show_task("capture")
        window.capture.code.setCurrentText("H99.01.2024.15")
        window.actions_table["look_scanners"].trigger()
        self._wait_for(lambda: window.capture.scanner.resolution.count() > 2)

    def _scan(self, window: MainWindow) -> None:
        self._wait_for(window.actions_table["scan"].isEnabled)
        window.actions_table["scan"].trigger()
        self._wait_for(lambda: not window.scanning.at_work)

    def scanned(self, window: MainWindow) -> None:
        """Three pages have come."""
        self.scanner(window)
        for name in _PAGES:
            self._lay_in(name)
            window.scanning.use("pnm:0")
            self._scan(window)
        self._wait_for(lambda: window.desk.page is not None and window.desk.canvas.picture_shown)

    def jammed(self, window: MainWindow) -> None:
        """A sheet is stuck."""
        self.scanner(window)
        self._lay_in(_PAGES[0], ("status", "no"), ("status-jammed", "yes"))
        window.scanning.use("pnm:0")
        self._scan(window)
        self._lay_in(_PAGES[0])

    def settings(self, window: MainWindow) -> None:
        """All settings of the scanner."""
        self.scanner(window)
        window.actions_table["scanner_settings"].trigger()
        (dialog,) = window.findChildren(ScannerSettings)
        self._wait_for(lambda: bool(dialog.editors))
        dialog.preview_button.click()
        self._wait_for(dialog.preview_button.isEnabled)

    def recovered(self, window: MainWindow) -> None:
        """What was in the feeder when the program ended."""
        self.scanner(window)
        with (
            suppress(_PowerCut),
            Workspace(window.root, Settings()) as workspace,
            Scanner() as scanner,
            begin_run(workspace, "pnm:0", "H99.01.2024.15") as run,
        ):
            scanner.open("pnm:0")
            scanner.set([("filename", str(self._papers / f"{_PAGES[1]}.ppm"))])
            for _ in scanner.scan(run.folder, count=1):
                pass
            (run.folder / f"{TEMPORARY_PREFIX}cut").write_bytes(b" " * HEAD_BYTES)
            raise _PowerCut
        window.recovery.begin()
        self._wait_for(lambda: bool(window.findChildren(RecoveredDialog)))

    def folder(self, window: MainWindow) -> None:
        """A folder was chosen to be watched; separator sheets are about to be printed."""
        window.show_task("capture")
        window.capture.ways.setCurrentWidget(window.capture.folder)
        window.watching.choose(self._papers)
        window.actions_table["print_separators"].trigger()
