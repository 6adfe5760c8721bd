"""Messages that wait to be read without stopping anyone: one sentence, perhaps a list, perhaps a next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, marked
from ui import style
from ui.speech import Spoken
from ui.widgets.buttons import ActionButton
from ui.widgets.scrolled import Scrolled
from ui.widgets.sentences import Sentences

_MOST = 3
_LIST_HEIGHT = 90
_HEIGHT = 190
"""Of all messages together, in pixels; what is more is scrolled to."""
_ICON = QSize(18, 18)


class Severity(StrEnum):
    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` and ``lines`` are made anew when the language changes. ``action``: the next step, as a button; not
    shown while it is disabled or the task that is on the screen. ``act``: what it is about, see ``forget``."""

    severity: Severity
    text: Callable[[], str]
    lines: Callable[[], list[str]] | None = None
    action: QAction | None = None
    act: str = ""


class MessageArea(Spoken, QWidget):
    """Shows the newest messages above the page; each can be closed, mere information goes with the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(6, 6, 6, 0)
        self._column.setSpacing(4)
        self._place = Scrolled(inside, self, most=_HEIGHT)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._place)
        self._frames: list[_MessageFrame] = []
        self.say(self.setAccessibleName, marked("Messages"))
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is shown, the newest first: sentences with their lists."""
        return [frame.said for frame in reversed(self._frames)]

    def show_message(self, message: Message) -> None:
        for frame in list(self._frames):
            if frame.message.severity is Severity.INFORMATION or frame.message.text() == message.text():
                self._remove(frame)  # read by now, or said again
        while len(self._frames) >= _MOST:
            self._remove(self._frames[0])
        frame = _MessageFrame(message, self)
        frame.close_button.clicked.connect(lambda: self._remove(frame))
        self._frames.append(frame)
        self._column.insertWidget(0, frame)
        self._place.verticalScrollBar().setValue(0)
        self.show()

    def forget(self, act: str) -> None:
        """Take away the errors of ``act``: it has succeeded since."""
        for frame in list(self._frames):
            if frame.message.act == act and frame.message.severity is Severity.ERROR:
                self._remove(frame)

    def _remove(self, frame: _MessageFrame) -> None:
        if frame in self._frames:
            self._frames.remove(frame)
            self._column.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        self.setVisible(bool(self._frames))


class _MessageFrame(Spoken, QFrame):
    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self.setProperty("role", "message")
        self.setProperty("severity", message.severity.value)
        self._picture = picture = QLabel(self)
        names = {Severity.INFORMATION: "information", Severity.WARNING: "flagged", Severity.ERROR: "failed"}
        picture.setPixmap(style.icon(names[message.severity]).pixmap(_ICON, self.devicePixelRatioF()))
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(style.icon("close"))
        self.close_button.setAutoRaise(True)
        self.say(self.close_button.setToolTip, marked("Close this message"))
        self.say(self.close_button.setAccessibleName, marked("Close this message"))
        row = QHBoxLayout()
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        if message.action is not None:
            self._button = ActionButton(message.action, self)
            message.action.changed.connect(self._offer)
            row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
            self._offer()
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 6, 6, 6)
        column.addLayout(row)
        self._list: Sentences | None = None
        if message.lines is not None and message.lines():
            self._list = Sentences(self)
            needed = 2 * len(message.lines()) * self._list.fontMetrics().lineSpacing() + 12
            self._list.setFixedHeight(min(_LIST_HEIGHT, needed))
            self.say(self._list.setAccessibleName, marked("Details of the message"))
            column.addWidget(self._list)
        self.say_data()

    @property
    def said(self) -> str:
        return "\n".join([self.message.text(), *(self.message.lines() if self.message.lines else [])])

    def say_data(self) -> None:
        self._label.setText(self.message.text())
        self._picture.setAccessibleName(severity_name(self.message.severity))
        if self._list is not None and self.message.lines is not None:
            self._list.show_lines(self.message.lines())

    def _offer(self) -> None:
        action = self.message.action
        self._button.setVisible(action is not None and action.isEnabled() and not action.isChecked())


def severity_name(severity: Severity) -> str:
    """A severity in the language spoken now."""
    return {
        Severity.INFORMATION: gettext("Information"),
        Severity.WARNING: gettext("Warning"),
        Severity.ERROR: gettext("Error"),
    }[severity]
