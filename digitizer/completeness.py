"""Paper against image: what a record declares, and the numbers on its pages, against what was captured.

A sheet (tờ) is a leaf of paper, a page (trang) is a side of one. A finding is for a person to mend or to explain;
approval waits until each is explained.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby, pairwise, zip_longest

from digitizer.catalogue.captured import Side, captured
from digitizer.catalogue.connection import atomic
from digitizer.duplicates import Words
from digitizer.errors import CannotApprove, NoSuchFinding, PagesUnread, RecordApproved, WrongUsage
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Level, PageId, Record, RecordId, RecordState, clean
from digitizer.workspace import Workspace
from ocr.layout.numbers import Printed
from ocr.likeness import alike

_SENTENCES = {
    "pages-differ": marked("{declared} pages are declared, {captured} were captured ({blank} of them blank)."),
    "sheets-differ": marked("{declared} sheets are declared, {captured} were captured."),
    "items-differ": marked("{declared} items are declared, there are {captured}."),
    "numbers-missing": marked("Printed numbers missing ahead of page {pages}: {missing}."),
    "numbers-repeated": marked("The printed number {printed} is there twice, on pages {pages}."),
    "number-unexpected": marked("Page {pages} bears the printed number {printed}, where {expected} was expected."),
    "total-differs": marked("The pages say that they are {total}; the last printed number is {last}."),
    "sides-repeated": marked("Sheet {sheet}: the same side is there twice, on pages {pages}."),
    "sheets-missing": marked("Sheets missing ahead of page {pages}: {missing}."),
    "odd-sides": marked("{captured} sides were captured of sheets with two sides: one is missing or too many."),
    "blank-pages": marked("Blank pages: {pages}."),
    "blank-backs": marked("Blank backs of sheets: {pages}."),
    "pages-alike": marked("Pages {pages} look alike: was one sheet scanned twice?"),
}
_FRONT, _BACK = 1, 2
_DECLARED = ("sheets", "pages")
_RESTART = 2
"""The first numbered page of a document bears 1 or, as page 1 bears none (Decree 30/2020, annex I), 2."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a record that does not agree.

    ``code``: public: one of pages-differ, sheets-differ, items-differ, numbers-missing, numbers-repeated,
    number-unexpected, total-differs, sides-repeated, sheets-missing, odd-sides, blank-pages, blank-backs, pages-alike.
    ``pages``: those concerned, and ``numbers`` their places in the record. ``explained``: what a person said to this
    very finding.
    """

    code: str
    record: RecordId
    record_code: str
    pages: tuple[PageId, ...] = ()
    numbers: tuple[int, ...] = ()
    details: Mapping[str, int] = field(default_factory=dict)
    explained: str | None = None

    @property
    def key(self) -> str:
        """The same as long as the finding is: an explanation of another one does not count for it."""
        said = json.dumps([self.code, self.record, self.pages, sorted(self.details.items())])
        return f"{self.code}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"

    @property
    def sentence(self) -> str:
        """What was found, in the language spoken now."""
        missing = range(self.details.get("first", 0), self.details.get("last", 0) + 1)
        listed = {"pages": _listed(self.numbers), "missing": _listed(missing)}
        return gettext(_SENTENCES[self.code]).format(**listed, **self.details)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``pages``, ``sheets``: captured, as far as is known how they lie."""

    record: Record
    pages: int
    sheets: int
    findings: tuple[Finding, ...]

    @property
    def open(self) -> list[Finding]:
        """Findings that nobody has explained."""
        return [finding for finding in self.findings if finding.explained is None]


@dataclass(frozen=True, slots=True)
class _Part:
    """A record with its own pages, and what lies in it. ``duplex``: its sheets have two sides, as far as is known."""

    record: Record
    own: Sequence[Side]
    inside: Sequence[_Part]
    duplex: bool

    @property
    def parts(self) -> Iterator[_Part]:
        yield self
        for part in self.inside:
            yield from part.parts

    @property
    def placed(self) -> list[tuple[int, int]]:
        """Sheet and side of each of its own pages: as said, else by their order."""
        found: list[tuple[int, int]] = []
        sheet, last = 0, _BACK
        for page in self.own:
            follows = last == _FRONT and self.duplex and page.sheet in (None, sheet)
            last = page.side or (_BACK if follows else _FRONT)
            if page.sheet is not None:
                sheet = page.sheet
            elif not (follows and last == _BACK):
                sheet += 1
            found.append((sheet, last))
        return found

    @property
    def pages(self) -> list[Side]:
        return [side for part in self.parts for side in part.own]

    @property
    def sheets(self) -> int:
        """As far as is known how the pages lie on them. A sheet whose number was said counts once in a file."""
        said: set[int] = set()
        others = 0
        for part in self.parts:
            where = list(zip(part.placed, part.own, strict=True))
            here = {sheet for (sheet, _), page in where if page.sheet is not None}
            others += len({sheet for (sheet, _), page in where if page.sheet is None} - here)
            said |= here
        return len(said) + others


