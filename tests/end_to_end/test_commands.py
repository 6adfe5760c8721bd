"""The command line as a public interface: names, JSON keys, exit codes, sentences in both languages."""

import csv
import html
import os
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

import resources
from digitizer.errors import Exit
from digitizer.model import PageId
from digitizer.workspace import Workspace
from tests.helpers.cli import Program
from tests.helpers.workspaces import NULL_ENGINE, page_text, store, tiny_page

SAMPLE = resources.path("samples")


def test_help_and_usage_errors_speak_the_language_asked_for(program: Program) -> None:
    assert "cách dùng" in program("--help").out
    assert "usage" in program("--language", "en", "--help").out
    wrong = program("frobnicate")
    assert (wrong.code, wrong.out) == (Exit.USAGE, "")
    assert "lỗi" in wrong.err


@pytest.mark.parametrize("command", [[], ["gui"]])
def test_a_window_without_a_display_is_a_sentence(program: Program, command: list[str]) -> None:
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    answer = program("--json", *command, environment=nowhere)
    assert (answer.code, answer.document["error"]["code"]) == (Exit.MISSING, "no-display")


@pytest.mark.parametrize("command", [["search", "x"], ["process"], ["check"], ["text", "x"], ["record", "list"]])
def test_a_workspace_that_is_not_there_is_named(program: Program, command: list[str]) -> None:
    answer = program("--json", *command)
    assert answer.code == Exit.WORKSPACE
    assert str(program.workspace) in answer.document["error"]["message"]
    assert not program.workspace.exists()


def test_a_workspace_that_lost_its_catalogue_is_damaged(null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1))
    (null_program.workspace / "catalogue.sqlite").unlink()
    answer = null_program("--json", "check")
    assert (answer.code, answer.document["error"]["code"]) == (Exit.WORKSPACE, "workspace-damaged")
    assert not (null_program.workspace / "catalogue.sqlite").exists()


def test_import_answers_what_came_in_and_what_did_not(null_program: Program, tmp_path: Path) -> None:
    good = tiny_page(tmp_path / "trang.png", 1)
    (tmp_path / "rỗng.tif").write_bytes(b"")
    answer = null_program("--json", "import", good, tmp_path / "rỗng.tif")
    assert answer.code == Exit.REFUSED
    document = answer.document
    assert [each["path"] for each in document["imported"]] == [str(good)]
    assert len(document["imported"][0]["pages"]) == 1
    assert document["refused"][0]["code"] == "empty-file"
    assert str(tmp_path / "rỗng.tif") in document["refused"][0]["message"]
    assert "rỗng" in answer.err
    again = null_program("--json", "import", good)
    assert (again.code, again.document["duplicates"][0]["of"]) == (0, document["imported"][0]["pages"][0])


