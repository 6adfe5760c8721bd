"""Asks what is to be printed: separator sheets, or labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, language
from digitizer.labels.sheets import label_sheet
from ui.widgets.buttons import accept_button

_MOST = 500
_USUAL = 10


@dataclass(frozen=True, slots=True)
class Separators:
    """``code``: of the record whose sheets are wanted, None for ``count`` sheets that begin the next item; ``patch``:
    with the patch code T.
    """

    code: str | None
    count: int = 1
    patch: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """``code``: of a file or item, or of what lies above. ``sheet``: its name. ``start``: the first label left."""

    code: str
    sheet: str
    start: int
    boxes: bool


def ask_separators(parent: QWidget, code: str | None, chosen: Callable[[Separators], None]) -> QDialog:
    """``code``: of the file or item that is selected, None where none is."""
    dialog, column = _dialog(parent, gettext("Print separator sheets"))
    own = QRadioButton(gettext("&One for {record}: what lies behind it goes there").format(record=code or ""), dialog)
    plain = QRadioButton(gettext("Sheets that begin the &next item"), dialog)
    patch = QRadioButton(gettext("Sheets with the &patch code T"), dialog)
    own.setVisible(code is not None)
    (plain if code is None else own).setChecked(True)
    count = QSpinBox(dialog)
    count.setRange(1, _MOST)
    count.setValue(_USUAL)
    for radio in (own, plain, patch):
        column.addWidget(radio)
    form = QFormLayout()
    _row(form, gettext("How &many:"), count, dialog)
    column.addLayout(form)

    def accept() -> None:
        chosen(Separators(code if own.isChecked() else None, count.value(), patch.isChecked()))
        dialog.accept()

    own.toggled.connect(lambda on: count.setEnabled(not on))
    count.setEnabled(not own.isChecked())
    _finish(dialog, column, accept)
    return dialog


def ask_labels(parent: QWidget, code: str, sheets: Sequence[str], chosen: Callable[[Labels], None]) -> QDialog:
    """``code``: of the record that is selected; ``sheets``: names of the sheets of labels, the usual one first."""
    dialog, column = _dialog(parent, gettext("Print labels"))
    text = QLabel(gettext("QR labels for {record}, or for every file in it.").format(record=code), dialog)
    text.setWordWrap(True)
    column.addWidget(text)
    files = QRadioButton(gettext("For the covers of &files and items"), dialog)
    boxes = QRadioButton(gettext("For the &boxes that they lie in"), dialog)
    files.setChecked(True)
    sheet, start = QComboBox(dialog), QSpinBox(dialog)
    for name in sheets:
        sheet.addItem(f"{name}: {getattr(label_sheet(name).label, language())}", name)
    start.setRange(1, _MOST)
    column.addWidget(files)
    column.addWidget(boxes)
    form = QFormLayout()
    _row(form, gettext("&Sheet of labels (columns × rows):"), sheet, dialog)
    _row(form, gettext("First label that is &left on it:"), start, dialog)
    column.addLayout(form)

    def accept() -> None:
        chosen(Labels(code, sheet.currentData(), start.value(), boxes.isChecked()))
        dialog.accept()

    _finish(dialog, column, accept)
    return dialog


def _dialog(parent: QWidget, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    return dialog, QVBoxLayout(dialog)


def _row(form: QFormLayout, text: str, field: QWidget, dialog: QDialog) -> None:
    label = QLabel(text, dialog)
    label.setBuddy(field)
    field.setAccessibleName(text.replace("&", "").rstrip(":"))
    form.addRow(label, field)


def _finish(dialog: QDialog, column: QVBoxLayout, accept: Callable[[], None]) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)
    accept_button(buttons, gettext("&Write the PDF…"))
    buttons.accepted.connect(accept)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.open()
