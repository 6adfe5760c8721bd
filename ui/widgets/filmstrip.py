"""The pages of a record as thumbnails, one below the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QIcon, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from digitizer.i18n import marked
from digitizer.model import JobState, Page
from digitizer.workspace import Workspace
from ui import style
from ui.images import Picture, Pictures, Previews, shown_derivative
from ui.models.pages import PAGE_ROLE, PagesModel
from ui.speech import Spoken, number
from ui.widgets.rows import paint_picture

THUMBNAIL = QSize(84, 114)
_PAD = 6


class Thumbnails:
    """Thumbnails of pages as they are needed for painting; what is missing is asked for."""

    def __init__(self, workspace: Workspace, pictures: Pictures, previews: Previews) -> None:
        self._workspace, self.pictures, self._previews = workspace, pictures, previews

    def get(self, page: Page, size: QSize) -> QImage | None:
        """The picture of ``page`` no larger than ``size`` device pixels; None while it is not there."""
        path = self._path(page)
        if path is None:
            self._previews.ask(page)
            return None
        picture = Picture.of(path, size)
        return None if picture is None else self.pictures.get(picture)

    def _path(self, page: Page) -> Path | None:
        thumbnail = self._workspace.derivatives.thumbnail(page.id)
        if page.state is JobState.DONE and thumbnail.is_file():
            return thumbnail
        return shown_derivative(self._workspace, page)


class Filmstrip(Spoken, QListView):
    """A vertical list of thumbnails. Several can be selected, and dragged to another place."""

    dropped = Signal(object, bool)
    """The selected pages are to stand ahead of this Page, or behind it."""

    def __init__(self, model: PagesModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filmstrip")
        self.setModel(model)
        model.renewed.connect(self.viewport().update)
        self.setItemDelegate(ThumbnailRow(thumbnails, self))
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QListView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)  # Qt takes away the rows of what is moved
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFixedWidth(THUMBNAIL.width() + 2 * _PAD + 24)
        self.say(self.setAccessibleName, marked("Pages of the record"))

    @property
    def selected(self) -> list[Page]:
        """The pages that are selected, in their order."""
        rows = sorted(self.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [page for index in rows if isinstance(page := index.data(PAGE_ROLE), Page)]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is self:
            super().dragEnterEvent(event)
        else:
            event.ignore()  # files from outside are the window's

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if event.source() is self:
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        behind = not index.isValid() or place.y() > self.visualRect(index).center().y()
        page = (index if index.isValid() else self.model().index(self.model().rowCount() - 1, 0)).data(PAGE_ROLE)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.source() is self and isinstance(page, Page):
            self.dropped.emit(page, behind)


class ThumbnailRow(QStyledItemDelegate):
    """Paints a page with its state and a ``caption`` below it."""

    def __init__(
        self, thumbnails: Thumbnails, parent: QWidget, caption: Callable[[Page], str] = lambda page: number(page.number)
    ) -> None:
        super().__init__(parent)
        self._thumbnails, self._caption = thumbnails, caption
        self._icons: dict[JobState, QIcon] = {state: style.icon(state.value) for state in JobState}

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(THUMBNAIL.width() + 2 * _PAD, THUMBNAIL.height() + option.fontMetrics.height() + 3 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        page = index.data(PAGE_ROLE)
        if not isinstance(page, Page):
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        cell: QRect = option.rect.adjusted(2, 2, -2, -2)
        if selected:
            painter.fillRect(cell, style.CHOSEN)
            painter.setPen(QPen(style.ACCENT, 2))
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
        frame = QRect(cell.left() + _PAD, cell.top() + _PAD, cell.width() - 2 * _PAD, THUMBNAIL.height())
        ratio = painter.device().devicePixelRatioF()
        image = self._thumbnails.get(page, frame.size() * ratio)
        if image is not None and not image.isNull():
            shown = paint_picture(painter, image, frame, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter)
        else:
            shown = frame.adjusted(8, 4, -8, 0)
            painter.fillRect(shown, style.PAPER)
        painter.setPen(style.MUTED)
        painter.drawRect(shown.adjusted(0, 0, -1, -1))
        self._icons[page.state].paint(painter, QRect(shown.right() - 20, shown.bottom() - 20, 18, 18))
        below = QRect(cell.left(), frame.bottom() + 3, cell.width(), cell.bottom() - frame.bottom() - 3)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        said = option.fontMetrics.elidedText(self._caption(page), Qt.TextElideMode.ElideLeft, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, said)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(style.INK)
            painter.drawRect(cell.adjusted(0, 0, -1, -1))
