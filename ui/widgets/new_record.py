"""The dialog for a new record: where, of which level, described by which form, its code and title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.describe.profiles import Profiles
from digitizer.errors import NoSuchRecord
from digitizer.i18n import gettext
from digitizer.model import Level, Record, RecordId
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui import style
from ui.actions import plain
from ui.models.records import level_name
from ui.speech import Spoken
from ui.widgets.buttons import accept_button

_WIDTH = 460
_USUAL = {None: Level.FONDS, Level.FONDS: Level.FILE, Level.REGISTER: Level.FILE, Level.BOX: Level.FILE}
"""What is made most often in a record of each level; an item in a file."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record may be made: in ``parent``, or at the top. ``codes``: those proposed, by profile."""

    parent: Record | None
    codes: Mapping[str, str]

    @property
    def levels(self) -> list[Level]:
        """Which may lie here."""
        if self.parent is None:
            return [Level.FONDS]
        return [level for level in Level if level.may_lie_in(self.parent.level)]


def places(record: RecordId | None) -> Callable[[Workspace, Task], tuple[Sequence[Place], Profiles]]:
    """Where a record may be made from ``record`` on: in it, in what it lies in, at the top. For a lane."""

    def look(workspace: Workspace, _: Task) -> tuple[Sequence[Place], Profiles]:
        records = workspace.catalogue.records
        try:
            path = records.path(records.find(record)) if record is not None else []
        except NoSuchRecord:
            path = []
        found = []
        for parent in [*reversed(path), None]:
            codes = {}
            for profile in records.profiles.all.values():
                fits = parent is not None and profile.level.may_lie_in(parent.level)
                code = records.proposed(profile, "code", {}, parent) if fits else None
                if code:
                    codes[profile.name] = code
            place = Place(parent, codes)
            if place.levels:
                found.append(place)
        return found, records.profiles

    return look


class NewRecord(Spoken, QDialog):
    """Asks for a new record; stays open until it is made."""

    asked = Signal(object, object)
    """Make a record in this one (None: at the top): its level, profile, code and title."""

    def __init__(self, found: tuple[Sequence[Place], Profiles], parent: QWidget) -> None:
        super().__init__(parent)
        self._places, self._profiles = found
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.place, self.level, self.profile = QComboBox(self), QComboBox(self), QComboBox(self)
        self.code, self.title = QLineEdit(self), QLineEdit(self)
        self._fault = QLabel(self)
        self._fault.setProperty("role", "fault")
        self._fault.setWordWrap(True)
        self._fault.hide()
        form = QFormLayout()
        self._names: list[tuple[QLabel, QWidget]] = []
        for widget in (self.place, self.level, self.profile, self.code, self.title):
            label = QLabel(self)
            label.setBuddy(widget)
            form.addRow(label, widget)
            self._names.append((label, widget))
            if isinstance(widget, QComboBox):
                widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.make = accept_button(self._buttons)
        self._buttons.rejected.connect(self.reject)
        self._buttons.accepted.connect(self._ask)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._fault)
        column.addStretch(1)
        column.addWidget(self._buttons)
        self.setMinimumWidth(_WIDTH)
        self.place.currentIndexChanged.connect(lambda _row: self._fill_levels())
        self.level.currentIndexChanged.connect(lambda _row: self._fill_profiles())
        self.profile.currentIndexChanged.connect(lambda _row: self._propose_code())
        self.code.textChanged.connect(lambda _text: self._check())
        self.code.textEdited.connect(lambda _text: self._fault.hide())
        self._proposed = ""
        self.say_data()

    def say_data(self) -> None:
        self.setWindowTitle(gettext("New record"))
        texts = (gettext("&Where:"), gettext("&Level:"), gettext("&Form:"), gettext("C&ode:"), gettext("&Title:"))
        for (label, widget), text in zip(self._names, texts, strict=True):
            label.setText(text)
            widget.setAccessibleName(plain(text))
        self.make.setText(gettext("&Make the record"))
        at = max(self.place.currentIndex(), 0)
        self.place.clear()
        for place in self._places:
            if place.parent is None:
                self.place.addItem(gettext("At the top"))
            else:
                name = f"{place.parent.code} — {place.parent.title}" if place.parent.title else place.parent.code
                self.place.addItem(style.icon(str(place.parent.level)), name)
        self.place.setCurrentIndex(at)

    def refuse(self, sentence: str) -> None:
        """Say why the record was not made."""
        self._fault.setText(sentence)
        self._fault.show()
        self.make.setEnabled(True)
        self.code.setFocus()
        self.code.selectAll()

    @property
    def _place(self) -> Place:
        return self._places[max(self.place.currentIndex(), 0)]

    def _fill_levels(self) -> None:
        if self.place.currentIndex() < 0:
            return
        place = self._place
        self.level.clear()
        for level in place.levels:
            self.level.addItem(style.icon(str(level)), level_name(level), level)
        usual = _USUAL.get(place.parent.level if place.parent is not None else None, Level.ITEM)
        self.level.setCurrentIndex(max(self.level.findData(usual), 0))

    def _fill_profiles(self) -> None:
        if self.level.currentIndex() < 0:
            return
        self.profile.clear()
        for profile in self._profiles.of_level(Level(self.level.currentData())):
            self.profile.addItem(profile.label.shown, profile.name)

    def _propose_code(self) -> None:
        proposed = self._place.codes.get(str(self.profile.currentData()), "")
        if self.code.text() == self._proposed:  # not one that the person has typed
            self.code.setText(proposed)
        self._proposed = proposed
        self._check()

    def _check(self) -> None:
        self.make.setEnabled(bool(self.code.text().strip()))

    def _ask(self) -> None:
        self.make.setEnabled(False)
        level, profile = Level(self.level.currentData()), str(self.profile.currentData())
        self.asked.emit(self._place.parent, (level, profile, self.code.text(), self.title.text()))
