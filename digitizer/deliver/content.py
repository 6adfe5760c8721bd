"""What is delivered, as frozen values from one look into the catalogue: files, their items, their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digitizer.catalogue.records import Records
from digitizer.completeness import compare, count
from digitizer.deliver.names import clashing, item_names, item_numbers, own_name
from digitizer.deliver.package_faults import SharesMaster
from digitizer.describe.levels import level_name
from digitizer.describe.withheld import tells_subject
from digitizer.errors import KnownError, MixedSecrecy, PagesWaiting, SecrecyUnsaid, TooSecret
from digitizer.model import JobState, Level, Page, Record, RecordId, Secrecy, Sha256, Value
from digitizer.registers.forms import words
from digitizer.workspace import Workspace

_LEVELS = tuple(Secrecy)
SECRET_ACCESS = "03"
"""The access mode (chế độ sử dụng) of what is secret."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is wanted of one file: ``records`` that lie in it (or are it) and hold pages. ``whole``: all of them.
    ``pages``: how many there are in the file.
    """

    file: RecordId
    code: str
    pages: int
    records: frozenset[RecordId]
    whole: bool


@dataclass(frozen=True, slots=True)
class DossierItem:
    """An item (tài liệu), or the file itself where pages lie in it directly.

    ``number``: in its file, as ``digitizer.deliver.names.item_numbers`` says; 0 of a file itself. ``name``: of its
    files, without their ending. ``values``: every value that counts, inherited ones too, by the keys of its profile.
    """

    record: Record
    number: int
    name: str
    values: Mapping[str, Value | None]
    pages: tuple[Page, ...]

    @property
    def is_file(self) -> bool:
        """Whether these are pages that lie in a file directly, in no item."""
        return self.record.level is not Level.ITEM


@dataclass(frozen=True, slots=True)
class Dossier:
    """A file (hồ sơ) with what is delivered of it. An item that lies in no file is a dossier of its own.

    ``name``: what is delivered of it is called so, whatever the form (``digitizer.deliver.names.own_name``).
    ``above``: what it lies in, the fonds first. ``sheets``: captured (``sheets_of``); None where that is not known.
    ``whole``: nothing of the file is left out. ``loose``: it is a batch of items that lie in no file
    (``digitizer.deliver.batches``); ``file`` stands for it, and is in no catalogue.
    """

    file: Record
    name: str
    above: tuple[Record, ...]
    values: Mapping[str, Value | None]
    items: tuple[DossierItem, ...]
    sheets: int | None
    whole: bool
    loose: bool = False

    @property
    def subject(self) -> RecordId:
        """The record that its delivery is told of."""
        return self.above[0].id if self.loose else self.file.id

    @property
    def histories(self) -> tuple[RecordId, ...]:
        """The records whose acts, with those about all that lies in them, are its own."""
        return tuple(item.record.id for item in self.items) if self.loose else (self.file.id,)

    @property
    def count(self) -> int:
        """How many items there are in it."""
        return sum(not item.is_file for item in self.items)

    @property
    def pages(self) -> int:
        """How many pages (sides) are delivered."""
        return sum(len(item.pages) for item in self.items)

    @property
    def secrecy(self) -> Secrecy:
        """The one level that file and items have. Raises MixedSecrecy."""
        return one_level([self.file, *(item.record for item in self.items)])


def select(workspace: Workspace, codes: Sequence[str] = (), query: str | None = None) -> tuple[Chosen, ...]:
    """The files with pages at or under the records ``codes`` (all for none), in the order of the catalogue; with
    ``query`` only the records in which it is found. Raises NoSuchRecord or QueryRefused.
    """
    records = workspace.catalogue.records
    tops = [records.get(code) for code in codes]
    hits = None if query is None else workspace.catalogue.search.codes(query)
    wanted: dict[RecordId, set[RecordId]] = {}
    homes: dict[RecordId, Record] = {}
    for record, home in _with_homes(records, tops):
        if _holds_pages(workspace, record) and (hits is None or record.code in hits):
            homes[home.id] = home
            wanted.setdefault(home.id, set()).add(record.id)
    parted = hits is not None or any(top.level is Level.ITEM for top in tops)
    return tuple(
        Chosen(
            home, homes[home].code, homes[home].pages, frozenset(records_in),
            whole=not parted or records_in >= _holding(workspace, homes[home]),
        )
        for home, records_in in wanted.items()
    )  # fmt: skip


def without_pages(workspace: Workspace, codes: Sequence[str]) -> list[Record]:
    """Those of the records in which, and in all that lies in them, there is no page. Raises NoSuchRecord."""
    named = (workspace.catalogue.records.get(code) for code in codes)
    return [record for record in {each.id: each for each in named}.values() if not record.pages]


def read_dossier(
    workspace: Workspace, chosen: Chosen, *, whole: bool = False, clashes: Collection[RecordId] | None = None
) -> Dossier:  # fmt: skip
    """What is in the catalogue now of the chosen file; with ``whole`` of everything in it. ``clashes``: as
    ``clashes_of`` gives them, which takes long where there are many records; None: they are looked for.
    """
    records = workspace.catalogue.records
    file = records.find(chosen.file)
    by_record: dict[RecordId, list[Page]] = {}
    for page in workspace.catalogue.pages.of_record(file.id):
        by_record.setdefault(page.record, []).append(page)
    inside = [each for each in file_and_items(workspace, file) if each.id in by_record or each.level is Level.ITEM]
    numbers, name = item_numbers(file, inside), own_name(file, clashes_of(workspace) if clashes is None else clashes)
    names = names_inside(workspace, name, inside, numbers)
    items = [
        _item(workspace, record, numbers.get(record.id, 0), names[record.id], by_record.get(record.id, []))
        for record in inside
        if whole or chosen.whole or record.id in chosen.records
    ]  # fmt: skip
    above = [
        replace(each, title="") if is_above(each.effective_secrecy, file.effective_secrecy) else each
        for each in records.path(file)[:-1]
    ]  # fmt: skip
    shown, values = may_be_said(workspace, file, records.described(file))
    return Dossier(
        shown, name, tuple(above), values, tuple(items), _sheets(workspace, file, items), whole or chosen.whole
    )  # fmt: skip


def may_be_said(
    workspace: Workspace, record: Record, values: Mapping[str, Value | None]
) -> tuple[Record, Mapping[str, Value | None]]:  # fmt: skip
    """The record and its values as they stand in what is delivered: of a top-secret one not what it is about."""
    if record.effective_secrecy is not Secrecy.TOP_SECRET:
        return record, values
    profile, word = workspace.catalogue.records.profiles.get(record.profile), words().withheld.vi
    kept = {key: None if tells_subject(profile, key) else value for key, value in values.items()}
    return replace(record, title=word), {**kept, profile.title: word}


def _item(workspace: Workspace, record: Record, number: int, name: str, pages: Sequence[Page]) -> DossierItem:
    shown, values = may_be_said(workspace, record, workspace.catalogue.records.described(record))
    return DossierItem(shown, number, name, values, tuple(pages))


def clashes_of(workspace: Workspace) -> frozenset[RecordId]:
    """The records that lie in no file whose codes would give one name."""
    return clashing(
        (RecordId(row["uuid"]), row["code"])
        for row in workspace.catalogue.database.conn.execute(
            "SELECT record.uuid, record.code FROM record LEFT JOIN record above ON above.id = record.parent"
            " WHERE NOT record.withdrawn AND (record.level != ? OR above.level IS NULL OR above.level NOT IN (?, ?))",
            [Level.ITEM, Level.ITEM, Level.FILE],
        )
    )


def names_inside(
    workspace: Workspace, name: str, inside: Sequence[Record], numbers: Mapping[RecordId, int]
) -> dict[RecordId, str]:
    """What the files of all ``inside`` a file of that name are called, as the settings say."""
    settings = workspace.settings
    return item_names(name, inside, numbers, digits=settings.pdf_digits, suffix=settings.pdf_suffix)


def file_and_items(workspace: Workspace, file: Record) -> list[Record]:
    """The file and all that lies in it, in order; of a record that is no file itself alone."""
    return list(_walk(workspace.catalogue.records, file)) if file.level is Level.FILE else [file]


def sheets_of(workspace: Workspace, record: Record, pages: int) -> int | None:
    """How many sheets of paper were captured, as far as is known how the pages lie on them; None where so many
    ``pages`` are not all that the record has, or it is neither file nor item.
    """
    if pages != record.pages or record.level not in (Level.FILE, Level.ITEM):
        return None
    counted = count(workspace, record)  # of its file, where that alone declares something
    return counted.sheets if counted.record.id == record.id else compare(workspace, record).sheets


def _sheets(workspace: Workspace, file: Record, items: Sequence[DossierItem]) -> int | None:
    whole = sheets_of(workspace, file, sum(len(item.pages) for item in items))
    if whole is not None:
        return whole
    parts = [sheets_of(workspace, item.record, len(item.pages)) for item in items]
    return None if None in parts else sum(filter(None, parts))


def one_level(records: Iterable[Record]) -> Secrecy:
    """The one level of secrecy that all of them have. Raises MixedSecrecy: levels leave in packages of their own."""
    found: dict[Secrecy, str] = {}
    for record in records:
        found.setdefault(record.effective_secrecy, record.code)
    refuse_mixed(found)
    return next(iter(found), Secrecy.NONE)


def refuse_mixed(found: Mapping[Secrecy, str]) -> None:
    """Raises MixedSecrecy where there are several levels. ``found``: a record's code for each."""
    if len(found) > 1:
        levels = "; ".join(f"{found[level]}: {level_name(level)}" for level in _LEVELS if level in found)
        raise MixedSecrecy(record=next(iter(found.values())), levels=levels)


