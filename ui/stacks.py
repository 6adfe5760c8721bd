"""Stacks of paper in the window: sorted into items after they were captured; what parts and labels paper is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from shiboken6 import isValid

from digitizer.capture.rules import StackRule
from digitizer.capture.sorting import SortReport, sort_captured, sort_growing, sort_pages
from digitizer.errors import KnownError
from digitizer.i18n import gettext, marked, ngettext
from digitizer.labels.opening import record_for
from digitizer.labels.printing import Printed, write_labels, write_plain_separators, write_separators
from digitizer.labels.sheets import label_sheet
from digitizer.model import Level, PageId, Record
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.speech import number
from ui.widgets.files import choose_target
from ui.widgets.messages import Message, Severity
from ui.widgets.open_label import OpenLabel
from ui.widgets.print_paper import Labels, Separators, ask_labels, ask_separators

if TYPE_CHECKING:
    from ui.window import MainWindow

SORTING, PRINTING = "sort", "print"
_SHEETS = ("3x7", "3x8", "2x7", "2x4")
_PATCH = "T"


class Stacks:
    """Lets ``window`` sort what came in, by the rule that is chosen, and print what helps with it."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._box = window, window.capture.stack
        self._unsorted: dict[str, list[PageId]] = {}
        self._glass: _OnGlass | None = None

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "sort_record": self._sort_record, "sort_waiting": self._sort_waiting,
            "print_separators": self._ask_separators, "print_labels": self._ask_labels, "open_label": self._ask_label,
        }  # fmt: skip

    @property
    def possible(self) -> Mapping[str, bool]:
        """Which of the actions can be done now."""
        has_record = self._window.sidebar.record is not None
        return {
            "sort_record": self._box.chosen is not None and self._window.capture.record_code is not None,
            "sort_waiting": self._box.chosen is not None and bool(self._unsorted),
            "print_separators": True, "print_labels": has_record, "open_label": True,
        }  # fmt: skip

    @property
    def rule(self) -> StackRule | None:
        """What sorts a stack that is captured now; None where it stays as it is."""
        return self._box.chosen

    def came(self, pages: Sequence[PageId], record: str | None = None, *, whole: bool = True) -> None:
        """Pages were captured, in their order, the last into that record: sort them once the ``whole`` stack is
        there. What waits is said, with a button that sorts it now.
        """
        rule = self.rule
        stack = [*(self._unsorted.pop(record, []) if record is not None else []), *pages]
        if rule is None:
            self._unsorted.clear()
        elif whole and stack:
            self._start(partial(_sorted, stack, rule))
        elif stack:
            self._unsorted[record or ""] = stack
        self._window.update_actions()
        if self._unsorted:
            self._say_waiting()

    def _say_waiting(self) -> None:
        count, records = sum(map(len, self._unsorted.values())), ", ".join(filter(None, self._unsorted))

        def text() -> str:
            said = ngettext(
                "{count} page of a stack that has not ended is not sorted yet: {records}.",
                "{count} pages of a stack that has not ended are not sorted yet: {records}.", count,
            )  # fmt: skip
            return said.format(count=number(count), records=records)

        said = text()
        action = self._window.actions_table["sort_waiting"]
        self._window.messages.show_message(
            Message(Severity.INFORMATION, lambda: text() if self._unsorted else said, action=action)
        )

    def _sort_waiting(self) -> None:
        """Sort what came before a stack was cut short: nothing more comes."""
        rule, stacks = self.rule, list(self._unsorted.values())
        if rule is not None:
            self._unsorted.clear()
            for stack in stacks:
                self._start(partial(_sorted, stack, rule))
        self._window.update_actions()

    # page by page

    def grow(
        self, workspace: Workspace, rule: StackRule, task: Task, record: str, pages: Sequence[PageId]
    ) -> Grown:  # fmt: skip
        """A page came from the glass into a record: it belongs to the stack of the one before, if that lies there.
        For the lane of the scanner.
        """
        before = self._glass
        stack = before if before is not None and before.record == record and before.rule == rule else None
        stack = stack or _OnGlass(record, rule, ())
        stack = replace(stack, pages=(*stack.pages, *pages))
        report = sort_growing(workspace, stack.pages, rule, begun=stack.begun, task=task)
        if report.items:
            last = report.items[-1]
            stack = replace(stack, record=last.record, pages=last.pages, begun=True)
        self._glass = stack
        return Grown(stack.record, report)

    def show_report(self, report: SortReport) -> None:
        """Say what became of a stack."""
        lines = _Lines(report)
        severity = Severity.WARNING if report.doubts else Severity.INFORMATION
        self._window.messages.show_message(
            Message(severity, lines.summary, lines.all, self._window.actions_table["undo"])
        )
        self._window.look_again()

    def _start(self, work: Callable[[Workspace, Task], SortReport]) -> None:
        self._window.acts.start(SORTING, work, self.show_report)

    def _sort_record(self) -> None:
        rule, code = self.rule, self._window.capture.record_code
        if rule is not None and code is not None:
            self._start(lambda workspace, task: sort_pages(workspace, code, rule, task=task))

    # what is printed

    def _ask_separators(self) -> None:
        record = self._window.sidebar.record
        code = record.code if record is not None and record.level in (Level.FILE, Level.ITEM) else None

        def write(wanted: Separators) -> Callable[[Path], Callable[[Workspace, Task], Printed]]:
            def at(path: Path) -> Callable[[Workspace, Task], Printed]:
                if wanted.code is not None:
                    codes = [wanted.code]
                    return lambda workspace, task: write_separators(workspace, path, codes, task)
                return lambda _workspace, _task: write_plain_separators(
                    path, wanted.count, _PATCH if wanted.patch else None
                )

            return at

        ask_separators(self._window, code, lambda wanted: self._print(gettext("separators.pdf"), write(wanted)))

    def _ask_labels(self) -> None:
        record = self._window.sidebar.record
        if record is None:
            return

        def write(wanted: Labels) -> Callable[[Path], Callable[[Workspace, Task], Printed]]:
            return lambda path: lambda workspace, task: write_labels(
                workspace, path, [wanted.code], label_sheet(wanted.sheet), start=wanted.start, boxes=wanted.boxes,
                task=task,
            )  # fmt: skip

        ask_labels(self._window, record.code, _SHEETS, lambda wanted: self._print(gettext("labels.pdf"), write(wanted)))

    def _print(self, name: str, work: Callable[[Path], Callable[[Workspace, Task], Printed]]) -> None:
        """Ask where the PDF goes, and write it."""

        def chosen(path: Path) -> None:
            self._window.acts.start(PRINTING, work(path), self._printed)

        choose_target(self._window, gettext("Write the PDF"), Path.home() / name, chosen)

    def _printed(self, made: Printed) -> None:
        said = marked("Written, to be printed: “{path}”, {count} sheets.")
        self._window.messages.show_message(
            Message(Severity.INFORMATION, lambda: gettext(said).format(path=made.path, count=number(made.pages)))
        )

    # labels that are read

    def _ask_label(self) -> None:
        dialog = OpenLabel(self._window)

        def opened(record: Record) -> None:
            if isValid(dialog):
                dialog.accept()
            self._window.select(record.id)
            self._window.capture.choose(record)

        def failed(error: Exception) -> None:
            if isinstance(error, KnownError) and isValid(dialog):
                dialog.refuse(error.message_in_window)
            else:
                self._window.show_error(error)

        def read(text: str) -> None:
            look = lambda workspace, _: record_for(workspace, text)  # noqa: E731
            self._window.runner.submit("tree", look, done=opened, failed=failed)

        dialog.read.connect(read)
        dialog.open()


