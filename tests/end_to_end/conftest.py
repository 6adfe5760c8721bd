"""The program, as called from a shell."""

from pathlib import Path

import pytest

from tests.helpers.cli import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path / "nhà", tmp_path / "vùng làm việc")
    made.home.mkdir()
    return made


@pytest.fixture
def null_program(program: Program) -> Program:
    """With the contract suite's null engine: for tests that are not about words."""
    program.settings(engine="null", jobs=2)
    return program
