"""Undo and redo over the audit chain: the same for window and command line, kept over a restart.

Nothing is removed from the chain: an undo is an act of its own that names the act it takes back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from digitizer.acts import act_title
from digitizer.catalogue.arrange import PART_OF
from digitizer.catalogue.audit import Act
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.origins import RECEIVED, SETTLED
from digitizer.catalogue.received import Received
from digitizer.catalogue.schema import PAGE_BIRTHS
from digitizer.catalogue.told import MERGE
from digitizer.errors import CannotUndo, NothingToUndo
from digitizer.i18n import gettext, marked
from digitizer.model import PageId, RecordId, RecordState
from digitizer.workspace import Workspace

_UNDO, _REDO = "undo", "redo"
_BIRTHS = ("record.create", *PAGE_BIRTHS)
"""Acts that are undone by withdrawing what they made."""

ARRANGED = {
    "move": marked("move pages"),
    "split": marked("split a record"),
    "merge": marked("merge records"),
    "replace": marked("replace a scan"),
    "insert": marked("insert pages"),
    "turn": marked("turn pages"),
    "withdraw": marked("withdraw pages"),
    "restore": marked("restore pages"),
    "sort": marked("sort a stack of paper"),
}
"""What an act says it is part of (``PART_OF``), in words."""
_RECORD_CHANGES = {"withdrawn": marked("take a record away"), "profile": marked("choose another form")}
_PAGE_CHANGES = {
    "quarters": marked("turn a page"),
    "sheet": marked("say a page's sheet"),
    "withdrawn": marked("withdraw a page"),
}
_IMPORT = marked("import")
_CALLS = {"page.scan": marked("scan")} | dict.fromkeys(RECEIVED, marked("receive a package"))
_CALLS |= dict.fromkeys(SETTLED, marked("settle a difference"))
"""What a call of many acts is."""
_STATES = {
    RecordState.DRAFT: marked("take a record back into work"),
    RecordState.CHECKED: marked("look through a record"),
    RecordState.APPROVED: marked("approve a record"),
}


class Journal:
    """What can be taken back in a workspace, newest first."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def undoable(self) -> Act | None:
        """The newest act that ``undo`` would take back."""
        return _naming(self._done())

    def redoable(self) -> Act | None:
        """The act that ``redo`` would do again first."""
        return _naming(self._undone())

    def undo(self) -> Act:
        """Take the newest act back; of an import or a scan, all pages or rows of that call.

        Raises NothingToUndo, or CannotUndo where a present value is not the one that the act set.
        """
        with atomic(self._workspace.catalogue.database):
            acts = _together(self._done())
            for act in acts:
                self._change(_UNDO, act, _after(act), _before(act))
        return _naming(iter(acts)) or acts[0]

    def redo(self) -> Act:
        """Do what was undone last again. Raises NothingToUndo or CannotUndo."""
        with atomic(self._workspace.catalogue.database):
            acts = _together(self._undone())
            for act in acts:
                self._change(_REDO, act, _before(act), _after(act))
        return _naming(iter(acts)) or acts[0]

    def _done(self) -> Iterator[Act]:
        """Acts that stand, newest first. Read only as far as someone asks: the chain may be long."""
        taken_back = 0
        for act in self._workspace.catalogue.audit.journal():
            if act.kind == _UNDO:
                taken_back += 1
            elif act.kind == _REDO or taken_back:
                taken_back -= 1
            else:
                yield act

    def _undone(self) -> Iterator[Act]:
        """Acts that are taken back and can be done again, the one undone last first."""
        done_again = 0
        for act in self._workspace.catalogue.audit.journal():
            if act.kind == _REDO:
                done_again += 1
            elif act.kind != _UNDO:
                return  # a new change ends what could be redone
            elif done_again:
                done_again -= 1
            elif act.undoes is not None:
                yield self._workspace.catalogue.audit.get(act.undoes)

    def _change(self, kind: str, act: Act, present: dict[str, Any], wanted: dict[str, Any]) -> None:
        if act.kind in (*RECEIVED, *SETTLED):
            self._put_received(act, present, wanted, back=kind == _UNDO)
        else:
            self._put(act, present, wanted)
        self._workspace.catalogue.audit.append(kind, act.subject, present, wanted, undoes=act.id)

    def _put(self, act: Act, present: dict[str, Any], wanted: dict[str, Any]) -> None:
        catalogue = self._workspace.catalogue
        if act.kind == "page.split":
            left, beside = PageId(act.subject), PageId((act.after or {})["beside"])
            if catalogue.pages.facing(left, beside, present.get("placed")) != present:
                raise CannotUndo(act=title(act))
            catalogue.pages.set_facing(left, beside, wanted)
            self._workspace.derivatives.forget(left)
            return
        if act.kind == "page.arrange":
            if catalogue.arrangement.present(present) != present:
                raise CannotUndo(act=title(act))
            catalogue.arrangement.apply(wanted)
            return
        if act.kind.startswith("record."):
            self._put_record(act, RecordId(act.subject), present, wanted)
            return
        for page in _pages(act):
            if catalogue.pages.values(page, list(present)) != present:
                raise CannotUndo(act=title(act))
            catalogue.pages.set_values(page, wanted)
            if "quarters" in wanted:
                self._workspace.derivatives.forget(page)

    def _put_received(self, act: Act, present: dict[str, Any], wanted: dict[str, Any], *, back: bool) -> None:
        try:
            done = Received(self._workspace.catalogue, "").put(act, present, wanted, back=back)
        except sqlite3.IntegrityError as error:  # another record has its code now
            raise CannotUndo(act=title(act)) from error
        if not done:
            raise CannotUndo(act=title(act))
        if act.kind.startswith("page.") and {"quarters", "split"} & wanted.keys():
            self._workspace.derivatives.forget(PageId(act.subject))

    def _put_record(self, act: Act, record: RecordId, present: dict[str, Any], wanted: dict[str, Any]) -> None:
        records = self._workspace.catalogue.records
        try:
            if act.kind == "record.move":
                if records.place(record)["parent"] != present["parent"]:
                    raise CannotUndo(act=title(act))
                records.set_place(record, wanted)
                return
            taken_away = wanted.get("withdrawn") == 1 and records.holds_anything(record)
            if taken_away or records.values(record, list(present)) != present:
                raise CannotUndo(act=title(act))
            records.set_values(record, wanted)
        except sqlite3.IntegrityError as error:  # another record has its code now
            raise CannotUndo(act=title(act)) from error


