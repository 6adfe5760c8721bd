"""The answer to a search, fetched in parts as the list is scrolled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from digitizer.i18n import gettext
from digitizer.model import Hit, SearchAnswer
from digitizer.tasks import Task
from digitizer.workspace import Workspace, faults_named
from ui.runner import Runner
from ui.speech import number

Index = QModelIndex | QPersistentModelIndex
HIT_ROLE = Qt.ItemDataRole.UserRole
_PART = 20


class HitsModel(QAbstractListModel):
    """Pages that hold the words of a query, the best first. Asked in another thread."""

    answered = Signal()
    """The first part of the answer to a new query is there (perhaps empty)."""
    renewed = Signal()
    """The answer to the same query is another one now."""
    failed = Signal()
    """Nothing came: the runner says why."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._hits: list[Hit] = []
        self._asking = False
        self._stale = False
        self.query = ""
        self.total = 0

    def ask(self, query: str) -> None:
        """Search for ``query``; an empty one empties the list."""
        self.query = query
        self._fetch(0, _PART, self._take_first)

    def ask_again(self) -> None:
        """Search once more: the pages may have changed."""
        self._stale = self._asking
        if self.query.strip() and not self._asking:
            self._fetch(0, max(_PART, len(self._hits)), self._take_again)

    def hit(self, row: int) -> Hit | None:
        return self._hits[row] if 0 <= row < len(self._hits) else None

    @property
    def more(self) -> bool:
        """Whether there are hits that are not in the list yet."""
        return len(self._hits) < self.total

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._hits)

    def canFetchMore(self, _parent: Index) -> bool:
        return self.more and not self._asking

    def fetchMore(self, _parent: Index) -> None:
        self._fetch(len(self._hits), _PART, self._take_more)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index.row())
        if hit is None or role == HIT_ROLE:
            return hit
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            kind = gettext("same marks") if hit.exact else gettext("other marks")
            return f"{hit.record} · {number(hit.number)} · {kind}\n{hit.snippet}"
        return None

    def _fetch(self, offset: int, limit: int, take: Callable[[SearchAnswer], None]) -> None:
        self._asking = True
        query = self.query

        def ask(workspace: Workspace, _: Task) -> SearchAnswer:
            with faults_named(workspace.root):
                return workspace.catalogue.search.pages(query, limit=limit, offset=offset)

        def done(answer: SearchAnswer) -> None:
            if query == self.query:  # else a later query is under way
                self._asking = False
                take(answer)
                if self._stale:
                    self.ask_again()

        def failed(error: Exception) -> None:
            if query == self.query:
                self._asking = False
                self.failed.emit()
            self._runner.failed.emit(error)

        self._runner.submit("search", ask, done=done, failed=failed, key="ask")

    def _take_first(self, answer: SearchAnswer) -> None:
        self._put(answer)
        self.answered.emit()

    def _take_again(self, answer: SearchAnswer) -> None:
        if [hit.page for hit in answer.hits] != [hit.page for hit in self._hits]:
            self._put(answer)
        elif self._hits:
            self._hits, self.total = list(answer.hits), answer.total
            self.dataChanged.emit(self.index(0), self.index(len(self._hits) - 1))
        self.renewed.emit()

    def _take_more(self, answer: SearchAnswer) -> None:
        self.total = answer.total if answer.hits else len(self._hits)  # pages may have gone meanwhile
        if answer.hits:
            self.beginInsertRows(QModelIndex(), len(self._hits), len(self._hits) + len(answer.hits) - 1)
            self._hits += answer.hits
            self.endInsertRows()

    def _put(self, answer: SearchAnswer) -> None:
        self.beginResetModel()
        self._hits, self.total = list(answer.hits), answer.total
        self.endResetModel()
