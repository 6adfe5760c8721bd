"""Letters made equal for search."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from digitizer.catalogue.fold import folded, tokens


def test_vietnamese_marks_and_barred_d_fold_to_bare_letters() -> None:
    assert [folded(token) for token in tokens("Đường điện, QUYẾT ĐỊNH Nguyễn")] == [
        "duong", "dien", "quyet", "dinh", "nguyen",
    ]  # fmt: skip


def test_a_number_with_its_notation_is_several_words() -> None:
    assert tokens("Số: 15/QĐ-BNV") == ["số", "15", "qđ", "bnv"]


def test_russian_letters_stay() -> None:
    assert folded("руководство") == "руководство"


@given(st.text())
def test_every_unicode_form_gives_the_same_words(text: str) -> None:
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    for token in tokens(text):
        assert folded(folded(token)) == folded(token)
