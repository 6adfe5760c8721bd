"""The tree of records with the pages in each. It knows how many records lie where, and what is said of those seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItemModel

from digitizer.catalogue.tree import Row, Shape
from digitizer.i18n import gettext, ngettext
from digitizer.model import Level, Record, RecordId
from ui.models.looking import PART, Answer, Part
from ui.speech import number
from ui.style import icon

Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = Qt.ItemDataRole.UserRole
_ID_ROLE = Qt.ItemDataRole.UserRole + 1
MIME = "application/x-digitizer-record"
_COLUMNS = 2


class RecordsModel(QStandardItemModel):
    """Two columns: title, and pages. Every record of an opened one has its row at once; what stands in a row is asked
    for (``wanted``) when it is painted, in parts. Rows are Qt's own, and what a view asks of every row is not
    answered in Python, so that 40,000 of them are laid out in no time.
    """

    wanted = Signal()
    """Rows were looked at that are not known, or no longer: see ``take_missing``."""
    title_edited = Signal(object, str)
    """A person typed a new title for a Record."""
    dropped = Signal(object, object, object)
    """A person put a Record into another one (None: the top), ahead of a third (None: at the end)."""
    leaving = Signal()
    """The tree is about to be built anew …"""
    renewed = Signal()
    """… and now it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, _COLUMNS, parent)
        self.age = 0
        self.shapes: dict[RecordId | None, Shape] = {}
        self._rows: dict[RecordId, Row] = {}
        self._places: dict[RecordId, tuple[RecordId | None, int]] = {}
        self._fresh: set[Part] = set()
        self._missing: set[Part] = set()
        self._asked: set[Part] = set()
        self._icons = {level: icon(str(level)) for level in Level}
        self._telling = QTimer(self, interval=0, singleShot=True)
        self._telling.timeout.connect(self.wanted)

    def take(self, answer: Answer, *, renews: bool = False) -> bool:
        """Show what was looked up; ``renews``: all else is older than this. Gives False where it is for a tree that is
        no more.
        """
        if answer.age != self.age:
            return False
        if answer.anew:
            self.leaving.emit()
            self.age += 1
            self.setRowCount(0)
            for kept in (self.shapes, self._rows, self._places, self._fresh, self._missing, self._asked):
                kept.clear()
        if renews:
            self._fresh.clear()
            self._asked.clear()
        for part, rows in answer.parts.items():
            self._put(part, rows, answer.shapes[part.parent])
        if answer.anew:
            self.renewed.emit()
        return True

    def take_missing(self) -> frozenset[Part]:
        """The parts to be looked up, each given once."""
        missing = frozenset(self._missing)
        self._asked |= missing
        self._missing.clear()
        return missing

    def part_of(self, index: Index) -> Part | None:
        """The part in which a row is; None for no row."""
        if not index.isValid():
            return None
        above = self.record(index.parent())
        return Part(above.id if above is not None else None, index.row() // PART)

    def record(self, index: Index) -> Record | None:
        """The record in a row; None for no row or one that is not known yet."""
        row = self._row(index)
        return None if row is None else row.record

    def known(self, record: RecordId) -> Record | None:
        """The record of that id, where it is known."""
        row = self._rows.get(record)
        return None if row is None else row.record

    def below(self, record: RecordId | None) -> int:
        """How many records lie in ``record`` (None: at the top) directly."""
        shape = self.shapes.get(record)
        if shape is not None or record is None:
            return shape.count if shape is not None else 0
        row = self._rows.get(record)
        return row.below if row is not None else 0

    def above(self, record: RecordId) -> Iterator[RecordId]:
        """What a known record lies in, the nearest first."""
        while record in self._places:
            parent = self._places[record][0]
            if parent is None:
                return
            yield parent
            record = parent

    def index_of(self, record: RecordId | None) -> QModelIndex:
        """The row of a record; an invalid index where it is not known."""
        if record is None or record not in self._places:
            return QModelIndex()
        parent, row = self._places[record]
        return self.index(row, 0, self.index_of(parent))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
            self._note(index)
        row = self._row(index)
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        record = row.record
        if role == RECORD_ROLE:
            return record
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return _tip(record)
        return _count(record, role) if index.column() else self._name(record, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        record = self.record(index)
        title = " ".join(str(value).split())
        if record is None or role != Qt.ItemDataRole.EditRole or not title or title == record.title:
            return False
        self.title_edited.emit(record, title)
        return True

    def headerData(self, section: int, _orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return gettext("Record") if section == 0 else gettext("Pages")
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    # moving by drag and drop

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        record = next((found for index in indexes if (found := self.record(index)) is not None), None)
        if record is not None:
            data.setData(MIME, record.id.encode())
        return data

    def canDropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index) -> bool:
        return self._move(data, row, parent) is not None

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index) -> bool:
        move = self._move(data, row, parent)
        if move is not None:
            self.dropped.emit(*move)
        return False  # the catalogue moves it, and the tree is built anew

    def _move(self, data: QMimeData, row: int, parent: Index) -> tuple[Record, Record | None, Record | None] | None:
        """Which record is to be put where, and ahead of which; None where it cannot lie there."""
        record = self.known(RecordId(bytes(data.data(MIME).data()).decode())) if data.hasFormat(MIME) else None
        into = self.record(parent)
        before = self.record(self.index(row, 0, parent)) if 0 <= row < self.rowCount(parent) else None
        if record is None or (parent.isValid() and into is None) or (before is not None and before.id == record.id):
            return None
        return (record, into, before) if self.may_lie_in(record, into) else None

    def may_lie_in(self, record: Record, parent: Record | None) -> bool:
        """Whether ``record`` may be put into ``parent`` (None: the top)."""
        if parent is None:
            return record.level is Level.FONDS
        return record.level.may_lie_in(parent.level) and record.id not in (parent.id, *self.above(parent.id))

    # rows

    def _put(self, part: Part, rows: Sequence[Row], shape: Shape) -> None:
        parent = self.index_of(part.parent)
        if part.parent is not None and not parent.isValid():
            return  # what it lies in is not shown (any more)
        self._fit(parent, shape.count)
        self.shapes[part.parent] = shape
        self._fresh.add(part)
        self._asked.discard(part)
        for place, row in enumerate(rows, part.number * PART):
            index = self.index(place, 0, parent)
            record = row.record.id
            known = super().data(index, _ID_ROLE)
            if known == record and self._rows.get(record) == row:
                continue
            if known != record:
                if known is not None:
                    self.shapes.pop(known, None)
                    self._fit(index, 0)
                super().setData(index, record, _ID_ROLE)
            self._rows[record], self._places[record] = row, (part.parent, place)
            if record not in self.shapes:
                self._fit(index, row.below)
            self.dataChanged.emit(index, index.siblingAtColumn(1))

    def _fit(self, index: QModelIndex, count: int) -> None:
        """Let as many rows lie under ``index``."""
        present = self.rowCount(index)
        if present < count:
            if not self.columnCount(index):
                self.insertColumns(0, _COLUMNS, index)
            self.insertRows(present, count - present, index)
        elif present > count:
            self.removeRows(count, present - count, index)

    def _row(self, index: Index) -> Row | None:
        return self._rows.get(super().data(index.sibling(index.row(), 0), _ID_ROLE)) if index.isValid() else None

    def _note(self, index: Index) -> None:
        part = self.part_of(index)
        if part is not None and part not in self._fresh and part not in self._asked:
            self._missing.add(part)
            self._telling.start()

    def _name(self, record: Record, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return record.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{record.title} {record.code}"
        return self._icons[record.level] if role == Qt.ItemDataRole.DecorationRole else None


def _count(record: Record, role: int) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        read = record.pages - record.waiting
        return f"{number(read)}/{number(record.pages)}" if record.waiting else number(record.pages)
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    return None


def _tip(record: Record) -> str:
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
