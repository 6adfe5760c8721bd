"""All deliveries, newest first, fetched in parts as the list is scrolled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from digitizer.i18n import gettext, marked
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.models.delivery import form_name
from ui.models.table import TO_THE_RIGHT, Index, TableModel
from ui.runner import Runner
from ui.speech import byte_size, moment, number

if TYPE_CHECKING:
    from digitizer.deliver.history import Delivered

_HEADINGS = (
    marked("When"), marked("Record"), marked("As"), marked("Now"), marked("Pages"), marked("Sheets"),
    marked("File name"), marked("File size"), marked("Signed by"), marked("Who"), "SHA-256",
)  # fmt: skip
WHEN, RECORD, FORM, NOW, PAGES, SHEETS, FILE, SIZE, SIGNED, WHO, DIGEST = range(len(_HEADINGS))
_NUMBERS = (PAGES, SHEETS, SIZE)
_PART = 100
_STATES = {
    "same": marked("✓ unchanged"),
    "gone": marked("✗ not there"),
    "changed": marked("✗ changed"),
    "replaced": marked("replaced by a later one"),
    "unreadable": marked("✗ cannot be read"),
}


class HistoryModel(TableModel):
    """The part of the deliveries that was fetched. Asked in another thread."""

    renewed = Signal()
    """Rows have come, or how many there are is known."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(_HEADINGS, parent)
        self._runner = runner
        self._rows: list[Delivered] = []
        self._states: dict[int, str] = {}
        self._asking = False
        self.total = 0

    def look_again(self) -> None:
        """Fetch what was delivered since, or the first part."""
        newest = self._rows[0].seq if self._rows else 0

        def ask(workspace: Workspace, _: Task) -> tuple[int, Sequence[Delivered]]:
            from digitizer.deliver.history import count, delivered

            return count(workspace), delivered(workspace, above=newest, most=_PART)

        def done(found: tuple[int, Sequence[Delivered]]) -> None:
            self.total, rows = found
            if len(rows) == _PART and self._rows:  # more than one part is new: begin anew
                self._take_all(rows)
            elif rows and newest == (self._rows[0].seq if self._rows else 0):
                self.beginInsertRows(QModelIndex(), 0, len(rows) - 1)
                self._rows[:0] = rows
                self.endInsertRows()
            self.renewed.emit()

        self._runner.submit("tree", ask, done=done, key="history")

    def _take_all(self, rows: Sequence[Delivered]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def canFetchMore(self, _parent: Index) -> bool:
        return bool(self._rows) and len(self._rows) < self.total and not self._asking

    def fetchMore(self, _parent: Index) -> None:
        self._asking = True
        last = self._rows[-1].seq

        def ask(workspace: Workspace, _: Task) -> Sequence[Delivered]:
            from digitizer.deliver.history import delivered

            return delivered(workspace, below=last, most=_PART)

        def done(rows: Sequence[Delivered]) -> None:
            self._asking = False
            if rows and self._rows and self._rows[-1].seq == last:
                self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
                self._rows += rows
                self.endInsertRows()

        def failed(error: Exception) -> None:
            self._asking = False
            self._runner.failed.emit(error)

        self._runner.submit("tree", ask, done=done, failed=failed)

    def row(self, row: int) -> Delivered | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def show_states(self, states: dict[int, str]) -> None:
        """Show what was found of packages that were looked for, by the numbers of their acts."""
        self._states |= states
        if self._rows:
            self.dataChanged.emit(self.index(0, NOW), self.index(len(self._rows) - 1, NOW))

    @property
    def length(self) -> int:
        return len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if role == Qt.ItemDataRole.ToolTipRole and column == FILE and row.path is not None:
                return str(row.path)
            return self._shown(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return TO_THE_RIGHT
        return None

    def _shown(self, row: Delivered, column: int) -> str:
        state = self._states.get(row.seq, "")
        layout = f", {'E-ARK' if row.layout == 'eark' else 'TT 05'}" if row.layout else ""
        return (
            moment(row.at), row.record, f"{form_name(row.form)}{layout}", gettext(_STATES[state]) if state else "",
            number(row.pages) if row.pages else "", "" if row.sheets is None else number(row.sheets), row.file,
            byte_size(row.bytes) if row.bytes else "", row.signed, row.person, row.sha256,
        )[column]  # fmt: skip
