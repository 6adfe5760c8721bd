"""Which records and pages a package brought, changed or took away, told on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from digitizer.catalogue.brought import Happened, News
from digitizer.deliver.reception import Receipt
from digitizer.i18n import gettext, marked

_NAMED = 5
"""Of each kind; the others are in ``--json``."""
_SAID = {
    Happened.ADDED: marked("    New: {listed}"),
    Happened.CHANGED: marked("    Changed: {listed}"),
    Happened.AWAY: marked("    Taken away: {listed}"),
    Happened.BACK: marked("    Put back: {listed}"),
}


def brought_lines(receipt: Receipt) -> Iterator[str]:
    """The first of each kind, and how many more there are."""
    records, pages = receipt.news
    for happened, said in _SAID.items():
        listed = [_record(each) for each in records if each.happened is happened]
        listed += _pages([each for each in pages if each.happened is happened])
        if listed:
            more = len(listed) - _NAMED
            shown = listed[:_NAMED] + ([gettext("{count} more").format(count=more)] if more > 0 else [])
            yield gettext(said).format(listed="; ".join(shown))


def brought_document(news: Sequence[News]) -> list[dict[str, Any]]:
    """In JSON. ``page``: null where the page was taken away."""
    return [
        {"what": str(each.happened), "record": each.record, "title": each.title, "fields": list(each.fields)}
        | ({} if each.page is None else {"page": each.page or None, "name": each.name})
        for each in news
    ]


def _record(news: News) -> str:
    return _with_fields(news.record, news.fields)


def _pages(news: Sequence[News]) -> list[str]:
    """Those of one record, changed alike, together."""
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for each in news:
        alike.setdefault((each.record, each.fields), []).append(str(each.page) if each.page else f"“{each.name}”")
    said = gettext("{record}, pages {pages}")
    return [
        _with_fields(said.format(record=record, pages=_shortened(pages)), fields)
        for (record, fields), pages in alike.items()
    ]


def _shortened(pages: Sequence[str]) -> str:
    if len(pages) > _NAMED and all(page.isdecimal() for page in pages):
        numbers = list(map(int, pages))
        if numbers == list(range(numbers[0], numbers[-1] + 1)):
            return f"{numbers[0]}–{numbers[-1]}"
    more = len(pages) - _NAMED
    return ", ".join([*pages[:_NAMED], *([gettext("{count} more").format(count=more)] if more > 0 else [])])


def _with_fields(what: str, fields: Sequence[str]) -> str:
    return f"{what} ({', '.join(fields)})" if fields else what
