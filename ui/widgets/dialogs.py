"""The few dialogs: keys, about, and what to do with a fault of the program itself."""

from __future__ import annotations

import platform
import traceback

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer import __version__
from digitizer.i18n import gettext
from ui.actions import shortcut_rows
from ui.widgets.tables import reading_table

_WIDTH, _HEIGHT = 720, 520


def show_shortcuts(parent: QWidget) -> None:
    """List every action and its keys."""
    dialog, column = dialog_with(parent, gettext("Keyboard shortcuts"))
    rows = shortcut_rows()
    table = reading_table(len(rows), 3, dialog)
    table.setHorizontalHeaderLabels([gettext("Action"), gettext("Keys"), gettext("What it does")])
    table.setAccessibleName(gettext("Keyboard shortcuts"))
    for row, cells in enumerate(rows):
        for place, text in enumerate(cells):
            table.setItem(row, place, QTableWidgetItem(text))
    column.addWidget(table)
    finish(dialog, column, QDialogButtonBox.StandardButton.Close)


def show_about(parent: QWidget) -> None:
    """Name, version, licence."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(gettext("About Digitizer"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Digitizer {__version__}")
    box.setInformativeText(
        gettext("From paper to archive on one offline computer.")
        + "\n"
        + gettext("Licence: {name}").format(name="Apache-2.0")
    )
    box.setIconPixmap(parent.windowIcon().pixmap(64, 64))
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.open()


def show_bug(parent: QWidget | None, error: BaseException) -> None:
    """A fault of the program: say so, and let the details be copied. Nothing is sent anywhere."""
    dialog, column = dialog_with(parent, gettext("A fault of the program"))
    words = QLabel(
        gettext("Something went wrong that the program did not foresee. Nothing that was finished is lost."), dialog
    )
    advice = QLabel(gettext("Copy these details and give them to those who look after the program."), dialog)
    details = QPlainTextEdit(report(error), dialog)
    details.setReadOnly(True)
    details.setAccessibleName(gettext("Details of the fault"))
    details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    for label in (words, advice):
        label.setWordWrap(True)
        column.addWidget(label)
    column.addWidget(details)
    buttons = finish(dialog, column, QDialogButtonBox.StandardButton.Close)
    copy = buttons.addButton(gettext("&Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details.toPlainText()))


def report(error: BaseException) -> str:
    """What those who look after the program need to know."""
    versions = f"Digitizer {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    return versions + "\n\n" + "".join(traceback.format_exception(error))


def dialog_with(parent: QWidget | None, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.resize(_WIDTH, _HEIGHT)
    return dialog, QVBoxLayout(dialog)


def finish(dialog: QDialog, column: QVBoxLayout, which: QDialogButtonBox.StandardButton) -> QDialogButtonBox:
    buttons = QDialogButtonBox(which, dialog)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.open()
    return buttons
