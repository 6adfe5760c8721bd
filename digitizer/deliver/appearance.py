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
from digitizer.describe.code_lists import Label, Name
from digitizer.errors import NoSuchProfile, WrongUsage
from digitizer.i18n import gettext

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
        """What the block says at the aware ``moment``. Raises WrongUsage where the form asks for what is not given."""
        if self.form.seal and self.seal is None:
            raise WrongUsage(
                reason=gettext("the form “{name}” shows a seal: name its picture").format(name=self.form.name)
            )
        shown = {
            "body": self.body, "kind": self.kind, "notation": self.notation,
            "time": f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S} +07:00",
        }  # fmt: skip
        said = {key: " ".join(mappable(unicodedata.normalize("NFC", text)).split()) for key, text in shown.items()}
        for line in self.form.lines:
            missing = next((key for key, text in said.items() if f"{{{key}}}" in line and not text), None)
            if missing:
                raise WrongUsage(
                    reason=gettext("the form “{name}” needs “{field}”").format(name=self.form.name, field=missing)
                )
        return tuple(line.format(**said) for line in self.form.lines)


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
