"""What the frame of the window shows of a workspace at one moment: taken in another thread, handed over frozen."""

from __future__ import annotations

from dataclasses import dataclass

from digitizer.catalogue.audit import Act
from digitizer.journal import Journal
from digitizer.model import JobState, Record, RecordId
from digitizer.tasks import Task
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Section:
    """The pages that lie in one record itself. ``start``: place of the first in the list of pages shown (0-based)."""

    record: RecordId
    code: str
    start: int
    pages: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``records``: all, parents first. ``undo``, ``redo``: the acts that the journal would take back or do again."""

    records: tuple[Record, ...]
    waiting: int
    failed: int
    to_look_at: int
    undo: Act | None
    redo: Act | None

    @property
    def pages(self) -> int:
        """All pages, withdrawn ones left out."""
        return sum(record.pages for record in self.records if record.parent is None)

    @property
    def ready(self) -> int:
        """Records that hold pages themselves, every one of them read."""
        own = self._own_pages()
        return sum(1 for record in self.records if own[record.id] and not record.waiting)

    def find(self, record: RecordId | None) -> Record | None:
        return next((each for each in self.records if each.id == record), None)

    def sections(self, top: RecordId | None) -> tuple[Section, ...]:
        """The pages of ``top`` and everything below it, in the catalogue's order; of all records for None."""
        children: dict[RecordId | None, list[Record]] = {}
        for record in self.records:
            children.setdefault(record.parent, []).append(record)
        own = self._own_pages()
        found: list[Section] = []
        start = 0
        first = self.find(top)
        todo = [first] if first is not None else children.get(None, [])[::-1]
        while todo:
            record = todo.pop()
            if own[record.id]:
                found.append(Section(record.id, record.code, start, own[record.id]))
                start += own[record.id]
            todo.extend(reversed(children.get(record.id, [])))
        return tuple(found)

    def _own_pages(self) -> dict[RecordId, int]:
        own = {record.id: record.pages for record in self.records}
        for record in self.records:
            if record.parent is not None:
                own[record.parent] -= record.pages
        return own


def take(workspace: Workspace, _: Task) -> Snapshot:
    """Look at the workspace. For a lane of the runner."""
    catalogue, journal = workspace.catalogue, Journal(workspace)
    return Snapshot(
        tuple(catalogue.records.all()),
        catalogue.queue.count(JobState.WAITING),
        catalogue.queue.count(JobState.FAILED),
        catalogue.pages.count_to_look_at(),
        journal.undoable(),
        journal.redoable(),
    )
