"""What the end of an earlier run had left in the spool is entered at the start, and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from digitizer.capture.spool import SpoolReport, enter_spool
from digitizer.i18n import ngettext
from digitizer.model import PageId
from ui.speech import number
from ui.widgets.messages import Message, Severity
from ui.widgets.recovered import RecoveredDialog

if TYPE_CHECKING:
    from ui.window import MainWindow

NAME = "spool"


class Recovery:
    """Lets ``window`` show what was in the feeder."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._report: SpoolReport | None = None

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"recovered": self.show}

    @property
    def possible(self) -> Mapping[str, bool]:
        return {"recovered": self._report is not None}

    def begin(self) -> None:
        """Enter what is in the spool, in the background; nothing where there is nothing."""
        if any((self._window.root / "spool").glob("[!.]*")):
            code = self._window.capture.record_code
            self._window.acts.start(NAME, enter_spool, lambda report: self._entered(report, code))

    def show(self) -> None:
        """Show run by run what was in the feeder."""
        if self._report is not None:
            dialog = RecoveredDialog(self._report.runs, self._window)
            dialog.page_chosen.connect(self._show_page)
            dialog.show()

    def _entered(self, report: SpoolReport, code: str | None) -> None:
        """``code``: of the record that was chosen before."""
        if not report.runs:
            return
        last, capture = report.runs[-1], self._window.capture
        if last.record is not None and capture.record_code == code:
            capture.go_on_in(last.record)
        self._report = report
        count = len(report.entered)

        def text() -> str:
            said = ngettext(
                "An earlier run of the scanner was cut short. {count} page of it was entered now.",
                "An earlier run of the scanner was cut short. {count} pages of it were entered now.", count,
            )  # fmt: skip
            return said.format(count=number(count))

        self._window.update_actions()
        action = self._window.actions_table["recovered"]
        self._window.messages.show_message(Message(Severity.WARNING, text, action=action))
        for run in report.runs:
            self._window.stacks.came([*run.before, *run.entered], run.record, whole=False)
        self.show()

    def _show_page(self, page: PageId) -> None:
        found = self._window.page(page)
        if found is not None:
            self._window.show_task("capture")
            self._window.show_page(found)