def compare(workspace: Workspace, record: Record) -> Comparison:
    """What was captured of the record, and of all that lies in it, against what is declared and printed."""
    whole = _part(workspace, record)
    findings = []
    for part in whole.parts:
        said = workspace.catalogue.approval.explained(part.record.id)
        found = [*_findings(part), *_alike(workspace, part)]
        findings += [replace(finding, explained=said.get(finding.key)) for finding in found]
    return Comparison(record, len(whole.pages), whole.sheets, tuple(findings))


@dataclass(frozen=True, slots=True)
class Count:
    """What lies in ``record`` against what it declares (None: nothing). ``sheets``, blank ones too; ``sides``: those
    that are not blank, as far as they were read, and ``blank`` those that are.
    """

    record: Record
    sheets: int
    sides: int
    blank: int
    declared_sheets: int | None
    declared_sides: int | None

    @property
    def sentence(self) -> str:
        """``12 of 14 sheets, 20 of 24 sides``, and whether that is too much, in the language spoken now."""
        said = [
            (self.declared_sheets, gettext("{count} of {declared} sheets"), self.sheets),
            (self.declared_sides, gettext("{count} of {declared} sides"), self.sides),
        ]
        against = [sentence.format(count=count, declared=n) for n, sentence, count in said if n is not None]
        if any(n is not None and count > n for n, _, count in said):
            return gettext("{count}: more than declared").format(count=", ".join(against))
        if against:
            return ", ".join(against)
        sheets = ngettext("{count} sheet", "{count} sheets", self.sheets).format(count=self.sheets)
        both = self.sides + self.blank
        sides = ngettext("{count} side", "{count} sides", both).format(count=both)
        blank = ngettext("{count} blank side", "{count} blank sides", self.blank).format(count=self.blank)
        return f"{sheets}, {sides} ({blank})" if self.blank else f"{sheets}, {sides}"


def count(workspace: Workspace, record: Record, *, duplex: bool = False) -> Count:
    """Sheets and sides captured so far, to be asked after each page. An item that declares nothing in a file that does
    counts with its file. ``duplex``: both sides of each sheet are captured; else it is found out as far as is known.
    """
    file = None if record.parent is None else workspace.catalogue.records.find(record.parent)
    if file is not None and record.level is Level.ITEM and not _declares(record) and _declares(file):
        record = file
    whole = _part(workspace, record, both=duplex)
    blank = sum(side.blank for side in whole.pages)
    declared = [_declared(record, key) for key in _DECLARED]
    return Count(record, whole.sheets, len(whole.pages) - blank, blank, *declared)


def explain(workspace: Workspace, record: Record, which: str, text: str) -> Finding:
    """Keep what a person says to a finding, named by its key, or by its code where only one has it.

    An empty text takes the explanation away. Raises NoSuchFinding or RecordApproved.
    """
    with atomic(workspace.catalogue.database):
        known = compare(workspace, record).findings
        found = [each for each in known if each.key == which] or [each for each in known if each.code == which]
        if len(found) != 1:
            raise NoSuchFinding(record=record.code, finding=which)
        workspace.catalogue.approval.explain(found[0].record, found[0].key, clean(text))
    return replace(found[0], explained=clean(text) or None)


def check_off(workspace: Workspace, record: Record) -> Record:
    """Say that somebody has looked through the record. Raises RecordApproved or WrongUsage."""
    _refuse_level(record)
    if record.state is RecordState.APPROVED:
        raise RecordApproved(record=record.code)
    return workspace.catalogue.approval.set_state(record, RecordState.CHECKED)


