"""The program opens no network connection: the whole main job runs with every socket call forbidden."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

import resources
from tests.helpers.cli import SECONDS, Program
from tests.helpers.escl import jpeg, served
from tests.helpers.scanners import configured, needs_libsane

_GUARD = """
import sys

def forbid(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        sys.stderr.write(f"NETWORK {event} {arguments}\\n")
        raise RuntimeError(event)

sys.addaudithook(forbid)
"""


def test_the_main_job_opens_no_connection(program: Program, tmp_path: Path) -> None:
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(_GUARD)
    guarded = {"PYTHONPATH": str(tmp_path / "guard")}
    page = resources.path("samples/cong-van.jpg")
    for arguments in (
        ["import", page], ["process"], ["search", "quyết định"], ["deliver", tmp_path / "giao", "--as", "pdf"],
        ["read", page, tmp_path / "đọc.pdf"], ["check"], ["doctor"],
    ):  # fmt: skip
        answer = program(*arguments, environment=guarded)
        assert answer.code == 0, answer.err
        assert "NETWORK" not in answer.err


def test_the_guard_would_notice(program: Program, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_GUARD + "\nimport socket\nsocket.socket().bind(('127.0.0.1', 0))\n")
    assert "NETWORK socket.bind" in program("doctor", environment={"PYTHONPATH": str(tmp_path)}).err


_CALL = re.compile(r"\b(socket|socketpair|connect|bind|sendto|sendmsg|sendmmsg)\(")
_LOCAL = re.compile(r"AF_UNIX|AF_LOCAL|AF_NETLINK")
_BUS = re.compile(r"connect\(.*(dbus|avahi)")
"""Daemons that would look for scanners in our stead."""
_STRACE = ("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=%network", "-e", "signal=none", "-o")


def _traces() -> bool:
    """Whether this machine lets strace trace."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run([*_STRACE, os.devnull, "true"], capture_output=True, check=False).returncode == 0


def _calls(program: Program, trace: Path, *arguments: str | Path, environment: dict[str, str]) -> list[str]:
    """Every system call by which the program and all its children go into the network, libsane's drivers included."""
    done = subprocess.run(
        [*_STRACE, str(trace), *program.command(*arguments)],
        env=program.environment(environment), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 2, 3), done.stderr  # 2: nothing answers at the address
    lines = trace.read_text().splitlines()
    assert [line for line in lines if _BUS.search(line)] == []
    return [line for line in lines if _CALL.search(line) and not _LOCAL.search(line) and "sockfd" not in line]


@needs_libsane
@pytest.mark.skipif(not _traces(), reason="strace is not installed, or may not trace here")
def test_looking_for_scanners_and_scanning_open_no_connection(null_program: Program, tmp_path: Path) -> None:
    # The configuration that is installed, made silent: no SANE_CONFIG_DIR.
    assert _calls(null_program, tmp_path / "1", "devices", environment={"SANE_CONFIG_DIR": ""}) == []
    # "scan" looks for the first scanner in the same way.
    assert _calls(null_program, tmp_path / "2", "scan", environment={"SANE_CONFIG_DIR": ""}) == []
    test = {"SANE_CONFIG_DIR": str(configured(tmp_path / "sane"))}
    assert _calls(null_program, tmp_path / "3", "scan", "--source", "adf", "--pages", "2", environment=test) == []
    # One on the network that a person named is asked at this address, and nothing else is.
    with Image.open(resources.path("samples/cong-van.jpg")) as image, served(jpeg(image)) as scanner:
        asked = ["scan", "--device", scanner.address, "--resolution", "100"]
        addressed = _calls(null_program, tmp_path / "4", *asked, environment={"SANE_CONFIG_DIR": ""})
    assert scanner.asked
    there = [line for line in addressed if "connect(" in line or ("sendto(" in line and "sin_addr" in line)]
    assert there
    assert [line for line in there if "127.0.0.1" not in line] == []
