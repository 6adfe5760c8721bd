"""The metadata of Circular 05/2025 for a file: what each element says, and what stands in the way of delivering it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from digitizer.deliver.content import SECRET_ACCESS, Dossier, DossierItem, shared_above
from digitizer.deliver.elements import SEVERAL, reference, unknown_codes
from digitizer.deliver.forms import Description, PackageForm
from digitizer.deliver.resolution import coarse_pages
from digitizer.describe.dates import parse_date
from digitizer.describe.levels import level_name
from digitizer.describe.profiles import FieldSpec, FieldType, Profiles, template_names
from digitizer.describe.values import faults
from digitizer.errors import KnownError, NotReady
from digitizer.i18n import gettext
from digitizer.model import Level, Record, Secrecy, Value
from digitizer.workspace import Workspace
from ocr.formats.xml import allowed
from ocr.text import nfc

LackKind = Literal["", "unread", "failed", "secret", "coarse", "signing", "key"]
"""Pages that wait or failed; what may leave; how it is signed; whom it is encrypted to."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEED_THE_ARCHIVE = ("arcFileCode", "docCode")
"""Elements with a code that begins with that of the archive, in an AIP."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What is wrong, and where. ``page``: from 1, in the record. ``field``: a key of its profile, "" for none.
    ``kind``: what else but the field or the page would mend it.
    """

    record: str
    page: int | None
    field: str
    sentence: str
    kind: LackKind = ""

    @property
    def line(self) -> str:
        """For people: place and sentence."""
        place = (
            self.record
            if self.page is None
            else gettext("{record}, page {page}").format(record=self.record, page=self.page)
        )
        return f"{place}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Described:
    """A metadata file: its form and what each of its elements says, in order, "" for nothing."""

    form: Description
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DescribedDossier:
    """The metadata of a file and, in order, of its items."""

    file: Described
    items: tuple[Described, ...]


def describe(profiles: Profiles, dossier: Dossier, form: PackageForm) -> DescribedDossier:
    """What the metadata files of the package say. ``form``: of the layout tt05."""
    code, fonds = _code_of(dossier, form), next((each for each in dossier.above if each.level is Level.FONDS), None)
    whole = form.whole(loose=dossier.loose)
    return DescribedDossier(
        _described(profiles, form, dossier.file, _with_counts(dossier), description=whole, code=code),
        tuple(
            _described(
                profiles, form, item.record, _with_page_count(item),
                description=form.of_item(item.record.profile), code=code, item=item, loose=dossier.loose, fonds=fonds,
            )
            for item in dossier.items
        ),
    )  # fmt: skip


def lacks(workspace: Workspace, dossier: Dossier, form: PackageForm, *, coarse: bool = False) -> list[Lack]:
    """All that stands in the way of delivering the file as a package, in the order of the file. ``coarse``: pages below
    the least resolution may leave.
    """
    profiles = workspace.catalogue.records.profiles
    found = [*_structure(dossier, form), *_levels(profiles, dossier)]
    if form.layout == "eark":  # with the files that pages came in
        found += _shared(workspace, dossier)
    if form.file is None:
        found += _least(profiles, dossier)
    else:
        made = describe(profiles, dossier, form)
        of_file = list(_record_lacks(profiles, dossier.file, _with_counts(dossier), form, made.file))
        if dossier.loose:  # of which nobody has filled in a form
            fonds = dossier.above[0].code
            of_file = [replace(lack, record=fonds) for lack in of_file if lack.field in ("repository", "title", "code")]
        found += of_file
        said = {lack.field for lack in of_file}
        for item, written in zip(dossier.items, made.items, strict=True):
            if not item.is_file:
                profile = profiles.get(item.record.profile)
                for lack in _record_lacks(profiles, item.record, _with_page_count(item), form, written):
                    spec = profile.spec(lack.field)
                    if spec is None or not (spec.inherit and lack.field in said):  # said once, of the whole
                        found.append(lack)
        found += [] if dossier.loose else _codes(profiles, dossier)
        if not coarse:
            found += coarse_lacks(workspace, dossier)
    return list(dict.fromkeys(found))


def _code_of(dossier: Dossier, form: PackageForm) -> str:
    """The code of the file; in an AIP with that of the archive in front."""
    code, repository = dossier.file.code, str(dossier.values.get("repository") or "")
    if form.package == "SIP":
        return code
    if not repository:
        return ""
    return code if code.startswith(f"{repository}.") else f"{repository}.{code}"


def _with_counts(dossier: Dossier) -> dict[str, Value | None]:
    counted: dict[str, Value | None] = {
        "items": dossier.count, "pages": dossier.pages, "sheets": dossier.sheets,
    }  # fmt: skip
    given = {key: value for key, value in dossier.values.items() if value is not None}
    return {**dict.fromkeys(dossier.values), **counted, **given}


