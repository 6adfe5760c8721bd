"""Records and pages moved, compared and approved from the command line."""

from collections.abc import Callable
from typing import Any

import pytest

from digitizer.errors import Exit
from digitizer.model import Level, PageId
from digitizer.workspace import Workspace
from tests.digitizer.test_arrange import filled, get
from tests.digitizer.test_completeness import paper
from tests.helpers.cli import Program
from tests.helpers.workspaces import NULL_ENGINE

Call = Callable[..., Any]
Order = Callable[[str], list[PageId]]


@pytest.fixture
def pages(call: Call, null_program: Program) -> Order:
    """The pages of the record of a code, in order."""

    def listed(code: str) -> list[PageId]:
        with Workspace(null_program.workspace, NULL_ENGINE) as workspace:
            return [page.id for page in workspace.catalogue.pages.of_record(get(workspace, code).id)]

    return listed


@pytest.fixture
def call(null_program: Program) -> Call:
    """Calls the program on two items of four and two pages in a file, and an empty file; gives its document."""
    with Workspace(null_program.workspace, NULL_ENGINE) as workspace:
        paper(workspace, "1 2 4 _", "A")
        filled(workspace, "B", 2)
        records = workspace.catalogue.records
        records.create(Level.FILE, "H2", "Hồ sơ hai", records.get("PHONG"))

    def run(*arguments: str, code: Exit = Exit.DONE) -> Any:
        answer = null_program("--language", "en", "--json", *arguments)
        assert answer.code == code, answer.err
        return answer.document

    return run


def test_pages_and_records_are_moved_and_taken_back(call: Call, pages: Order) -> None:
    ours, theirs = pages("A"), pages("B")
    moved = call("record", "move", "A", "--pages", "3-4,1", "--to", "B", "--at", "2")
    assert (moved["code"], moved["pages"], moved["moved"]) == ("B", 5, [ours[2], ours[3], ours[0]])
    assert pages("B") == [theirs[0], ours[2], ours[3], ours[0], theirs[1]]
    call("undo")
    made = call("record", "split", "A", "--at", "3", "--title", "Phụ lục")
    assert (made["title"], made["moved"]) == ("Phụ lục", ours[2:])
    assert call("record", "merge", "B", "A", made["code"])["pages"] == 6
    assert call("record", "move", "B", "--to", "H2")["pages"] == 6
    assert call("record", "remove", "H1") == {"removed": "H1"}
    assert pages("H2") == [*theirs, *ours]


def test_a_scan_is_replaced_and_the_older_one_restored(call: Call, pages: Order) -> None:
    ours, theirs = pages("A"), pages("B")
    assert call("page", "sheet", ours[1], "--sheet", "9", "--side", "back")["side"] == 2
    newer = call("page", "replace", ours[1], theirs[0])
    assert (newer["record"], newer["number"], newer["sheet"], newer["replaces"]) == ("A", 2, 9, ours[1])
    assert [each["page"] for each in call("page", "tray")] == [ours[1]]
    call("page", "withdraw", theirs[0])
    call("page", "restore", ours[1])
    assert pages("A") == ours
    assert [each["page"] for each in call("page", "tray", "--record", "A")] == [theirs[0]]


def test_a_record_is_compared_explained_and_approved(call: Call) -> None:
    found = call("record", "compare", "A", code=Exit.FAULTS)
    assert [each["code"] for each in found["findings"]] == ["numbers-missing", "blank-pages"]
    assert call("record", "approve", "A", code=Exit.REFUSED)["error"]["code"] == "cannot-approve"
    key = found["findings"][0]["key"]
    assert call("record", "compare", "A", "--explain", key, "Mất", code=Exit.FAULTS)["open"] == 1
    assert call("record", "compare", "A", "--explain", "blank-pages", "Mặt sau")["open"] == 0
    assert call("record", "check", "A")["state"] == "checked"
    assert call("record", "approve", "A")["state"] == "approved"
    assert call("record", "split", "A", "--at", "2", code=Exit.REFUSED)["error"]["code"] == "record-approved"
    assert call("record", "approve", "A", "--take-back")["state"] == "draft"
    assert call("duplicates", "--record", "A") == []


def test_an_item_described_twice_is_warned_of(call: Call) -> None:
    described = ["number=5", "notation=QĐ-SYT", "issuing_body=Sở Y tế"]
    assert call("record", "set", "A", *described)["same_number"] == []
    assert call("record", "set", "B", *described)["same_number"] == ["A"]
    assert [each["kind"] for each in call("duplicates")] == ["same-number"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["record", "move", "A", "--to", "B", "--at", "1"],
        ["record", "move", "A", "--to", "B", "--pages", "1", "--before", "B"],
        ["record", "move", "A", "--to", "B", "--pages", "5"],
        ["page", "restore", "x"],
    ],
)
def test_wrong_calls_are_sentences(call: Call, arguments: list[str]) -> None:
    assert call(*arguments, code=Exit.USAGE)["error"]["message"]
