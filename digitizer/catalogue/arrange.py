"""Pages moved between records, records split and merged, scans replaced, pages taken out and brought back.

Text, and whatever else is kept by the page's id, goes along: a page keeps its id for life. Each call is one act
(``page.arrange``) with where every page stood and stands; what else it had to do shares the act's ``call``, so that one
undo takes all of it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.frozen import refuse_approved
from digitizer.catalogue.pages import Pages
from digitizer.catalogue.places import Places, spread
from digitizer.catalogue.records import Records
from digitizer.errors import CannotMove, NoSuchPage, NoSuchRecord, PageNotWithdrawn, PageWithdrawn, WrongUsage
from digitizer.i18n import gettext, ngettext
from digitizer.model import Level, Page, PageId, Record, RecordId, new_id

PART_OF = "part-of"
"""In what an act says after it: which call of a person it is part of. No field can have this name."""
_HOLD_PAGES = (Level.FILE, Level.ITEM)


class Arrangement:
    """The order of the pages of one catalogue, as people change it."""

    def __init__(self, database: Database, audit: Audit, records: Records, pages: Pages) -> None:
        self._database = database
        self._audit = audit
        self._records = records
        self._pages = pages
        self._places = Places(database)

    def move(self, pages: Sequence[PageId], target: Record, at: int | None = None) -> None:
        """Put pages, in this order, into ``target``, the first of them as its page ``at`` (from 1; None: at the end).

        Raises NoSuchPage, CannotMove, WrongUsage or RecordApproved.
        """
        with atomic(self._database):
            for page in _named(pages):
                self._pages.get(page)
            sources = {RecordId(record) for record in self._places.present(dict.fromkeys(pages))}
            self._refuse_target(target, str(pages[0]))
            refuse_approved(self._database, target.id, *sources)
            self._tell("move", target.id, self._inserted(pages, target, at))

    def split(self, record: Record, at: int, *, code: str | None = None, title: str = "") -> Record:
        """Make the pages of ``record`` from page ``at`` (from 2) on a new record of its kind, right behind it.

        What is described stays with the first part. ``code`` None: by the profile's template, else the next number.
        Raises WrongUsage, RecordExists, ValueRefused or RecordApproved.
        """
        with atomic(self._database):
            standing = self._places.of(record.id)
            present = [index for index, each in enumerate(standing) if not each.withdrawn]
            if len(present) < 2:
                said = ngettext(
                    "“{code}” has {count} page of its own: too few to be split.",
                    "“{code}” has {count} pages of its own: too few to be split.",
                    len(present),
                )
                raise WrongUsage(reason=said.format(code=record.code, count=len(present)))
            if not 1 < at <= len(present):
                said = gettext(
                    "“{code}” has {count} pages of its own: it can be split ahead of the second to the last."
                )
                raise WrongUsage(reason=said.format(code=record.code, count=len(present)))
            parent = self._records.find(record.parent) if record.parent is not None else None
            refuse_approved(self._database, record.id)
            call, behind = call_of("split"), self._records.place(record.id)["before"]
            made = self._records.create(
                record.level,
                code or self._free_code(record, parent),
                title,
                parent,
                profile=record.profile,
                call=call,
                before=behind,
            )
            going = [each.id for each in standing[present[at - 1] :]]
            self._tell("split", record.id, self._inserted(going, made, None), call=call["call"])
        return self._records.find(made.id)

    def merge(self, record: Record, others: Sequence[Record], *, take_over: bool = False) -> Record:
        """Append the pages of ``others`` to those of ``record``, in order, and take the emptied records away.

        ``take_over``: what is described in one that goes and missing in ``record`` is kept there; else it is only in
        the record taken away, and an undo brings it back. Raises CannotMove, WrongUsage or RecordApproved.
        """
        with atomic(self._database):
            self._refuse_target(record, record.code)
            if not others or len({each.id for each in (record, *others)}) <= len(others):
                raise WrongUsage(reason=gettext("Name the records to merge once each."))
            for other in others:
                if other.level not in _HOLD_PAGES or self._records.under(other.id):
                    reason = gettext("there are records in it, or it is no file and no item")
                    raise CannotMove(record=other.code, target=record.code, reason=reason)
            refuse_approved(self._database, record.id, *(each.id for each in others))
            going = [page.id for other in others for page in self._places.of(other.id)]
            call = call_of("merge")
            self._tell("merge", record.id, self._inserted(going, record, None), call=call["call"])
            if take_over:
                self._take_over(record, others, call)
            for other in others:
                self._records.put(other.id, {"withdrawn": 1}, call=call)
        return self._records.find(record.id)

    def insert(self, pages: Sequence[PageId], beside: PageId, *, behind: bool = False, call: str | None = None) -> None:
        """Put pages, in this order, ahead of the page ``beside`` or ``behind`` it, which may be withdrawn.

        ``call``: what the act is part of. Raises NoSuchPage, NoSuchRecord where that record was taken away, WrongUsage
        or RecordApproved.
        """
        with atomic(self._database):
            target = self.record_of(beside)
            sources = [self._pages.get(page).record for page in _named(pages)]
            refuse_approved(self._database, target.id, *sources)
            standing = [each.id for each in self._places.of(target.id) if each.id not in pages]
            if beside not in standing:
                raise WrongUsage(reason=gettext("Name each page once, and at least one."))
            placed = self._inserted(pages, target, None, index=standing.index(beside) + behind)
            self._tell("insert", target.id, placed, call=call)

    def record_of(self, page: PageId) -> Record:
        """The record that a page lies in, withdrawn or not. Raises NoSuchPage, NoSuchRecord where it was taken away."""
        (record,) = self._places.present({page: None})
        return self._records.find(RecordId(record))

    def behind(self, page: PageId) -> PageId | None:
        """The page that stands right behind another one in its record, withdrawn or not; None for the last."""
        standing = [each.id for each in self._places.of(self.record_of(page).id)]
        following = standing.index(page) + 1
        return standing[following] if following < len(standing) else None

    def sort(
        self, subject: RecordId, going: Mapping[RecordId, Sequence[PageId]], withdrawn: Collection[PageId],
        call: Mapping[str, str],
    ) -> None:  # fmt: skip
        """Put pages behind those of each record that they go to, in order, and take some out, as one act about
        ``subject``. ``call``: what all acts of that call say. Inside a transaction, which has asked whether it may.
        """
        placed: dict[str, dict[str, int]] = {}
        for target, pages in going.items():
            placed |= self._inserted(pages, self._records.find(target), None)
        wanted: dict[str, dict[str, Any]] = {page: {"withdrawn": 1} for page in withdrawn}
        leaving: dict[str, None] = dict.fromkeys([*(page for pages in going.values() for page in pages), *withdrawn])
        for stack, present in self._places.present(leaving).items():
            for page in present:
                if self._pages.values(PageId(page), ["sorted_from"])["sorted_from"] is None:
                    wanted.setdefault(page, {})["sorted_from"] = stack
        self._tell("sort", subject, placed, wanted, call=call["call"])

    def replace(self, older: PageId, newer: PageId, *, call: str | None = None) -> None:
        """Put ``newer`` in the place of ``older``, on its sheet and side; the older page is withdrawn and kept.

        The text of the newer page is its own reading; what is kept by the older page's id is found by ``replaces``.
        ``call``: what the act is part of.
        Raises NoSuchPage, WrongUsage or RecordApproved.
        """
        with atomic(self._database):
            if older == newer:
                raise WrongUsage(reason=gettext("A page cannot replace itself."))
            there, coming = self._pages.get(older), self._pages.get(newer)
            target = self._records.find(there.record)
            refuse_approved(self._database, there.record, coming.record)
            standing = [each.id for each in self._places.of(there.record) if each.id != newer]
            placed = self._inserted([newer], target, None, index=standing.index(older) + 1)
            wanted: dict[str, dict[str, Any]] = {
                older: {"withdrawn": 1, "sorted_from": None},
                newer: {"replaces": older, "sheet": there.sheet, "side": there.side},
            }
            self._tell("replace", target.id, placed, wanted, call=call)

    def withdraw(self, pages: Sequence[PageId]) -> None:
        """Take pages out of their records, as one act. Raises NoSuchPage, PageWithdrawn, WrongUsage or
        RecordApproved.
        """
        with atomic(self._database):
            records = [self._present(page).record for page in _named(pages)]
            refuse_approved(self._database, *records)
            gone = {"withdrawn": 1, "sorted_from": None}  # by a person's will, who may bring its file in again
            self._tell("withdraw", records[0], {}, dict.fromkeys(pages, gone))

    def restore(self, pages: Sequence[PageId]) -> None:
        """Bring withdrawn pages back to where they stood, as one act.

        Raises NoSuchPage, PageNotWithdrawn, CannotMove where the record of one was taken away, RecordApproved.
        """
        with atomic(self._database):
            tray = {page.id: page for page in self._pages.tray()}
            for page in _named(pages):
                if page not in tray:
                    self._pages.get(page)
                    raise PageNotWithdrawn(page=page)
                try:
                    self._records.find(tray[page].record)
                except NoSuchRecord as error:
                    reason = gettext("that record was taken away")
                    raise CannotMove(record=page, target=tray[page].record_code, reason=reason) from error
            refuse_approved(self._database, *(tray[page].record for page in pages))
            self._tell("restore", tray[pages[0]].record, {}, {page: {"withdrawn": 0} for page in pages})

    def _present(self, page: PageId) -> Page:
        try:
            return self._pages.get(page)
        except NoSuchPage as error:
            if any(page == each.id for each in self._pages.tray()):
                raise PageWithdrawn(page=page) from error
            raise

    def holds(self, record: RecordId) -> bool:
        """Whether any page lies in the record itself, withdrawn ones too."""
        return bool(self._places.of(record))

    def present(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The present values of what ``values`` of an act names, in its form: for the journal."""
        pages = [page for placed in values["placed"].values() for page in placed]
        named = {page: self._pages.values(PageId(page), list(set_)) for page, set_ in values["set"].items()}
        return {"placed": self._places.present(dict.fromkeys(pages)), "set": named}

    def apply(self, values: Mapping[str, Any]) -> None:
        """Make it so, without an act of its own: for the journal, inside its transaction."""
        self._places.put(values["placed"])
        for page, set_ in values["set"].items():
            self._pages.set_values(PageId(page), set_)

    def _inserted(
        self, pages: Sequence[PageId], target: Record, at: int | None, *, index: int | None = None
    ) -> dict[str, dict[str, int]]:
        """Where ``pages`` and the neighbours that make room would stand in ``target``. ``at``: as in ``move``;
        ``index``: the same among all its pages, withdrawn ones too (from 0).
        """
        going = frozenset(pages)
        rest = [each for each in self._places.of(target.id) if each.id not in going]
        if index is None:
            index = _index_of([each.withdrawn for each in rest], at)
        first, ordinals = spread([each.ordinal for each in rest], index, len(pages))
        ids = [each.id for each in rest[first:index]]
        ids += [*pages, *(each.id for each in rest[index : first + len(ordinals) - len(pages)])]
        return {target.id: dict(zip(ids, ordinals, strict=True))} if ids else {}

    def _tell(
        self, what: str, subject: RecordId, placed: Mapping[str, Mapping[str, int]],
        wanted: Mapping[str, Mapping[str, Any]] | None = None, *, call: str | None = None,
    ) -> None:  # fmt: skip
        after: dict[str, Any] = {"placed": placed, "set": wanted or {}}
        before = self.present(after)
        self.apply(after)
        self._audit.append("page.arrange", subject, before, after | {"call": call or new_id(), PART_OF: what})

    def _refuse_target(self, target: Record, what: str) -> None:
        if target.level not in _HOLD_PAGES:
            reason = gettext("pages lie in files and items alone")
            raise CannotMove(record=what, target=target.code, reason=reason)

    def _free_code(self, record: Record, parent: Record | None) -> str | None:
        """The code that the template makes, where nobody has it; else the next number for an item, None for a file."""
        profile = self._records.profiles.get(record.profile)
        code = self._records.proposed(profile, "code", {}, parent)
        try:
            if code is not None:
                self._records.get(code)
        except NoSuchRecord:
            return code
        return self._records.next_code(parent) if parent is not None and record.level is Level.ITEM else None

    def _take_over(self, record: Record, others: Iterable[Record], call: Mapping[str, str]) -> None:
        profile = self._records.profiles.get(record.profile)
        known: set[str] = set(record.fields)
        taken: dict[str, Any] = {}
        for other in others:
            theirs = {"title": other.title, **other.fields} if not record.title else dict(other.fields)
            for key, value in theirs.items():
                if key not in known and profile.spec(key) is not None and value not in ("", None, []):
                    taken[key] = value
                    known.add(key)
        if taken:
            self._records.put(record.id, taken, call=call)


