"""Pages turned by hand: from how they stand now, whoever turned them so, and many as one act."""

from __future__ import annotations

from collections.abc import Sequence

from digitizer.catalogue.arrange import PART_OF, numbers_in
from digitizer.catalogue.connection import atomic
from digitizer.model import Page, PageId, new_id
from digitizer.tasks import Task
from digitizer.workspace import Workspace

ODD, EVEN, ALL = "odd", "even", "all"


def chosen(pages: Sequence[Page], which: str) -> list[PageId]:
    """Of pages in their order those that ``which`` says: ODD, EVEN or ALL, or numbers like ``3-5,7``, from 1.

    Raises WrongUsage.
    """
    steps = {ODD: slice(0, None, 2), EVEN: slice(1, None, 2), ALL: slice(None)}
    if which in steps:
        return [page.id for page in pages[steps[which]]]
    return [pages[number - 1].id for number in dict.fromkeys(numbers_in(which, len(pages)))]


def turn_pages(workspace: Workspace, pages: Sequence[PageId], by: int, task: Task | None = None) -> None:
    """Turn each page ``by`` clockwise quarters from how it is shown now: set by a person from then on, and read again.
    One undo takes all of it back. Nothing is changed where ``task`` is stopped or a page cannot be turned.

    A page that no person has turned stands as the program has turned it; one that was not read yet, as it came.

    Raises NoSuchPage or RecordApproved.
    """
    task = task or Task()
    catalogue = workspace.catalogue
    told = {"call": new_id(), PART_OF: "turn"} if len(pages) > 1 else {}
    with atomic(catalogue.database):
        for done, page in enumerate(pages):
            task.check()
            task.report(done, len(pages))
            quarters = catalogue.pages.get(page).quarters
            if quarters is None:
                facts = catalogue.readings.facts(page)
                quarters = 0 if facts is None else facts.rotation // 90
            catalogue.pages.turn(page, quarters + by, told)
    for page in pages:
        workspace.derivatives.forget(page)
