"""What signatures of PDFs were found to be, as values and in words: the same in window, command line, import and audit.

Without the parsers, which are large: ``digitizer.deliver.verify`` is loaded in the worker process that verifies.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from digitizer.clock import VIETNAM
from digitizer.deliver.signature_problems import in_words
from digitizer.errors import FileRefused, shortened
from digitizer.i18n import gettext
from digitizer.tasks import Task
from digitizer.workers import Workers, result_of
from ocr.errors import PageError, PageFault
from ocr.text import nfc

SECONDS_TO_VERIFY = 60.0
"""Of one file in a worker; a book of 500 MB takes a few."""
SIGNATURES = "signatures"
"""Under which an act of importing says what was found (``as_fact``)."""
_MOST, _LONGEST = 20, 200
"""Signatures of one file, and letters of a name, that acts and sentences tell: what a stranger's file holds is
bounded.
"""


class Coverage(StrEnum):
    """What a signature covers: the whole file; all that was there when it was made, and more came later; or less."""

    FILE = "file"
    REVISION = "revision"
    PART = "part"


@dataclass(frozen=True, slots=True)
class SignatureFound:
    """``issuer``: all of its name; ``authority``: what it is called. ``claimed``: the time that the signer's PC gave.
    ``intact``: what it covers is byte for byte as signed.
    ``changes``: what came after it, ``none``, ``lta_updates``, ``form_filling`` (further signatures), ``annotations``
    or ``other``. ``allowed``: that may come after a signature. ``trusted``: its certificate leads to a root that was
    given and counts now. ``problem``: technical English, where something is wrong.
    """

    field: str
    signer: str
    issuer: str
    claimed: datetime | None
    coverage: Coverage
    intact: bool
    changes: str
    allowed: bool
    trusted: bool
    problem: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """``problem``: why the file could not be verified at all; empty where it could."""

    signatures: tuple[SignatureFound, ...]
    problem: str = ""

    @property
    def whole(self) -> bool:
        """It is signed, no byte that was signed has changed, and one signature covers all of the file."""
        return (
            not self.problem
            and all(each.intact and each.allowed and each.coverage is not Coverage.PART for each in self.signatures)
            and any(each.coverage is Coverage.FILE for each in self.signatures)
        )

    @property
    def trusted(self) -> bool:
        return self.whole and all(each.trusted for each in self.signatures)


def found_in(pool: Workers, path: Path, roots: Sequence[Path] = (), task: Task | None = None) -> SignatureReport:
    """What the signatures of the PDF at ``path`` prove, or why that could not be found out, whatever the file does to
    the worker. ``roots``: as ``verify.verify_pdf`` takes them.

    Raises FileRefused where there is no file that can be read, ValueError where a root is no certificate, Cancelled.
    """
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError:
        regular = False
    if not regular or not os.access(path, os.R_OK):
        raise FileRefused(path, PageFault.UNREADABLE)
    try:
        return result_of(pool.submit(_verified, path, tuple(roots)), task)
    except PageError as error:
        if error.fault is PageFault.UNREADABLE:
            raise ValueError(error.detail) from error
        return SignatureReport((), str(error))


def _verified(path: Path, roots: Sequence[Path]) -> SignatureReport:
    """For a worker: the parsers are loaded there alone."""
    from digitizer.deliver.verify import verify_pdf

    try:
        return verify_pdf(path, roots)
    except (OSError, ValueError) as error:  # of a root: the file was there just before
        raise PageError(PageFault.UNREADABLE, str(error)) from error


def as_fact(report: SignatureReport) -> dict[str, Any]:
    """For an act: what was found, when the file came in."""
    found = [
        {
            "signer": plain(each.signer), "issuer": plain(each.issuer),
            "claimed": each.claimed and each.claimed.astimezone(VIETNAM).isoformat(timespec="seconds"),
            "intact": int(each.intact), "allowed": int(each.allowed), "coverage": str(each.coverage),
            "changes": each.changes, "trusted": int(each.trusted), "problem": plain(each.problem),
        }
        for each in report.signatures[:_MOST]
    ]  # fmt: skip
    fact = {"whole": int(report.whole), "count": len(report.signatures), "found": found}
    return fact | ({"problem": plain(report.problem)} if report.problem else {})


def fact_in_words(fact: Mapping[str, Any]) -> str:
    """What ``as_fact`` made, for people."""
    signers = ", ".join(dict.fromkeys(str(each["signer"]) for each in fact.get("found", ()))) or "?"
    said = gettext("signed, and unchanged since") if fact.get("whole") else gettext("changed after it was signed")
    return f"{signers} ({in_words(str(fact.get('problem', ''))) or said})"


def plain(text: str) -> str:
    """A name out of a stranger's certificate, without what changes how the text around it is shown."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in nfc(text))
    return shortened(shown, _LONGEST)


def note(path: Path, report: SignatureReport) -> str:
    """One sentence on a file that came in signed."""
    if report.problem:
        said = gettext("“{path}” is signed, and its signatures cannot be verified: {problem}.")
        return said.format(path=path, problem=in_words(plain(report.problem)))
    named = list(dict.fromkeys(plain(each.signer) for each in report.signatures))
    signers = ", ".join(named[:_MOST]) + (" …" if len(named) > _MOST else "")
    if report.whole:
        return gettext("“{path}” is signed by {signers}, and unchanged since.").format(path=path, signers=signers)
    return gettext("“{path}” was changed after it was signed by {signers}.").format(path=path, signers=signers)


def verdict(report: SignatureReport) -> str:
    """What holds for the whole file."""
    if report.problem:
        return gettext("its signatures cannot be verified: {problem}").format(problem=in_words(plain(report.problem)))
    if not report.signatures:
        return gettext("not signed")
    return gettext("signed, and unchanged since") if report.whole else gettext("changed after it was signed")


def words(found: SignatureFound) -> str:
    """What holds for one signature."""
    if not found.intact:
        return gettext("broken: {problem}").format(problem=in_words(plain(found.problem)))
    if not found.allowed:
        return gettext("good, but what came after it is not allowed")
    return holds(trusted=found.trusted)


def holds(*, trusted: bool) -> str:
    """A signature that is good, by whom."""
    return gettext("good, by a trusted certificate") if trusted else gettext("good, not proven to be trusted")


def claimed(moment: datetime | None) -> str:
    """The time that the signer's PC gave, with its zone."""
    return "?" if moment is None else f"{moment:%d/%m/%Y %H:%M:%S %z}"
