"""Finding pages by their words, with and without Vietnamese marks.

Every word of the query must be on the page, marks or not. Pages where the words stand together, with the same marks,
come
first; then together with other marks; then apart. A hit carries the boxes of its words on the page.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from digitizer.catalogue.fold import folded, tokens
from digitizer.catalogue.readings import Readings
from digitizer.model import Hit, PageId, SearchAnswer
from ocr.geometry import Box
from ocr.text import PageText, Word

_SNIPPET_WORDS = 8
_SQL = """
WITH folded_all AS (SELECT rowid, bm25(page_index) AS rank FROM page_index WHERE page_index MATCH :folded_all),
     marked_row AS (SELECT rowid FROM page_index WHERE page_index MATCH :marked_row),
     folded_row AS (SELECT rowid FROM page_index WHERE page_index MATCH :folded_row)
SELECT page.uuid, record.code, rank,
       page.id IN (SELECT rowid FROM marked_row) AS exact_row,
       page.id IN (SELECT rowid FROM folded_row) AS any_row,
       count(*) OVER () AS total,
       (SELECT count(*) FROM page AS ahead
        WHERE ahead.record = page.record AND NOT ahead.withdrawn AND ahead.ordinal < page.ordinal) + 1 AS number
FROM folded_all JOIN page ON page.id = folded_all.rowid JOIN record ON record.id = page.record
WHERE NOT page.withdrawn
ORDER BY exact_row DESC, any_row DESC, rank, page.id
LIMIT :limit OFFSET :offset
"""


class Search:
    """Search over the pages of one catalogue."""

    def __init__(self, database: Database, readings: Readings) -> None:
        self._database = database
        self._readings = readings

    def pages(self, query: str, *, limit: int = 20, offset: int = 0) -> SearchAnswer:
        """The pages that hold all words of ``query`` (any Unicode form). A query without letters or digits finds
        nothing.
        """
        started = time.perf_counter()
        wanted = tokens(query)
        if not wanted:
            return SearchAnswer(0, time.perf_counter() - started, ())
        bare = [folded(token) for token in wanted]
        match = {
            "folded_all": "folded : (" + " AND ".join(_quoted(token) for token in bare) + ")",
            "folded_row": f"folded : {_quoted(' '.join(bare))}",
            "marked_row": f"marked : {_quoted(' '.join(wanted))}",
        }
        rows = self._database.conn.execute(_SQL, match | {"limit": limit, "offset": offset}).fetchall()
        total = rows[0]["total"] if rows else self._count(match) if offset else 0
        hits = []
        for row in rows:
            page = PageId(row["uuid"])
            text = self._readings.text(page)
            assert text is not None, "an indexed page was read"
            place = find(text, wanted)
            hits.append(Hit(row["code"], page, row["number"], place.snippet, place.boxes, place.exact, -row["rank"]))
        return SearchAnswer(total, time.perf_counter() - started, tuple(hits))

    def _count(self, match: dict[str, str]) -> int:
        found = self._database.conn.execute(
            "SELECT count(*) FROM page_index JOIN page ON page.id = page_index.rowid"
            " WHERE page_index MATCH ? AND NOT page.withdrawn",
            [match["folded_all"]],
        ).fetchone()
        return int(found[0])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query was found on a page: its words' boxes in reading order, a line around the first, and whether the
    marks agree.
    """

    boxes: tuple[Box, ...]
    snippet: str
    exact: bool


def find(text: PageText, wanted: Sequence[str]) -> Place:
    """Find the words of a query (as ``tokens`` gives them) on a page: together where they stand so, else each by
    itself.
    """
    words = list(text.words)
    stream = [(token, index) for index, word in enumerate(words) for token in tokens(word.text)]
    marked = [token for token, _ in stream]
    bare = [folded(token) for token in marked]
    wanted_bare = [folded(token) for token in wanted]
    length = len(wanted)
    starts = [i for i in range(len(stream) - length + 1) if bare[i : i + length] == wanted_bare]
    if starts:
        agreeing = [i for i in starts if marked[i : i + length] == list(wanted)]
        chosen = [n for start in agreeing or starts for n in range(start, start + length)]
        exact = bool(agreeing)
    else:
        exact = set(wanted) <= set(marked)
        among, column = (set(wanted), marked) if exact else (set(wanted_bare), bare)
        chosen = [n for n, token in enumerate(column) if token in among]
    found = list(dict.fromkeys(stream[n][1] for n in chosen))
    return Place(tuple(words[n].box for n in found), _snippet(words, found), exact)


def _snippet(words: Sequence[Word], found: Sequence[int]) -> str:
    if not found:
        return ""
    first, last = max(0, found[0] - _SNIPPET_WORDS), found[0] + _SNIPPET_WORDS + 1
    shown = " ".join(word.text for word in words[first:last])
    return ("… " if first else "") + shown + (" …" if last < len(words) else "")


def _quoted(text: str) -> str:
    return f'"{text}"'  # tokens hold letters and digits only: nothing to escape
