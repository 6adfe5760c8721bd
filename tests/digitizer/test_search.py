"""Search with and without marks, its order and its boxes."""

import unicodedata
from pathlib import Path

import pytest

from digitizer.catalogue.places import Place, Read, groups_of
from digitizer.catalogue.query import parse
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
