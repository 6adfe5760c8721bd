"""What a record holds of what it should hold, looked up in another thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digitizer.catalogue.records import UNFILED
from digitizer.completeness import compare
from digitizer.errors import NoSuchRecord
from digitizer.model import Level, Record
from digitizer.tasks import Task
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Captured:
    """``pages``, ``sheets``: as far as is known how they lie. ``declared_pages``, ``declared_sheets``: None where
    nobody has said so. ``file``: the file that it is or lies in; empty for the one of what is not filed yet.
    """

    code: str
    file: str
    pages: int
    sheets: int
    declared_pages: int | None
    declared_sheets: int | None


def captured(code: str) -> Callable[[Workspace, Task], Captured | None]:
    """What is in the record of that code now, or in the file that it lies in where only that declares something; None
    where there is none. For a lane of the runner.
    """

    def look(workspace: Workspace, _: Task) -> Captured | None:
        records = workspace.catalogue.records
        try:
            path = records.path(records.get(code))
        except NoSuchRecord:
            return None
        record = next((each for each in reversed(path) if any(_declared(each))), path[-1])
        pages, sheets = _declared(record)
        captured_sheets = 0 if sheets is None else compare(workspace, record).sheets
        return Captured(record.code, _file(path), record.pages, captured_sheets, pages, sheets)

    return look


def _file(path: Sequence[Record]) -> str:
    code = next((each.code for each in reversed(path) if each.level is Level.FILE), "")
    return "" if code == UNFILED else code


def _declared(record: Record) -> tuple[int | None, int | None]:
    """Pages and sheets."""
    pages, sheets = (value if isinstance(value := record.fields.get(key), int) else None for key in ("pages", "sheets"))
    return pages, sheets
