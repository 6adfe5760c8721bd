"""How PDFs are signed, and the PIN that opens the key: asked for once per delivery, shown and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.deliver.appearance import signature_forms
from digitizer.deliver.signing import TOKEN_SCHEME, SigningWish, token_address, token_parts
from digitizer.i18n import gettext
from ui.widgets.buttons import accept_button
from ui.widgets.deliver_form import said_key
from ui.widgets.files import choose_one
from ui.widgets.wheel import unmoved_by_wheel

_WIDTH, _NARROW = 620, 420


class SigningDialog(QDialog):
    """Says with what and in which form; changes nothing before it is accepted."""

    chosen = Signal(object)
    """A SigningWish."""
    tokens_wanted = Signal(str)
    """Look which tokens the library of that path sees."""

    def __init__(self, wish: SigningWish, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(gettext("How PDFs are signed"))
        self.setMinimumWidth(_WIDTH)
        in_token = wish.source.startswith(TOKEN_SCHEME)
        token, library, key = token_parts(wish.source) if in_token else ("", "", "")
        self.by_file = QRadioButton(gettext("With a &file (PKCS#12: .p12, .pfx)"), self)
        self.by_token = QRadioButton(gettext("With a &token (PKCS#11: USB token, smart card)"), self)
        (self.by_token if in_token else self.by_file).setChecked(True)
        self.file = QLineEdit("" if in_token else wish.source, self)
        self.library, self.key = QLineEdit(library, self), QLineEdit(key, self)
        self.token = QComboBox(self)
        self.token.setEditable(True)
        self.token.setEditText(token)
        self.form, self.body, self.kind = QComboBox(self), QLineEdit(wish.body, self), QLineEdit(wish.kind, self)
        self.seal = QLineEdit("" if wish.seal is None else str(wish.seal), self)
        for form in sorted(signature_forms().values(), key=lambda form: form.name != "tt05"):
            self.form.addItem(form.label.shown, form)
            if form.name == wish.form:
                self.form.setCurrentIndex(self.form.count() - 1)
        unmoved_by_wheel(self.form, self.token)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "fault")
        self._note.hide()
        self.by_file.toggled.connect(lambda _on: self._offer())
        self.form.currentIndexChanged.connect(lambda _row: self._offer())
        self._lay_out()
        self._offer()

    def _lay_out(self) -> None:
        column, self._of_file, self._of_token, self._of_form = (
            QVBoxLayout(self), QFormLayout(), QFormLayout(), QFormLayout(),
        )  # fmt: skip
        keys, pictures = gettext("Key files"), gettext("Pictures")
        libraries = gettext("PKCS#11 libraries")
        self._row(self._of_file, gettext("F&ile:"), self.file, (keys, "*.p12 *.pfx *.P12 *.PFX"))
        self._row(self._of_token, gettext("&Library of its maker:"), self.library, (libraries, "*.so *.so.*"))
        self._look = QPushButton(gettext("Loo&k for tokens"), self)
        self.library.textChanged.connect(lambda _text: self._offer())
        self._look.clicked.connect(lambda: self.tokens_wanted.emit(self.library.text().strip()))
        self._row(self._of_token, gettext("T&oken:"), self.token, button=self._look)
        self._row(self._of_token, gettext("&Key in it (empty: the only one):"), self.key)
        self._row(self._of_form, gettext("Form of the signat&ure:"), self.form)
        self._row(self._of_form, gettext("&Body’s name (empty: as the certificate says):"), self.body)
        self._row(self._of_form, gettext("Form of &copy, such as SAO Y:"), self.kind)
        self._row(self._of_form, gettext("Picture of the &seal:"), self.seal, (pictures, "*.png *.PNG"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.accept_button = accept_button(buttons, gettext("&Sign so"))
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        note = QLabel(gettext("The PIN is asked for at each delivery, and never kept."), self)
        note.setProperty("role", "muted")
        column.addWidget(self.by_file)
        column.addLayout(self._of_file)
        column.addWidget(self.by_token)
        column.addLayout(self._of_token)
        column.addLayout(self._of_form)
        for widget in (note, self._note, buttons):
            column.addWidget(widget)

    def _row(
        self, form: QFormLayout, text: str, field: QWidget, files: tuple[str, str] | None = None, *,
        button: QPushButton | None = None,
    ) -> None:  # fmt: skip
        label, row = QLabel(text, self), QWidget(self)
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", "").rstrip(":"))
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(field, 1)
        if files is not None and isinstance(field, QLineEdit):
            button = QPushButton(gettext("Browse…"), self)
            button.clicked.connect(lambda: self._browse(field, *files))
        if button is not None:
            inside.addWidget(button)
        form.addRow(label, row)

    def _browse(self, field: QLineEdit, kind: str, patterns: str) -> None:
        there = Path(field.text()).parent
        start = there if field.text() and there.is_dir() else Path.home()
        choose_one(self, self.windowTitle(), start, kind, patterns, lambda path: field.setText(str(path)))

    def _offer(self) -> None:
        """Show only what goes with what is chosen."""
        for row in range(self._of_file.rowCount()):
            self._of_file.setRowVisible(row, self.by_file.isChecked())
        for row in range(self._of_token.rowCount()):
            self._of_token.setRowVisible(row, self.by_token.isChecked())
        self._look.setEnabled(bool(self.library.text().strip()))
        form = self.form.currentData()
        for row, on in ((1, form.shows("body")), (2, form.shows("kind")), (3, form.seal)):
            self._of_form.setRowVisible(row, on)

    def show_tokens(self, labels: Sequence[str]) -> None:
        """Offer the tokens that were found."""
        self.token.clear()
        self.token.addItems(list(labels))
        self._note.setVisible(not labels)
        self._note.setText(gettext("No token is plugged in, or it is one of another maker."))

    def refuse(self, sentence: str) -> None:
        """Say what went wrong."""
        self._note.setText(sentence)
        self._note.show()

    def _accept(self) -> None:
        if self.by_file.isChecked():
            source, lacking = self.file.text().strip(), gettext("Choose the file with the key.")
        else:
            token, library = self.token.currentText().strip(), self.library.text().strip()
            source = token_address(token, library, self.key.text().strip()) if token and library else ""
            lacking = gettext("Choose the library and the token.")
        if not source:
            self.refuse(lacking)
            return
        form = self.form.currentData()
        body, kind, seal = (
            field.text().strip() if shown else ""  # what the form does not show is not meant any more
            for field, shown in (
                (self.body, form.shows("body")), (self.kind, form.shows("kind")), (self.seal, form.seal),
            )
        )  # fmt: skip
        self.chosen.emit(SigningWish(source, form.name, body, kind, Path(seal) if seal else None))
        self.accept()


def ask_pin(parent: QWidget, signing: SigningWish, given: Callable[[str], None]) -> QDialog:
    """Ask for the PIN or passphrase of the key; ``given`` is called with it, and nothing here remembers it."""
    dialog = QDialog(parent)
    dialog.setObjectName("pin")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(gettext("PIN"))
    text = QLabel(
        gettext("PIN or passphrase of “{key}”. It is asked once for all papers of this delivery.").format(
            key=said_key(signing)
        ),
        dialog,
    )
    text.setWordWrap(True)
    line = QLineEdit(dialog)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
    line.setAccessibleName(gettext("PIN or passphrase"))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)
    accept_button(buttons, gettext("&Sign and deliver"))

    def accept() -> None:
        pin = line.text()
        line.clear()
        dialog.accept()
        given(pin)

    buttons.accepted.connect(accept)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    for widget in (text, line, buttons):
        column.addWidget(widget)
    dialog.setMinimumWidth(_NARROW)
    dialog.open()
    line.setFocus()
    return dialog
