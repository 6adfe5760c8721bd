"""Thu nhận: bring paper and files into a record, and see what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.capture.files import ImportReport
from digitizer.catalogue.records import UNFILED
from digitizer.i18n import gettext, marked, ngettext, pgettext
from digitizer.model import Level, Page, Record
from ui.actions import ActionTable
from ui.flags import flag_text
from ui.models.captured import Captured
from ui.models.scanner import Counts
from ui.speech import Spoken, number
from ui.widgets.buttons import ActionButton
from ui.widgets.folder_panel import FolderPanel
from ui.widgets.order import tab_as_laid_out
from ui.widgets.scanner_panel import ScannerPanel
from ui.widgets.scrolled import Scrolled
from ui.widgets.sentences import Sentences
from ui.widgets.stack_box import StackBox
from ui.widgets.tab_names import name_scroll_buttons
from ui.widgets.wheel import unmoved_by_wheel


class CaptureView(Spoken, QWidget):
    """Where pages go that come in; scanner, files and watched folder; what has come."""

    typed = Signal()
    """A person is typing a code: files of such a code are to be offered, see ``show_files``."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ImportReport | None = None
        self._waiting = 0
        self._typed = ""
        self._counts = Counts()
        self._captured: Captured | None = None
        self._doubted: tuple[Page, Sequence[str]] | None = None
        heading, into, report_heading = QLabel(self), QLabel(self), QLabel(self)
        for label in (heading, report_heading):
            label.setProperty("role", "heading")
        self.say(heading.setText, marked("Capture"))
        self.say(into.setText, marked("Put pages into the recor&d:"))
        self.code = self._code_box()
        into.setBuddy(self.code)
        anew = QToolButton(self)
        anew.setDefaultAction(actions["new_document"])
        self.say(anew.setAccessibleName, marked("Begin a new document"))
        where = QHBoxLayout()
        where.addWidget(self.code, 1)
        where.addWidget(anew)
        self.scanner = ScannerPanel(actions["scan"], actions["stop_scan"], actions["scanner_settings"], self)
        self.stack = StackBox(self)
        self.ways = QTabWidget(self)
        self.ways.setDocumentMode(True)
        name_scroll_buttons(self.ways, self.say)
        self.say(self.ways.setAccessibleName, marked("Where pages come from"))
        self.ways.addTab(self.scanner, "")
        self.ways.addTab(self._files_page(actions), "")
        self.folder = FolderPanel(actions["choose_watched"], actions["watch"], actions["stop_watching"], self)
        self.ways.addTab(self.folder, "")
        self._read = ActionButton(actions["read"], self)
        self.say(report_heading.setText, marked("Last import"))
        self._build_labels()
        self._report_heading = report_heading
        self._list = Sentences(self)
        self.say(self._list.setAccessibleName, marked("Files that were not imported"))
        column = self._scrolled_column()
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(heading)
        column.addWidget(into)
        column.addLayout(where)
        column.addWidget(self.stack)
        column.addWidget(self.ways)
        for label in (self._flags, self._record, self._run, self._backlog):
            column.addWidget(label)
        column.addWidget(self._read)
        column.addWidget(report_heading)
        column.addWidget(self._summary)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        tab_as_laid_out(self)
        self.say_data()

    def _scrolled_column(self) -> QVBoxLayout:
        inside = QWidget(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scrolled(inside, self))
        return QVBoxLayout(inside)

    def _build_labels(self) -> None:
        self._run, self._record = QLabel(self), QLabel(self)
        self._summary, self._backlog = QLabel(self), QLabel(self)
        for label in (self._run, self._record, self._summary, self._backlog):
            label.setWordWrap(True)
        self._flags = QLabel(self)
        self._flags.setWordWrap(True)
        self._flags.setProperty("role", "lacking")
        self._run.setObjectName("run")

    def _files_page(self, actions: ActionTable) -> QWidget:
        page = QWidget(self)
        drop, hint = QFrame(page), QLabel(page)
        drop.setProperty("role", "drop")
        self.say(hint.setText, marked("Drop images, PDFs or folders anywhere onto this window"))
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(drop).addWidget(hint)
        column = QVBoxLayout(page)
        column.setContentsMargins(6, 8, 6, 6)
        column.addWidget(drop)
        column.addWidget(ActionButton(actions["import_files"], page, main=True))
        column.addWidget(ActionButton(actions["import_folder"], page))
        column.addStretch(1)
        return page

    def _code_box(self) -> QComboBox:
        box = QComboBox(self)
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        self.say(box.setToolTip, marked("Choose a record, or type a new code: a new file is made for it"))
        line = box.lineEdit()
        assert line is not None, "an editable box has a line"
        for widget in (box, line):
            self.say(widget.setAccessibleName, marked("Code of the record that pages are put into"))
        self.say(line.setPlaceholderText, marked("not filed yet"))
        line.textEdited.connect(self._type)
        unmoved_by_wheel(box)
        return box

    @property
    def record_code(self) -> str | None:
        """The code typed or chosen; None for the file of what is not filed yet."""
        return self.code.currentText().strip() or None

    @property
    def goes_on(self) -> bool:
        """Whether what comes goes into an item that is there: a new one could be begun instead."""
        return self._captured is not None and self._captured.file != (self.record_code or "")

    @property
    def looked_for(self) -> str:
        """What a person has typed of a code; nothing where it was chosen."""
        return self._typed

    def _type(self, text: str) -> None:
        self._typed = text.strip()
        self.typed.emit()

    def show_waiting(self, waiting: int) -> None:
        """How many pages are not read yet."""
        self._waiting = waiting
        self.say_data()

    def show_files(self, files: Sequence[str]) -> None:
        """Offer the files of these codes to import into."""
        codes = ["", *files]
        line = self.code.lineEdit()
        if line is not None and codes != [self.code.itemText(i) for i in range(self.code.count())]:
            typed, place = self.code.currentText(), line.cursorPosition()
            self.code.clear()
            self.code.addItems(codes)
            self.code.setCurrentText(typed)
            line.setCursorPosition(place)

    def choose(self, record: Record) -> None:
        """Import into this record from now on (pages go into files and items; a fonds means: not filed yet)."""
        holds_pages = record.level is not Level.FONDS and record.code != UNFILED
        self._typed = ""
        self.code.setCurrentText(record.code if holds_pages else "")

    def begin_document(self) -> None:
        """What comes next is a new item in the file of the item that is chosen."""
        self.go_on_in(self._captured.file if self._captured is not None else "")

    def go_on_in(self, code: str) -> None:
        """Pages that come go into the record of that code from now on."""
        self._typed = ""
        self.code.setCurrentText(code)

    def show_flags(self, page: Page | None, flags: Sequence[str]) -> None:
        """What the program doubts of the page that is shown."""
        self._doubted = (page, flags) if page is not None and flags else None
        self.say_data()

    def show_counts(self, counts: Counts) -> None:
        """What the run of the scanner has brought so far."""
        self._counts = counts
        self.say_data()

    def show_record(self, captured: Captured | None) -> None:
        """What the record that pages go into holds and should hold; None where it is not there yet."""
        self._captured = captured
        self.say_data()

    def show_report(self, report: ImportReport) -> None:
        self._report = report
        self.say_data()

    def say_data(self) -> None:
        for place, text in enumerate(
            (gettext("Scanner"), pgettext("where pages come from", "Files"), gettext("Folder"))
        ):
            self.ways.setTabText(place, text)
        self._flags.setVisible(self._doubted is not None)
        if self._doubted is not None:
            page, flags = self._doubted
            said = gettext("Look at page {number}: {flags}.")
            self._flags.setText(said.format(number=number(page.number), flags=", ".join(map(flag_text, flags))))
        self._run.setText(_run_text(self._counts) if self._counts.safe or self._counts.running else "")
        self._run.setVisible(bool(self._run.text()))
        if self._captured is not None:
            count = self._captured.count
            said = gettext("In {record}: {said}.").format(record=count.record.code, said=count.sentence)
            self._record.setText(said)
        self._record.setVisible(self._captured is not None)
        waits = ngettext("{count} page waits to be read.", "{count} pages wait to be read.", self._waiting)
        self._backlog.setText(waits.format(count=number(self._waiting)))
        self._backlog.setVisible(self._waiting > 0)
        self._read.setVisible(self._waiting > 0)
        report = self._report
        self._report_heading.setVisible(report is not None)
        self._summary.setVisible(report is not None)
        lines = [*left_out(report), *report.signed()] if report is not None else []
        self._summary.setText(summary(report) if report is not None else "")
        self._list.show_lines(lines)
        self._list.setVisible(bool(lines))


