"""What elements of Circular 05/2025 may say: lengths, code lists, dates, numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from digitizer.deliver.forms import Description, PackageForm, package_form
from digitizer.describe.dates import parse_date
from digitizer.describe.profiles import FieldSpec, FieldType, Profile, Profiles
from digitizer.i18n import gettext
from digitizer.model import Value

SEVERAL = ";"
"""Between several values of one element."""
MADE_BY = ("organName", "photographer", "recorder")
MADE_ON = ("issuedDate", "photoTime", "recordDate")
"""Elements with the maker and the date of an item, whatever it is."""
_BETWEEN = re.compile(r"\s*[;,]\s*")
_DATE = re.compile(r"((\d\d/)?\d\d/)?\d{4}")
_PROFILES = {"EAD": "file", "EAD_doc": "item", "EAD_pic": "photo", "EAD_media": "media"}
"""The cataloguing profile that each metadata file is made after."""


@cache
def shipped() -> Profiles:
    """The profiles and code lists of the circular, whatever a workspace has made of them."""
    return Profiles()


def reference(description: Description) -> Profile:
    """The form whose fields say how long the elements of a metadata file may be, whichever form fills them."""
    return shipped().get(_PROFILES[description.name])


def unknown_codes(spec: FieldSpec, text: str) -> list[str]:
    """The codes in ``text`` that the circular's list does not have."""
    codes = shipped().codes.get(spec.codes or "")
    if codes is None or not text:
        return []
    return [each for each in _BETWEEN.split(text) if codes.label_of(each) is None]


def said_under(profile: Profile, elements: Collection[str], values: Mapping[str, Value | None]) -> str:
    """What a record says in the fields that fill one of these elements: forms call what they mean differently."""
    found = (values.get(spec.key) for spec in profile.field if spec.tt05_sip in elements)
    return next((str(value) for value in found if value), "")


def document_faults(name: str, values: Mapping[str, str], kind: str) -> Iterator[str]:
    """What is wrong with a metadata file of that name (``EAD_doc``) in a package of that kind (sip, aip), element by
    element.
    """
    form = package_form("tt05", "aip" if kind == "aip" else "sip")
    description = form.batch if "source" in values else _description(form, name)
    if description is None:
        return
    profile = reference(description)
    for element in description.elements:
        text = values.get(element, "")
        spec = form.field_of(profile, element)
        if not text:
            if element in description.required:
                yield gettext("{element} is empty.").format(element=element)
        elif spec is not None:
            yield from _said_wrong(spec, element, text, whole_dates=description.whole_dates)


def file_faults(values: Mapping[str, str]) -> Iterator[str]:
    """What does not agree in the EAD.xml of a file."""
    if values.get("confidenceLevel") in ("02", "03") and not values.get("paperFileCode"):
        yield gettext("paperFileCode is empty, and the file was digitised from paper.")
    if values.get("riskRecovery") == "1" and not values.get("riskRecoveryStatus"):
        yield gettext("{element} is empty.").format(element="riskRecoveryStatus")
    first, last = (parse_date(values.get(name, "")) for name in ("startDate", "endDate"))
    if first is not None and last is not None and first.first > last.last:
        yield gettext("endDate lies before startDate.")
    papers, pages = (values.get(name, "") for name in ("numberOfPaper", "numberOfPage"))
    if papers.isdecimal() and pages.isdecimal() and not (int(pages) + 1) // 2 <= int(papers) <= int(pages):
        said = gettext("{declared} sheets cannot have {captured} pages.")
        yield said.format(declared=papers, captured=pages)


def _description(form: PackageForm, name: str) -> Description | None:
    every = [*([form.file] if form.file is not None else []), *form.item]
    return next((each for each in every if each.name.upper() == name.upper()), None)


def _said_wrong(spec: FieldSpec, element: str, text: str, *, whole_dates: bool) -> Iterator[str]:
    if spec.length is not None and len(text) > spec.length:
        said = gettext("{element} has {length} letters, and may have {most}.")
        yield said.format(element=element, length=len(text), most=spec.length)
    for code in unknown_codes(spec, text):
        yield gettext("{element} has the code “{code}”, which its list does not know.").format(
            element=element, code=code
        )
    if spec.type is FieldType.DATE:
        date = parse_date(text) if _DATE.fullmatch(text) else None
        if date is None:
            yield gettext("{element} is no date: “{text}”.").format(element=element, text=text)
        elif whole_dates and not date.whole:
            yield gettext("{element} lacks its day: “{text}”.").format(element=element, text=text)
    if spec.type is FieldType.NUMBER and not text.isdecimal():
        yield gettext("{element} is no number: “{text}”.").format(element=element, text=text)
    if spec.type is FieldType.FLAG and text not in ("0", "1"):
        yield gettext("{element} is neither 0 nor 1: “{text}”.").format(element=element, text=text)
