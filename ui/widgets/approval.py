"""How far the work on a record is, and what paper and image disagree in; each finding is mended or explained."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer import completeness
from digitizer.acts import STATES
from digitizer.completeness import Comparison, Finding
from digitizer.errors import NoSuchRecord
from digitizer.i18n import gettext, marked
from digitizer.model import Level, Record, RecordId, RecordState
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.runner import Runner
from ui.speech import Spoken

_LIST_HEIGHT = 96


class ApprovalPanel(Spoken, QWidget):
    """The state of a file or item with the next steps, and the findings of its comparison."""

    asked = Signal(object)
    """A Change of the state or of an explanation is to be made."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._record: Record | None = None
        self._comparison: Comparison | None = None
        self._heading = QLabel(self)
        self._heading.setProperty("role", "heading")
        self.list = QListWidget(self)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMaximumHeight(_LIST_HEIGHT)
        self.say(self.list.setAccessibleName, marked("Where paper and image disagree"))
        self.list.itemActivated.connect(lambda _item: self._ask_why())
        self.list.currentRowChanged.connect(lambda _row: self._offer())
        self.explain_button = QPushButton(self)
        self.explain_button.clicked.connect(self._ask_why)
        self.check, self.approve, self.take_back = QPushButton(self), QPushButton(self), QPushButton(self)
        for button, text, act in (
            (self.check, marked("Chec&ked"), completeness.check_off),
            (self.approve, marked("A&pprove"), completeness.approve),
            (self.take_back, marked("Take &back"), completeness.take_back),
        ):
            self.say(button.setText, text)
            button.clicked.connect(lambda _on=False, act=act: self._set_state(act))
        self.say(self.explain_button.setText, marked("&Explain…"))
        row = QHBoxLayout()
        for button in (self.explain_button, self.check, self.approve, self.take_back):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        column.addWidget(self._heading)
        column.addWidget(self.list)
        column.addLayout(row)
        self.hide()

    def show_record(self, record: Record | None) -> None:
        """Compare this record, where it is one that is approved: a file or an item."""
        if record is None or record.level not in (Level.FILE, Level.ITEM):
            self._record = None
            self.hide()
            return
        if self._record is None or self._record.id != record.id:
            self._comparison = None
        self._record = record
        self._runner.submit("compare", _compared(record.id), done=self._show, key="compare")
        self.say_data()
        self.show()

    def explain(self, finding: Finding, text: str) -> None:
        """Say why the finding is as it is; an empty text takes that back."""
        if (record := self._record) is not None:
            self.asked.emit(
                lambda workspace, _: completeness.explain(
                    workspace, workspace.catalogue.records.find(record.id), finding.key, text
                )
            )

    def say_data(self) -> None:
        findings = self._findings
        state = gettext(STATES[self._record.state]) if self._record is not None else ""
        self._heading.setText(gettext("State: {state}").format(state=state))
        row = self.list.currentRow()
        self.list.clear()
        for finding in findings:
            ahead = "✗" if finding.explained is None else "✓"
            own = self._record is not None and finding.record == self._record.id
            where = "" if own else f"{finding.record_code}: "
            item = QListWidgetItem(f"{ahead} {where}{finding.sentence}", self.list)
            if finding.explained is not None:
                item.setText(item.text() + gettext(" Explained: {text}").format(text=finding.explained))
        self.list.setCurrentRow(min(max(row, 0), len(findings) - 1))
        self.list.setVisible(bool(findings))
        self._offer()

    @property
    def _findings(self) -> tuple[Finding, ...]:
        return self._comparison.findings if self._comparison is not None else ()

    def _show(self, comparison: Comparison | None) -> None:
        if self._record is not None and comparison is not None and comparison.record.id == self._record.id:
            self._comparison = comparison
            self.say_data()

    def _offer(self) -> None:
        state = self._record.state if self._record is not None else RecordState.APPROVED
        self.check.setVisible(state is RecordState.DRAFT)
        self.approve.setVisible(state is not RecordState.APPROVED)
        self.take_back.setVisible(state is not RecordState.DRAFT)
        self.explain_button.setVisible(bool(self._findings) and state is not RecordState.APPROVED)
        self.explain_button.setEnabled(self.list.currentRow() >= 0)

    def _set_state(self, act: Callable[[Workspace, Record], Record]) -> None:
        if (record := self._record) is not None:
            self.asked.emit(lambda workspace, _: act(workspace, workspace.catalogue.records.find(record.id)))

    def _ask_why(self) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self._findings) or self.explain_button.isHidden():
            return
        finding = self._findings[row]
        dialog = QInputDialog(self)
        dialog.setWindowTitle(gettext("Explain"))
        dialog.setLabelText(finding.sentence)
        dialog.setTextValue(finding.explained or "")
        dialog.textValueSelected.connect(lambda text: self.explain(finding, text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _compared(record: RecordId) -> Callable[[Workspace, Task], Comparison | None]:
    def compare(workspace: Workspace, _: Task) -> Comparison | None:
        try:
            return completeness.compare(workspace, workspace.catalogue.records.find(record))
        except NoSuchRecord:
            return None

    return compare
