"""Packages out, and what they are told as."""

from __future__ import annotations

from typing import Any

from digitizer.cli.call import Call, refused, said
from digitizer.deliver.records import DeliveryReport, Package, deliver_pdf
from digitizer.errors import Exit
from digitizer.i18n import gettext


def deliver(call: Call) -> Exit:
    report = DeliveryReport()
    call.output.keep(lambda: _delivered(report))
    with call.existing() as workspace:
        deliver_pdf(
            workspace, call.arguments.destination, codes=call.arguments.records, query=call.arguments.query,
            task=call.task, report=report,
        )  # fmt: skip
    document, lines = _delivered(report)
    call.output.answer(document, *lines)
    code = said(call, [error for _, error in report.refused])
    return Exit.FAULTS if any(error.exit is Exit.FAULTS for _, error in report.refused) else code


def _delivered(report: DeliveryReport) -> tuple[dict[str, Any], list[str]]:
    document = {
        "packages": [package_document(package) for package in report.packages],
        "refused": [{"record": code, **refused(error)} for code, error in report.refused],
    }
    return document, [package_line(package) for package in report.packages]


def package_document(package: Package) -> dict[str, Any]:
    """The package in JSON."""
    return {
        "path": str(package.path),
        "records": list(package.records),
        "pages": package.pages,
        "files": package.files,
        "bytes": package.bytes,
        "sha256": package.sha256,
        "checks": [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in package.checks],
    }


def package_line(package: Package) -> str:
    """The package in a sentence."""
    return gettext("Delivered: {path} ({pages} pages, {kb} KB)").format(
        path=package.path, pages=package.pages, kb=package.bytes // 1000
    )
