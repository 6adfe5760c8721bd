"""Fields of a query (``so:15 loai:"quyết định" nam:2019..2021``) against the described values of records."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.fold import folded, tokens
from digitizer.catalogue.query import Field, is_date
from digitizer.catalogue.record_index import spaced
from digitizer.describe.profiles import FieldSpec, FieldType, Profiles
from digitizer.errors import QueryRefused
from digitizer.i18n import gettext
from digitizer.model import Level, clean

RECORD, LEVEL, YEAR = ("ho-so", "record"), ("cap", "level"), ("nam", "year")
"""Names of a query that are no field of a form: what lies under a record of that code; the level; the year of a paper
or the years of a file.
"""
_MEANT = "(SELECT value FROM json_each(:meant))"
DATES = ("date", "issue_date")
_LEVELS = {"phong": Level.FONDS, "muc-luc": Level.REGISTER, "hop": Level.BOX, "ho-so": Level.FILE,
           "tai-lieu": Level.ITEM}  # fmt: skip
_NUMBER, _NOTATION = "number", "notation"
_WHOLE_NUMBER = re.compile(r"\s*(?P<number>\d\w*)\s*/\s*(?P<notation>\S.*)")
"""Number and notation as papers print them: 15/QĐ-BNV."""
_BETWEEN = """value >= substr(:first, 1, 4) AND substr(:first, 1, length(value)) <= value
    AND (:last = '' OR (value < :last || '~' AND substr(value, 1, length(:last)) <= :last))"""
"""Partial dates: as far as both are known."""


class Fields:
    """Which records a field of a query means. Records are named by their rows."""

    def __init__(self, database: Database, profiles: Profiles) -> None:
        self._database = database
        self._profiles = profiles

    def records(self, field: Field) -> set[int]:
        """The records whose own values are asked for. Raises QueryRefused for a name that no form has."""
        if field.name in RECORD:
            return self.under(self._rows("SELECT id FROM record WHERE code = :code", code=clean(field.first)))
        if field.name in LEVEL:
            name = "-".join(map(folded, tokens(field.first)))
            return self._rows("SELECT id FROM record WHERE level = :level", level=_LEVELS.get(name, name))
        if field.name in YEAR:
            return self._of_years(field)
        specs = self._specs(field.name)
        if not specs:
            said = gettext("no form has a field “{name}”")
            raise QueryRefused(reason=said.format(name=field.name))
        if all(spec.type is FieldType.DATE for spec in specs.values()):
            _refuse_no_date(field)
        if field.range:
            _refuse_reversed(field)
        found: set[int] = set().union(*(self._of_field(key, spec, field) for (key, _), spec in specs.items()))
        if (
            not field.range
            and (whole := _WHOLE_NUMBER.fullmatch(field.first))
            and {_NUMBER, _NOTATION} & {key for key, _ in specs}
        ):
            found |= self._with_words(_NUMBER, whole["number"]) & self._with_words(_NOTATION, whole["notation"])
        return found

    def under(self, rows: Collection[int]) -> set[int]:
        """These records and all that lies in them."""
        return self._rows(
            """WITH RECURSIVE inside(id) AS (
                SELECT value FROM json_each(:rows)
                UNION SELECT record.id FROM inside JOIN record ON record.parent = inside.id
            ) SELECT id FROM inside""",
            rows=json.dumps(sorted(rows)),
        )

    def all(self) -> set[int]:
        return self._rows("SELECT id FROM record WHERE NOT withdrawn")

    def _specs(self, name: str) -> dict[tuple[str, str], FieldSpec]:
        """The fields of forms that are called so, by the key under which a value is kept and their own."""
        keys = self._profiles.keys_named(name)
        return {
            (profile.column(spec.key) or spec.key, spec.key): spec
            for profile in self._profiles.all.values()
            for spec in profile.field
            if spec.key in keys
        }

    def _of_field(self, key: str, spec: FieldSpec, field: Field) -> set[int]:
        dates = [end for end in (field.first, field.last) if end]
        if spec.type is FieldType.DATE and all(map(is_date, dates)):
            return self._of_keys([key], _BETWEEN, first=field.first, last=field.last)
        if field.range:
            return self._of_keys(
                [key],
                "value GLOB '[0-9]*' AND CAST(value AS INTEGER) >= :least"
                " AND (:most < 0 OR CAST(value AS INTEGER) <= :most)",
                least=_number(field.first), most=_number(field.last),
            )  # fmt: skip
        meant = json.dumps(self._codes(spec, field.first))
        if key == "secrecy":
            return self._rows(f"SELECT id FROM record WHERE secrecy IN {_MEANT}", meant=meant)
        if key == "title":  # every record has one; it is the field asked for where the form says so
            forms = [name for name, form in self._profiles.all.items() if form.title == spec.key]
            of_forms = self._rows(
                "SELECT id FROM record WHERE profile IN (SELECT value FROM json_each(:forms))", forms=json.dumps(forms)
            )
            return self._with_words(key, field.first) & of_forms
        if spec.codes is not None:
            return self._of_keys([key], f"value IN {_MEANT}", meant=meant)
        return self._with_words(key, field.first)

    def _codes(self, spec: FieldSpec, text: str) -> list[str]:
        """The codes that ``text`` is the code or a name of, or else words of."""
        if spec.codes is None:
            return []
        codes = self._profiles.codes[spec.codes]
        return codes.with_words(text) if (meant := codes.meant(text)) is None else [meant]

    def _with_words(self, key: str, text: str) -> set[int]:
        words = spaced(text)
        return self._of_keys([key], "instr(folded, :words)", words=words.rstrip() if text.endswith("*") else words)

    def _of_years(self, field: Field) -> set[int]:
        years = [year for year in (field.first, field.last) if year]
        if not all(map(is_date, years)):
            raise QueryRefused(reason=gettext("“{text}” is no year").format(text=field.first or field.last))
        if field.range:
            _refuse_reversed(field)
        between = {"first": field.first, "last": field.last}
        found = self._of_keys([*DATES, "year"], _BETWEEN, **between)
        spans = """SELECT begun.record FROM record_value AS begun LEFT JOIN record_value AS ended
            ON ended.record = begun.record AND +ended.key = 'end_date'
            WHERE begun.key = 'start_date'
            AND (:last = '' OR begun.value < :last || '~')
            AND substr(:first, 1, length(coalesce(ended.value, begun.value))) <= coalesce(ended.value, begun.value)"""
        return found | self._rows(spans, **between)

    def _of_keys(self, keys: Sequence[str], which: str, **arguments: Any) -> set[int]:
        return self._rows(
            f"SELECT record FROM record_value WHERE key IN (SELECT value FROM json_each(:keys)) AND {which}",
            keys=json.dumps(keys), **arguments,
        )  # fmt: skip

    def _rows(self, sql: str, **arguments: Any) -> set[int]:
        return {row[0] for row in self._database.conn.execute(sql, arguments)}


def _refuse_no_date(field: Field) -> None:
    for end in (field.first, field.last):
        if end and not is_date(end) and not end.endswith("*"):
            said = gettext("“{text}” is no date; a date is written 15/3/2021 or 2021, a span 2019..2021")
            raise QueryRefused(reason=said.format(text=end))


def _refuse_reversed(field: Field) -> None:
    """Refuses a range whose last end is before its first, as far as both are known."""
    first, last = field.first, field.last
    if first.isdecimal() and last.isdecimal():
        backwards = int(first) > int(last)
    else:
        known = min(len(first), len(last))
        backwards = is_date(first) and is_date(last) and first[:known] > last[:known]
    if backwards:
        said = gettext("“{first}..{last}” runs backwards: the smaller end stands first")
        raise QueryRefused(reason=said.format(first=first, last=last))


def _number(text: str) -> int:
    """The number; -1 for an open end. Raises QueryRefused for anything else."""
    if not text:
        return -1
    if not text.isdecimal() or len(text) > 9:
        raise QueryRefused(reason=gettext("“{text}” is no number").format(text=text))
    return int(text)
