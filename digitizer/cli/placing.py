"""Where scanned and imported pages go, as a command line says it; and pages turned many at once."""

from __future__ import annotations

import shlex
from argparse import Namespace
from uuid import UUID

from digitizer.capture.place import Place
from digitizer.catalogue.arrange import numbers_in
from digitizer.cli.call import Call
from digitizer.errors import Exit, WrongUsage
from digitizer.i18n import gettext, ngettext
from digitizer.model import PageId
from digitizer.turning import chosen, turn_pages
from digitizer.workspace import Workspace


def place_of(call: Call, workspace: Workspace) -> Place:
    """What ``--record``, ``--before`` and ``--replace`` say. Raises WrongUsage or NoSuchRecord."""
    arguments = call.arguments
    if arguments.before is not None:
        ahead_of = _pages(workspace, arguments.before, arguments.record)
        if len(ahead_of) > 1:
            raise WrongUsage(reason=gettext("Pages go ahead of one page: name one with “--before”."))
        return Place(arguments.record, ahead_of=ahead_of[0])
    if arguments.replace is not None:
        return Place(arguments.record, replaces=_pages(workspace, arguments.replace, arguments.record))
    return Place(arguments.record)


def going_on(arguments: Namespace, place: Place, record: str | None, sides: int) -> str:
    """The call of ``scan`` with which the sheets that did not come follow those that came to ``place``, a settled one:
    to be typed in a shell. Sorting and collating are left out: they are for a whole stack.

    ``record``: code of that which got the last page, None for the unfiled one; ``sides``: how many sheet sides came.
    """
    words = ["digitizer", *_named(arguments, "workspace", "language", "person", "role"), "scan"]
    words += _named(arguments, "device", "source", "profile", "resolution", "mode")
    words += [word for name, value in arguments.set for word in ("--set", f"{name}={value}")]
    if arguments.pages is not None and not arguments.collate and arguments.pages > sides:
        words += ["--pages", str(arguments.pages - sides)]
    if place.replaces[sides:]:
        words += ["--replace", ",".join(place.replaces[sides:])]
    elif place.ahead_of is not None:
        words += ["--before", place.ahead_of]
    elif record is not None:
        words += ["--record", record]
    return shlex.join(words)


def _named(arguments: Namespace, *names: str) -> list[str]:
    """Those of the arguments that were given, as they are typed."""
    given = [(name, getattr(arguments, name)) for name in names]
    return [word for name, value in given if value is not None for word in (f"--{name}", str(value))]


def record_turn(call: Call) -> Exit:
    with call.existing() as workspace:
        record = workspace.catalogue.records.get(call.arguments.code)
        pages = chosen(workspace.catalogue.pages.part(record.id, 0, -1), call.arguments.pages)
        turn_pages(workspace, pages, call.arguments.by // 90, call.task)
    said = ngettext("Turned: {count} page of {code}", "Turned: {count} pages of {code}", len(pages))
    call.output.answer(
        {"record": record.code, "turned": list(pages)}, said.format(count=len(pages), code=record.code)
    )  # fmt: skip
    return Exit.DONE


def _pages(workspace: Workspace, text: str, code: str | None) -> tuple[PageId, ...]:
    """The pages that ids say, or numbers like ``3-5,7`` of the record of that code."""
    try:
        return tuple(PageId(str(UUID(part.strip()))) for part in text.split(","))
    except ValueError:
        if code is None:
            said = gettext("“{text}” counts pages of a record: say which one with “--record”.")
            raise WrongUsage(reason=said.format(text=text)) from None
    record = workspace.catalogue.records.get(code)
    pages = workspace.catalogue.pages.part(record.id, 0, -1)
    if not pages and (inside := workspace.catalogue.records.under(record.id)):
        said = gettext("The pages of “{code}” lie in its items, such as “{item}”: name one of these with “--record”.")
        raise WrongUsage(reason=said.format(code=record.code, item=inside[0].code))
    return tuple(pages[number - 1].id for number in numbers_in(text, len(pages)))
