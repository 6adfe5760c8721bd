"""The dialog with all settings of a scanner at work: each change is made at the scanner, then kept for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shiboken6 import isValid

from digitizer.capture.scanner.faults import ScannerProblem
from digitizer.capture.scanner.model import Option, OptionValue
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.models.scanner import expressible, keep_choice, kept_choice
from ui.scanner_door import ScannerDoor
from ui.widgets.scanner_settings import ScannerSettings

if TYPE_CHECKING:
    from ui.window import MainWindow

Submit = Callable[
    [Callable[[Workspace, Task], object], Callable[..., None], Callable[[Exception], None] | None], object
]
"""Does something at the scanner, behind what is done there: the work, what is done with its outcome, or its error."""
Options = Sequence[Option]


class SettingsOfScanner:
    """Every option of a scanner, as it is set now."""

    def __init__(
        self, window: MainWindow, door: ScannerDoor, device: str, *,
        key: str, options: Options, submit: Submit, taken: Callable[[Options], None],
    ) -> None:  # fmt: skip
        """``key``: what is kept for it. ``taken``: told of all options as they are after each change."""
        self._window, self._door, self._device = window, door, device
        self._key, self._options, self._submit, self._taken = key, options, submit, taken
        self._choice = kept_choice(key)
        """With every change that was asked for, whether the scanner has taken it yet or not."""
        self._asked = 0
        """So many times the scanner was asked to take it."""
        self._dialog = dialog = ScannerSettings(device, window)
        dialog.changed.connect(self._change)
        dialog.preview_wanted.connect(self._preview)
        dialog.reset_wanted.connect(self._reset)
        dialog.open()
        self._prepare()

    def _prepare(self, *, anew: bool = False, take_back: Callable[[], None] = lambda: None) -> None:
        device, wanted = self._device, self._choice.wanted()

        def work(_workspace: Workspace, _task: Task) -> Options:
            if anew:  # drivers hold what was set for as long as their process lives
                self._door.close()
            with self._door.ready(device, wanted) as (_, ready):
                return ready.options

        self._ask(work, take_back)

    def _change(self, values: Sequence[tuple[str, OptionValue]]) -> None:
        before = self._choice
        for name, value in values:
            self._choice = self._choice.with_set(name, value, self._options)

        def take_back() -> None:
            """Others may have been changed since: only these are as they were."""
            self._choice = self._choice.without([name for name, _ in values], before)

        self._ask(lambda _workspace, _task: self._door.set(self._device, values), take_back)

    def _ask(self, work: Callable[[Workspace, Task], Options], take_back: Callable[[], None]) -> None:
        """Have the scanner take something; ``take_back`` where it refuses. The choice is kept once nothing that was
        asked later waits for its answer: what it says then, the scanner has taken; also where the dialog was closed
        meanwhile.
        """
        self._asked += 1
        mine = self._asked

        def keep_settled() -> None:
            if mine == self._asked:
                keep_choice(self._key, self._choice)

        def done(options: Options) -> None:
            keep_settled()
            self._show(options)

        def refused(error: Exception) -> None:
            take_back()
            keep_settled()
            self._failed(error)

        self._submit(work, done, refused)

    def _preview(self) -> None:
        self._dialog.preview_button.setEnabled(False)

        def show(jpeg: bytes | None) -> None:
            if isValid(self._dialog):
                self._dialog.show_preview(jpeg)

        def failed(error: Exception) -> None:
            show(None)
            self._failed(error)

        self._submit(lambda _, task: self._door.preview(self._device, task), show, failed)

    def _reset(self) -> None:
        before = self._choice
        self._choice = replace(before, own=())

        def take_back() -> None:
            self._choice = replace(self._choice, own=before.own)

        self._prepare(anew=True, take_back=take_back)

    def _show(self, options: Options) -> None:
        self._options = options
        self._taken(options)
        self._window.capture.scanner.show_scanner(options, self._choice)
        if isValid(self._dialog):
            self._dialog.refuse("")
            self._dialog.show_options(expressible(options))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, ScannerProblem):
            self._window.show_error(error)
        elif isValid(self._dialog):
            self._dialog.refuse(error.message_in_window)
            self._dialog.show_options(expressible(self._options))
