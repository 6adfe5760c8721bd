"""``receive`` on the command line: what it names, and what is chosen of several values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from digitizer.catalogue.brought import Happened, News
from digitizer.cli.brought import brought_lines
from digitizer.deliver.reception import Receipt
from digitizer.model import Sha256
from digitizer.workspace import Workspace
from tests.helpers.cli import Program
from tests.helpers.stations import package, put_pages, station, take
from tests.helpers.workspaces import NULL_ENGINE


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Path, str, str]:
    """A program in whose workspace B and C have given H1 other titles, a further package, the difference's id, and the
    second of the titles.
    """
    root = tmp_path_factory.mktemp("trạm")
    program = Program(root / "nhà", root / "A")
    program.settings(language="en", person="Người nhận")
    with station(root, "A") as a, station(root, "B") as b, station(root, "C") as c:
        put_pages(a, "H1", 2)
        first = package(a, root)
        for number, each in enumerate((a, b, c)):
            if each is not a:
                take(each, first)
            records = each.catalogue.records
            records.change(records.get("H1"), title=f"Tên {number}")
        take(a, package(b, root), package(c, root))
        put_pages(b, "H2", 2)
        further = package(b, root, "H2")
    answer = program("--json", "receive", "--open")
    (difference,) = answer.document["conflicts"]
    return program, further, difference["id"], difference["theirs"][1]["value"]


def _title(program: Program) -> str:
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        return workspace.catalogue.records.get("H1").title


def test_one_of_several_values_is_chosen_by_its_number(asked: tuple[Program, Path, str, str], tmp_path: Path) -> None:
    program, _, name, second = asked
    chosen = tmp_path / "chosen.json"
    chosen.write_text(json.dumps({"conflicts": [{"id": name, "choose": 2}]}))
    for wanted in (
        ("--take", name, "theirs"),
        ("--take", name, "ours", "--take", name, "1"),
        ("--take", name, "1", "--settle", chosen),
    ):
        answer = program("receive", *wanted)
        assert answer.code == 2, answer.err
        assert name in answer.err
        assert _title(program) == "Tên 0"
    assert program("receive", "--take", name, "2", "--settle", chosen).code == 0
    assert _title(program) == second


def test_what_a_package_brought_is_named(asked: tuple[Program, Path, str, str]) -> None:
    program, further, _, _ = asked
    answer = program("receive", further)
    assert "    New: H2; H2, pages 1, 2" in answer.out.splitlines()
    again: dict[str, Any] = program("--json", "receive", further).document
    assert again["packages"][0]["records"]["listed"] == []


def test_of_many_the_first_are_named_and_the_others_counted() -> None:
    receipt = Receipt(Path("a.dgz"), "p", "B", Sha256("0" * 64))
    records = [News(Happened.ADDED, f"H{number}", "Tên") for number in range(7)]
    pages = [News(Happened.CHANGED, "H1", "Tên", page, "a.tif", ("Turned",)) for page in range(2, 9)]
    receipt.news = (records, [*pages, News(Happened.AWAY, "H1", "Tên", 0, "b.tif")])
    assert list(brought_lines(receipt)) == [
        "    New: H0; H1; H2; H3; H4; 2 more",
        "    Changed: H1, pages 2–8 (Turned)",
        "    Taken away: H1, pages “b.tif”",
    ]
