"""Signing finished PDFs: PAdES B-B, the last act on a file, an incremental update that leaves all bytes before it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from digitizer.clock import now
from digitizer.deliver.appearance import Appearance, SignatureForm
from digitizer.deliver.keys import Signer, token_fault
from digitizer.deliver.pdf_check import COVERS, FREE, SIGNATURE_PLACE, SMALLER, Check
from digitizer.deliver.signing_faults import NotationMissing
from digitizer.deliver.stamp import Block, BlockStyle, Place, Seal, fitted
from digitizer.deliver.verify import verify_pdf
from digitizer.errors import CannotSign
from digitizer.files import written_aside
from digitizer.i18n import gettext
from digitizer.model import Record


def sign_pdf(source: Path, target: Path, signer: Signer, appearance: Appearance) -> Place:
    """Write ``source`` with a signature to ``target``, all or nothing; where its visible block stands.

    ``source``: a PDF/A-2 whose first page is not turned. Raises CannotSign, WrongUsage (the form asks for what is not
    given), FontMissing, OSError.
    """
    with written_aside(target) as aside:
        shutil.copyfile(source, aside)
        return sign_in_place(aside, signer, appearance)


def sign_in_place(path: Path, signer: Signer, appearance: Appearance) -> Place:
    """As ``sign_pdf``, behind what is at ``path``; where this raises, that is no longer whole."""
    moment = now()
    seal = None if appearance.seal is None else Seal(appearance.seal)
    block, where = fitted(path, appearance.lines(moment), seal)
    try:
        with path.open("r+b") as handle:
            writer = _Update(handle)
            field = f"Signature{1 + sum(1 for _ in enumerate_sig_fields(writer.prev))}"
            left, lower = round(where.x), round(where.y)
            box = (left, lower, left + ceil(block.width), lower + ceil(block.height))
            signing = _Dated(
                PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES),
                signer.inner, stamp_style=BlockStyle(block), new_field_spec=SigFieldSpec(field, box=box),
            )  # fmt: skip
            signing.moment = moment
            signing.sign_pdf(writer, in_place=True)
    except PKCS11Error as error:
        raise CannotSign(source=signer.name, reason=token_fault(error)) from error
    except (SigningError, PdfError) as error:
        said = gettext("no signature could be made (“{fault}”)").format(fault=type(error).__name__)
        raise CannotSign(source=signer.name, reason=said) from error
    return where if block.seal is None or block.seal.true else replace(where, smaller=True)


def refuse_unfit(shown: Appearance) -> None:
    """Raises SignatureUnfit, LettersMissing or FontMissing where no PDF could show this."""
    lines = replace(shown, notation=shown.notation or "—").lines(now())
    Block(lines, None if shown.seal is None else Seal(shown.seal), 1.0)


@dataclass(frozen=True, slots=True)
class Signing:
    """How delivered PDFs are signed: with what, and what the visible block says. ``body``: empty for the name in the
    certificate.
    """

    signer: Signer
    form: SignatureForm
    body: str = ""
    kind: str = ""
    seal: Path | None = None

    def refuse_unfit(self) -> None:
        """Raises what ``refuse_unfit`` raises."""
        refuse_unfit(self._shown(""))

    def _shown(self, sign_of: str) -> Appearance:
        return Appearance(self.form, self.body or self.signer.name, self.kind, sign_of, self.seal)

    def sign(self, path: Path, record: Record) -> list[Check]:
        """Sign the PDF of ``record`` at ``path``, and prove it. Raises NotationMissing; what ``sign_pdf`` raises."""
        number, notation = (str(record.fields.get(key, "")) for key in ("number", "notation"))
        shown = self._shown("/".join(filter(None, [number, notation])))
        if self.form.shows("notation") and not shown.notation:
            raise NotationMissing(form=self.form.label.shown, record=record.code)
        where = sign_in_place(path, self.signer, shown)
        report = verify_pdf(path)
        found = ", ".join(f"{each.signer}, {each.claimed}" for each in report.signatures)
        problem = report.problem or "; ".join(each.problem for each in report.signatures)
        yours = len(report.signatures) == 1 and report.whole
        return [
            Check("signature", yours, found if yours else problem or found),
            Check(SIGNATURE_PLACE, True, COVERS if where.covers else SMALLER if where.smaller else FREE),
        ]


class _Update(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Nothing: title, producer and dates stay those of the page images, in Info and XMP alike."""


class _Dated(PdfSigner):
    """Signs at ``moment``, the one that the block says, in its zone; pyHanko takes the PC's clock and zone."""

    moment: datetime

    def init_signing_session(self, *args: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **named)
        session.system_time = self.moment
        return session
