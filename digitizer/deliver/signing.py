"""How the PDFs of a delivery are wanted and signed, said before the key is opened: for window and command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from digitizer.deliver.pdf import Profile
from digitizer.deliver.record_pdf import PdfWish

TOKEN_SCHEME = "pkcs11:"


@dataclass(frozen=True, slots=True)
class SigningWish:
    """``source``: a PKCS#12 file or a ``pkcs11:`` address. ``form``: of ``digitizer.deliver.appearance``. ``body``:
    empty for the name in the certificate. ``kind``: form of copy. ``seal``: a PNG. ``visible``: a block shows it. The
    PIN is never part of it.
    """

    source: str
    form: str = "tt05"
    body: str = ""
    kind: str = ""
    seal: Path | None = None
    visible: bool = True


@contextmanager
def opened_wish(
    profile: Profile, coarse: bool, signing: SigningWish | None, pin: Callable[[], str]
) -> Iterator[PdfWish]:
    """How PDFs are made; the key that signs them is open during the block. ``pin`` is asked once, and only where there
    is something to sign with. Raises NoSuchProfile (the form), CannotSign; before the PIN is asked for what
    ``sign.refuse_unfit`` raises.
    """
    if signing is None:
        yield PdfWish(profile, coarse)
        return
    from digitizer.deliver.appearance import Appearance, signature_form
    from digitizer.deliver.keys import opened_signer
    from digitizer.deliver.sign import Signing, refuse_unfit

    form = signature_form(signing.form)
    if signing.visible:
        refuse_unfit(Appearance(form, signing.body or "—", signing.kind, seal=signing.seal))
    with opened_signer(signing.source, pin()) as signer:
        yield PdfWish(profile, coarse, Signing(signer, form, signing.body, signing.kind, signing.seal))


def token_address(token: str, library: str, key: str = "") -> str:
    """The ``pkcs11:`` address (RFC 7512) of a token, by its label, in which ``library`` finds the key of that label, or
    the only one.
    """
    named = f";object={quote(key, safe='')}" if key else ""
    return f"{TOKEN_SCHEME}token={quote(token, safe='')}{named}?module-path={quote(library)}"


def token_parts(address: str) -> tuple[str, str, str]:
    """The labels of token and key, and the library between them, as ``token_address`` takes them; "" for what the
    address does not say.
    """
    path, _, query = address.removeprefix(TOKEN_SCHEME).partition("?")
    said = dict(part.split("=", 1) for part in path.split(";") if "=" in part)
    asked = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
    return unquote(said.get("token", "")), unquote(asked.get("module-path", "")), unquote(said.get("object", ""))
