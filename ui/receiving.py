"""Packages of other stations in the window: taken in, and what stations made different settled by a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.catalogue.differences import Difference
from digitizer.deliver.exchange import SUFFIX
from digitizer.deliver.package_faults import KeyUnusable, PackageLocked
from digitizer.deliver.packages_received import packages_received
from digitizer.deliver.receive import end_differences, receive
from digitizer.deliver.reception import ReceiveReport
from digitizer.describe.profiles import Profiles
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import ActId, PageId, RecordId, Secrecy
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.actions import plain
from ui.models.differences import DifferencesModel, Open, describe, look
from ui.models.snapshot import Snapshot
from ui.speech import number
from ui.widgets.differences_panel import DifferencesPanel
from ui.widgets.files import choose_files
from ui.widgets.messages import Message, Severity
from ui.widgets.package_key import PackageKeyDialog
from ui.widgets.receive_panel import ReceivePanel, refusals, summary

if TYPE_CHECKING:
    from ui.window import MainWindow

RECEIVE, SETTLE = "receive", "settle"
_LANE = "differences"


class Receiving:
    """Gives ``window`` two panels beside what was delivered: packages received, and differences to settle."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._seen: tuple[ActId | None] | None = None
        self._folder = Path.home()
        table, deliver = window.actions_table, window.deliver
        self.model = DifferencesModel(window)
        self.packages = ReceivePanel(table["receive"], Profiles(window.root).codes["secrecy"], deliver)
        self.differences = DifferencesPanel(self.model, table["settle"], deliver)
        deliver.add_tab(self.packages, marked("Received"))
        deliver.add_tab(self.differences, marked("Differences"))
        self.differences.titled.connect(self._name_tab)
        self.differences.say_data()
        self.model.wanted.connect(self._describe)
        self.differences.place_asked.connect(self._go)

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"receive": self._ask, "differences": self.show_differences, "settle": self._settle}

    @property
    def possible(self) -> Mapping[str, bool]:
        """Which of the actions can be done now; whether there is something to settle, the panel says."""
        return {"receive": not self._window.strips[RECEIVE].running, "differences": self.model.rowCount() > 0}

    def show_differences(self) -> None:
        """Turn to the differences."""
        self._window.show_task("deliver")
        self._window.deliver.show_tab(self.differences)
        self.differences.table.setFocus()

    def follow(self, snapshot: Snapshot) -> None:
        """Look which differences are open, where records or pages have changed since."""
        if self._seen != (snapshot.changed,):
            self._seen = (snapshot.changed,)
            self._window.runner.submit(_LANE, look, done=self._show, key="look")
            self._look_at_packages()

    # packages

    def _look_at_packages(self) -> None:
        self._window.runner.submit(
            _LANE, lambda w, _: packages_received(w.catalogue), done=self.packages.show_packages, key="packages"
        )

    def take_dropped(self, paths: Sequence[Path]) -> list[Path]:
        """Take in those of the dropped files that are packages: by their names, or because the view for packages is on
        the screen. Gives the others.
        """
        here = self._window.deliver.isVisible()
        packages = [path for path in paths if here or path.suffix.lower() == SUFFIX]
        if packages:
            self.start(packages)
        return [path for path in paths if path not in packages]

    def start(self, paths: Sequence[Path], key: Path | None = None, passphrase: str | None = None) -> None:
        """Take these packages in; a key is asked for where some are encrypted."""
        window, report = self._window, ReceiveReport()
        window.show_task("deliver")
        window.deliver.show_tab(self.packages)

        most = self.packages.most

        def work(workspace: Workspace, task: Task) -> ReceiveReport:
            return receive(
                workspace, paths, key=key, passphrase=passphrase, max_secrecy=most,
                secrecy=most if most is not Secrecy.NONE else None, task=task, report=report,
            )  # fmt: skip

        def done(found: ReceiveReport) -> None:
            locked = [path for path, error in found.refused if isinstance(error, PackageLocked)]
            if locked and key is None:
                found.refused = [each for each in found.refused if each[0] not in locked]
                self._ask_key(locked)
            if found.received or found.refused:
                self._say(found)

        def refused(error: Exception) -> None:
            if isinstance(error, KeyUnusable):
                self._ask_key(paths, key, error.message_in_window)
            else:
                window.show_error(error, RECEIVE)

        window.acts.start(RECEIVE, work, done, refused, lambda: self.packages.show_report(report))
        window.update_actions()

    def _ask(self) -> None:
        def chosen(paths: list[Path]) -> None:
            self._folder = paths[0].parent
            self.start(paths)

        title = plain(self._window.actions_table["receive"].text())
        kind = gettext("Packages")
        choose_files(self._window, title, self._folder, chosen, kind=kind, patterns=f"*{SUFFIX} *.zip")

    def _ask_key(self, paths: Sequence[Path], key: Path | None = None, fault: str = "") -> None:
        dialog = PackageKeyDialog(paths, self._window, key=key, fault=fault)
        dialog.given.connect(lambda file, passphrase: self.start(paths, file, passphrase))
        dialog.open()

    def _say(self, report: ReceiveReport) -> None:
        self.packages.show_report(report)
        self._look_at_packages()
        severity = Severity.WARNING if report.refused or report.open else Severity.INFORMATION
        action = self._window.actions_table["differences"]
        count = len(report.open)

        def text() -> str:
            return " ".join(filter(None, [summary(report), waiting(count)]))

        self._window.messages.show_message(Message(severity, text, lambda: refusals(report), action))

    # differences

    def _show(self, found: Open) -> None:
        self.model.show(found)
        self._window.sidebar.show_differences(self.model.rowCount())
        self._window.update_actions()

    def _name_tab(self, title: str) -> None:
        tabs = self._window.deliver.tabs
        tabs.setTabText(tabs.indexOf(self.differences), title)

    def _describe(self, names: Sequence[str]) -> None:
        self._window.runner.submit(_LANE, describe(names), done=self.model.know)

    def _settle(self) -> None:
        choices, states = self.model.choices, self.model.states

        def work(workspace: Workspace, task: Task) -> int:
            return end_differences(workspace, choices, task, states)

        def done(settled: int) -> None:
            self.differences.set_running(False)
            self._say_settled(settled, len(choices) - settled)

        def refused(error: Exception) -> None:
            self.differences.set_running(False)
            self._window.show_error(error, SETTLE)
            row = self.model.row_of_record(str(getattr(error, "details", {}).get("record", "")))
            if row >= 0:
                self.differences.look_at(row)

        if choices:
            self.differences.set_running(True)
            self._window.acts.start(
                SETTLE, work, done, refused, lambda: self.differences.set_running(False)
            )  # fmt: skip

    def _say_settled(self, settled: int, left: int) -> None:
        def text() -> str:
            said = ngettext("{count} difference settled.", "{count} differences settled.", settled)
            parts = [said.format(count=number(settled))]
            if left:
                more = ngettext(
                    "{count} is left open: its values changed meanwhile.",
                    "{count} are left open: their values changed meanwhile.", left,
                )  # fmt: skip
                parts.append(more.format(count=number(left)))
            return " ".join(parts)

        severity = Severity.WARNING if left else Severity.INFORMATION
        self._window.messages.show_message(Message(severity, text, action=self._window.actions_table["undo"]))

    def _go(self, difference: Difference) -> None:
        """Show the field in its form, or the page among the images."""
        window = self._window
        if difference.page is None:
            window.go_to_field(RecordId(difference.subject), difference.key)
            return
        page = window.page(PageId(difference.subject))
        if page is not None:
            window.go_to_page(page)
            return
        window.show_task("images")
        said = marked("Page {number} of {record} is withdrawn here.")
        window.messages.show_message(
            Message(
                Severity.INFORMATION,
                lambda: gettext(said).format(number=number(difference.page or 0), record=difference.record),
                action=window.actions_table["tray"],
            )
        )


def waiting(count: int) -> str:
    """How many differences wait; nothing where none does."""
    said = ngettext("{count} difference waits to be settled.", "{count} differences wait to be settled.", count)
    return said.format(count=number(count)) if count else ""
