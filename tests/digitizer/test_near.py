"""Words that may have been read for one another."""

import pytest

from digitizer.catalogue import near


@pytest.mark.parametrize(
    ("asked", "printed"),
    [("dinh", "dlnh"), ("bao", "ba0"), ("sam", "sarn"), ("nguyen", "nguyeu"), ("thanh", "tharh"), ("phong", "phon")],
)
def test_a_misread_word_is_near_both_ways(asked: str, printed: str) -> None:
    assert near.nearest(asked, [printed, "xuat"]) == [printed]
    assert near.nearest(printed, [asked, "xuat"]) == [asked]


def test_look_alikes_come_before_other_letters_and_common_words_before_rare_ones() -> None:
    assert near.nearest("dinh", {"danh": 9, "dlnh": 1, "binh": 5, "dinh": 3}) == ["dlnh", "danh", "binh"]


def test_figures_and_short_words_are_near_nothing() -> None:
    assert not near.can_be_misread("1975")
    assert not near.can_be_misread("an")
    assert near.nearest("giam1", ["giam19", "197", "giam"]) == ["giam"]


def test_the_shorter_a_word_the_less_is_near_to_it() -> None:
    assert near.nearest("xax", ["xay", "xa", "xa1", "xac"]) == []
    assert near.nearest("quye", ["quy", "quyet", "quyen", "quoc"]) == ["quy", "quyen", "quyet"]
    assert near.nearest("dlnhq", ["dinh", "danh"]) == ["dinh"]
    assert "h" not in near.first_letters("thanh")
    assert "n" in near.first_letters("ugay")
