"""Records found by what describes them, pages found by their records, counts of what was found, saved searches."""

from pathlib import Path

import pytest

from digitizer.errors import NoSuchSearch, QueryRefused, SearchExists, WrongUsage
from digitizer.journal import Journal
from digitizer.model import Level, PageId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import imported, page_text, store

PAPERS = {
    "A": {"type": "Quyết định", "number": "15", "notation": "QĐ-BNV", "date": "2019-12-31", "subject": "Khen thưởng",
          "issuing_body": "Bộ Nội vụ"},
    "B": {"type": "Công văn", "number": "150", "notation": "CV", "date": "2021-03", "subject": "Quyết định bảo dưỡng",
          "issuing_body": "Sở Nội vụ"},
    "C": {"type": "Quyết định", "number": "7", "notation": "QĐ", "date": "2021", "subject": "Khen thưởng năm",
          "issuing_body": "Sở Nội vụ"},
}  # fmt: skip


@pytest.fixture
def described(workspace: Workspace) -> Workspace:
    """A fonds, a file of the years 1990 to 1995, and three papers in it."""
    records = workspace.catalogue.records
    fonds = records.create(Level.FONDS, "P", "Phông một")
    years = {"start_date": "1990", "end_date": "1995", "retention": "01"}
    file = records.create(Level.FILE, "P.1", "Hồ sơ khen", fonds, values=years)
    for code, values in PAPERS.items():
        records.create(Level.ITEM, code, "", file, values=values)
    return workspace


def codes(workspace: Workspace, query: str) -> list[str]:
    return [hit.record for hit in workspace.catalogue.search.records(query).hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("so:15", "A"),
        ("number:15*", "AB"),
        ("so:10..200", "AB"),
        ('loai:"quyết định"', "AC"),
        ("type:decision", "AC"),
        ('loai:"quyet dinh" nam:2021', "C"),
        ("nam:2019..2021", "ABC"),
        ("year:2020..", "BC"),
        ("nam:1992", ["P.1"]),
        ("nam:1990..1996", ["P.1"]),
        ("ngay:2021-03", "BC"),
        ("ngay:31/12/2019", "A"),
        ("date:..2020", "A"),
        ("trich-yeu:khen", "AC"),
        ("co-quan:nội", "ABC"),
        ('loai:"quyết định" -so:15', "C"),
        ("so:15 OR so:7", "AC"),
        ("khen OR so:150", ["P.1", "A", "B", "C"]),
        ("ho-so:P.1 khen", ["P.1", "A", "C"]),
        ("cap:file", ["P.1"]),
        ("level:tài-liệu", "ABC"),
        ("quyết định", "B"),
        ("P.1", ["P.1"]),
        ("P*", ["P", "P.1"]),
        ("record:NONE", ""),
        ("loai:nothing", ""),
        ("loai:quyết", "AC"),
        ("loai:quyet", "AC"),
        ("loai:van", "B"),
        ("loai:quyệt", "AC"),
        ("loai:quyết*", "AC"),
        ("so:15/QĐ-BNV", "A"),
        ('so:"15/QĐ-BNV"', "A"),
        ('ky-hieu:"15 / qd-bnv"', "A"),
        ("so:7/QĐ-BNV", ""),
        ("ngay:2021*", "BC"),
        ("-so:15 khen", ["P.1", "C"]),
    ],
)
def test_records_by_words_and_fields(described: Workspace, query: str, found: list[str]) -> None:
    assert sorted(codes(described, query)) == sorted(found)