def title(act: Act) -> str:
    """What the act was, for a menu or a message, in the language spoken now."""
    said, after = act.after or {}, _after(act)
    if said.get(PART_OF) in ARRANGED:
        return gettext(ARRANGED[said[PART_OF]])
    if "call" in said:
        return gettext(_CALLS.get(act.kind, _IMPORT))
    if act.kind in ("record.check", "record.approve"):
        return gettext(_STATES[RecordState(after["state"])])
    told = next((words for name, words in _RECORD_CHANGES.items() if after.get(name)), "")
    if act.kind == "record.change" and told:
        return gettext(told)
    if act.kind == "page.split":
        return gettext("join facing pages") if after["withdrawn"] else gettext("part facing pages")
    changed = next((words for name, words in _PAGE_CHANGES.items() if name in after), None)
    return gettext(changed) if act.kind == "page.change" and changed else act_title(act.kind)


def _naming(acts: Iterator[Act]) -> Act | None:
    """The first act; of a call that made records for its pages, one that brought pages: it says what was done."""
    first = next(acts, None)
    call = (first.after or {}).get("call") if first is not None else None
    if first is None or first.kind in PAGE_BIRTHS or call is None:
        return first
    same = takewhile(lambda act: (act.after or {}).get("call") == call, acts)
    return next((act for act in same if act.kind in PAGE_BIRTHS), first)


def _together(acts: Iterator[Act]) -> list[Act]:
    """The first act, and those behind it of the same call. Raises NothingToUndo where there is none."""
    first = next(acts, None)
    if first is None:
        raise NothingToUndo
    call = (first.after or {}).get("call")
    return [first, *takewhile(lambda act: call is not None and (act.after or {}).get("call") == call, acts)]


def _pages(act: Act) -> list[PageId]:
    if act.kind in PAGE_BIRTHS:
        return [PageId(page) for page in (act.after or {})["pages"]]
    return [PageId(act.subject)]


def _before(act: Act) -> dict[str, Any]:
    return {"withdrawn": 1} if act.kind in _BIRTHS else dict(_values(act.before))


def _after(act: Act) -> dict[str, Any]:
    values = {"withdrawn": 0} if act.kind in _BIRTHS else dict(_values(act.after))
    told = (PART_OF,) if act.kind != "page.split" else ("beside", "born")
    return {name: value for name, value in values.items() if name not in told}


def _values(value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {name: kept for name, kept in (value or {}).items() if name not in ("call", *MERGE)}
