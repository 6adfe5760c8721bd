"""What is at work: one strip per kind of act, with its progress and its stop button."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from digitizer.i18n import gettext, marked
from digitizer.tasks import Task
from ui import style
from ui.speech import Spoken, number

_NOTE_LETTERS = 36


class ActStrip(Spoken, QWidget):
    """Shown while acts of its kind run or wait for each other. ``title`` is a message id."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks: list[Task] = []
        self._last = (0, 0, "")
        self._title = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setFixedWidth(170)
        self.stop_button = QToolButton(self)
        self.stop_button.setIcon(style.icon("stop"))
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        for widget in (self._title, self._bar, self.stop_button):
            row.addWidget(widget)
        self.say(self._title.setText, title)
        self.say(self._bar.setAccessibleName, title)
        self.say(self.stop_button.setToolTip, marked("Stop; what is finished stays finished"))
        self.say(self.stop_button.setAccessibleName, marked("Stop"))
        self.hide()

    @property
    def running(self) -> bool:
        return bool(self._tasks)

    @property
    def at(self) -> tuple[int, int, str]:
        """How far the act is, as ``Task.report`` says it."""
        return self._last

    def start(self, task: Task) -> None:
        self._tasks.append(task)
        self.stop_button.setEnabled(True)
        self.progress(0, 0, "")
        self.show()

    def progress(self, done: int, total: int, note: str) -> None:
        """As ``Task.report`` says it."""
        self._last = (done, total, note)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self.say_data()

    def say_data(self) -> None:
        done, total, note = self._last
        stopping = bool(self._tasks) and all(task.cancelled for task in self._tasks)
        counted = gettext("stopping…") if stopping else f"{number(done)} / {number(total)}" if total else ""
        self._bar.setFormat(counted)
        short = note if len(note) <= _NOTE_LETTERS else f"{note[:_NOTE_LETTERS]}…"
        self.setToolTip(short)

    def stop(self) -> None:
        """Stop the act that runs, and those that wait."""
        for task in self._tasks:
            task.cancel()
        self.stop_button.setEnabled(False)
        self.say_data()

    def finish(self, task: Task) -> None:
        self._tasks.remove(task)
        self.setVisible(self.running)
