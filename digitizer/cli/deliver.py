"""Packages out, and what they are told as."""

from __future__ import annotations

from typing import Any

from digitizer.cli.call import Call, refused, said
from digitizer.cli.deliver_options import refuse_meaningless
from digitizer.cli.signatures import covered, pdf_wish
from digitizer.deliver import deliver as delivering
from digitizer.deliver.deliver import Delivery
from digitizer.deliver.described import lacks_of
from digitizer.deliver.exchange import Exchanged
from digitizer.deliver.receipt import refuse_receipt, write_receipt
from digitizer.deliver.records import DeliveryReport, Package
from digitizer.errors import Exit, KnownError, NotReady
from digitizer.i18n import gettext


def deliver(call: Call) -> Exit:
    arguments = call.arguments
    refuse_meaningless(arguments)
    if arguments.receipt is not None:
        refuse_receipt(arguments.receipt, arguments.destination)
    report, receipt = DeliveryReport(), False
    call.output.keep(lambda: _delivered(report))
    with call.existing() as workspace, pdf_wish(call) as pdf:
        wanted = Delivery(
            arguments.form, arguments.records, arguments.query, arguments.max_secrecy,
            layout=arguments.layout or "tt05", zipped=not arguments.folder, whole=arguments.whole, pdf=pdf,
            encrypt_to=arguments.encrypt_to,
        )  # fmt: skip
        delivering.deliver(workspace, arguments.destination, wanted, task=call.task, report=report)
        if arguments.receipt is not None and report.packages:
            write_receipt(workspace, report.packages, arguments.receipt, call.task)
            receipt = True
        elif arguments.receipt is not None:
            call.output.aside(
                gettext("Nothing was delivered, so there is no receipt: “{path}” was not written.").format(
                    path=arguments.receipt
                )
            )
    document, lines = _delivered(report)
    if receipt:
        document["receipt"] = str(arguments.receipt)
        lines.append(gettext("Receipt: {path}").format(path=arguments.receipt))
    call.output.answer(document, *lines)
    code = Exit.DONE
    for _, error in report.refused:
        code = said(call, [error]) if not isinstance(error, NotReady) else _not_ready(call, error)
    return Exit.FAULTS if any(error.exit is Exit.FAULTS for _, error in report.refused) else code


def _delivered(report: DeliveryReport) -> tuple[dict[str, Any], list[str]]:
    document = {
        "packages": [package_document(package) for package in report.packages],
        "refused": [{"record": code, **refused(error), **_faults(error)} for code, error in report.refused],
    }
    return document, [line for package in report.packages for line in (package_line(package), *covered(package))]


def _not_ready(call: Call, error: NotReady) -> Exit:
    """All that stands in the way of a file, one a line."""
    call.output.aside(gettext(error.sentence).format(record=error.details["record"], listed="").rstrip())
    for lack in lacks_of(error):
        call.output.aside(f"  {lack.line}")
    call.output.aside(gettext(error.advice))
    return error.exit


def _faults(error: KnownError) -> dict[str, Any]:
    found = [
        {"record": lack.record, "page": lack.page, "field": lack.field or None, "message": lack.sentence}
        for lack in lacks_of(error)
    ]
    return {"faults": found} if found else {}


def package_document(package: Package) -> dict[str, Any]:
    """The package in JSON."""
    more: dict[str, Any] = {"original_pages": package.original_pages} if package.original_pages else {}
    if isinstance(package, Exchanged):
        more |= {"id": package.package, "secrecy": package.secrecy, "encrypted": package.encrypted}
        more["signer"] = package.signer
    return {
        "path": str(package.path),
        "records": list(package.records),
        "pages": package.pages,
        "items": package.items,
        "sheets": package.sheets,
        "files": package.files,
        "bytes": package.bytes,
        "sha256": package.sha256,
        "checks": [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in package.checks],
        **more,
    }


def package_line(package: Package) -> str:
    """The package in a sentence."""
    if package.original_pages:
        said = gettext("Delivered: {path} (the original as it came, untouched: {pages} pages, {kb} KB)")
        return said.format(path=package.path, pages=package.original_pages, kb=package.bytes // 1000)
    return gettext("Delivered: {path} ({pages} pages, {kb} KB)").format(
        path=package.path, pages=package.pages, kb=package.bytes // 1000
    )
