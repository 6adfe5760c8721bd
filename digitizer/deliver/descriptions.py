"""Descriptive metadata as XML: EAD.xml and EAD_doc of Circular 05/2025, simple Dublin Core, EAD3 1.1.1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from lxml import etree

from digitizer.clock import stamp
from digitizer.deliver.content import Dossier, DossierItem
from digitizer.deliver.described import Described
from digitizer.deliver.elements import MADE_BY, MADE_ON, reference, said_under
from digitizer.deliver.forms import Description, PackageForm
from digitizer.deliver.xml import DC, EAD3, child, element, serialise
from digitizer.describe.profiles import FieldSpec, FieldType, Profiles
from digitizer.describe.values import shown
from digitizer.model import Level, Record, Value

_XS = "http://www.w3.org/2001/XMLSchema"
_LANGUAGES = {
    "01": "vie", "02": "eng", "03": "fre", "04": "rus", "05": "chi", "06": "vie", "07": "vie", "08": "vie", "09": "chi",
    "10": "vie",
}  # fmt: skip
"""ISO 639-2 of the circular's code; the first of two, and none for "other"."""


def tt05_document(described: Described) -> bytes:
    """EAD.xml or EAD_doc: root ``simpledc`` in no namespace, every element of its form, in order."""
    root = element("simpledc")
    for name, text in described.values.items():
        child(root, name, text=text)
    return serialise(root)


def tt05_schema(form: PackageForm, description: Description) -> bytes:
    """The XSD of such a document: elements, order, greatest lengths, what must be filled."""
    root = element(f"{{{_XS}}}schema", {"elementFormDefault": "qualified"}, xs=_XS)
    top = child(root, "element", {"name": "simpledc"})
    sequence = child(child(top, "complexType"), "sequence")
    for name in description.elements:
        spec = form.field_of(reference(description), name)
        made = child(sequence, "element", {"name": name})
        restriction = child(child(made, "simpleType"), "restriction", {"base": "xs:string"})
        if name in description.required:
            child(restriction, "minLength", {"value": "1"})
        if spec is not None and spec.length is not None:
            child(restriction, "maxLength", {"value": str(spec.length)})
        for pattern in _patterns(spec, empty=name not in description.required):
            child(restriction, "pattern", {"value": pattern})
    return serialise(root)


def _patterns(spec: FieldSpec | None, *, empty: bool) -> Iterable[str]:
    patterns = {
        FieldType.DATE: "(([0-9]{2}/)?[0-9]{2}/)?[0-9]{4}",
        FieldType.NUMBER: "[0-9]+",
        FieldType.FLAG: "[01]",
    }
    found = patterns.get(spec.type) if spec is not None else None
    return [] if found is None else [f"({found})?" if empty else found]


def dublin_core(profiles: Profiles, dossier: Dossier) -> bytes:
    """The file in simple Dublin Core: root ``simpledc``, elements of the dc namespace."""
    root = element("simpledc", dc=DC)
    _dublin(root, profiles, dossier.file, dossier.values)
    for item in dossier.items:
        if not item.is_file:
            child(root, f"{{{DC}}}relation", text=item.record.code)
    return serialise(root)


def dublin_core_rows(profiles: Profiles, dossier: Dossier) -> Iterator[list[tuple[str, str]]]:
    """The Dublin Core elements of the file, then of each of its items."""
    yield _dublin_values(profiles, dossier.file, dossier.values)
    for item in dossier.items:
        if not item.is_file:
            yield _dublin_values(profiles, item.record, item.values)


def _dublin(root: Any, profiles: Profiles, record: Record, values: Mapping[str, Value | None]) -> None:
    for name, text in _dublin_values(profiles, record, values):
        child(root, f"{{{DC}}}{name}", text=text)


def _dublin_values(
    profiles: Profiles, record: Record, values: Mapping[str, Value | None]
) -> list[tuple[str, str]]:  # fmt: skip
    profile = profiles.get(record.profile)

    def said(key: str) -> str:
        spec = profile.spec(key)
        return "" if spec is None else shown(profiles, spec, values.get(key))

    dates = "/".join(str(values[key]) for key in ("start_date", "end_date") if values.get(key))
    found = [
        ("identifier", record.code), ("title", record.title or record.code),
        ("creator", said_under(profile, MADE_BY, values)),
        ("date", dates or said_under(profile, MADE_ON, values)), ("type", said("type")), ("subject", said("keywords")),
        *[("language", code) for code in languages(values)], ("rights", said("access")),
        ("description", said("note")),
    ]  # fmt: skip
    return [(name, text) for name, text in found if text]


def languages(values: Mapping[str, Value | None]) -> list[str]:
    """ISO 639-2 codes of a record's languages."""
    said = values.get("language")
    codes = said if isinstance(said, list) else [str(said)] if said else []
    return list(dict.fromkeys(_LANGUAGES[code] for code in codes if code in _LANGUAGES))


