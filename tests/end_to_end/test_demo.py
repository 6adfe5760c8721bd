"""``digitizer demo``: the main job on the pages shipped with the program."""

import json
from pathlib import Path

import resources
from digitizer.errors import Exit
from tests.helpers.cli import Program

SAMPLE_FILES = {page["file"] for page in json.loads(resources.path("samples/samples.json").read_text("utf-8"))["pages"]}


def test_the_demo_does_the_main_job(program: Program) -> None:
    answer = program("--json", "demo")
    assert answer.code == 0, answer.err
    document = answer.document
    truth = json.loads(resources.path("samples/samples.json").read_text("utf-8"))
    assert document["pages"] == len(truth["pages"]) >= 12
    assert document["records"] == len(truth["records"])
    assert document["hits"] > 0
    assert all(count > 0 for count in document["queries"].values()), document["queries"]
    assert sum(package["pages"] > 0 for package in document["delivered"]) == len(truth["items"])
    for package in document["delivered"]:
        assert Path(package["path"]).stat().st_size == package["bytes"]
        assert all(check["ok"] for check in package["checks"])
    assert program("--json", "check").document["ok"]


def test_a_demos_own_workspace_is_made_anew(null_program: Program) -> None:
    for _ in range(2):
        answer = null_program("--json", "demo")
        assert answer.code == 0, answer.err
    assert null_program("--json", "check").document["masters"] == len(SAMPLE_FILES)


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(program: Program) -> None:
    program.workspace.mkdir()
    (program.workspace / "của tôi.txt").write_text("")
    assert program("demo").code == Exit.USAGE
    assert [path.name for path in program.workspace.iterdir()] == ["của tôi.txt"]
