"""Searching from the command line: records, refusals with their exit code, searches kept under a name."""

from tests.helpers.cli import Program


def test_records_are_searched_and_searches_kept(program: Program) -> None:
    made = program("record", "new", "P1", "--level", "fonds", "--title", "Phông lưu trữ Ủy ban")
    assert made.code == 0, made.err
    answer = program("--json", "--language", "en", "search", "uỷ ban", "--records", "--save", "Uỷ ban")
    found = answer.document
    assert (found["total"], found["total_is"], found["taken"]) == (1, "exact", [])
    (hit,) = found["hits"]
    assert (hit["record"], hit["level"], hit["title"]) == ("P1", "fonds", "Phông lưu trữ Ủy ban")
    assert hit["snippet"] and hit["exact"]
    assert found["facets"]["level"] == [{"value": "fonds", "label": "Fonds", "count": 1}]
    assert program("--json", "saved", "list").document == [{"name": "Uỷ ban", "query": "uỷ ban", "records": True}]
    assert program("--json", "saved", "run", "Uỷ ban").document["hits"] == found["hits"]
    assert program("saved", "remove", "Uỷ ban").code == 0
    gone = program("--json", "saved", "run", "Uỷ ban")
    assert (gone.code, gone.document["error"]["code"]) == (2, "no-such-search")
    refused = program("--json", "--language", "en", "search", 'a "b')
    assert (refused.code, refused.document["error"]["code"]) == (2, "query-refused")
    assert "place 3" in refused.document["error"]["message"]


def test_counts_are_called_as_forms_and_fields_are(program: Program) -> None:
    assert program("record", "new", "P1", "--level", "fonds", "--title", "Phông lưu trữ").code == 0
    said = {code: program("--language", code, "search", "lưu", "--records", "--facets").out for code in ("vi", "en")}
    assert "Cấp: Phông (1)" in said["vi"] and "Độ mật: " in said["vi"]
    assert "Level: Fonds (1)" in said["en"] and "Fonds: P1 (1)" in said["en"]


def test_wrong_fields_and_codes_are_answered_with_the_right_ones(program: Program) -> None:
    profile = program("--language", "en", "record", "profiles", "file")
    assert "01 Vietnamese, 02 English" in profile.out
    lists = program("--json", "record", "profiles", "file").document["code_lists"]
    assert lists["language"][0]["code"] == "01"
    english = ("--language", "en", "record", "new", "H1", "--title", "A", "--set")
    assert "the nearest are: retention" in program(*english, "retenton=01").err
    assert "see “digitizer record profiles file”" in program(*english, "zzzz=01").err
    assert "(01 Vietnamese, 02 English" in program(*english, "language=Tày").err
    assert "audit chain says" in program("--language", "en", "check", "--help").out
