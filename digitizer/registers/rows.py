"""What stands in a register: the records' rows, in lists as the form wants them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from digitizer.capture.paths import natural_key
from digitizer.catalogue.records import Records
from digitizer.describe.dates import parse_date
from digitizer.describe.profiles import FieldSpec, FieldType, Profiles
from digitizer.model import Level, Record, RecordId, Secrecy, Value
from digitizer.registers.forms import Form, FormColumn, said, words
from digitizer.tables.homes import shelf_of
from digitizer.tables.nodes import Node, Places, described
from digitizer.tasks import Task

_BOX_METRES = 0.125
"""A box for records stands so wide on the shelf (TCVN 9252:2012)."""
_YES, _NO = "có", "không"


@dataclass(frozen=True, slots=True)
class Section:
    """One list. ``body``: whose it is. ``subtitle``: lines below the title. ``closing``: what is said at its end."""

    body: str
    subtitle: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    closing: str = ""


@dataclass(slots=True)
class _Entry:
    """A record with its texts by key; ``raw`` as they are kept."""

    node: Node
    texts: dict[str, str]
    raw: dict[str, Value | None]
    place: int
    group: tuple[str, ...] = ()
    head: list[str] = field(default_factory=list)


def sections(records: Records, form: Form, under: str | None, year: int | None, task: Task) -> list[Section]:
    """The lists of the form for all records, or those at and under ``under``; of ``year``, or each year in its own.
    Raises NoSuchRecord.
    """
    if form.blank_rows:
        top = records.get(under) if under is not None else next(iter(records.under()), None)
        body = "" if top is None else records.path(top)[0].title
        blank = ("",) * len(form.column)
        head = () if year is None else (said(words().year, year=year),)
        return [Section(body, head, (blank,) * form.blank_rows)]
    entries = list(_entries(records, form, under, year, task))
    if form.level is Level.BOX:
        counts = _items_of_files(records)
        return [_boxes(form, group, counts) for group in _grouped(entries)]
    return [_list(form, group) for group in _grouped(entries)]


def _entries(records: Records, form: Form, under: str | None, year: int | None, task: Task) -> Iterator[_Entry]:
    level = Level.ITEM if form.level is Level.ITEM else Level.FILE
    places = Places(records, None)
    top = None if under is None else records.get(under).id
    inside: set[RecordId | None] = {top}
    for place, record in enumerate(records.all()):
        if place % 500 == 0:
            task.check()
        if top is not None and record.id != top and record.parent not in inside:
            continue
        inside.add(record.id)
        if record.level is not level:
            continue
        entry = _entry(records, places.node(record), record, place)
        made = _year(entry, form.date)
        has = [key for key in form.needs if entry.texts.get(key)]
        if (form.needs and not has) or any(entry.texts.get(key) for key in form.lacks):
            continue
        if year is not None and made != year:
            continue
        entry.group, entry.head = _group(form, entry, record, made)
        yield entry


def _entry(records: Records, node: Node, record: Record, place: int) -> _Entry:
    raw = described(node, records.profiles)
    texts = {spec.key: _text(records.profiles, spec, raw[spec.key]) for spec in node.profile.field}
    texts["@title"] = texts.pop(node.profile.title)
    if record.effective_secrecy is Secrecy.TOP_SECRET:
        texts["@title"] = said(words().withheld, " ")
    texts["@place"] = str(place)
    return _Entry(node, texts, raw, place)


def _text(profiles: Profiles, spec: FieldSpec, value: Value | None) -> str:
    """In Vietnamese, whatever is spoken: the forms are."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_text(profiles, spec, part) for part in value)
    if isinstance(value, bool):
        return _YES if value else _NO
    if spec.codes is not None and (label := profiles.codes[spec.codes].label_of(str(value))) is not None:
        return label.vi
    if spec.type is FieldType.DATE and (date := parse_date(str(value))) is not None:
        return date.local
    return str(value)


def _year(entry: _Entry, keys: str) -> int | None:
    date = parse_date(str(_first(entry.raw, keys) or ""))
    return None if date is None else date.year


def _first(values: dict[str, Value | None] | dict[str, str], keys: str) -> Value | None:
    return next((value for key in keys.split("|") if (value := values.get(key))), None)