def admit(dossier: Dossier, most: Secrecy) -> None:
    """Refuse what is above the level chosen, or may be, or is not read yet. Raises TooSecret, MixedSecrecy,
    SecrecyUnsaid or PagesWaiting.
    """
    refuse_unsaid(dossier.file, dossier.values)
    for item in dossier.items:
        refuse_unsaid(item.record, item.values)
    if is_above(dossier.secrecy, most):
        raise TooSecret(record=dossier.file.code, level=dossier.secrecy, most=most)
    unread = sum(page.state is not JobState.DONE for item in dossier.items for page in item.pages)
    if unread:
        raise PagesWaiting(record=dossier.file.code, count=unread)


def refuse_unsaid(record: Record, values: Mapping[str, Value | None]) -> None:
    """Raises SecrecyUnsaid where access is secret, and no level of secrecy says how much."""
    if values.get("access") == SECRET_ACCESS and record.effective_secrecy is Secrecy.NONE:
        raise SecrecyUnsaid(record=record.code)


def shared_above(workspace: Workspace, records: Iterable[Record], most: Secrecy) -> dict[Sha256, str]:
    """Masters of pages in ``records`` that also hold pages of a record above ``most``, with its code. Such a master
    must not leave as it came in, nor one of which such a page was withdrawn: it is in the tray, not destroyed.
    """
    catalogue, found = workspace.catalogue, dict[Sha256, str]()
    for master, _, other in catalogue.pages.shared_masters([record.id for record in records]):
        code, level = catalogue.records.code_and_secrecy(other)
        if is_above(level, most):
            found[master] = code
    return found


