"""The program opens no network connection: the whole main job runs with every socket call forbidden."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image

import resources
from digitizer.capture.sane_config import CONFIG_VARIABLE, NO_BUS, write_config
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


def _calls(trace: Path, command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Every system call by which ``command`` and all its children go into the network, libsane's drivers included."""
    done = subprocess.run(
        [*_STRACE, str(trace), *command],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 2, 3), done.stderr  # 2: nothing answers at the address
    lines = trace.read_text().splitlines()
    assert [line for line in lines if _BUS.search(line)] == []
    return [line for line in lines if _CALL.search(line) and not _LOCAL.search(line) and "sockfd" not in line]


_traced = pytest.mark.skipif(not _traces(), reason="strace is not installed, or may not trace here")
_ASK_THE_NETWORK_TOO = """
import ctypes
from digitizer.capture.scanner.libsane import Sane
Sane().call("sane_get_devices", ctypes.byref(ctypes.c_void_p()), ctypes.c_int(0))
"""


@needs_libsane
@_traced
def test_the_silent_configuration_alone_keeps_every_stock_driver_off_the_network(tmp_path: Path) -> None:
    """Without the kernel's filter, and though scanners on the network are asked for. With the stock configuration four
    drivers broadcast at this, and four turn to Avahi.
    """
    write_config(tmp_path, None)
    command = [sys.executable, "-c", _ASK_THE_NETWORK_TOO]
    assert _calls(tmp_path / "1", command, {**os.environ, **NO_BUS, CONFIG_VARIABLE: str(tmp_path)}) == []


@needs_libsane
@_traced
def test_looking_for_scanners_and_scanning_open_no_connection(null_program: Program, tmp_path: Path) -> None:
    def calls(trace: str, *arguments: str, **environment: str) -> list[str]:
        command = null_program.command(*arguments)
        return _calls(tmp_path / trace, command, null_program.environment({CONFIG_VARIABLE: "", **environment}))

    # The configuration that is installed, made silent: no SANE_CONFIG_DIR.
    assert calls("1", "devices") == []
    assert calls("2", "scan") == []
    test = str(configured(tmp_path / "sane"))
    assert calls("3", "scan", "--source", "adf", "--pages", "2", SANE_CONFIG_DIR=test) == []
    # One on the network that a person named is asked at this address, and nothing else is.
    with Image.open(resources.path("samples/cong-van.jpg")) as image, served(jpeg(image)) as scanner:
        addressed = calls("4", "scan", "--device", scanner.address, "--resolution", "100")
    assert scanner.asked
    there = [line for line in addressed if "connect(" in line or ("sendto(" in line and "sin_addr" in line)]
    assert there
    assert [line for line in there if "127.0.0.1" not in line] == []
