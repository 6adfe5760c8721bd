"""The search index of pages: which words and pairs of neighbouring words stand on which page, and the words in use.

A page's terms are its words and pairs of words, each in bare letters (``dinh``, ``quyet_dinh``) and behind ``=`` with
their marks (``=định``, ``=quyết_định``). Pairs find phrases without the place of every word: docs/decisions/017.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from digitizer.catalogue.connection import atomic
from digitizer.catalogue.fold import folded, tokens_of
from digitizer.catalogue.packing import UNREADABLE, unpack_words
from ocr.text import PageText

PENDING = 64
"""Pages that are indexed at once. A search indexes what waits first: with so many it is late by some 50 ms."""
LOOKED_AT = 200
"""Pages that ``words_missing`` looks at."""
MANY = 100
"""Pages up to which ``word.pages`` counts: beyond it a word is merely common, and need not be written again."""


_PAIR, _MARKED_PAIR = "{}_{}".format, "={}_{}".format


def terms(words: Sequence[str]) -> set[str]:
    """What the index holds of a text with these search words (as ``tokens`` gives them) in order."""
    bare = list(map(folded, words))
    found = set(bare)
    found.update([f"={word}" for word in words])
    found.update(map(_PAIR, bare, bare[1:]))
    found.update(map(_MARKED_PAIR, words, words[1:]))
    return found


def words_of(text: PageText) -> list[str]:
    """The search words of a page in reading order."""
    return _tokens(word.text for word in text.words)


def replace_page(database: Database, row: int, before: PageText | None, after: PageText | None) -> None:
    """Note that ``after`` is the text of page ``row`` now, in place of ``before``; None where there is no such text.
    Part of the transaction that stores the text.

    The page is indexed with others at once, half the work of doing it alone: when ``PENDING`` pages wait, or
    when somebody searches.
    """
    waited = database.conn.execute("DELETE FROM to_index WHERE page = ?", [row]).rowcount
    if before is not None and not waited:
        words = words_of(before)
        # A contentless index forgets a row only when told the very terms it was given.
        database.conn.execute(
            "INSERT INTO page_index(page_index, rowid, terms) VALUES ('delete', ?, ?)", [row, _joined(words)]
        )
        _forget_words(database, set(words))
    if after is not None:
        database.conn.execute("INSERT INTO to_index(page) VALUES (?)", [row])
        if database.conn.execute("SELECT count(*) FROM to_index").fetchone()[0] >= PENDING:
            _index_pending(database)


def catch_up(database: Database) -> None:
    """Index the pages that wait for it, so that a search finds them. Where somebody else is writing just now, nobody
    waits: these few pages are found a moment later.
    """
    connection = database.conn
    if connection.in_transaction or not connection.execute("SELECT 1 FROM to_index LIMIT 1").fetchone():
        return
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with atomic(database):
            _index_pending(database)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")


def _index_pending(database: Database) -> None:
    rows = database.conn.execute(
        "SELECT to_index.page, text FROM to_index JOIN reading ON reading.page = to_index.page ORDER BY to_index.page"
    ).fetchall()
    _index(database, ((page, _whole(text) or []) for page, text in rows))  # a damaged one is found by ``check``
    database.conn.execute("DELETE FROM to_index")


def _index(database: Database, pages: Iterable[tuple[int, list[str]]]) -> None:
    """Index pages, given as their rows and printed words."""
    counts: Counter[str] = Counter()
    for row, printed in pages:
        words = _tokens(printed)
        database.conn.execute("INSERT INTO page_index(rowid, terms) VALUES (?, ?)", [row, _joined(words)])
        counts.update(set(words))
    database.conn.executemany(
        "INSERT INTO word(folded, marked, pages) VALUES (?, ?, ?)"
        f" ON CONFLICT DO UPDATE SET pages = min({MANY}, pages + excluded.pages) WHERE pages < {MANY}",
        [(folded(word), word, min(MANY, count)) for word, count in counts.items()],
    )


def rebuild(database: Database) -> None:
    """Index every page that was read. For a schema step, on empty tables. A damaged text is left to ``check``."""
    rows = database.conn.execute("SELECT page, text FROM reading ORDER BY page")
    _index(database, ((page, words) for page, text in rows if (words := _whole(text)) is not None))


def words_missing(database: Database) -> list[str]:
    """Words of pages that the list of words in use lacks: of ``LOOKED_AT`` pages spread over all, of each the first."""
    rows = database.conn.execute(
        f"""WITH RECURSIVE ends(least, most) AS (SELECT min(page), max(page) FROM reading),
        step(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM step WHERE number < {LOOKED_AT} - 1),
        looked_at(page) AS (
            SELECT DISTINCT (SELECT page FROM reading WHERE page >= least + (most - least) * number / {LOOKED_AT - 1}
                AND page NOT IN (SELECT page FROM to_index) ORDER BY page LIMIT 1) FROM step, ends
        ) SELECT text FROM reading JOIN looked_at ON reading.page = looked_at.page"""
    )
    found: set[str] = set()
    for (text,) in rows.fetchall():
        words = sorted(set(_tokens(_whole(text) or ())))
        missing = (word for word in words if not _in_use(database, word))
        found.update(list(missing)[:1])
    return sorted(found)


def _in_use(database: Database, word: str) -> bool:
    held = "SELECT 1 FROM word WHERE folded = ? AND marked = ?"
    return database.conn.execute(held, [folded(word), word]).fetchone() is not None


def _whole(text: bytes) -> list[str] | None:
    try:
        return unpack_words(text)
    except UNREADABLE:
        return None


def _forget_words(database: Database, words: Iterable[str]) -> None:
    """Count each of ``words`` on one page less. One that is on many pages stays so: to find out would take a search."""
    keys = [(folded(word), word) for word in words]
    these = "WHERE folded = ? AND marked = ?"
    database.conn.executemany(f"UPDATE word SET pages = pages - 1 {these} AND pages < {MANY}", keys)
    database.conn.executemany(f"DELETE FROM word {these} AND NOT pages", keys)


def _tokens(printed: Iterable[str]) -> list[str]:
    return [token for word in printed for token in tokens_of(word)]


def _joined(words: Sequence[str]) -> str:
    return " ".join(terms(words))