def approve(workspace: Workspace, record: Record) -> Record:
    """Approve a file or item: from then on its pages and fields do not change.

    Raises CannotApprove as long as a finding is not explained, or a page was not read; WrongUsage for other levels.
    """
    _refuse_level(record)
    with atomic(workspace.catalogue.database):
        record = workspace.catalogue.records.find(record.id)
        reasons = [f"{each.record_code}: {each.sentence}" for each in compare(workspace, record).open]
        if record.waiting:
            said = ngettext("{count} page was not read yet.", "{count} pages were not read yet.", record.waiting)
            reasons.append(said.format(count=record.waiting))
        if not record.pages:
            reasons.append(gettext("there is no page in it."))
        if reasons:
            refused = PagesUnread if record.waiting else CannotApprove
            raise refused(record=record.code, reasons=" ".join(reasons))
        return workspace.catalogue.approval.set_state(record, RecordState.APPROVED)


def take_back(workspace: Workspace, record: Record) -> Record:
    """Take an approval (or a first look) back: the record is in work again."""
    return workspace.catalogue.approval.set_state(record, RecordState.DRAFT)


def _refuse_level(record: Record) -> None:
    if record.level not in (Level.FILE, Level.ITEM):
        said = gettext("“{code}” is neither a file nor an item: those are checked and approved.")
        raise WrongUsage(reason=said.format(code=record.code))


def _part(workspace: Workspace, record: Record, duplex: bool = False, *, both: bool = False) -> _Part:
    """``duplex``: as far as is known from what it lies in; ``both``: somebody knows."""
    own = captured(workspace.catalogue.database, workspace.catalogue.readings, record.id)
    declared, sheets = _declared(record, "pages"), _declared(record, "sheets")
    if both or any(page.side == _BACK for page in own):
        duplex = True
    elif sheets is not None:
        duplex = sheets > 0 and (declared or record.pages) in (2 * sheets - 1, 2 * sheets) and sheets != declared
    inside = [_part(workspace, each, duplex, both=both) for each in workspace.catalogue.records.under(record.id)]
    return _Part(record, own, inside, duplex)


def _declares(record: Record) -> bool:
    return any(_declared(record, key) is not None for key in _DECLARED)


def _declared(record: Record, key: str) -> int | None:
    if key == "sheets" and "sheet" in record.fields:
        return None  # sheet n of m: so many are of the drawing, not of this item
    value = record.fields.get(key)
    return value if isinstance(value, int) else None


def _findings(part: _Part) -> Iterator[Finding]:
    """What does not agree in the record itself; what lies in it answers for itself."""
    finding = partial(_finding, part.record)
    yield from _against_declared(part, finding)
    numbered = [side for side in part.own if side.printed is not None]
    for roman in (True, False):
        for run in _runs([side for side in numbered if side.printed is not None and side.printed.roman is roman]):
            yield from _in_run(run, finding)
    if (short := _total([side.printed for side in numbered if side.printed is not None])) is not None:
        yield finding("total-differs", numbered[-1:], total=short[0], last=short[1])
    yield from _said_sheets(part, finding)
    blank = [(side, where) for side, (_, where) in zip(part.own, part.placed, strict=True) if side.blank]
    for code, wanted in (("blank-pages", _FRONT), ("blank-backs", _BACK)):
        if sides := [side for side, where in blank if where == wanted]:
            yield finding(code, sides)


def _said_sheets(part: _Part, finding: _Make) -> Iterator[Finding]:
    """Where people said which sheets the pages are on: sides said twice, and sheets that are passed over."""
    there: dict[tuple[int, int], list[Side]] = {}
    for where, side in zip(part.placed, part.own, strict=True):
        if side.sheet is not None:
            there.setdefault(where, []).append(side)
    for (sheet, _), sides in there.items():
        if len(sides) > 1:
            yield finding("sides-repeated", sides, sheet=sheet)
    sheets = sorted({sheet for sheet, _ in part.placed}) if there else []
    for before, after in pairwise(sheets):
        if after > before + 1:
            behind = next(side for (sheet, _), side in zip(part.placed, part.own, strict=True) if sheet == after)
            yield finding("sheets-missing", [behind], first=before + 1, last=after - 1)


_Make = Callable[..., Finding]


def _finding(record: Record, code: str, sides: Sequence[Side] = (), **details: int) -> Finding:
    pages, numbers = tuple(side.page for side in sides), tuple(side.number for side in sides)
    return Finding(code, record.id, record.code, pages, numbers, details)


