"""Pages put in their places, turned and counted on the command line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from digitizer.capture.place import Place
from digitizer.capture.spool import begin_run
from digitizer.workspace import Workspace
from ocr.spool import HEAD_BYTES
from tests.helpers.cli import Program
from tests.helpers.spools import sides, write_side
from tests.helpers.workspaces import NULL_ENGINE, added, tiny_page


@pytest.fixture
def program(program: Program) -> Program:
    """It speaks English and does not read."""
    program.settings(engine="null", jobs=2, language="en")
    return program


class _Stop(Exception):
    """Stands for a power cut."""


def _order(program: Program, code: str = "H1") -> list[str]:
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        record = workspace.catalogue.records.get(code)
        return [page.id for page in workspace.catalogue.pages.of_record(record.id)]


def test_files_are_imported_ahead_of_a_page_and_instead_of_pages(program: Program, tmp_path: Path) -> None:
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        pages = added(workspace, "H1", 3)
    done = program("import", tiny_page(tmp_path / "a.png", 1), "--record", "H1", "--before", "2", "--json")
    (first,) = done.document["imported"][0]["pages"]
    assert _order(program) == [pages[0], first, pages[1], pages[2]]
    done = program("import", tiny_page(tmp_path / "b.png", 2), "--replace", first.upper(), "--json")
    (second,) = done.document["imported"][0]["pages"]
    assert _order(program) == [pages[0], second, pages[1], pages[2]]
    assert program("undo").code == 0
    assert _order(program) == [pages[0], first, pages[1], pages[2]]
    for wrong, said in (
        (("--before", "2"), "--record"),
        (("--before", "1-2", "--record", "H1"), "one page"),
        (("--replace", pages[0], "--record", "H2"), "lies in"),
    ):
        refused = program("import", tmp_path / "a.png", *wrong)
        assert refused.code == 2
        assert said in refused.err


def test_every_second_page_is_turned_and_turned_back(program: Program) -> None:
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        pages = added(workspace, "H1", 4)
    done = program("record", "turn", "H1", "--pages", "even", "--by", "180", "--json")
    assert done.document == {"record": "H1", "turned": [pages[1], pages[3]]}
    assert "turn pages" in program("undo").out
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        assert {workspace.catalogue.pages.get(page).quarters for page in pages} == {None}


def test_what_a_crash_left_is_entered_and_said_before_pages_are_read(program: Program) -> None:
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        with suppress(_Stop), begin_run(workspace, "test:0", Place("H1")) as run:
            for number in sides(3):
                write_side(run.folder, number)
            raise _Stop
        (run.folder / ".digitizer-1").write_bytes(b" " * HEAD_BYTES)
        second = run.folder / "000002.scan"
        second.write_bytes(second.read_bytes()[:-1])
    (left,) = program("spool", "--json").document
    assert (left["waiting"], left["busy"], left["record"]) == (3, False, "H1")
    read = program("process")
    assert "Sheet 4 of the run of" in read.err
    assert "000002.damaged" in read.err
    assert len(_order(program)) == 2
    (left,) = program("spool", "--json").document
    (damaged,) = left["damaged"]
    assert program("spool", "--discard", damaged, "--json").document == []
    assert program("spool", "--discard", damaged).code == 2


def test_pages_of_a_file_are_numbered_in_its_items(program: Program, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "a.png", 1)
    assert program("import", page, "--record", "A.5").code == 0
    refused = program("import", page, "--record", "A.5", "--before", "9")
    assert refused.code == 2
    assert "lie in its items, such as “A.5.001”" in refused.err


def test_any_command_says_that_scans_wait(program: Program) -> None:
    with (
        Workspace(program.workspace, NULL_ENGINE) as workspace, suppress(_Stop),
        begin_run(workspace, "test:0", Place("H1")) as run,
    ):  # fmt: skip
        write_side(run.folder, 1)
        raise _Stop
    assert "“digitizer spool” lists them" in program("record", "list").err
    assert "The next scan, import, watch or process" in program("spool").err
    assert "wait" not in program("process").err
    assert program("record", "list").err == ""
