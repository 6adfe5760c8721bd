"""What the record that pages go into holds of what it declares, looked up in another thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from digitizer.catalogue.records import UNFILED
from digitizer.completeness import Count, count
from digitizer.errors import NoSuchRecord
from digitizer.model import Level, Record
from digitizer.tasks import Task
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Captured:
    """``file``: code of the file that the record is or lies in; empty for the one of what is not filed yet."""

    count: Count
    file: str


def captured(code: str) -> Callable[[Workspace, Task], Captured | None]:
    """What is in the record of that code now; None where there is none. For a lane of the runner."""

    def look(workspace: Workspace, _: Task) -> Captured | None:
        records = workspace.catalogue.records
        try:
            record = records.get(code)
        except NoSuchRecord:
            return None
        return Captured(count(workspace, record), file_of(workspace, record))

    return look


def file_of(workspace: Workspace, record: Record) -> str:
    """Code of the file that a record is or lies in; empty for the one of what is not filed yet."""
    path = reversed(workspace.catalogue.records.path(record))
    file = next((each.code for each in path if each.level is Level.FILE), UNFILED)
    return "" if file == UNFILED else file
