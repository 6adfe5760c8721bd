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
from ui.models.scanner import ScanChoice, keep_choice, kept_choice
from ui.scanner_door import ScannerDoor
from ui.widgets.scanner_settings import ScannerSettings

if TYPE_CHECKING:
    from ui.window import MainWindow

Submit = Callable[
    [Callable[[Workspace, Task], object], Callable[..., None], Callable[[Exception], None] | None], object
]
"""Does something at the scanner, behind what is done there: the work, what is done with its outcome, or its error."""


def show_settings(
    window: MainWindow, door: ScannerDoor, device: str, key: str, options: Sequence[Option], submit: Submit,
    taken: Callable[[Sequence[Option]], None],
) -> None:  # fmt: skip
    """Every option of the scanner, as it is set now. ``key``: what is kept for it. ``taken``: told of all options as
    they are after each change.
    """
    dialog = ScannerSettings(device, window)
    shown = options

    def at_scanner(work: Callable[[Workspace, Task], object], done: Callable[..., None]) -> None:
        """Nothing more is shown where the dialog was closed meanwhile."""
        submit(
            work, lambda outcome: done(outcome) if isValid(dialog) else None,
            lambda error: failed(error) if isValid(dialog) else None,
        )  # fmt: skip

    def failed(error: Exception) -> None:
        dialog.preview_button.setEnabled(True)
        if isinstance(error, ScannerProblem):
            dialog.refuse(error.message_in_window)
            dialog.show_options(shown)
        else:
            window.show_error(error)

    def show(options: Sequence[Option], choice: ScanChoice) -> None:
        """The scanner has taken it: it is kept."""
        nonlocal shown
        shown = options
        keep_choice(key, choice)
        taken(options)
        window.capture.scanner.show_scanner(options, choice)
        dialog.refuse("")
        dialog.show_options(options)

    def prepared(choice: ScanChoice) -> None:
        wanted = choice.wanted()

        def work(_workspace: Workspace, _task: Task) -> Sequence[Option]:
            with door.ready(device, wanted) as (_, ready):
                return ready.options

        at_scanner(work, lambda options: show(options, choice))

    def change(values: Sequence[tuple[str, OptionValue]]) -> None:
        choice = kept_choice(key)
        for name, value in values:
            choice = choice.with_own(name, value)
        at_scanner(lambda _workspace, _task: door.set(device, values), lambda options: show(options, choice))

    def preview() -> None:
        dialog.preview_button.setEnabled(False)
        at_scanner(lambda _, task: door.preview(device, task), dialog.show_preview)

    dialog.changed.connect(change)
    dialog.preview_wanted.connect(preview)
    dialog.reset_wanted.connect(lambda: prepared(replace(kept_choice(key), own=())))
    dialog.open()
    prepared(kept_choice(key))
