"""What the visible block of a signature says, by rule: forms as data (TOML in ``resources/signatures``)."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

import resources
from digitizer.clock import VIETNAM
from digitizer.deliver.pdf_text import mappable
from digitizer.deliver.signing_faults import SignatureUnfit
from digitizer.describe.code_lists import Label, Name
from digitizer.errors import NoSuchProfile
from digitizer.i18n import gettext, marked

DEFAULT = "tt05"


class SignatureForm(BaseModel):
    """``source``: the rule behind it. ``lines``: with ``{body} {time} {kind} {notation}``. ``seal``: whether a
    picture of the seal is shown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    label: Label
    source: str
    lines: tuple[str, ...] = Field(min_length=1)
    seal: bool = False

    def shows(self, part: str) -> bool:
        """``part``: ``body``, ``time``, ``kind`` or ``notation``."""
        return any(f"{{{part}}}" in line for line in self.lines)


@dataclass(frozen=True, slots=True)
class Appearance:
    """``kind``: form of copy, such as ``SAO Y``. ``notation``: number and sign. ``seal``: a PNG. Empty where the form
    does not show it.
    """

    form: SignatureForm
    body: str
    kind: str = ""
    notation: str = ""
    seal: Path | None = None

    def lines(self, moment: datetime) -> tuple[str, ...]:
        """What the block says at the aware ``moment``. Raises SignatureUnfit: the form asks for what is not given, or
        shows no seal where one is.
        """
        if self.form.seal != (self.seal is not None):
            raise SignatureUnfit(reason=self._told(_NO_SEAL if self.seal else _SEAL), option="--seal")
        shown = {
            "body": self.body, "kind": self.kind, "notation": self.notation,
            "time": f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S} +07:00",
        }  # fmt: skip
        said = {key: _visible(text) for key, text in shown.items()}
        for part, text in said.items():
            if self.form.shows(part) and not text:
                reason, option = _LACKING[part]
                raise SignatureUnfit(reason=self._told(reason), option=option)
        return tuple(line.format(**said) for line in self.form.lines)

    def _told(self, reason: str) -> str:
        return gettext(reason).format(form=self.form.label.shown)


_SEAL = marked("The signature “{form}” shows a seal, and its picture is not named.")
_NO_SEAL = marked("The signature “{form}” shows no seal.")
_LACKING = {
    "body": (marked("The signature “{form}” shows the body's name, and there is none."), "--body"),
    "kind": (marked("The signature “{form}” shows the form of copy, such as SAO Y, and there is none."), "--copy-kind"),
    "notation": (marked("The signature “{form}” shows number and sign, and there are none."), "--sign-form"),
}
"""By part of the block: what is said where it is missing, and the option that gives it (or another form)."""


def _visible(text: str) -> str:
    """``text`` as it can be shown: without what has no shape, in one line."""
    kept = mappable(unicodedata.normalize("NFC", text))
    return " ".join("".join(letter for letter in kept if unicodedata.category(letter) != "Cf").split())


def signature_forms() -> dict[str, SignatureForm]:
    """All of them by name."""
    files = sorted(resources.path("signatures").glob("*.toml"))
    found = [SignatureForm.model_validate(tomllib.loads(path.read_text("utf-8"))) for path in files]
    return {form.name: form for form in found}


def signature_form(name: str) -> SignatureForm:
    """Raises NoSuchProfile."""
    known = signature_forms()
    if name not in known:
        raise NoSuchProfile(name=name, known=", ".join(known))
    return known[name]
