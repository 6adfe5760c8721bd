"""Undo and redo over the audit chain: the same for window and command line, kept over a restart.

Nothing is removed from the chain: an undo is an act of its own that names the act it takes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digitizer.catalogue.audit import Act
from digitizer.catalogue.connection import atomic
from digitizer.errors import CannotUndo, NothingToUndo
from digitizer.i18n import gettext, marked
from digitizer.model import PageId, RecordId
from digitizer.workspace import Workspace

_UNDO, _REDO = "undo", "redo"
_TITLES = {
    "record.change": marked("change a record"),
    "page.change": marked("change a page"),
    "page.import": marked("import"),
}


class Journal:
    """What can be taken back in a workspace, newest first."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def undoable(self) -> Act | None:
        """The act that ``undo`` would take back."""
        done, _ = self._stacks()
        return done[-1] if done else None

    def redoable(self) -> Act | None:
        """The act that ``redo`` would do again."""
        _, undone = self._stacks()
        return undone[-1] if undone else None

    def undo(self) -> Act:
        """Take the newest act back. Raises NothingToUndo, or CannotUndo where the present value is not the one it
        set.
        """
        with atomic(self._workspace.catalogue.database):
            act = self.undoable()
            if act is None:
                raise NothingToUndo
            self._put(act, _after(act), _before(act))
            self._workspace.catalogue.audit.append(_UNDO, act.subject, _after(act), _before(act), undoes=act.id)
        return act

    def redo(self) -> Act:
        """Do the act undone last again. Raises NothingToUndo or CannotUndo."""
        with atomic(self._workspace.catalogue.database):
            act = self.redoable()
            if act is None:
                raise NothingToUndo
            self._put(act, _before(act), _after(act))
            self._workspace.catalogue.audit.append(_REDO, act.subject, _before(act), _after(act), undoes=act.id)
        return act

    def _stacks(self) -> tuple[list[Act], list[Act]]:
        """Acts that are done and can be undone, and acts that are undone and can be redone; the newest last."""
        done: list[Act] = []
        undone: list[Act] = []
        for act in self._workspace.catalogue.audit.acts_of([*_TITLES, _UNDO, _REDO]):
            if act.kind == _UNDO:
                undone.append(done.pop())
            elif act.kind == _REDO:
                done.append(undone.pop())
            else:
                done.append(act)
                undone.clear()
        return done, undone

    def _put(self, act: Act, present: dict[str, Any], wanted: dict[str, Any]) -> None:
        catalogue = self._workspace.catalogue
        if act.kind == "record.change":
            record = RecordId(act.subject)
            if catalogue.records.values(record, list(present)) != present:
                raise CannotUndo(act=title(act))
            catalogue.records.set_values(record, wanted)
            return
        for page in _pages(act):
            if catalogue.pages.values(page, list(present)) != present:
                raise CannotUndo(act=title(act))
            catalogue.pages.set_values(page, wanted)
            if "quarters" in wanted:
                self._workspace.derivatives.forget(page)


def title(act: Act) -> str:
    """What the act was, for a menu or a message, in the language spoken now."""
    return gettext(_TITLES[act.kind])


def _pages(act: Act) -> list[PageId]:
    if act.kind == "page.import":
        return [PageId(page) for page in (act.after or {})["pages"]]
    return [PageId(act.subject)]


def _before(act: Act) -> dict[str, Any]:
    return {"withdrawn": 1} if act.kind == "page.import" else dict(_values(act.before))


def _after(act: Act) -> dict[str, Any]:
    return {"withdrawn": 0} if act.kind == "page.import" else dict(_values(act.after))


def _values(value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return value or {}
