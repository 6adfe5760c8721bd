"""What was delivered, when and by whom: found again, proved again, and written on a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from digitizer.i18n import gettext, marked, ngettext
from ui import style
from ui.models.history import (
    DIGEST,
    FILE,
    FORM,
    NOW,
    PAGES,
    RECORD,
    SHEETS,
    SIGNED,
    SIZE,
    WHEN,
    WHO,
    HistoryModel,
)  # fmt: skip
from ui.runner import Runner
from ui.speech import Spoken, number
from ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from digitizer.deliver.history import Delivered

_LETTERS = {
    WHEN: 16, RECORD: 20, FORM: 13, NOW: 24, PAGES: 10, SHEETS: 8, FILE: 26, SIZE: 12, SIGNED: 20, WHO: 16, DIGEST: 40,
}  # fmt: skip
"""Width of each column."""


class HistoryPanel(Spoken, QWidget):
    """The list of deliveries, and what can be done with those that are selected."""

    receipt_wanted = Signal(object)
    """Write the receipt of these: a tuple of Delivered, the first delivered first."""
    look_wanted = Signal(object)
    """Look whether these are still there and have their hashes."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = HistoryModel(runner, self)
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.say(self.table.setAccessibleName, marked("Delivered"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        letter = self.fontMetrics().horizontalAdvance("n")
        for place, letters in _LETTERS.items():
            self.table.setColumnWidth(place, letters * letter)
        self.open, self.receipt = self._button(marked("Open the &folder"), "open"), self._button(marked("Receipt…"))
        self.copy, self.look = self._button(marked("Copy the hash"), "copy"), self._button(marked("Check agai&n"))
        self.say(self.look.setToolTip, marked("Look whether the files are still there, and have their hashes"))
        self.say(self.receipt.setToolTip, marked("A receipt to print and sign, in both languages"))
        self.open.clicked.connect(self._open)
        self.copy.clicked.connect(self._copy)
        self.receipt.clicked.connect(lambda: self.receipt_wanted.emit(self.chosen[::-1]))
        self.look.clicked.connect(lambda: self.look_wanted.emit(self.chosen))
        self.table.activated.connect(lambda _index: self._open())
        self.table.selectionModel().selectionChanged.connect(lambda _now, _before: self.say_data())
        self.model.renewed.connect(self.say_data)
        row = QWidget(self)
        buttons = FlowLayout(row)
        for button in (self.open, self.receipt, self.look, self.copy):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self._summary)
        column.addWidget(self.table, 1)
        column.addWidget(row)
        self.say_data()

    def _button(self, text: str, icon: str = "") -> QPushButton:
        button = QPushButton(self)
        if icon:
            button.setIcon(style.icon(icon))
        self.say(button.setText, text)
        return button

    @property
    def chosen(self) -> tuple[Delivered, ...]:
        """The rows that are selected, from the top."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(row for each in rows if (row := self.model.row(each)) is not None)

    @property
    def summary(self) -> str:
        """What is said above the list."""
        return self._summary.text()

    def look_again(self) -> None:
        """Show what was delivered since."""
        self.model.look_again()

    def select_newest(self, count: int) -> None:
        """Select what was delivered just now."""
        model = self.table.selectionModel()
        model.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in range(min(count, self.model.rowCount())):
            model.select(self.model.index(row, 0), flags)
        if count:
            self.table.scrollToTop()

    def say_data(self) -> None:
        total, chosen = self.model.total, self.chosen
        if total:
            said = ngettext("{count} package was delivered from here.", "{count} packages were delivered from here.",
                            total)  # fmt: skip
            self._summary.setText(said.format(count=number(total)))
        else:
            self._summary.setText(
                gettext("Nothing was delivered yet. Each package is read back and checked before it is named.")
            )
        self.table.setVisible(bool(total))
        for button in (self.open, self.receipt, self.look, self.copy):
            button.setVisible(bool(total))
            button.setEnabled(bool(chosen))
        self.open.setEnabled(any(each.folder is not None for each in chosen))
        model = self.model
        model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, model.columnCount() - 1)

    def _open(self) -> None:
        folder = next((each.folder for each in self.chosen if each.folder is not None), None)
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _copy(self) -> None:
        lines = [f"{each.sha256}  {each.file}" for each in self.chosen]
        QGuiApplication.clipboard().setText(self.chosen[0].sha256 if len(lines) == 1 else "\n".join(lines))
