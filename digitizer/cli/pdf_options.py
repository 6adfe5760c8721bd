"""The arguments that say how PDFs are made and signed. Loads nothing: every start declares all arguments."""

from __future__ import annotations

import argparse

from digitizer.cli import kinds
from digitizer.i18n import gettext


def add_pdf_options(made: argparse.ArgumentParser) -> None:
    """Declare them."""
    made.add_argument("--profile", choices=["archive", "reading"])
    made.add_argument("--whole", action="store_true", help=gettext("one PDF for each file (hồ sơ), not for each item"))
    coarse = gettext("pages below the resolution that an archive asks for may leave")
    made.add_argument("--allow-coarse", action="store_true", help=coarse)
    key = gettext(
        "sign the PDFs, or the exchange package: a PKCS#12 file, or a token (pkcs11:token=…;object=…?module-path=…)"
    )
    made.add_argument("--sign", metavar="P12|pkcs11:…", help=key)
    made.add_argument(
        "--pin-fd", type=kinds.natural, metavar="N", help=gettext("the open file that the PIN comes through")
    )
    form = gettext("what the visible signature says: tt05 (default), copy, annex, tt01")
    made.add_argument("--sign-form", metavar="NAME", help=form)
    body = gettext("the body's name there (default: as the certificate says)")
    made.add_argument("--body", metavar="NAME", help=body)
    made.add_argument("--copy-kind", metavar="TEXT", help=gettext("the form of copy, such as SAO Y"))
    made.add_argument(
        "--seal", type=kinds.path, metavar="FILE.png", help=gettext("picture of the seal, where the form has one")
    )
