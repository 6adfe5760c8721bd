"""Kiểm tra ảnh: the pages that may be wrong, the worst first."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import JobState, Page
from digitizer.workspace import Workspace
from ui import style
from ui.flags import fault_sentence, flag_text
from ui.models.pages import PAGE_ROLE, PagesModel
from ui.speech import Spoken, number
from ui.widgets.buttons import ActionButton
from ui.widgets.filmstrip import Thumbnails
from ui.widgets.rows import WRAPPED, paint_picture, paint_selected

_THUMBNAIL = QSize(52, 66)
_PAD = 6
_SIGN = 22
"""Width that the sign in the corner takes."""
_MAY_BREAK = "\u200b"
"""A long code is broken after its dots."""


class ImagesView(Spoken, QWidget):
    """A list of pages to look at, each with the reason."""

    chosen = Signal(object)
    """A Page to be shown."""

    def __init__(
        self, workspace: Workspace, thumbnails: Thumbnails, retry: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._count = 0
        heading = QLabel(self)
        heading.setProperty("role", "heading")
        self.say(heading.setText, marked("Pages to look at"))
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._model = PagesModel(workspace.catalogue.pages.to_look_at, self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setUniformItemSizes(True)
        self._list.setItemDelegate(_Delegate(workspace, thumbnails, self._list))
        self.say(self._list.setAccessibleName, marked("Pages to look at"))
        self._retry = ActionButton(retry, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(heading)
        column.addWidget(self._summary)
        column.addWidget(self._list, 1)
        column.addWidget(self._retry)
        self._list.selectionModel().currentChanged.connect(self._choose)
        self._list.clicked.connect(self._choose)  # also the one that is current, after paging away
        self._list.activated.connect(self._choose)

    def show_count(self, count: int, failed: int) -> None:
        """Show the list anew: ``count`` pages, ``failed`` of them not read."""
        self._model.show(count, same_list=True)
        self._count = count
        self._retry.setVisible(failed > 0)
        self.say_data()

    def say_data(self) -> None:
        text = ngettext("{count} page should be looked at.", "{count} pages should be looked at.", self._count)
        self._summary.setText(
            text.format(count=number(self._count)) if self._count else gettext("No page needs a look.")
        )
        self._list.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        page = index.data(PAGE_ROLE)
        if page is not None:
            self.chosen.emit(page)


class _Delegate(QStyledItemDelegate):
    def __init__(self, workspace: Workspace, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._thumbnails = workspace, thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, max(_THUMBNAIL.height(), 4 * option.fontMetrics.lineSpacing()) + 2 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        page = index.data(PAGE_ROLE)
        if not isinstance(page, Page):
            return
        paint_selected(painter, option)
        frame = QRect(option.rect.topLeft(), _THUMBNAIL).translated(_PAD + 2, _PAD)
        image = self._thumbnails.get(page, frame.size() * painter.device().devicePixelRatioF())
        if image is not None and not image.isNull():
            paint_picture(painter, image, frame, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        painter.setPen(style.INK)
        beside = option.rect.adjusted(_THUMBNAIL.width() + 2 * _PAD, _PAD, -_PAD, -_PAD)
        code = page.record_code.replace(".", f".{_MAY_BREAK}")
        place = gettext("p. {number}").format(number=number(page.number))
        titled = painter.drawText(beside.adjusted(0, 0, -_SIGN, 0), WRAPPED, f"{code}\n{place}")
        name = "failed" if page.state is JobState.FAILED else "flagged"
        style.icon(name).paint(painter, QRect(beside.right() - 17, beside.top(), 16, 16))
        painter.setPen(style.MUTED)
        beside.setTop(titled.bottom() + 1)
        painter.drawText(beside, WRAPPED, self._reason(page))

    def _reason(self, page: Page) -> str:
        if page.state is JobState.FAILED:
            return fault_sentence(page)
        facts = self._workspace.catalogue.readings.facts(page.id)
        return ", ".join(flag_text(flag) for flag in facts.flags) if facts is not None else ""
