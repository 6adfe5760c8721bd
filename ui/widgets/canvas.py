"""The page, as large as it can be, with its words lying on the ink."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, marked
from digitizer.model import PageId
from ocr.geometry import Box, Size
from ocr.text import Area, PageText, Word
from ui import style
from ui.images import Picture, Pictures
from ui.speech import Spoken
from ui.widgets.marks import Words, occurrences

DOUBTFUL = 0.6
"""Words read with less confidence are underlined."""
_ZOOM_STEP = 1.25
_SMALLEST, _LARGEST = 0.03, 8.0
_SETTLE_MS = 60
"""A sharper picture is loaded once zooming has paused so long."""
_MARGIN = 0.012
"""Of the page's height, left free around it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the canvas shows of a page. ``image``: a derivative. ``size``: of the page in pixels; None where it was not
    read (then the picture's own). ``text``: None where it was not read."""

    page: PageId
    image: Path
    size: Size | None
    text: PageText | None


class Fit(Enum):
    """How the zoom follows the window: whole page, its width, or not at all."""

    PAGE = auto()
    WIDTH = auto()
    FREE = auto()


class PageCanvas(Spoken, QGraphicsView):
    """Shows one page: zoom (Ctrl and wheel), pan (drag the paper), select words (drag on the words)."""

    fit_changed = Signal(object)
    selection_changed = Signal()

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._pictures = pictures
        self._sheet: Sheet | None = None
        self._wanted: Picture | None = None
        self._fit = Fit.PAGE
        self._pan_from: QPointF | None = None
        self._item = _PageItem()
        scene = QGraphicsScene(self)
        scene.addItem(self._item)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundBrush(style.DESK)
        self.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settled.timeout.connect(self._load)
        pictures.loaded.connect(self._loaded)
        for widget in (self, self.viewport()):
            self.say(widget.setAccessibleName, marked("Page image with its words"))

    # what is shown

    @property
    def sheet(self) -> Sheet | None:
        return self._sheet

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Show this page. The same page again (read meanwhile) keeps zoom and place."""
        same = sheet is not None and self._sheet is not None and sheet.page == self._sheet.page
        if sheet == self._sheet:
            self._load()  # the file may have changed
            return
        text_before = self._sheet.text if self._sheet is not None else None
        same_size = same and self._sheet is not None and sheet is not None and sheet.size == self._sheet.size
        self._sheet = sheet
        text = sheet.text if sheet else None
        self._item.put(sheet.size if sheet else None, Words(text), text.areas if text else ())
        if not same_size:
            self._item.picture = None
        if not same or text_before != (sheet.text if sheet else None):  # marks are places in the text as it was
            self._item.boxes = []
        self._resize_scene()
        if not same_size:
            self._apply_fit()
            if self._fit is not Fit.PAGE:
                self.verticalScrollBar().setValue(self.verticalScrollBar().minimum())
        self._load()
        self.selection_changed.emit()

    @property
    def picture_shown(self) -> bool:
        """Whether the picture of the page is on the screen."""
        return self._item.picture is not None

    # found words

    def mark(self, boxes: tuple[Box, ...], *, last: bool = False) -> None:
        """Mark these words (page pixels) as found and no others, and go to the first place, or to the last."""
        self._item.boxes = list(boxes)
        self._item.places = occurrences(boxes)
        self._item.place = max(0, len(self._item.places) - 1) if last else 0
        self._item.update()
        self._show_place()

    @property
    def marked(self) -> tuple[Box, ...]:
        return tuple(self._item.boxes)

    def step(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) found place; gives False where there is none on this page."""
        place = self._item.place + by
        if not self._item.boxes or not 0 <= place < len(self._item.places):
            return False
        self._item.place = place
        self._item.update()
        self._show_place()
        return True

    def _show_place(self) -> None:
        if self._item.boxes and self._item.places:
            box = self._item.places[self._item.place]
            self.ensureVisible(_rectangle(box), 60, 80)

    # words

    def underline_doubtful(self, on: bool) -> None:
        self._item.doubtful = on
        self._item.update()

    @property
    def selected_text(self) -> str:
        """The selected words in order, with spaces and line breaks."""
        return "" if self._item.selection is None else self._item.words.said(*self._item.selection)

    def select_all(self) -> None:
        words = self._item.words.words
        self._select((0, len(words) - 1) if words else None)

    def select_words(self, first: int, last: int) -> None:
        """Select from one word (its place in reading order) to another."""
        self._select((min(first, last), max(first, last)))

    def copy(self) -> None:
        """Put the selected words on the clipboard."""
        if self.selected_text:
            QGuiApplication.clipboard().setText(self.selected_text)

    def _select(self, selection: tuple[int, int] | None) -> None:
        if selection != self._item.selection:
            self._item.selection = selection
            self._item.update()
            self.selection_changed.emit()

    # zoom

    @property
    def fit(self) -> Fit:
        return self._fit

    def set_fit(self, fit: Fit) -> None:
        self._fit = fit
        self._apply_fit()
        self.fit_changed.emit(fit)

    def zoom(self, steps: float) -> None:
        """Show larger (positive) or smaller (negative), about the mouse."""
        scale = self.transform().m11()
        wanted = min(max(scale * _ZOOM_STEP**steps, _SMALLEST), _LARGEST)
        if self._fit is not Fit.FREE:
            self._fit = Fit.FREE
            self.fit_changed.emit(self._fit)
        self.scale(wanted / scale, wanted / scale)
        self._settled.start()

    def _resize_scene(self) -> None:
        page = self._item.boundingRect()
        margin = _MARGIN * page.height()
        self.setSceneRect(page.adjusted(-margin, -margin, margin, margin))

    def _apply_fit(self) -> None:
        rectangle, view = self.sceneRect(), self.viewport().size()
        if rectangle.isEmpty() or self._fit is Fit.FREE:
            return
        across, down = view.width() / rectangle.width(), view.height() / rectangle.height()
        if self._fit is Fit.WIDTH:
            bar = self.verticalScrollBar().sizeHint().width() if not self.verticalScrollBar().isVisible() else 0
            across = (view.width() - bar) / rectangle.width()
        scale = across if self._fit is Fit.WIDTH else min(across, down)
        self.resetTransform()
        self.scale(scale, scale)
        self._settled.start()

    # pictures

    def _load(self) -> None:
        if self._sheet is None:
            return
        page = self._item.boundingRect()
        scale = self.transform().m11() * self.devicePixelRatioF()
        size = QSize(round(page.width() * scale), round(page.height() * scale))
        if self._sheet.size is None:
            size = QSize(_PREVIEW_SIZE, _PREVIEW_SIZE)
        elif scale >= 1:
            size = QSize(self._sheet.size.width, self._sheet.size.height)
        self._wanted = Picture.of(self._sheet.image, size)
        image = self._pictures.get(self._wanted) if self._wanted is not None else None
        if image is not None:
            self._put(image)

    def _loaded(self, picture: Picture) -> None:
        image = self._pictures.get(picture) if picture == self._wanted else None
        if image is not None:
            self._put(image)

    def _put(self, image: QImage) -> None:
        if image.isNull():
            return
        self._item.picture = image
        if self._sheet is not None and self._sheet.size is None:
            self._item.put(Size(image.width(), image.height()), Words(None), ())
            self._resize_scene()
            self._apply_fit()
            self._settled.stop()
        self._item.update()

    # events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply_fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(event.angleDelta().y() / 120)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._item.selection is not None:
            self._select(None)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._item.words.at(self._point(event))
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._item.anchor = place
            self._select((place, place))
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._select(None)
            self._pan_from = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            for bar, by in ((self.horizontalScrollBar(), moved.x()), (self.verticalScrollBar(), moved.y())):
                bar.setValue(bar.value() - round(by))
        elif self._item.anchor is not None:
            reached = self._item.words.nearest(self._point(event))
            if reached is not None:
                self.select_words(self._item.anchor, reached)
        else:
            self._hover(self._item.words.at(self._point(event)))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._pan_from = self._item.anchor = None
        self._hover(self._item.hovered)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _hover(self, place: int | None) -> None:
        shape = Qt.CursorShape.IBeamCursor if place is not None else Qt.CursorShape.OpenHandCursor
        self.viewport().setCursor(shape)
        if place != self._item.hovered:
            read = None if place is None else self._item.words.words[place].read
            said = gettext("The recogniser read “{read}”; this was mended.")
            self.viewport().setToolTip("" if read is None else said.format(read=read))
            self._item.hovered = place
            self._item.update()

    def _point(self, event: QMouseEvent) -> tuple[float, float]:
        point = self.mapToScene(event.position().toPoint())
        return point.x(), point.y()


_PREVIEW_SIZE = 2000
"""Previews are shown as they are, at most so large."""


class _PageItem(QGraphicsItem):
    """Paints the page and everything on it, in page pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._page = QRectF()
        self.picture: QImage | None = None
        self.words = Words(None)
        self.areas: tuple[Area, ...] = ()
        self.selection: tuple[int, int] | None = None
        self.anchor: int | None = None
        self.hovered: int | None = None
        self.boxes: list[Box] = []
        self.places: list[Box] = []
        self.place = 0
        self.doubtful = False

    def put(self, size: Size | None, words: Words, areas: tuple[Area, ...]) -> None:
        self.prepareGeometryChange()
        self._page = QRectF() if size is None else QRectF(0, 0, size.width, size.height)
        self.words, self.areas = words, areas
        self.selection = self.anchor = self.hovered = None

    def boundingRect(self) -> QRectF:
        return self._page

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        if self._page.isEmpty():
            return
        painter.fillRect(self._page, style.PAPER)
        if self.picture is not None:
            painter.drawImage(self._page, self.picture)
        self._paint_found(painter)
        if self.doubtful:
            painter.setPen(_pen(style.BAD, 2, Qt.PenStyle.DashLine))
            self._underline(
                [word for word in self.words.words if word.confidence < DOUBTFUL and word.read is None], painter
            )
            painter.setPen(_pen(style.ACCENT, 2, Qt.PenStyle.DotLine))
            self._underline([word for word in self.words.words if word.read is not None], painter)
            for area in self.areas:
                painter.setPen(_pen(QColor(*area.colour), 1.5, Qt.PenStyle.DashLine))
                painter.drawRect(_rectangle(area.box))
        painter.setPen(_pen(style.ACCENT, 1))
        if self.selection is not None:
            for word in self.words.words[self.selection[0] : self.selection[1] + 1]:
                painter.fillRect(_rectangle(word.box), style.SELECTION)
                painter.drawRect(_rectangle(word.box))
        if self.hovered is not None and self.hovered < len(self.words.words):
            painter.drawRect(_rectangle(self.words.words[self.hovered].box))

    def _underline(self, words: list[Word], painter: QPainter) -> None:
        for word in words:
            y = word.box.bottom + 1
            painter.drawLine(QPointF(word.box.x, y), QPointF(word.box.right, y))

    def _paint_found(self, painter: QPainter) -> None:
        grown = [_rectangle(box).adjusted(-3, -3, 3, 3) for box in self.boxes]
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)  # the ink stays black
        for rectangle in grown:
            painter.fillRect(rectangle, style.MARK)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(style.MARK_FRAME, 1.5))
        for rectangle in grown:
            painter.drawRect(rectangle)
        if self.boxes and self.places:
            painter.setPen(_pen(style.BAD, 3.5))
            painter.drawRect(_rectangle(self.places[self.place]).adjusted(-7, -7, 7, 7))


def _rectangle(box: Box) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)


def _pen(colour: QColor, width: float, line: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(colour, width, line)
    pen.setCosmetic(True)  # as wide on the screen at every zoom
    return pen
