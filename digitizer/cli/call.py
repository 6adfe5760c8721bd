"""One call of the program, and what all commands answer alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitizer.cli.output import Output, error_code
from digitizer.errors import Exit, KnownError, WorkspaceUnusable
from digitizer.i18n import gettext
from digitizer.settings import Settings
from digitizer.tasks import Task
from ocr.spool import SUFFIX
from ocr.stages.split import Part

if TYPE_CHECKING:
    from digitizer.workspace import Workspace

OpenWindow = Callable[[Path, Settings], int]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the program: its arguments, where it answers, and in which workspace it works."""

    arguments: argparse.Namespace
    output: Output
    settings: Settings
    root: Path
    task: Task
    open_window: OpenWindow

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """The workspace, made where there is none."""
        from digitizer.workspace import Workspace, faults_named  # the catalogue is loaded by commands that need it

        with faults_named(self.root), Workspace(self.root, self.settings) as opened:
            yield opened

    @contextmanager
    def existing(self, *, waiting: bool = True) -> Iterator[Workspace]:
        """The workspace. ``waiting``: say at the end that scans of an earlier run wait.

        Raises WorkspaceUnusable where there is none: a mistyped path must not look like an empty archive.
        """
        from digitizer.workspace import exists

        if not exists(self.root):
            raise WorkspaceUnusable(path=self.root, reason=gettext("there is no workspace there; “import” makes one"))
        with self.workspace() as opened:
            yield opened
            if waiting:
                self._tell_waiting(opened)

    def _tell_waiting(self, workspace: Workspace) -> None:
        """Say that scans of an earlier run are no pages yet, where there are any."""
        if not any((self.root / "spool").glob(f"*/*{SUFFIX}")):
            return
        from digitizer.capture.recovery import left_in_spool

        if any(left.waiting and not left.busy for left in left_in_spool(workspace)):
            told = gettext("Scans of an earlier run wait to become pages: “digitizer spool” lists them.")
            self.output.aside(told)


def said(call: Call, errors: Sequence[KnownError]) -> Exit:
    """Say what was refused, and give the exit code of that."""
    for error in errors:
        call.output.aside(error.message)
    return Exit.REFUSED if errors else Exit.DONE


def refused(error: KnownError) -> dict[str, str]:
    """The error in JSON."""
    return {"code": error_code(error), "message": error.message}


def part_of(part: Part) -> dict[str, Any]:
    """Which of two facing pages this is, in JSON."""
    return {} if part is Part.WHOLE else {"part": part}
