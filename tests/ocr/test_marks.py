"""Marks that the language mends, and what it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import Box, Size
from ocr.language.marks import restore
from ocr.language.spelling import bare
from ocr.text import Alternative, Block, Line, PageText, Word

PLACE = Box(0, 0, 10, 10)


def page(*lines: str, alternatives: dict[str, dict[str, float]] | None = None) -> PageText:
    """The lines, each word with what the engine thought of its letters: ``alternatives`` of a word by letter."""

    def letters(word: str) -> tuple[tuple[Alternative, ...], ...] | None:
        if alternatives is None:
            return None
        costs = alternatives.get(word, {})
        return tuple((Alternative(letter, 0.0), *(Alternative(a, c) for a, c in costs.items())) for letter in word)

    made = tuple(Line(tuple(Word(word, PLACE, 0.9, letters(word)) for word in line.split()), PLACE) for line in lines)
    return PageText(Size(100, 100), 300.0, ("vie",), "test 1", (Block(made, PLACE),))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Trung tâm Y tê huyện thông bao", "Trung tâm Y tế huyện thông báo"),
        ("theo quy đinh của pháp luật", "theo quy định của pháp luật"),
        ("ỦY BAN NHẪN DÂN TỈNH", "ỦY BAN NHÂN DÂN TỈNH"),
        ("Căn cử Luật Tổ chức", "Căn cứ Luật Tổ chức"),
    ],
)
def test_likely_marks_are_restored(read: str, meant: str) -> None:
    assert restore(page(read)).text == meant


def test_what_the_engine_read_is_kept_beside() -> None:
    words = list(restore(page("theo quy đinh của (pháp luât)")).words)
    assert [(word.text, word.read) for word in words if word.read] == [("định", "đinh"), ("luật)", "luât)")]


def test_words_go_on_over_the_end_of_a_line() -> None:
    assert restore(page("các cơ quan nhà", "nươc có thẩm quyền")).text.splitlines()[1] == "nước có thẩm quyền"


def test_what_the_engine_is_sure_of_stays() -> None:
    """Where it lists no other letter, a likely syllable does not win over a possible one."""
    sure = page("dược sĩ của bệnh viện", alternatives={"dược": {}})
    assert restore(sure).text == sure.text


def test_what_the_engine_doubts_is_decided_by_the_language() -> None:
    doubted = page("theo quy đính của", alternatives={"đính": {"ị": 1.0}})
    assert restore(doubted).text == "theo quy định của"


@pytest.mark.parametrize(
    "line",
    [
        "Số: 123/QĐ-UBND ngày 05/3/2014",
        "https://dichvucong.gov.vn/te",
        "email: tê@dinh.vn",
        "The valve of the pump",
        "TCVN 3821:1983 M12x1,5",
        "- BGĐ (để b/c); DA, KT",
        "a) đ) d) e)",
    ],
)
def test_codes_addresses_and_other_languages_are_left_alone(line: str) -> None:
    assert restore(page(line)).text == line


def test_another_letter_is_taken_where_the_engine_thought_of_it() -> None:
    """The letters are those of a syllable then, not only its marks."""
    doubted = page("đề nghị sửi báo cáo", alternatives={"sửi": {"g": 4.0}})
    assert restore(doubted).text == "đề nghị gửi báo cáo"
    assert restore(page("đề nghị sửi báo cáo", alternatives={})).text == "đề nghị sửi báo cáo"


def test_a_tone_is_put_where_the_engine_saw_it() -> None:
    """Writers differ in the place of tones: the letters decide between hòa and hoà."""
    for letter, meant in (("ò", "Cộng hòa xã hội"), ("à", "Cộng hoà xã hội")):
        doubted = page("Cộng hoa xã hội", alternatives={"hoa": {letter: 3.0}})
        assert restore(doubted).text == meant


@pytest.mark.parametrize("line", ["Phòng Nghiệp vụ Dược, Trưởng ban", "Huỳnh Văn Bây", "xã Giồng Riềng"])
def test_names_that_the_engine_is_sure_of_stay(line: str) -> None:
    assert restore(page(line, alternatives={})).text == line


def test_capitals_are_no_abbreviation_among_capitals() -> None:
    """Two columns on one line: the heading of the left one is in capitals, the right one is not."""
    left = (Word("SỞ", PLACE, 0.9), Word("Y", PLACE, 0.9), Word("TÉ", PLACE, 0.9))
    right = tuple(Word(word, Box(500, 0, 10, 10), 0.9) for word in ("Độc", "lập", "Hạnh", "phúc"))
    text = PageText(Size(900, 100), 300.0, ("vie",), "test 1", (Block((Line(left + right, PLACE),), PLACE),))
    assert restore(text).text == "SỞ Y TẾ Độc lập Hạnh phúc"


@given(st.lists(st.lists(st.text("abcđeêếiouyht.,:-/(A1@Q ", max_size=9), max_size=6).map(" ".join), max_size=4))
def test_any_text_keeps_its_words_and_what_was_read(lines: list[str]) -> None:
    before = page(*(line for line in lines if line.strip()))
    after = restore(before)
    assert [word.box for word in after.words] == [word.box for word in before.words]
    assert [word.read or word.text for word in after.words] == [word.text for word in before.words]
    assert all(word.read is None or bare(word.read) == bare(word.text) for word in after.words)


@pytest.mark.parametrize("line", ["Uỷ ban nhân dân huyện Hoà Bình", "Ủy ban nhân dân huyện Hòa Bình"])
def test_the_writers_place_of_tones_stays(line: str) -> None:
    assert restore(page(line)).text == line


def test_an_empty_page_stays_empty() -> None:
    empty = PageText(Size(100, 100), 300.0, ("vie",), "test 1")
    assert restore(empty) == empty
