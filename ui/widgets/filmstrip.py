"""The pages of a record as thumbnails, one below the other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPalette, QPen
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
        self._workspace, self._pictures, self._previews = workspace, pictures, previews

    def get(self, page: Page, size: QSize) -> QImage | None:
        """The picture of ``page`` no larger than ``size`` device pixels; None while it is not there."""
        path = self._path(page)
        if path is None:
            self._previews.ask(page)
            return None
        picture = Picture.of(path, size)
        return None if picture is None else self._pictures.get(picture)

    def _path(self, page: Page) -> Path | None:
        thumbnail = self._workspace.derivatives.thumbnail(page.id)
        if page.state is JobState.DONE and thumbnail.is_file():
            return thumbnail
        return shown_derivative(self._workspace, page)


class Filmstrip(Spoken, QListView):
    """A vertical list of thumbnails."""

    def __init__(self, model: PagesModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filmstrip")
        self.setModel(model)
        model.renewed.connect(self.viewport().update)
        self.setItemDelegate(_Delegate(thumbnails, self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFixedWidth(THUMBNAIL.width() + 2 * _PAD + 24)
        self.say(self.setAccessibleName, marked("Pages of the record"))


class _Delegate(QStyledItemDelegate):
    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
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
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, number(page.number))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(style.INK)
            painter.drawRect(cell.adjusted(0, 0, -1, -1))