def _group(form: Form, entry: _Entry, record: Record, year: int | None) -> tuple[tuple[str, ...], list[str]]:
    """What its list is known by, and the lines below the list's title."""
    fonds = entry.node.top
    if form.section == "year":
        secret = record.effective_secrecy is not Secrecy.NONE  # numbered apart from the others
        head = [said(words().no_year) if year is None else said(words().year, year=year)]
        return (fonds.code, str(year or 0), str(secret)), head + [said(words().secret)] * secret
    if form.section == "file":
        file = entry.node.parent
        if file is None or file.level is not Level.FILE:
            return (fonds.code, ""), []
        secret = file.record is not None and file.record.effective_secrecy is Secrecy.TOP_SECRET
        title = said(words().withheld, " ") if secret else str(file.values.get(file.profile.title) or "")
        return (fonds.code, file.code), [said(words().file, code=file.code, title=title)]
    _, register, _ = shelf_of(entry.node)
    number = [said(words().register_number, number=register)] if register else []
    return (fonds.code, register), [said(words().fonds, title=_title(fonds)), *number]


def _title(node: Node) -> str:
    return str(node.values.get(node.profile.title) or node.code)


def _grouped(entries: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    ordered = sorted(entries, key=lambda entry: [natural_key(part) for part in entry.group])
    for _, group in groupby(ordered, key=lambda entry: entry.group):
        yield list(group)


def _list(form: Form, entries: list[_Entry]) -> Section:
    ordered = sorted(entries, key=lambda entry: [natural_key(_sortable(entry, key)) for key in form.sort])
    rows = tuple(_cells(form.column, entry.texts | {"@row": str(n)}) for n, entry in enumerate(ordered, 1))
    counts = {"rows": len(rows), "sheets": _sum(entries, "sheets"), "pages": _sum(entries, "pages")}
    closing = "" if form.closing is None else said(form.closing, **counts)
    return Section(_title(entries[0].node.top), tuple(entries[0].head), rows, closing)


def _boxes(form: Form, entries: list[_Entry], items: dict[RecordId, int]) -> Section:
    held: dict[str, list[_Entry]] = {}
    for entry in entries:
        held.setdefault(shelf_of(entry.node)[2], []).append(entry)
    rows = []
    total = dict.fromkeys(("files", "items", "sheets", "pages", "images"), 0)
    for number, box in enumerate(sorted(held, key=natural_key), 1):
        files = sorted(held[box], key=lambda entry: natural_key(_number(entry)))
        counts = {
            "files": len(files),
            "items": sum(_items(entry, items) for entry in files),
            "sheets": _sum(files, "sheets"),
            "pages": _sum(files, "pages"),
            "images": sum(entry.node.record.pages for entry in files if entry.node.record is not None),
        }
        total = {key: total[key] + counts[key] for key in total}
        ends = list(dict.fromkeys((_number(files[0]), _number(files[-1]))))
        texts = {f"@{key}": str(count) for key, count in counts.items()}
        rows.append(_cells(form.column, texts | {"@row": str(number), "@box": box, "@span": " – ".join(ends)}))
    boxes = len(held) - ("" in held)
    metres = f"{boxes * _BOX_METRES:.1f}".replace(".", ",")
    closing = "" if form.closing is None else said(form.closing, boxes=boxes, metres=metres, **total)
    return Section(_title(entries[0].node.top), tuple(entries[0].head), tuple(rows), closing)


def _cells(columns: Sequence[FormColumn], texts: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        column.join.join(str(text) for keys in column.keys if (text := _first(texts, keys))) for column in columns
    )


def _sortable(entry: _Entry, key: str) -> str:
    """Dates as they are kept: year first."""
    value = _first(entry.raw, key)
    return str(value) if value is not None else entry.texts.get(key, "")


def _number(entry: _Entry) -> str:
    return "/".join(filter(None, (entry.texts.get("number"), entry.texts.get("notation")))) or entry.node.code


def _sum(entries: Iterable[_Entry], key: str) -> int:
    return sum(value for entry in entries if isinstance(value := entry.raw.get(key), int))


def _items(entry: _Entry, counted: dict[RecordId, int]) -> int:
    """As its file says, else as many as there are."""
    said_of_it = entry.raw.get("items")
    if isinstance(said_of_it, int) or entry.node.record is None:
        return said_of_it if isinstance(said_of_it, int) else 0
    return counted.get(entry.node.record.id, 0)


def _items_of_files(records: Records) -> dict[RecordId, int]:
    found: dict[RecordId, int] = {}
    for record in records.of_level(Level.ITEM):
        if record.parent is not None:
            found[record.parent] = found.get(record.parent, 0) + 1
    return found
