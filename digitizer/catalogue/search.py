"""Finding pages and records by their words, with and without Vietnamese marks, and by what describes them.

What matches is put in order from strict to wide (``match.Meaning.tiers``), each tier in the order of the catalogue, the
first ones by how much of the page they are. No more is looked at than the answer needs: docs/decisions/017.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlite_utils import Database

from digitizer.catalogue import query as language
from digitizer.catalogue.connection import PartMissing
from digitizer.catalogue.facets import facets_of
from digitizer.catalogue.fields import RECORD, Fields
from digitizer.catalogue.findings import Group, Place, Read, groups_of
from digitizer.catalogue.fold import folded, typed
from digitizer.catalogue.index import catch_up
from digitizer.catalogue.match import Meaning, Part, left_out, parts_of
from digitizer.catalogue.packing import UNREADABLE, printed
from digitizer.catalogue.query import All, Any, Field, Node, Not, Phrase, Word
from digitizer.catalogue.vocabulary import Vocabulary
from digitizer.describe.profiles import Profiles
from digitizer.model import Facet, Hit, Level, PageId, RecordAnswer, RecordHit, RecordId, SearchAnswer, Taken, Total

COUNTED = 2000
"""Matches counted at least, where there are more."""
RANKED = 50
"""How many of the first are put in order by how much of the page was asked for."""
CHECKED = 100
"""Pages found by a long phrase whose words are looked at for the total."""
_RARE = 3
"""On fewer pages a word is as good as not found."""
_FEW_PAGES, _SOME_PAGES, _SOME_RECORDS = 300, 50_000, 3000
"""Of the records asked for: few pages are looked up one by one, some are kept beside the walk through the index; of
many records each page that the walk comes to is looked up.
"""
_LONG = 3

Rows = Callable[[str | None, set[int] | None, str | None, int], list[int]]
"""Rows that match an expression (None: all), lie in these records (None: in any) and do not match another expression,
in order, at most so many.
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """``rows``: the rows found, each with its tier (0 is best), in order. ``cut``: there may be more."""

    node: Node
    meaning: Meaning
    rows: list[tuple[int, int]]
    cut: bool
    taken: tuple[Taken, ...]
    texts: dict[int, Read] = field(default_factory=dict)

    @property
    def groups(self) -> list[Group]:
        return groups_of(self.node, self.meaning.near)

    def total_is(self) -> Total:
        return Total.AT_LEAST if self.cut else Total.EXACT


