"""Long lists of pages, fetched from the catalogue in parts as they are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItemModel

from digitizer.catalogue.tree import Section
from digitizer.i18n import gettext
from digitizer.model import JobState, Page, RecordId
from ui.speech import number

Index = QModelIndex | QPersistentModelIndex
PAGE_ROLE = Qt.ItemDataRole.UserRole

PART = 100
"""Pages fetched at once."""
_PARTS_KEPT = 20


class PagesModel(QStandardItemModel):
    """A list of pages of known length. ``fetch(offset, limit)`` gives part of it; only the parts last seen are kept.

    Its rows are Qt's own: a view asks for each of a million once to lay them out, and Python would take seconds.
    """

    renewed = Signal()
    """Any page may have changed: what is seen is to be painted anew."""

    def __init__(self, fetch: Callable[[int, int], Sequence[Page]], parent: QObject | None = None) -> None:
        super().__init__(0, 1, parent)
        self._fetch = fetch
        self._length = 0
        self._parts: OrderedDict[int, Sequence[Page]] = OrderedDict()

    def show(self, length: int, *, same_list: bool) -> None:
        """Show ``length`` pages, fetched anew. The view keeps its place in the ``same_list`` of the same length."""
        self._parts.clear()
        if same_list and length == self._length:
            self.renewed.emit()
            return
        self._length = 0  # nothing is fetched for what is on the way out
        self.setRowCount(0)
        self._length = length
        self.setRowCount(length)

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
        self._starts: list[int] = []

    def show(self, sections: Sequence[Section]) -> None:
        """Fetch the pages of these."""
        if sections is not self.sections:
            self.sections = sections
            self._starts = [section.start for section in sections]

    @property
    def length(self) -> int:
        return self.sections[-1].start + self.sections[-1].pages if self.sections else 0

    def holds(self, record: RecordId) -> bool:
        """Whether pages of that record itself are in the list."""
        return any(section.record == record for section in self.sections)

    def row_of(self, page: Page) -> int:
        """Where a page would stand in the list; -1 where its record is not in it."""
        return next((s.start + page.number - 1 for s in self.sections if s.record == page.record), -1)

    def __call__(self, offset: int, limit: int) -> list[Page]:
        found: list[Page] = []
        place = bisect_right(self._starts, offset) - 1
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