def _with_page_count(item: DossierItem) -> dict[str, Value | None]:
    given = {key: value for key, value in item.values.items() if value is not None}
    return {**dict.fromkeys(item.values), "pages": len(item.pages), **given}


def _described(
    profiles: Profiles, form: PackageForm, record: Record, values: Mapping[str, Value | None], *,
    description: Description, code: str, item: DossierItem | None = None, loose: bool = False,
    fonds: Record | None = None,
) -> Described:  # fmt: skip
    fields = form.fields_of(profiles.get(record.profile))
    made: dict[str, str] = {}
    for element in description.elements:
        spec = fields.get(element)
        said = "" if spec is None else said_of(spec, values.get(spec.key))
        made[element] = said
    for element, key in description.from_fonds.items():
        if fonds is not None and not made[element]:
            made[element] = str((fonds.title if key == "title" else fonds.fields.get(key)) or "")
    for element in ("fileCode", "arcFileCode"):
        if element in made:
            made[element] = code
    if item is not None and not item.is_file:
        number = item.number
        if "docCode" in made:
            made["docCode"] = f"{code}.{number:07d}" if code else ""
        if "docOrdinal" in made:
            made["docOrdinal"] = str(number)
        if "docId" in made:
            made["docId"] = made["docId"] or (record.code if loose else f"{code}.{number}")
    if "source" in made:
        made["source"] = str(values["source"])
    if "riskRecovery" in made:
        made["riskRecovery"] = made["riskRecovery"] or "0"
    return Described(description, {element: allowed(nfc(text)) for element, text in made.items()})


def said_of(spec: FieldSpec, value: Value | None) -> str:
    """What an element of the circular says of a value; "" for nothing."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return SEVERAL.join(value)
    if spec.type is FieldType.FLAG:
        return "1" if value else "0"
    if spec.type is FieldType.DATE and (date := parse_date(str(value))) is not None:
        return date.local
    return str(value)


def _structure(dossier: Dossier, form: PackageForm) -> Iterator[Lack]:
    for item in dossier.items:
        if item.is_file and form.item:  # which has metadata for items alone
            for page in item.pages:
                yield Lack(item.record.code, page.number, "", gettext("The page lies in no item."))
        elif not item.is_file and not item.pages:
            yield Lack(item.record.code, None, "", gettext("There is no page of this item."))
        if not item.is_file and item.number < 1:
            yield Lack(item.record.code, None, "ordinal", gettext("Items are numbered from 1."))
    numbers = Counter(item.number for item in dossier.items if not item.is_file)
    for item in dossier.items:
        if not item.is_file and numbers[item.number] > 1:
            said = gettext("Another item of the file has the number {number} too.")
            yield Lack(item.record.code, None, "ordinal", said.format(number=item.number))
    yield from _counts(dossier)


def _counts(dossier: Dossier) -> Iterator[Lack]:
    """What is declared against what is delivered."""
    code, values = dossier.file.code, dossier.values
    differs = gettext("{declared} are declared, {captured} are there.")
    for key, captured in (("items", dossier.count), ("pages", dossier.pages)):
        declared = values.get(key)
        if isinstance(declared, int) and declared != captured:
            yield Lack(code, None, key, differs.format(declared=declared, captured=captured))
    sheets = values.get("sheets")
    if isinstance(sheets, int) and not (dossier.pages + 1) // 2 <= sheets <= dossier.pages:
        said = gettext("{declared} sheets cannot have {captured} pages.")
        yield Lack(code, None, "sheets", said.format(declared=sheets, captured=dossier.pages))
    for item in dossier.items:
        declared = item.values.get("pages")
        if not item.is_file and isinstance(declared, int) and declared != len(item.pages):
            said = differs.format(declared=declared, captured=len(item.pages))
            yield Lack(item.record.code, None, "pages", said)


def _levels(profiles: Profiles, dossier: Dossier) -> Iterator[Lack]:
    """Access is as strict in the whole as in any part, and is secret where the record is."""

    def name(mode: str) -> str:
        label = profiles.codes["access"].label_of(mode)
        return mode if label is None else label.shown

    whole = str(dossier.values.get("access") or "")
    for record, values in [(dossier.file, dossier.values), *((item.record, item.values) for item in dossier.items)]:
        mode = str(values.get("access") or "")
        if mode > whole and not dossier.loose:
            said = gettext("Its access “{mode}” is stricter than that of its file, “{whole}”.")
            yield Lack(record.code, None, "access", said.format(mode=name(mode), whole=name(whole) or "—"))
        if mode and (mode == SECRET_ACCESS) != (record.effective_secrecy is not Secrecy.NONE):
            said = gettext(
                "Its access “{mode}” does not go with its level of secrecy “{level}”: what has a level has access"
                " “{secret}”, and nothing else has."
            )
            level = level_name(record.effective_secrecy)
            shown = said.format(mode=name(mode), level=level, secret=name(SECRET_ACCESS))
            yield Lack(record.code, None, "access", shown)


def _shared(workspace: Workspace, dossier: Dossier) -> Iterator[Lack]:
    """Files go along whole: none may hold pages of what is more secret."""
    records = [item.record for item in dossier.items]
    above = shared_above(workspace, records, dossier.secrecy)
    for item in dossier.items if above else ():
        for page in item.pages:
            if page.master in above:
                said = gettext("The file that it came in also holds pages of “{other}”, which is more secret.")
                yield Lack(item.record.code, page.number, "", said.format(other=above[page.master]))


def _least(profiles: Profiles, dossier: Dossier) -> Iterator[Lack]:
    """What Dublin Core needs of a file at least: title, date, language, rights."""
    profile = profiles.get(dossier.file.profile)
    for key in (profile.title, "start_date", "language", "access"):
        spec = profile.spec(key)
        if spec is not None and dossier.values.get(key) in (None, "", []):
            said = gettext("“{label}” must be filled in.").format(label=spec.label.shown)
            yield Lack(dossier.file.code, None, key, said)


def _record_lacks(
    profiles: Profiles, record: Record, values: Mapping[str, Value | None], form: PackageForm, written: Described
) -> Iterator[Lack]:
    profile = profiles.get(record.profile)
    fields, rules, said = form.fields_of(profile), form.fields_of(reference(written.form)), set()
    for fault in faults(profile, values):
        said.add(fault.key)
        yield Lack(record.code, None, fault.key, fault.sentence)
    for element, text in written.values.items():
        spec, rule = fields.get(element), rules.get(element)
        if not text and element in _NEED_THE_ARCHIVE:
            if element != written.form.record_code:  # said once, of the whole
                continue
            spec = profile.spec("repository")
        if spec is None or spec.key not in said:
            label = next((each.label.shown for each in (spec, rule) if each is not None), element)
            sentence = _wrong(written.form, element, text, rule, label)
            if spec is None and not text and sentence:
                sentence = gettext("Its form “{form}” has no field that fills “{label}” ({element}) of the package.")
                sentence = sentence.format(form=profile.label.shown, label=label, element=element)
            if sentence:
                yield Lack(record.code, None, "" if spec is None else spec.key, sentence)


def _wrong(description: Description, element: str, text: str, rule: FieldSpec | None, label: str) -> str:
    """What is wrong with an element; "" for nothing. ``rule``: the field of the circular's own form."""
    if not text:
        missing = gettext("“{label}” must be filled in.") if element in description.required else ""
        return missing.format(label=label)
    if rule is None:
        return ""
    if rule.length is not None and len(text) > rule.length:
        said = gettext("“{label}” has {length} letters as “{element}” of the package, and may have {most}.")
        return said.format(label=label, length=len(text), element=element, most=rule.length)
    if unknown := unknown_codes(rule, text):
        said = gettext("“{label}” has the code “{code}”, which the list of the circular does not know.")
        return said.format(label=label, code=unknown[0])
    if rule.type is FieldType.DATE and description.whole_dates:
        date = parse_date(text)
        if date is None or not date.whole:
            return gettext("“{label}” needs its day and month in this package.").format(label=label)
    return ""


