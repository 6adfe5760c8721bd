"""What the documents tell people to type works as written."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.cli import SECONDS, Program

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(document: str) -> list[str]:
    """The ``digitizer`` lines of the shell blocks of a document, in order."""
    blocks = _BLOCK.findall((ROOT / document).read_text("utf-8"))
    return [line for block in blocks for line in block.splitlines() if line.startswith("digitizer ")]


@pytest.mark.parametrize("document", ["README.md", "docs/guide.md"])
def test_documented_commands_end_well(program: Program, tmp_path: Path, document: str) -> None:
    (tmp_path / "resources").mkdir()
    shutil.copytree(ROOT / "resources" / "samples", tmp_path / "resources" / "samples")
    for stray in ("samples.json", "README.md"):
        (tmp_path / "resources" / "samples" / stray).unlink()
    found = commands(document)
    assert found
    for line in found:
        _, *arguments = shlex.split(line, comments=True)
        done = subprocess.run(
            [sys.executable, "-m", "digitizer", *arguments],
            env=program.environment({"DIGITIZER_WORKSPACE": str(program.workspace), "PYTHONPATH": str(ROOT)}),
            cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_both_guides_tell_the_same_commands() -> None:
    """So that the Vietnamese one needs no run of its own."""
    assert commands("docs/guide.md") == commands("docs/huong-dan.md")


def test_every_linked_file_is_there() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
