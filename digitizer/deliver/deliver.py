"""One door to every form of delivery, for window and command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from digitizer.deliver.building import make_folder
from digitizer.deliver.content import Chosen, Dossier, admit, clashes_of, read_dossier, select, without_pages
from digitizer.deliver.delivering import PACKAGES, PackageKind, Wish, deliver_packages
from digitizer.deliver.exchange import deliver_exchange
from digitizer.deliver.forms import Layout
from digitizer.deliver.lists import ListForm, deliver_list
from digitizer.deliver.package_faults import NoPages, NothingFound
from digitizer.deliver.packages import record_pdf
from digitizer.deliver.page_texts import TextForm, deliver_texts
from digitizer.deliver.record_pdf import ARCHIVE, PdfWish
from digitizer.deliver.records import DeliveryReport, deliver_pdf
from digitizer.errors import KnownError, NothingToDeliver
from digitizer.model import Secrecy
from digitizer.tasks import Task
from digitizer.workspace import Workspace

DeliveryForm = Literal["pdf", "exchange"] | PackageKind | ListForm | TextForm
FORMS: tuple[DeliveryForm, ...] = (
    "pdf", *PACKAGES, "tables", "alto", "hocr", "text", "ead", "dc", "exchange"
)  # fmt: skip
WITH_PDF: tuple[DeliveryForm, ...] = ("pdf", *PACKAGES, "tables")
"""Forms in which PDFs are made."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is wanted. ``codes``: of records, all for none. ``query``: only records in which it is found. ``most``: what
    is more secret does not leave. ``layout``, ``zipped``: of packages. ``whole``: one PDF for each file. ``pdf``: how
    PDFs are made, also those in packages; what signs them signs an exchange package too. ``encrypt_to``: the public key
    of whoever receives an exchange package.
    """

    form: DeliveryForm
    codes: Sequence[str] = ()
    query: str | None = None
    most: Secrecy = Secrecy.NONE
    layout: Layout = "tt05"
    zipped: bool = True
    whole: bool = False
    pdf: PdfWish = ARCHIVE
    encrypt_to: str | None = None

    @property
    def packing(self) -> Wish | None:
        """How packages are wanted; None for a form that is none."""
        if self.form in ("sip", "aip", "bag"):
            return Wish(self.form, self.layout, self.most, self.zipped, self.pdf)
        return None


def deliver(
    workspace: Workspace, destination: Path, wanted: Delivery, *,
    task: Task | None = None, report: DeliveryReport | None = None,
) -> DeliveryReport:  # fmt: skip
    """Deliver into a folder. What cannot be delivered is left out and listed. ``report``: filled in on the way.

    Raises NoSuchRecord, QueryRefused, NothingToDeliver, NothingFound or CannotWrite (the folder), and what
    ``refuse_unfit`` of the signature raises; a list of several files also MixedSecrecy; an exchange package what
    ``deliver_exchange`` raises.
    """
    report = report or DeliveryReport()
    try:
        _deliver(workspace, destination, wanted, task or Task(), report)
    except NothingToDeliver as error:
        if wanted.query is None:
            raise
        raise NothingFound(query=wanted.query) from error
    if wanted.form != "exchange":  # which tells of records that have no pages too
        empty = without_pages(workspace, wanted.codes)
        report.refused += [(record.code, NoPages(record=record.code)) for record in empty]
    return report


def _deliver(workspace: Workspace, destination: Path, wanted: Delivery, task: Task, report: DeliveryReport) -> None:
    signing = wanted.pdf.signing
    if signing is not None and wanted.form != "exchange":
        signing.refuse_unfit()
    if wanted.form == "pdf":
        deliver_pdf(
            workspace, destination, codes=wanted.codes, query=wanted.query, whole=wanted.whole, most=wanted.most,
            wish=wanted.pdf, task=task, report=report,
        )  # fmt: skip
        return
    if wanted.form == "exchange":
        made = deliver_exchange(
            workspace, destination, codes=wanted.codes, query=wanted.query, max_secrecy=wanted.most,
            encrypt_to=wanted.encrypt_to, signer=None if signing is None else signing.signer, task=task,
        )  # fmt: skip
        report.packages.append(made)
        report.refused += made.left_out
        return
    if wanted.packing is not None:
        deliver_packages(
            workspace, destination, wanted.packing, codes=wanted.codes, query=wanted.query, task=task, report=report
        )
        return
    workspace.catalogue.audit.require("record.deliver")
    chosen = select(workspace, wanted.codes, wanted.query)
    if not chosen:
        raise NothingToDeliver
    make_folder(workspace, destination)
    admitted = _admitted(workspace, chosen, wanted.most, report, task)
    if wanted.form in ("alto", "hocr", "text"):
        for dossier in admitted:
            try:
                report.packages.append(deliver_texts(workspace, destination, wanted.form, dossier, task))
            except KnownError as error:
                report.refused.append((dossier.file.code, error))
    elif wanted.form in ("tables", "ead", "dc"):
        make_pdf = partial(record_pdf, wish=wanted.pdf)
        package = deliver_list(workspace, destination, wanted.form, admitted, make_pdf=make_pdf, task=task)
        report.packages += [] if package is None else [package]


def _admitted(
    workspace: Workspace, chosen: Sequence[Chosen], most: Secrecy, report: DeliveryReport, task: Task
) -> Iterator[Dossier]:
    """The files one by one, as far as they may leave; the others are listed."""
    clashes = clashes_of(workspace)
    for number, each in enumerate(chosen):
        task.check()
        task.report(number, len(chosen), each.code)
        try:
            dossier = read_dossier(workspace, each, clashes=clashes)
            admit(dossier, most)
        except KnownError as error:
            report.refused.append((each.code, error))
        else:
            yield dossier
    task.report(len(chosen), len(chosen))
