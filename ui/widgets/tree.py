"""Trees of records: columns, painting, what is seen of them, and state that survives a tree built anew."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QIdentityProxyModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)  # fmt: skip

from digitizer.model import Record, RecordId
from ui import style
from ui.models.looking import Part
from ui.models.records import RECORD_ROLE, RecordsModel

_PAGES = "00.000 "
"""What the column of pages must hold. Qt would make it as wide as its heading, even where that is hidden."""
_CODE_SHARE = 0.3
"""A code beside a title takes no more of the width."""
_GAP = 8
_SMALL = 300
"""A tree of so few records is opened as a whole at first."""


class RecordsTree(QTreeView):
    """A view of ``records``, through ``boxes`` where records can be checked."""

    confirmed = Signal()
    """Enter was pressed on a record."""

    def __init__(
        self, records: RecordsModel, boxes: QIdentityProxyModel | None = None, parent: QWidget | None = None, *,
        headings: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._records, self._boxes = records, boxes
        self._opened: dict[RecordId, None] = {}
        self._restoring = False
        self._scrolled = 0
        self.setModel(boxes or records)
        self.setItemDelegate(_Delegate(self))
        self.setUniformRowHeights(True)
        self.setIndentation(11)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        if headings:
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
            header.setResizeContentsPrecision(0)  # looks at what is visible only
        else:
            self.setHeaderHidden(True)
            header.setMinimumSectionSize(1)
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(1, self.fontMetrics().horizontalAdvance(_PAGES))
        if boxes is not None:
            self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.expanded.connect(self._note_opened)
        self.collapsed.connect(self._note_closed)
        records.leaving.connect(self._leave)
        records.renewed.connect(self._restore)

    @property
    def opened(self) -> tuple[RecordId, ...]:
        """The records that are open, those opened first ahead."""
        return tuple(self._opened)

    def place(self, record: RecordId) -> QModelIndex:
        """The row of a record; an invalid index where it is not known."""
        index = self._records.index_of(record)
        return index if self._boxes is None else self._boxes.mapFromSource(index)

    def go_to(self, record: RecordId) -> bool:
        """Make a record the current one and scroll to it; gives False where it is not known."""
        index = self.place(record)
        if not index.isValid():
            return False
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def open_small(self) -> None:
        """Open everything above the items, unless there is much of it."""
        self._open_below(QModelIndex(), _SMALL)

    def parts_seen(self) -> frozenset[Part]:
        """The parts of the records that are on the screen."""
        if not self.isVisible():
            return frozenset()
        found = set()
        index = self.indexAt(self.viewport().rect().topLeft())
        bottom = self.viewport().rect().bottom()
        while index.isValid() and self.visualRect(index).top() <= bottom:
            source = index if self._boxes is None else self._boxes.mapToSource(index)
            part = self._records.part_of(source)
            if part is not None:
                found.add(part)
            index = self.indexBelow(index)
        return frozenset(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and self.state() != QAbstractItemView.State.EditingState
        ):
            self.confirmed.emit()

    def startDrag(self, _actions: Qt.DropAction) -> None:
        # Qt's own would remove the row here, before the catalogue has moved anything.
        record = self.currentIndex().data(RECORD_ROLE)
        if isinstance(record, Record):
            drag = QDrag(self)
            drag.setMimeData(self.model().mimeData([self.currentIndex()]))
            drag.exec(Qt.DropAction.MoveAction)

    def let_move(self) -> None:
        """Let records be moved by the mouse."""
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    def _open_below(self, parent: QModelIndex, most: int) -> int:
        """Open what lies under ``parent`` while that shows no more than ``most`` rows; gives how many more it may."""
        left = most - self.model().rowCount(parent)
        for row in range(self.model().rowCount(parent) if left > 0 else 0):
            index = self.model().index(row, 0, parent)
            if 0 < self.model().rowCount(index) < left:
                self.expand(index)
                left = self._open_below(index, left)
        return left

    def _note_opened(self, index: QModelIndex) -> None:
        record = index.data(RECORD_ROLE)
        if isinstance(record, Record):
            self._opened[record.id] = None

    def _note_closed(self, index: QModelIndex) -> None:
        record = index.data(RECORD_ROLE)
        if isinstance(record, Record) and not self._restoring:
            self._opened.pop(record.id, None)

    def _leave(self) -> None:
        self._restoring = True
        self._scrolled = self.verticalScrollBar().value()
        self.setUpdatesEnabled(False)

    def _restore(self) -> None:
        for record in self.opened:
            index = self.place(record)
            if index.isValid():
                self.expand(index)
            else:
                del self._opened[record]
        self._restoring = False
        self.setUpdatesEnabled(True)
        self.verticalScrollBar().setValue(self._scrolled)


class _Delegate(QStyledItemDelegate):
    """The title, and the code behind it as far as there is room: its end, in which codes differ. Only a title can be
    edited. Where there are boxes, they are checked here: a model asked whether it can be for each of 40,000 rows would
    take its time.
    """

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        if index.column() or not isinstance(index.data(RECORD_ROLE), Record):
            return None  # type: ignore[return-value]  # Qt's way to say that there is none
        return super().createEditor(parent, option, index)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None or not self._checks(event, option, index):
            return super().editorEvent(event, model, option, index)
        on = Qt.CheckState(state) is not Qt.CheckState.Checked
        return model.setData(
            index, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
        )

    def _checks(self, event: QEvent, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether ``event`` is a click into the box, or a press of the space bar."""
        if isinstance(event, QKeyEvent):
            return event.type() is QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        if not isinstance(event, QMouseEvent) or event.type() is not QEvent.Type.MouseButtonRelease:
            return False
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        box = option.widget.style().subElementRect(part, shown, option.widget)
        return event.button() is Qt.MouseButton.LeftButton and box.contains(event.position().toPoint())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        record = index.data(RECORD_ROLE)
        if index.column() or not isinstance(record, Record):
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        widget = option.widget
        look = widget.style()
        title = option.text
        room: QRect = look.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, widget).adjusted(3, 0, -3, 0)
        option.text = ""
        look.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        metrics = option.fontMetrics
        code = record.code if record.code != title else ""
        wanted = metrics.horizontalAdvance(code) + 2
        free = room.width() - metrics.horizontalAdvance(title) - _GAP
        width = min(wanted, max(free, int(_CODE_SHARE * room.width()))) if title else room.width()
        middle = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.AlignmentFlag.AlignLeft)
        painter.save()
        painter.setFont(option.font)
        painter.setPen(style.INK)
        left = room.adjusted(0, 0, -(width + _GAP), 0)
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, middle, shown)
        painter.setPen(style.MUTED)
        beside = room.adjusted(metrics.horizontalAdvance(shown) + _GAP if title else 0, 0, 0, 0)
        painter.drawText(beside, middle, metrics.elidedText(code, Qt.TextElideMode.ElideLeft, width))
        painter.restore()