def numbers_in(text: str, most: int) -> list[int]:
    """The numbers that ``3-5,7`` says, each at most ``most``, in order. Raises WrongUsage."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not (first.isdecimal() and (last.isdecimal() or not dash)):
            raise WrongUsage(
                reason=gettext("“{text}” does not say which pages; write it like 3-5,7.").format(text=text)
            )
        if dash and int(last) < int(first):
            said = gettext("“{text}” runs backwards: write the smaller number first.")
            raise WrongUsage(reason=said.format(text=part.strip()))
        found += range(int(first), min(int(last or first), most + 1) + 1)
    if not found or min(found) < 1 or max(found) > most:
        said = gettext("“{text}” names pages that are not there: there are {count}.")
        raise WrongUsage(reason=said.format(text=text, count=most))
    return found


def _named(pages: Sequence[PageId]) -> Sequence[PageId]:
    if not pages or len(set(pages)) < len(pages):
        raise WrongUsage(reason=gettext("Name each page once, and at least one."))
    return pages


def _index_of(withdrawn: Collection[bool], at: int | None) -> int:
    """Where among all pages the present page ``at`` (from 1) stands; behind all where ``at`` is None or one more."""
    if at is None:
        return len(withdrawn)
    present = [index for index, gone in enumerate(withdrawn) if not gone]
    if not 1 <= at <= len(present) + 1:
        said = gettext("Pages can be put at place 1 to {most} there, not at {at}.")
        raise WrongUsage(reason=said.format(most=len(present) + 1, at=at))
    return present[at - 1] if at <= len(present) else len(withdrawn)


def call_of(what: str) -> dict[str, str]:
    """What all acts of a new call say: its id, and what it does."""
    return {"call": new_id(), PART_OF: what}
