"""The index of pages: whatever is stored and stored again, it is what it would be built anew."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from digitizer.catalogue.fold import folded, tokens
from digitizer.catalogue.index import MANY, PENDING, catch_up, replace_page
from digitizer.catalogue.packing import pack
from digitizer.catalogue.schema import MIGRATIONS
from ocr.text import PageText
from tests.helpers.workspaces import page_text

WORDS = st.sampled_from(["quyết", "định", "định", "dinh", "ĐỊNH", "hoà", "hòa", "15/QĐ-BNV", "—", "số", "đ", "Đ1"])
TEXTS = st.lists(WORDS, max_size=6).map(lambda words: page_text(" ".join([*words, "—"])))


@contextmanager
def catalogue() -> Iterator[Database]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        database = Database(connection, execute_plugins=False)
        MIGRATIONS.apply(database)
        yield database


def put(database: Database, row: int, before: PageText | None, after: PageText) -> None:
    """Store ``after`` as the text of page ``row``, as a reading does."""
    filled = "1, 1, 1.0, 0, 0.0, 0, 1, '[]', '', '', '', '', ''"
    database.conn.execute("BEGIN")
    database.conn.execute(
        "INSERT OR REPLACE INTO reading(page, text, width, height, dpi, rotation, skew, blank, words, flags, reader,"
        f" languages, recipe, transform, at) VALUES (?, ?, {filled})",
        [row, pack(after)],
    )
    replace_page(database, row, before, after)
    database.conn.execute("COMMIT")


def contents(database: Database) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]:
    catch_up(database)
    database.conn.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.held USING fts5vocab(main, page_index, instance)")
    asked = ("SELECT term, doc FROM held", "SELECT * FROM word", "SELECT rowid FROM page_index")
    held, words, rows = (sorted(map(tuple, database.conn.execute(each))) for each in asked)
    return held, words, rows


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 3), TEXTS, st.booleans()), max_size=8))
def test_the_index_after_any_storing_is_the_index_built_anew(stored: list[tuple[int, PageText, bool]]) -> None:
    last: dict[int, PageText] = {}
    with catalogue() as used, catalogue() as anew:
        for row, text, searched in stored:
            put(used, row, last.get(row), text)
            last[row] = text
            if searched:
                catch_up(used)
        for row, text in last.items():
            put(anew, row, None, text)
        assert contents(used) == contents(anew)
        counted = Counter(token for text in last.values() for token in {t for w in text.words for t in tokens(w.text)})
        assert contents(used)[1] == sorted((folded(token), token, count) for token, count in counted.items())


def test_pages_of_a_common_word_are_counted_up_to_many() -> None:
    with catalogue() as database:
        for row in range(MANY + 2):
            put(database, row, None, page_text("và"))
        catch_up(database)
        for row in range(5):
            put(database, row, page_text("và"), page_text("hay"))
        catch_up(database)
        words = database.conn.execute("SELECT marked, pages FROM word ORDER BY marked").fetchall()
        assert list(map(tuple, words)) == [("hay", 5), ("và", MANY)]


def test_pages_are_indexed_many_at_once_or_when_somebody_searches() -> None:
    with catalogue() as database:
        waiting = []
        for row in range(PENDING + 1):
            put(database, row, None, page_text("và"))
            waiting.append(database.conn.execute("SELECT count(*) FROM to_index").fetchone()[0])
        assert waiting == [*range(1, PENDING), 0, 1]
        catch_up(database)
        assert database.conn.execute("SELECT count(*) FROM to_index").fetchone()[0] == 0
