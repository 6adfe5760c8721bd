"""Two stations on the command line: a key, a package, a difference, a word on it."""

from __future__ import annotations

import json
from pathlib import Path

from digitizer.errors import Exit
from tests.helpers.cli import Program
from tests.helpers.workspaces import tiny_page


def test_records_go_to_another_station_and_a_difference_is_settled(null_program: Program, tmp_path: Path) -> None:
    here, there = null_program, Program(null_program.home, tmp_path / "trạm khác")
    assert here("import", tiny_page(tmp_path / "trang.png", 1), "--record", "H1").code == 0
    made = here("--json", "key", "new", tmp_path / "khoá")
    assert (made.code, made.document["public"][:4]) == (0, "age1")
    stick = tmp_path / "USB"
    key = ("--key", tmp_path / "khoá")
    given = here("--json", "deliver", stick, "--as", "exchange", "--encrypt-to", made.document["public"])
    assert (given.code, given.document["packages"][0]["encrypted"]) == (0, True)
    package = given.document["packages"][0]["path"]
    locked = there("--json", "receive", package)
    assert (locked.code, locked.document["refused"][0]["code"]) == (Exit.REFUSED, "package-locked")
    taken = there("--json", "receive", package, *key).document
    assert (taken["added"], taken["same"], taken["conflicts"]) == (4, 0, [])
    assert there("--json", "receive", package, *key).document["same"] == 4
    assert here("record", "set", "H1", "--title", "Tên ở đây").code == 0
    assert there("record", "set", "H1", "--title", "Tên ở kia").code == 0
    package = here("--json", "deliver", stick, "--as", "exchange").document["packages"][0]["path"]
    said = there("--language", "en", "receive", package)
    assert "Tên ở đây" in said.out
    assert "changed on several stations" in said.out
    listed = there("--json", "receive", "--open").document
    (found,) = listed["conflicts"]
    found["choose"] = "theirs"
    (tmp_path / "chọn.json").write_text(json.dumps(listed), "utf-8")
    settled = there("--json", "receive", "--settle", tmp_path / "chọn.json").document
    assert (settled["settled"], settled["conflicts"]) == (1, [])
    assert there("--json", "record", "show", "H1").document["title"] == "Tên ở đây"
    assert there("--json", "undo").document["kind"] == "record.settle"
    assert there("receive", "--take", found["id"], "ours").code == 0
    assert there("--json", "record", "show", "H1").document["title"] == "Tên ở kia"
    assert there("--json", "check").document["ok"]
    assert there("receive").code == Exit.USAGE
    assert here("deliver", stick, "--as", "pdf", "--encrypt-to", "age1x").code == Exit.USAGE
