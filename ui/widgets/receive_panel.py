"""The packages of other stations: take them in, and what each has brought since this workspace began."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QTableWidgetItem, QVBoxLayout, QWidget

from digitizer.deliver.packages_received import PackageReceived
from digitizer.deliver.reception import Receipt, ReceiveReport
from digitizer.deliver.signed import plain
from digitizer.describe.code_lists import CodeList
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Secrecy
from ui.speech import Spoken, moment, number
from ui.widgets.boxes import fill
from ui.widgets.buttons import ActionButton
from ui.widgets.sentences import Sentences
from ui.widgets.tables import reading_table

_HEADINGS = (
    marked("When"), marked("From station"), marked("New records"), marked("New pages"), marked("Changed"),
    marked("Known already"), marked("Signed by"), marked("File"), marked("By"), "SHA-256",
)  # fmt: skip
_NUMBERS = range(2, 6)
_LIST_HEIGHT = 110


class ReceivePanel(Spoken, QWidget):
    """``receive``: the action that takes packages in. ``secrecy``: names of its levels."""

    def __init__(self, receive: QAction, secrecy: CodeList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels = secrecy
        self._packages: Sequence[PackageReceived] = ()
        self._report: ReceiveReport | None = None
        self.button = ActionButton(receive, self, main=True)
        intro = QLabel(self)
        intro.setWordWrap(True)
        self.say(
            intro.setText,
            marked(
                "Take in what another station gave (*.dgz), or a SIP, AIP or bag: choose the files, or drop them"
                " anywhere on this view."
            ),
        )
        self.level, allowed = QComboBox(self), QLabel(self)
        self.say(allowed.setText, marked("Highest secrecy that may come &in:"))
        self.say(self.level.setAccessibleName, marked("Highest secrecy that may come in"))
        allowed.setBuddy(self.level)
        self._last = QLabel(self)
        self._last.setWordWrap(True)
        self._list = Sentences(self)
        self._list.setFixedHeight(_LIST_HEIGHT)
        self.say(self._list.setAccessibleName, marked("What became of each package"))
        self._nothing = QLabel(self)
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "muted")
        self.say(self._nothing.setText, marked("No package was received yet. Each is proven whole before it is used."))
        self.table = reading_table(0, len(_HEADINGS), self)
        self.say(self.table.setAccessibleName, marked("Packages received"))
        top = QHBoxLayout()
        top.addWidget(intro, 1)
        top.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.addWidget(allowed)
        row.addWidget(self.level)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addLayout(top)
        column.addLayout(row)
        column.addWidget(self._last)
        column.addWidget(self._list)
        column.addWidget(self._nothing)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self.say_data()

    def show_packages(self, packages: Sequence[PackageReceived]) -> None:
        """All that were received, the newest first."""
        self._packages = packages
        self._fill()

    def show_report(self, report: ReceiveReport) -> None:
        """What became of the packages that were taken in last."""
        self._report = report
        self.say_data()

    @property
    def most(self) -> Secrecy:
        """The highest level that may come in."""
        return Secrecy(str(self.level.currentData()))

    def say_data(self) -> None:
        levels = [(entry.label.shown, entry.code) for entry in self._levels.entry]
        fill(self.level, levels, self.level.currentData() or str(Secrecy.NONE))
        report = self._report
        self._last.setVisible(report is not None)
        self._list.setVisible(report is not None)
        if report is not None:
            self._last.setText(summary(report))
            self._list.show_lines(lines(report))
        self._fill()

    def _fill(self) -> None:
        self._nothing.setVisible(not self._packages)
        self.table.setVisible(bool(self._packages))
        self.table.setHorizontalHeaderLabels([gettext(heading) for heading in _HEADINGS])
        self.table.setRowCount(len(self._packages))
        for row, package in enumerate(self._packages):
            for column, text in enumerate(_cells(package)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                if column in _NUMBERS:
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, cell)


def _cells(package: PackageReceived) -> tuple[str, ...]:
    records, pages = package.records, package.pages
    at = moment(package.at)
    if package.taken_back:
        at = gettext("{time} (taken back)").format(time=at)
    counts = ("–",) * len(_NUMBERS)
    if records is not None and pages is not None:
        found = (records.added, pages.added, records.changed + pages.changed, records.same + pages.same)
        counts = tuple(map(number, found))
    signer = package.signer or gettext("not signed")
    if package.signer and not package.trusted:
        unproven = gettext("good, not proven to be trusted")
        signer = f"{plain(signer)} ({unproven})"
    return (at, package.station, *counts, signer, package.name or package.package, package.person, package.sha256)


def summary(report: ReceiveReport) -> str:
    """How many packages came in, and how many did not."""
    received, refused = len(report.received), len(report.refused)
    parts = [ngettext("{count} package received", "{count} packages received", received)]
    said = [parts[0].format(count=number(received))]
    if refused:
        said.append(ngettext("{count} refused", "{count} refused", refused).format(count=number(refused)))
    return ", ".join(said) + "."


def refusals(report: ReceiveReport) -> list[str]:
    """A sentence on each package of which nothing was taken, with what to do."""
    return [error.message_in_window for _, error in report.refused]


def lines(report: ReceiveReport) -> list[str]:
    """On each package what it brought and who signed it, or why nothing of it was taken and what to do."""
    said = refusals(report)
    for each in report.received:
        parts = [_brought(each)]
        if each.signed is not None:
            how = (
                gettext("good, by a trusted certificate")
                if each.signed.trusted
                else gettext("good, not proven to be trusted")
            )
            told = gettext("Signed by {signer}: {verdict}.")
            parts.append(told.format(signer=plain(each.signed.signer), verdict=how))
        said.append(" ".join([*parts, *each.notes]))
    return said


def _brought(receipt: Receipt) -> str:
    records, pages = receipt.records, receipt.pages
    if not records.news + pages.news:
        told = gettext("“{name}” from {station}: everything in it is known here already.")
        return told.format(name=receipt.path.name, station=receipt.station)
    told = gettext(
        "“{name}” from {station}: {records} new records and {pages} new pages; {changed} changed, {same} known."
    )
    return told.format(
        name=receipt.path.name, station=receipt.station, records=number(records.added), pages=number(pages.added),
        changed=number(records.changed + pages.changed), same=number(records.same + pages.same),
    )  # fmt: skip