def _codes(profiles: Profiles, dossier: Dossier) -> Iterator[Lack]:
    """The year in the code of the file, where its form puts it there: one of the faults known from real packages."""
    spec, year = profiles.get(dossier.file.profile).spec("code"), dossier.values.get("year")
    if spec is None or "year" not in template_names(spec.template or ""):
        return
    first, last = (parse_date(str(dossier.values.get(key) or "")) for key in ("start_date", "end_date"))
    said = [int(part) for part in dossier.file.code.split(".") if _YEAR.fullmatch(part)]
    if isinstance(year, int):
        wrong, right = bool(said) and year not in said, str(year)
    else:
        known = first is not None and last is not None
        wrong = (
            bool(said)
            and known
            and not any(first is not None and last is not None and first.year <= each <= last.year for each in said)
        )
        right = "" if first is None or last is None else f"{first.year}–{last.year}"
    if wrong:
        sentence = gettext("The year in the code ({said}) is not that of the file ({right}).")
        shown = sentence.format(said=", ".join(map(str, said)), right=right)
        yield Lack(dossier.file.code, None, "code", shown)


def coarse_lacks(workspace: Workspace, dossier: Dossier) -> Iterator[Lack]:
    """The pages below the least resolution that an archive asks for."""
    said = gettext("It has {dpi:.0f} dots per inch; the rule asks for {least:.0f}.")
    for item in dossier.items:
        least, found = coarse_pages(workspace, item.values.get("type"), item.pages)
        for number, dpi in found.items():
            yield Lack(item.record.code, number, "", said.format(dpi=dpi, least=least), "coarse")


def lacks_of(error: KnownError) -> tuple[Lack, ...]:
    """All that a file lacks that was not ready; nothing for another error."""
    return error.details["lacks"] if isinstance(error, NotReady) else ()  # type: ignore[return-value]  # of ``ready``
