"""The tree of records: fonds, files, items, with the pages in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from digitizer.i18n import gettext, ngettext
from digitizer.model import Level, Record, RecordId
from ui.speech import number
from ui.style import icon

Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole

_ICONS = {Level.FONDS: "fonds", Level.FILE: "file", Level.ITEM: "item"}


class RecordsModel(QAbstractItemModel):
    """Two columns: title, and pages. With ``checkable`` each record shows its code and has a box.

    A checked record stands for all below it.
    """

    title_edited = Signal(object, str)
    """A person typed a new title for a Record."""
    checked_changed = Signal()

    def __init__(self, parent: QObject | None = None, *, checkable: bool = False) -> None:
        super().__init__(parent)
        self._checkable = checkable
        self._checked: set[RecordId] = set()
        self._records: dict[RecordId, Record] = {}
        self._children: dict[RecordId | None, list[RecordId]] = {}
        # An index carries a number for its record: Qt would keep a pointer to a Python object, but not the object.
        self._ids: list[RecordId] = []
        self._numbers: dict[RecordId, int] = {}
        self._icons = {level: icon(name) for level, name in _ICONS.items()}

    def show(self, records: Sequence[Record]) -> None:
        """Show these records, parents before children. Where only their values differ, the view keeps its state."""
        for record in records:
            if record.id not in self._numbers:
                self._numbers[record.id] = len(self._ids)
                self._ids.append(record.id)
        same = [(r.id, r.parent) for r in records] == [(r.id, r.parent) for r in self._records.values()]
        if not same:
            self.beginResetModel()
            self._children = {}
            for record in records:
                self._children.setdefault(record.parent, []).append(record.id)
        changed = [record.id for record in records if same and self._records[record.id] != record]
        self._records = {record.id: record for record in records}
        self._checked &= self._records.keys()
        if not same:
            self.endResetModel()
        for record_id in changed:
            index = self.index_of(record_id)
            self.dataChanged.emit(index, index.siblingAtColumn(1))

    def record(self, index: Index) -> Record | None:
        record = self._id(index)
        return None if record is None else self._records.get(record)

    def index_of(self, record: RecordId) -> QModelIndex:
        """The place of a record; an invalid index where it is not shown."""
        if record not in self._records:
            return QModelIndex()
        row = self._children[self._records[record].parent].index(record)
        return self.createIndex(row, 0, self._numbers[record])

    def checked_codes(self) -> list[str]:
        """The codes of the checked records, those left out that lie below another checked one."""
        return [
            record.code
            for record in self._records.values()
            if record.id in self._checked and not self._covered(record.parent)
        ]

    def check_only(self, record: RecordId | None) -> None:
        """Check this record and no other."""
        self._checked = set() if record is None else {record}
        self._checks_changed()

    def check_all(self) -> None:
        """Check everything: the records at the top, which stand for all below them."""
        self._checked = set(self._children.get(None, []))
        self._checks_changed()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        siblings = self._children.get(self._id(parent), [])
        if not (0 <= row < len(siblings) and 0 <= column < self.columnCount()):
            return QModelIndex()
        return self.createIndex(row, column, self._numbers[siblings[row]])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # QObject.parent() has the same name
        record = self.record(index)
        return QModelIndex() if record is None or record.parent is None else self.index_of(record.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() and parent.column() else len(self._children.get(self._id(parent), []))

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._checkable:
            return flags | (Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else Qt.ItemFlag.NoItemFlags)
        return flags | (Qt.ItemFlag.ItemIsEditable if index.column() == 0 else Qt.ItemFlag.NoItemFlags)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self.record(index)
        if record is None:
            return None
        if role == RECORD_ROLE:
            return record
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._tip(record)
        return self._count(record, role) if index.column() else self._name(record, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        record = self.record(index)
        if record is None:
            return False
        if role == Qt.ItemDataRole.CheckStateRole:
            checked = Qt.CheckState(value) is Qt.CheckState.Checked
            (self._checked.add if checked else self._checked.discard)(record.id)
            self._checks_changed()
            return True
        title = " ".join(str(value).split())
        if role == Qt.ItemDataRole.EditRole and title and title != record.title:
            self.title_edited.emit(record, title)
            return True
        return False

    def headerData(self, section: int, _orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return gettext("Record") if section == 0 else gettext("Pages")
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _id(self, index: Index) -> RecordId | None:
        return self._ids[index.internalId()] if index.isValid() else None

    def _covered(self, record: RecordId | None) -> bool:
        while record is not None:
            if record in self._checked:
                return True
            record = self._records[record].parent
        return False

    def _check_state(self, record: Record) -> Qt.CheckState:
        if record.id in self._checked:
            return Qt.CheckState.Checked
        return Qt.CheckState.PartiallyChecked if self._covered(record.parent) else Qt.CheckState.Unchecked

    def _checks_changed(self) -> None:
        self.layoutChanged.emit()
        self.checked_changed.emit()

    def _name(self, record: Record, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{record.title}  ·  {record.code}" if self._checkable else record.title
        if role == Qt.ItemDataRole.EditRole:
            return record.title
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icons[record.level]
        return self._check_state(record) if role == Qt.ItemDataRole.CheckStateRole and self._checkable else None

    def _count(self, record: Record, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            read = record.pages - record.waiting
            return f"{number(read)}/{number(record.pages)}" if record.waiting else number(record.pages)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _tip(self, record: Record) -> str:
        said = f"{level_name(record.level)} {record.code}: {record.title}\n"
        said += ngettext("{count} page", "{count} pages", record.pages).format(count=number(record.pages))
        if record.waiting:
            said += ", " + ngettext("{count} not read", "{count} not read", record.waiting).format(
                count=number(record.waiting)
            )
        return said


def level_name(level: Level) -> str:
    """A level of description in the language spoken now."""
    return {Level.FONDS: gettext("Fonds"), Level.FILE: gettext("File (of records)"), Level.ITEM: gettext("Item")}[level]
