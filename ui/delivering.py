"""Delivering from the window: what is missing is looked up beside, each thing leads to its place; then all is handed
over, and stays in the list of what was delivered.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from digitizer.deliver.records import DeliveryReport
from digitizer.deliver.signing import opened_wish
from digitizer.errors import KnownError, NoSuchRecord
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Page, Record
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.models.delivery import DeliveryChoice
from ui.models.lacks import field_names
from ui.speech import number
from ui.views.deliver import passed
from ui.widgets.files import choose_one, choose_target
from ui.widgets.messages import Message, Severity

if TYPE_CHECKING:
    from digitizer.deliver.described import Lack
    from digitizer.deliver.history import Delivered
    from digitizer.deliver.missing import Missing
    from ui.window import MainWindow

DELIVERING, LOOKING, WRITING = "deliver", "verify", "print"
_SOON_MS = 200
_SHOW_SECONDS = 0.5
"""While it is looked up, what is missing is shown at most so often."""
_REST = 2
"""Before it is looked up again because something has changed, so many times as long as it took passes."""


class Delivering(QObject):
    """Lets ``window`` deliver."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._view = window, window.deliver
        self._task: Task | None = None
        self._asked: tuple[Sequence[str], DeliveryChoice] | None = None
        self._stale, self._took = False, 0.0
        self._timer = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._timer.timeout.connect(self._look)
        self._view.changed.connect(self._choice_changed)
        self._view.asked.connect(self._ask)
        self._view.form.signing_wanted.connect(self._ask_signing)
        self._view.form.key_wanted.connect(self._ask_key)
        self._view.missing.followed.connect(self.follow)
        self._view.history.look_wanted.connect(self._look_at_packages)
        self._view.history.receipt_wanted.connect(self._ask_receipt)
        window.acts.moved.connect(self._say_progress)
        window.acts.ended.connect(self._say_progress)

    # what is missing

    def look_again(self) -> None:
        """Something in the catalogue has changed."""
        self._stale = True
        if self._view.isVisible() and self._task is None and not self._timer.isActive():
            self._timer.start(max(_SOON_MS, round(1000 * _REST * self._took)))
            self._view.history.look_again()

    def _choice_changed(self) -> None:
        self._stale = True
        if not self._view.isVisible():
            return
        if self._question != self._asked:
            self._view.missing.show_changed()
        self._view.history.look_again()
        if self._task is not None and self._question != self._asked:
            self._task.cancel()
        self._timer.start(_SOON_MS)

    @property
    def _question(self) -> tuple[Sequence[str], DeliveryChoice] | None:
        codes = self._view.codes
        return None if codes is None else (codes, self._view.form.choice)

    def _look(self) -> None:
        """Look what is missing, unless that is known; in a lane of its own, where it can be stopped."""
        question, panel = self._question, self._view.missing
        known = question == self._asked and (self._task is not None or not self._stale)
        if question is None or known:
            return
        if question != self._asked:
            panel.show_refused(())
        self._stale, self._asked = False, question
        codes, choice = question
        if not codes:
            panel.show_found(None)
            return
        began = time.monotonic()

        def work(workspace: Workspace, task: Task) -> Missing:
            from digitizer.deliver.missing import missing

            names = field_names(workspace.catalogue.records.profiles)
            self._window.runner.post(lambda: panel.name_fields(names))
            shown = time.monotonic()

            def so_far(found: Missing) -> None:
                nonlocal shown
                if time.monotonic() - shown > _SHOW_SECONDS:
                    shown = time.monotonic()
                    self._window.runner.post(lambda: show(found, looking=True))

            return missing(workspace, choice.wanted(codes, choice.pdf), choice.signed_by, task=task, so_far=so_far)

        def show(found: Missing, *, looking: bool) -> None:
            if question == self._asked:
                panel.show_found(found, looking=looking)

        def done(found: Missing) -> None:
            self._took = time.monotonic() - began
            show(found, looking=False)
            over()

        def failed(error: Exception) -> None:
            panel.show_found(None)
            if not isinstance(error, NoSuchRecord):  # it was taken away meanwhile: what is checked is counted anew
                self._window.show_error(error)
            over()

        def over() -> None:
            if self._task is task:
                self._task = None
            if self._stale:
                self.look_again()

        def progress(step: int, total: int, _note: str) -> None:
            if question == self._asked and self._task is task:
                panel.show_looked(step, total)

        task = self._task = self._window.runner.submit(
            "missing", work, done=done, failed=failed, stopped=over, progress=progress, key="missing"
        )

    def follow(self, lack: Lack) -> None:
        """Go to the place of what is missing: the page, or the field of its record."""

        def find(workspace: Workspace, _: Task) -> tuple[Record, Page | None]:
            record = workspace.catalogue.records.get(lack.record)
            pages = [] if lack.page is None else workspace.catalogue.pages.part(record.id, lack.page - 1, 1)
            return record, pages[0] if pages else None

        def go(found: tuple[Record, Page | None]) -> None:
            record, page = found
            if page is not None:
                self._window.go_to_page(page)
            else:
                self._window.go_to_field(record.id, lack.field)

        self._window.runner.submit("tree", find, done=go)

    # delivering

    def _ask(self) -> None:
        """Deliver; where it is signed, when the PIN is given."""
        question = self._question
        if question is None:
            return
        codes, choice = question
        if choice.signed_by is None:
            self.start(codes, choice)
        elif not choice.signing.source:
            self._ask_signing()
        else:
            from ui.widgets.signing import ask_pin

            ask_pin(self._window, choice.signing, lambda pin: self.start(codes, choice, pin))

    def start(self, codes: Sequence[str], choice: DeliveryChoice, pin: str = "") -> None:
        """Deliver these records into the folder that is chosen."""
        folder, report, pins = self._view.destination, DeliveryReport(), [pin]
        self._view.keep_folder()
        self._view.missing.show_refused(())

        def work(workspace: Workspace, task: Task) -> DeliveryReport:
            from digitizer.deliver.deliver import deliver

            with opened_wish(choice.pdf.profile, choice.pdf.coarse, choice.signed_by, pins.pop) as pdf:
                wanted = choice.wanted(codes, pdf)
                return deliver(workspace, folder, wanted, task=task, report=report)

        def refused(error: Exception) -> None:
            self._window.acts.failed.emit(error, DELIVERING)
            self._delivered(report)

        self._window.acts.start(DELIVERING, work, self._delivered, refused, lambda: self.say_stopped(report))

    def _say_progress(self) -> None:
        strip = self._window.strips[DELIVERING]
        self._view.set_running(strip.running, strip.at)

    def _delivered(self, report: DeliveryReport) -> None:
        """Say what became of it, be it whole, stopped or broken off."""
        from digitizer.deliver.missing import refused

        action, made, left = self._window.actions_table["deliver"], list(report.packages), list(report.refused)
        for _, error in left[:1] if len(left) == 1 else ():
            self._window.acts.failed.emit(error, DELIVERING)
        if len(left) > 1:
            self._window.messages.show_message(
                Message(Severity.ERROR, lambda: _left_out(len(left)), lambda: _reasons(left), action, DELIVERING)
            )
        if made:
            self._window.messages.show_message(
                Message(Severity.INFORMATION, lambda: passed(len(made)), lambda: _notes(report), action)
            )
        self._view.missing.show_refused([lack for code, error in left for lack in refused(code, error)])
        if left or made:
            self._view.show_tab(self._view.missing if left else self._view.history)
        self._select_when_there(len(made))
        self._view.history.look_again()

    def say_stopped(self, report: DeliveryReport) -> None:
        """Say what was delivered before a person stopped it."""
        self._delivered(report)
        made = len(report.packages)
        self._window.messages.show_message(Message(Severity.INFORMATION, lambda: _stopped(made)))

    def _select_when_there(self, count: int) -> None:
        history = self._view.history

        def select() -> None:
            history.model.renewed.disconnect(select)
            history.select_newest(count)

        if count:
            history.model.renewed.connect(select)

    # signing, keys

    def _ask_signing(self) -> None:
        from ui.widgets.signing import SigningDialog

        dialog = SigningDialog(self._view.form.choice.signing, self._window)
        dialog.chosen.connect(lambda wish: self._view.form.choose(signing=wish))

        def look(library: str) -> None:
            def find(_workspace: Workspace, _task: Task) -> tuple[str, ...]:
                from digitizer.deliver.keys import tokens

                return tokens(library)

            def done(found: tuple[str, ...]) -> None:
                if isValid(dialog):
                    dialog.show_tokens(found)

            def failed(error: Exception) -> None:
                if isinstance(error, KnownError) and isValid(dialog):
                    dialog.refuse(error.message_in_window)
                else:
                    self._window.show_error(error)

            self._window.runner.submit("tokens", find, done=done, failed=failed, key="tokens")

        dialog.tokens_wanted.connect(look)
        dialog.open()

    def _ask_key(self) -> None:
        title, kind = gettext("The receiver's public key"), gettext("Key files")
        key = self._view.form.key
        choose_one(self._window, title, Path.home(), kind, "*.txt *.key *.pub", lambda path: key.setText(str(path)))

    # what was delivered

    def _look_at_packages(self, packages: Sequence[Delivered]) -> None:
        def work(workspace: Workspace, task: Task) -> dict[int, str]:
            from digitizer.deliver.history import look

            states = {}
            for place, each in enumerate(packages):
                task.check()
                task.report(place, len(packages), each.file)
                states[each.seq] = str(look(workspace, each))
            return states

        def done(states: dict[int, str]) -> None:
            self._view.history.model.show_states(states)
            counted = [state for state in states.values() if state != "replaced"]
            wrong = sum(state != "same" for state in counted)

            def text() -> str:
                if not counted:
                    return gettext("All these packages were replaced by later ones.")
                if not wrong:
                    said = ngettext(
                        "{count} package is still where it was put, with its hash.",
                        "{count} packages are still where they were put, with their hashes.", len(counted),
                    )  # fmt: skip
                    return said.format(count=number(len(counted)))
                said = ngettext(
                    "{wrong} of {count} package is gone or is no longer what was delivered.",
                    "{wrong} of {count} packages are gone or are no longer what was delivered.", len(counted),
                )  # fmt: skip
                return said.format(wrong=number(wrong), count=number(len(counted)))

            severity = Severity.WARNING if wrong else Severity.INFORMATION
            self._window.messages.show_message(Message(severity, text))

        self._window.acts.start(LOOKING, work, done)

    def _ask_receipt(self, packages: Sequence[Delivered]) -> None:
        start = packages[0].folder
        target = (start if start is not None and start.is_dir() else Path.home()) / gettext("receipt.pdf")

        def write(path: Path) -> None:
            def work(workspace: Workspace, task: Task) -> Path:
                from digitizer.deliver.receipt import write_receipt

                last = packages[-1]
                write_receipt(workspace, [each.package for each in packages], path, task, last.person, last.at)
                return path

            self._window.acts.start(WRITING, work, self._say_written)

        choose_target(self._window, gettext("Write the receipt"), target, write)

    def _say_written(self, path: Path) -> None:
        said = marked("The receipt was written, to be printed: “{path}”.")
        self._window.messages.show_message(Message(Severity.INFORMATION, lambda: gettext(said).format(path=path)))


