"""Scanners and watched folders by command line."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest
from PIL import Image

import resources
from tests.helpers.cli import SECONDS, Program
from tests.helpers.escl import jpeg, served
from tests.helpers.scanners import SHEETS, configured, hanging_in, needs_libsane
from tests.helpers.workspaces import tiny_page

pytestmark = needs_libsane

ADF = ["--source", "adf", "--resolution", "50"]


@pytest.fixture
def sane(tmp_path: Path) -> Mapping[str, str]:
    return {"SANE_CONFIG_DIR": str(configured(tmp_path / "sane"))}


def test_devices_are_listed_with_their_options(program: Program, sane: Mapping[str, str]) -> None:
    answer = program("devices", "--json", environment=sane)
    assert answer.code == 0
    (device,) = answer.document
    assert device["device"] == "test:0"
    options = {option["name"]: option for option in device["options"]}
    assert (options["resolution"]["unit"], options["resolution"]["range"]) == ("dpi", [1, 1200, 1])
    assert options["source"]["choices"] == ["Flatbed", "Automatic Document Feeder"]


def test_a_feeder_into_a_record(null_program: Program, sane: Mapping[str, str]) -> None:
    answer = null_program("scan", *ADF, "--record", "HS-01", "--json", environment=sane)
    assert answer.code == 0, answer.err
    document = answer.document
    assert sorted(document) == [
        "counted", "duplicates", "imported", "notes", "record", "recovered", "recovered_runs", "refused",
    ]  # fmt: skip
    assert len(document["imported"]) == SHEETS
    assert len({page for each in document["imported"] for page in each["pages"]}) == SHEETS
    assert document["record"] == "HS-01.001"


def test_the_sentence_and_the_code_of_what_went_wrong(program: Program, sane: Mapping[str, str]) -> None:
    for arguments, code, named, word in (
        (["scan", "--set", "read-return-value=SANE_STATUS_JAMMED"], 3, "paper-jam", "kẹt"),
        (["scan", "--device", "test:9"], 2, "no-such-scanner", "test:9"),
        (["scan", "--source", "adf-duplex"], 2, "scanner-cannot", "flatbed, adf"),
    ):
        answer = program(*arguments, "--language", "vi", "--json", environment=sane)
        assert (answer.code, answer.document["error"]["code"]) == (code, named), answer.out
        assert word in answer.document["error"]["message"]


def test_no_scanner_at_all(program: Program, tmp_path: Path) -> None:
    folder = configured(tmp_path / "sane")
    (folder / "dll.conf").write_text("")
    answer = program("scan", "--json", environment={"SANE_CONFIG_DIR": str(folder)})
    assert (answer.code, answer.document["error"]["code"]) == (3, "no-scanner")
    listed = program("devices", environment={"SANE_CONFIG_DIR": str(folder)})
    assert (listed.code, listed.out) == (0, "")
    assert "--device escl:http://" in listed.err


def test_on_the_glass_one_page_comes_after_another_until_q(null_program: Program, sane: Mapping[str, str]) -> None:
    ours, theirs = pty.openpty()
    command = null_program.command("scan", "--record", "HS-03", "--resolution", "50")
    environment = null_program.environment(sane)
    with (
        subprocess.Popen(command, env=environment, stdin=theirs, stdout=PIPE, stderr=PIPE, text=True) as running,
        _killed_at_last(running), os.fdopen(ours, "w"),
    ):  # fmt: skip
        os.close(theirs)
        assert running.stderr is not None
        assert running.stdout is not None
        for key in ("\n", "q\n"):
            assert "Enter" in running.stderr.readline()
            os.write(ours, key.encode())
        assert "2 trang" in running.stdout.readline()
        assert running.wait(SECONDS) == 0


def test_where_nobody_answers_pages_on_the_glass_follow_each_other(
    null_program: Program, sane: Mapping[str, str]
) -> None:
    answer = null_program("scan", "--pages", "3", "--resolution", "50", "--json", environment=sane)
    assert len(answer.document["imported"]) == 3


def test_fronts_then_backs_are_put_together(null_program: Program, sane: Mapping[str, str]) -> None:
    done = subprocess.run(
        null_program.command("scan", *ADF, "--collate", "--pages", "2", "--json"),
        env=null_program.environment(sane), input="\n", capture_output=True, text=True, timeout=SECONDS, check=True,
    )  # fmt: skip
    assert "2" in done.stderr
    names = [each["path"].split("-", 2)[2] for each in json.loads(done.stdout)["imported"]]
    assert names == ["0001", "b0002", "0002", "b0001"]


def test_backs_are_not_scanned_where_nobody_turned_the_stack(null_program: Program, sane: Mapping[str, str]) -> None:
    null_program.settings(engine="null", jobs=2, language="en")
    answer = null_program("scan", *ADF, "--collate", "--pages", "2", "--json", environment=sane)
    assert answer.code == 130
    assert len(answer.document["imported"]) == 2
    assert "Nobody is there to press Enter" in answer.err
    assert "without “--collate”: digitizer" in answer.err


def test_what_came_before_the_driver_broke_down_is_safe_and_it_is_said_how_to_go_on(null_program: Program) -> None:
    page = jpeg(Image.new("L", (85, 117), 200))
    with served(page) as scanner:
        scanner.sheets, scanner.unplugged_after = [(page, page)] * 5, 2
        scan = ["scan", "--device", scanner.address, "--resolution", "100", "--source", "adf", "--record"]
        answer = null_program(*scan, "HS-04", "--json")
        assert answer.code == 3
        assert len(answer.document["imported"]) == 2
        assert answer.document["refused"][0]["code"] in ("driver-died", "scanner-unplugged")
        again = f"scan --device {scanner.address} --source adf --resolution 100 --record HS-04.001"
        assert again in answer.err
        assert f"--workspace '{null_program.workspace}'" in answer.err or " " not in str(null_program.workspace)
        scanner.sheets, scanner.unplugged_after = [(page, page)] * 3, None
        assert null_program(*scan, answer.document["record"], "--json").document["record"] == "HS-04.001"


def test_the_answer_does_not_wait_for_a_driver_that_hangs(
    null_program: Program, sane: Mapping[str, str], tmp_path: Path
) -> None:
    environment = {**sane, "PYTHONPATH": str(hanging_in(tmp_path / "hangs"))}
    with _started(null_program, "scan", "--resolution", "50", "--json", environment=environment) as running:
        assert running.stdout is not None
        assert len(json.loads(running.stdout.readline())["imported"]) == 1
        assert running.poll() is None, "the driver still has its time to let the scanner go"


def test_without_libsane_it_is_said_what_to_install(program: Program, tmp_path: Path) -> None:
    missing = """
