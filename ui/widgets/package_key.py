"""The key of encrypted packages: asked for once, for all of them; neither it nor its passphrase is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, marked, ngettext
from ui.speech import Spoken, number
from ui.widgets.buttons import accept_button
from ui.widgets.files import choose_file
from ui.widgets.sentences import Sentences

_WIDTH = 520
_LIST_HEIGHT = 90


class PackageKeyDialog(Spoken, QDialog):
    """``fault``: why the key given before could not be used."""

    given = Signal(object, object)
    """The file with the private key (Path), and its passphrase (str, or None)."""

    def __init__(self, packages: Sequence[Path], parent: QWidget, *, key: Path | None = None, fault: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._packages = packages
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        names = Sentences(self)
        names.setFixedHeight(_LIST_HEIGHT)
        names.setPlainText("\n".join(path.name for path in packages))
        self.say(names.setAccessibleName, marked("Encrypted packages"))
        said = QLabel(fault, self)
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setProperty("role", "fault")
        said.setWordWrap(True)
        said.setVisible(bool(fault))
        self.key = QLineEdit("" if key is None else str(key), self)
        self.say(self.key.setAccessibleName, marked("File with the private key"))
        self.key.textChanged.connect(lambda _text: self._offer())
        self.passphrase = QLineEdit(self)
        form = self._form()
        kept = QLabel(self)
        kept.setProperty("role", "muted")
        kept.setWordWrap(True)
        self.say(kept.setText, marked("The passphrase is used once and kept nowhere."))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.open_button = accept_button(buttons)
        self.say(self.open_button.setText, marked("&Open the packages"))
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._give)
        column = QVBoxLayout(self)
        for widget in (self._text, names, said):
            column.addWidget(widget)
        column.addLayout(form)
        column.addWidget(kept)
        column.addWidget(buttons)
        self.setMinimumWidth(_WIDTH)
        (self.passphrase if key is not None else self.key).setFocus()
        self._offer()
        self.say_data()

    def _form(self) -> QFormLayout:
        browse = QPushButton(self)
        self.say(browse.setText, marked("&Browse…"))
        browse.clicked.connect(self._browse)
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.say(self.passphrase.setAccessibleName, marked("Passphrase of the key"))
        self.say(self.passphrase.setPlaceholderText, marked("empty where the key has none"))
        labels = (QLabel(self), QLabel(self))
        self.say(labels[0].setText, marked("&Private key:"))
        self.say(labels[1].setText, marked("P&assphrase:"))
        row = QHBoxLayout()
        row.addWidget(self.key, 1)
        row.addWidget(browse)
        form = QFormLayout()
        form.addRow(labels[0], row)
        form.addRow(labels[1], self.passphrase)
        labels[0].setBuddy(self.key)
        labels[1].setBuddy(self.passphrase)
        return form

    def say_data(self) -> None:
        self.setWindowTitle(gettext("Key of the packages"))
        said = ngettext(
            "{count} package is encrypted. Choose the file with the private key that it was encrypted to.",
            "{count} packages are encrypted. Choose the file with the private key that they were encrypted to.",
            len(self._packages),
        )
        self._text.setText(said.format(count=number(len(self._packages))))

    def _offer(self) -> None:
        self.open_button.setEnabled(bool(self.key.text().strip()))

    def _browse(self) -> None:
        at = Path(self.key.text().strip() or self._packages[0])
        choose_file(self, gettext("File with the private key"), at.parent, lambda path: self.key.setText(str(path)))

    def _give(self) -> None:
        passphrase = self.passphrase.text()
        self.passphrase.clear()
        self.given.emit(Path(self.key.text().strip()), passphrase or None)
        self.accept()