def test_one_flipped_byte_in_a_master_is_found_and_named(null_program: Program, tmp_path: Path) -> None:
    sha256 = null_program("--json", "import", tiny_page(tmp_path / "p.png", 1)).document["imported"][0]["sha256"]
    assert null_program("--json", "check").document == {"ok": True, "masters": 1, "faults": []}
    master = null_program.workspace / "masters" / sha256[:2] / sha256
    master.chmod(0o600)
    data = bytearray(master.read_bytes())
    data[len(data) // 2] ^= 1
    master.write_bytes(data)
    answer = null_program("--json", "check")
    assert answer.code == Exit.FAULTS
    assert [(fault["code"], sha256 in fault["where"]) for fault in answer.document["faults"]] == [
        ("master-changed", True)
    ]
    assert null_program("check", "--quick").code == 0
    master.unlink()
    assert null_program("--json", "check", "--quick").document["faults"][0]["code"] == "master-missing"


def test_a_second_process_is_refused_and_the_first_one_stops_when_asked(null_program: Program, tmp_path: Path) -> None:
    for number in range(300):
        tiny_page(tmp_path / "in" / f"{number}.png", number + 1)
    null_program("import", tmp_path / "in")
    first = null_program.start("process")
    lock = null_program.workspace / "process.lock"
    deadline = time.monotonic() + 30
    while not lock.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    second = null_program("--json", "process")
    first.send_signal(signal.SIGINT)
    assert first.wait(30) in (Exit.STOPPED, Exit.DONE)
    assert (second.code, second.document["error"]["code"]) == (Exit.WORKSPACE, "workspace-locked")
    assert null_program("process").code == 0
    assert null_program("--json", "process").document["done"] == 0


def test_the_main_job_on_a_shipped_page(program: Program, tmp_path: Path) -> None:
    source = SAMPLE / "cong-van.jpg"
    page = program("--json", "import", source, "--record", "H1").document["imported"][0]["pages"][0]
    processed = program("--json", "process", "--jobs", "1")
    assert (processed.code, processed.document["done"]) == (0, 1)
    with_marks = program("--json", "search", "van an toàn").document
    without = program("--json", "search", "van an toan").document
    assert {hit["page"] for hit in with_marks["hits"]} == {hit["page"] for hit in without["hits"]} == {page}
    assert with_marks["hits"][0]["exact"]
    assert with_marks["hits"][0]["boxes"]
    assert "CỘNG HÒA" in program("text", page).out
    assert "<alto" in program("text", page, "--alto").out
    assert "ocr_page" in program("text", page, "--hocr").out
    delivered = program("--json", "deliver", tmp_path / "giao", "--as", "pdf", "--records", "H1")
    assert delivered.code == 0, delivered.err
    (package,) = delivered.document["packages"]
    assert all(check["ok"] for check in package["checks"])
    text = subprocess.run(["pdftotext", package["path"], "-"], capture_output=True, text=True, check=True).stdout
    assert "CỘNG HÒA" in text


def test_what_was_read_in_mended_words_is_told(null_program: Program, tmp_path: Path) -> None:
    page = null_program("--json", "import", tiny_page(tmp_path / "p.png", 1)).document["imported"][0]["pages"][0]
    text = page_text("Sở Y tế")
    (block,) = text.blocks
    (line,) = block.lines
    mended = replace(line, words=(*line.words[:2], replace(line.words[2], read="tê")))
    with Workspace(null_program.workspace, NULL_ENGINE) as workspace:
        store(workspace, PageId(page), replace(text, blocks=(replace(block, lines=(mended,)),)))
    told = null_program("--json", "text", page).document["mended"]
    assert told == [{"text": "tế", "read": "tê", "box": line.words[2].box.as_list()}]
    assert '<ALTERNATIVE PURPOSE="read">tê</ALTERNATIVE>' in null_program("text", page, "--alto").out
    assert 'x_read "tê"' in html.unescape(null_program("text", page, "--hocr").out)


def test_tables_are_told_as_csv(program: Program, tmp_path: Path) -> None:
    source = SAMPLE / "bao-cao.jpg"
    assert program("read", source, tmp_path / "bc.pdf", "--tables", tmp_path / "bảng").code == 0
    (table,) = (tmp_path / "bảng").iterdir()
    assert table.name == "page-0001-table-1.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[:2] for row in rows[:2]] == [["TT", "Trạm bơm"], ["1", "Trạm bơm Bình Hải"]]
    page = program("--json", "import", source).document["imported"][0]["pages"][0]
    program("process", "--jobs", "1")
    assert list(csv.reader(program("text", page, "--csv").out.splitlines()))[1][:2] == rows[1][:2]


def test_delivery_waits_for_pages_that_are_not_read(null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1))
    answer = null_program("--json", "deliver", tmp_path / "giao", "--as", "pdf")
    assert (answer.code, answer.document["packages"]) == (Exit.REFUSED, [])
    assert [each["code"] for each in answer.document["refused"]] == ["pages-waiting"]
    null_program("process")
    assert null_program("deliver", tmp_path / "giao", "--as", "pdf").code == 0
    for image in (null_program.workspace / "derivatives").rglob("page.jpg"):
        image.unlink()
    assert null_program("deliver", tmp_path / "giao", "--as", "pdf").code == 0, "derivatives may be deleted"