def refuse_shared(workspace: Workspace, records: Sequence[RecordId], most: Secrecy) -> dict[RecordId, KnownError]:
    """Those of ``records`` that cannot leave with all that they hold, their withdrawn pages too, since a master of
    theirs also holds pages of a record above ``most``.
    """
    catalogue, found = workspace.catalogue, dict[RecordId, KnownError]()
    for _, record, other in catalogue.pages.shared_masters(records, withdrawn=True):
        above, level = catalogue.records.code_and_secrecy(other)
        if is_above(level, most):
            found[record] = SharesMaster(record=catalogue.records.code_and_secrecy(record)[0], other=above)
    return found


def is_above(level: Secrecy, most: Secrecy) -> bool:
    """Whether ``level`` is more secret than ``most``."""
    return _LEVELS.index(level) > _LEVELS.index(most)


def _with_homes(records: Records, tops: Sequence[Record]) -> Iterator[tuple[Record, Record]]:
    """Every record at or under ``tops`` (all for none), each once, with the file that it lies in, else itself."""
    homes: dict[RecordId, Record] = {}
    if not tops:
        for record in records.all():
            above = homes.get(record.parent) if record.parent is not None else None
            homes[record.id] = above if above is not None and above.level is Level.FILE else record
            yield record, homes[record.id]
        return
    for top in tops:
        file = next((each for each in records.path(top) if each.level is Level.FILE), None)
        for record in _walk(records, top):
            if record.id in homes:
                continue
            above = homes.get(record.parent) if record.parent is not None else None
            inside = file if file is not None else above
            homes[record.id] = inside if inside is not None and inside.level is Level.FILE else record
            yield record, homes[record.id]


def _holding(workspace: Workspace, top: Record) -> set[RecordId]:
    return {each.id for each in _walk(workspace.catalogue.records, top) if _holds_pages(workspace, each)}


def _holds_pages(workspace: Workspace, record: Record) -> bool:
    """Whether pages lie in the record itself."""
    if record.level is Level.ITEM or not record.pages:
        return record.pages > 0
    return bool(workspace.catalogue.pages.part(record.id, 0, 1))


def _walk(records: Records, top: Record) -> Iterator[Record]:
    yield top
    for child in records.under(top.id):
        yield from _walk(records, child)