def _run_text(counts: Counts) -> str:
    """What the run has brought."""
    pages = ngettext("This run: {count} page", "This run: {count} pages", counts.safe)
    parts = [pages.format(count=number(counts.safe))]
    if counts.sheets:
        sheets = ngettext("{count} sheet", "{count} sheets", counts.sheets)
        parts.append(sheets.format(count=number(counts.sheets)))
    if counts.a_minute:
        parts.append(gettext("{count} a minute").format(count=number(counts.a_minute)))
    if counts.safe > counts.entered:
        entering = ngettext("{count} being entered", "{count} being entered", counts.safe - counts.entered)
        parts.append(entering.format(count=number(counts.safe - counts.entered)))
    return ", ".join(parts) + "."


def summary(report: ImportReport) -> str:
    """One line: what came in, what was refused, what was there already."""
    pages = sum(len(each.pages) for each in report.imported)
    parts = [ngettext("{count} page imported", "{count} pages imported", pages).format(count=number(pages))]
    if report.refused:
        refused = len(report.refused)
        parts.append(ngettext("{count} file refused", "{count} files refused", refused).format(count=number(refused)))
    if report.duplicates:
        same = len(report.duplicates)
        parts.append(
            ngettext("{count} file already there", "{count} files already there", same).format(count=number(same))
        )
    if signed := sum(each.signed is not None and each.signed.whole for each in report.imported):
        said = ngettext("{count} file signed and unchanged", "{count} files signed and unchanged", signed)
        parts.append(said.format(count=number(signed)))
    return ", ".join(parts) + "."


def left_out(report: ImportReport) -> list[str]:
    """One sentence for each file that brought no page."""
    there = gettext("“{path}” is already in this record; no page was added.")
    return [
        *(refused.message for refused in report.refused),
        *(there.format(path=duplicate.path) for duplicate in report.duplicates),
    ]
