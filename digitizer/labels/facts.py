"""What a label or a separator sheet tells people of a record, as a cover after TCVN 9251:2012 does."""

from __future__ import annotations

from dataclasses import dataclass

from digitizer.catalogue.records import Records
from digitizer.describe.values import shown
from digitizer.i18n import gettext
from digitizer.model import Level, Record, Secrecy
from digitizer.registers.forms import words


@dataclass(frozen=True, slots=True)
class Facts:
    """``fonds``: its name. ``numbers``, ``lines``: what is known, each with its name, such as “Phông số: 15”. ``box``:
    number of the box that is meant, which no record is made for: ``record`` is one of the files in it.
    """

    record: Record
    fonds: str
    title: str
    numbers: tuple[str, ...]
    lines: tuple[str, ...]
    box: str = ""


def facts_of(records: Records, record: Record) -> Facts:
    """What is known of the record, in the language spoken now. The title of what is top secret is left out."""
    path = {each.level: each for each in records.path(record)}
    fonds, register, box = (path.get(level) for level in (Level.FONDS, Level.REGISTER, Level.BOX))
    file = path.get(Level.FILE)
    said = _values(records, record)
    numbers = [
        (gettext("Fonds no. {value}"), fonds.code if fonds is not None else ""),
        (gettext("Register no. {value}"), _number(records, register, "number")),
        (gettext("Box no. {value}"), _number(records, box, "box") or said.get("box", "")),
        (gettext("File no. {value}"), _number(records, file, "number")),
    ]
    dates = " – ".join(said[key] for key in ("start_date", "end_date", "date") if said.get(key))
    lines = [
        (gettext("Dates: {value}"), dates),
        (gettext("Sheets: {value}"), said.get("sheets", "")),
        (gettext("Retention: {value}"), said.get("retention", "")),
    ]
    secret = record.effective_secrecy is Secrecy.TOP_SECRET
    return Facts(
        record,
        fonds.title if fonds is not None else "",
        words().withheld.shown if secret else record.title,
        tuple(name.format(value=value) for name, value in numbers if value),
        tuple(name.format(value=value) for name, value in lines if value),
    )


def box_of(records: Records, file: Record) -> Facts | None:
    """What is known of the box that the form of a file names; None where it names none."""
    said = _values(records, file)
    if not (box := said.get("box", "")):
        return None
    path = {each.level: each for each in records.path(file)}
    fonds, register = path.get(Level.FONDS), path.get(Level.REGISTER)
    numbers = [
        (gettext("Fonds no. {value}"), fonds.code if fonds is not None else ""),
        (gettext("Register no. {value}"), _number(records, register, "number")),
    ]
    specs = {spec.key: spec.label.shown for spec in records.profiles.get(file.profile).field}
    places = tuple(f"{specs[key]}: {said[key]}" for key in ("storeroom", "rack", "shelf") if said.get(key))
    told = tuple(name.format(value=value) for name, value in numbers if value)
    return Facts(file, fonds.title if fonds is not None else "", "", told, places, box)


def _values(records: Records, record: Record) -> dict[str, str]:
    specs = {spec.key: spec for spec in records.profiles.get(record.profile).field}
    described = records.described(record)
    return {key: shown(records.profiles, spec, described[key]) for key, spec in specs.items()}


def _number(records: Records, record: Record | None, key: str) -> str:
    return "" if record is None else _values(records, record).get(key) or record.code
