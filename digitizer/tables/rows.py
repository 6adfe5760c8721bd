"""One row of a table as the values of a record, every cell that is not taken named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digitizer.describe.profiles import Profiles
from digitizer.describe.values import BadValue, parse
from digitizer.i18n import gettext
from digitizer.model import Value, clean
from digitizer.tables.cells import Row
from digitizer.tables.headings import DATE_PARTS, NUMBER, Column, Table

_NUMBER_AND_NOTATION = re.compile(r"(\d+\w*)(?:\s*[/.\-\s]\s*(.+))?")
"""As in ``15/QĐ-BNV`` or ``160``."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that is not taken. ``row``: from 1. ``column``: its letters, empty where the whole row or sheet is meant.
    ``rule``: public code: those of ``FieldFault``, and: twice, heading, formula, duplicate, level, profile, place,
    file, path, file-missing.
    """

    sheet: str
    row: int
    column: str
    heading: str
    value: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class RowValues:
    """``texts``: filled cells of fields by key, as typed. ``values``: the same as kept. ``places``: filled cells that
    are no field, by what they mean.
    """

    number: int
    texts: Mapping[str, str]
    values: Mapping[str, Value]
    places: Mapping[str, str]


def row_values(table: Table, row: Row, profiles: Profiles, faults: list[CellFault]) -> RowValues | None:
    """What the row says; None where it says nothing. What is wrong is added to ``faults``."""
    texts, places = _cells(table, row, faults)
    if not texts and not places:
        return None
    values: dict[str, Value] = {}
    for key, text in texts.items():
        spec = table.profile.spec(key)
        assert spec is not None, "headings mean fields of the profile"
        try:
            value = parse(profiles, spec, text)
        except BadValue as error:
            at = table.column(key, _wrong_part(text)) or table.column(key) or table.column(NUMBER)
            rule, said = error.fault.rule, error.fault.sentence
            faults.append(cell_fault(table, row.number, at, text, rule=rule, message=said))
        else:
            if value is not None:
                values[key] = value
    return RowValues(row.number, texts, values, places)


def _cells(table: Table, row: Row, faults: list[CellFault]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts of fields by key, and of places by what they mean."""
    texts: dict[str, str] = {}
    places: dict[str, str] = {}
    dates: dict[str, dict[str, str]] = {}
    bad = dict.fromkeys(column for number, column in table.sheet.bad if number == row.number)
    for column in table.columns:
        text = row.cells[column.index] if column.index < len(row.cells) else ""
        if column.index in bad:
            said = gettext("The formula in this cell has no value. Put the value itself there.")
            faults.append(cell_fault(table, row.number, column, text, rule="formula", message=said))
        elif not text:
            continue
        elif column.means.startswith("@"):
            places[column.means] = clean(text)
        elif column.part:
            dates.setdefault(column.means, {})[column.part] = clean(text)
        else:
            texts[column.means] = text
    for key, parts in dates.items():
        if joined := _joined(parts):
            texts[key] = joined
    if NUMBER in places:
        parts = dict(_number_and_notation(places.pop(NUMBER)))
        texts = {key: text for key, text in parts.items() if table.profile.spec(key) is not None} | texts
    return texts, places


def cell_fault(table: Table, row: int, column: Column | None, value: str, *, rule: str, message: str) -> CellFault:
    letter, heading = ("", "") if column is None else (column.letter, column.heading)
    return CellFault(table.sheet.name, row, letter, heading, clean(value), rule, message)


def _joined(parts: Mapping[str, str]) -> str:
    """A date in three cells as one text. A part of noughts is not known; no date where it stands behind a known one."""
    known = [part if (part := parts.get(name, "")).strip("0") else "" for name in DATE_PARTS]
    while known and not known[0]:
        known.pop(0)
    return "/".join(part or "?" for part in known)


def _wrong_part(text: str) -> str:
    """Which part of a date of three cells is at fault; the day where the others may be right."""
    *early, year = text.split("/")
    if not re.fullmatch(r"\d{4}", year):
        return "year"
    month = early[-1] if early else "1"
    return "day" if month.isdecimal() and 1 <= int(month) <= 12 else "month"


def _number_and_notation(text: str) -> Iterator[tuple[str, str]]:
    found = _NUMBER_AND_NOTATION.fullmatch(text)
    if found is None:
        yield "notation", text
        return
    yield "number", found[1]
    if found[2]:
        yield "notation", found[2]
