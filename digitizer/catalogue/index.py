"""The search index of pages: which words and pairs of neighbouring words stand on which page, and the words in use.

A page's terms are its words and pairs of words, each in bare letters (``dinh``, ``quyet_dinh``) and behind ``=`` with
their marks (``=định``, ``=quyết_định``). Pairs find phrases without the place of every word: docs/decisions/017.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from digitizer.catalogue.fold import folded, tokens_of
from digitizer.catalogue.packing import UNREADABLE, unpack
from ocr.text import PageText

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
    return [token for word in text.words for token in tokens_of(word.text)]


def replace_page(database: Database, row: int, before: PageText | None, after: PageText | None) -> None:
    """Index ``after`` as the text of page ``row`` in place of ``before``; None where there is no such text. Part of
    the transaction that stores the text.
    """
    old = [] if before is None else words_of(before)
    new = [] if after is None else words_of(after)
    if before is not None:
        # A contentless index forgets a row only when told the very terms it was given.
        database.conn.execute(
            "INSERT INTO page_index(page_index, rowid, terms) VALUES ('delete', ?, ?)", [row, _joined(old)]
        )
    if after is not None:
        database.conn.execute("INSERT INTO page_index(rowid, terms) VALUES (?, ?)", [row, _joined(new)])
    count_words(database, set(new) - set(old))
    _forget_words(database, set(old) - set(new))


def count_words(database: Database, words: Iterable[str]) -> None:
    """Count each of ``words`` on one page more."""
    database.conn.executemany(
        f"INSERT INTO word(folded, marked, pages) VALUES (?, ?, 1)"
        f" ON CONFLICT DO UPDATE SET pages = pages + 1 WHERE pages < {MANY}",
        [(folded(word), word) for word in words],
    )


def rebuild(database: Database) -> None:
    """Index every page that was read. For a schema step, on empty tables. A damaged text is left to ``check``."""
    rows = database.conn.execute("SELECT page, text FROM reading ORDER BY page")
    for page, data in rows:
        try:
            text = unpack(data)
        except UNREADABLE:
            continue
        replace_page(database, page, None, text)


def _forget_words(database: Database, words: Iterable[str]) -> None:
    """Count each of ``words`` on one page less. One that is on many pages stays so: to find out would take a search."""
    keys = [(folded(word), word) for word in words]
    these = "WHERE folded = ? AND marked = ?"
    database.conn.executemany(f"UPDATE word SET pages = pages - 1 {these} AND pages < {MANY}", keys)
    database.conn.executemany(f"DELETE FROM word {these} AND NOT pages", keys)


def _joined(words: Sequence[str]) -> str:
    return " ".join(sorted(terms(words)))
