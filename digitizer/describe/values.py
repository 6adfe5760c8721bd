"""Described values: read as people type them, checked against their field, shown again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digitizer.describe.dates import parse_date
from digitizer.describe.profiles import FieldSpec, FieldType, Profile, Profiles
from digitizer.i18n import gettext, ngettext
from digitizer.model import Value, clean
from ocr.text import nfc

SEPARATOR = ";"
"""Between several values of one field, in forms and tables."""
_YES, _NO = ("1", "true", "yes", "co", "có", "x"), ("0", "false", "no", "khong", "không")
NAMED = 12
"""Codes of a list that are all named where one is wrong."""
MULTILINE = 200
"""A field that may be longer keeps its line breaks."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field.

    ``rule``: public code: required, length, pattern, number, date, whole-date, code, flag, order.
    ``sentence``: what is wrong and what is allowed, in the language spoken now.
    """

    key: str
    rule: str
    sentence: str


class BadValue(Exception):
    """A value that its field does not take."""

    def __init__(self, fault: FieldFault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


def parse(profiles: Profiles, spec: FieldSpec, text: str) -> Value | None:
    """The value that ``text`` says for this field; None where it is empty. Raises BadValue."""
    parts = [part for part in (text.split(SEPARATOR) if spec.many else [text]) if clean(part)]
    if not parts:
        return None
    if not spec.many:
        return _parse_one(profiles, spec, text)
    values = [str(_parse_one(profiles, spec, part)) for part in parts]
    shown = f"{SEPARATOR} ".join(values)
    if spec.length is not None and len(shown) > spec.length:
        raise BadValue(_too_long(spec, len(shown)))
    return list(dict.fromkeys(values))


def shown(profiles: Profiles, spec: FieldSpec, value: Value | None) -> str:
    """The value for people, in the language spoken now; ``parse`` reads it back."""
    if value is None:
        return ""
    if isinstance(value, list):
        return f"{SEPARATOR} ".join(shown(profiles, spec, part) for part in value)
    if spec.type is FieldType.FLAG:
        return gettext("yes") if value else gettext("no")
    if spec.codes is not None and (label := profiles.codes[spec.codes].label_of(str(value))) is not None:
        return label.shown
    if spec.type is FieldType.DATE and (date := parse_date(str(value))) is not None:
        return date.local
    return str(value)


def faults(profile: Profile, values: Mapping[str, Value | None]) -> Iterator[FieldFault]:
    """What a record with these values (inherited ones too) lacks or has in conflict, in the order of the form."""
    for spec in profile.field:
        value = values.get(spec.key)
        before = profile.spec(spec.not_before) if spec.not_before is not None else None
        other = values.get(before.key) if before is not None else None
        if value in (None, "", []):
            if spec.required or _asked_for(spec, values):
                said = gettext("“{label}” must be filled in.")
                yield FieldFault(spec.key, "required", said.format(label=spec.label.shown))
        elif before is not None and other is not None and not _in_order(other, value):
            said = (
                gettext("“{label}” must not be smaller than “{other}”.")
                if isinstance(value, int)
                else gettext("“{label}” must not be before “{other}”.")
            )
            yield FieldFault(spec.key, "order", said.format(label=spec.label.shown, other=before.label.shown))


def _asked_for(spec: FieldSpec, values: Mapping[str, Value | None]) -> bool:
    return any(
        (str(values.get(key)).lower() if isinstance(values.get(key), bool) else values.get(key)) in wanted
        for key, wanted in spec.required_if.items()
    )


def _in_order(before: Value, after: Value) -> bool:
    if isinstance(before, int) and isinstance(after, int):
        return before <= after
    first, last = parse_date(str(before)), parse_date(str(after))
    return first is None or last is None or first.first <= last.last


def _parse_one(profiles: Profiles, spec: FieldSpec, text: str) -> str | int | bool:
    single = clean(text)
    match spec.type:
        case FieldType.NUMBER:
            return _number(spec, single)
        case FieldType.FLAG:
            if single.lower() in (*_YES, gettext("yes")):
                return True
            if single.lower() in (*_NO, gettext("no")):
                return False
            raise BadValue(_fault(spec, "flag", gettext("“{label}” must be yes or no, not “{text}”."), text=single))
        case FieldType.DATE:
            return _date(spec, single)
        case FieldType.CODE:
            assert spec.codes is not None, "a profile that was loaded has its code lists"
            codes = profiles.codes[spec.codes]
            code = codes.meant(single)
            if code is None:
                said = gettext("“{label}” must be one of the list “{list}”, not “{text}”.")
                if len(codes.entry) <= NAMED:
                    said = gettext("“{label}” must be one of the list “{list}” ({codes}), not “{text}”.")
                raise BadValue(_fault(spec, "code", said, list=codes.label.shown, text=single, codes=codes.in_words))
            return code
    long = spec.length is None or spec.length > MULTILINE
    kept = "\n".join(clean(line) for line in nfc(text).splitlines()).strip() if long else single
    if spec.length is not None and len(kept) > spec.length:
        raise BadValue(_too_long(spec, len(kept)))
    if spec.pattern is not None and not re.fullmatch(spec.pattern, kept):
        said = gettext("“{label}” cannot be “{text}”: it does not have the form that is asked for.")
        raise BadValue(_fault(spec, "pattern", said, text=kept))
    return kept


def _number(spec: FieldSpec, text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise BadValue(_fault(spec, "number", gettext("“{label}” must be a whole number, not “{text}”."), text=text))
    if spec.length is not None and len(text.lstrip("0")) > spec.length:
        raise BadValue(_too_long(spec, len(text)))
    return int(text)


def _date(spec: FieldSpec, text: str) -> str:
    date = parse_date(text)
    if date is None:
        said = gettext("“{label}” must be a day of the calendar, such as 05/03/2021, not “{text}”.")
        raise BadValue(_fault(spec, "date", said, text=text))
    if not (spec.partial or date.whole):
        said = gettext("“{label}” must name a whole day, such as 05/03/2021, not “{text}”.")
        raise BadValue(_fault(spec, "whole-date", said, text=text))
    return date.iso


def _too_long(spec: FieldSpec, length: int) -> FieldFault:
    said = ngettext(
        "“{label}” may have {most} letter; it has {length}.", "“{label}” may have {most} letters; it has {length}.",
        spec.length or 0,
    )  # fmt: skip
    return _fault(spec, "length", said, most=spec.length, length=length)


def _fault(spec: FieldSpec, rule: str, said: str, **details: object) -> FieldFault:
    return FieldFault(spec.key, rule, said.format(label=spec.label.shown, **details))
