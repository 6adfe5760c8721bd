"""TCVN3 and VNI text told from Unicode, and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.legacy import Code, code_of_font, convert, detect, has_capitals

SENTENCE = "Cộng hòa xã hội chủ nghĩa Việt Nam độc lập tự do hạnh phúc, được thưởng"
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam ®éc lËp tù do h¹nh phóc, ®\xadîc th\xadëng"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam ñoäc laäp töï do haïnh phuùc, ñöôïc thöôûng"


@pytest.mark.parametrize(("text", "code"), [(TCVN3, Code.TCVN3), (VNI, Code.VNI)])
def test_a_sentence_is_told_and_read(text: str, code: Code) -> None:
    found = detect(text)
    assert found is not None
    assert (found.code, convert(text, code)) == (code, SENTENCE)
    assert found.confidence == 1.0


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "The archive keeps every page",
        "Élève à côté de la forêt, garçon, être né à Genève",
        "Größe für Übung",
        "",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("®-îc", "được"),
        ("th-ëng", "thưởng"),
        ("t- liÖu", "tư liệu"),
        ("Q§-BNV", "QĐ-BNV"),
        ("nh-ng", "nhưng"),
        ("§iÒu 5 - 6", "Điều 5 - 6"),
    ],
)
def test_the_hyphen_that_viewers_show_for_u_is_read(shown: str, meant: str) -> None:
    assert convert(shown, Code.TCVN3) == meant


def test_fonts_of_capitals_give_capitals() -> None:
    assert convert("céng hßa", Code.TCVN3, capitals=True) == "CỘNG HÒA"
    assert convert("COÄNG HOØA VIEÄT ÑÖÔØNG", Code.VNI) == "CỘNG HÒA VIỆT ĐƯỜNG"


@pytest.mark.parametrize(
    ("name", "code", "capitals"),
    [
        (".VnTime", Code.TCVN3, False),
        ("ABCDEF+.VnArialH", Code.TCVN3, True),
        (".VnTimeH,Bold", Code.TCVN3, True),
        ("VNI-Times", Code.VNI, False),
        ("VNtimes", None, False),
        ("Helvetica", None, False),
    ],
)
def test_fonts_are_known_by_name(name: str, code: Code | None, capitals: bool) -> None:
    assert (code_of_font(name), has_capitals(name)) == (code, capitals)


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    detect(text)
    for code in Code:
        convert(text, code)
