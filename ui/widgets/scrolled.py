"""What may be higher than there is room: scrolled up and down where it is, never sideways."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Scrolled(QScrollArea):
    """As wide as ``inside`` needs. ``most``: as high as that needs, up to so many pixels; None takes what there is."""

    def __init__(self, inside: QWidget, parent: QWidget | None = None, *, most: int | None = None) -> None:
        super().__init__(parent)
        self._inside, self._most = inside, most
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._inside.minimumSizeHint().width() + bar, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handled = super().eventFilter(watched, event)
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._fit()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Texts are wrapped to the width that there is: the height follows from it."""
        if self._most is None:
            return
        layout, width = self._inside.layout(), self.viewport().width()
        needed = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
        height = min(self._most, needed if needed >= 0 else self._inside.sizeHint().height())
        if height != self.height():
            self.setFixedHeight(height)
