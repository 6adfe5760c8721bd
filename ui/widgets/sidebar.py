"""The left side of the frame: the tasks of the day with what waits in each, and the tree of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QTreeView, QVBoxLayout, QWidget

from digitizer.i18n import marked, ngettext
from digitizer.model import Record, RecordId
from ui.actions import plain
from ui.models.records import RecordsModel
from ui.models.snapshot import Snapshot
from ui.speech import Spoken, number
from ui.widgets.tree import prepare_tree, select, show_records


class Sidebar(Spoken, QWidget):
    """``tasks``: the actions of the tasks, in order, each listed with its count."""

    record_chosen = Signal(object)
    """A person selected a Record."""

    def __init__(self, tasks: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._snapshot: Snapshot | None = None
        self._by_program = False
        self.list = QListWidget(self)
        self.list.setObjectName("tasks")
        self.say(self.list.setAccessibleName, marked("Tasks of the day"))
        for action in tasks:
            item = QListWidgetItem(action.icon(), "", self.list)
            item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.list.setSpacing(1)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # it is as high as its rows
        heading = QLabel(self)
        heading.setProperty("role", "heading")
        self.say(heading.setText, marked("Records"))
        self.records = RecordsModel(self)
        self.tree = QTreeView(self)
        prepare_tree(self.tree, self.records, headings=False)
        self.tree.setEditTriggers(QTreeView.EditTrigger.EditKeyPressed)
        self.say(self.tree.setAccessibleName, marked("Records"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.list)
        column.addSpacing(6)
        column.addWidget(heading)
        column.addWidget(self.tree, 1)
        self.list.currentRowChanged.connect(self._choose_task)
        self.tree.selectionModel().currentChanged.connect(self._choose_record)
        self.say_data()

    @property
    def record(self) -> Record | None:
        """The record that is selected."""
        return self.records.record(self.tree.currentIndex())

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        with self._selecting():
            show_records(self.tree, self.records, snapshot.records)
        self.say_data()

    def show_task(self, row: int) -> None:
        self.list.setCurrentRow(row)

    def select(self, record: RecordId) -> None:
        """Select a record, without ``record_chosen``."""
        with self._selecting():
            select(self.tree, self.records, record)

    def edit_title(self) -> None:
        """Let a person type a new title for the selected record."""
        index = self.tree.currentIndex()
        if index.isValid():
            self.tree.setFocus()
            self.tree.edit(index.siblingAtColumn(0))

    def say_data(self) -> None:
        seen = self._snapshot
        counts = (seen.waiting, seen.to_look_at, 0, seen.ready) if seen is not None else (0, 0, 0, 0)
        waiting, to_look_at, _, ready = counts
        tips = (
            ngettext("{count} page waits to be read", "{count} pages wait to be read", waiting),
            ngettext("{count} page to look at", "{count} pages to look at", to_look_at),
            "",
            ngettext("{count} record is read and ready", "{count} records are read and ready", ready),
        )
        for row, (action, count, tip) in enumerate(zip(self._tasks, counts, tips, strict=True)):
            item = self.list.item(row)
            name = plain(action.text())
            item.setText(f"{name}  ({number(count)})" if count else name)
            item.setToolTip(tip.format(count=number(count)) if count else action.toolTip())
        height = sum(self.list.sizeHintForRow(row) + 2 * self.list.spacing() for row in range(self.list.count()))
        self.list.setFixedHeight(height + 4)

    def _choose_task(self, row: int) -> None:
        if row >= 0 and not self._tasks[row].isChecked():
            self._tasks[row].trigger()

    @contextmanager
    def _selecting(self) -> Iterator[None]:
        self._by_program = True
        try:
            yield
        finally:
            self._by_program = False

    def _choose_record(self, index: QModelIndex) -> None:
        record = self.records.record(index)
        if record is not None and not self._by_program:
            self.record_chosen.emit(record)
