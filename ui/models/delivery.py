"""How a person wants records to be delivered: kept for the next time, but what would be dangerous to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QSettings

from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.signing import SigningWish
from digitizer.i18n import gettext, marked
from digitizer.model import Secrecy
from digitizer.settings import settings_path

if TYPE_CHECKING:
    from digitizer.deliver.deliver import Delivery, DeliveryForm

FORMS: Mapping[str, tuple[str, str]] = {
    "pdf": (marked("PDF/A: to be read and searched"), "PDF/A"),
    "sip": (marked("SIP: package to hand over to the archive"), "SIP"),
    "aip": (marked("AIP: package to be kept in the archive"), "AIP"),
    "bag": (marked("BagIt: a SIP, with the hashes of all its files"), "BagIt"),
    "exchange": (marked("Package for another station of this program"), marked("exchange package")),
    "tables": (marked("Excel workbook, with the PDFs beside it"), "Excel"),
    "alto": (marked("ALTO: what was read and where it stands, as XML"), "ALTO"),
    "hocr": (marked("hOCR: what was read and where it stands, as HTML"), "hOCR"),
    "text": (marked("Plain text of what was read"), marked("text")),
    "ead": (marked("EAD: finding aid of the files, as XML"), "EAD"),
    "dc": (marked("Dublin Core: table of the files, as CSV"), "Dublin Core"),
}
"""What each form is called where it is chosen, and in short."""
OTHER_FORMS: Mapping[str, str] = {"original": marked("file as it came in")}
_PACKED = frozenset({"layout", "folder", "most", "coarse", "sign"})
_TAKEN: Mapping[str, frozenset[str]] = {
    "pdf": frozenset({"profile", "whole", "most", "coarse", "sign"}),
    **dict.fromkeys(("sip", "aip", "bag"), _PACKED),
    "exchange": frozenset({"most", "encrypt", "sign"}),
    "tables": frozenset({"most", "coarse", "sign"}),
}
_KEPT = "deliver/choice"
_NO_KEY = SigningWish("")


@dataclass(frozen=True, slots=True)
class DeliveryChoice:
    """``folder``: a package as a folder, not as a ZIP. ``sign``, ``encrypt``: whether ``signing`` and ``key`` count."""

    form: str = "pdf"
    layout: Literal["tt05", "eark"] = "tt05"
    folder: bool = False
    profile: Literal["archive", "reading"] = "archive"
    whole: bool = False
    coarse: bool = False
    most: Secrecy = Secrecy.NONE
    sign: bool = False
    signing: SigningWish = _NO_KEY
    encrypt: bool = False
    key: str = ""

    @property
    def taken(self) -> frozenset[str]:
        """The options that go with the form."""
        options = _TAKEN.get(self.form, frozenset({"most"}))
        return options - {"coarse"} if self.form == "pdf" and self.profile == "reading" else options

    @property
    def signed_by(self) -> SigningWish | None:
        """What signs; None where nothing does."""
        return replace(self.signing, visible=self.form != "exchange") if self.sign and "sign" in self.taken else None

    @property
    def pdf(self) -> PdfWish:
        """How PDFs are made, but for the signature."""
        of_pdf = self.form == "pdf"
        return PdfWish(self.profile if of_pdf else "archive", self.coarse and "coarse" in self.taken)

    def wanted(self, codes: Sequence[str], pdf: PdfWish) -> Delivery:
        """What to ask of ``deliver``. For a lane: loads much at its first call."""
        from digitizer.deliver.deliver import Delivery

        form: DeliveryForm = self.form  # type: ignore[assignment]  # one of its names
        return Delivery(
            form, codes, None, self.most, self.layout, zipped=not self.folder,
            whole=self.whole and "whole" in self.taken, pdf=pdf,
            encrypt_to=self.key.strip() if self.encrypt and "encrypt" in self.taken else None,
        )  # fmt: skip


def form_name(form: str) -> str:
    """What a form is called in short, in the language spoken now."""
    if form in OTHER_FORMS:
        return gettext(OTHER_FORMS[form])
    return gettext(FORMS[form][1]) if form in FORMS else form


def keep(choice: DeliveryChoice) -> None:
    """Keep it for the next time: without the PIN, which is not part of it, and without the secrecy that may leave."""
    told: dict[str, Any] = asdict(replace(choice, most=Secrecy.NONE))
    _settings().setValue(_KEPT, json.dumps(told, default=str))


def kept() -> DeliveryChoice:
    """What was chosen last, as far as it can be understood."""
    choice = DeliveryChoice()
    with suppress(ValueError, TypeError, AttributeError, KeyError):
        told = json.loads(str(_settings().value(_KEPT)))
        signing = told.pop("signing")
        seal = signing.pop("seal")
        made = DeliveryChoice(**told, signing=SigningWish(**signing, seal=Path(seal) if seal else None))
        if made.form in FORMS and made.layout in ("tt05", "eark") and made.profile in ("archive", "reading"):
            choice = replace(made, most=Secrecy.NONE)
    return choice


def _settings() -> QSettings:
    return QSettings(str(settings_path().with_name("window.ini")), QSettings.Format.IniFormat)
