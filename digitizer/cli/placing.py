"""Where scanned and imported pages go, as a command line says it; and pages turned many at once."""

from __future__ import annotations

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


def going_on(place: Place, record: str, sides: int) -> str:
    """What a command has to say so that the sheets that did not come follow those that came to ``place``, a settled
    one.

    ``record``: code of that which got the last page; ``sides``: how many sheet sides came.
    """
    if place.replaces[sides:]:
        return f"--replace {','.join(place.replaces[sides:])}"
    return f"--record {record}" if place.ahead_of is None else f"--before {place.ahead_of}"


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
    pages = workspace.catalogue.pages.part(workspace.catalogue.records.get(code).id, 0, -1)
    return tuple(pages[number - 1].id for number in numbers_in(text, len(pages)))
