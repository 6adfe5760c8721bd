"""The long acts of the window: importing, reading, and those that others start. They run in lanes; what comes of
importing and reading is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from digitizer.capture.files import ImportReport, Repeats, import_paths
from digitizer.capture.place import Place
from digitizer.errors import WorkspaceLocked
from digitizer.i18n import gettext, marked, ngettext
from digitizer.jobs import ProcessReport, process
from digitizer.model import PageId
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui import commands
from ui.actions import ActionTable
from ui.runner import Runner
from ui.speech import number
from ui.views.capture import CaptureView, left_out, summary
from ui.widgets.desk import Desk
from ui.widgets.messages import Message, MessageArea, Severity
from ui.widgets.progress import ActStrip

T = TypeVar("T")


class Acts(QObject):
    """Starts the long acts and shows how they go, each in a strip of its own."""

    moved = Signal()
    """An act has come a little further."""
    ended = Signal()
    """An act is over, however it ended."""
    failed = Signal(object, str)
    """An error of the act of that name."""

    def __init__(
        self, runner: Runner, actions: ActionTable, messages: MessageArea, *,
        desk: Desk, capture: CaptureView, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._runner, self._actions, self._messages = runner, actions, messages
        self._desk, self._capture = desk, capture
        self._turned: list[PageId] = []
        self.strips = {
            "import": ActStrip(marked("Importing")),
            "process": ActStrip(marked("Reading pages")),
            "deliver": ActStrip(marked("Delivering")),
            "backup": ActStrip(marked("Backing up")),
            "scan": ActStrip(marked("Scanning")),
            "sort": ActStrip(marked("Sorting the stack")),
            "print": ActStrip(marked("Writing the PDF")),
            "watch": ActStrip(marked("Watching a folder")),
            "verify": ActStrip(marked("Checking packages")),
            "receive": ActStrip(marked("Receiving packages")),
            "settle": ActStrip(marked("Settling differences")),
            "signatures": ActStrip(marked("Verifying signatures")),
            "spool": ActStrip(marked("Entering what was scanned")),
        }

    @property
    def reading(self) -> bool:
        """Whether pages are being read."""
        return self.strips["process"].running

    def start_import(
        self, paths: Sequence[Path], place: Place, then: Callable[[ImportReport], None], *, sorted_after: bool
    ) -> None:
        """Import files and folders to a place. ``sorted_after``: they are a stack, in which separators may be alike."""

        def done(report: ImportReport) -> None:
            self._imported(report)
            then(report)

        def work(workspace: Workspace, task: Task) -> ImportReport:
            return import_paths(workspace, paths, place, task, repeats=Repeats() if sorted_after else None)

        self.start("import", work, done)

    def start_samples(self, import_samples: Callable[[Workspace, Task], ImportReport]) -> None:
        """Import the pages that came with the program, and read them."""

        def done(report: ImportReport) -> None:
            self._imported(report)
            self.start_reading()

        self.start("import", import_samples, done)

    def start_reading(self, *, quietly: bool = False) -> None:
        """Read all pages that wait, the one that is shown first. ``quietly``: nothing is said where all went well."""
        if self.reading:
            return
        page = self._desk.page

        def read(workspace: Workspace, task: Task) -> ProcessReport:
            if page is not None:
                workspace.catalogue.queue.put_first(page.id)
            return process(workspace, task=task)

        def done(report: ProcessReport) -> None:
            if report.failed or not quietly:
                self._processed(report)
            else:
                self.read_turned()

        self.start("process", read, done)

    def read_turned(self, page: PageId | None = None) -> None:
        """Read the pages that a person has turned (``page`` is one more), and only these; at once, or when the reading
        that runs has ended."""
        self._turned += [page] if page is not None else []
        if self.reading or not self._turned:
            return
        pages, self._turned = self._turned, []

        def done(report: ProcessReport) -> None:
            if report.failed:
                self._processed(report)
            else:
                self.read_turned()

        def failed(error: Exception) -> None:
            if not isinstance(error, WorkspaceLocked):  # else the other process reads them
                self.failed.emit(error, "process")

        self.start("process", lambda workspace, task: process(workspace, only=pages, task=task), done, failed)

    def retry(self) -> None:
        """Read the pages that failed once more."""
        self._runner.submit("change", commands.retried, done=lambda _: self.start_reading())

    def start(
        self,
        name: str,
        work: Callable[[Workspace, Task], T],
        done: Callable[[T], None],
        refused: Callable[[Exception], None] | None = None,
        halted: Callable[[], None] | None = None,
        *,
        at_end: Callable[[], None] | None = None,
    ) -> None:
        """Start an act of the kind ``name`` in a lane of its own; an error is shown unless ``refused`` takes it.
        ``halted`` hears that it was stopped with no result, and may say more of it. ``at_end``: as
        ``Runner.submit`` takes it.
        """
        strip = self.strips[name]

        def ended() -> None:
            strip.finish(task)
            self.ended.emit()

        def finished(result: T) -> None:
            ended()
            self._messages.forget(name)
            done(result)

        def failed(error: Exception) -> None:
            ended()
            if refused is not None:
                refused(error)
            else:
                self.failed.emit(error, name)

        def stopped() -> None:
            ended()
            self._messages.show_message(
                Message(Severity.INFORMATION, lambda: gettext("Stopped. What was finished is kept."))
            )
            if halted is not None:
                halted()

        def progress(step: int, total: int, note: str) -> None:
            strip.progress(step, total, note)
            self.moved.emit()

        task = self._runner.submit(
            name, work, done=finished, failed=failed, stopped=stopped, progress=progress, at_end=at_end
        )
        strip.start(task)
        self.moved.emit()

    def _imported(self, report: ImportReport) -> None:
        self._capture.show_report(report)
        severity = Severity.WARNING if report.refused else Severity.INFORMATION
        action = self._actions["capture" if left_out(report) else "read"]
        self._messages.show_message(Message(severity, lambda: summary(report), action=action))

    def _processed(self, report: ProcessReport) -> None:
        self.read_turned()

        def text() -> str:
            said = ngettext("{count} page read in {seconds} s.", "{count} pages read in {seconds} s.", report.done)
            return said.format(count=number(report.done), seconds=number(report.seconds, 1))

        severity = Severity.WARNING if report.failed else Severity.INFORMATION
        action = self._actions["images"] if report.failed else None
        self._messages.show_message(
            Message(severity, text, lambda: [error.message for _, error in report.failed], action)
        )