@pytest.mark.parametrize(
    "query",
    ["ngay:>2025", "ngay:32/13/2026", "ngay:1..5", "nam:2026..2020", "nam:2020-13", "so:9..2", "ngay:2021-03..2021-02"],
)
def test_a_value_that_nothing_can_be_is_refused_with_the_reason(described: Workspace, query: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        described.catalogue.search.records(query)
    assert query.partition(":")[2].split("..")[0] in str(refused.value) or "2026-13-32" in str(refused.value)


def test_a_changed_value_is_found_at_once_and_undo_finds_the_old_one(described: Workspace) -> None:
    records = described.catalogue.records
    records.describe(records.get("A"), {"number": "99", "subject": "Điều động"})
    assert (codes(described, "so:99"), codes(described, "so:15"), codes(described, "dieu dong")) == (["A"], [], ["A"])
    Journal(described).undo()
    assert (codes(described, "so:99"), codes(described, "so:15"), codes(described, "dieu dong")) == ([], ["A"], [])
    records.remove(records.get("A"))
    assert codes(described, "so:15") == []


def test_facets_count_what_was_found(described: Workspace) -> None:
    facets = described.catalogue.search.records('co-quan:"nội vụ"').facets
    profiles = described.catalogue.records.profiles
    counted = {(each.name, each.label): each.count for each in facets}
    assert counted[("year", "2021")] == 2
    assert counted[("issuing_body", "Sở Nội vụ")] == 2
    assert counted[("fonds", "P")] == 3
    assert counted[("level", profiles.get("item").label.shown)] == 3
    assert [each.count for each in facets if each.name == "type"] == [2, 1]
    assert [(each.value, each.count) for each in facets if each.name == "retention"] == [("01", 3)]
    assert [(each.value, each.count) for each in facets if each.name == "secrecy"] == [("none", 3)]


@pytest.fixture
def pages(described: Workspace, tmp_path: Path) -> dict[PageId, str]:
    """Two pages in each of two items, by the item's code; one has other words."""
    found: dict[PageId, str] = {}
    for code in ("A", "C"):
        for number, page in enumerate(imported(described, tmp_path / code, 2, code)):
            store(described, page, page_text("bàn giao" if number else "khen thưởng"))
            found[page] = code
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("so:15 khen", ["A"]),
        ("so:15", ["A", "A"]),
        ("nam:1993 khen", ["A", "C"]),
        ("ho-so:P ban giao", ["A", "C"]),
        ("so:15 -khen", ["A"]),
        ("so:15 OR khen", ["A", "A", "C"]),
        ("-so:15 giao", ["C"]),
        ("NOT (so:15 OR khen) giao", ["C"]),
        ('loai:"công văn" giao', []),
    ],
)
def test_pages_by_the_records_that_they_lie_in(
    described: Workspace, pages: dict[PageId, str], query: str, found: list[str]
) -> None:
    hits = described.catalogue.search.pages(query).hits
    assert sorted(pages[hit.page] for hit in hits) == found
    assert described.catalogue.search.codes(query) == {hit.record for hit in hits}


@pytest.mark.parametrize("few", [0, 1, 100])
def test_however_many_pages_the_records_have_the_same_are_found(
    described: Workspace, pages: dict[PageId, str], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitizer.catalogue.search._FEW_PAGES", few)
    monkeypatch.setattr("digitizer.catalogue.search._SOME_PAGES", few * 2)
    answer = described.catalogue.search.pages("so:15 khen", facets=True)
    assert [pages[hit.page] for hit in answer.hits] == ["A"]
    assert [(each.value, each.count) for each in answer.facets if each.name == "year"] == [("2019", 1)]


def test_saved_searches_are_kept_told_and_taken_away(described: Workspace) -> None:
    saved = described.catalogue.saved
    made = saved.save("Khen", "  so:15   khen ", records=True)
    assert saved.all() == [made] == [saved.get(" Khen ")]
    for name, query, error in (("Khen", "a", SearchExists), ("", "a", WrongUsage), ("b", "“", QueryRefused)):
        with pytest.raises(error):
            saved.save(name, query)
    assert saved.remove("Khen") == made
    with pytest.raises(NoSuchSearch):
        saved.get("Khen")
    told = described.catalogue.audit.acts_of(["search.save", "search.remove"])
    assert [(act.before or act.after) for act in told] == [{"name": "Khen", "query": "so:15 khen", "records": 1}] * 2
