"""What stands in the way of delivering what is checked, each a link to its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.deliver.described import Lack
from digitizer.describe.code_lists import Label
from digitizer.i18n import gettext, marked, ngettext
from ui.models.lacks import FIELD, PAGE, RECORD, SENTENCE, LacksModel
from ui.speech import Spoken, number
from ui.widgets.buttons import ActionButton
from ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from digitizer.deliver.missing import Missing

_LETTERS = {RECORD: 20, PAGE: 7, FIELD: 15}
"""Width of each column."""
_ROOM = 8
"""Pixels around the two lines of a row."""


class _CutAtItsEnd(QStyledItemDelegate):
    """What does not fit in two lines stands whole below the table."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight


class MissingPanel(Spoken, QWidget):
    """Shows what was found, and goes to the place of a row with Enter or a double click."""

    followed = Signal(object)
    """Go to the place of this Lack."""
    option_wanted = Signal(str)
    """Go to the option that would let it leave: the kind of a Lack."""

    def __init__(self, read: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._missing: Missing | None = None
        self._refused: tuple[Lack, ...] = ()
        self._looked = (0, 0)
        self._looking = False
        self._summary, self._detail = QLabel(self), QLabel(self)
        for label in (self._summary, self._detail):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setAlignment(Qt.AlignmentFlag.AlignTop)  # where nothing is missing it has the panel to itself
        self._detail.setProperty("role", "lacking")
        self.model = LacksModel(self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.say(self.table.setAccessibleName, marked("What is missing"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(True)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().lineSpacing() + _ROOM)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # codes of items differ at their ends
        self.table.setItemDelegateForColumn(SENTENCE, _CutAtItsEnd(self.table))
        letter = self.fontMetrics().horizontalAdvance("n")
        for place, letters in _LETTERS.items():
            self.table.setColumnWidth(place, letters * letter)
        self.table.activated.connect(lambda _index: self._follow())
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self.say_data())
        self.model.modelReset.connect(self.say_data)
        self.go, self.option = QPushButton(self), QPushButton(self)
        self.read = ActionButton(read, self)
        self.go.clicked.connect(self._follow)
        self.option.clicked.connect(self._choose_option)
        row = QWidget(self)
        buttons = FlowLayout(row)
        for button in (self.go, self.option, self.read):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self._summary)
        column.addWidget(self.table, 1)
        column.addWidget(self._detail)
        column.addWidget(row)
        self.say_data()

    # what is shown

    def name_fields(self, names: Mapping[str, Label]) -> None:
        """What people call the fields, by their keys."""
        self.model.fields = names

    def show_found(self, found: Missing | None, *, looking: bool = False) -> None:
        """Show what was found, so far or in all; None: nothing is chosen."""
        self._missing, self._looking = found, looking
        self._fill()

    def show_changed(self) -> None:
        """Something else is chosen: what was found may not hold any more, and is looked up anew."""
        self.show_looked(0, 0)

    def show_looked(self, done: int, total: int) -> None:
        """So many files of all were looked at."""
        self._looking, self._looked = True, (done, total)
        self.say_data()

    def show_refused(self, refused: Sequence[Lack]) -> None:
        """Show also what the last delivery has refused, until the next."""
        self._refused = tuple(refused)
        self._fill()

    def _fill(self) -> None:
        found = self._missing.found if self._missing is not None else ()
        self.model.show(tuple(dict.fromkeys((*self._refused, *found))))
        self.say_data()

    @property
    def summary(self) -> str:
        """What is said above the list."""
        return self._summary.text()

    @property
    def current(self) -> Lack | None:
        """The row that is chosen; the only one without choosing."""
        rows, index = self.model.rows, self.table.currentIndex()
        row = index.row() if index.isValid() else 0 if len(rows) == 1 else -1
        return rows[row] if 0 <= row < len(rows) else None

    def say_data(self) -> None:
        self._summary.setText("\n".join(self._sentences()))
        lack = self.current
        self.table.setVisible(bool(self.model.rows))
        self._detail.setVisible(lack is not None)
        self._detail.setText("" if lack is None else lack.line if lack.record else lack.sentence)
        self.go.setVisible(lack is not None and bool(lack.record))
        self.go.setText(gettext("Go there") if lack is None or lack.page is None else gettext("Go to the page"))
        said = {
            "secret": gettext("Choose what may leave"), "coarse": gettext("Let them leave as they are"),
            "signing": gettext("Choose how it is signed"), "key": gettext("Choose the key"),
        }  # fmt: skip
        self.option.setVisible(lack is not None and lack.kind in said)
        self.option.setText(said.get(lack.kind if lack is not None else "", said["secret"]))
        kinds = {each.kind for each in self.model.rows}
        self.read.setVisible("unread" in kinds)

    def _sentences(self) -> list[str]:
        said = []
        if self._refused:
            text = gettext("Not delivered: {records}. Each is listed with its reason.")
            said.append(text.format(records=", ".join(_first(dict.fromkeys(lack.record for lack in self._refused)))))
        if self._missing is None and not self._looking:
            return [*said, gettext("Check the records to deliver: what they lack is listed here.")]
        if self._looking:
            done, total = self._looked
            text = gettext("Looking what is missing: {done} of {total} files.")
            said.append(text.format(done=number(done), total=number(total)) if total else gettext("Looking…"))
        found = self._missing
        if found is None:
            return said
        if found.count:
            text = ngettext("{count} thing is missing.", "{count} things are missing.", found.count)
            if found.files > 1 and found.faulty:  # else it is of the choice
                text = ngettext(
                    "{count} thing is missing, in {faulty} of {files} files.",
                    "{count} things are missing, in {faulty} of {files} files.", found.count,
                )  # fmt: skip
            said.append(text.format(count=number(found.count), faulty=number(found.faulty), files=number(found.files)))
            if found.count > len(found.found):
                text = gettext("The first {count} are listed; mend them, and the next ones come.")
                said.append(text.format(count=number(len(found.found))))
        elif not (self._looking or self._refused):
            said.append("✓ " + gettext("Nothing is missing: what is checked can be delivered."))
        return said

    def _follow(self) -> None:
        lack = self.current
        if lack is None:
            return
        if lack.record:
            self.followed.emit(lack)
        else:  # of the choice, not of a record
            self.option_wanted.emit(lack.kind)

    def _choose_option(self) -> None:
        if (lack := self.current) is not None:
            self.option_wanted.emit(lack.kind)


_SHOWN = 5


def _first(codes: dict[str, None]) -> list[str]:
    """The first of them, and … for the others."""
    listed = list(codes)
    return [*listed[:_SHOWN], *(["…"] if len(listed) > _SHOWN else [])]
