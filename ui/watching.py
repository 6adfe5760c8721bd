"""A watched folder in the window: files that others put there come in by themselves, until a person stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.capture.files import Duplicate, Imported, Outcome
from digitizer.capture.rules import StackRule
from digitizer.capture.sorting import sort_captured
from digitizer.capture.watch import WatchReport, WatchState, watch
from digitizer.errors import KnownError
from digitizer.i18n import gettext, marked
from digitizer.model import PageId
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from ui.actions import plain
from ui.models.scanner import keep, kept
from ui.widgets.files import choose_folder
from ui.widgets.messages import Message, Severity

if TYPE_CHECKING:
    from ui.window import MainWindow

NAME = "watch"
_AWAY = "watch-away"
_WATCHED, _RECORD = "watched", "watched_record"
"""What is kept while a folder is watched: the workspace that its files go into, and the code of the record."""


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

    def begin(self) -> None:
        """Watch again what was watched when this workspace was closed."""
        folder = self._panel.folder
        if folder is None or kept(_WATCHED) != str(self._window.root):
            return
        code = kept(_RECORD)

        def text() -> str:
            if code:
                return gettext("“{path}” is watched again; its files go into {record}.").format(
                    path=folder, record=code
                )
            return gettext("“{path}” is watched again; its files are not filed yet.").format(path=folder)

        self._start(folder, code or None, awaited=True)
        stop = self._window.actions_table["stop_watching"]
        self._window.messages.show_message(Message(Severity.INFORMATION, text, action=stop))

    def start(self) -> None:
        """Watch the folder that was chosen; pages go into the record that is chosen now. It is watched again at the
        next start, unless a person stops it.
        """
        if (folder := self._panel.folder) is not None:
            self._start(folder, self._window.capture.record_code, awaited=False)

    def _start(self, folder: Path, code: str | None, *, awaited: bool) -> None:
        move_to = self._panel.move_to
        keep(_WATCHED, str(self._window.root))
        keep(_RECORD, code or "")
        post, rule = self._window.runner.post, self._window.stacks.rule

        def sort(workspace: Workspace, by: StackRule, pages: Sequence[PageId], task: Task) -> None:
            """What came in together is a stack."""
            with suppress(Cancelled):
                try:
                    report = sort_captured(workspace, pages, by, task)
                except KnownError as error:
                    refused = error
                    post(lambda: self._window.show_error(refused))
                else:
                    post(lambda: self._window.stacks.show_report(report))

        def work(workspace: Workspace, task: Task) -> WatchReport:
            return watch(
                workspace, folder, lambda outcome: post(lambda: self._came(outcome)), record=code, move_to=move_to,
                task=task, on_settled=None if rule is None else lambda pages: sort(workspace, rule, pages, task),
                on_state=lambda state: post(lambda: self._stands(folder, state)), awaited=awaited,
            )  # fmt: skip

        self._panel.begin(code)
        self._window.acts.start(NAME, work, lambda _report: self._panel.end(), self._failed, self._panel.end)
        self._window.update_actions()

    def stop(self) -> None:
        """Stop watching; what is in is in."""
        keep(_WATCHED, "")
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
        keep(_WATCHED, "")
        self._panel.end()
        self._window.show_error(error, NAME)

    def _stands(self, folder: Path, state: WatchState) -> None:
        """A folder that is away is said once, and once that it is back."""
        messages, before = self._window.messages, self._panel.away
        self._panel.show_state(state)
        if state.away == before:
            return
        messages.forget(_AWAY)
        gone = marked(
            "The watched folder “{path}” is not there at the moment. Plug its disk in or connect to its share; "
            "it is watched on as soon as it is there."
        )
        back = marked("The watched folder “{path}” is there again, and is watched on.")
        severity = Severity.ERROR if state.away else Severity.INFORMATION
        said = gone if state.away else back
        messages.show_message(Message(severity, lambda: gettext(said).format(path=folder), act=_AWAY))

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
