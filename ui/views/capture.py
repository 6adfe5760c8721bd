"""Thu nhận: bring files into a record, and see what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from digitizer.capture.files import ImportReport
from digitizer.catalogue.records import UNFILED
from digitizer.i18n import gettext, ngettext
from digitizer.i18n import marked as _
from digitizer.model import Level, Record
from ui.actions import plain
from ui.speech import Spoken, number


class CaptureView(Spoken, QWidget):
    """Where imported pages go, the import buttons, and the report of the last import."""

    def __init__(
        self, import_files: QAction, import_folder: QAction, read: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._report: ImportReport | None = None
        self._waiting = 0
        heading, into, hint, report_heading = QLabel(self), QLabel(self), QLabel(self), QLabel(self)
        for label in (heading, report_heading):
            label.setProperty("role", "heading")
        self.say(heading.setText, _("Capture"))
        self.say(into.setText, _("Put pages into the &record:"))
        self.code = QComboBox(self)
        self.code.setEditable(True)
        self.code.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.code.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.code.setMinimumContentsLength(12)
        self.say(self.code.setAccessibleName, _("Code of the record that pages are put into"))
        self.say(self.code.setToolTip, _("Choose a record, or type a new code: a new file is made for it"))
        line = self.code.lineEdit()
        if line is not None:
            self.say(line.setPlaceholderText, _("not filed yet"))
        into.setBuddy(self.code)
        drop = QFrame(self)
        drop.setProperty("role", "drop")
        self.say(hint.setText, _("Drop images, PDFs or folders anywhere onto this window"))
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(drop)
        inside.addWidget(hint)
        self._buttons = [(QPushButton(self), action) for action in (import_files, import_folder, read)]
        self.say(report_heading.setText, _("Last import"))
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._list = QListWidget(self)
        self._list.setWordWrap(True)
        self._list.setAlternatingRowColors(True)
        self.say(self._list.setAccessibleName, _("Files that were not imported"))
        self._backlog = QLabel(self)
        self._backlog.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        for widget in (heading, into, self.code, drop):
            column.addWidget(widget)
        for button, action in self._buttons:
            button.setIcon(action.icon())
            button.clicked.connect(action.trigger)
        column.addWidget(self._buttons[0][0])
        column.addWidget(self._buttons[1][0])
        column.addSpacing(10)
        column.addWidget(self._backlog)
        column.addWidget(self._buttons[2][0])
        column.addSpacing(10)
        column.addWidget(report_heading)
        column.addWidget(self._summary)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        read.changed.connect(lambda: self._buttons[2][0].setEnabled(read.isEnabled()))
        self.say_data()

    @property
    def record_code(self) -> str | None:
        """The code typed or chosen; None for the file of what is not filed yet."""
        return self.code.currentText().strip() or None

    def show_records(self, records: Sequence[Record], waiting: int) -> None:
        """Offer these records to import into. ``waiting``: pages not read yet."""
        self._waiting = waiting
        codes = ["", *(r.code for r in records if r.level is Level.FILE and r.code != UNFILED)]
        if codes != [self.code.itemText(i) for i in range(self.code.count())]:
            typed = self.code.currentText()
            self.code.clear()
            self.code.addItems(codes)
            self.code.setCurrentText(typed)
        self.say_data()

    def choose(self, record: Record) -> None:
        """Import into this record from now on (pages go into files and items; a fonds means: not filed yet)."""
        holds_pages = record.level is not Level.FONDS and record.code != UNFILED
        self.code.setCurrentText(record.code if holds_pages else "")

    def show_report(self, report: ImportReport) -> None:
        self._report = report
        self.say_data()

    def say_data(self) -> None:
        for button, action in self._buttons:
            button.setText(plain(action.text()))
        count = ngettext("{count} page waits to be read.", "{count} pages wait to be read.", self._waiting)
        self._backlog.setText(
            count.format(count=number(self._waiting)) if self._waiting else gettext("All pages are read.")
        )
        report = self._report
        self._list.clear()
        if report is None:
            self._summary.setText(gettext("Nothing was imported since the start."))
            self._list.hide()
            return
        self._summary.setText(summary(report))
        self._list.addItems(left_out(report))
        self._list.setVisible(self._list.count() > 0)


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
