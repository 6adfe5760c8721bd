"""The tree of records: fonds, files, items, with the pages in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from digitizer.i18n import gettext, ngettext
from digitizer.model import Level, Record, RecordId
from ui.speech import number
from ui.style import icon

Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole

_ICONS = {level: str(level) for level in Level}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is checked. ``codes``: records that stand for all below them. ``packages``: records among these and below
    them that hold pages themselves; ``pages``: the pages in them."""

    codes: tuple[str, ...]
    packages: int
    pages: int


class RecordsModel(QAbstractItemModel):
    """Two columns: title, and pages. With ``checkable`` each record shows its code and has a box.

    A checked record stands for all below it, also for what comes below it later. One of which only some records below
    are checked is checked in part: pages that it holds itself are not chosen then.
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
        self._settle_checks(records)
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

    @property
    def choice(self) -> Choice:
        """What is checked now."""
        chosen = [record for record in self._records.values() if record.id in self._checked]
        own = [record.pages - sum(self._records[below].pages for below in self._below(record.id)) for record in chosen]
        codes = tuple(record.code for record in chosen if record.parent not in self._checked)
        return Choice(codes, sum(pages > 0 for pages in own), sum(own))

    def check_only(self, record: RecordId) -> None:
        """Check this record, with all below it, and no other."""
        self._checked = set()
        self._check(record, True)

    def check_all(self) -> None:
        """Check every record."""
        self._checked = set(self._records)
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
            self._check(record.id, Qt.CheckState(value) is Qt.CheckState.Checked)
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

    def _below(self, record: RecordId) -> list[RecordId]:
        """The records that lie in ``record`` itself."""
        return self._children.get(record, [])

    def _branch(self, top: RecordId) -> Iterator[RecordId]:
        """``top`` and everything below it."""
        yield top
        for record in self._below(top):
            yield from self._branch(record)

    def _check(self, record: RecordId, on: bool) -> None:
        (self._checked.update if on else self._checked.difference_update)(self._branch(record))
        parent = self._records[record].parent
        while parent is not None:
            whole = all(below in self._checked for below in self._below(parent))
            (self._checked.add if whole else self._checked.discard)(parent)
            parent = self._records[parent].parent
        self._checks_changed()

    def _settle_checks(self, records: Sequence[Record]) -> None:
        self._checked &= self._records.keys()
        self._checked.update(record.id for record in records if record.parent in self._checked)

    def _check_state(self, record: Record) -> Qt.CheckState:
        if record.id in self._checked:
            return Qt.CheckState.Checked
        some = any(below in self._checked for below in self._branch(record.id))
        return Qt.CheckState.PartiallyChecked if some else Qt.CheckState.Unchecked

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
    return {
        Level.FONDS: gettext("Fonds"), Level.REGISTER: gettext("Register"), Level.BOX: gettext("Box"),
        Level.FILE: gettext("File (of records)"), Level.ITEM: gettext("Item"),
    }[level]  # fmt: skip
