"""A stack of paper by command line: separators printed, scanned, sorted, undone; labels that open records."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

from PIL import Image

from digitizer.labels.text import Said, What
from tests.helpers.cli import Program
from tests.helpers.scanners import configured, needs_libsane
from tests.helpers.stacks import DPI, SIZE, paper, separator, write_stack

_LINE_SECONDS = 60


def printed(program: Program, folder: Path, *arguments: str) -> list[Image.Image]:
    """What ``separators`` prints, scanned."""
    (folder / "in.pdf").unlink(missing_ok=True)
    answer = program("separators", folder / "in.pdf", *arguments, "--json")
    assert answer.code == 0, answer.err
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", folder / "in.pdf", folder / "in"], check=True)
    pages = [Image.open(path).convert("L").resize(SIZE) for path in sorted(folder.glob("in-*.pgm"))]
    assert len(pages) == answer.document["pages"]
    return pages


def test_a_printed_separator_parts_an_imported_stack(null_program: Program, tmp_path: Path) -> None:
    assert null_program("record", "new", "HS-02", "--title", "Hồ sơ hai").code == 0
    [to_second] = printed(null_program, tmp_path, "--records", "HS-02")
    [following] = printed(null_program, tmp_path)
    stack = write_stack(
        tmp_path / "chồng.tif", [paper(1), paper(2), following, paper(3), to_second, paper(4), paper(5)]
    )

    answer = null_program("import", stack, "--record", "HS-01", "--sort", "separators", "--json")
    assert answer.code == 0, answer.err
    pages = answer.document["imported"][0]["pages"]
    report = answer.document["sorted"]
    assert sorted(report) == ["doubts", "emptied", "items", "rule", "separators"]
    assert [(item["record"], item["file"], item["pages"], item["new"]) for item in report["items"]] == [
        ("HS-01.001", "HS-01", pages[:2], False), ("HS-01.002", "HS-01", pages[3:4], True),
        ("HS-02.001", "HS-02", pages[5:], True),
    ]  # fmt: skip
    assert [(each["page"], each["text"], each["back"]) for each in report["separators"]] == [
        (pages[2], "DGZ1:SN:", False), (pages[4], "DGZ1:SF:HS-02", False),
    ]  # fmt: skip

    assert (
        null_program("import", stack, "--record", "HS-01", "--sort", "separators", "--json").document["imported"] == []
    )

    assert "tách tập giấy" in null_program("undo").out
    shown = null_program("record", "show", "DGZ1:F:HS-01\n", "--json").document
    assert [page["page"] for page in shown["list"]] == pages
    again = null_program("record", "sort", "HS-01", "--json")
    assert again.code == 0 and [item["pages"] for item in again.document["items"]] == [pages[:2], pages[3:4], pages[5:]]
    assert null_program("check", "--json").document["ok"]


def test_labels_are_printed_and_open_their_record(null_program: Program, tmp_path: Path) -> None:
    assert null_program("record", "new", "HS-01").code == 0
    made = null_program(
        "labels", tmp_path / "nhãn.pdf", "--records", "HS-01", "--sheet", "2x4", "--start", "8", "--json"
    )
    assert made.document == {"path": str(tmp_path / "nhãn.pdf"), "pages": 1, "records": ["HS-01"]}
    again = null_program("labels", tmp_path / "nhãn.pdf", "--records", "HS-01")
    assert again.code == 3 and "đã có rồi" in again.err
    assert null_program("separators", tmp_path / "tờ.txt").code == 2
    subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-singlefile", tmp_path / "nhãn.pdf", tmp_path / "nhãn"], check=True
    )
    found = null_program("record", "find-label", tmp_path / "nhãn.png", "--json")
    assert (found.code, found.document["code"]) == (0, "HS-01")


def test_what_is_wrong_is_said(null_program: Program) -> None:
    for arguments, code, named in (
        (["import", "x.tif", "--sort", "none"], 2, "no-such-rule"),
        (["separators", "missing/x.pdf"], 3, "cannot-write"),
    ):
        answer = null_program(*arguments, "--json")
        assert (answer.code, answer.document["error"]["code"]) == (code, named)
        assert not null_program.workspace.exists(), "nothing was captured"


def test_a_stack_that_comes_into_a_watched_folder_is_sorted(null_program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "vào"
    folder.mkdir()
    stack = write_stack(tmp_path / "chồng.tif", [paper(1), separator(Said(What.NEXT)), paper(2)])
    command = null_program.command("watch", folder, "--record", "HS-01", "--sort", "separators", "--json")
    with subprocess.Popen(command, env=null_program.environment(), stdout=subprocess.PIPE, text=True) as watching:
        stack.rename(folder / stack.name)
        assert watching.stdout is not None
        lines = [json.loads(watching.stdout.readline()) for _ in range(2)]
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=_LINE_SECONDS)
    assert [line["status"] for line in lines] == ["imported", "sorted"]
    assert [item["record"] for item in lines[1]["items"]] == ["HS-01.001", "HS-01.002"]


@needs_libsane
def test_what_a_scanner_gave_is_sorted_at_its_end(null_program: Program, tmp_path: Path) -> None:
    sane = {"SANE_CONFIG_DIR": str(configured(tmp_path / "sane"))}
    feeder = ["--source", "adf", "--resolution", "50"]
    answer = null_program(
        "scan", *feeder, "--pages", "3", "--record", "H", "--sort", "pages-2", "--json", environment=sane
    )
    assert answer.code == 0, answer.err
    assert [len(item["pages"]) for item in answer.document["sorted"]["items"]] == [2, 1]