@dataclass(frozen=True, slots=True)
class _OnGlass:
    """The stack that comes page by page into a record. ``begun``: as ``sort_growing`` takes it."""

    record: str
    rule: StackRule
    pages: tuple[PageId, ...]
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Grown:
    """What a page from the glass has done to its stack. ``record``: the next page goes on in it."""

    record: str
    report: SortReport


def _sorted(stack: Sequence[PageId], rule: StackRule, workspace: Workspace, task: Task) -> SortReport:
    return sort_captured(workspace, stack, rule, task)


class _Lines:
    """What a report says, anew in each language."""

    def __init__(self, report: SortReport) -> None:
        self._report = report

    def summary(self) -> str:
        report = self._report
        items = ngettext("The stack is {count} item now", "The stack is {count} items now", len(report.items))
        separators = ngettext(
            "{count} separator page lies in the tray", "{count} separator pages lie in the tray",
            len(report.separators),
        )  # fmt: skip
        return (
            f"{items.format(count=number(len(report.items)))}; "
            f"{separators.format(count=number(len(report.separators)))}."
        )

    def all(self) -> list[str]:
        report = self._report
        found = [doubt.sentence for doubt in report.doubts]
        for item in report.items:
            pages = ngettext("{count} page", "{count} pages", len(item.pages)).format(count=number(len(item.pages)))
            found.append(f"{item.record}: {pages}")
        gone = gettext("Nothing was left in “{code}”: it was taken away.")
        return [*found, *(gone.format(code=code) for code in report.emptied)]
