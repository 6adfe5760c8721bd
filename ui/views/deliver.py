"""Bàn giao: choose records and a folder, and hand over one checked PDF/A for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.deliver.records import Package
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Record
from ui import style
from ui.models.choice import Choice, ChoiceModel
from ui.models.records import RecordsModel
from ui.runner import Runner
from ui.speech import Spoken, byte_size, number
from ui.widgets.files import choose_folder
from ui.widgets.tables import reading_table
from ui.widgets.tree import RecordsTree

_HEADINGS = (marked("Record"), marked("File name"), marked("Pages"), marked("File size"), marked("Checks"))
_DIGEST = "SHA-256"
_TREE_SHARE = (360, 640)


class DeliverView(Spoken, QWidget):
    """Records with check boxes, the folder, the button, and what was delivered."""

    asked = Signal(object, object)
    """Deliver these record codes into this folder: tuple of str, an absolute Path."""

    def __init__(self, folder: Path, records: RecordsModel, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.choice: Choice | None = Choice()
        self._packages: Sequence[Package] = ()
        self._running = False
        self.records = ChoiceModel(records, self)
        self.records.checked_changed.connect(self.count)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self._choosing(folder, records))
        splitter.addWidget(self._build_tabs())
        splitter.setSizes(list(_TREE_SHARE))
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self.say_data()

    def _choosing(self, folder: Path, records: RecordsModel) -> QWidget:
        left = QWidget(self)
        heading, into = QLabel(left), QLabel(left)
        heading.setProperty("role", "heading")
        self.say(heading.setText, marked("Records to deliver"))
        self.tree = RecordsTree(records, self.records, left)
        self.records.checked_changed.connect(self.tree.viewport().update)
        self.say(self.tree.setAccessibleName, marked("Records to deliver"))
        self.say(into.setText, marked("Into the &folder:"))
        self.folder = QLineEdit(str(folder.absolute()), left)
        self.say(self.folder.setAccessibleName, marked("Folder to deliver into"))
        into.setBuddy(self.folder)
        every = QPushButton(left)
        self.say(every.setText, marked("Check &all records"))
        every.clicked.connect(self.records.check_all)
        browse = QPushButton(left)
        self.say(browse.setText, marked("&Browse…"))
        browse.clicked.connect(self._browse)
        self.button = QPushButton(left)
        self.button.setProperty("role", "main")
        self.say(self.button.setText, marked("&Deliver as PDF/A"))
        self.button.clicked.connect(self._ask)
        self.folder.textChanged.connect(lambda _text: self.say_data())
        self._chosen = QLabel(left)
        self._chosen.setWordWrap(True)
        self._chosen.setProperty("role", "muted")
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(heading)
        column.addWidget(self.tree, 1)
        column.addWidget(every, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(into)
        column.addLayout(row)
        column.addWidget(self._chosen)
        column.addWidget(self.button)
        return left

    def _build_tabs(self) -> QTabWidget:
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.say(self.tabs.setAccessibleName, marked("What was delivered and received"))
        self.add_tab(self._results(), marked("Delivered"))
        return self.tabs

    def add_tab(self, widget: QWidget, title: str) -> None:
        """Put a panel behind those that are on the right. ``title``: an English message id."""
        self.tabs.addTab(widget, "")
        self.say(lambda text: self.tabs.setTabText(self.tabs.indexOf(widget), text), title)

    def show_tab(self, widget: QWidget) -> None:
        """Turn to a panel on the right."""
        self.tabs.setCurrentWidget(widget)

    def _results(self) -> QWidget:
        right = QWidget(self)
        self._summary = QLabel(right)
        self._summary.setWordWrap(True)
        self.table = reading_table(0, len(_HEADINGS) + 1, right)
        self.say(self.table.setAccessibleName, marked("Delivered"))
        self._open = QPushButton(right)
        self._open.setIcon(style.icon("open"))
        self.say(self._open.setText, marked("Open the &folder"))
        self._open.clicked.connect(self._open_folder)
        column = QVBoxLayout(right)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self._summary)
        column.addWidget(self.table, 1)
        column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        return right

    def choose(self, record: Record) -> None:
        """Propose this record: the one selected in the frame."""
        self.records.check_only(record.id)
        self.tree.go_to(record.id)

    def count(self) -> None:
        """Look up what the checked boxes choose: until then nothing can be delivered."""
        marks = self.records.marks
        self.choice = None if marks else Choice()
        self.say_data()

        def done(found: tuple[tuple[str, ...], int, int]) -> None:
            if marks == self.records.marks:
                self.choice = Choice(*found)
                self.say_data()

        if marks:
            self._runner.submit("tree", lambda w, _: w.catalogue.tree.choice(marks), done=done, key="choice")

    def set_running(self, running: bool) -> None:
        self._running = running
        self.say_data()

    def show_packages(self, packages: Sequence[Package]) -> None:
        self._packages = packages
        self.say_data()

    def say_data(self) -> None:
        choice = self.choice
        self._chosen.setText(self._what_is_chosen(choice) if choice is not None else "")
        ready = choice is not None and choice.packages > 0 and self._destination.is_absolute()
        self.button.setEnabled(ready and not self._running)
        self.table.setHorizontalHeaderLabels([gettext(heading) for heading in _HEADINGS] + [_DIGEST])
        self.table.setRowCount(len(self._packages))
        for row, package in enumerate(self._packages):
            self._fill(row, package)
        self._open.setVisible(bool(self._packages))
        if not self._packages:
            said = gettext(
                "Nothing was delivered since the start. Each package is read back and checked before it is named."
            )
            self._summary.setText(said)
            return
        self._summary.setText(passed(self._packages))

    @property
    def _destination(self) -> Path:
        return Path(self.folder.text().strip())

    def _what_is_chosen(self, choice: Choice) -> str:
        if not choice.codes:
            return gettext("Check the records to deliver.")
        if not choice.packages:
            return gettext("There are no pages in the records that are checked.")
        if not self._destination.is_absolute():
            return gettext("Give the whole path of the folder, from the root on.")
        packages = ngettext("{count} package", "{count} packages", choice.packages).format(
            count=number(choice.packages)
        )
        pages = ngettext("{count} page", "{count} pages", choice.pages).format(count=number(choice.pages))
        return gettext("{packages} with {pages} will be made.").format(packages=packages, pages=pages)

    def _fill(self, row: int, package: Package) -> None:
        passed = sum(check.ok for check in package.checks)
        cells = (
            ", ".join(package.records), package.path.name, number(package.pages), byte_size(package.bytes),
            f"✓ {passed}/{len(package.checks)}", package.sha256,
        )  # fmt: skip
        for column, text in enumerate(cells):
            cell = QTableWidgetItem(text)
            cell.setToolTip(text)
            if column in (2, 3):
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, cell)
        checks = "\n".join(f"{'✓' if check.ok else '✗'} {check.name} {check.detail}" for check in package.checks)
        checks_cell = self.table.item(row, 4)
        if checks_cell is not None:
            checks_cell.setToolTip(checks)

    def _ask(self) -> None:
        if self.choice is not None:
            self.asked.emit(self.choice.codes, self._destination)

    def _browse(self) -> None:
        choose_folder(
            self,
            gettext("Folder to deliver into"),
            self._destination,
            lambda path: self.folder.setText(str(path)),
        )

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._packages[0].path.parent)))


def passed(packages: Sequence[Package]) -> str:
    """How many were delivered. There is no package whose checks did not pass."""
    count = len(packages)
    said = ngettext("{count} package, all checks passed.", "{count} packages, all checks passed.", count)
    return said.format(count=number(count))