@dataclass(frozen=True, slots=True)
class Linked:
    """An item and where its files are, relative to the EAD document."""

    item: DossierItem
    hrefs: Sequence[str]


def ead3(profiles: Profiles, dossier: Dossier, linked: Sequence[Linked]) -> bytes:
    """The file and its items as an EAD3 finding aid. ``linked``: its items, in order."""
    root = element(f"{{{EAD3}}}ead", ead=EAD3)
    title = dossier.file.title or dossier.file.code
    control(root, dossier.file.code, title, _body(dossier))
    archdesc = child(root, "archdesc", {"level": "file"})
    _did(archdesc, profiles, dossier.file, dossier.values, dossier.pages)
    items = [each for each in linked if not each.item.is_file]
    if items:
        dsc = child(archdesc, "dsc")
        for each in items:
            component = child(dsc, "c", {"level": "item"})
            did = _did(component, profiles, each.item.record, each.item.values, len(each.item.pages))
            for href in each.hrefs:
                child(did, "dao", {"daotype": "derived", "href": href})
    return serialise(root)


def write_ead3_list(path: Path, profiles: Profiles, dossiers: Iterable[Dossier]) -> None:
    """Write the files with their items as one finding aid of the fonds that the first lies in, one by one; nothing
    where there is none. Raises OSError.
    """
    following = iter(dossiers)
    first = next(following, None)
    with path.open("wb") as handle:
        if first is None:
            return
        top = first.above[0] if first.above else first.file
        title = top.title or top.code
        head = element(f"{{{EAD3}}}ead", ead=EAD3)
        control(head, top.code, title, title)
        did = child(head, "did")
        child(did, "unitid", text=top.code)
        child(did, "unittitle", text=title)
        with etree.xmlfile(handle, encoding="UTF-8") as out:
            out.write_declaration()
            with out.element(f"{{{EAD3}}}ead", nsmap={"ead": EAD3}):
                out.write(head[0])
                level = "fonds" if top.level is Level.FONDS else "file"
                with out.element(f"{{{EAD3}}}archdesc", {"level": level}):
                    out.write(did)
                    with out.element(f"{{{EAD3}}}dsc"):
                        for dossier in chain([first], following):
                            out.write(_component(profiles, dossier))
                            out.write("\n")


def _component(profiles: Profiles, dossier: Dossier) -> Any:
    component = element(f"{{{EAD3}}}c", {"level": "file"}, ead=EAD3)
    _did(component, profiles, dossier.file, dossier.values, dossier.pages)
    for item in dossier.items:
        if not item.is_file:
            inner = child(component, "c", {"level": "item"})
            _did(inner, profiles, item.record, item.values, len(item.pages))
    etree.indent(component)
    return component


def control(root: Any, identifier: str, title: str, agency: str) -> None:
    """The control section of an EAD3 document."""
    section = child(root, "control")
    child(section, "recordid", text=identifier)
    statement = child(child(section, "filedesc"), "titlestmt")
    child(statement, "titleproper", text=title)
    child(section, "maintenancestatus", {"value": "new"})
    child(child(section, "maintenanceagency"), "agencyname", text=agency)
    event = child(child(section, "maintenancehistory"), "maintenanceevent")
    child(event, "eventtype", {"value": "created"})
    child(event, "eventdatetime", text=stamp())
    child(event, "agenttype", {"value": "machine"})
    child(event, "agent", text="Digitizer")


def _body(dossier: Dossier) -> str:
    return next((each.title for each in dossier.above if each.title), None) or dossier.file.code


def _did(
    parent: Any, profiles: Profiles, record: Record, values: Mapping[str, Value | None], pages: int
) -> Any:  # fmt: skip
    profile = profiles.get(record.profile)
    did = child(parent, "did")
    child(did, "unitid", text=record.code)
    child(did, "unittitle", text=record.title or record.code)
    if body := said_under(profile, MADE_BY, values):
        child(child(child(did, "origination"), "corpname"), "part", text=body)
    first, last = values.get("start_date"), values.get("end_date")
    date = said_under(profile, MADE_ON, values)
    if first and last:
        span = child(child(did, "unitdatestructured"), "daterange")
        child(span, "fromdate", {"standarddate": str(first)}, text=str(first))
        child(span, "todate", {"standarddate": str(last)}, text=str(last))
    elif date or first or last:
        one = str(date or first or last)
        child(child(did, "unitdatestructured"), "datesingle", {"standarddate": one}, text=one)
    if pages:
        extent = child(did, "physdescstructured", {"physdescstructuredtype": "materialtype", "coverage": "whole"})
        child(extent, "quantity", text=str(pages))
        child(extent, "unittype", text="page")
    codes = languages(values)
    if codes:
        material = child(did, "langmaterial")
        for code in codes:
            child(material, "language", {"langcode": code}, text=code)
    access = values.get("access")
    spec = profile.spec("access")
    if access and spec is not None:
        child(child(parent, "accessrestrict"), "p", text=shown(profiles, spec, access))
    return did
