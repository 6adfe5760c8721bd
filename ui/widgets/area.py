"""A coarse picture of the glass, on which a person draws the area to scan."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from digitizer.i18n import gettext, marked
from ui import style
from ui.speech import Spoken

_A4_MM = (210.0, 297.0)
_LEAST = QSize(220, 290)
_LEFT_OUT = QColor(128, 128, 128, 150)
"""Laid over what is not scanned."""
_SMALLEST = 0.01
"""Of the glass, in each direction: less is a click."""
_STEP = 0.01
"""An arrow key moves the area by so much of the glass, with Shift its lower right corner."""


class AreaPicker(Spoken, QWidget):
    """Shows the glass (width and height in millimetres) and the chosen part of it."""

    chosen = Signal(QRectF)
    """The area, in parts of the glass (0 to 1)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glass = _A4_MM
        self._choosable = True
        self._image = QImage()
        self._area = QRectF(0.0, 0.0, 1.0, 1.0)
        self._from: QPoint | None = None
        self.setMinimumSize(_LEAST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.say(self.setAccessibleName, marked("Area to scan"))
        self.say(self.setToolTip, marked("Draw the area to scan, or move it by the arrow keys (with Shift: its size)"))

    @property
    def area(self) -> QRectF:
        return self._area

    def show_glass(self, width: float, height: float, area: QRectF) -> None:
        """The glass has these sides (in one unit), and ``area`` of it (parts of 1) is scanned."""
        self._glass, self._area = (max(width, 1.0), max(height, 1.0)), area
        self._choose_or_not(choosable=True)

    def show_whole(self) -> None:
        """The scanner gives the whole glass, whatever is there."""
        self._glass, self._area = _A4_MM, QRectF(0.0, 0.0, 1.0, 1.0)
        if not self._image.isNull():
            self._glass = float(self._image.width()), float(self._image.height())
        self._choose_or_not(choosable=False)

    def _choose_or_not(self, *, choosable: bool) -> None:
        self._choosable = choosable
        self.setCursor(Qt.CursorShape.CrossCursor if choosable else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if choosable else Qt.FocusPolicy.NoFocus)
        self.update()

    def show_image(self, image: QImage) -> None:
        """What lies on the whole glass."""
        self._image = image
        if not self._choosable:
            self.show_whole()
        self.update()

    def say_data(self) -> None:
        self.update()

    def _frame(self) -> QRect:
        """Where the glass is painted."""
        room = self.rect().adjusted(4, 4, -4, -4)
        size = QSize(round(self._glass[0] * 100), round(self._glass[1] * 100))
        size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRect(QPoint(0, 0), size)
        frame.moveCenter(room.center())
        return frame

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = self._frame()
        painter.fillRect(frame, style.PAPER)
        if self._image.isNull():
            painter.setPen(style.MUTED)
            wrapped = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(frame.adjusted(8, 8, -8, -8), wrapped, gettext("No preview yet"))
        else:
            painter.drawImage(frame, self._image)
        painter.setPen(QPen(style.ACCENT if self.hasFocus() else style.MUTED, 1))
        painter.drawRect(frame)
        area = QRect(
            round(frame.left() + self._area.left() * frame.width()),
            round(frame.top() + self._area.top() * frame.height()),
            round(self._area.width() * frame.width()), round(self._area.height() * frame.height()),
        )  # fmt: skip
        if not self._choosable:
            return
        outside = QPainterPath()
        outside.addRect(QRectF(frame))
        outside.addRect(QRectF(area))  # the rule of odd and even leaves it out
        painter.fillPath(outside, _LEFT_OUT)
        for pen in (QPen(style.PAPER, 4), QPen(style.ACCENT, 2, Qt.PenStyle.DashLine)):  # seen on dark and on light
            painter.setPen(pen)
            painter.drawRect(area)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._choosable:
            self._from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._area = self._drawn(self._from, event.position().toPoint()) or self._area
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None and event.button() is Qt.MouseButton.LeftButton:
            drawn, self._from = self._drawn(self._from, event.position().toPoint()), None
            if drawn is not None:
                self._choose(drawn)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-_STEP, 0.0), Qt.Key.Key_Right: (_STEP, 0.0),
            Qt.Key.Key_Up: (0.0, -_STEP), Qt.Key.Key_Down: (0.0, _STEP),
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._choosable:
            super().keyPressEvent(event)
            return
        area = QRectF(self._area)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            area.setRight(min(1.0, max(area.left() + _STEP, area.right() + step[0])))
            area.setBottom(min(1.0, max(area.top() + _STEP, area.bottom() + step[1])))
        else:
            area.moveLeft(min(1.0 - area.width(), max(0.0, area.left() + step[0])))
            area.moveTop(min(1.0 - area.height(), max(0.0, area.top() + step[1])))
        self._choose(area)

    def _drawn(self, first: QPoint, last: QPoint) -> QRectF | None:
        """The part of the glass between two corners; None where it is a mere click."""
        frame = self._frame()
        x = sorted(min(1.0, max(0.0, (each.x() - frame.left()) / frame.width())) for each in (first, last))
        y = sorted(min(1.0, max(0.0, (each.y() - frame.top()) / frame.height())) for each in (first, last))
        if x[1] - x[0] < _SMALLEST or y[1] - y[0] < _SMALLEST:
            return None
        return QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0])

    def _choose(self, area: QRectF) -> None:
        self._area = area
        self.update()
        self.chosen.emit(area)