class Search:
    """Search over one catalogue."""

    def __init__(self, database: Database, profiles: Profiles) -> None:
        self._database = database
        self._profiles = profiles
        self._fields = Fields(database, profiles)
        self._vocabulary = Vocabulary(database)

    def pages(self, query: str, *, limit: int = 20, offset: int = 0, facets: bool = False) -> SearchAnswer:
        """The pages that ``query`` means (any Unicode form; see ``catalogue.query``). One without letters or digits
        finds nothing. Raises QueryRefused.
        """
        started = time.perf_counter()
        found = self._found(query, "page_index", self._page_rows, max(COUNTED, offset + limit) + 1)
        if found is None:
            return SearchAnswer(0, time.perf_counter() - started, ())
        rows, total_is = found.rows, found.total_is()
        if _long_phrase(found.node):
            rows, total_is = self._checked(found, offset + limit, total_is)
        if offset < RANKED:
            rows = self._ranked(found, rows)
        hits = tuple(self._hits(found, rows[offset : offset + limit]))
        shown = self._facets([row for row, _ in rows]) if facets else ()
        return SearchAnswer(len(rows), time.perf_counter() - started, hits, total_is, found.taken, shown)

    def records(self, query: str, *, limit: int = 20, offset: int = 0, facets: bool = True) -> RecordAnswer:
        """The records whose own code, title and described values ``query`` means. Raises QueryRefused."""
        started = time.perf_counter()
        found = self._found(query, "record_index", self._record_rows, 1 << 40)
        if found is None:
            return RecordAnswer(0, time.perf_counter() - started, ())
        hits = tuple(self._record_hits(found, found.rows[offset : offset + limit]))
        counts = dict.fromkeys((row for row, _ in found.rows), 1) if facets else {}
        shown = facets_of(self._database, self._profiles, counts)
        return RecordAnswer(
            len(found.rows), time.perf_counter() - started, hits, found.total_is(), found.taken, shown
        )  # fmt: skip

    def codes(self, query: str) -> set[str]:
        """The codes of all records in which pages that ``query`` means lie themselves. Raises QueryRefused."""
        found = self._found(query, "page_index", self._page_rows, 1 << 40)
        if found is None:
            return set()
        rows = found.rows
        if _long_phrase(found.node):
            rows, _ = self._checked(found, len(rows), found.total_is())
        codes = self._database.conn.execute(
            "SELECT DISTINCT code FROM page JOIN record ON record.id = page.record"
            " WHERE page.id IN (SELECT value FROM json_each(?))",
            [json.dumps([row for row, _ in rows])],
        )
        return {code for (code,) in codes}

    # --- what matches -------------------------------------------------------------------------------------------------

    def _found(self, query: str, index: str, rows: Rows, need: int) -> _Found | None:
        node = language.parse(query)
        if node is None:
            return None
        catch_up(self._database)
        of_pages = index == "page_index"
        parts = [(part, self._records(part.field, below=of_pages)) for part in parts_of(node)]
        words = list(dict.fromkeys(_words(node)))
        plain = [word for word in words if not word.prefix]
        begun, whole = self._begun([word for word in words if word.prefix]) if of_pages else ({}, True)
        counts = {word: self._count(word, index) for word in plain}
        if of_pages:
            self._refuse_emptied([word for word, count in counts.items() if not count])
        near = {
            word: like
            for word, count in counts.items()
            if count < _RARE and (like := self._vocabulary.nearest(word.token, alike_only=count > 0))
        }
        meaning = Meaning(begun, near)
        ordered = self._ordered(parts, meaning, rows, need)
        if not ordered and plain:
            # Every word is somewhere, but not together: each may stand misread where it is meant.
            near = {word: like for word in plain if (like := self._vocabulary.nearest(word.token))}
            meaning = Meaning(begun, near)
            ordered = self._ordered(parts, meaning, rows, need)
        used = near if ordered else {}
        said = typed(query)
        taken = tuple(Taken(said.get(word.token, word.token), tuple(like)) for word, like in used.items())
        return _Found(node, meaning, ordered, len(ordered) >= need or not whole, taken)

    def _ordered(
        self, parts: Sequence[tuple[Part, set[int] | None]], meaning: Meaning, rows: Rows, need: int
    ) -> list[tuple[int, int]]:
        """At most ``need`` rows with their tiers, in order."""
        asked = [(*_expressions(part.text, part.field is not None, meaning), inside) for part, inside in parts]
        found: dict[int, int] = {}
        for tier in range(max(len(tiers) for tiers, _, _ in asked)):
            here: set[int] = set()
            for tiers, unwanted, inside in asked:
                if tier < len(tiers):
                    here.update(rows(tiers[tier], inside, unwanted, need + len(found)))
            for row in sorted(here):
                found.setdefault(row, tier)
            if len(found) >= need:
                break
        return list(found.items())[:need]

    def _records(self, node: Node | None, *, below: bool) -> set[int] | None:
        """The records that the fields mean; with ``below`` all that lies in them too. None where there is no field."""
        match node:
            case None:
                return None
            case Field():
                own = self._fields.records(node)
                return self._fields.under(own) if below and node.name not in RECORD else own
            case Not():
                return self._fields.all() - (self._records(node.node, below=below) or set())
            case All():
                return set.intersection(*(self._records(each, below=below) or set() for each in node.nodes))
            case Any():
                return set.union(*(self._records(each, below=below) or set() for each in node.nodes))
        raise AssertionError("words are taken out before")

    def _begun(self, prefixes: Sequence[Word]) -> tuple[dict[Word, tuple[Sequence[str], Sequence[str]]], bool]:
        begun: dict[Word, tuple[Sequence[str], Sequence[str]]] = {}
        whole = True
        for word in prefixes:
            bare, all_ = self._vocabulary.begun(word.token)
            begun[word] = bare, self._vocabulary.marked(bare, word.token)
            whole = whole and all_
        return begun, whole

    def _count(self, word: Word, index: str) -> int:
        counted = f"SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT {_RARE})"
        return int(self._database.conn.execute(counted, [f'"{folded(word.token)}"']).fetchone()[0])

    def _refuse_emptied(self, words: Sequence[Word]) -> None:
        """Raises PartMissing where the index does not have a word that is on some page: nothing found would be no
        answer. Somebody may have stored that page just now: the index is asked once more.
        """
        for word in words:
            if self._vocabulary.has(word.token) and not self._count(word, "page_index"):
                raise PartMissing(word.token)

    def _page_rows(self, match: str | None, inside: set[int] | None, unwanted: str | None, limit: int) -> list[int]:
        given = {"match": match, "unwanted": unwanted, "limit": limit, "inside": json.dumps(sorted(inside or ()))}
        records = "(SELECT value FROM json_each(:inside))"
        if inside is None:
            sql = (
                "SELECT rowid FROM page_index WHERE page_index MATCH :match"
                " AND +rowid NOT IN (SELECT id FROM page WHERE withdrawn) ORDER BY rowid LIMIT :limit"
            )
            return [row[0] for row in self._database.conn.execute(sql, given)]
        of_records = f"SELECT id FROM page WHERE record IN {records} AND NOT withdrawn"
        on_page = "EXISTS (SELECT 1 FROM page_index WHERE page_index MATCH {} AND rowid = page.id)"
        if match is None:
            without = f" AND NOT {on_page.format(':unwanted')}" if unwanted else ""
            sql = f"{of_records}{without} ORDER BY record, ordinal LIMIT :limit"
        else:
            counted = f"SELECT count(*) FROM ({of_records} LIMIT {_SOME_PAGES + 1})"
            few = len(inside) <= _SOME_RECORDS
            pages = self._database.conn.execute(counted, given).fetchone()[0] if few else _SOME_PAGES + 1
            if pages <= _FEW_PAGES:
                sql = f"{of_records} AND {on_page.format(':match')} ORDER BY id LIMIT :limit"
            elif pages <= _SOME_PAGES:
                sql = (
                    "SELECT rowid FROM page_index WHERE page_index MATCH :match"
                    f" AND +rowid IN ({of_records}) ORDER BY rowid LIMIT :limit"
                )
            else:
                sql = (
                    "SELECT page.id FROM page_index CROSS JOIN page ON page.id = page_index.rowid"
                    f" WHERE page_index MATCH :match AND NOT withdrawn AND +record IN {records}"
                    " ORDER BY page_index.rowid LIMIT :limit"
                )
        return [row[0] for row in self._database.conn.execute(sql, given)]

    def _record_rows(self, match: str | None, inside: set[int] | None, unwanted: str | None, limit: int) -> list[int]:
        matching = "SELECT rowid FROM record_index WHERE record_index MATCH ?"
        if match is None:
            rows = sorted(inside or ())
            out = {row[0] for row in self._database.conn.execute(matching, [unwanted])} if unwanted else set()
            return [row for row in rows if row not in out][:limit]
        rows = [row[0] for row in self._database.conn.execute(f"{matching} ORDER BY rowid", [match])]
        return [row for row in rows if inside is None or row in inside][:limit]

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _checked(self, found: _Found, need: int, total_is: Total) -> tuple[list[tuple[int, int]], Total]:
        """The rows whose pages hold the phrases as they are: pairs alone may come from different places."""
        many = max(CHECKED, need)
        kept: list[tuple[int, int]] = []
        for start in range(0, len(found.rows), many):
            part = found.rows[start : start + many]
            texts = self._texts(found, [row for row, _ in part])
            near = found.meaning.near
            kept += [(row, tier) for row, tier in part if row in texts and texts[row].holds(found.node, near)]
            if len(kept) >= need and start + many < len(found.rows):
                return [*kept, *found.rows[start + many :]], total_is if total_is is Total.AT_LEAST else Total.ABOUT
        return kept, total_is

    def _ranked(self, found: _Found, rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The rows with those tiers that end among the first ``RANKED`` in order of how much of the page was found."""
        tiers = Counter(tier for _, tier in rows)
        few = 0
        for tier in sorted(tiers):
            if few + tiers[tier] > RANKED or (found.cut and few + tiers[tier] == len(rows)):
                break
            few += tiers[tier]
        groups = found.groups
        if few < 2 or not groups:
            return rows
        texts = self._texts(found, [row for row, _ in rows[:few]])
        dense = {row: text.density(groups) for row, text in texts.items()}
        return [*sorted(rows[:few], key=lambda each: (each[1], -dense.get(each[0], 0.0), each[0])), *rows[few:]]

    def _texts(self, found: _Found, rows: Sequence[int]) -> dict[int, Read]:
        """The words of those pages that can be read, by row; each page is looked at once for an answer."""
        sql = "SELECT page, text FROM reading WHERE page IN (SELECT value FROM json_each(?))"
        for row, data in self._database.conn.execute(
            sql, [json.dumps([row for row in rows if row not in found.texts])]
        ):
            with suppress(*UNREADABLE):  # named by check
                found.texts[row] = Read(*printed(data))
        return {row: found.texts[row] for row in rows if row in found.texts}

    def _hits(self, found: _Found, rows: Sequence[tuple[int, int]]) -> Iterator[Hit]:
        texts = self._texts(found, [row for row, _ in rows])
        groups = found.groups
        places = self._places([row for row, _ in rows])
        for row, tier in rows:
            if row not in places:
                continue
            record, page, number = places[row]
            read = texts.get(row, Read((), ()))
            place = read.find(groups)
            yield Hit(record, page, number, place.snippet, place.boxes, place.exact, read.density(groups) - tier)

    def _places(self, rows: Sequence[int]) -> dict[int, tuple[str, PageId, int]]:
        """Of each page the code of its record, its id, and its number among the pages of the record. Pages ahead are
        counted once for all hits of a record.
        """
        connection = self._database.conn
        found: dict[int, tuple[str, PageId, int]] = {}
        record, number, ordinal = None, 0, None
        sql = """SELECT page.id, page.uuid, page.record, page.ordinal, record.code
            FROM page JOIN record ON record.id = page.record WHERE page.id IN (SELECT value FROM json_each(?))
            ORDER BY page.record, page.ordinal, page.id"""
        between = "SELECT count(*) FROM page WHERE record = ? AND NOT withdrawn AND ordinal < ? AND ordinal >= ?"
        for row in connection.execute(sql, [json.dumps(rows)]).fetchall():
            if row["record"] != record:
                record, number, ordinal = row["record"], 1, -(1 << 60)
            number += connection.execute(between, [record, row["ordinal"], ordinal]).fetchone()[0]
            ordinal = row["ordinal"]
            found[row["id"]] = row["code"], PageId(row["uuid"]), number
        return found

    def _record_hits(self, found: _Found, rows: Sequence[tuple[int, int]]) -> Iterator[RecordHit]:
        groups = found.groups
        for row, tier in rows:
            record = self._database.conn.execute(
                "SELECT uuid, code, level, title FROM record WHERE id = ?", [row]
            ).fetchone()
            values = self._database.conn.execute(
                "SELECT value FROM record_value WHERE record = ? ORDER BY rowid", [row]
            )
            words = " · ".join(value for (value,) in values if value).split()
            read = Read(words, [(0, 0, 0, 0)] * len(words))
            place = read.find(groups)
            yield RecordHit(
                record["code"], RecordId(record["uuid"]), Level(record["level"]), record["title"], place.snippet,
                place.exact, read.density(groups) - tier,
            )  # fmt: skip

    def _facets(self, rows: Sequence[int]) -> tuple[Facet, ...]:
        counts = self._database.conn.execute(
            "SELECT record, count(*) FROM page WHERE id IN (SELECT value FROM json_each(?)) GROUP BY record",
            [json.dumps(rows)],
        )
        return facets_of(self._database, self._profiles, dict(map(tuple, counts)))


def _expressions(text: Node | None, fields: bool, meaning: Meaning) -> tuple[Sequence[str | None], str | None]:
    """The tiers of ``text`` and what must not be there. Where ``fields`` say what is meant, words may all be left
    out ones.
    """
    if text is None:
        return [None], None
    nodes = text.nodes if isinstance(text, All) else (text,)
    if fields and all(isinstance(node, Not) for node in nodes):
        return [None], left_out(Any(tuple(node.node for node in nodes if isinstance(node, Not))), meaning)
    return meaning.tiers(text), None


def _words(node: Node) -> Iterator[Word]:
    """The words of a query, those to leave out too."""
    match node:
        case Word():
            yield node
        case Not():
            yield from (word for word in _words(node.node) if word.prefix)
        case All() | Any():
            for each in node.nodes:
                yield from _words(each)


def _long_phrase(node: Node) -> bool:
    match node:
        case Phrase():
            return len(node.words) >= _LONG
        case Not():
            return _long_phrase(node.node)
        case All() | Any():
            return any(map(_long_phrase, node.nodes))
    return False


__all__ = ["COUNTED", "Place", "Search"]
