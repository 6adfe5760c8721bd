"""The words in use on the pages: what begins like a word, and what a word may have been misread for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from digitizer.catalogue import near
from digitizer.catalogue.fold import begins, folded
from digitizer.catalogue.index import MANY

BEGUN_MOST = 200
"""Words that a prefix stands for, at most: the commonest."""
_LAST = "\U0010ffff"


class Vocabulary:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begun(self, prefix: str) -> tuple[list[str], bool]:
        """The words, in bare letters, that begin like ``prefix``, the commonest first; whether these are all."""
        start = folded(prefix)
        rows = self._database.conn.execute(
            "SELECT folded FROM word WHERE folded >= ? AND folded < ? GROUP BY folded ORDER BY max(pages) DESC LIMIT ?",
            [start, start + _LAST, BEGUN_MOST + 1],
        ).fetchall()
        return [row[0] for row in rows[:BEGUN_MOST]], len(rows) <= BEGUN_MOST

    def marked(self, words: Sequence[str], prefix: str) -> list[str]:
        """Of all spellings of ``words`` (in bare letters) those that begin like ``prefix``, marks and all."""
        found: list[str] = []
        for word in words:
            rows = self._database.conn.execute("SELECT marked FROM word WHERE folded = ?", [word])
            found += [row[0] for row in rows if begins(row[0], prefix)]
        return found[:BEGUN_MOST]

    def has(self, word: str) -> bool:
        """Whether ``word`` is on some page for sure, with whatever marks: counts are kept of rarer ones only."""
        held = f"SELECT 1 FROM word WHERE folded = ? AND pages BETWEEN 1 AND {MANY - 1}"
        return self._database.conn.execute(held, [folded(word)]).fetchone() is not None

    def nearest(self, word: str, *, alike_only: bool = False) -> list[str]:
        """Words on some page, in bare letters, that ``word`` may have been misread for, or the other way round."""
        bare = folded(word)
        if not near.can_be_misread(bare):
            return []
        known: dict[str, int] = {}
        for letter in near.first_letters(bare):
            rows = self._database.conn.execute(
                "SELECT folded, max(pages) FROM word WHERE folded >= ? AND folded < ?"
                " AND length(folded) BETWEEN ? AND ? GROUP BY folded",
                [letter, letter + _LAST, len(bare) - 2, len(bare) + 2],
            )
            known.update((row[0], row[1]) for row in rows)
        return near.nearest(bare, known, alike_only=alike_only)
