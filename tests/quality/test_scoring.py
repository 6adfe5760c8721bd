"""The measures themselves, on readings whose worth is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import Box, Size
from ocr.text import Block, Line, PageText, Word
from tests.quality import scoring

TRUTH = "CHÍNH PHỦ\nCăn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6\ntheo đề nghị của Bộ trưởng Bộ Nội vụ\nNơi nhận:"
BODY = TRUTH.splitlines()[1:3]


def test_a_true_reading_has_no_error() -> None:
    assert scoring.body_cer(TRUTH, TRUTH) == scoring.page_cer(TRUTH, TRUTH) == 0
    assert scoring.word_recall(TRUTH, TRUTH) == scoring.word_precision(TRUTH, TRUTH) == 1


def test_an_empty_reading_has_every_error() -> None:
    assert scoring.body_cer(TRUTH, "") == scoring.page_cer(TRUTH, "") == 1
    assert scoring.word_recall(TRUTH, "") == 0


def test_each_wrong_mark_is_one_error_of_the_body() -> None:
    assert scoring.body_errors(TRUTH, TRUTH.replace("đề nghị", "để nghi")) == (2, sum(map(len, BODY)))


def test_words_are_counted_like_letters() -> None:
    assert scoring.body_wer(TRUTH, TRUTH.replace("đề nghị", "để nghi")) == 2 / sum(len(line.split()) for line in BODY)


def test_order_and_line_breaks_cost_nothing_in_the_body_but_on_the_page() -> None:
    moved = "\n".join([BODY[1].replace(" Bộ ", "\nBộ "), "Nơi nhận:", BODY[0], "CHÍNH PHỦ"])
    assert scoring.body_cer(TRUTH, moved) == 0
    assert scoring.page_cer(TRUTH, moved) > 0.3


def test_lines_too_short_are_no_body() -> None:
    assert scoring.body_errors("Nơi nhận:\nSố: 12/TB", "") == (0, 0)


def test_a_word_counts_as_often_as_it_stands_there() -> None:
    assert scoring.word_recall("của của của dân", "của dân") == 0.5
    assert scoring.word_precision("của dân", "của của của dân") == 0.5


def test_decomposed_letters_are_the_same_letters() -> None:
    assert scoring.word_recall("tiếng", "tie\u0302\u0301ng") == 1


def test_what_was_written_by_hand_is_left_out() -> None:
    assert scoring.printed("Số: {{128}}/QĐ, ngày {{04\ntháng}} 6").split() == ["Số:", "/QĐ,", "ngày", "6"]


def test_words_made_right_and_wrong_are_counted() -> None:
    box = Box(0, 0, 9, 9)
    words = (
        Word("tế", box, 1, read="tê"),
        Word("mới", box, 1, read="mời"),
        Word("sô", box, 1),
        Word("cá", box, 1, read="cà"),
    )
    text = PageText(Size(9, 9), 300, ("vie",), "test 1", (Block((Line(words, box),), box),))
    assert scoring.mended("tế mời số ca", text) == (1, 1)
    assert scoring.as_read(text) == "tê mời sô cà"


@given(line=st.text("abc ", min_size=1, max_size=12), before=st.text("abc "), after=st.text("abc "))
def test_a_line_is_found_wherever_it_stands(line: str, before: str, after: str) -> None:
    line = f"d d d d d{line}d"
    assert scoring.body_errors(line, f"{before} {line} {after}")[0] == 0
