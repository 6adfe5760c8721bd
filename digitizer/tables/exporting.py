"""Tables out: the workbook of files and items that goes to and fro, and the empty one for whoever fills it in."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.catalogue.records import Records
from digitizer.describe.profiles import Profile, Profiles
from digitizer.describe.values import shown
from digitizer.describe.withheld import tells_subject
from digitizer.errors import CannotWrite, WrongUsage, reason
from digitizer.files import written_aside
from digitizer.i18n import gettext, marked
from digitizer.model import Level, Record, RecordId, Secrecy, Value
from digitizer.tables.headings import BOX, FILE, FONDS, PATH, REGISTER
from digitizer.tables.homes import shelf_of
from digitizer.tables.nodes import Places
from digitizer.tables.text import for_csv
from digitizer.tables.workbook import ExportColumn, ExportSheet, sheet_name, write_workbook
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_PLACES = {FONDS: marked("Fonds"), REGISTER: marked("Register"), BOX: marked("Box number")}


@dataclass(frozen=True, slots=True)
class ExportReport:
    """``sheets``: name and number of rows of each. ``left_out``: records that a CSV has no room for."""

    path: Path
    sheets: tuple[tuple[str, int], ...]
    left_out: int
    withheld: int


def export_table(
    workspace: Workspace, path: Path, *, codes: Sequence[str] = (), profile: str | None = None,
    template: bool = False, paths: Mapping[RecordId, str] | None = None, among: Container[RecordId] | None = None,
    task: Task | None = None,
) -> ExportReport:  # fmt: skip
    """Write the files and items under ``codes`` (all for none) as a table that ``import_table`` reads back unchanged:
    XLSX with a sheet for each profile, or CSV with the records of ``profile`` (else of files). ``template``: no
    records, and a sheet that explains the columns. ``paths``: of the images or PDFs that go with it, by item.
    ``among``: none but these of them.

    Raises NoSuchRecord, NoSuchProfile, WrongUsage or CannotWrite.
    """
    records = workspace.catalogue.records
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise WrongUsage(reason=gettext("The name of a table ends with .csv or .xlsx."))
    only = None if profile is None else records.profiles.get(profile)
    if only is not None and only.level not in (Level.FILE, Level.ITEM):
        raise WrongUsage(reason=gettext("Only files and items are written into tables."))
    if suffix == ".csv" and only is None:
        only = records.profiles.get("file")
    found = [] if template else [each for each in _chosen(records, codes) if among is None or each.id in among]
    forms = [only] if only is not None else _forms(records.profiles, found)
    writer = _Writer(records, task or Task(), len(found), paths or {})
    sheets = [writer.sheet(form, [r for r in found if r.profile == form.name]) for form in forms]
    try:
        with written_aside(path) as aside:
            if suffix == ".csv":
                aside.write_bytes(_csv(sheets[0]))
            else:
                write_workbook(aside, sheets, records.profiles, explained=template)
    except OSError as error:
        raise CannotWrite(path=error.filename or path, reason=reason(error)) from error
    names = {form.name for form in forms}
    return ExportReport(
        path, tuple((sheet.name, sheet.count) for sheet in sheets),
        sum(r.profile not in names for r in found), writer.withheld,
    )  # fmt: skip


def _chosen(records: Records, codes: Sequence[str]) -> Iterator[Record]:
    """Files and items at or under the named records, in the order of the catalogue."""
    wanted = {records.get(code).id for code in codes}
    inside: set[RecordId | None] = set()
    for record in records.all():
        if not codes or record.id in wanted or record.parent in inside:
            inside.add(record.id)
            if record.level in (Level.FILE, Level.ITEM):
                yield record


def _forms(profiles: Profiles, records: Iterable[Record]) -> list[Profile]:
    """The general forms of files and items, then the others that the records have."""
    used = {record.profile for record in records} - {"file", "item"}
    others = [profiles.get(name) for name in sorted(used)]
    levels = list(Level)
    return [
        profiles.get("file"),
        profiles.get("item"),
        *sorted(others, key=lambda form: levels.index(form.level)),
    ]


class _Writer:
    def __init__(self, records: Records, task: Task, total: int, paths: Mapping[RecordId, str]) -> None:
        self._records = records
        self._paths = paths
        self._places = Places(records, None)
        self._task = task
        self._total = total
        self._done = 0
        self.withheld = 0

    def sheet(self, form: Profile, records: Sequence[Record]) -> ExportSheet:
        columns = list(_columns(form))
        return ExportSheet(sheet_name(form.label.shown), columns, self._rows(form, columns, records), len(records))

    def _rows(self, form: Profile, columns: list[ExportColumn], records: Sequence[Record]) -> Iterator[list[str]]:
        for record in records:
            if self._done % 200 == 0:
                self._task.check()
                self._task.report(self._done, self._total, record.code)
            self._done += 1
            yield self._cells(form, columns, record)

    def _cells(self, form: Profile, columns: list[ExportColumn], record: Record) -> list[str]:
        node = self._places.node(record)
        above = {} if node.parent is None else node.parent.merged
        secret = record.effective_secrecy is Secrecy.TOP_SECRET
        self.withheld += secret
        fonds, register, box = shelf_of(node)
        parent = "" if node.parent is None or node.parent.level is not Level.FILE else node.parent.code
        places = {FONDS: fonds, REGISTER: register, BOX: box, FILE: parent}
        places[PATH] = self._paths.get(record.id, "")
        cells = []
        for column in columns:
            spec = column.spec
            if spec is None:
                cells.append(places.get(column.means, ""))
                continue
            value: Value | None = node.values.get(spec.key)
            if value is None and spec.inherit:
                value = above.get(spec.key)
            if spec.key == "secrecy":
                value = record.effective_secrecy
            if secret and tells_subject(form, spec.key):
                value = None
            cells.append(shown(self._records.profiles, spec, value))
        return cells


def _columns(form: Profile) -> Iterator[ExportColumn]:
    """Places first, then the fields in the order of the form."""
    if form.level is Level.FILE:
        for means, name in _PLACES.items():
            yield ExportColumn(means, gettext(name))
    else:
        yield ExportColumn(FILE, gettext("File code"))
    for spec in form.field:
        if not (form.level is Level.FILE and spec.key == "box"):  # a place already
            yield ExportColumn(spec.key, spec.label.shown, spec)
    if form.level is Level.ITEM:
        yield ExportColumn(PATH, gettext("File path"))


def _csv(sheet: ExportSheet) -> bytes:
    """With a byte order mark: Excel takes it for something else without."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in sheet.columns])
    writer.writerows([for_csv(cell) for cell in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")