def test_read_needs_no_workspace(program: Program, tmp_path: Path) -> None:
    source, output = SAMPLE / "cong-van.jpg", tmp_path / "ra.pdf"
    (tmp_path / "hỏng.pdf").write_bytes(b"%PDF-1.4 hong")
    answer = program(
        "--json", "read", source, tmp_path / "hỏng.pdf", output,
        "--text", tmp_path / "ra.txt", "--alto", tmp_path / "alto",
    )  # fmt: skip
    assert answer.code == Exit.REFUSED, answer.err
    (page,) = answer.document["pages"]
    assert {
        "source",
        "number",
        "width",
        "height",
        "dpi",
        "skew",
        "rotation",
        "blank",
        "confidence",
        "words",
        "flags",
    } <= set(page)
    assert output.read_bytes().startswith(b"%PDF-1.7")
    assert "CỘNG HÒA" in (tmp_path / "ra.txt").read_text("utf-8")
    assert len(list((tmp_path / "alto").iterdir())) == 1
    assert not program.workspace.exists()


def test_read_never_overwrites_an_input(program: Program, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "p.png", 1)
    before = page.read_bytes()
    assert program("read", page, page).code == Exit.USAGE
    assert page.read_bytes() == before


def test_missing_language_data_is_our_machines_fault_not_the_pages(program: Program, tmp_path: Path) -> None:
    (tmp_path / "trống").mkdir()
    without = {"TESSDATA_PREFIX": str(tmp_path / "trống")}
    doctor = program("--json", "doctor", environment=without)
    assert doctor.code == Exit.MISSING
    missing = {item["name"]: item for item in doctor.document["items"]}["tesseract-ocr-vie"]
    assert missing["found"] is None
    assert "tesseract-ocr-vie" in missing["mend"]
    read = program("--json", "read", SAMPLE / "cong-van.jpg", tmp_path / "ra.pdf", environment=without)
    assert read.code == Exit.MISSING
    assert not (tmp_path / "ra.pdf").exists()


def test_doctor_finds_this_machine_fit(program: Program) -> None:
    answer = program("--json", "doctor")
    assert (answer.code, answer.document["ok"]) == (0, True)
    assert {"name", "found", "needed_for", "mend"} <= set(answer.document["items"][0])


def test_undo_and_redo_from_the_command_line(null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1), "--record", "H1")
    null_program("record", "set", "H1", "--title", "Tên mới")
    undone = null_program("--json", "undo").document
    assert (undone["kind"], undone["about"], bool(undone["title"])) == ("record.change", "H1", True)
    assert len(undone["subject"]) == 36
    assert null_program("--json", "record", "show", "H1").document["title"] == "H1"
    assert "(H1)" in null_program("redo").out
    assert null_program("--json", "record", "show", "H1").document["title"] == "Tên mới"
    assert null_program("redo").code == Exit.REFUSED


def test_wrong_settings_are_named(program: Program) -> None:
    program.settings(langauge="vi")
    answer = program("doctor")
    assert answer.code == Exit.USAGE
    assert "langauge" in answer.err


def test_a_full_disk_is_a_sentence(program: Program, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "p.png", 1)
    answer = program("--json", "read", page, Path("/dev/full/x.pdf"))
    assert answer.code in (Exit.REFUSED, Exit.USAGE)
    assert "/dev/full" in answer.err


def test_a_huge_picture_is_refused_before_it_is_decoded(null_program: Program, tmp_path: Path) -> None:
    Image.new("1", (60_000, 60_000)).save(tmp_path / "lớn.png")
    answer = null_program("--json", "import", tmp_path / "lớn.png")
    assert (answer.code, answer.document["refused"][0]["code"]) == (Exit.REFUSED, "too-large")


