"""A register of the catalogue, as a file to print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digitizer.errors import CannotWrite, WrongUsage, reason
from digitizer.files import written_aside
from digitizer.i18n import gettext
from digitizer.registers.forms import form
from digitizer.registers.pdf import write_pdf
from digitizer.registers.rows import sections
from digitizer.registers.xlsx import write_xlsx
from digitizer.tasks import Task
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """``lists``: how many, each with its own heading and end. ``pages``: of a PDF, else None."""

    path: Path
    lists: int
    rows: int
    pages: int | None


def write_register(
    workspace: Workspace, kind: str, path: Path, *, under: str | None = None, year: int | None = None,
    task: Task | None = None,
) -> RegisterReport:  # fmt: skip
    """Write the register ``kind`` (a form of ``resources/registers``) as PDF or XLSX.

    Raises NoSuchRecord, WrongUsage, FontMissing or CannotWrite.
    """
    task = task or Task()
    suffix = path.suffix.lower()
    if suffix not in (".pdf", ".xlsx"):
        raise WrongUsage(reason=gettext("The name of a register ends with .pdf or .xlsx."))
    made = form(kind)
    found = sections(workspace.catalogue.records, made, under, year, task)
    try:
        with written_aside(path) as aside:
            pages = write_pdf(aside, made, found, task) if suffix == ".pdf" else None
            if pages is None:
                write_xlsx(aside, made, found, task)
    except OSError as error:
        raise CannotWrite(path=error.filename or path, reason=reason(error)) from error
    return RegisterReport(path, len(found), sum(len(section.rows) for section in found), pages)
