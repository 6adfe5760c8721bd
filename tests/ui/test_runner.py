"""The bridge between threads: results come in the window's thread, in order, and not after the end."""

import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from digitizer.errors import WorkspaceUnusable
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS
from ui.runner import Runner

EMISSIONS = 200


def given(number: int, _: Workspace, __: Task) -> int:
    return number


@pytest.fixture
def runner(tmp_path: Path, qapp: object) -> Runner:
    return Runner(tmp_path / "w", NULL_ENGINE)


def test_results_come_in_order_in_the_windows_thread(runner: Runner, qtbot: QtBot) -> None:
    came: list[tuple[int, int]] = []
    for number in range(20):
        runner.submit("a", partial(given, number), done=lambda n: came.append((n, threading.get_ident())))
    qtbot.waitUntil(lambda: len(came) == 20, timeout=WAIT_MS)
    assert came == [(number, threading.get_ident()) for number in range(20)]
    assert runner.close()


def test_a_stopped_act_says_so_and_a_failed_one_why(runner: Runner, qtbot: QtBot) -> None:
    said: list[object] = []
    started = threading.Event()

    def endless(_: Workspace, task: Task) -> None:
        started.set()
        while True:
            task.check()

    task = runner.submit("a", endless, stopped=lambda: said.append("stopped"))
    assert started.wait(WAIT_MS / 1000)
    task.cancel()
    runner.submit("a", lambda _w, _t: 1 // 0, failed=said.append)
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT_MS)
    assert said[0] == "stopped"
    assert isinstance(said[1], ZeroDivisionError)
    assert runner.close()


def test_a_newer_wish_replaces_the_one_that_waits(runner: Runner, qtbot: QtBot) -> None:
    gate = threading.Event()
    came: list[int] = []
    runner.submit("a", lambda _w, _t: gate.wait(WAIT_MS / 1000))
    for number in range(5):
        runner.submit("a", partial(given, number), done=came.append, key="same")
    gate.set()
    runner.submit("a", lambda _w, _t: -1, done=came.append)
    qtbot.waitUntil(lambda: -1 in came, timeout=WAIT_MS)
    assert came == [4, -1]
    assert runner.close()


def test_nothing_comes_after_the_end(runner: Runner, qtbot: QtBot) -> None:
    came: list[object] = []
    ended: list[int] = []
    runner.submit("a", lambda _w, _t: 1, done=came.append, at_end=lambda: ended.append(threading.get_ident()))
    assert runner.close()
    with qtbot.assertNotEmitted(runner.failed, wait=50):
        pass
    assert came == []
    assert len(ended) == 1
    assert ended[0] != threading.get_ident()


def test_a_workspace_that_cannot_be_opened_fails_each_act(tmp_path: Path, qapp: object, qtbot: QtBot) -> None:
    (tmp_path / "w").write_text("no folder")
    runner = Runner(tmp_path / "w", NULL_ENGINE)
    with qtbot.waitSignal(runner.failed, timeout=WAIT_MS) as caught:
        runner.submit("a", lambda _w, _t: None)
    assert caught.args is not None
    assert isinstance(caught.args[0], WorkspaceUnusable)
    assert runner.close()


def test_pyside_keeps_its_references(qapp: object) -> None:
    """PySide 6.12.0 does not own the True that ``emit`` gives: Python 3.11 dies after enough of them."""

    class Sender(QObject):
        said = Signal(object)

    sender = Sender()
    before = sys.getrefcount(True)
    for _ in range(EMISSIONS):
        sender.said.emit(None)
    assert before - sys.getrefcount(True) < EMISSIONS / 2