def _stopped(count: int) -> str:
    said = ngettext(
        "Stopped: {count} package was delivered before, all checks passed.",
        "Stopped: {count} packages were delivered before, all checks passed.", count,
    )  # fmt: skip
    return said.format(count=number(count)) if count else gettext("Stopped: nothing was delivered.")


def _left_out(count: int) -> str:
    said = ngettext(
        "{count} record was not delivered; what it lacks is listed.",
        "{count} records were not delivered; what they lack is listed.", count,
    )  # fmt: skip
    return said.format(count=number(count))


_SHOWN = 20


def _reasons(left: Sequence[tuple[str, KnownError]]) -> list[str]:
    """Why; the first ones, for the others are in the list."""
    return [error.message_in_window for _, error in left[:_SHOWN]]


def _notes(report: DeliveryReport) -> list[str]:
    """What people should know of a package though nothing is wrong with it."""
    from digitizer.deliver.pdf_check import COVERS, SIGNATURE_PLACE, SMALLER, Check

    said = {
        COVERS: gettext("{file}: the signature lies over what stands on page 1: no place at its upper right is free."),
        SMALLER: gettext("{file}: the seal is drawn smaller than its picture says: nothing is to lie under it."),
    }
    return [
        text.format(file=package.path.name)
        for package in report.packages
        for place, text in said.items()
        if Check(SIGNATURE_PLACE, True, place) in package.checks
    ]
