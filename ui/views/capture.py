"""Thu nhận: bring files into a record, and see what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QVBoxLayout, QWidget

from digitizer.capture.files import ImportReport
from digitizer.catalogue.records import UNFILED
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Level, Record
from ui.speech import Spoken, number
from ui.widgets.buttons import ActionButton
from ui.widgets.sentences import Sentences


class CaptureView(Spoken, QWidget):
    """Where imported pages go, the import buttons, and the report of the last import."""

    typed = Signal()
    """A person is typing a code: files of such a code are to be offered, see ``show_files``."""

    def __init__(
        self, import_files: QAction, import_folder: QAction, read: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._report: ImportReport | None = None
        self._waiting = 0
        self._typed = ""
        heading, into, hint, report_heading = QLabel(self), QLabel(self), QLabel(self), QLabel(self)
        for label in (heading, report_heading):
            label.setProperty("role", "heading")
        self.say(heading.setText, marked("Capture"))
        self.say(into.setText, marked("Put pages into the &record:"))
        self.code = self._code_box()
        into.setBuddy(self.code)
        drop = QFrame(self)
        drop.setProperty("role", "drop")
        self.say(hint.setText, marked("Drop images, PDFs or folders anywhere onto this window"))
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(drop).addWidget(hint)
        self._read = ActionButton(read, self)
        self.say(report_heading.setText, marked("Last import"))
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._list = Sentences(self)
        self.say(self._list.setAccessibleName, marked("Files that were not imported"))
        self._backlog = QLabel(self)
        self._backlog.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        for widget in (heading, into, self.code, drop):
            column.addWidget(widget)
        column.addWidget(ActionButton(import_files, self, main=True))
        column.addWidget(ActionButton(import_folder, self))
        column.addSpacing(10)
        column.addWidget(self._backlog)
        column.addWidget(self._read)
        column.addSpacing(10)
        column.addWidget(report_heading)
        column.addWidget(self._summary)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        self.say_data()

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
        return box

    @property
    def record_code(self) -> str | None:
        """The code typed or chosen; None for the file of what is not filed yet."""
        return self.code.currentText().strip() or None

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

    def show_report(self, report: ImportReport) -> None:
        self._report = report
        self.say_data()

    def say_data(self) -> None:
        count = ngettext("{count} page waits to be read.", "{count} pages wait to be read.", self._waiting)
        self._backlog.setText(count.format(count=number(self._waiting)))
        self._backlog.setVisible(self._waiting > 0)
        self._read.setVisible(self._waiting > 0)
        report = self._report
        if report is None:
            self._summary.setText(gettext("Nothing was imported since the start."))
            self._list.hide()
            return
        self._summary.setText(summary(report))
        self._list.show_lines(left_out(report))
        self._list.setVisible(bool(left_out(report)))


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
    return ", ".join(parts) + "."


def left_out(report: ImportReport) -> list[str]:
    """One sentence for each file that brought no page."""
    there = gettext("“{path}” is already in this record; no page was added.")
    return [
        *(refused.message for refused in report.refused),
        *(there.format(path=duplicate.path) for duplicate in report.duplicates),
    ]
