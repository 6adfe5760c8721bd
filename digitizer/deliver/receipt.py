"""The receipt of a delivery, to print and sign, in both languages: what, how much, hashes, who, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import resources
from digitizer.clock import now
from digitizer.deliver.records import Package
from digitizer.describe.profiles import load
from digitizer.errors import CannotWrite, PaperExists, WrongUsage, reason
from digitizer.files import TEMPORARY_PREFIX, written_aside
from digitizer.i18n import gettext
from digitizer.registers.forms import Form, both_languages, said
from digitizer.registers.pdf import write_pdf
from digitizer.registers.rows import Section
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_UNKNOWN = "–"
"""What nobody has counted."""


def write_receipt(  # noqa: PLR0917
    workspace: Workspace, packages: Sequence[Package], path: Path, task: Task | None = None,
    person: str = "", at: str = "",
) -> int:  # fmt: skip
    """Write the receipt of these packages as a PDF, in place of what is there; gives its pages. ``person``, ``at``
    (ISO): who delivered them and when; else who is at work, now. Raises FontMissing or CannotWrite.
    """
    form = load(resources.path("packages/receipt.toml"), Form)
    try:
        with both_languages(), written_aside(path) as aside:
            section = _section(workspace, form, packages, person or workspace.catalogue.audit.who.person, at)
            return write_pdf(aside, form, [section], task or Task())
    except OSError as error:
        raise CannotWrite(path=error.filename or path, reason=reason(error)) from error


def refuse_receipt(path: Path, destination: Path) -> None:
    """Before anything is delivered into the folder ``destination``: raises WrongUsage where no receipt can be called
    so, PaperExists where something is there already (an older receipt is evidence), CannotWrite where none can be
    written.
    """
    if path.suffix.lower() != ".pdf":
        raise WrongUsage(reason=gettext("“{path}”: a receipt is a PDF, and its name ends with .pdf").format(path=path))
    if path.exists() or path.is_symlink():
        raise PaperExists(path=path)
    if path.parent.resolve() == destination.resolve():
        return  # which comes to be with what is delivered
    probe = path.with_name(f"{TEMPORARY_PREFIX}{path.name}")
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotWrite(path=path, reason=reason(error)) from error


def _section(workspace: Workspace, form: Form, packages: Sequence[Package], person: str, at: str) -> Section:
    rows = tuple(
        (
            str(number), package.path.name, _codes(package.records), *_counts(package), str(package.files),
            f"{package.sha256[:32]}\n{package.sha256[32:]}",
        )
        for number, package in enumerate(packages, 1)
    )  # fmt: skip
    copies = [package for package in packages if not package.original_pages]
    items, sheets = (_sum([getattr(package, each) for package in copies]) for each in ("items", "sheets"))
    assert form.closing is not None
    closing = said(
        form.closing,
        packages=len(packages),
        items=items,
        sheets=sheets,
        pages=sum(package.pages for package in packages),
        files=sum(package.files for package in packages),
        bytes=f"{sum(package.bytes for package in packages):,}".replace(",", "\N{NO-BREAK SPACE}"),
        person=person,
        time=f"{datetime.fromisoformat(at) if at else now():%d/%m/%Y %H:%M:%S} +07:00",
    )
    tops = workspace.catalogue.records.under()
    return Section(tops[0].title if len(tops) == 1 else "", (), rows, closing)


def _counts(package: Package) -> tuple[str, str, str]:
    """Items, sheets, sides. An original has those of its copy once more."""
    if package.original_pages:
        return "", "", f"({package.original_pages})"
    return _sum([package.items]), _sum([package.sheets]), str(package.pages)


def _sum(counts: Sequence[int | None]) -> str:
    return _UNKNOWN if None in counts else str(sum(filter(None, counts)))


def _codes(records: Sequence[str]) -> str:
    """The code of the file; of records that do not lie in one file, the first and the last."""
    first, last = records[0], records[-1]
    return first if all(code.startswith(first) for code in records) else f"{first} … {last}"
