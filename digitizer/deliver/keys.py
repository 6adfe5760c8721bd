"""The keys that sign: in a PKCS#12 file, or in a token (PKCS#11, RFC 7512). One PIN opens one for many files.

PINs are held in memory while the key is opened, and are in no message.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_to_bytes

import pkcs11
from asn1crypto import tsp, x509
from cryptography.hazmat.primitives.serialization import pkcs12
from pkcs11 import exceptions as faults
from pkcs11.exceptions import PKCS11Error
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1, translate_pyca_cryptography_key_to_asn1
from pyhanko.sign import signers
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from digitizer.clock import VIETNAM, now
from digitizer.deliver.signing import TOKEN_SCHEME, token_parts
from digitizer.deliver.signing_faults import TokensUnseen
from digitizer.errors import CannotSign, reason
from digitizer.i18n import gettext, marked, ngettext

for _name in (
    "pyhanko",
    "pyhanko_certvalidator",
):  # what they find is in our results; they would log it with tracebacks
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

_MAY_SIGN = {"digital_signature", "non_repudiation"}


@dataclass(frozen=True)
class Signer:
    """A key that is open. ``name``: whose it is, as its certificate says: the body's name where it is a body's."""

    name: str
    inner: signers.Signer


@contextmanager
def opened_signer(source: str, pin: str) -> Iterator[Signer]:
    """The key in ``source``, a PKCS#12 file or a ``pkcs11:`` URI, open during the block.

    Tried once: a token locks itself after a few wrong PINs. Raises CannotSign.
    """
    if source.startswith(TOKEN_SCHEME):
        with _token(source, pin) as inner:
            yield Signer(_checked(_called(source), inner.signing_cert), inner)
    else:
        held = _from_file(source, pin)
        yield Signer(_checked(source, held.signing_cert), held)


def tokens(library: str) -> tuple[str, ...]:
    """The labels of the tokens that a PKCS#11 library sees now; not of those that have none. Raises TokensUnseen."""
    try:
        found = [slot.get_token() for slot in _loaded(library, library).get_slots(token_present=True)]
    except PKCS11Error as error:
        raise TokensUnseen(source=library, reason=token_fault(error)) from error
    except CannotSign as error:
        raise TokensUnseen(**error.details) from error
    return tuple(token.label for token in found if token.label.strip())


def _called(source: str) -> str:
    """The token's own name; the address where that does not say it."""
    return token_parts(source)[0] or source


def _from_file(source: str, pin: str) -> signers.Signer:
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        raise CannotSign(source=source, reason=reason(error)) from error
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, pin.encode("utf-8"))
    except ValueError as error:
        raise CannotSign(source=source, reason=gettext("it is no PKCS#12 file, or the PIN is wrong")) from error
    if key is None or certificate is None:
        raise CannotSign(source=source, reason=_no_certificate())
    own = translate_pyca_cryptography_cert_to_asn1(certificate)
    above = _above(own, map(translate_pyca_cryptography_cert_to_asn1, others))
    inner = signers.SimpleSigner(own, translate_pyca_cryptography_key_to_asn1(key), _store(above))
    inner.signed_attr_prov_spec = _ChainNamed([own, *above])
    return inner


@contextmanager
def _token(source: str, pin: str) -> Iterator[PKCS11Signer]:
    wanted, library = _parsed(source)
    source = _called(source)
    try:
        tokens = [slot.get_token() for slot in _loaded(source, library).get_slots(token_present=True)]
        found = [token for token in tokens if _meant(token, wanted)]
        if len(found) != 1:
            raise CannotSign(source=source, reason=_count(len(found)))
        with found[0].open(user_pin=pin) as session:
            yield _key_of(source, session, wanted)
    except PKCS11Error as error:
        raise CannotSign(source=source, reason=token_fault(error)) from error


def _loaded(source: str, library: str) -> Any:
    """The library that speaks to the token. Raises CannotSign where it is none; PKCS11Error."""
    try:
        return pkcs11.lib(library)
    except RuntimeError as error:
        if isinstance(error, PKCS11Error) and type(error) is not PKCS11Error:
            raise  # it was loaded, and reports a fault
        if not Path(library).exists():
            said = gettext("there is no library “{path}” for the token")
        else:
            said = gettext("“{path}” is no library for tokens, or it is made for other PCs")
        raise CannotSign(source=source, reason=said.format(path=library)) from error


_FAULTS: Mapping[str, Collection[type[PKCS11Error]]] = {
    marked("the PIN is wrong"): (faults.PinIncorrect, faults.PinLenRange, faults.PinInvalid),
    marked("the token is locked after wrong PINs"): (faults.PinLocked,),
    marked("its PIN has expired"): (faults.PinExpired,),
    marked("no PIN was set for the token yet"): (faults.UserPinNotInitialized,),
    marked("the token was taken out"): (
        faults.DeviceRemoved, faults.TokenNotPresent, faults.SlotIDInvalid, faults.SessionHandleInvalid,
        faults.SessionClosed,
    ),
    marked("the token cannot sign as PDF asks (RSA or ECDSA, with SHA-256)"): (
        faults.MechanismInvalid, faults.MechanismParamInvalid, faults.FunctionNotSupported, faults.KeySizeRange,
        faults.KeyTypeInconsistent,
    ),
    marked("the library does not know this token"): (faults.TokenNotRecognised,),
}  # fmt: skip


