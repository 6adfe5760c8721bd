"""Who is at work: a person of the list and one of their roles."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from digitizer.catalogue.people import Person
from digitizer.catalogue.permits import role_title
from digitizer.i18n import gettext
from ui.actions import plain
from ui.speech import Spoken
from ui.widgets.buttons import accept_button

_WIDTH = 380


class WhoDialog(Spoken, QDialog):
    """Asks who is at work, beginning with who was last."""

    chosen = Signal(str, str)
    """The person, and the role ("" for any of theirs that fits)."""

    def __init__(self, people: Sequence[Person], person: str, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._people, self._wanted = people, role
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self.person, self.role = QComboBox(self), QComboBox(self)
        self._names = (QLabel(self), QLabel(self))
        form = QFormLayout()
        for label, box in zip(self._names, (self.person, self.role), strict=True):
            label.setBuddy(box)
            form.addRow(label, box)
        self.person.addItems([each.name for each in people])
        self.person.setCurrentIndex(max(self.person.findText(person), 0))
        self.person.currentIndexChanged.connect(lambda _row: self._fill_roles())
        self.role.activated.connect(lambda _row: self._want())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.work = accept_button(buttons)
        self.work.setEnabled(bool(people))
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._choose)
        column = QVBoxLayout(self)
        column.addWidget(self._text)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(_WIDTH)
        self.say_data()

    def say_data(self) -> None:
        self.setWindowTitle(gettext("Who you are"))
        if self._people:
            self._text.setText(gettext("What you do is recorded under this name and role."))
        else:
            self._text.setText(
                gettext("Nobody is in the list of people: one person works alone here, and everything is allowed.")
            )
        for label, box, text in zip(
            self._names, (self.person, self.role), (gettext("&Person:"), gettext("&Role:")), strict=True
        ):
            label.setText(text)
            box.setAccessibleName(plain(text))
        self.work.setText(gettext("&Work as this person"))
        self._fill_roles()

    def _fill_roles(self) -> None:
        self.role.clear()
        self.role.addItem(gettext("any of theirs that fits"), "")
        for person in self._people:
            if person.name == self.person.currentText():
                for role in person.roles:
                    self.role.addItem(role_title(role), str(role))
        self.role.setCurrentIndex(max(self.role.findData(self._wanted), 0))

    def _want(self) -> None:
        self._wanted = str(self.role.currentData())

    def _choose(self) -> None:
        self.chosen.emit(self.person.currentText(), str(self.role.currentData()))
        self.accept()