def _alike(workspace: Workspace, part: _Part) -> Iterator[Finding]:
    """Neighbours that are one paper: fed or scanned twice."""
    words = Words(workspace.catalogue.readings)
    for before, after in pairwise(part.own):
        known = before.likeness is not None and after.likeness is not None and alike(before.likeness, after.likeness)
        if known and words.same_paper(before.page, after.page):
            yield _finding(part.record, "pages-alike", (before, after))


def _against_declared(part: _Part, finding: _Make) -> Iterator[Finding]:
    declared, sheets, items = (_declared(part.record, key) for key in ("pages", "sheets", "items"))
    pages = part.pages
    blank = sum(page.blank for page in pages)
    if declared is not None and declared not in (len(pages), len(pages) - blank):
        yield finding("pages-differ", declared=declared, captured=len(pages), blank=blank)
    if sheets is not None:
        if any(page.sheet is not None or page.side is not None for page in pages):
            fits = sheets == part.sheets
        else:  # any sheet may have one side or two
            fits = (len(pages) + 1) // 2 <= sheets <= len(pages)
        if not fits:
            yield finding("sheets-differ", declared=sheets, captured=part.sheets)
    there = sum(each.record.level is Level.ITEM for each in part.parts)
    if items is not None and items != there:
        yield finding("items-differ", declared=items, captured=there)
    if part.duplex and len(part.own) % 2 and declared != len(pages):
        yield finding("odd-sides", part.own[-1:], captured=len(part.own))


def _runs(numbered: Sequence[Side]) -> Iterator[list[Side]]:
    """Pages numbered on; numbering that begins anew and goes on, as in an annex, begins a run."""
    run: list[Side] = []
    for side, after in zip_longest(numbered, numbered[1:]):
        number = _number(side)
        goes_on = after is not None and _number(after) - number == after.number - side.number
        if run and goes_on and _number(run[0]) <= number <= _RESTART and number < _number(run[-1]):
            yield run
            run = []
        run.append(side)
    if run:
        yield run


def _in_run(run: list[Side], finding: _Make) -> Iterator[Finding]:
    odd = [at for at in range(len(run)) if _is_odd(run, at)]
    for at in odd:
        beside = run[at + 1]
        expected = _number(beside) - (beside.number - run[at].number)
        yield finding("number-unexpected", [run[at]], printed=_number(run[at]), expected=expected)
    run = [side for at, side in enumerate(run) if at not in odd]
    if run[0].number < _number(run[0]):  # more numbers than pages up to here
        yield finding("numbers-missing", [run[0]], first=run[0].number, last=_number(run[0]) - 1)
    last, seen = run[0], {_number(run[0]): run[0]}
    every = {_number(side) for side in run}
    for side in run[1:]:
        number, expected = _number(side), _number(last) + side.number - last.number
        missing = [each for each in range(expected, number) if each not in every]
        if number in seen:
            yield finding("numbers-repeated", [seen[number], side], printed=number)
        elif number < _number(last) or (number > expected and not missing):
            yield finding("number-unexpected", [side], printed=number, expected=expected)
        else:
            if missing:
                yield finding("numbers-missing", [side], first=missing[0], last=missing[-1])
            last = side
        seen.setdefault(number, side)


def _is_odd(run: Sequence[Side], at: int) -> bool:
    """Whether the page's number alone does not fit where those beside it do: it is misread or misprinted."""
    first = at == 0
    if at + 1 + first >= len(run) or (first and _number(run[0]) <= _number(run[1])):
        return False
    beside = (run[1], run[2]) if first else (run[at - 1], run[at + 1])
    offsets = {_number(each) - each.number for each in beside}
    return len(offsets) == 1 and _number(run[at]) - run[at].number not in offsets


def _total(numbers: Sequence[Printed]) -> tuple[int, int] | None:
    """How many pages there are by what most of them say, and the last number, where that is another."""
    totals = [each.total for each in numbers if each.total is not None]
    if not totals:
        return None
    total, last = max(totals, key=totals.count), max(each.number for each in numbers)
    return (total, last) if last != total else None


def _number(side: Side) -> int:
    assert side.printed is not None, "only numbered pages are asked"
    return side.printed.number


def _listed(numbers: Sequence[int]) -> str:
    """``3-5, 7``."""
    runs = [[each for _, each in group] for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