def token_fault(error: PKCS11Error) -> str:
    """What a token reports, in the language spoken now; what has no words yet under the name that PKCS#11 gives it."""
    for said, kinds in _FAULTS.items():
        if isinstance(error, tuple(kinds)):
            return gettext(said)
    return gettext("the token reports the fault “{fault}”").format(fault=type(error).__name__)


def _parsed(source: str) -> tuple[dict[str, bytes], str]:
    """The path attributes of the URI, and the library that speaks to the token."""
    path, _, query = source.removeprefix(TOKEN_SCHEME).partition("?")
    pairs = (part.partition("=") for part in path.split(";") if part)
    wanted = {key: unquote_to_bytes(value) for key, _, value in pairs}
    asked = dict(parse_qsl(query))
    library = unquote(asked.get("module-path", ""))
    if "pin-value" in asked or "pin-source" in asked:
        raise CannotSign(source=TOKEN_SCHEME, reason=gettext("a PIN is given through “--pin-fd”, never in the address"))
    if not library:
        raise CannotSign(source=source, reason=gettext("the address names no library (“?module-path=…”)"))
    return wanted, library


def _meant(token: pkcs11.Token, wanted: dict[str, bytes]) -> bool:
    label, serial = wanted.get("token"), wanted.get("serial")
    return (label is None or token.label.encode() == label) and (serial is None or token.serial == serial)


def _key_of(source: str, session: pkcs11.Session, wanted: dict[str, bytes]) -> PKCS11Signer:
    """The one private key that is meant, with the certificate that has its id."""
    asked: dict[pkcs11.Attribute, Any] = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
    if "object" in wanted:
        asked[pkcs11.Attribute.LABEL] = wanted["object"].decode("utf-8", "replace")
    if "id" in wanted:
        asked[pkcs11.Attribute.ID] = wanted["id"]
    keys = list(session.get_objects(asked))
    if len(keys) != 1:
        raise CannotSign(source=source, reason=_count(len(keys)))
    held = list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}))
    known = {each[pkcs11.Attribute.ID]: x509.Certificate.load(each[pkcs11.Attribute.VALUE]) for each in held}
    identifier = keys[0][pkcs11.Attribute.ID]
    if identifier not in known:
        raise CannotSign(source=source, reason=_no_certificate())
    own = known[identifier]
    above = _above(own, known.values())
    inner = _TokenSigner(session, signing_cert=own, key_id=identifier)
    inner.above = _store(above)
    inner.signed_attr_prov_spec = _ChainNamed([own, *above])
    return inner


class _TokenSigner(PKCS11Signer):
    """Puts ``above`` into the signature beside its own certificate, which pyHanko's would put there twice."""

    above: SimpleCertificateStore

    @property
    def cert_registry(self) -> SimpleCertificateStore:
        return self.above


class _ChainNamed(SignedAttributeProviderSpec):
    """Signs the digests of all certificates that go into the file (RFC 5035, 5.4.1.1), not only the signer's: without
    that, those of the authorities could be changed in the file and nobody would see it.
    """

    def __init__(self, chain: Sequence[x509.Certificate]) -> None:
        self._chain = chain

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterable[CMSAttributeProvider]:
        return [_ChainProvider(self._chain)]


class _ChainProvider(CMSAttributeProvider):
    attribute_type = "signing_certificate_v2"

    def __init__(self, chain: Sequence[x509.Certificate]) -> None:
        self._chain = chain

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        named = [as_signing_certificate_v2(each)["certs"][0] for each in self._chain]
        return tsp.SigningCertificateV2({"certs": named})


def _above(certificate: x509.Certificate, known: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Those that vouch for ``certificate``, upwards: what else a file or token holds is none of a reader's business."""
    by_subject = {each.subject.hashable: each for each in known}
    chain = [certificate]
    while (above := by_subject.get(chain[-1].issuer.hashable)) is not None and above not in chain:
        chain.append(above)
    return chain[1:]


def _store(certificates: Iterable[x509.Certificate]) -> SimpleCertificateStore:
    made = SimpleCertificateStore()
    made.register_multiple(certificates)
    return made


def _checked(source: str, certificate: x509.Certificate) -> str:
    """The name in the certificate. Raises CannotSign where it may not sign now."""
    if not certificate.not_valid_before <= now() <= certificate.not_valid_after:
        first, last = (
            f"{moment.astimezone(VIETNAM):%d/%m/%Y}"
            for moment in (certificate.not_valid_before, certificate.not_valid_after)
        )
        said = gettext("its certificate counts from {first} to {last}").format(first=first, last=last)
        raise CannotSign(source=source, reason=said)
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & _MAY_SIGN:
        raise CannotSign(source=source, reason=gettext("its certificate is not made for signing"))
    return name_of(certificate)


def name_of(certificate: x509.Certificate) -> str:
    """Whose the certificate is: the common name, else the organisation, else all of the subject."""
    subject: dict[str, Any] = certificate.subject.native
    named = subject.get("common_name") or subject.get("organization_name") or certificate.subject.human_friendly
    return named if isinstance(named, str) else str(named[0])


def _no_certificate() -> str:
    return gettext("there is no key with its certificate")


def _count(count: int) -> str:
    said = ngettext("{count} token or key fits the address", "{count} tokens or keys fit the address", count)
    return said.format(count=count)
