"""The strictness of the suite itself: each kind of left-over is found, and named."""

import logging
import subprocess

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers import strictness


@pytest.mark.logs("the disk is full")
def test_an_unasked_warning_is_named() -> None:
    with pytest.raises(AssertionError, match="the disk is full"), strictness.no_stray_logs([]):
        logging.getLogger("digitizer.test").warning("the disk is %s", "full")


@pytest.mark.logs("the disk is full")
def test_an_expected_warning_must_come() -> None:
    with strictness.no_stray_logs(["disk is full"]):
        logging.getLogger("digitizer.test").warning("the disk is full")
    with pytest.raises(AssertionError, match="not there"), strictness.no_stray_logs(["disk is full"]):
        pass


def test_a_process_left_running_is_named_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strictness, "GRACE_SECONDS", 0.1)
    with pytest.raises(AssertionError, match="sleep 60"), strictness.no_processes_left():
        process = subprocess.Popen(["sleep", "60"])
    assert process.wait(timeout=strictness.GRACE_SECONDS + 5) < 0


def test_an_orphan_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strictness, "GRACE_SECONDS", 0.1)
    with pytest.raises(AssertionError, match="sleep 61"), strictness.no_processes_left():
        subprocess.run(["sh", "-c", "sleep 61 >/dev/null & exit 0"], check=True)


def test_a_window_left_open_is_named(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    with pytest.raises(AssertionError, match="forgotten"), strictness.no_windows_left():
        window = QWidget()
        window.setObjectName("forgotten")
