"""Undo and redo: the journal mirrored into two actions, without state of its own; and the changes it can take back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction

from digitizer.catalogue.arrange import PART_OF
from digitizer.catalogue.audit import Act
from digitizer.i18n import gettext
from digitizer.journal import Journal, title
from digitizer.model import Level, Page, PageId, Record
from digitizer.tasks import Task
from digitizer.turning import chosen, turn_pages
from digitizer.workspace import Workspace
from ui.models.snapshot import Snapshot

Change = Callable[[Workspace, Task], object]


def mirror(snapshot: Snapshot, undo: QAction, redo: QAction) -> None:
    """Show what the journal would take back or do again."""
    _show(undo, snapshot.undo, gettext("&Undo"), gettext("&Undo: {act}"))
    _show(redo, snapshot.redo, gettext("&Redo"), gettext("&Redo: {act}"))


def undo_last(workspace: Workspace, _: Task) -> object:
    return Journal(workspace).undo()


def redo_last(workspace: Workspace, _: Task) -> object:
    return Journal(workspace).redo()


def turned(page: Page, by: int) -> Change:
    """Turn ``page`` ``by`` clockwise quarters from how it stands now: set by a person from then on, and read again."""

    def change(workspace: Workspace, _: Task) -> object:
        turn_pages(workspace, [page.id], by)
        return Journal(workspace).undoable()

    return change


def turned_every_other(page: Page, which: str, by: int) -> Change:
    """Turn the odd or even pages (``which``) of the record of ``page`` by so many clockwise quarters."""

    def change(workspace: Workspace, task: Task) -> object:
        turn_pages(workspace, chosen(workspace.catalogue.pages.of_record(page.record), which), by, task)
        return Journal(workspace).undoable()

    return change


def joined(page: Page) -> Change:
    """Keep two facing pages, of which ``page`` is one, as the one that was captured; it is read again."""

    def change(workspace: Workspace, _: Task) -> object:
        workspace.derivatives.forget(workspace.catalogue.pages.join(page.id))
        return Journal(workspace).undoable()

    return change


def turned_many(outcome: object) -> bool:
    """Whether the act that a change gave back is one of several that have turned pages: these wait to be read."""
    return isinstance(outcome, Act) and (outcome.after or {}).get(PART_OF) == "turn"


def page_to_read(outcome: object) -> PageId | None:
    """The page that the act which a change gave back has left waiting to be read."""
    if isinstance(outcome, Act) and ("quarters" in (outcome.after or {}) or outcome.kind == "page.split"):
        return PageId(outcome.subject)
    return None


def said(outcome: object) -> str:
    """What the act that an undo or redo gave back was, in the language spoken now."""
    return title(outcome) if isinstance(outcome, Act) else ""


def withdrawn(page: PageId) -> Change:
    """Take a page out of its record."""
    return lambda workspace, _: workspace.catalogue.pages.withdraw(page)


def renamed(record: Record, new_title: str) -> Change:
    """Give a record a new title."""
    return lambda workspace, _: workspace.catalogue.records.change(record, title=new_title)


def described(record: Record, values: Mapping[str, str]) -> Change:
    """Set values of a record, as they were typed."""
    return lambda workspace, _: workspace.catalogue.records.describe(
        workspace.catalogue.records.find(record.id), values
    )


def with_profile(record: Record, name: str) -> Change:
    """Describe a record by another form."""
    return lambda workspace, _: workspace.catalogue.records.set_profile(record, name)


def created(parent: Record | None, birth: tuple[Level, str, str, str]) -> Change:
    """Make a record in ``parent``: its level, profile, code and title. Gives the Record."""
    level, profile, code, new_title = birth
    return lambda workspace, _: workspace.catalogue.records.create(level, code, new_title, parent, profile=profile)


def removed(record: Record) -> Change:
    """Take away a record in which nothing lies."""
    return lambda workspace, _: workspace.catalogue.records.remove(record)


def moved(record: Record, parent: Record | None, before: Record | None) -> Change:
    """Put a record into another one, ahead of a third or at the end. Gives the Record."""
    return lambda workspace, _: workspace.catalogue.records.move(record, parent, before=before)


def put_beside(record: Record, to: Record) -> Change:
    """Put a record into ``to``, or ahead of it where it cannot lie in it. Gives the Record."""

    def change(workspace: Workspace, _: Task) -> object:
        records = workspace.catalogue.records
        if record.level.may_lie_in(to.level):
            return records.move(record, to)
        above = records.find(to.parent) if to.parent is not None else None
        return records.move(record, above, before=to)

    return change


def put_first(page: PageId) -> Change:
    """Read a page before the others. No act: nothing to undo."""
    return lambda workspace, _: workspace.catalogue.queue.put_first(page)


def retried(workspace: Workspace, _: Task) -> object:
    """Put the pages that failed back into the queue. No act: nothing to undo."""
    return workspace.catalogue.queue.retry_failed()


def _show(action: QAction, act: Act | None, bare: str, named: str) -> None:
    action.setEnabled(act is not None)
    action.setText(bare if act is None else named.format(act=title(act)))
