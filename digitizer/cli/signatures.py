"""Signing what is delivered, and what signatures prove."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from sys import stdin
from typing import TYPE_CHECKING, Any

from digitizer.cli.call import Call
from digitizer.cli.deliver_options import refuse_unshown
from digitizer.cli.secrets import read_secret
from digitizer.deliver.pdf_check import COVERS, SIGNATURE_PLACE, SMALLER, Check
from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.records import Package
from digitizer.deliver.signed import SECONDS_TO_VERIFY, SignatureReport, claimed, found_in, verdict, words
from digitizer.deliver.signing import SigningWish, opened_wish
from digitizer.errors import Exit, WrongUsage
from digitizer.i18n import gettext

if TYPE_CHECKING:
    from digitizer.workers import WorkerPool


@contextmanager
def pdf_wish(call: Call) -> Iterator[PdfWish]:
    """How the PDFs of this call are made; the key that signs them is open during the block."""
    given = call.arguments
    signing = None
    if given.sign is not None:
        from digitizer.deliver.appearance import DEFAULT, signature_form

        form = signature_form(given.sign_form or DEFAULT)
        refuse_unshown(given, form)
        signing = SigningWish(
            given.sign, form.name, given.body or "", given.copy_kind or "", given.seal, visible=given.form != "exchange"
        )
    with opened_wish(given.profile or "archive", given.allow_coarse, signing, lambda: _pin(given.pin_fd)) as wish:
        yield wish


def _pin(descriptor: int | None) -> str:
    """From the open file that was named, else asked for on the terminal; never from the command line."""
    if descriptor is None:
        if not stdin.isatty():
            raise WrongUsage(reason=gettext("the PIN comes through an open file: name it with --pin-fd"))
        return getpass(gettext("PIN: "))
    return read_secret(descriptor, "--pin-fd")


def covered(package: Package) -> list[str]:
    """Where the visible signature had no free place, that it lies over the page, or its seal is small."""
    said = {
        COVERS: gettext("    The signature lies over what stands on page 1: no place at its upper right is free."),
        SMALLER: gettext("    The seal is drawn smaller than its picture says: nothing on page 1 is to lie under it."),
    }
    return [line for place, line in said.items() if Check(SIGNATURE_PLACE, True, place) in package.checks]


def verify(call: Call) -> Exit:
    """What the signatures of PDFs prove, and whether packages are whole. All that others made is parsed in a worker."""
    from digitizer.cli.packages import is_package, verified_package
    from digitizer.workers import WorkerPool

    documents, lines, whole = list[dict[str, Any]](), list[str](), list[bool]()
    with WorkerPool(1, seconds_per_task=SECONDS_TO_VERIFY) as pool:
        for path in call.arguments.files:
            document, said, good = verified_package(call, path) if is_package(path) else _verified(call, pool, path)
            documents.append({"path": str(path)} | document)
            lines += said
            whole.append(good)
    call.output.answer({"files": documents}, *lines)
    return Exit.DONE if all(whole) else Exit.FAULTS


def _verified(call: Call, pool: WorkerPool, path: Path) -> tuple[dict[str, Any], list[str], bool]:
    """What is told of a PDF, in both forms, and whether it is whole."""
    try:
        report = found_in(pool, path, call.arguments.roots, call.task)
    except ValueError as error:
        raise WrongUsage(reason=gettext("a certificate named with --roots cannot be read")) from error
    return _document(report), list(_lines(path, report)), report.whole


def _document(report: SignatureReport) -> dict[str, Any]:
    return {
        "whole": report.whole, "trusted": report.trusted, "problem": report.problem or None,
        "signatures": [
            {
                "field": each.field, "signer": each.signer, "issuer": each.issuer,
                "claimed": each.claimed and each.claimed.isoformat(), "coverage": each.coverage, "intact": each.intact,
                "changes": each.changes, "allowed": each.allowed, "trusted": each.trusted,
                "problem": each.problem or None,
            }
            for each in report.signatures
        ],
    }  # fmt: skip


def _lines(path: Path, report: SignatureReport) -> Iterator[str]:
    yield f"{'✓' if report.whole else '✗'} {path}: {verdict(report)}"
    for each in report.signatures:
        yield f"    {each.signer}, {claimed(each.claimed)}: {words(each)}"
