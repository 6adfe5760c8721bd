"""The answer to a search, fetched in parts as the list is scrolled."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from digitizer.i18n import gettext
from digitizer.model import Hit, SearchAnswer
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.runner import Runner
from ui.speech import number

Index = QModelIndex | QPersistentModelIndex
HIT_ROLE = Qt.ItemDataRole.UserRole
_PART = 20


class HitsModel(QAbstractListModel):
    """Pages that hold the words of a query, the best first. Asked in another thread."""

    answered = Signal()
    """The first part of an answer is there (perhaps empty)."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._hits: list[Hit] = []
        self._asking = False
        self.query = ""
        self.total = 0
        self.seconds = 0.0

    def ask(self, query: str) -> None:
        """Search for ``query``; an empty one empties the list."""
        self.query = query
        self._fetch(0)

    def hit(self, row: int) -> Hit | None:
        return self._hits[row] if 0 <= row < len(self._hits) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._hits)

    def canFetchMore(self, _parent: Index) -> bool:
        return len(self._hits) < self.total and not self._asking

    def fetchMore(self, _parent: Index) -> None:
        self._fetch(len(self._hits))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index.row())
        if hit is None or role == HIT_ROLE:
            return hit
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            kind = gettext("same marks") if hit.exact else gettext("other marks")
            return f"{hit.record} · {number(hit.number)} · {kind}\n{hit.snippet}"
        return None

    def _fetch(self, offset: int) -> None:
        self._asking = True
        query = self.query

        def ask(workspace: Workspace, _: Task) -> SearchAnswer:
            return workspace.catalogue.search.pages(query, limit=_PART, offset=offset)

        self._runner.submit("search", ask, done=lambda answer: self._take(query, offset, answer), key="ask")

    def _take(self, query: str, offset: int, answer: SearchAnswer) -> None:
        if query != self.query:
            return
        self._asking = False
        if offset:
            self.beginInsertRows(QModelIndex(), offset, offset + len(answer.hits) - 1)
            self._hits += answer.hits
            self.endInsertRows()
            return
        self.beginResetModel()
        self._hits, self.total, self.seconds = list(answer.hits), answer.total, answer.seconds
        self.endResetModel()
        self.answered.emit()
