"""Tables in: files and their items from CSV or XLSX, all of them or none, taken back by one undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digitizer.capture.files import ImportReport, import_files_into
from digitizer.catalogue.connection import atomic
from digitizer.errors import FileRefused, NoSuchFolder, TableUnusable
from digitizer.i18n import gettext, marked
from digitizer.model import Record, RecordId, new_id
from digitizer.tables.cells import Book, BookFault, read_book
from digitizer.tables.headings import understood
from digitizer.tables.nodes import Node
from digitizer.tables.planning import Lacking, Plan, planned
from digitizer.tables.rows import CellFault
from digitizer.tables.workbook import LISTS
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError

_SECONDS_TO_READ = 300.0

_FAULTS = {
    BookFault.OLD_EXCEL: marked("it is a workbook of Excel 97 to 2003 (.xls); save it as .xlsx."),
    BookFault.OPEN_DOCUMENT: marked("it is an OpenDocument sheet (.ods); save it as .xlsx or CSV."),
    BookFault.ENCRYPTED: marked("it is locked with a password; save a copy without it."),
    BookFault.NO_TABLE: marked("it is neither CSV nor a workbook (.xlsx)."),
    BookFault.DAMAGED: marked("it is damaged; open it in Excel or LibreOffice and save it anew."),
    BookFault.TOO_LARGE: marked("it is larger than this program accepts; split it into several."),
    BookFault.UNSAFE: marked("it holds definitions that no workbook needs and that can do harm."),
    BookFault.ENCODING: marked("its letters are in no encoding that is known here; save it as CSV UTF-8."),
    BookFault.QUOTES: marked("a quotation mark is opened and not closed; save it anew."),
}


@dataclass(frozen=True, slots=True)
class Unused:
    """A sheet or column that was left out, and is named so that nobody thinks it was taken. ``column`` empty: the whole
    sheet.
    """

    sheet: str
    column: str
    heading: str


@dataclass(slots=True)
class TableReport:
    """``created``, ``changed``: codes; in a dry run what would be; none where a cell is refused and nothing is written.
    ``images``: what came of the files that the table names, None where none were brought in; ``named_images``: cells
    that name some.
    """

    created: list[str]
    changed: list[str]
    unchanged: int
    refused: list[CellFault]
    lacking: list[Lacking]
    unused: list[Unused]
    named_images: int
    images: ImportReport | None = None


def import_table(
    workspace: Workspace, path: Path, *, profile: str | None = None, under: str | None = None,
    files: Path | None = None, dry_run: bool = False, task: Task | None = None,
) -> TableReport:  # fmt: skip
    """Bring the records of a table file in: new ones are made, those that are there (by code) changed; an empty cell
    leaves what is there. Everything is checked first, and with any cell refused nothing is written at all.

    ``profile``: of the records, where the sheets do not say. ``under``: the code of what they go into. ``files``: the
    folder with the images and PDFs that the table names; they are brought in when the table is.

    Raises TableUnusable, FileRefused, NoSuchFolder, NoSuchProfile or NoSuchRecord.
    """
    task = task or Task()
    if files is not None and not files.is_dir():
        raise NoSuchFolder(path=files)
    catalogue = workspace.catalogue
    form = None if profile is None else catalogue.records.profiles.get(profile)
    top = None if under is None else catalogue.records.get(under)
    tables, unused = [], []
    for sheet in read_table(path, task):
        table = None if sheet.hidden else understood(sheet, catalogue.records.profiles, None)
        if form is not None and not sheet.hidden and (table is None or table.profile.level is form.level):
            table = understood(sheet, catalogue.records.profiles, form) or table
        if table is None:
            unused += [Unused(sheet.name, "", "")] if sheet.name != LISTS else []
        else:
            tables.append(table)
            unused += [Unused(sheet.name, column.letter, column.heading) for column in table.unknown]
    if not tables:
        raise TableUnusable(path=path, reason=gettext("no column heading is one that is known."))
    with faults_named(workspace.root):
        plan = planned(catalogue.records, tables, top, files, task)
        call = new_id()
        if not plan.refused and not dry_run:
            with atomic(catalogue.database):
                _carry_out(workspace, plan, call, task)
    told = dry_run or not plan.refused
    report = TableReport(
        [node.code for node in (*plan.shelf, *plan.made)] if told else [],
        list(dict.fromkeys([*(r.code for r, _ in plan.changes), *(r.code for r, _ in plan.moves)])) if told else [],
        plan.unchanged, plan.refused, plan.lacking, unused, plan.named_images,
    )  # fmt: skip
    if plan.images and not plan.refused and not dry_run:
        report.images = import_files_into(workspace, plan.images, call, task)
    return report


def read_table(path: Path, task: Task | None = None) -> Book:
    """The sheets of a table file, read in a process of its own. Raises TableUnusable or FileRefused."""
    try:
        with WorkerPool(1, seconds_per_task=_SECONDS_TO_READ) as pool:
            book = pool.run(read_book, path, task=task)
    except PageError as error:
        raise FileRefused.of(path, error) from error
    if isinstance(book, BookFault):
        raise TableUnusable(path=path, reason=gettext(_FAULTS[book]))
    return book


def _carry_out(workspace: Workspace, plan: Plan, call: str, task: Task) -> None:
    """Write the plan, inside one transaction."""
    records = workspace.catalogue.records
    total = len(plan.made) + len(plan.changes)
    there: dict[int, Record] = {}

    def record_of(node: Node | None) -> Record | None:
        return None if node is None else node.record or there[id(node)]

    for done, node in enumerate((*plan.shelf, *plan.made)):
        if done % 200 == 0:
            task.report(total + done, 2 * total, node.code)
            task.check()
        values = {key: text for key, text in node.texts.items() if key not in ("code",)}
        made = records.create(
            node.level, node.code, "", record_of(node.parent), profile=node.profile.name, values=values, call=call
        )
        there[id(node)] = made
    now: dict[RecordId, Record] = {}
    for done, (record, values) in enumerate(plan.changes):
        if done % 200 == 0:
            task.check()
        now[record.id] = records.describe(record, values, call=call)
    for record, home in plan.moves:
        records.move(now.get(record.id, record), record_of(home), call=call)
