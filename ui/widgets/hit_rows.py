"""A row of the list of hits: a page with its line as picture, or a record."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from digitizer.i18n import gettext
from digitizer.model import Hit, RecordHit
from digitizer.workspace import Workspace
from ocr.geometry import Box
from ui import style
from ui.images import Picture, Pictures, Previews
from ui.models.hits import HIT_ROLE
from ui.speech import number
from ui.widgets.rows import WRAPPED, fitted, paint_selected

_CROP_HEIGHT = 34
_CROP_LINES = 1.9
"""Height of the picture of a line, in heights of the found word."""
_CROP_BEFORE = 0.22
"""Share of the picture's width that shows what stands before the found word."""
_PAD = 7
_SNIPPET_LINES = 2
_TITLE_LINES = 2
EXACT, ALIKE = "✓", "≈"
"""Signs of a hit with the same marks as the query, and of one with other marks."""


class HitRow(QStyledItemDelegate):
    def __init__(self, workspace: Workspace, pictures: Pictures, previews: Previews, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._pictures, self._previews = workspace, pictures, previews

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line = option.fontMetrics.lineSpacing()
        if isinstance(index.data(HIT_ROLE), RecordHit):
            return QSize(200, (1 + _TITLE_LINES + _SNIPPET_LINES) * line + 3 * _PAD)
        return QSize(200, (1 + _SNIPPET_LINES) * line + _CROP_HEIGHT + 3 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit = index.data(HIT_ROLE)
        if not isinstance(hit, Hit | RecordHit):
            return
        paint_selected(painter, option)
        inside: QRect = option.rect.adjusted(_PAD + 2, _PAD, -_PAD, -_PAD)
        line = option.fontMetrics.lineSpacing()
        painter.setPen(style.GOOD if hit.exact else style.MUTED)
        sign = EXACT if hit.exact else ALIKE
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, sign)
        painter.setPen(style.INK)
        head = inside.adjusted(0, 0, -2 * line, 0)
        below = inside.adjusted(0, line + 3, 0, 0)
        if isinstance(hit, RecordHit):
            style.icon(str(hit.level)).paint(painter, QRect(head.left(), head.top(), line, line))
            head.setLeft(head.left() + line + 5)
            title = hit.record
            shown = fitted(hit.title, option.fontMetrics, below.width(), _TITLE_LINES)
            painter.drawText(below, WRAPPED, shown)
            below = below.adjusted(0, _TITLE_LINES * line + 2, 0, 0)
        else:
            place = gettext("p. {number}").format(number=number(hit.number))
            title = f"{hit.record} · {place}"
            self._paint_line(painter, QRect(below.left(), below.top(), below.width(), _CROP_HEIGHT), hit)
            below = below.adjusted(0, _CROP_HEIGHT + 4, 0, 0)
        painter.setPen(style.INK)
        elided = option.fontMetrics.elidedText(title, Qt.TextElideMode.ElideMiddle, head.width())
        painter.drawText(head, Qt.AlignmentFlag.AlignTop, elided)
        painter.setPen(style.MUTED)
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
