"""What an act changed, for people who read the audit; as kept it is told by ``acts.changes``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from digitizer.acts import few, in_words
from digitizer.catalogue.arrange import PART_OF
from digitizer.catalogue.audit import Act
from digitizer.catalogue.permits import role_title
from digitizer.catalogue.records import MOVED, STANDS
from digitizer.catalogue.told import MERGE
from digitizer.deliver.signed import SIGNATURES, fact_in_words
from digitizer.describe.profiles import FieldSpec, Profiles
from digitizer.describe.values import shown
from digitizer.i18n import gettext, marked, ngettext
from digitizer.journal import ARRANGED

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
"""A UUID or a SHA-256."""
_UNSAID = (
    "call", "inside", "level", "before", "beside", "born", "ordinals", "split", "chain_end", "placed", "set", PART_OF,
    STANDS, MOVED, *MERGE, "sorted_from", "end", "at", "person", "account", "quick", "as", "identifier", "received",
)  # fmt: skip
"""Ids, places among neighbours, the level (that of the form), and what is said in other words or beside."""
_OF_RECORDS = ("record.", "undo", "redo")
_RECEIVED = ("record.receive", "page.receive")
_PACKAGES = ("record.deliver", "package.receive")
"""These tell of a package; no word of theirs is a field of a record."""
_BIRTHS = ("record.create", "page.import")
_WORDS = {
    "code": marked("Code"),
    "title": marked("Title"),
    "profile": marked("Form"),
    "parent": marked("Lies in"),
    "record": marked("Record"),
    "state": marked("State"),
    "name": marked("Name"),
    "pages": marked("Pages"),
    "quarters": marked("Turned"),
    "sheet": marked("Sheet"),
    "side": marked("Side"),
    "explained": marked("Explanations"),
    "roles": marked("Roles"),
    "kind": marked("Kind"),
    "path": marked("Path"),
    "version": marked("Version"),
    "words": marked("Words"),
    "reader": marked("Reader"),
    "fault": marked("Fault"),
    "attempts": marked("Attempts"),
    "file": marked("File"),
    "files": marked("Files"),
    "bytes": marked("Bytes"),
    "masters": marked("Originals"),
    "faults": marked("Faults"),
    "lost": marked("Lost"),
    "from": marked("From"),
    "made": marked("Made"),
    "media_end": marked("End of the medium’s life"),
    "query": marked("Query"),
    "records": marked("Records"),
    "value": marked("Value"),
    "layout": marked("Layout"),
    "items": marked("Items"),
    "sheets": marked("Sheets"),
    "secrecy": marked("Secrecy"),
    "signed": marked("Signed by"),
    SIGNATURES: marked("Signatures"),
    "new_records": marked("New records"),
    "changed_records": marked("Changed records"),
    "known_records": marked("Records known already"),
    "new_pages": marked("New pages"),
    "changed_pages": marked("Changed pages"),
    "known_pages": marked("Pages known already"),
    "signed_at": marked("Signed at"),
    "certificate": marked("Certificate"),
    "trusted": marked("Trusted"),
    "encrypted": marked("Encrypted"),
    "folder": marked("Folder"),
    "body": marked("Delivering body"),
    "replaces": marked("Replaces"),
}


def readable_changes(act: Act, profiles: Profiles) -> str:
    """The values that an act changed, in the language spoken now: ``Title: “a” → “b”``, by the labels of the profiles
    where they have such a field. Ids and what is empty are left out.
    """
    return "; ".join(_told(act, profiles))


def _told(act: Act, profiles: Profiles) -> Iterator[str]:
    after = act.after or {}
    if after.get(PART_OF) in ARRANGED:
        yield gettext(ARRANGED[after[PART_OF]])
    if "placed" in after:
        pages = {page for placed in after["placed"].values() for page in placed} | after.get("set", {}).keys()
        yield ngettext("{count} page", "{count} pages", len(pages)).format(count=len(pages))
    was, is_now = _flat(act.before), _flat(act.after)
    came = act.kind in _RECEIVED and was.keys() == {"withdrawn"} and not is_now.keys().isdisjoint(("code", "name"))
    born = came or act.kind in _BIRTHS
    described = act.kind.startswith(_OF_RECORDS) and act.kind not in _PACKAGES
    for name in dict.fromkeys((*is_now, *was)):
        if name == "withdrawn":
            if not born and was.get(name) != is_now.get(name):
                yield gettext("taken out") if is_now.get(name) else gettext("put back")
            continue
        if name == "active":
            if act.before is not None:
                yield gettext("is back") if is_now.get(name) else gettext("has left")
            continue
        if name == "ordinal" and not described:
            continue
        spec = _spec(profiles, is_now.get("profile"), name) if described else None
        old, new = (_value(profiles, spec, name, values.get(name)) for values in (was, is_now))
        if old != new:
            label = spec.label.shown if spec else gettext(_WORDS[name]) if name in _WORDS else name
            yield f"{label}: {old} → {new or '–'}" if old else f"{label}: {new}"


def _flat(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Described values among the others."""
    found = dict(values or {})
    fields = found.pop("fields", None)
    found |= fields if isinstance(fields, dict) else {}
    return {name: value for name, value in found.items() if name not in _UNSAID}


def _spec(profiles: Profiles, profile: str | None, key: str) -> FieldSpec | None:
    """The field of that key: of the profile that the act names, else of the first that has one. What a code or title is
    called is another in each.
    """
    named = profiles.all.get(profile or "")
    if named is None and key in ("code", "title"):
        return None
    forms = [*([] if named is None else [named]), *profiles.all.values()]
    return next((spec for form in forms if (spec := form.spec(key)) is not None), None)


def _label_of(profiles: Profiles, name: str, value: Any) -> str | None:
    """What a code of the program's own is called; None where it is none."""
    label = None
    if name == "secrecy":
        label = profiles.codes["secrecy"].label_of(str(value))
    elif name == "profile" and value in profiles.all:
        label = profiles.all[value].label
    return in_words(name, value) if label is None else label.shown


def _value(profiles: Profiles, spec: FieldSpec | None, name: str, value: Any) -> str:
    if value in (None, "", [], {}) or (isinstance(value, str) and ID.fullmatch(value)):
        return ""
    words = _label_of(profiles, name, value) if spec is None else None
    if words is not None:
        return words
    if name == SIGNATURES and spec is None:
        return fact_in_words(value)
    if name == "roles":
        return ", ".join(role_title(role) for role in value)
    if isinstance(value, list) and all(isinstance(each, str) and ID.fullmatch(each) for each in value):
        return str(len(value))
    return few(value) if spec is None or isinstance(value, dict) else shown(profiles, spec, value)