import ctypes

class Missing(ctypes.CDLL):
    def __init__(self, name, *arguments, **named):
        if "sane" in str(name):
            raise OSError(name)
        super().__init__(name, *arguments, **named)

ctypes.CDLL = Missing
"""
    (tmp_path / "sitecustomize.py").write_text(missing)
    answer = program("devices", "--json", environment={"PYTHONPATH": str(tmp_path)})
    assert answer.code == 5
    assert "apt-get install -y libsane1" in answer.document["error"]["message"]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A real page as an image that the driver ``pnm`` scans."""
    with Image.open(resources.path("samples/cong-van.jpg")) as image:
        image.convert("RGB").save(tmp_path / "trang.ppm")
    return tmp_path / "trang.ppm"


def test_a_real_page_is_scanned_read_and_found(program: Program, page: Path, tmp_path: Path) -> None:
    sane = {"SANE_CONFIG_DIR": str(configured(tmp_path / "sane", driver="pnm"))}
    answer = program(
        "scan", "--resolution", "210", "--set", f"filename={page}", "--record", "HS-02", "--json", environment=sane
    )
    assert answer.code == 0, answer.err
    (scanned,) = answer.document["imported"]
    assert program("process", "--json").document["done"] == 1
    found = program("search", "quyết định", "--json").document
    assert [hit["page"] for hit in found["hits"]] == scanned["pages"]
    with Image.open(program.workspace / "masters" / scanned["sha256"][:2] / scanned["sha256"]) as master:
        with Image.open(page) as original:
            assert master.convert("RGB").tobytes() == original.tobytes()
        assert master.info["dpi"] == (210, 210)


def test_a_scanner_on_the_network_is_used_by_its_address(null_program: Program) -> None:
    with Image.open(resources.path("samples/cong-van.jpg")) as image, served(jpeg(image)) as scanner:
        answer = null_program("scan", "--device", scanner.address, "--resolution", "100", "--json")
        assert answer.code == 0, answer.err
        assert len(answer.document["imported"]) == 1
        assert {line.split("/")[1] for line in scanner.asked} == {"eSCL"}
        assert "POST /eSCL/ScanJobs" in scanner.asked
    gone = null_program("scan", "--device", scanner.address, "--json")
    assert (gone.code, gone.document["error"]["code"]) == (2, "no-such-scanner")


@contextmanager
def _killed_at_last(running: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        running.kill()


@contextmanager
def _started(
    program: Program, *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    command, told = program.command(*arguments), program.environment(environment)
    with subprocess.Popen(command, env=told, stdout=PIPE, stderr=PIPE, text=True) as running, _killed_at_last(running):
        yield running


def test_watching_says_one_line_a_file_and_what_was_done(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "vào"
    tiny_page(folder / "1.png", 1)
    whole = tiny_page(tmp_path / "2.png", 2).read_bytes()
    with (folder / "2.png").open("wb") as growing, _started(program, "watch", folder, "--json") as running:
        assert running.stdout is not None
        growing.write(whole[:50])
        growing.flush()
        first = json.loads(running.stdout.readline())
        assert (first["status"], Path(first["path"]).name) == ("imported", "1.png")
        growing.write(whole[50:])
        growing.close()
        second = json.loads(running.stdout.readline())
        assert (second["status"], Path(second["path"]).name) == ("imported", "2.png")
        running.send_signal(signal.SIGINT)
        last = json.loads(running.stdout.readline())
        assert last == {"status": "stopped", "imported": 2, "refused": 0, "duplicates": 0}
        assert running.wait(30) == 130


def test_a_folder_that_is_none_cannot_be_watched(program: Program, tmp_path: Path) -> None:
    assert program("watch", tmp_path / "không có").code == 2
