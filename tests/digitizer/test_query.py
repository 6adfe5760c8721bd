"""The query language: what is understood, and that everything else is said, not thrown."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digitizer.catalogue.match import Meaning, parts_of
from digitizer.catalogue.query import All, Any, Field, Not, Phrase, Word, parse
from digitizer.errors import QueryRefused

QUY, DINH = Word("quyết"), Word("định")
LIKELY = st.lists(
    st.sampled_from(
        [
            '"',
            "(",
            ")",
            "-",
            "*",
            "AND",
            "OR",
            "NOT",
            "VÀ",
            "HOẶC",
            "KHÔNG",
            " ",
            "a",
            "ổn",
            "so:",
            "nam:",
            "..",
            "1",
            "“",
        ]
    )
).map("".join)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("quyết định", All((QUY, DINH))),
        ("quyết AND định", All((QUY, DINH))),
        ("quyết VÀ định", All((QUY, DINH))),
        ("quyết OR định", Any((QUY, DINH))),
        ("quyết HOẶC định", Any((QUY, DINH))),
        ("quyết NOT định", All((QUY, Not(DINH)))),
        ("quyết KHÔNG định", All((QUY, Not(DINH)))),
        ("quyết -định", All((QUY, Not(DINH)))),
        ('"quyết định"', Phrase(("quyết", "định"))),
        ("“quyết định”", Phrase(("quyết", "định"))),
        ("quy*", Word("quy", prefix=True)),
        ("15/QĐ*", All((Word("15"), Word("qđ", prefix=True)))),
        ("a b OR c", Any((All((Word("a"), Word("b"))), Word("c")))),
        ("a (b OR c)", All((Word("a"), Any((Word("b"), Word("c")))))),
        ("-(a OR b) c", All((Not(Any((Word("a"), Word("b")))), Word("c")))),
        ("so:15", Field("so", "15", "15")),
        ('Loại:"Quyết định"', Field("loai", "Quyết định", "Quyết định")),
        ("nam:2019..2021", Field("nam", "2019", "2021", range=True)),
        ("ngay:..15/3/2021", Field("ngay", "", "2021-03-15", range=True)),
        ("Số: 15", All((Word("số"), Word("15")))),
        ("KHÔNG CÓ GÌ", All((Word("không"), Word("có"), Word("gì")))),
        ("P01 HOẶC P02", Any((Word("p01"), Word("p02")))),
        ("--- *** “”", None),
    ],
)
def test_a_query_is_understood(query: str, meant: object) -> None:
    assert parse(query) == meant


@pytest.mark.parametrize(
    ("query", "place"),
    [('a "b', 3), ("a (b", 3), ("a ) b", 3), ("a OR", 3), ("OR a", 1), ("a AND OR b", 3), ("a NOT", 3), ("((a)", 1)],
)
def test_what_cannot_be_understood_is_said_with_its_place(query: str, place: int) -> None:
    with pytest.raises(QueryRefused, match=f" {place}"):
        parse(query)


@given(st.one_of(st.text(), LIKELY))
@example("(" * 5000)
@example("NOT " * 3000 + "a")
@example("a -(" * 60 + "b" + ")" * 60)
def test_no_text_is_ever_more_than_refused(query: str) -> None:
    try:
        node = parse(query)
        if node is not None:
            for part in parts_of(node):
                if part.text is not None:
                    Meaning().tiers(part.text)
    except QueryRefused as error:
        assert error.message
