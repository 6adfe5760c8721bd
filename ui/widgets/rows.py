"""What rows of lists have in common: how a selected row, a picture and a few lines of text are painted."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from ui import style

WRAPPED = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
_TALL = 10_000


def paint_selected(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Where the row is selected: its ground, with a bar, so that colour is not the only sign."""
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, style.CHOSEN)
        painter.fillRect(option.rect.left(), option.rect.top(), 3, option.rect.height(), style.ACCENT)


def paint_picture(painter: QPainter, image: QImage, frame: QRect, place: Qt.AlignmentFlag) -> QRect:
    """Paint ``image`` as large as it can be at its ``place`` in ``frame``; gives the rectangle that it fills."""
    size = image.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    filled = QStyle.alignedRect(Qt.LayoutDirection.LeftToRight, place, size, frame)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(filled, image)
    return filled


def fitted(text: str, metrics: QFontMetrics, width: int, lines: int) -> str:
    """``text``, or as many of its whole words, with “…”, as fit into ``lines`` lines ``width`` pixels wide."""
    words = text.removesuffix("…").split()
    shown = text
    while words and metrics.boundingRect(QRect(0, 0, width, _TALL), WRAPPED, shown).height() > (
        lines * metrics.lineSpacing()
    ):
        words.pop()
        shown = " ".join([*words, "…"])
    return shown
