"""Two stations on the command line: a key, a signed package, a difference, a word on it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from digitizer.errors import Exit
from tests.helpers.cli import Program
from tests.helpers.keys import BODY, PIN, made_keys
from tests.helpers.workspaces import tiny_page


def signed(program: Program, *arguments: str | Path) -> Any:
    """A delivery that takes its PIN from standard input."""
    done = subprocess.run(
        program.command("--json", "deliver", *arguments, "--pin-fd", "0"),
        env=program.environment(), input=f"{PIN}\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert PIN not in done.stdout + done.stderr
    return json.loads(done.stdout)["packages"][0]


def test_records_go_to_another_station_and_a_difference_is_settled(null_program: Program, tmp_path: Path) -> None:
    here, there = null_program, Program(null_program.home, tmp_path / "trạm khác")
    keys, stick = made_keys(tmp_path), tmp_path / "USB"
    assert here("import", tiny_page(tmp_path / "trang.png", 1), "--record", "H1").code == 0
    made = here("--json", "key", "new", tmp_path / "khoá")
    assert (made.code, made.document["public"][:4]) == (0, "age1")
    given = signed(here, stick, "--as", "exchange", "--sign", keys.p12, "--encrypt-to", made.document["public"])
    assert (given["encrypted"], given["signer"]) == (True, BODY)
    trusting = ("--key", tmp_path / "khoá", "--roots", keys.root, "--signed-only")
    taken = there("--json", "receive", given["path"], *trusting).document
    assert (taken["added"], taken["same"], taken["conflicts"]) == (4, 0, [])
    signature = taken["packages"][0]["signature"]
    assert (signature["signer"], signature["trusted"], signature["claimed"][-6:]) == (BODY, True, "+07:00")
    assert here("record", "set", "H1", "--title", "Tên ở đây").code == 0
    assert there("record", "set", "H1", "--title", "Tên ở kia").code == 0
    plain = here("--json", "deliver", stick, "--as", "exchange").document["packages"][0]["path"]
    said = there("--language", "en", "receive", plain)
    assert "Tên ở đây" in said.out
    assert "changed on several stations" in said.out
    assert "Not signed" in said.out
    listed = there("--json", "receive", "--open").document
    (found,) = listed["conflicts"]
    found["choose"] = "theirs"
    (tmp_path / "chọn.json").write_text(json.dumps(listed), "utf-8")
    settled = there("--json", "receive", "--settle", tmp_path / "chọn.json").document
    assert (settled["settled"], settled["conflicts"]) == (1, [])
    assert there("--json", "undo").document["kind"] == "record.settle"
    assert there("receive", "--take", found["id"], "ours").code == 0
    assert there("--json", "record", "show", "H1").document["title"] == "Tên ở kia"


def test_what_makes_no_sense_is_refused(null_program: Program, tmp_path: Path) -> None:
    assert null_program("receive").code == Exit.USAGE
    assert null_program("receive", tmp_path / "x.dgz", "--signed-only").code == Exit.USAGE
    assert null_program("deliver", tmp_path, "--as", "pdf", "--encrypt-to", "age1x").code == Exit.USAGE
