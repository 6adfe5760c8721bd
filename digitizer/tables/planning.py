"""What an import of tables would make and change, and every cell that stands against it. Nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.catalogue.records import Records
from digitizer.describe.dates import parse_date
from digitizer.describe.profiles import Profile
from digitizer.describe.templates import filled
from digitizer.describe.values import BadValue, faults, parse
from digitizer.i18n import gettext
from digitizer.model import Level, Record, Value, clean
from digitizer.tables.files import FileFinder
from digitizer.tables.headings import FILE, FILE_NUMBER, FONDS, NUMBER, PATH, Table
from digitizer.tables.homes import Homes, shelf_in
from digitizer.tables.nodes import Node, described, node_of
from digitizer.tables.rows import CellFault, RowValues, cell_fault, row_values
from digitizer.tasks import Task


@dataclass(frozen=True, slots=True)
class Lacking:
    """A field that must be filled in at last and is empty in ``rows``: said, not refused."""

    sheet: str
    column: str
    heading: str
    rows: tuple[int, ...]


@dataclass(slots=True)
class Plan:
    """``fonds_and_boxes``, ``files``, ``items``: each after what it lies in. ``changes``: of records that are there,
    as people type them. ``moves``: records that are there, into what. ``images``: with the code of their item.
    """

    shelf: list[Node] = field(default_factory=list)
    made: list[Node] = field(default_factory=list)
    changes: list[tuple[Record, dict[str, str]]] = field(default_factory=list)
    moves: list[tuple[Record, Node]] = field(default_factory=list)
    unchanged: int = 0
    images: list[tuple[Path, str]] = field(default_factory=list)
    named_images: int = 0
    refused: list[CellFault] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)


def planned(
    records: Records, tables: Sequence[Table], under: Record | None, folder: Path | None, task: Task
) -> Plan:  # fmt: skip
    """The plan for ``tables``; ``under``: what their records go into; ``folder``: where their images are."""
    planner = _Planner(records, under, folder)
    total = sum(len(table.rows) for table in tables)
    done = 0
    for table in sorted(tables, key=lambda table: table.profile.level is Level.ITEM):
        if planner.usable(table):
            planner.take(table, task, done, total)
        done += len(table.rows)
    planner.plan.shelf = planner.shelf_in_use()
    sheets = [table.sheet.name for table in tables]
    planner.plan.refused.sort(key=lambda f: (sheets.index(f.sheet), f.row, len(f.column), f.column))
    return planner.plan


class _Planner:
    def __init__(self, records: Records, under: Record | None, folder: Path | None) -> None:
        self.plan = Plan()
        self._records = records
        self._profiles = records.profiles
        self._under = under
        self._homes = Homes(records, under, self.plan.refused)
        self._empty: dict[str, list[int]] = {}
        self._bad_rows: set[int] = set()
        self._ordinals: dict[str, int] = {}
        self._seen: dict[str, tuple[str, int]] = {}
        self._finder = None if folder is None else FileFinder(folder)

    def usable(self, table: Table) -> bool:
        """Whether the columns say which records these are; else the headings are refused as a whole."""
        refused = len(self.plan.refused)
        for column in table.twice:
            said = gettext("This column means the same as another one before it.")
            self.plan.refused.append(cell_fault(table, table.head, column, column.heading, rule="twice", message=said))
        if table.profile.level is Level.ITEM:
            known: tuple[str, ...] = (FILE, FILE_NUMBER, "code")
            named = any(table.column(means) for means in known) or self._under is not None
            said = gettext("No column says which file each item lies in, such as “Mã hồ sơ”.")
        else:
            spec = table.profile.spec("code")
            known = ("code", NUMBER, "number", "model", "serial")
            named = any(table.column(means) for means in known) or bool(spec and spec.template is None)
            said = gettext("No column says which code or number each file has, such as “Mã hồ sơ”.")
        if not named:
            self.plan.refused.append(cell_fault(table, table.head, None, "", rule="heading", message=said))
        return len(self.plan.refused) == refused

    def take(self, table: Table, task: Task, done: int, total: int) -> None:
        read = []
        for count, cells in enumerate(table.rows):
            if count % 500 == 0:
                task.check()
                task.report(done + count, 2 * total, table.sheet.name)
            found = row_values(table, cells, self._profiles, self.plan.refused)
            if found is not None:
                read.append(found)
        homes = [self._homes.of(table, row) for row in read]
        self._bad_rows = {fault.row for fault in self.plan.refused if fault.sheet == table.sheet.name}
        codes = [self._code(table, row, home) for row, home in zip(read, homes, strict=True)]
        known = self._records.named(code for code in codes if code)
        self._empty = {}
        for row, home, code in zip(read, homes, codes, strict=True):
            if code is None or not self._first(table, row, code):
                continue
            self._place(table, row, code, home, known.get(code))
        for key, rows in self._empty.items():
            column = table.column(key)
            spec = table.profile.spec(key)
            heading = column.heading if column else (spec.label.shown if spec else key)
            self.plan.lacking.append(
                Lacking(table.sheet.name, column.letter if column else "", heading, tuple(rows))
            )  # fmt: skip

    def shelf_in_use(self) -> list[Node]:
        """Of the planned fonds, registers and boxes those that something lies in, each after what it lies in."""
        used: dict[int, Node] = {}
        homes = [node.parent for node in self.plan.made] + [node for _, node in self.plan.moves]
        for home in homes:
            node = home
            while node is not None and id(node) not in used:
                used[id(node)] = node
                node = node.parent
        return [node for node in self._homes.places.planned if id(node) in used]

    def _code(self, table: Table, row: RowValues, home: Node | None) -> str | None:
        given = clean(row.texts.get("code", ""))
        if given:
            return given if "code" in row.values else None  # a bad one is named already
        spec = table.profile.spec("code")
        made = None
        if spec is not None and spec.template is not None and home is not None:
            made = filled(spec.template, self._parts(table.profile, row, home))
        if made is None:
            missing = gettext("“{label}” must be filled in.").format(label=spec.label.shown if spec else "code")
            if row.number not in self._bad_rows:
                self._refuse(table, row, "code" if home is not None else FONDS, "", rule="required", said=missing)
            return None
        if spec is not None:
            try:
                parse(self._profiles, spec, made)
            except BadValue as error:
                self._refuse(table, row, "code", made, rule=error.fault.rule, said=error.fault.sentence)
                return None
        return made

    def _parts(self, profile: Profile, row: RowValues, home: Node) -> dict[str, Value | None]:
        """What the template of a code may name. A body without identifier is known by the code of its fonds, a file
        without year by the year it begins (Circular 05/2025, mã hồ sơ).
        """
        takes = {spec.key for spec in profile.field if spec.inherit}
        parts: dict[str, Value | None] = {"organisation": home.top.code, "parent": home.code, "fonds": home.top.code}
        parts |= {key: value for key, value in home.merged.items() if key in takes}
        begins = parse_date(str(row.values.get("start_date", "")))
        if begins is not None:
            parts["year"] = begins.year
        ordinal = row.values.get("ordinal")
        if not isinstance(ordinal, int):
            ordinal = self._ordinals.get(home.code, 0) + 1
        self._ordinals[home.code] = ordinal
        return parts | {"ordinal": ordinal} | dict(row.values)

    def _first(self, table: Table, row: RowValues, code: str) -> bool:
        if code in self._seen:
            sheet, number = self._seen[code]
            said = gettext("The code “{code}” is in row {row} of “{sheet}” already.")
            where = said.format(code=code, row=number, sheet=sheet)
            self._refuse(table, row, "code", code, rule="duplicate", said=where)
            return False
        self._seen[code] = (table.sheet.name, row.number)
        return True

    def _place(self, table: Table, row: RowValues, code: str, home: Node | None, record: Record | None) -> None:
        form = table.profile
        if record is None:
            node = Node(form.level, code, form, home, None, {**row.values, "code": code}, dict(row.texts))
            if home is None and row.number not in self._bad_rows:
                said = gettext("It does not say what it lies in.")
                self._refuse(table, row, FILE if form.level is Level.ITEM else FONDS, "", rule="place", said=said)
            self.plan.made.append(node)
        else:
            if record.profile != form.name:
                known = self._profiles.get(record.profile).label.shown
                said = gettext("There is a record “{code}” of another kind: {kind}.").format(code=code, kind=known)
                rule = "level" if record.level is not form.level else "profile"
                self._refuse(table, row, "code", code, rule=rule, said=said)
                return
            node = node_of(self._records, record, self._homes.places.parent_of(record))
            self._change(node, row, home, record)
        node.shelf = shelf_in(row)
        if form.level is Level.FILE:
            self._homes.files[code] = node
        self._check_whole(table, row, node)
        self._take_image(table, row, code)

    def _change(self, node: Node, row: RowValues, home: Node | None, record: Record) -> None:
        before = described(node, self._profiles)
        changed = {key: row.texts[key] for key, value in row.values.items() if before.get(key) != value}
        node.values |= {key: row.values[key] for key in changed}
        stays = home is None or self._homes.holds(home, node, row)
        if home is not None and not stays:
            self.plan.moves.append((record, home))
            node.parent = home
        if changed:
            self.plan.changes.append((record, changed))
        elif stays:
            self.plan.unchanged += 1

    def _check_whole(self, table: Table, row: RowValues, node: Node) -> None:
        for fault in faults(table.profile, described(node, self._profiles)):
            if fault.rule == "required":
                if fault.key not in row.texts:
                    self._empty.setdefault(fault.key, []).append(row.number)
            elif fault.key in row.values or fault.key not in row.texts:
                self._refuse(table, row, fault.key, row.texts.get(fault.key, ""), rule=fault.rule, said=fault.sentence)

    def _take_image(self, table: Table, row: RowValues, code: str) -> None:
        text = row.places.get(PATH, "")
        if not text:
            return
        self.plan.named_images += 1
        if self._finder is None:
            return
        for part in filter(None, map(str.strip, text.split(";"))):
            found = self._finder.find(part)
            if found is None:
                said = gettext("There is no file “{text}” in the folder.")
                self._refuse(table, row, PATH, part, rule="file-missing", said=said.format(text=part))
            else:
                self.plan.images.append((found, code))

    def _refuse(self, table: Table, row: RowValues, means: str, value: str, *, rule: str, said: str) -> None:
        at = table.column(means)
        if at is None and means == "code":  # which was made of these
            at = next(filter(None, map(table.column, (NUMBER, "number", "ordinal"))), None)
        self.plan.refused.append(cell_fault(table, row.number, at, value, rule=rule, message=said))
