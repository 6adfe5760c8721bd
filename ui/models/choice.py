"""Which records are checked, in a tree of which only a part is ever seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from digitizer.model import Record, RecordId
from ui.models.records import RECORD_ROLE, RecordsModel

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Choice:
    """What is checked. ``codes``: records that stand for all below them. ``packages``: records among these and below
    them that hold pages themselves; ``pages``: the pages in them."""

    codes: tuple[str, ...] = ()
    packages: int = 0
    pages: int = 0


class ChoiceModel(QIdentityProxyModel):
    """The tree of records with a box at each.

    A checked record stands for all below it, also for what comes below it later. One of which only some records below
    are checked is checked in part: pages that it holds itself are not chosen then. Kept are marks alone: each counts
    for its record (None: everything) and all below it, but where a nearer one says otherwise.
    """

    checked_changed = Signal()
    """The view is to be painted anew: any box may have changed."""

    def __init__(self, records: RecordsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records = records
        self._marks: dict[RecordId | None, bool] = {}
        self._ways: dict[RecordId | None, tuple[RecordId | None, ...]] = {}
        self.setSourceModel(records)

    @property
    def marks(self) -> tuple[tuple[RecordId | None, bool], ...]:
        """What was checked and unchecked, for ``Tree.choice``."""
        return tuple(self._marks.items())

    @property
    def any_checked(self) -> bool:
        return any(self._marks.values())

    def check_only(self, record: RecordId) -> None:
        """Check this record, with all below it, and no other."""
        self._marks.clear()
        self._check(record, True)

    def check_all(self) -> None:
        """Check every record."""
        self._marks = {None: True}
        self._ways = {None: ()}
        self.checked_changed.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            record = super().data(index, RECORD_ROLE)
            return self._state(record.id) if isinstance(record, Record) else None
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        record = index.data(RECORD_ROLE)
        if role != Qt.ItemDataRole.CheckStateRole or not isinstance(record, Record):
            return False
        self._check(record.id, Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def _way(self, record: RecordId | None) -> tuple[RecordId | None, ...]:
        """What a record lies in, the nearest first, at last everything."""
        return () if record is None else (*self._records.above(record), None)

    def _counts(self, record: RecordId | None) -> bool:
        """What counts for a record but where a mark below it says otherwise."""
        return next((self._marks[each] for each in (record, *self._way(record)) if each in self._marks), False)

    def _state(self, record: RecordId) -> Qt.CheckState:
        counts = self._counts(record)
        if any(on is not counts and record in self._ways[each] for each, on in self._marks.items()):
            return Qt.CheckState.PartiallyChecked
        return Qt.CheckState.Checked if counts else Qt.CheckState.Unchecked

    def _check(self, record: RecordId, on: bool) -> None:
        self._mark(record, on)
        for above in self._way(record):
            of_it = [each for each in self._marks if above in self._ways[each]]
            direct = sum(self._ways[each][0] == above for each in of_it)
            whole = direct == self._records.below(above) and all(self._marks[each] is on for each in of_it)
            if whole and self._counts(above) is not on:
                self._mark(above, on)
        self.checked_changed.emit()

    def _mark(self, record: RecordId | None, on: bool) -> None:
        """Let ``on`` count for a record and all below it."""
        for each in [each for each in self._marks if each == record or record in self._ways[each]]:
            del self._marks[each]
        if self._counts(record) is not on:
            self._marks[record], self._ways[record] = on, self._way(record)
