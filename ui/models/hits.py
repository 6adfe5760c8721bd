"""The answer to a search, fetched in parts as the list is scrolled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from digitizer.errors import QueryRefused
from digitizer.i18n import gettext
from digitizer.model import Facet, Hit, PageId, RecordAnswer, RecordHit, RecordId, SearchAnswer, Taken, Total
from digitizer.tasks import Task
from digitizer.workspace import Workspace, faults_named
from ui.models.records import level_name
from ui.runner import Runner
from ui.speech import number

Index = QModelIndex | QPersistentModelIndex
Answer = SearchAnswer | RecordAnswer
HIT_ROLE = Qt.ItemDataRole.UserRole
_PART = 20


class HitsModel(QAbstractListModel):
    """Pages that hold the words of a query, or records that are described by them, the best first. Asked in another
    thread.
    """

    answered = Signal()
    """The first part of the answer to a new query is there (perhaps empty), or why there is none."""
    renewed = Signal()
    """The answer to the same query is another one now."""
    failed = Signal()
    """Nothing came: the runner says why."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._hits: list[Hit | RecordHit] = []
        self._asking = False
        self._stale = False
        self.query = ""
        self.of_records = False
        self.total = 0
        self.total_is = Total.EXACT
        self.taken: tuple[Taken, ...] = ()
        self.facets: tuple[Facet, ...] = ()
        self.refused: QueryRefused | None = None

    def ask(self, query: str, *, records: bool = False) -> None:
        """Search for ``query``; an empty one empties the list."""
        self.query, self.of_records = query, records
        self._fetch(0, _PART, self._take_first)

    def ask_again(self) -> None:
        """Search once more: the pages may have changed."""
        self._stale = self._asking
        if self.query.strip() and self.refused is None and not self._asking:
            self._fetch(0, max(_PART, len(self._hits)), self._take_again)

    def hit(self, row: int) -> Hit | RecordHit | None:
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
            if isinstance(hit, RecordHit):
                return f"{level_name(hit.level)} · {hit.record} · {hit.title} · {kind}\n{hit.snippet}"
            return f"{hit.record} · {number(hit.number)} · {kind}\n{hit.snippet}"
        return None

    def _fetch(self, offset: int, limit: int, take: Callable[[Answer], None]) -> None:
        self._asking = True
        asked = query, of_records = self.query, self.of_records

        def ask(workspace: Workspace, _: Task) -> Answer:
            search = workspace.catalogue.search
            find = search.records if of_records else search.pages
            with faults_named(workspace.root):
                return find(query, limit=limit, offset=offset, facets=offset == 0)

        def done(answer: Answer) -> None:
            if asked == (self.query, self.of_records):  # else a later query is under way
                self._asking = False
                self.refused = None
                take(answer)
                if self._stale:
                    self.ask_again()

        def failed(error: Exception) -> None:
            current = asked == (self.query, self.of_records)
            if current:
                self._asking = False
                if isinstance(error, QueryRefused):
                    self.refused = error
                    self._take_first(SearchAnswer(0, 0.0, ()))
                    return
                self.failed.emit()
            if not isinstance(error, QueryRefused):
                self._runner.failed.emit(error)

        self._runner.submit("search", ask, done=done, failed=failed, key="ask")

    def _take_first(self, answer: Answer) -> None:
        self._put(answer)
        self.answered.emit()

    def _take_again(self, answer: Answer) -> None:
        if [key_of(hit) for hit in answer.hits] != [key_of(hit) for hit in self._hits]:
            self._put(answer)
        else:
            self._know(answer)
            self._hits = list(answer.hits)
            if self._hits:
                self.dataChanged.emit(self.index(0), self.index(len(self._hits) - 1))
        self.renewed.emit()

    def _take_more(self, answer: Answer) -> None:
        self.total = answer.total if answer.hits else len(self._hits)  # pages may have gone meanwhile
        self.total_is = answer.total_is
        if answer.hits:
            self.beginInsertRows(QModelIndex(), len(self._hits), len(self._hits) + len(answer.hits) - 1)
            self._hits += answer.hits
            self.endInsertRows()

    def _put(self, answer: Answer) -> None:
        self.beginResetModel()
        self._hits = list(answer.hits)
        self._know(answer)
        self.endResetModel()

    def _know(self, answer: Answer) -> None:
        self.total, self.total_is = answer.total, answer.total_is
        self.taken, self.facets = answer.taken, answer.facets


def key_of(hit: Hit | RecordHit) -> PageId | RecordId:
    """What the hit is of."""
    return hit.id if isinstance(hit, RecordHit) else hit.page
