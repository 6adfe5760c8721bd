"""A signature over an exchange package: CMS, detached, over the list of its tag files, which seals every file in it.

A file of the package beside what is signed (``bag_stream.SIGNATURE``), made with the keys that sign PDFs (``keys.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms, x509
from pkcs11.exceptions import PKCS11Error
from pyhanko.sign.attributes import (
    CMSAlgorithmProtectionProvider,
    CMSAttributeProvider,
    SignedAttributeProviderSpec,
    SigningTimeProvider,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer as Signing
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from digitizer.clock import VIETNAM, now
from digitizer.deliver.keys import Signer, name_of, token_fault
from digitizer.deliver.verify import USAGE, certificate_in, odd_container
from digitizer.errors import CannotSign, WrongUsage, reason
from digitizer.i18n import gettext

_DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature proves. ``signer``: the body's or person's name; ``subject``: all that the certificate says of
    it; ``issuer``: who says so; ``claimed``: the time that the signer's PC gave. ``trusted``: the certificate leads to
    a root that was given and counts now. ``problem``: technical English; empty where the signature holds.
    """

    signer: str = ""
    subject: str = ""
    issuer: str = ""
    claimed: datetime | None = None
    trusted: bool = False
    problem: str = ""


def sign(data: bytes, signer: Signer) -> bytes:
    """A signature over ``data``: CMS SignedData in DER. Raises CannotSign."""
    signing = copy(signer.inner)
    signing.signed_attr_prov_spec = _Dated(signer.inner, now())
    try:
        made: cms.ContentInfo = asyncio.run(signing.async_sign_general_data(data, _DIGEST))
    except PKCS11Error as error:
        raise CannotSign(source=signer.name, reason=token_fault(error)) from error
    except SigningError as error:
        said = gettext("no signature could be made (“{fault}”)").format(fault=type(error).__name__)
        raise CannotSign(source=signer.name, reason=said) from error
    return bytes(made.dump())


def read_roots(paths: Iterable[Path]) -> tuple[bytes, ...]:
    """Certificates (PEM or DER) that are trusted, in DER. Raises WrongUsage."""
    found: list[bytes] = []
    for path in paths:
        try:
            found.append(certificate_in(path).dump())
        except OSError as error:
            said = gettext("“{path}” cannot be read: {reason}.")
            raise WrongUsage(reason=said.format(path=path, reason=reason(error))) from error
        except ValueError as error:
            raise WrongUsage(reason=gettext("a certificate named with --roots cannot be read")) from error
    return tuple(found)


def verify(data: bytes, signature: bytes, roots: Sequence[bytes] = ()) -> Signed:
    """What ``signature`` proves of ``data``; works offline. Parses bytes of others: for a worker process."""
    try:
        return _found(data, signature, [x509.Certificate.load(each) for each in roots])
    except Exception as error:  # noqa: BLE001  # damage may raise anything from the parsers: it is said, not thrown
        return Signed(problem=f"{type(error).__name__} {error}".strip())


def _found(data: bytes, signature: bytes, roots: Sequence[x509.Certificate]) -> Signed:
    message = cms.ContentInfo.load(signature, strict=True)
    held: cms.SignedData = message["content"]
    (info,) = held["signer_infos"]
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False)
    status: Any = asyncio.run(async_validate_detached_cms(data, held, context, key_usage_settings=USAGE))
    whole = status.intact and status.valid
    odd = None if info["unsigned_attrs"].native is None else "it has parts that are not signed"
    problem = (odd or odd_container(held) or "") if whole else "the package is not what was signed"
    certificate = status.signing_cert
    claimed = status.signer_reported_dt
    return Signed(
        name_of(certificate), certificate.subject.human_friendly, certificate.issuer.human_friendly,
        None if claimed is None else claimed.astimezone(VIETNAM), bool(status.trusted) and not problem, problem,
    )  # fmt: skip


class _Dated(SignedAttributeProviderSpec):
    """What the key signs of itself (``keys.py``), and the time and the algorithms."""

    def __init__(self, signing: Signing, moment: datetime) -> None:
        self._signing, self._moment = signing, moment

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterable[CMSAttributeProvider]:
        named = self._signing.signed_attr_prov_spec
        assert named is not None, "keys.py gives every key one"
        yield from named.signed_attr_providers(data_digest, digest_algorithm)
        yield SigningTimeProvider(self._moment)
        mechanism = self._signing.get_signature_mechanism_for_digest(digest_algorithm)
        yield CMSAlgorithmProtectionProvider(digest_algorithm, mechanism)
