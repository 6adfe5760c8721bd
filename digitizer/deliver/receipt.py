"""The receipt of a delivery, to print and sign, in both languages: what, how much, hashes, who, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import resources
from digitizer.clock import now
from digitizer.deliver.records import Package
from digitizer.describe.profiles import load
from digitizer.errors import CannotWrite, reason
from digitizer.files import written_aside
from digitizer.registers.forms import Form, both_languages, said
from digitizer.registers.pdf import write_pdf
from digitizer.registers.rows import Section
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_UNKNOWN = "–"
"""Sheets that nobody has counted."""


def write_receipt(  # noqa: PLR0917
    workspace: Workspace, packages: Sequence[Package], path: Path, task: Task | None = None,
    person: str = "", at: str = "",
) -> int:  # fmt: skip
    """Write the receipt of these packages as a PDF; gives its pages. ``person``, ``at`` (ISO): who delivered them and
    when; else who is at work, now. Raises FontMissing or CannotWrite.
    """
    form = load(resources.path("packages/receipt.toml"), Form)
    try:
        with both_languages(), written_aside(path) as aside:
            section = _section(workspace, form, packages, person or workspace.catalogue.audit.who.person, at)
            return write_pdf(aside, form, [section], task or Task())
    except OSError as error:
        raise CannotWrite(path=error.filename or path, reason=reason(error)) from error


def _section(workspace: Workspace, form: Form, packages: Sequence[Package], person: str, at: str) -> Section:
    rows = tuple(
        (
            str(number), package.path.name, _codes(package.records), str(len(package.records)),
            _UNKNOWN if package.sheets is None else str(package.sheets), str(package.pages), str(package.files),
            f"{package.sha256[:32]}\n{package.sha256[32:]}",
        )
        for number, package in enumerate(packages, 1)
    )  # fmt: skip
    sheets = [package.sheets for package in packages]
    assert form.closing is not None
    closing = said(
        form.closing,
        packages=len(packages),
        records=sum(len(package.records) for package in packages),
        sheets=_UNKNOWN if None in sheets else sum(filter(None, sheets)),
        pages=sum(package.pages for package in packages),
        files=sum(package.files for package in packages),
        bytes=f"{sum(package.bytes for package in packages):,}".replace(",", "\N{NO-BREAK SPACE}"),
        person=person,
        time=f"{datetime.fromisoformat(at) if at else now():%d/%m/%Y %H:%M:%S} +07:00",
    )
    tops = workspace.catalogue.records.under()
    return Section(tops[0].title if len(tops) == 1 else "", (), rows, closing)


def _codes(records: Sequence[str]) -> str:
    """The code of the file; of records that do not lie in one file, the first and the last."""
    first, last = records[0], records[-1]
    return first if all(code.startswith(first) for code in records) else f"{first} … {last}"
