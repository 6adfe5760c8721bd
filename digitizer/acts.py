"""What the kinds of act are called, for people."""

from __future__ import annotations

from digitizer.i18n import gettext, marked

_TITLES = {
    "page.import": marked("bring pages in"),
    "page.scan": marked("scan pages"),
    "page.read": marked("read a page"),
    "page.fail": marked("give up reading a page"),
    "page.change": marked("turn or withdraw a page"),
    "page.split": marked("part or join facing pages"),
    "record.create": marked("create a record"),
    "record.change": marked("change a record"),
    "record.check": marked("check a record"),
    "record.approve": marked("approve a record"),
    "record.deliver": marked("deliver a record"),
    "undo": marked("take an act back"),
    "redo": marked("do an act again"),
    "queue.retry": marked("try failed pages again"),
    "check": marked("check what is kept"),
    "backup.make": marked("make a backup"),
    "backup.target": marked("change a backup target"),
    "backup.restore": marked("restore a backup"),
    "person.add": marked("add a person"),
    "person.change": marked("change a person"),
    "setting.change": marked("change a setting"),
    "program.version": marked("work with another version of the program"),
}


def act_title(kind: str) -> str:
    """What an act of that kind does, in the language spoken now; the kind itself where it has no words yet."""
    return gettext(_TITLES[kind]) if kind in _TITLES else kind
