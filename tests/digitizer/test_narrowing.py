"""Queries made narrower by a facet and wider again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.catalogue.narrowing import holds, literal, narrowed, widened
from digitizer.catalogue.query import All, Any, Phrase, parse
from digitizer.model import Facet

YEAR = Facet("year", "2021", "2021", 3)
TYPE = Facet("type", "QD", "Quyết định", 3)
BODY = Facet("issuing_body", "UBND tỉnh", "UBND tỉnh", 3)
QUERIES = st.sampled_from(["", "nước", "nước điện", '"trạm bơm"', "so:15", "-cũ nước"])


@pytest.mark.parametrize(
    ("query", "facet", "speech", "made"),
    [
        ("nước", YEAR, "vi", "nước nam:2021"),
        ("nước", YEAR, "en", "nước year:2021"),
        ("", TYPE, "vi", 'loai:"Quyết định"'),
        ("nước HOẶC điện", YEAR, "vi", "(nước HOẶC điện) nam:2021"),
    ],
)
def test_a_facet_becomes_a_field(query: str, facet: Facet, speech: str, made: str) -> None:
    assert narrowed(query, facet, speech) == made
    assert holds(made, facet)
    assert not holds(query, facet)


@given(QUERIES, st.sampled_from([YEAR, TYPE, BODY]), st.sampled_from(["vi", "en"]))
def test_what_is_added_is_taken_away_again(query: str, facet: Facet, speech: str) -> None:
    assert parse(widened(narrowed(query, facet, speech), facet)) == parse(query)


def test_an_alternative_stays_one_when_narrowed() -> None:
    node = parse(narrowed("a OR b", YEAR, "en"))
    assert isinstance(node, All)
    assert isinstance(node.nodes[0], Any)


def test_a_field_that_is_left_out_does_not_hold_the_facet() -> None:
    assert not holds("-nam:2021", YEAR)
    assert not holds("nam:2019..2021", YEAR)


def test_a_word_is_meant_as_it_is_typed() -> None:
    assert literal("quyêt định -quyêt", "quyêt") == '"quyêt" định -"quyêt"'
    assert parse(literal("Hoà", "hoà")) == Phrase(("hoà",))
