"""What a person does with whole records: make, take away, move. Each is one act, which can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from digitizer.describe.profiles import Profiles
from digitizer.errors import KnownError
from digitizer.model import Level, Record, RecordId
from ui import commands
from ui.runner import Runner
from ui.widgets.new_record import NewRecord, Place, places


class Changing(Protocol):
    """Makes a change; says what came of it, and shows its error unless ``refused`` gives True."""

    def __call__(
        self,
        change: commands.Change,
        then: Callable[[object], None] | None = None,
        refused: Callable[[Exception], bool] | None = None,
    ) -> None: ...


class RecordActs(QObject):
    """Makes, moves and takes away records of the tree."""

    made = Signal(object)
    """A Record is new."""
    moved = Signal(object)
    """A Record stands elsewhere now."""
    removed = Signal(object)
    """A Record was taken away."""

    def __init__(self, runner: Runner, change: Changing, window: QWidget) -> None:
        super().__init__(window)
        self._runner, self._change, self._window = runner, change, window
        self.noted: Record | None = None

    def ask_new(self, selected: RecordId | None) -> None:
        """Open the dialog for a new record."""
        self._runner.submit("tree", places(selected), done=self._show_dialog, key="places")

    def remove(self, record: Record | None) -> None:
        """Take away a record in which nothing lies."""
        if record is not None:
            self._change(commands.removed(record), lambda _: self.removed.emit(record))

    def put_noted(self, to: Record | None) -> None:
        """Put the record that was noted into ``to``, or ahead of it where it cannot lie in it."""
        if self.noted is not None and to is not None:
            self._move(commands.put_beside(self.noted, to))
            self.noted = None

    def move(self, record: Record, into: Record | None, before: Record | None) -> None:
        """Put a record into another one, ahead of a third or at the end."""
        self._move(commands.moved(record, into, before))

    def _move(self, change: commands.Change) -> None:
        self._change(change, self.moved.emit)

    def _show_dialog(self, found: tuple[Sequence[Place], Profiles]) -> None:
        dialog = NewRecord(found, self._window)

        def make(parent: Record | None, birth: tuple[Level, str, str, str]) -> None:
            self._change(commands.created(parent, birth), made, refused)

        def made(record: object) -> None:
            dialog.accept()
            self.made.emit(record)

        def refused(error: Exception) -> bool:
            if isinstance(error, KnownError):
                dialog.refuse(error.message_in_window)
            return isinstance(error, KnownError)

        dialog.asked.connect(make)
        dialog.open()
