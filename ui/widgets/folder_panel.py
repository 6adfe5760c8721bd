"""A watched folder: which, what becomes of files that came in, and what has come."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from digitizer.capture.watch import WatchState
from digitizer.i18n import gettext, marked, ngettext
from ui.models.scanner import keep, kept
from ui.speech import Spoken, number
from ui.widgets.buttons import ActionButton
from ui.widgets.sentences import Sentences

DONE_FOLDER = marked("done")
"""Where files go that came in, inside the watched folder."""
_MOST_LINES = 100


class FolderPanel(Spoken, QWidget):
    """Shows what the watching of a folder has brought."""

    def __init__(self, choose: QAction, watch: QAction, stop: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        folder = kept("folder")
        self.folder: Path | None = Path(folder) if folder else None
        self._counts = (0, 0, 0)
        self._watching = False
        self._record: str | None = None
        self._state = WatchState()
        self._path, self._into, self._waits, self._came = (QLabel(self) for _ in range(4))
        for label in (self._path, self._into, self._waits, self._came):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.moves = QCheckBox(self)
        self.say(self.moves.setText, marked("&Move files that came in"))
        self.say(
            self.moves.setToolTip, marked("Into a folder “done” inside the watched one; else they stay where they are")
        )
        self.moves.setChecked(kept("move") == "yes")
        self.moves.toggled.connect(lambda on: keep("move", "yes" if on else "no"))
        self._list = Sentences(self)
        self.say(self._list.setAccessibleName, marked("What came from the folder"))
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        column.addWidget(self._path)
        self.choose_button, self.watch_button = ActionButton(choose, self), ActionButton(watch, self, main=True)
        column.addWidget(self.choose_button)
        column.addWidget(self.moves)
        column.addWidget(self.watch_button)
        column.addWidget(ActionButton(stop, self))
        for label in (self._into, self._waits, self._came):
            column.addWidget(label)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        self.say_data()

    @property
    def move_to(self) -> Path | None:
        """Where files go that came in; None where they stay."""
        return self.folder / gettext(DONE_FOLDER) if self.folder is not None and self.moves.isChecked() else None

    def choose(self, folder: Path) -> None:
        """Watch this folder from the next start of watching on, also after the program was closed."""
        self.folder = folder
        keep("folder", str(folder))
        self.say_data()

    @property
    def away(self) -> bool:
        """Whether the folder that is watched is not there at the moment."""
        return self._state.away

    def begin(self, record: str | None) -> None:
        """The folder is watched from now on; what comes goes into the record of that code, None: is not filed."""
        self._watching, self._record, self._counts, self._state = True, record, (0, 0, 0), WatchState()
        self._list.clear()
        self.say_data()

    def end(self) -> None:
        self._watching, self._state = False, WatchState()
        self.say_data()

    def show_state(self, state: WatchState) -> None:
        """How the watching stands."""
        self._state = state
        self.say_data()

    def add(self, imported: int, duplicates: int, refused: int, line: str) -> None:
        """So many files came in; ``line`` says which."""
        self._counts = tuple(map(sum, zip(self._counts, (imported, duplicates, refused), strict=True)))  # type: ignore[assignment]
        lines = [line, *self._list.toPlainText().split("\n\n")][:_MOST_LINES]
        self._list.show_lines([each for each in lines if each])
        self.say_data()

    def say_data(self) -> None:
        self._path.setText(str(self.folder) if self.folder is not None else gettext("No folder was chosen yet."))
        self.moves.setEnabled(not self._watching)
        into = gettext("Files go into {record}.").format(record=self._record)
        self._into.setText(into if self._record is not None else gettext("Files are not filed yet."))
        self._into.setVisible(self._watching)
        waits = ngettext(
            "{count} file waits: it may still be written.", "{count} files wait: they may still be written.",
            self._state.waiting,
        )  # fmt: skip
        waiting = waits.format(count=number(self._state.waiting)) if self._state.waiting else ""
        self._waits.setText(gettext("The folder is not there at the moment.") if self._state.away else waiting)
        self._waits.setVisible(bool(self._waits.text()))
        imported, duplicates, refused = self._counts
        came = ngettext("{count} file came in", "{count} files came in", imported).format(count=number(imported))
        same = ngettext("{count} was there already", "{count} were there already", duplicates)
        bad = ngettext("{count} refused", "{count} refused", refused)
        said = [came, same.format(count=number(duplicates)), bad.format(count=number(refused))]
        shown = self._watching or any(self._counts)
        self._came.setText(f"{', '.join(said)}." if shown else "")
        self._came.setVisible(shown)
        self._list.setVisible(bool(self._list.toPlainText()))
