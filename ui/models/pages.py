"""Long lists of pages, fetched from the catalogue in parts as they are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from digitizer.i18n import gettext
from digitizer.model import JobState, Page
from ui.models.snapshot import Section
from ui.speech import number

Index = QModelIndex | QPersistentModelIndex
PAGE_ROLE = Qt.ItemDataRole.UserRole

PART = 100
"""Pages fetched at once."""
_PARTS_KEPT = 20


class PagesModel(QAbstractListModel):
    """A list of pages of known length. ``fetch(offset, limit)`` gives part of it; only the parts last seen are kept."""

    def __init__(self, fetch: Callable[[int, int], Sequence[Page]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._length = 0
        self._parts: OrderedDict[int, Sequence[Page]] = OrderedDict()

    def show(self, length: int, *, same_list: bool) -> None:
        """Show ``length`` pages, fetched anew. The view keeps its place in the ``same_list`` of the same length."""
        self._parts.clear()
        if same_list and length == self._length:
            if length:
                self.dataChanged.emit(self.index(0), self.index(length - 1))
            return
        self.beginResetModel()
        self._length = length
        self.endResetModel()

    def page(self, row: int) -> Page | None:
        """The page at ``row``; None where there is none (any more)."""
        if not 0 <= row < self._length:
            return None
        number_of_part, place = divmod(row, PART)
        if number_of_part not in self._parts:
            self._parts[number_of_part] = self._fetch(number_of_part * PART, PART)
            if len(self._parts) > _PARTS_KEPT:
                self._parts.popitem(last=False)
        self._parts.move_to_end(number_of_part)
        part = self._parts[number_of_part]
        return part[place] if place < len(part) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._length

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (PAGE_ROLE, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        page = self.page(index.row())
        if page is None or role == PAGE_ROLE:
            return page
        return f"{page.record_code} · {number(page.number)} · {page.name} · {state_name(page.state)}"


class SectionFetch:
    """Fetches the pages of several records, one after the other, as one list."""

    def __init__(self, fetch: Callable[[Section, int, int], Sequence[Page]]) -> None:
        self._fetch = fetch
        self.sections: Sequence[Section] = ()

    @property
    def length(self) -> int:
        return self.sections[-1].start + self.sections[-1].pages if self.sections else 0

    def row_of(self, page: Page) -> int:
        """Where a page would stand in the list; -1 where its record is not in it."""
        return next((s.start + page.number - 1 for s in self.sections if s.record == page.record), -1)

    def __call__(self, offset: int, limit: int) -> list[Page]:
        found: list[Page] = []
        place = bisect_right([section.start for section in self.sections], offset) - 1
        while len(found) < limit and 0 <= place < len(self.sections):
            section = self.sections[place]
            found += self._fetch(section, offset + len(found) - section.start, limit - len(found))
            place += 1
        return found


def state_name(state: JobState) -> str:
    """The state of a page in the language spoken now."""
    return {
        JobState.WAITING: gettext("waits to be read"),
        JobState.DONE: gettext("read"),
        JobState.FAILED: gettext("could not be read"),
    }[state]
