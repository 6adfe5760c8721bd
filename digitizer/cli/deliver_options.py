"""Options of a delivery that would mean nothing: refused, for nobody should believe that they were heard."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from digitizer.deliver.deliver import WITH_PDF
from digitizer.deliver.delivering import PACKAGES
from digitizer.errors import WrongUsage
from digitizer.i18n import gettext

if TYPE_CHECKING:
    from digitizer.deliver.appearance import SignatureForm

_GO_WITH: Mapping[str, Sequence[str]] = {
    "layout": PACKAGES, "folder": PACKAGES, "profile": WITH_PDF, "whole": ("pdf",), "allow_coarse": WITH_PDF,
    "sign": (*WITH_PDF, "exchange"), "encrypt_to": ("exchange",),
    **dict.fromkeys(("sign_form", "body", "copy_kind", "seal"), WITH_PDF),
}  # fmt: skip
_OF_SIGNING = ("pin_fd", "sign_form", "body", "copy_kind", "seal")
_SHOWN = {"body": "{body}", "copy_kind": "{kind}"}
"""What of the signature's block an option fills."""


def refuse_meaningless(arguments: argparse.Namespace) -> None:
    """Raises WrongUsage, naming the option and what it does not go with."""
    for name, forms in _GO_WITH.items():
        if _given(arguments, name) and arguments.form not in forms:
            _refuse(name, f"--as {arguments.form}")
    if arguments.sign is None:
        for name in _OF_SIGNING:
            if _given(arguments, name):
                said = gettext("“{option}” means nothing without “--sign”").format(option=_option(name))
                raise WrongUsage(reason=said)
    if arguments.allow_coarse and arguments.profile == "reading":
        _refuse("allow_coarse", "--profile reading")


def refuse_unshown(arguments: argparse.Namespace, form: SignatureForm) -> None:
    """Raises WrongUsage where the form of the signature does not show what is given for it."""
    for name, field in _SHOWN.items():
        if _given(arguments, name) and not any(field in line for line in form.lines):
            _refuse(name, f"--sign-form {form.name}")
    if arguments.seal is not None and not form.seal:
        _refuse("seal", f"--sign-form {form.name}")


def _given(arguments: argparse.Namespace, name: str) -> bool:
    return getattr(arguments, name) not in (None, False)


def _refuse(name: str, other: str) -> None:
    raise WrongUsage(reason=gettext("“{option}” does not go with “{other}”").format(option=_option(name), other=other))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
