"""What was found, counted by what describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from sqlite_utils import Database

from digitizer.describe.profiles import Profiles
from digitizer.i18n import gettext, marked
from digitizer.model import Facet, Level

NAMES = ("level", "type", "year", "issuing_body", "retention", "secrecy", "fonds")
MOST = 20
"""Values of one facet."""
_YEARS = ("date", "issue_date", "year", "start_date")
_NAMED = {"level": marked("Level"), "year": marked("Year")}
_INHERITED = ("retention", "secrecy", "year")
_KEYS = ("type", "issuing_body", "retention", *_YEARS)


def facets_of(database: Database, profiles: Profiles, counts: Mapping[int, int]) -> tuple[Facet, ...]:
    """The values that the records of these rows have, or take over from those above them, the commonest first.

    ``counts``: how often each record counts: once, or for each of its pages found.
    """
    values = _values(database, counts)
    counted: dict[str, Counter[str]] = {name: Counter() for name in NAMES}
    for record, count in counts.items():
        for name, value in _effective(values, record):
            counted[name][value] += count
    return tuple(
        Facet(name, value, _label(profiles, name, value), count)
        for name in NAMES
        for value, count in sorted(counted[name].items(), key=lambda each: (-each[1], each[0]))[:MOST]
    )


def name_shown(profiles: Profiles, name: str) -> str:
    """What the facet ``name`` is called, in the language spoken now: as its field in the forms, that of items first."""
    if name in _NAMED:
        return gettext(_NAMED[name])
    if name == "fonds":
        return profiles.of_level(Level.FONDS)[0].label.shown
    forms = [*profiles.of_level(Level.ITEM), *profiles.all.values()]
    return next((spec.label.shown for form in forms for spec in form.field if spec.key == name), name)


def _values(database: Database, counts: Mapping[int, int]) -> dict[int, dict[str, str | int]]:
    """Of the records and all above them: ``above`` (a row), ``code`` and the values that count here."""
    up = """WITH RECURSIVE up(id) AS (
        SELECT value FROM json_each(?)
        UNION SELECT record.parent FROM record JOIN up ON record.id = up.id WHERE record.parent IS NOT NULL
    )"""
    rows = json.dumps(list(counts))
    found: dict[int, dict[str, str | int]] = {}
    own = f"{up} SELECT record.id, parent, level, code, secrecy FROM up JOIN record ON record.id = up.id"
    for row, above, level, code, secrecy in database.conn.execute(own, [rows]):
        known = {"above": above, "level": level, "code": code, "secrecy": secrecy}
        found[row] = {name: value for name, value in known.items() if value is not None}
    described = f"""{up} SELECT record, key, value FROM up JOIN record_value ON record = up.id
        WHERE key IN (SELECT value FROM json_each(?)) AND value <> ''"""
    for row, key, value in database.conn.execute(described, [rows, json.dumps(_KEYS)]):
        name, shown = ("year", value[:4]) if key in _YEARS else (key, value)
        found[row].setdefault(name, shown)
    return found


def _effective(values: Mapping[int, Mapping[str, str | int]], record: int) -> Iterator[tuple[str, str]]:
    own = values[record]
    for name in ("level", "type", "issuing_body"):
        if name in own:
            yield name, str(own[name])
    above = [own]
    while "above" in above[-1]:
        above.append(values[int(above[-1]["above"])])
    for name in _INHERITED:
        value = next((each[name] for each in above if name in each), None)
        if value is not None:
            yield name, str(value)
    yield "fonds", str(above[-1]["code"])


def _label(profiles: Profiles, name: str, value: str) -> str:
    """The value as shown: what its code means, or the form of a level."""
    if name == "level":
        return profiles.of_level(Level(value))[0].label.shown
    lists = {"type": "document_type"}
    codes = profiles.codes.get(lists.get(name, name))
    label = codes.label_of(value) if codes is not None else None
    return value if label is None else label.shown
