"""Dates as papers give them: a day, a month or only a year."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_FORMS = (
    re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?"),  # ISO 8601, as it is kept
    re.compile(r"(?:(?:(?P<day>\d{1,2})[/.-])?(?P<month>\d{1,2})[/.-])?(?P<year>\d{4})"),  # DD/MM/YYYY, MM/YYYY, YYYY
    re.compile(r"(?:(?:ngày\s+(?P<day>\d{1,2})\s+)?tháng\s+(?P<month>\d{1,2})\s+)?năm\s+(?P<year>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day of the calendar, or only its month or year. ``month`` 1 to 12 and ``day`` are None where unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> bool:
        """Whether the day is known."""
        return self.day is not None

    @property
    def iso(self) -> str:
        """As it is kept: ``2021-03-05``, ``2021-03`` or ``2021``."""
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    @property
    def local(self) -> str:
        """As the circulars write it: ``05/03/2021``, ``03/2021`` or ``2021``."""
        return "/".join(reversed(self.iso.split("-")))

    @property
    def first(self) -> date:
        """The earliest day that it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day that it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])


def parse_date(text: str) -> PartialDate | None:
    """The date that ``text`` says, in ISO 8601, as ``DD/MM/YYYY`` (or less), or in Vietnamese words.

    None where it is no day of the calendar.
    """
    for form in _FORMS:
        found = form.fullmatch(text.strip().lower())
        if found:
            year, month, day = (None if found[part] is None else int(found[part]) for part in ("year", "month", "day"))
            try:
                date(year or 0, 1 if month is None else month, 1 if day is None else day)
            except ValueError:
                return None
            return PartialDate(year or 0, month, day)
    return None
