"""Tra cứu: find a paper from any words, with or without marks; each hit with its line as picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Hit, PageId
from digitizer.workspace import Workspace
from ocr.geometry import Box
from ui import style
from ui.images import Picture, Pictures, Previews
from ui.models.hits import HIT_ROLE, HitsModel
from ui.speech import Spoken, number
from ui.widgets.rows import WRAPPED, fitted, paint_selected

_TYPING_MS = 300
"""Searched when typing has paused so long, or at Enter."""
_CROP_HEIGHT = 34
_CROP_LINES = 1.9
"""Height of the picture of a line, in heights of the found word."""
_CROP_BEFORE = 0.22
"""Share of the picture's width that shows what stands before the found word."""
_PAD = 7
_SNIPPET_LINES = 2
_EXACT, _ALIKE = "✓", "≈"
"""Signs of a hit with the same marks as the query, and of one with other marks."""


class SearchView(Spoken, QWidget):
    """The search box and the hits."""

    chosen = Signal(object, bool)
    """A Hit to be shown, and whether at its last place (on the way back) or at its first."""
    answered = Signal()
    """The list shows what was asked for last."""

    def __init__(
        self,
        workspace: Workspace,
        hits: HitsModel,
        pictures: Pictures,
        previews: Previews,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._hits = hits
        self._current: PageId | None = None
        self._quiet = False
        self._backwards = False
        self._step_when_there = False
        self.box = QLineEdit(self)
        self.box.setClearButtonEnabled(True)
        self.say(self.box.setPlaceholderText, marked("Words, with or without marks"))
        self.say(self.box.setAccessibleName, marked("Words to find"))
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.search)
        self.box.textEdited.connect(lambda _text: self._typing.start())
        self.box.textChanged.connect(lambda text: None if text else self.search())
        self.box.returnPressed.connect(self._enter)
        heading = QLabel(self)
        heading.setProperty("role", "heading")
        self.say(heading.setText, marked("Search"))
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._signs = QLabel(self)
        self._signs.setProperty("role", "muted")
        self.list = QListView(self)
        self.list.setModel(hits)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(_Delegate(workspace, pictures, previews, self.list))
        self.say(self.list.setAccessibleName, marked("Pages that were found"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        for widget in (heading, self.box, self._summary, self._signs):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        hits.answered.connect(self._show_answer)
        hits.renewed.connect(self._keep_place)
        hits.rowsInserted.connect(self._step_now)
        hits.failed.connect(self._forget_step)
        pictures.loaded.connect(lambda _picture: self.list.viewport().update())
        previews.made.connect(lambda _page: self.list.viewport().update())
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.clicked.connect(self._choose)  # also the one that is current, after paging away
        self.list.activated.connect(self._choose)
        self.say_data()

    def search(self) -> None:
        """Search for what is in the box now."""
        self._typing.stop()
        if self.box.text() != self._hits.query:
            self._hits.ask(self.box.text())

    def search_again(self) -> None:
        """The pages may have changed: look whether the answer has; the place in the list is kept."""
        self._hits.ask_again()

    @property
    def any_found(self) -> bool:
        return self._hits.total > 0

    def focus_box(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def step(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) page that was found, as soon as it is known; gives False where there is
        none."""
        row = self.list.currentIndex().row() + by
        if self._hits.hit(row) is None:
            self._step_when_there = by > 0 and self._hits.more
            if self._step_when_there and self._hits.canFetchMore(QModelIndex()):
                self._hits.fetchMore(QModelIndex())
            return self._step_when_there
        self._backwards = by < 0
        self.list.setCurrentIndex(self._hits.index(row))
        self._backwards = False
        return True

    def show_current(self) -> bool:
        """Show the current hit again; gives False where none is."""
        index = self.list.currentIndex()
        if index.isValid():
            self._choose(index)
        return index.isValid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.box.hasFocus():
            self.list.setFocus()
            if not self.list.currentIndex().isValid():
                self.step(1)
        else:
            super().keyPressEvent(event)

    def say_data(self) -> None:
        hits = self._hits
        if not hits.query.strip():
            said = gettext("Every word must be on the page; pages with the same marks come first.")
        elif hits.total:
            said = ngettext("{count} page found", "{count} pages found", hits.total)
        else:
            said = gettext("No page holds all of these words. Pages that wait to be read cannot be found yet.")
        self._summary.setText(said.format(count=number(hits.total)))
        signs = gettext("{exact} same marks   {alike} other marks").format(exact=_EXACT, alike=_ALIKE)
        self._signs.setText(signs)
        self._signs.setVisible(hits.total > 0)
        self.list.viewport().update()

    def _enter(self) -> None:
        if self.box.text() != self._hits.query:
            self.search()
        else:
            self.step(1)

    def _show_answer(self) -> None:
        self._current = None
        self._forget_step()
        self.say_data()
        self.answered.emit()

    def _keep_place(self) -> None:
        """A list that was filled anew has no current hit: take the page that was, without going there again."""
        rows = (
            row for row in range(self._hits.rowCount()) if self._hits.index(row).data(HIT_ROLE).page == self._current
        )
        row = next(rows, -1)
        if row != self.list.currentIndex().row():
            self._quiet = True
            self.list.setCurrentIndex(self._hits.index(row))
            self._quiet = False
        self.say_data()

    def _step_now(self) -> None:
        if self._step_when_there:
            self._step_when_there = False
            self.step(1)

    def _forget_step(self) -> None:
        self._step_when_there = False

    def _choose(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE)
        if hit is not None and not self._quiet:
            self._current = hit.page
            self._step_when_there = False
            self.chosen.emit(hit, self._backwards)


class _Delegate(QStyledItemDelegate):
    def __init__(self, workspace: Workspace, pictures: Pictures, previews: Previews, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._pictures, self._previews = workspace, pictures, previews

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, (1 + _SNIPPET_LINES) * option.fontMetrics.lineSpacing() + _CROP_HEIGHT + 3 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit = index.data(HIT_ROLE)
        if not isinstance(hit, Hit):
            return
        paint_selected(painter, option)
        inside: QRect = option.rect.adjusted(_PAD + 2, _PAD, -_PAD, -_PAD)
        line = option.fontMetrics.lineSpacing()
        painter.setPen(style.GOOD if hit.exact else style.MUTED)
        painter.drawText(
            inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, _EXACT if hit.exact else _ALIKE
        )
        painter.setPen(style.INK)
        place = gettext("p. {number}").format(number=number(hit.number))
        title = f"{hit.record} · {place}"
        shown = option.fontMetrics.elidedText(title, Qt.TextElideMode.ElideMiddle, inside.width() - 2 * line)
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop, shown)
        strip = QRect(inside.left(), inside.top() + line + 3, inside.width(), _CROP_HEIGHT)
        self._paint_line(painter, strip, hit)
        painter.setPen(style.MUTED)
        below = inside.adjusted(0, line + _CROP_HEIGHT + 7, 0, 0)
        painter.drawText(below, WRAPPED, fitted(hit.snippet, option.fontMetrics, below.width(), _SNIPPET_LINES))
        painter.setPen(style.LINE)
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def _paint_line(self, painter: QPainter, strip: QRect, hit: Hit) -> None:
        painter.fillRect(strip, style.PAPER)
        path = self._workspace.derivatives.image(hit.page)
        if hit.boxes:
            crop = line_around(hit.boxes[0], strip.width() / strip.height())
            self._paint_crop(painter, strip, hit, path, crop)
        painter.setPen(style.LINE)
        painter.drawRect(strip.adjusted(0, 0, -1, -1))

    def _paint_crop(self, painter: QPainter, strip: QRect, hit: Hit, path: Path, crop: Box) -> None:
        picture = Picture.of(path, strip.size() * painter.device().devicePixelRatioF(), crop)
        if picture is None:
            self._previews.ask_final(hit.page)
        image = self._pictures.get(picture) if picture is not None else None
        if image is None or image.isNull():
            return
        painter.save()
        painter.setClipRect(strip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale = strip.height() / crop.height
        width = round(image.width() * strip.height() / image.height())
        painter.drawImage(QRect(strip.left(), strip.top(), width, strip.height()), image)
        for box in hit.boxes:
            place = QRect(
                strip.left() + round((box.x - crop.x) * scale) - 2,
                strip.top() + round((box.y - crop.y) * scale) - 1,
                round(box.width * scale) + 4,
                round(box.height * scale) + 2,
            )
            if place.intersects(strip):
                fill = QColor(style.MARK)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
                painter.fillRect(place, fill)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                painter.setPen(QPen(style.MARK_FRAME, 1))
                painter.drawRect(place)
        painter.restore()


def line_around(box: Box, ratio: float) -> Box:
    """The part of a page that shows the line of ``box``; ``ratio`` is width by height."""
    height = max(8, round(box.height * _CROP_LINES))
    width = round(height * ratio)
    return Box(max(0, box.x - round(width * _CROP_BEFORE)), max(0, box.y - (height - box.height) // 2), width, height)
