"""What a package changed here, by record and page, for whoever received it: the first of thousands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from digitizer.catalogue.differences import Differences
from digitizer.catalogue.lineage import BY_RULE, WITHDRAWN
from digitizer.catalogue.store import Catalogue

LISTED = 1000
"""Of records, and of pages, that are named at the most."""


class Happened(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    AWAY = "taken-away"
    BACK = "put-back"


@dataclass(frozen=True, slots=True)
class News:
    """``record``: code of the record, or of the one that the page lies in. ``page``: its number there, None for a
    record; 0 where it was taken away, and only ``name`` (of its file) tells it. ``title``: of the record. ``fields``:
    labels of what was changed in it.
    """

    happened: Happened
    record: str
    title: str
    page: int | None = None
    name: str = ""
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Brought:
    """Collects what acts of receiving tell. ``records``, ``pages``: by UUID, with the fields that were changed."""

    records: dict[str, tuple[Happened, set[str]]] = field(default_factory=dict)
    pages: dict[str, tuple[Happened, set[str]]] = field(default_factory=dict)

    def note(self, subject: str, after: Mapping[str, Any], *, page: bool, born: bool) -> None:
        """One act. What nobody can see of it, such as a new thing that is not there, is nothing."""
        kept = self.pages if page else self.records
        gone = after.get(WITHDRAWN)
        if not after or (born and gone) or (subject not in kept and len(kept) >= LISTED):
            return
        happened, fields = kept.get(subject, (Happened.CHANGED, set()))
        if born:
            happened = Happened.ADDED
        elif gone is not None and happened is not Happened.ADDED:
            happened = Happened.AWAY if gone else Happened.BACK
        kept[subject] = (happened, fields | (after.keys() - {WITHDRAWN} - BY_RULE))

    def named(self, catalogue: Catalogue) -> tuple[list[News], list[News]]:
        """The records and the pages, as they are called now."""
        return sorted(self._records(catalogue), key=_place), sorted(self._pages(catalogue), key=_place)

    def _records(self, catalogue: Catalogue) -> Iterator[News]:
        labels = Differences(catalogue).labels
        for record, (happened, fields) in self.records.items():
            code, title, profile = catalogue.database.conn.execute(
                "SELECT code, title, profile FROM record WHERE uuid = ?", [record]
            ).fetchone()
            changed = labels(fields, profile) if happened is not Happened.ADDED else ()
            yield News(happened, code, title, fields=changed)

    def _pages(self, catalogue: Catalogue) -> Iterator[News]:
        labels = Differences(catalogue).labels
        for page, (happened, fields) in self.pages.items():
            row = catalogue.database.conn.execute(
                "SELECT record.code, record.title, page.name, page.withdrawn, (SELECT count(*) FROM page AS ahead"
                " WHERE ahead.record = page.record AND NOT ahead.withdrawn AND ahead.ordinal <= page.ordinal) AS number"
                " FROM page JOIN record ON record.id = page.record WHERE page.uuid = ?",
                [page],
            ).fetchone()
            number = 0 if row["withdrawn"] else int(row["number"])
            changed = labels(fields, None) if happened is not Happened.ADDED else ()
            yield News(happened, row["code"], row["title"], number, row["name"], changed)


def _place(news: News) -> tuple[str, int, str]:
    return (news.record, news.page or 0, news.name)
