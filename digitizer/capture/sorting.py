"""Stacks of paper sorted: the pages of a record parted into items by what is seen on them, as one act."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from digitizer.capture.looking import look_at
from digitizer.capture.parting import Doubt, Part, Parting, SeparatorSide, Side, Sign, part
from digitizer.capture.place import refuse_target
from digitizer.capture.rules import StackRule, Use, refuse_fields
from digitizer.catalogue.arrange import call_of
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.frozen import refuse_approved
from digitizer.errors import FileRefused, KnownError, NoSuchPage, NoSuchRecord, RecordApproved, ValueRefused
from digitizer.i18n import gettext
from digitizer.labels.text import parsed
from digitizer.model import Level, Page, PageId, Record, RecordId
from digitizer.tasks import Task
from digitizer.workspace import Workspace, faults_named
from ocr.look import Look


@dataclass(frozen=True, slots=True)
class SortedItem:
    """The pages of a stack that lie in the record of the code ``record`` now. ``file``: code of what it lies in, None
    at the top; ``new``: made for them; ``sign``: what began it, None for what lay ahead of the first separator.
    """

    record: str
    file: str | None
    pages: tuple[PageId, ...]
    new: bool
    sign: Sign | None


@dataclass(frozen=True, slots=True)
class Separator:
    """A page that was withdrawn. ``stack``: code of the record that it lay in, ``number``: its place there; ``record``:
    where it can be restored. ``back``: it is the side behind the separator.
    """

    page: PageId
    stack: str
    number: int
    record: str
    sign: Sign
    back: bool


@dataclass(slots=True)
class SortReport:
    """``emptied``: codes of items that were taken away, since nothing was left in them."""

    rule: str
    items: list[SortedItem] = field(default_factory=list)
    separators: list[Separator] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)


def sort_pages(
    workspace: Workspace, record_code: str, rule: StackRule, *,
    pages: Collection[PageId] | None = None, task: Task | None = None,
) -> SortReport:  # fmt: skip
    """Part the pages of the file or item of that code into items, by ``rule``; what lies ahead of the first separator
    stays where it is. Each item of a file is a stack of its own.

    ``pages``: only these of them, such as those of one scan. Separators are withdrawn; they lie with the item that they
    began. All of it is one act for the journal. Sorted twice, nothing changes.

    Raises NoSuchRecord, WrongUsage, RecordApproved, or Cancelled: then nothing was changed.
    """
    chosen = None if pages is None else frozenset(pages)
    with faults_named(workspace.root):
        record = workspace.catalogue.records.get(record_code)
        refuse_target(workspace, record)

        def present() -> list[Page]:
            found = workspace.catalogue.pages.of_record(record.id)
            return [page for page in found if chosen is None or page.id in chosen]

        return _sort(workspace, present, rule, task or Task())


def sort_captured(
    workspace: Workspace, pages: Sequence[PageId], rule: StackRule, task: Task | None = None
) -> SortReport:
    """The same with pages that were just captured, in their order, whichever records they went into. Those that were
    taken away meanwhile are left out.
    """
    with faults_named(workspace.root):
        return _sort(workspace, lambda: _there(workspace, pages), rule, task or Task())


def sort_growing(
    workspace: Workspace, pages: Sequence[PageId], rule: StackRule, *, begun: bool = False, task: Task | None = None
) -> SortReport:
    """The same with a stack of which more may come, as page by page on the glass, and which lies in one record.

    Nothing is done before its last page lies in another item than its first; the stack goes on with what went into the
    last item of the report then. ``begun``: the item of the first page was begun by it or ahead of it. The report is
    empty where nothing was done; of doubts it has those about the last page.
    """
    with faults_named(workspace.root):

        def present() -> list[Page]:
            found = _there(workspace, pages)
            return [page for page in found if page.record == found[-1].record]

        return _sort(workspace, present, rule, task or Task(), growing=True, begun=begun)


def _there(workspace: Workspace, pages: Sequence[PageId]) -> list[Page]:
    found = []
    for page in pages:
        with suppress(NoSuchPage):
            found.append(workspace.catalogue.pages.get(page))
    return found


def _sort(
    workspace: Workspace, present: Callable[[], list[Page]], rule: StackRule, task: Task, *,
    growing: bool = False, begun: bool = False,
) -> SortReport:  # fmt: skip
    """``present``: gives the pages as they are now."""
    workspace.catalogue.audit.require("page.arrange")
    refuse_fields(rule, workspace.catalogue.records.profiles)
    while True:
        pages = present()
        refuse_approved(workspace.catalogue.database, *(page.record for page in pages))
        looked = look_at(workspace, pages, task) if rule.pages is None else {}
        with atomic(workspace.catalogue.database):
            if _places(present()) == _places(pages):  # nobody has moved them meanwhile
                refuse_approved(workspace.catalogue.database, *(page.record for page in pages))
                return _Sorting(workspace, rule, growing, begun).sorted(pages, looked)


def _places(pages: Sequence[Page]) -> list[tuple[PageId, RecordId, int]]:
    return [(page.id, page.record, page.number) for page in pages]


@dataclass(slots=True)
class _Sorting:
    """One act of sorting, inside its transaction."""

    workspace: Workspace
    rule: StackRule
    growing: bool = False
    begun: bool = False
    report: SortReport = field(init=False)
    call: Mapping[str, str] = field(default_factory=lambda: call_of("sort"))
    going: dict[RecordId, list[PageId]] = field(default_factory=dict)
    withdrawn: list[PageId] = field(default_factory=list)
    named: set[RecordId] = field(default_factory=set)
    """Items that a separator has named: named again, somebody should look."""
    last: Record | None = None
    """What the last pages went into: separators of a stack that has no pages, such as loose sheets, lie there."""

    def __post_init__(self) -> None:
        self.report = SortReport(self.rule.name)

    def sorted(self, present: Sequence[Page], looked: Mapping[PageId, Look | FileRefused]) -> SortReport:
        stacks: dict[RecordId, list[Page]] = {}
        for page in present:
            stacks.setdefault(page.record, []).append(page)
        for record, pages in stacks.items():
            sides = []
            for page in pages:
                look = looked.get(page.id)
                if isinstance(look, FileRefused):
                    self.report.doubts.append(Doubt(page.id, look.message))
                    look = None
                sides.append(Side(page.id, page.number, look))
            source, told = self.workspace.catalogue.records.find(record), len(self.report.doubts)
            self._stack(source, sides)
            named = [Doubt(doubt.page, f"{source.code}: {doubt.sentence}") for doubt in self.report.doubts[told:]]
            self.report.doubts[told:] = named
        if self.going or self.withdrawn:
            self.workspace.catalogue.arrangement.sort(present[0].record, self.going, self.withdrawn, self.call)
            for record in stacks:
                self._take_away_emptied(record)
        return self.report

    def _stack(self, source: Record, sides: Sequence[Side]) -> None:
        parting = part(sides, self.rule)
        if self.growing:
            newest = sides[-1].page
            parting.doubts = [each for each in parting.doubts if each.page == newest and self.rule.pages is None]
            if self.begun:
                parting.parts[0].sign = None  # it lies where that sign has put it
        self.report.doubts += parting.doubts
        if self.growing and not _goes_on_elsewhere(parting):
            return
        targets = _Targets(self, source)
        waiting: list[SeparatorSide] = []  # separators with no page behind them
        beside = self.last if self.last is not None and self.last.parent == source.parent else source
        last = beside if source.level is Level.ITEM else source
        for each in parting.parts:
            if not each.pages:
                targets.look_ahead(each)
                waiting += each.separators
                continue
            target, new = targets.of(each)
            self._put(source, target, [*waiting, *each.separators], each.pages)
            waiting, last = [], target
            self.last = target
            file = None if target.parent is None else self.workspace.catalogue.records.find(target.parent).code
            kept = tuple(side.page for side in each.pages)
            self.report.items.append(SortedItem(target.code, file, kept, new, each.sign))
        for separator in waiting:
            if separator.sign.use is not Use.SEPARATOR and not separator.back:
                said = gettext("Page {number} is a separator ({text}) with no page behind it.")
                said = said.format(number=separator.side.number, text=separator.sign.text)
                self.report.doubts.append(Doubt(separator.side.page, said))
        self._put(source, last, waiting, [])

    def _put(self, source: Record, target: Record, separators: Sequence[SeparatorSide], pages: Sequence[Side]) -> None:
        self.withdrawn += [each.side.page for each in separators]
        if target.id != source.id:
            going = [*(each.side.page for each in separators), *(side.page for side in pages)]
            if going:
                self.going.setdefault(target.id, []).extend(going)
        for each in separators:
            self.report.separators.append(
                Separator(each.side.page, source.code, each.side.number, target.code, each.sign, each.back)
            )

    def _take_away_emptied(self, record: RecordId) -> None:
        """Take an item away that held nothing but what went elsewhere; what was described is never lost."""
        catalogue = self.workspace.catalogue
        left = catalogue.records.find(record)
        in_use = left.id in self.going or left.level is not Level.ITEM or left.fields
        if in_use or catalogue.arrangement.holds(left.id) or catalogue.records.under(left.id):
            return
        try:
            catalogue.audit.require("record.change", left.id)
        except KnownError:  # who scans may not take records away: it stays, empty
            said = gettext("“{code}” is empty now; someone who describes records can take it away.")
            self.report.doubts.append(Doubt(None, said.format(code=left.code)))
            return
        catalogue.records.put(left.id, {"withdrawn": 1}, call=self.call)
        self.report.emptied.append(left.code)


def _goes_on_elsewhere(parting: Parting) -> bool:
    """Whether the last page of a stack lies behind what begins another item."""
    last = parting.parts[-1]
    return bool(last.pages) and (len(parting.parts) > 1 or last.sign is not None)


class _Targets:
    """Which record each part of a stack goes into. ``source``: the record that the stack lies in."""

    def __init__(self, sorting: _Sorting, source: Record) -> None:
        self._sorting = sorting
        self._records = sorting.workspace.catalogue.records
        self._source = source
        self._file = source
        if source.level is Level.ITEM and source.parent is not None:
            self._file = self._records.find(source.parent)
        self._home = self._file
        self._behind = self._records.place(source.id)["before"] if source.level is Level.ITEM else None
        """What new items of the stack's own file stand ahead of."""
        self._parts = 0

    def look_ahead(self, empty: Part) -> None:
        """A part without pages: a separator of a file may have others behind it."""
        if empty.sign is not None and empty.sign.use is Use.FILE:
            self._in_file(empty, empty.sign.value)

    def of(self, each: Part) -> tuple[Record, bool]:
        """The record, and whether it was made for this part."""
        sign = each.sign
        self._parts += 1
        if sign is None:
            return self._source, False
        if sign.use is Use.ITEM:
            return self._item(each, sign.value)
        if sign.use is Use.FILE:
            known = self._in_file(each, sign.value)
            return (known, False) if known is not None else self._new()
        if sign.use is Use.FIELD:
            return self._with_field(each, sign)
        return self._new()

    def _item(self, each: Part, code: str) -> tuple[Record, bool]:
        try:
            known = self._usable(each, code)
        except NoSuchRecord:
            try:
                made = self._new(code)
            except ValueRefused as error:
                self._doubt(each, error.message)
                return self._new()
            self._sorting.named.add(made[0].id)
            return made
        if known is None:
            return self._new()
        if known.level is Level.FILE:
            self._file = known
            return self._new()
        if known.id in self._sorting.named:
            said = gettext("“{code}” is named by several separators: all their pages went into it.")
            self._doubt(each, said.format(code=known.code))
        else:
            self._is_known(each, known)
        self._sorting.named.add(known.id)
        return known, False

    def _usable(self, each: Part, code: str) -> Record | None:
        """The file or item of that code; None, with a doubt, where it is neither or approved. Raises NoSuchRecord."""
        known = self._records.get(code)
        if known.level not in (Level.FILE, Level.ITEM):
            self._doubt(each, gettext("“{code}” is neither a file nor an item.").format(code=code))
            return None
        return None if self._approved(each, known) else known

    def _is_known(self, each: Part, known: Record) -> None:
        """Say that pages go to an item that was there, where a barcode may mean that by chance."""
        if known.id == self._source.id or each.sign is None or parsed(each.sign.text) is not None:
            return
        file = known if known.parent is None else self._records.find(known.parent)
        if file.id != self._file.id:
            said = gettext("“{code}” is an item of another file, “{file}”: the pages went into it.")
            self._doubt(each, said.format(code=known.code, file=file.code))
        elif self._sorting.workspace.catalogue.arrangement.holds(known.id):
            said = gettext("“{code}” held pages already: these went behind them.")
            self._doubt(each, said.format(code=known.code))

    def _in_file(self, each: Part, code: str) -> Record | None:
        """Make the file of that code, or a new one, the one at hand; gives the item, where the code is one's."""
        with suppress(NoSuchRecord):
            known = self._usable(each, code)
            if known is not None and known.level is Level.ITEM:
                if each.pages:
                    self._is_known(each, known)
                return known
            self._file = known or self._file
            return None
        try:
            self._file = self._records.file_for(code, self._sorting.call)
        except (ValueRefused, RecordApproved) as error:
            self._doubt(each, error.message)
        return None

    def _with_field(self, each: Part, sign: Sign) -> tuple[Record, bool]:
        try:
            return self._new(values={sign.field: sign.value})
        except ValueRefused as error:
            spec = self._records.profiles.get(Level.ITEM).spec(sign.field)
            said = gettext("The item was made without “{field}”; enter it by hand. {reason}")
            field = sign.field if spec is None else spec.label.shown
            self._doubt(each, said.format(field=field, reason=error.details["reason"]))
            return self._new()

    def _new(self, code: str | None = None, values: Mapping[str, str] | None = None) -> tuple[Record, bool]:
        """A new item in the file at hand, behind the stack's own where that is its file. It is called by its code where
        a separator says that, else like the stack, with its number in it.
        """
        title = f"{self._source.title} ({self._parts})" if self._source.title and code is None else code
        code = code or self._records.next_code(self._file)
        made = self._records.create(
            Level.ITEM, code, title or code, self._file, values=values, call=self._sorting.call,
            before=self._behind if self._file.id == self._home.id else None,
        )  # fmt: skip
        return made, True

    def _approved(self, each: Part, record: Record) -> bool:
        try:
            refuse_approved(self._sorting.workspace.catalogue.database, record.id)
        except RecordApproved as error:
            self._doubt(each, error.message)
            return True
        return False

    def _doubt(self, each: Part, sentence: str) -> None:
        first = each.separators[0].side if each.separators else each.pages[0]
        said = gettext("Page {number}: {sentence}").format(number=first.number, sentence=sentence)
        self._sorting.report.doubts.append(Doubt(first.page, said))
