"""The index of pages: whatever is stored and stored again, it is what it would be built anew."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from digitizer.catalogue.fold import folded, tokens
from digitizer.catalogue.index import MANY, replace_page
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


def contents(database: Database) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]:
    database.conn.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.held USING fts5vocab(main, page_index, instance)")
    asked = ("SELECT term, doc FROM held", "SELECT * FROM word", "SELECT rowid FROM page_index")
    held, words, rows = (sorted(map(tuple, database.conn.execute(each))) for each in asked)
    return held, words, rows


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 3), TEXTS), max_size=8))
def test_the_index_after_any_storing_is_the_index_built_anew(stored: list[tuple[int, PageText]]) -> None:
    last: dict[int, PageText] = {}
    with catalogue() as used, catalogue() as anew:
        for row, text in stored:
            replace_page(used, row, last.get(row), text)
            last[row] = text
        for row, text in last.items():
            replace_page(anew, row, None, text)
        assert contents(used) == contents(anew)
        counted = Counter(token for text in last.values() for token in {t for w in text.words for t in tokens(w.text)})
        assert contents(used)[1] == sorted((folded(token), token, count) for token, count in counted.items())


def test_pages_of_a_common_word_are_counted_up_to_many() -> None:
    with catalogue() as database:
        for row in range(MANY + 2):
            replace_page(database, row, None, page_text("và"))
        for row in range(5):
            replace_page(database, row, page_text("và"), page_text("hay"))
        words = database.conn.execute("SELECT marked, pages FROM word ORDER BY marked").fetchall()
        assert list(map(tuple, words)) == [("hay", 5), ("và", MANY)]
