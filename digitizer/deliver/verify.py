"""What the signatures of a PDF prove: how many there are, whether every byte is as it was signed, by whom and when.

Works offline: a certificate is trusted where it leads to a root that is given, else that is not proven. The parsers are
pyHanko's, in Python: files of others are verified in a worker process, as all decoding is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from digitizer.deliver.keys import name_of
from digitizer.deliver.signature_problems import (
    BEHIND,
    CERTIFICATES,
    CHANGED,
    DAMAGED,
    DIGESTS,
    FORBIDDEN,
    LOCKED,
    NO_PDF,
    SPELLING,
    UNFIT,
    UNKNOWN,
    VERSION,
    joined,
)
from digitizer.deliver.signed import Coverage, SignatureFound, SignatureReport

__all__ = ["Coverage", "SignatureFound", "SignatureReport", "verify_pdf"]

USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_HEX = b"0123456789abcdef"
_HEADER_WITHIN = 1024
"""The part of a file that the mark of a PDF is looked for in (ISO 32000-1, annex H.3)."""


_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
}


def verify_pdf(path: Path, roots: Sequence[Path] = ()) -> SignatureReport:
    """Every signature in the PDF at ``path``. ``roots``: certificates (PEM or DER) that are trusted.

    Raises OSError where a file cannot be read, ValueError where a root is no certificate. Whatever the PDF holds is
    said in the report.
    """
    trusted = [certificate_in(root) for root in roots]
    with path.open("rb") as handle:
        try:
            reader = _opened(handle)
            if isinstance(reader, str):
                return SignatureReport((), reader)
            found = [_found(each, handle, trusted) for each in reader.embedded_signatures]
        except Exception as error:  # noqa: BLE001  # damage may raise anything from the parsers: it is said, not thrown
            return SignatureReport((), DAMAGED if isinstance(error, PdfReadError) else UNKNOWN)
    return SignatureReport(tuple(found))


def _opened(handle: BinaryIO) -> PdfFileReader | str:
    """The PDF, or why it is none that can be verified. Raises what its parser raises."""
    if b"%PDF-" not in handle.read(_HEADER_WITHIN):
        return NO_PDF
    handle.seek(0)
    reader = PdfFileReader(handle)  # strictly, as its tables were written
    if reader.encrypted:
        return LOCKED
    # Tables of both kinds (ISO 32000-1, 7.5.8.4), as Word and what signs in offices write them: read and compared as
    # any other, where the parser is not asked to refuse them.
    reader.strict = not reader.xrefs.hybrid_xrefs_present
    return reader


def certificate_in(path: Path) -> x509.Certificate:
    """The certificate (PEM or DER) in a file. Raises OSError, ValueError."""
    data = path.read_bytes()
    if pem.detect(data):
        _, _, data = pem.unarmor(data)
    certificate = x509.Certificate.load(data)
    certificate.native  # noqa: B018  # parsed now, so that what is no certificate raises here
    return certificate


def _found(signature: EmbeddedPdfSignature, handle: BinaryIO, roots: Sequence[x509.Certificate]) -> SignatureFound:
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False)
    stamped = signature.sig_object_type == "/DocTimeStamp"
    status: Any = (
        validate_pdf_timestamp(signature, context)
        if stamped
        else validate_pdf_signature(signature, context, key_usage_settings=USAGE)
    )
    level = status.modification_level
    loose = _loose(signature, handle)
    content = CHANGED if not status.intact else None if status.valid else UNFIT
    forbidden = FORBIDDEN if status.docmdp_ok is False else None
    return SignatureFound(
        field=str(signature.field_name), signer=name_of(signature.signer_cert),
        issuer=signature.signer_cert.issuer.human_friendly,
        claimed=status.timestamp if stamped else signature.self_reported_timestamp,
        coverage=_COVERAGE.get(status.coverage, Coverage.PART), intact=status.intact and status.valid and not loose,
        changes=ModificationLevel.OTHER.name.lower() if level is None else level.name.lower(),
        allowed=level is not None and level <= ModificationLevel.FORM_FILLING and status.docmdp_ok is not False,
        trusted=status.trusted, problem=joined(content, loose, forbidden),
        authority=_called(signature.signer_cert.issuer),
    )  # fmt: skip


def _called(name: x509.Name) -> str:
    said: dict[str, Any] = name.native
    called = said.get("common_name") or said.get("organization_name") or name.human_friendly
    return called if isinstance(called, str) else str(called[0])


def _loose(signature: EmbeddedPdfSignature, handle: BinaryIO) -> str | None:
    """What is odd in the one part of the file that the signature does not cover: its own container.

    The padding behind it, the spelling of its digits and the certificates beside the signer's can be changed with
    pyHanko and pdfsig none the wiser.
    """
    _, first, second, _ = (int(number) for number in signature.byte_range)
    handle.seek(first)
    gap = handle.read(second - first)
    digits = gap[1:-1]
    if gap[:1] + gap[-1:] != b"<>" or digits not in (digits.lower(), digits.upper()) or digits.lower().strip(_HEX):
        return SPELLING
    held = bytes.fromhex(digits.decode("ascii"))
    message = cms.ContentInfo.load(held)
    if held[len(message.dump()) :].strip(b"\0"):
        return BEHIND
    return odd_container(message["content"], stamped=signature.sig_object_type == "/DocTimeStamp")


def odd_container(data: cms.SignedData, *, stamped: bool = False) -> str | None:
    """What is odd in a signature's container beside what is signed in it. ``stamped``: it is a time stamp."""
    (signer,) = data["signer_infos"]
    if [each.dump() for each in data["digest_algorithms"]] != [signer["digest_algorithm"].dump()]:
        return DIGESTS
    plain = all(each.name == "certificate" for each in data["certificates"])
    plain = plain and signer["sid"].name == "issuer_and_serial_number" and not stamped
    if plain and (data["version"].native, signer["version"].native) != ("v1", "v1"):  # RFC 5652, 5.1 and 5.3
        return VERSION
    # A certificate that the signature does not name though it names more than the signer's own: then it names all that
    # count (RFC 5035, 5.4), and ours does.
    named = [
        (each["hash_algorithm"]["algorithm"].native, bytes(each["cert_hash"].native))
        for attribute in signer["signed_attrs"] if attribute["type"].native == "signing_certificate_v2"
        for value in attribute["values"] for each in value["certs"]
    ]  # fmt: skip
    held = extract_certificate_info(data).other_certs
    there = sorted(("sha256", hashlib.sha256(each.dump()).digest()) for each in held)
    if len(named) > 1 and {kind for kind, _ in named} == {"sha256"} and sorted(named[1:]) != there:
        return CERTIFICATES
    return None
