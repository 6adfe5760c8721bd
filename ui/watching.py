"""A watched folder in the window: files that others put there come in by themselves, until a person stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.capture.files import Duplicate, Imported, Outcome
from digitizer.capture.sorting import sort_captured
from digitizer.capture.watch import WatchReport, watch
from digitizer.errors import KnownError
from digitizer.i18n import gettext
from digitizer.model import PageId
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from ui.actions import plain
from ui.widgets.files import choose_folder

if TYPE_CHECKING:
    from ui.window import MainWindow

NAME = "watch"


class Watching:
    """Lets ``window`` watch a folder, in a lane of its own."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._panel = window, window.capture.folder

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"choose_watched": self._choose, "watch": self.start, "stop_watching": self.stop}

    @property
    def possible(self) -> Mapping[str, bool]:
        """Which of the actions can be done now."""
        running = self._window.strips[NAME].running
        return {
            "choose_watched": not running, "watch": not running and self._panel.folder is not None,
            "stop_watching": running,
        }  # fmt: skip

    def start(self) -> None:
        """Watch the folder that was chosen; pages go into the record that is chosen now."""
        folder, move_to, code = self._panel.folder, self._panel.move_to, self._window.capture.record_code
        if folder is None:
            return
        post, rule = self._window.runner.post, self._window.stacks.rule

        def sort(workspace: Workspace, pages: Sequence[PageId], task: Task) -> None:
            """What came in together is a stack."""
            if rule is None:
                return
            with suppress(Cancelled):
                try:
                    report = sort_captured(workspace, pages, rule, task)
                except KnownError as error:
                    refused = error
                    post(lambda: self._window.show_error(refused))
                else:
                    post(lambda: self._window.stacks.show_report(report))

        def work(workspace: Workspace, task: Task) -> WatchReport:
            return watch(
                workspace, folder, lambda outcome: post(lambda: self._came(outcome)), record=code, move_to=move_to,
                task=task, on_settled=lambda pages: sort(workspace, pages, task),
            )  # fmt: skip

        self._panel.begin()
        self._window.acts.start(NAME, work, lambda _report: self._panel.end(), self._failed, self._panel.end)
        self._window.update_actions()

    def stop(self) -> None:
        """Stop watching; what is in is in."""
        self._window.strips[NAME].stop()

    def choose(self, folder: Path) -> None:
        """Watch this folder from the next start of watching on."""
        self._panel.choose(folder)
        self._window.update_actions()

    def _choose(self) -> None:
        title = plain(self._window.actions_table["choose_watched"].text())
        start = self._panel.folder if self._panel.folder is not None and self._panel.folder.is_dir() else Path.home()
        choose_folder(self._window, title, start, self.choose)

    def _failed(self, error: Exception) -> None:
        self._panel.end()
        self._window.show_error(error, NAME)

    def _came(self, outcome: Outcome) -> None:
        """A file has settled and was taken up."""
        if isinstance(outcome, Imported):
            self._panel.add(1, 0, 0, gettext("Imported: “{path}”").format(path=outcome.path))
            self._window.refresh_soon()
            if self._window.capture.scanner.read.isChecked():
                self._window.acts.start_reading(quietly=True)
        elif isinstance(outcome, Duplicate):
            self._panel.add(0, 1, 0, gettext("Already there: “{path}”").format(path=outcome.path))
        else:
            self._panel.add(0, 0, 1, outcome.message)
