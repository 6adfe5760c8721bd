"""Which column of a table means what: headings as people write them, known from data and from the profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

import resources
from digitizer.catalogue.fold import bare, marked
from digitizer.describe.code_lists import Name
from digitizer.describe.profiles import Profile, Profiles, load
from digitizer.i18n import LANGUAGES
from digitizer.model import Level
from digitizer.tables.cells import Row, Sheet
from digitizer.tables.text import letters

FONDS, REGISTER, BOX, FILE, FILE_NUMBER, NUMBER, PATH, IGNORE = (
    "@fonds", "@register", "@box", "@file", "@file_number", "@number", "@path", "@ignore",
)  # fmt: skip
"""What a column may mean besides a field; ``resources/tables/headings.toml`` says what each is."""
DATE_PARTS = ("day", "month", "year")
_LOOK_AT = 20
"""Rows: headings may stand below a title."""
_LEAST_COLUMNS = 2
"""Whose headings are known: a sheet of explanations may have a row with one."""
_PREFIX_WORDS = 2
"""A known name of so many words or more is known with other words behind it too."""


class SheetNames(BaseModel):
    """What sheets for records of one profile are called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: Name
    names: tuple[str, ...]


class HeadingNames(BaseModel):
    """``level``: of the records it counts for; None for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    means: Annotated[str, Field(pattern=r"^(@[a-z_]+|[a-z][a-z0-9_]*(\.(day|month|year))?)$")]
    names: tuple[str, ...]
    level: Level | None = None


class Headings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    sheet: tuple[SheetNames, ...]
    heading: tuple[HeadingNames, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """``index``: from 0. ``heading``: as it stands there. ``means``: a key of the profile or one of the places above.
    ``part``: day, month or year of a date, else empty.
    """

    index: int
    heading: str
    means: str
    part: str = ""

    @property
    def letter(self) -> str:
        return letters(self.index)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that was understood. ``head``: number of the row of headings. ``rows``: below them.
    ``unknown``: columns with text whose heading says nothing. ``twice``: columns that mean what one before them means.
    """

    sheet: Sheet
    profile: Profile
    head: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unknown: tuple[Column, ...]
    twice: tuple[Column, ...]

    def column(self, means: str, part: str = "year") -> Column | None:
        """The one that means this; of a date in parts, the one of that part."""
        return next((c for c in self.columns if c.means == means and c.part in ("", part)), None)


@lru_cache(maxsize=1)
def shipped() -> Headings:
    """The headings that the program knows."""
    return load(resources.path("tables/headings.toml"), Headings)


def understood(sheet: Sheet, profiles: Profiles, wanted: Profile | None) -> Table | None:
    """The sheet as a table of ``wanted`` or of the profile that its name or its headings fit best; None where it is
    none (a sheet of explanations).
    """
    named = [profile for profile in profiles.all.values() if _called(sheet.name, profile)]
    candidates = [wanted] if wanted is not None else named or [profiles.get("file"), profiles.get("item")]
    found = [(len(t.columns), t) for profile in candidates if (t := _table(sheet, profile)) is not None]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _called(name: str, profile: Profile) -> bool:
    known = [each for entry in shipped().sheet if entry.profile == profile.name for each in entry.names]
    known += [profile.label.vi, profile.label.en, profile.name]
    return bare(name) in {bare(each) for each in known} if bare(name) else False


