"""What a person at a terminal sees of a long act."""

from __future__ import annotations

import io

import pytest

from digitizer.cli.output import Output, ProgressBar


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """From now on standard error: not in a fixture, behind which pytest puts its own there."""
    said = _Terminal()
    monkeypatch.setattr("sys.stderr", said)
    monkeypatch.setattr("digitizer.cli.output._SILENT_SECONDS", 0.0)
    return said


def test_how_many_came_is_said_where_nobody_knows_how_many_come(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    bar = ProgressBar()
    bar.task.report(3, 0, "000003")
    assert terminal.getvalue().endswith("3 000003")
    bar.task.report(1, 2, "x")
    assert terminal.getvalue().endswith("] 1/2 x")


def test_a_sentence_takes_the_bar_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    bar, output = ProgressBar(), Output(as_json=False)
    bar.task.report(1, 2, "x")
    output.aside("Turn the stack over.")
    assert terminal.getvalue().endswith("\r\x1b[KTurn the stack over.\n")
    bar.task.report(2, 2, "x")
    output.answer({}, "done")
    assert terminal.getvalue().endswith("\r\x1b[K")
