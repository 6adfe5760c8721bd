"""What the frame of the window shows of a workspace at one moment: taken in another thread, handed over frozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from digitizer.catalogue.audit import Act
from digitizer.catalogue.records import UNFILED
from digitizer.catalogue.tree import Totals
from digitizer.journal import Journal
from digitizer.model import ActId, RecordId
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.models.looking import Answer, Question, look

FILES_OFFERED = 30


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``changed``: the newest act that people can take back or do again; where it is another one, records or pages have
    come, gone or changed. ``undo``, ``redo``: the acts that the journal would take back or do again. ``first``: the
    record to begin with, where none is selected. ``files``: codes to import into.
    """

    totals: Totals
    to_look_at: int
    changed: ActId | None
    undo: Act | None
    redo: Act | None
    first: RecordId | None
    files: tuple[str, ...]
    tree: Answer

    def differs(self, other: Snapshot) -> bool:
        """Whether anything that a search could find has changed."""
        return (self.changed, self.totals) != (other.changed, other.totals)


def take(question: Question, typed: str) -> Callable[[Workspace, Task], Snapshot]:
    """Look at the workspace. For a lane of the runner. ``typed``: what the code of a file to import into holds."""

    def take_now(workspace: Workspace, _: Task) -> Snapshot:
        catalogue, journal = workspace.catalogue, Journal(workspace)
        newest = next(catalogue.audit.journal(), None)
        return Snapshot(
            catalogue.tree.totals(),
            catalogue.pages.count_to_look_at(),
            newest.id if newest is not None else None,
            journal.undoable(),
            journal.redoable(),
            catalogue.tree.first() if question.selected is None else None,
            tuple(catalogue.tree.files_named(typed, FILES_OFFERED, UNFILED)),
            look(catalogue, question),
        )

    return take_now
