"""What the record that pages go into holds of what it declares, looked up in another thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from digitizer.catalogue.records import UNFILED
from digitizer.completeness import Count, count
from digitizer.errors import NoSuchRecord
from digitizer.model import Level
from digitizer.tasks import Task
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Captured:
    """``file``: code of the file that the record is or lies in; empty for the one of what is not filed yet."""

    count: Count
    file: str


def captured(code: str, *, duplex: bool) -> Callable[[Workspace, Task], Captured | None]:
    """What is in the record of that code now; None where there is none. ``duplex``: both sides of each sheet are
    captured. For a lane of the runner.
    """

    def look(workspace: Workspace, _: Task) -> Captured | None:
        records = workspace.catalogue.records
        try:
            record = records.get(code)
        except NoSuchRecord:
            return None
        file = next((each.code for each in reversed(records.path(record)) if each.level is Level.FILE), UNFILED)
        return Captured(count(workspace, record, duplex=duplex), "" if file == UNFILED else file)

    return look