def test_a_closed_pipe_is_no_bug(null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1))
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        null_program.command("record", "list"), env=null_program.environment(), stdout=writer, stderr=subprocess.PIPE,
        check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["search"],
        ["process", "--jobs", "0"],
        ["process", "--jobs", "100000"],
        ["deliver", "", "--as", "pdf"],
        ["search", "x", "--limit", "9" * 30],
        ["--language", "xx", "check"],
        ["import", "x", "--record", ""],
    ],
)
def test_with_json_a_usage_error_is_one_document_too(program: Program, arguments: list[str]) -> None:
    answer = program("--json", *arguments)
    assert (answer.code, answer.document["error"]["code"]) == (Exit.USAGE, "wrong-usage")


def test_options_are_not_abbreviated_and_values_are_not_options(null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1))
    assert null_program("--js", "record", "list").code == Exit.USAGE
    assert "total" not in null_program("search", "--", "--json").out


def test_a_name_that_is_not_utf8_is_printed_as_valid_json(null_program: Program, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/t\xe0i.png"))
    path.write_bytes(tiny_page(tmp_path / "p.png", 3).read_bytes())
    assert null_program("--json", "import", path).document["imported"][0]["path"].endswith("t�i.png")
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    assert null_program("record", "list", environment=ascii_only).code == 0


def test_results_never_take_the_place_of_each_other_or_of_an_input(program: Program, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "alto" / "p.png", 1).rename(tmp_path / "alto" / "page-0001.alto.xml")
    before = page.read_bytes()
    for option, result in (("--alto", "alto"), ("--text", "o.pdf"), ("--alto", "o.pdf"), ("--tables", "o.pdf")):
        answer = program("--json", "read", page, tmp_path / "o.pdf", option, tmp_path / result)
        assert (answer.code, answer.document["error"]["code"]) == (Exit.USAGE, "output-is-input"), answer.err
    assert page.read_bytes() == before
    assert not (tmp_path / "o.pdf").exists()


def test_read_lists_everything_where_nothing_could_be_read(program: Program, tmp_path: Path) -> None:
    (tmp_path / "rỗng.pdf").write_bytes(b"")
    answer = program("--json", "read", tmp_path / "rỗng.pdf", tmp_path / "mất.png", tmp_path / "o.pdf")
    assert answer.code == Exit.REFUSED
    assert [each["code"] for each in answer.document["refused"]] == ["empty-file", "unreadable"]
    assert answer.document["output"] is None


def test_a_folder_without_files_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "rỗng").mkdir()
    answer = program("--json", "--language", "en", "read", tmp_path / "rỗng", tmp_path / "o.pdf")
    assert (answer.code, answer.document["error"]["code"]) == (Exit.REFUSED, "nothing-to-read")
    assert str(tmp_path / "rỗng") in answer.document["error"]["message"]


def test_a_result_that_cannot_be_written_is_named_before_the_reading(program: Program, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "p.png", 1)
    for output in (tmp_path, tmp_path / "không có" / "o.pdf"):
        answer = program("--json", "read", page, output)
        assert answer.code == Exit.REFUSED
        assert f"“{output}”" in answer.document["error"]["message"]
        assert ".digitizer-" not in answer.err


def test_steps_of_a_file_and_of_a_page_are_pictures(null_program: Program, tmp_path: Path) -> None:
    scan = tiny_page(tmp_path / "trang.png", 1)
    of_file = null_program("--json", "steps", scan, tmp_path / "bước")
    assert of_file.code == 0
    steps = of_file.document["steps"]
    assert [step["name"] for step in steps][:: len(steps) - 1] == ["master", "page"]
    for step in steps:
        Image.open(step["path"]).verify()
    (page,) = null_program("--json", "import", scan).document["imported"][0]["pages"]
    null_program("process")
    of_page = null_program("--json", "steps", page, tmp_path / "của trang").document["steps"]
    assert of_page[0]["name"] == "master"
    broken = tmp_path / "rỗng.tif"
    broken.write_bytes(b"")
    refused = null_program("--json", "steps", broken, tmp_path / "bước")
    assert (refused.code, refused.document["error"]["code"]) == (Exit.REFUSED, "empty-file")
    assert null_program("--json", "steps", "x", tmp_path / "bước").document["error"]["code"] == "no-such-page"
