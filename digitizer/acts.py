"""What the kinds of act are called, for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from digitizer.i18n import gettext, marked
from digitizer.model import RecordState

if TYPE_CHECKING:
    from digitizer.catalogue.audit import Act

_MANY = 5
"""Values in a list, from which on only their number is said."""

_TITLES = {
    "page.import": marked("bring pages in"),
    "page.scan": marked("scan pages"),
    "page.read": marked("read a page"),
    "page.fail": marked("give up reading a page"),
    "page.change": marked("turn or withdraw a page"),
    "page.split": marked("part or join facing pages"),
    "page.arrange": marked("move pages"),
    "scan.discard": marked("discard a damaged scan"),
    "record.create": marked("create a record"),
    "record.change": marked("change a record"),
    "record.move": marked("move a record"),
    "record.check": marked("check a record"),
    "record.explain": marked("explain a finding"),
    "record.approve": marked("approve a record"),
    "record.deliver": marked("deliver a record"),
    "record.receive": marked("receive a record"),
    "record.settle": marked("settle a difference"),
    "page.receive": marked("receive a page"),
    "page.settle": marked("settle a difference"),
    "package.receive": marked("receive a package"),
    "undo": marked("take an act back"),
    "redo": marked("do an act again"),
    "queue.retry": marked("try failed pages again"),
    "search.save": marked("keep a search under a name"),
    "search.remove": marked("forget a kept search"),
    "check": marked("check what is kept"),
    "backup.make": marked("make a backup"),
    "backup.target": marked("change a backup target"),
    "backup.restore": marked("restore a backup"),
    "person.add": marked("add a person"),
    "person.change": marked("change a person"),
    "profile.add": marked("use a form of one’s own"),
    "codes.load": marked("use a code list of one’s own"),
    "setting.change": marked("change a setting"),
    "program.version": marked("work with another version of the program"),
}


KINDS = tuple(_TITLES)
"""Every kind of act."""


def act_title(kind: str) -> str:
    """What an act of that kind does, in the language spoken now; the kind itself where it has no words yet."""
    return gettext(_TITLES[kind]) if kind in _TITLES else kind


def changes(act: Act) -> str:
    """The values that an act changed as they are kept, each as it was and as it is: ``title: “a” → “b”``."""
    before, after = act.before or {}, act.after or {}
    said = []
    for name in sorted({*before, *after}):
        was, is_now = (few(values[name]) if name in values else "" for values in (before, after))
        said.append(f"{name}: {was} → {is_now}" if name in before else f"{name}: {is_now}")
    return "; ".join(said)


STATES = {
    RecordState.DRAFT: marked("in work"),
    RecordState.CHECKED: marked("checked"),
    RecordState.APPROVED: marked("approved"),
}
_LAYOUTS = {"tt05": marked("Circular 05/2025"), "eark": marked("E-ARK")}
_PARTS = {"left": marked("left half"), "right": marked("right half"), "whole": marked("the whole picture")}
_FLAGS = ("trusted", "encrypted")


def in_words(name: str, value: Any) -> str | None:
    """A value that is kept as a number or a code, as people say it; None where it is kept as it is said. Turns are in
    degrees, clockwise.
    """
    if name == "quarters" and isinstance(value, int):
        return f"{90 * (value % 4)}°"
    if name == "state" and value in STATES:
        return gettext(STATES[value])
    if name == "layout" and value in _LAYOUTS:
        return gettext(_LAYOUTS[value])
    if name in _FLAGS and value in (0, 1):
        return gettext("yes") if value else gettext("no")
    if name == "split" and isinstance(value, str):
        part = json.loads(value).get("part")
        return gettext(_PARTS[part]) if part in _PARTS else None
    return None


def few(value: Any) -> str:
    """A value as text; of a long list only how long it is."""
    if isinstance(value, list) and len(value) > _MANY:
        return f"({len(value)})"
    return (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, (dict, list))
        else str("–" if value is None else value)
    )