def _table(sheet: Sheet, profile: Profile) -> Table | None:
    known = _Known(profile)
    best: tuple[int, int, list[Column | None], tuple[str, ...]] | None = None
    for place, row in enumerate(sheet.rows[:_LOOK_AT]):
        below = sheet.rows[place + 1].cells if place + 1 < len(sheet.rows) else ()
        for used, names in ((1, row.cells), (2, tuple(_joined(row.cells, below)))):
            means = [known.column(index, name) for index, name in enumerate(names)]
            count = len({(c.means, c.part) for c in means if c is not None and c.means != IGNORE})
            if count and (best is None or count > sum(c is not None and c.means != IGNORE for c in best[2])):
                best = place, used, means, names
    if best is None:
        return None
    place, used, means, names = best
    columns, twice = _sorted([column for column in means if column is not None])
    if len(columns) < _LEAST_COLUMNS:
        return None
    rows = sheet.rows[place + used :]
    if rows and _is_legend(rows[0].cells, known):
        rows = rows[1:]
    taken = {column.index for column in means if column is not None}
    filled = {index for row in rows for index, cell in enumerate(row.cells) if cell}
    unknown = tuple(
        Column(i, names[i] if i < len(names) else "", "") for i in sorted(filled - taken)
    )  # fmt: skip
    return Table(sheet, profile, sheet.rows[place].number, columns, rows, unknown, twice)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> Iterator[str]:
    """Headings over two rows: one over several columns stands in the first of them only."""
    last = ""
    for index in range(max(len(upper), len(lower))):
        above = upper[index] if index < len(upper) else ""
        under = lower[index] if index < len(lower) else ""
        last = above or (last if under else "")
        yield f"{last} {under}".strip()


def _sorted(found: list[Column]) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """The columns, and those that mean again what one before means. A day without its year is the whole date."""
    years = {column.means for column in found if column.part == "year"}
    columns: dict[tuple[str, str], Column] = {}
    twice = []
    for each in found:
        part = "" if each.part == "day" and each.means not in years else each.part
        column = Column(each.index, each.heading, each.means, part)
        if column.means == IGNORE:
            continue
        if (column.means, column.part) in columns or (part and (column.means, "") in columns):
            twice.append(column)
        else:
            columns[column.means, column.part] = column
    return tuple(columns.values()), tuple(twice)


def _is_legend(cells: Sequence[str], known: _Known) -> bool:
    """Whether the row below the headings only numbers the columns, or gives their elements' names."""
    texts = [cell for cell in cells if cell]
    numbers = [re.fullmatch(r"\W*(\d+)\W*", text) for text in texts]
    if len(texts) > 1 and all(numbers):
        counted = [int(number[1]) for number in numbers if number]
        return counted == list(range(counted[0], counted[0] + len(counted))) and counted[0] in (0, 1)
    return len(texts) > 1 and all(text in known.elements for text in texts)


class _Known:
    """All that may stand above the columns of one profile's table."""

    def __init__(self, profile: Profile) -> None:
        self._marked: dict[str, tuple[str, str]] = {}
        self._bare: dict[str, tuple[str, str]] = {}
        self.elements = {name for spec in profile.field for name in (spec.key, spec.tt05_sip, spec.tt05_aip) if name}
        ours = [entry for entry in shipped().heading if entry.level in (None, profile.level)]
        for entry in ours:
            if entry.means.startswith("@") and (entry.means != NUMBER or profile.spec("number") is not None):
                self._learn(entry.names, entry.means)
        for spec in profile.field:
            self._learn([getattr(spec.label, language) for language in LANGUAGES], spec.key)
        for entry in ours:
            key, _, part = entry.means.partition(".")
            if (meant := profile.spec(key)) is not None:
                self._learn(entry.names, meant.key, part)
        for spec in profile.field:
            self._learn([spec.key, spec.tt05_sip, spec.tt05_aip], spec.key)

    def column(self, index: int, heading: str) -> Column | None:
        found = self._meaning(heading)
        return None if found is None else Column(index, " ".join(heading.split()), *found)

    def _learn(self, names: Sequence[str], key: str, part: str = "") -> None:
        for name in filter(None, names):
            self._marked.setdefault(marked(name), (key, part))
            self._bare.setdefault(bare(name), (key, part))

    def _meaning(self, heading: str) -> tuple[str, str] | None:
        plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", heading)
        shorn = re.sub(r"^\W*\d+\W+|\W+\d+\W*$", " ", plain)
        for text in (heading, plain, shorn):
            for known, seen in ((self._marked, marked(text)), (self._bare, bare(text))):
                if seen in known:
                    return known[seen]
        words = bare(shorn).split()
        for count in range(len(words) - 1, _PREFIX_WORDS - 1, -1):
            if (name := " ".join(words[:count])) in self._bare:
                return self._bare[name]
        return None
