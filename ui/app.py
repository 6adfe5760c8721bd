"""Wires the window together: settings, language, style, workspace."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from digitizer.demo import import_samples
from digitizer.errors import Exit, KnownError
from digitizer.i18n import gettext, set_language
from digitizer.settings import Settings, default_workspace, save_settings
from digitizer.workspace import Workspace
from ocr.worker import NICE_VARIABLE
from ui import style
from ui.qt_strings import CatalogueTranslator
from ui.speech import say_all_again
from ui.widgets.dialogs import show_bug
from ui.window import MainWindow

_GIVING_WAY = "10"
"""Workers run when nothing else wants to: pages appear, and the feeder never waits, while others are read."""


class Program(QObject):
    """The program while it has a window: one workspace at a time, one language at a time."""

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__(app)
        self._app, self._settings = app, settings
        self._translator = CatalogueTranslator(self)
        self.window: MainWindow | None = None
        app.setApplicationName("digitizer")
        app.setApplicationDisplayName("Digitizer")
        app.setDesktopFileName("digitizer")
        style.apply(app)
        self._speak(settings.language)

    def open(self, root: Path) -> MainWindow:
        """Open the workspace at ``root`` in place of the present one, and show it. Raises KnownError."""
        window = MainWindow(Workspace(root, self._settings))
        window.language_chosen.connect(self.set_language)
        window.marks_chosen.connect(self.set_marks)
        window.workspace_chosen.connect(self._open_or_say)
        window.person_chosen.connect(lambda person, role: self._keep(person=person, role=role))
        window.samples_wanted.connect(lambda: self._open_samples(root))
        window.show()
        self.close()  # only now: where no window is left, Qt ends the program
        self.window = window
        return window

    def close(self) -> None:
        """Close the window: its work is stopped and its workspace closed."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None

    def end(self) -> None:
        """Close the window and give the application back as it was."""
        self.close()
        self._app.removeTranslator(self._translator)
        self.deleteLater()

    def set_language(self, language: str) -> None:
        """Speak another language from now on, also after the next start."""
        if language not in ("vi", "en") or language == self._settings.language:
            return
        self._speak(language)
        if self.window is not None:
            say_all_again(self.window)
        self._keep(language=language)

    def set_marks(self, restored: bool) -> None:
        """Mend marks from now on or not, also after the next start."""
        self._keep(restore_marks=restored)

    def _keep(self, **changed: object) -> None:
        self._settings = self._settings.model_copy(update=changed)
        if self.window is not None:
            self.window.use(self._settings)
        try:
            save_settings(self._settings)
        except OSError as error:
            self._say(error)

    def _speak(self, language: str) -> None:
        set_language(language)
        self._app.removeTranslator(self._translator)
        self._app.installTranslator(self._translator)  # anew: tells Qt's own widgets

    def _open_or_say(self, root: Path) -> MainWindow | None:
        try:
            return self.open(root)
        except KnownError as error:
            self._say(error)
            return None

    def _open_samples(self, beside: Path) -> None:
        """A workspace of its own for the samples, so that they never mix with the archive's pages."""
        window = self._open_or_say(beside.with_name(f"{beside.name}-samples"))
        if window is not None:
            window.acts.start_samples(import_samples)

    def _say(self, error: Exception) -> None:
        if self.window is not None:
            self.window.show_error(error)


def run(workspace_root: Path | None, settings: Settings) -> int:
    """Open the window on a workspace (None: the default one) and stay until it is closed. Gives the exit code."""
    os.environ.setdefault(NICE_VARIABLE, _GIVING_WAY)
    present = QApplication.instance()
    app = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    program = Program(app, settings)
    try:
        window = program.open(workspace_root or default_workspace())
    except KnownError as error:
        QMessageBox.critical(None, gettext("Digitizer cannot start"), error.message)
        program.end()
        os.environ.pop(NICE_VARIABLE)
        return error.exit

    def unforeseen(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        QTimer.singleShot(0, app, lambda: show_bug(program.window, error))

    sys.excepthook = unforeseen
    window.raise_()
    try:
        app.exec()
    finally:
        program.end()
        os.environ.pop(NICE_VARIABLE)
        sys.excepthook = sys.__excepthook__
    return Exit.DONE
