"""Where captured pages go: to the end of a record, ahead of a page, or into the places of pages that they replace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from digitizer.catalogue.frozen import refuse_approved
from digitizer.catalogue.records import UNFILED
from digitizer.errors import NAMED, NoSuchPage, NoSuchRecord, WrongUsage
from digitizer.i18n import gettext, ngettext
from digitizer.model import Level, Page, PageId, Record, clean
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Place:
    """Pages go into the record of that code (a new file where there is none; None: the unfiled one), at its end; or in
    their order ahead of the page ``ahead_of``; or each into the place of one of ``replaces``, in order, those that are
    more than these behind the last. Pages that are named say the record; ``record`` may not contradict them.
    """

    record: str | None = None
    ahead_of: PageId | None = None
    replaces: tuple[PageId, ...] = ()

    @classmethod
    def of(cls, place: Place | str | None) -> Place:
        """A code, or None, says the end of that record."""
        return place if isinstance(place, Place) else cls(place)


def settled(workspace: Workspace, place: Place | str | None) -> Place:
    """The place with the record that its pages lie in; ``ahead_of`` is then, besides ``replaces``, the page behind
    them.

    Raises NoSuchPage for a page that is not there or withdrawn, RecordApproved, and WrongUsage where the record takes
    no pages or is not that of the pages, or where these say two things.
    """
    place = Place.of(place)
    named = (*place.replaces, *filter(None, [place.ahead_of]))
    if not named:
        with suppress(NoSuchRecord):
            refuse_target(workspace, workspace.catalogue.records.get(place.record or UNFILED))
        return place
    if len(set(named)) < len(named) or (place.replaces and place.ahead_of is not None):
        raise WrongUsage(reason=gettext("Name each page to replace once, or one page to go ahead of."))
    catalogue = workspace.catalogue
    catalogue.audit.require("page.arrange")
    records = [catalogue.records.find(catalogue.pages.get(page).record) for page in named]
    refuse_approved(catalogue.database, *(record.id for record in records))
    for page, record in zip(named, records, strict=True):
        file = None if record.parent is None else catalogue.records.find(record.parent).code
        if place.record is not None and clean(place.record) not in (record.code, file):
            said = gettext("The page “{page}” lies in “{record}”, not in “{code}”.")
            raise WrongUsage(reason=said.format(page=page, record=record.code, code=place.record))
    behind = catalogue.arrangement.behind(place.replaces[-1]) if place.replaces else place.ahead_of
    return Place(records[-1].code, behind, place.replaces)


def refuse_target(workspace: Workspace, record: Record) -> None:
    """Raises WrongUsage where the record is neither a file nor an item, or RecordApproved."""
    if record.level not in (Level.FILE, Level.ITEM):
        said = gettext("“{code}” is neither a file nor an item: pages go into those.")
        raise WrongUsage(reason=said.format(code=record.code))
    refuse_approved(workspace.catalogue.database, record.id)


class Placing:
    """The pages of one run or import on their way to ``place``, which is settled. ``call``: what all their acts share.

    ``notes``: sentences for a person, where something had changed meanwhile.
    """

    def __init__(self, workspace: Workspace, place: Place, call: str, notes: list[str]) -> None:
        self._workspace = workspace
        self._place = place
        self._call = call
        self._notes = notes
        self._came = False
        self._more: PageId | None = None
        """The first page that is more than those to be replaced."""

    def record(self, number: int) -> Record | None:
        """The record in which page ``number`` of the run (from 0) is to be born; None where the place names no page.

        Raises NoSuchPage, NoSuchRecord or RecordApproved where it takes none any more.
        """
        replaces, ahead_of = self._place.replaces, self._place.ahead_of
        beside = replaces[number] if number < len(replaces) else ahead_of or (replaces[-1] if replaces else None)
        if beside is None:
            return None
        try:
            record = self._workspace.catalogue.arrangement.record_of(beside)
        except NoSuchRecord as error:  # its id says nothing to a person
            raise NoSuchRecord(code=self._place.record) from error
        refuse_approved(self._workspace.catalogue.database, record.id)
        return record

    def put(self, number: int, born: Sequence[PageId]) -> None:
        """Move pages that were born a moment ago into their places: to be called in the same transaction.

        ``number``: of the first of them in the run, from 0. Where a page to be replaced was withdrawn meanwhile, the
        new one stands where it stood.
        """
        arrangement = self._workspace.catalogue.arrangement
        older = self._place.replaces[number:]
        self._came = True
        if self._place.replaces and len(born) > len(older):
            self._more = self._more or born[len(older)]
        for page, newer in zip(older, born, strict=False):
            try:
                arrangement.replace(page, newer, call=self._call)
            except NoSuchPage:
                arrangement.insert([newer], page, behind=True, call=self._call)
                said = gettext("A page to be replaced was withdrawn meanwhile; the new one is where it was: {page}")
                self._notes.append(said.format(page=newer))
        if (more := born[len(older) :]) and self._place.ahead_of is not None:
            arrangement.insert(more, self._place.ahead_of, call=self._call)

    def finish(self) -> None:
        """To be called when all is in: says where there were not as many pages as those to be replaced."""
        if not self._came:
            return
        left = sorted(page.number for page in self._found(self._place.replaces))
        if left:
            numbers = ", ".join(map(str, left[:NAMED])) + (" …" if left[NAMED:] else "")
            said = ngettext("Page {numbers} was not replaced.", "Pages {numbers} were not replaced.", len(left))
            self._notes.append(said.format(numbers=numbers))
        for page in self._found([self._more] if self._more is not None else []):
            said = gettext("More pages came than were to be replaced: those from page {number} on are inserted.")
            self._notes.append(said.format(number=page.number))

    def _found(self, pages: Sequence[PageId]) -> Iterator[Page]:
        """Those that are not withdrawn."""
        for page in pages:
            with suppress(NoSuchPage):
                yield self._workspace.catalogue.pages.get(page)
