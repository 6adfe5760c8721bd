"""Searching from the command line: records, refusals with their exit code, searches kept under a name."""

from tests.helpers.cli import Program


def test_records_are_searched_and_searches_kept(program: Program) -> None:
    made = program("record", "new", "P1", "--level", "fonds", "--title", "Phông lưu trữ Ủy ban")
    assert made.code == 0, made.err
    answer = program("--json", "search", "uỷ ban", "--records", "--save", "Uỷ ban")
    found = answer.document
    assert (found["total"], found["total_is"], found["taken"]) == (1, "exact", [])
    (hit,) = found["hits"]
    assert (hit["record"], hit["level"], hit["title"]) == ("P1", "fonds", "Phông lưu trữ Ủy ban")
    assert hit["snippet"] and hit["exact"]
    assert found["facets"]["level"] == [{"value": "fonds", "label": "fonds", "count": 1}]
    assert program("--json", "saved", "list").document == [{"name": "Uỷ ban", "query": "uỷ ban", "records": True}]
    assert program("--json", "saved", "run", "Uỷ ban").document["hits"] == found["hits"]
    assert program("saved", "remove", "Uỷ ban").code == 0
    gone = program("--json", "saved", "run", "Uỷ ban")
    assert (gone.code, gone.document["error"]["code"]) == (2, "no-such-search")
    refused = program("--json", "--language", "en", "search", 'a "b')
    assert (refused.code, refused.document["error"]["code"]) == (2, "query-refused")
    assert "place 3" in refused.document["error"]["message"]
