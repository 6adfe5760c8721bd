"""Search with and without marks, its order and its boxes."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.catalogue import search
from digitizer.catalogue.findings import Place, Read, groups_of
from digitizer.catalogue.fold import folded, tokens
from digitizer.catalogue.query import parse
from digitizer.errors import QueryRefused
from digitizer.model import Total
from digitizer.workspace import Workspace
from ocr.text import PageText
from tests.helpers.workspaces import imported, page_text, store


@pytest.fixture
def filled(workspace: Workspace, tmp_path: Path) -> dict[str, str]:
    """Four pages: the phrase with marks, without, its words apart, and none of it."""
    texts = {
        "marked": page_text("Căn cứ Quyết định số 15/QĐ-BNV", "về đường điện"),
        "bare": page_text("can cu quyet dinh cu"),
        "apart": page_text("định kỳ bảo dưỡng", "theo quyết tâm thư"),
        "other": page_text("Biên bản bàn giao"),
    }
    pages = imported(workspace, tmp_path, len(texts))
    for page, text in zip(pages, texts.values(), strict=True):
        store(workspace, page, text)
    return dict(zip(pages, texts, strict=True))


def names(workspace: Workspace, filled: dict[str, str], query: str) -> list[str]:
    return [filled[hit.page] for hit in workspace.catalogue.search.pages(query).hits]


@pytest.mark.parametrize(
    "query", ["quyết định", "quyet dinh", "QUYẾT ĐỊNH", unicodedata.normalize("NFD", "quyết định")]
)
def test_the_same_pages_with_and_without_marks(workspace: Workspace, filled: dict[str, str], query: str) -> None:
    assert sorted(names(workspace, filled, query)) == ["apart", "bare", "marked"]


def test_pages_whose_marks_agree_come_first_and_say_so(workspace: Workspace, filled: dict[str, str]) -> None:
    hits = workspace.catalogue.search.pages("quyết định").hits
    assert [(filled[hit.page], hit.exact) for hit in hits] == [("marked", True), ("bare", False), ("apart", True)]
    hits = workspace.catalogue.search.pages("quyet dinh").hits
    assert [(filled[hit.page], hit.exact) for hit in hits][:2] == [("bare", True), ("marked", False)]


def test_barred_d_is_found_without_its_bar(workspace: Workspace, filled: dict[str, str]) -> None:
    assert names(workspace, filled, "duong dien") == ["marked"]


def test_a_number_and_notation_is_found_as_typed(workspace: Workspace, filled: dict[str, str]) -> None:
    assert names(workspace, filled, "15/QĐ-BNV") == ["marked"]


@pytest.mark.parametrize("query", ["", "   ", "“”", "*", "NEAR", 'a" OR "b', "%_;--", "--", "()"])
def test_no_query_is_a_program(workspace: Workspace, filled: dict[str, str], query: str) -> None:
    assert workspace.catalogue.search.pages(query).total == 0


def test_total_counts_all_and_pages_of_hits_do_not_overlap(workspace: Workspace, filled: dict[str, str]) -> None:
    first = workspace.catalogue.search.pages("quyet dinh", limit=2)
    rest = workspace.catalogue.search.pages("quyet dinh", limit=2, offset=2)
    beyond = workspace.catalogue.search.pages("quyet dinh", limit=2, offset=99)
    assert (first.total, rest.total, beyond.total) == (3, 3, 3)
    assert len({hit.page for hit in (*first.hits, *rest.hits)}) == 3


def test_a_page_read_anew_is_found_by_its_new_words_only(workspace: Workspace, filled: dict[str, str]) -> None:
    page = next(page for page, name in filled.items() if name == "other")
    store(workspace, page, page_text("Tờ trình"))  # type: ignore[arg-type]
    assert names(workspace, filled, "biên bản") == []
    assert names(workspace, filled, "to trinh") == ["other"]


def find(text: PageText, query: str) -> Place:
    words = list(text.words)
    read = Read([word.text for word in words], [word.box.as_list() for word in words])
    return read.find(groups_of(parse(query), {}))


def test_boxes_are_those_of_the_words_that_stand_together() -> None:
    text = page_text("định mức", "quyết định")
    place = find(text, "quyết định")
    assert [box.as_list() for box in place.boxes] == [[10, 40, 60, 20], [80, 40, 60, 20]]
    assert place.exact


def test_boxes_of_words_apart_are_each_words_own() -> None:
    place = find(page_text("định mức của quyết tâm"), "quyet dinh")
    assert [box.x for box in place.boxes] == [10, 220]
    assert not place.exact


def test_snippet_shows_the_words_around_the_first_hit() -> None:
    place = find(page_text(" ".join(f"từ{n}" for n in range(40))), "từ20")
    assert place.snippet.startswith("… từ12")
    assert place.snippet.endswith("từ28 …")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"quyết định"', ["marked", "bare"]),
        ('"dinh quyet"', []),
        ("quyết -căn", ["bare", "apart"]),
        ("quyết NOT can", ["apart"]),
        ("biên OR điện", ["marked", "other"]),
        ("(bien HOẶC dien) KHÔNG ban", ["marked"]),
        ("quy*", ["marked", "bare", "apart"]),
        ('"can cu quyet dinh"', ["bare", "marked"]),
        ('"can cu dinh quyet"', []),
        ("bn*", ["marked"]),
    ],
)
def test_words_phrases_prefixes_and_operators(
    workspace: Workspace, filled: dict[str, str], query: str, found: list[str]
) -> None:
    assert sorted(names(workspace, filled, query)) == sorted(found)


def test_a_long_phrase_is_not_made_of_pieces_from_different_places(workspace: Workspace, tmp_path: Path) -> None:
    apart, together = imported(workspace, tmp_path, 2)
    store(workspace, apart, page_text("hồ sơ lưu", "sơ lưu trữ"))
    store(workspace, together, page_text("hồ sơ lưu trữ"))
    answer = workspace.catalogue.search.pages('"hồ sơ lưu trữ"')
    assert ([hit.page for hit in answer.hits], answer.total) == ([together], 1)
    assert workspace.catalogue.search.codes('"hồ sơ lưu trữ"') == {hit.record for hit in answer.hits}


def test_both_ways_of_placing_a_tone_mark_are_one(workspace: Workspace, tmp_path: Path) -> None:
    (page,) = imported(workspace, tmp_path, 1)
    store(workspace, page, page_text("Hoà bình, Thuý và uỷ quyền, quý"))
    for query in ("hòa", "hoà", '"HÒA BÌNH"', "thúy", "ủy quyền", "qúy", "hò*"):
        (hit,) = workspace.catalogue.search.pages(query).hits
        assert hit.exact, query


def test_a_misread_word_is_found_and_said(workspace: Workspace, filled: dict[str, str]) -> None:
    answer = workspace.catalogue.search.pages("Biếu ban")
    assert [filled[hit.page] for hit in answer.hits] == ["other"]
    assert [(taken.word, "bien" in taken.near) for taken in answer.taken] == [("Biếu", True)]
    assert answer.hits[0].boxes
    assert workspace.catalogue.search.pages('"bieu" ban').total == 0


def test_a_word_taken_for_others_is_said_as_it_was_typed(workspace: Workspace, tmp_path: Path) -> None:
    (page,) = imported(workspace, tmp_path, 1)
    store(workspace, page, page_text("thành phố"))
    (taken,) = workspace.catalogue.search.pages("thành phốo").taken
    assert taken.word == "phốo"


def test_a_word_that_stands_misread_on_the_page_itself_is_found(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, 4)
    for page in pages[:3]:
        store(workspace, page, page_text("quyết định khen"))
    store(workspace, pages[3], page_text("Quyết đlnh bổ nhiệm"))
    (hit,) = workspace.catalogue.search.pages("quyết định bổ nhiệm").hits
    assert hit.page == pages[3]


def test_a_word_that_is_there_is_not_taken_for_others_but_its_look_alikes(workspace: Workspace, tmp_path: Path) -> None:
    right, alike, _ = pages = imported(workspace, tmp_path, 3)
    for page, word in zip(pages, ("biên", "blên", "tiên"), strict=True):
        store(workspace, page, page_text(word))
    answer = workspace.catalogue.search.pages("biên")
    assert [hit.page for hit in answer.hits] == [right, alike]
    assert [taken.near for taken in answer.taken] == [("blen",)]


def test_a_withdrawn_page_is_not_found(workspace: Workspace, filled: dict[str, str]) -> None:
    page = next(page for page, name in filled.items() if name == "other")
    workspace.catalogue.pages.withdraw(page)  # type: ignore[arg-type]
    assert workspace.catalogue.search.pages("biên bản").total == 0


def test_numbers_are_places_among_the_pages_that_are_left(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, 4, "HS1")
    for page in pages:
        store(workspace, page, page_text("một"))
    workspace.catalogue.pages.withdraw(pages[1])
    hits = workspace.catalogue.search.pages("một").hits
    assert [(hit.page, hit.number) for hit in hits] == [
        (page, workspace.catalogue.pages.get(page).number) for page in (pages[0], pages[2], pages[3])
    ]


def test_a_very_common_word_is_counted_as_far_as_is_needed(
    workspace: Workspace, filled: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COUNTED", 1)
    answer = workspace.catalogue.search.pages("dinh", limit=1)
    assert (answer.total, answer.total_is) == (2, Total.AT_LEAST)
    answer = workspace.catalogue.search.pages("dinh", limit=1, offset=2)
    assert (answer.total, len(answer.hits)) == (3, 1)


def test_what_was_never_meant_to_be_searched_is_refused_in_words(workspace: Workspace, filled: dict[str, str]) -> None:
    for query in ('"a', "-a", "khongco:1", "nam:x", "so:a..b", "a OR -b"):
        with pytest.raises(QueryRefused):
            workspace.catalogue.search.pages(query)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.one_of(st.text(min_size=1, max_size=8), st.sampled_from(["hòa", "ĐƯỜNG", "15/QĐ"])), max_size=5)
)
def test_any_page_is_found_by_each_of_its_words(workspace: Workspace, filled: dict[str, str], words: list[str]) -> None:
    page = next(iter(filled))
    text = page_text(" ".join([*words, "—"]))
    store(workspace, page, text)  # type: ignore[arg-type]
    for token in {token for word in text.words for token in tokens(word.text)}:
        for query in (token, folded(token), f'"{token}"', f"{token[:2]}*"):
            assert page in [hit.page for hit in workspace.catalogue.search.pages(query).hits], query
