"""The left side of the frame: the tasks of the day with what waits in each, and the tree of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Record, RecordId
from ui.actions import plain
from ui.models.looking import Answer, Part, Question
from ui.models.records import RecordsModel
from ui.models.snapshot import Snapshot
from ui.speech import Spoken, number
from ui.widgets.tree import RecordsTree


class Sidebar(Spoken, QWidget):
    """``tasks``: the actions of the tasks, in order, each listed with its count. ``on_record``: actions for the menu of
    a record, None between groups.
    """

    record_chosen = Signal(object)
    """A person selected a Record."""
    asked = Signal(object)
    """Look up this Question and give the Answer to ``put``."""

    def __init__(
        self, tasks: Sequence[QAction], on_record: Sequence[QAction | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks, self._on_record = tasks, on_record
        self._snapshot: Snapshot | None = None
        self._by_program = False
        self._wanted: RecordId | None = None
        self._unsaid = False
        self._differences = 0
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
        self.tree = RecordsTree(self.records, parent=self, headings=False)
        self.tree.let_move()
        self.tree.setEditTriggers(RecordsTree.EditTrigger.EditKeyPressed)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.say(self.tree.setAccessibleName, marked("Records"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.list)
        column.addSpacing(6)
        column.addWidget(heading)
        column.addWidget(self.tree, 1)
        self.list.currentRowChanged.connect(self._choose_task)
        self.tree.selectionModel().currentChanged.connect(self._choose_record)
        self.records.wanted.connect(lambda: self.asked.emit(self.question(self.records.take_missing())))
        self.say_data()

    @property
    def record(self) -> Record | None:
        """The record that is selected, where it is known yet."""
        return self.records.record(self.tree.currentIndex())

    @property
    def selected(self) -> RecordId | None:
        """The id of the record that is selected, also while the tree is on the way to it."""
        record = self.record
        return self._wanted or (record.id if record is not None else None)

    def question(self, parts: frozenset[Part]) -> Question:
        """What is to be looked up so that the tree shows ``parts`` and the selected record."""
        return Question(
            self.records.age, dict(self.records.shapes), parts, self.tree.opened, self.selected,
            self._wanted is not None,
        )  # fmt: skip

    def put(self, answer: Answer, *, renews: bool = False) -> None:
        """Show what was looked up; ``renews``: all else is older than this."""
        first = not self.records.shapes
        present = self.record
        around = [present.id, *self.records.above(present.id)] if present is not None else []
        with self._selecting():
            if answer.anew and answer.age == self.records.age:
                self._wanted = self.selected
            self.records.take(answer, renews=renews)
            if first:
                self.tree.open_small()
            self._reach()
            if self._wanted is not None and self._wanted == answer.sought:  # it is gone: to what it lay in
                self._wanted = None
                any(self.tree.go_to(each) for each in around)
        if self._wanted is not None:
            self.asked.emit(self.question(frozenset()))
        if self._unsaid and self.record is not None:
            self._choose_record(self.tree.currentIndex())

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.put(snapshot.tree, renews=True)
        self.say_data()

    def show_differences(self, count: int) -> None:
        """So many differences between stations wait for a person."""
        self._differences = count
        self.say_data()

    def show_task(self, row: int) -> None:
        self.list.setCurrentRow(row)

    def select(self, record: RecordId) -> None:
        """Select a record, without ``record_chosen``; at once where it is known, else when it was looked up."""
        self._wanted = record
        with self._selecting():
            self._reach()
        if self._wanted is not None:
            self.asked.emit(self.question(frozenset()))

    def step(self, by: int) -> None:
        """Go to the record above or below in the tree, as a person does."""
        index = self.tree.currentIndex()
        to = self.tree.indexBelow(index) if by > 0 else self.tree.indexAbove(index)
        if to.isValid():
            self.tree.setCurrentIndex(to.siblingAtColumn(0))

    def edit_title(self) -> None:
        """Let a person type a new title for the selected record."""
        index = self.tree.currentIndex()
        if index.isValid():
            self.tree.setFocus()
            self.tree.edit(index.siblingAtColumn(0))

    def say_data(self) -> None:
        seen = self._snapshot
        waiting = to_look_at = ready = 0
        if seen is not None:
            waiting, to_look_at, ready = seen.totals.waiting, seen.to_look_at, seen.totals.ready
        tips = {
            "capture": ngettext("{count} page waits to be read", "{count} pages wait to be read", waiting),
            "images": ngettext("{count} page to look at", "{count} pages to look at", to_look_at),
            "deliver": ngettext("{count} record is read and ready", "{count} records are read and ready", ready),
        }
        counts = {"capture": waiting, "images": to_look_at, "deliver": ready}
        for row, action in enumerate(self._tasks):
            item, name = self.list.item(row), plain(action.text())
            count = counts.get(action.objectName(), 0)
            item.setText(f"{name}  ({number(count)})" if count else name)
            item.setToolTip(tips[action.objectName()].format(count=number(count)) if count else action.toolTip())
            if action.objectName() == "deliver" and self._differences:
                self._add_differences(item)
        height = sum(self.list.sizeHintForRow(row) + 2 * self.list.spacing() for row in range(self.list.count()))
        self.list.setFixedHeight(height + 4)
        self.tree.viewport().update()

    def _add_differences(self, item: QListWidgetItem) -> None:
        count = number(self._differences)
        to_settle = gettext("{count} to settle").format(count=count)
        item.setText(f"{item.text()} · {to_settle}")
        said = ngettext(
            "{count} difference waits to be settled.", "{count} differences wait to be settled.", self._differences
        )
        item.setToolTip(f"{item.toolTip()}\n{said.format(count=count)}")

    def _choose_task(self, row: int) -> None:
        if row >= 0 and not self._tasks[row].isChecked():
            self._tasks[row].trigger()

    def _reach(self) -> None:
        """Go to the record that is to be selected, if it is there by now."""
        if self._wanted is not None and self.tree.go_to(self._wanted):
            self._wanted = None

    @contextmanager
    def _selecting(self) -> Iterator[None]:
        before, self._by_program = self._by_program, True
        try:
            yield
        finally:
            self._by_program = before

    def _choose_record(self, index: QModelIndex) -> None:
        if self._by_program:
            return
        record = self.records.record(index)
        self._unsaid = record is None and index.isValid()  # said when it was looked up
        if record is not None:
            self._wanted = None
            self.record_chosen.emit(record)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._on_record:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.popup(self.tree.viewport().mapToGlobal(place))
