"""Backups from the window: what is due is said once, quietly; a backup runs like every long act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from digitizer.backups.make import BackupReport, backup
from digitizer.backups.reminders import Reminder, due
from digitizer.i18n import gettext, ngettext
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.actions import plain
from ui.acts import Acts
from ui.runner import Runner
from ui.speech import byte_size, number
from ui.widgets.files import choose_folder
from ui.widgets.messages import Message, MessageArea, Severity


class BackupActs:
    """Reminds of backups, and makes them into a folder that is chosen."""

    def __init__(self, runner: Runner, acts: Acts, action: QAction, messages: MessageArea, window: QWidget) -> None:
        self._runner, self._acts, self._action, self._messages, self._window = runner, acts, action, messages, window
        self._last = Path.home()

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"back_up": self._choose}

    def remind(self) -> None:
        """Look what the rule asks for now, and say so."""
        self._runner.submit("tree", _looked, done=self._say_due)

    def start(self, folder: Path) -> None:
        """Back up into ``folder``, in the background."""
        self._last = folder

        def made(workspace: Workspace, task: Task) -> tuple[BackupReport, tuple[Reminder, ...]]:
            report = backup(workspace, folder, task=task)
            return report, due(workspace)

        self._acts.start("backup", made, self._say_made)

    def _choose(self) -> None:
        start = self._last if self._last.is_dir() else Path.home()
        choose_folder(self._window, plain(self._action.text()), start, self.start)

    def _say_due(self, found: tuple[tuple[Reminder, ...], Path | None]) -> None:
        reminders, last = found
        self._last = last or self._last
        if reminders:
            self._messages.show_message(
                Message(
                    Severity.INFORMATION,
                    lambda: gettext("The safety of this workspace asks for something."),
                    lambda: _sentences(reminders),
                    self._action,
                )
            )

    def _say_made(self, found: tuple[BackupReport, tuple[Reminder, ...]]) -> None:
        report, reminders = found

        def text() -> str:
            said = ngettext(
                "Backed up into “{path}”: {count} file, {size}.", "Backed up into “{path}”: {count} files, {size}.",
                report.files,
            )  # fmt: skip
            return said.format(path=report.path, count=number(report.files), size=byte_size(report.bytes))

        def lines() -> list[str]:
            lost = gettext("Not in the backup, since it is missing or damaged here: {place}")
            return [*(lost.format(place=each) for each in report.lost), *report.warnings, *_sentences(reminders)]

        self._messages.show_message(
            Message(Severity.WARNING if report.lost or report.warnings else Severity.INFORMATION, text, lines)
        )


def _looked(workspace: Workspace, _: Task) -> tuple[tuple[Reminder, ...], Path | None]:
    """What is due, and the target that was used last."""
    sets = workspace.catalogue.backups.log()
    paths = {target.id: Path(target.path) for target in workspace.catalogue.backups.targets()}
    return due(workspace), paths.get(sets[-1].target) if sets else None


def _sentences(reminders: Sequence[Reminder]) -> list[str]:
    return [reminder.message for reminder in reminders]
