"""The list of people: who is in it, in which roles, and who has left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.catalogue.people import Person
from digitizer.catalogue.permits import role_title
from digitizer.i18n import gettext, marked
from digitizer.model import Role
from ui.speech import Spoken
from ui.widgets.tables import reading_table

_SIZE = (560, 460)
_ROLES_IN_A_ROW = 3


class PeopleDialog(Spoken, QDialog):
    """Shows everybody; enters a person, gives roles, lets one leave or come back. Stays open."""

    asked = Signal(object)
    """A Change of the list is to be made."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._people: Sequence[Person] = ()
        self.table = reading_table(0, 3, self)
        self.table.itemSelectionChanged.connect(self._choose)
        self.say(self.table.setAccessibleName, marked("People of this workspace"))
        self.name = QLineEdit(self)
        self.say(self.name.setPlaceholderText, marked("Name"))
        self.say(self.name.setAccessibleName, marked("Name"))
        self.name.textChanged.connect(lambda _text: self._offer())
        self.roles = {role: QCheckBox(self) for role in Role}
        grid = QGridLayout()
        for place, box in enumerate(self.roles.values()):
            grid.addWidget(box, place // _ROLES_IN_A_ROW, place % _ROLES_IN_A_ROW)
            box.toggled.connect(lambda _on: self._offer())
        self.save, self.leave = QPushButton(self), QPushButton(self)
        self.save.setProperty("role", "main")
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self._leave)
        self.separate = QCheckBox(self)
        self.say(self.separate.setText, marked("Nobody may approve what they scanned or described themselves"))
        self.separate.clicked.connect(lambda on: self.asked.emit(lambda w, _: w.catalogue.people.separate(on)))
        self._fault = QLabel(self)
        self._fault.setProperty("role", "fault")
        self._fault.setWordWrap(True)
        self._fault.hide()
        acts = QHBoxLayout()
        acts.addWidget(self.save)
        acts.addWidget(self.leave)
        acts.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self.name)
        column.addLayout(grid)
        column.addLayout(acts)
        column.addWidget(self.separate)
        column.addWidget(self._fault)
        column.addWidget(buttons)
        self.resize(*_SIZE)
        self.say_data()

    def show_people(self, people: Sequence[Person], separated: bool) -> None:
        """Show everybody, and whether nobody may approve their own work."""
        self._people = people
        self.separate.setChecked(separated)
        self._fault.hide()
        self._fill()

    def refuse(self, sentence: str) -> None:
        """Say why the list was not changed."""
        self._fault.setText(sentence)
        self._fault.show()
        self._fill()

    def say_data(self) -> None:
        self.setWindowTitle(gettext("People"))
        self.table.setHorizontalHeaderLabels([gettext("Name"), gettext("Roles"), gettext("State")])
        for role, box in self.roles.items():
            box.setText(role_title(role))
        self._fill()

    def _fill(self) -> None:
        chosen = self.name.text()
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._people))
        self.table.clearSelection()
        for row, person in enumerate(self._people):
            state = "" if person.active else gettext("has left")
            for place, text in enumerate((person.name, ", ".join(map(role_title, person.roles)), state)):
                self.table.setItem(row, place, QTableWidgetItem(text))
            if person.name == chosen:
                self.table.selectRow(row)
        self.table.blockSignals(False)
        self._offer()

    @property
    def _present(self) -> Person | None:
        """The person whose name is typed."""
        return next((each for each in self._people if each.name == self.name.text().strip()), None)

    def _choose(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._people):
            person = self._people[row]
            self.name.setText(person.name)
            for role, box in self.roles.items():
                box.setChecked(role in person.roles)

    def _offer(self) -> None:
        person = self._present
        named = bool(self.name.text().strip()) and any(box.isChecked() for box in self.roles.values())
        self.save.setText(gettext("&Enter this person") if person is None else gettext("&Give these roles"))
        self.save.setEnabled(named)
        self.leave.setText(gettext("Is &back") if person is not None and not person.active else gettext("Has &left"))
        self.leave.setEnabled(person is not None)

    def _save(self) -> None:
        name, person = self.name.text(), self._present
        roles = [role for role, box in self.roles.items() if box.isChecked()]
        if person is None:
            self.asked.emit(lambda workspace, _: workspace.catalogue.people.add(name, roles))
        else:
            self.asked.emit(lambda workspace, _: workspace.catalogue.people.change(person.name, roles=roles))

    def _leave(self) -> None:
        if (person := self._present) is not None:
            active = not person.active
            self.asked.emit(lambda workspace, _: workspace.catalogue.people.change(person.name, active=active))
