"""Backups, people, audit and report as called from a shell."""

import csv
import io
import re
from pathlib import Path

import pytest

from digitizer.errors import Exit
from tests.helpers.cli import Program
from tests.helpers.workspaces import tiny_page


@pytest.fixture
def filled(null_program: Program, tmp_path: Path) -> Program:
    assert null_program("import", tiny_page(tmp_path / "trang.png", 1), "--record", "H1").code == 0
    return null_program


def test_back_up_and_restore(filled: Program, tmp_path: Path) -> None:
    stick = tmp_path / "USB"
    assert filled("--json", "backup", stick).document["error"]["code"] == "cannot-write"
    stick.mkdir()
    made = filled("--json", "backup", stick, "--media-end", "31/12/2030")
    assert (made.code, made.document["kind"], made.document["lost"]) == (0, "full", [])
    assert [each["code"] for each in made.document["due"]] == ["targets"]
    assert made.document["warnings"]
    assert str(stick) in made.err
    assert filled("--json", "backup", "--due").document["due"][0]["message"]
    (row,) = csv.DictReader(io.StringIO(filled("--language", "en", "backup", "--log", "--csv").out))
    assert (row["Kind"], row["Person"] != "", row["SHA-256 of the list"]) == ("full", True, made.document["manifest"])
    new = Program(filled.home, tmp_path / "mới")
    brought = new("--json", "restore", stick)
    assert (brought.code, brought.document["masters"], brought.document["lost"]) == (0, 1, [])
    assert new("--json", "check").document["ok"]
    assert new("--json", "restore", stick).document["error"]["code"] == "restore-not-empty"
    assert filled("backup").code == Exit.USAGE


def test_a_damaged_backup_is_named(filled: Program, tmp_path: Path) -> None:
    stick = tmp_path / "USB"
    stick.mkdir()
    made = filled("--json", "backup", stick).document
    next(Path(made["path"]).glob("objects/*/*")).write_bytes(b"rot")
    new = Program(filled.home, tmp_path / "mới")
    answer = new("--json", "restore", stick)
    assert (answer.code, answer.document["error"]["code"]) == (Exit.FAULTS, "backup-damaged")
    assert ["objects/" in place for place in answer.document["damaged"]] == [True]
    assert answer.err == answer.document["error"]["message"] + "\n"
    partial = new("--json", "restore", stick, "--partial")
    assert (partial.code, len(partial.document["lost"])) == (Exit.FAULTS, 1)


def test_people_and_roles(filled: Program, tmp_path: Path) -> None:
    assert filled("--json", "person", "add", "An", "--roles", "manage", "scan").document["roles"] == ["scan", "manage"]
    nobody = filled("--json", "record", "new", "H2")
    assert (nobody.code, nobody.document["error"]["code"]) == (Exit.REFUSED, "not-listed")
    assert filled("--person", "An", "person", "add", "Bình", "--roles", "describe").code == 0
    named = {"DIGITIZER_PERSON": "Bình"}
    assert filled("record", "new", "H2", environment=named).code == 0
    assert filled("import", tmp_path, environment=named).code == Exit.REFUSED
    other = filled("--json", "--person", "An", "--role", "manage", "record", "new", "H3", environment=named)
    assert other.document["error"]["code"] == "wrong-role"
    assert filled("--person", "An", "person", "separate", "on").code == 0
    assert filled("--person", "An", "person", "set", "Bình", "--roles", "check").code == 0
    assert filled("--person", "An", "person", "remove", "Bình").code == 0
    listed = filled("--json", "person").document
    assert [(each["name"], each["active"]) for each in listed["people"]] == [("An", True), ("Bình", False)]
    assert listed["separate"] is True


def test_the_audit_is_printed_in_both_languages(filled: Program) -> None:
    acts = filled("--json", "audit", "--record", "H1").document
    assert [act["kind"] for act in acts] == ["record.create", "record.create", "page.import"]
    assert acts[0]["at"].endswith("+07:00")
    assert acts[0]["account"]
    assert filled("--json", "audit", "--person", "không ai").document == []
    assert filled("--json", "audit", "--to", "1/1/2020").document == []
    rows = [list(csv.reader(io.StringIO(filled("--language", each, "audit", "--csv").out))) for each in ("en", "vi")]
    assert len(rows[0]) == len(rows[1]) > 3
    assert rows[0][0][0] == "Time"
    assert all(one[6] != other[6] for one, other in zip(*rows, strict=True))
    filled("record", "set", "H1", "retention=01", "--title", "Tên mới")
    for language, said in (("en", "Retention: Permanent"), ("vi", "Thời hạn lưu trữ: Vĩnh viễn")):
        shown = filled("--language", language, "audit").out
        assert said in shown
        assert "Tên mới" in shown
        assert not re.search(r"[0-9a-f]{8}-|call|inside|fields|withdrawn|\{\}", shown)
    assert "bring pages in" in filled("--language", "en", "audit").out


def test_the_report_is_the_figures(filled: Program) -> None:
    figures = filled("--json", "report").document
    assert (figures["images"], figures["pages"], figures["sheets"], figures["read"]) == (1, 1, 1, 0)
    assert figures["backlog"][0]["waiting"] == 1
    assert figures["efforts"][0]["pages"] == 1
    assert filled("--json", "report", "--from", "2020-01-01", "--to", "2020-12-31").document["images"] == 0
    assert filled("report", "--from", "hôm qua").code == Exit.USAGE
    for command in ("report", "audit"):
        backwards = filled("--language", "en", command, "--from", "2/1/2021", "--to", "1/1/2021")
        assert (backwards.code, "is later than the last, 2021-01-01" in backwards.err) == (Exit.USAGE, True)
