"""The program opens no network connection: the whole main job runs with every socket call forbidden."""

from pathlib import Path

import resources
from tests.helpers.cli import Program

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
