"""Signed delivery and verification on the command line; the PIN stays with the person."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from digitizer.errors import Exit
from digitizer.workspace import Workspace
from tests.helpers.cli import Program
from tests.helpers.dossiers import dossier
from tests.helpers.keys import BODY, PIN, made_keys
from tests.helpers.workspaces import NULL_ENGINE


def test_delivered_pdfs_are_signed_with_one_pin_and_verified(program: Program, tmp_path: Path) -> None:
    keys = made_keys(tmp_path)
    program.settings(engine="null", language="en")
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1, 1))
    out = tmp_path / "out"
    outlet, inlet = os.pipe()
    os.write(inlet, f"{PIN}\n".encode())
    os.close(inlet)
    asked: list[str | Path] = [
        "-v",
        "--json",
        "deliver",
        out,
        "--as",
        "pdf",
        "--sign",
        keys.p12,
        "--pin-fd",
        str(outlet),
    ]
    done = subprocess.run(
        program.command(*asked),
        env=program.environment(),
        pass_fds=[outlet],
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(outlet)
    assert done.returncode == Exit.DONE, done.stderr
    packages = json.loads(done.stdout)["packages"]
    said = [{check["name"]: check["ok"] for check in package["checks"]} for package in packages]
    assert [each["signature"] for each in said] == [True, True]
    kept = [path.read_bytes() for path in [*program.workspace.rglob("*"), *program.home.rglob("*")] if path.is_file()]
    assert PIN not in done.stdout + done.stderr
    assert not any(PIN.encode() in content for content in kept)

    paths = [package["path"] for package in packages]
    answer = program("--json", "verify", *paths, "--roots", keys.root)
    assert answer.code == Exit.DONE
    assert [(file["whole"], file["trusted"]) for file in answer.document["files"]] == [(True, True)] * 2
    changed = bytearray(Path(paths[0]).read_bytes())
    changed[1000] ^= 1
    Path(paths[0]).write_bytes(changed)
    told = program("verify", *paths)
    assert told.code == Exit.FAULTS
    assert told.out.count(f"{BODY}, ") == 2 and "not proven to be trusted" in told.out


def test_a_wrong_or_missing_pin_delivers_nothing(program: Program, tmp_path: Path) -> None:
    keys = made_keys(tmp_path)
    program.settings(engine="null", language="en")
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,))
    out = tmp_path / "out"
    done = subprocess.run(
        program.command("deliver", out, "--as", "pdf", "--sign", keys.p12, "--pin-fd", "0"),
        env=program.environment(), input="sai\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, out.exists()) == (Exit.REFUSED, False)
    assert "sai" not in done.stdout + done.stderr
    done = subprocess.run(
        program.command("deliver", out, "--as", "pdf", "--sign", keys.p12),
        env=program.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, out.exists()) == (Exit.USAGE, False)
