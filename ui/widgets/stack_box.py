"""By what a stack of paper is parted into items after it was captured."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from digitizer.capture.rules import StackRule, stack_rule, stack_rules
from digitizer.i18n import gettext, language, marked
from ui.models.scanner import keep, kept
from ui.speech import Spoken
from ui.widgets.boxes import fill
from ui.widgets.wheel import unmoved_by_wheel

_COUNTED = "pages"
_MOST = 999


class StackBox(Spoken, QWidget):
    """Lets a person choose a rule; it is remembered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = stack_rules()
        label = QLabel(self)
        self.rule, self.count = QComboBox(self), QSpinBox(self)
        label.setBuddy(self.rule)
        self.say(label.setText, marked("Sor&t the stack by:"))
        self.say(self.rule.setAccessibleName, marked("By what the stack is parted into items"))
        self.say(label.setToolTip, marked("What came in is parted into items, and separators go into the tray"))
        self.say(self.count.setAccessibleName, marked("Pages of each item"))
        self.rule.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.rule.setMinimumContentsLength(8)
        self.count.setRange(1, _MOST)
        name, _, count = kept("sort").partition("-") if kept("sort").startswith(_COUNTED) else (kept("sort"), "", "")
        self._name = name
        self.count.setValue(int(count) if count.isdecimal() else 1)
        self._chosen = self._rule()
        self.rule.activated.connect(self._choose)
        self.count.valueChanged.connect(self._keep)
        unmoved_by_wheel(self.rule, self.count)
        row = QHBoxLayout()
        row.addWidget(self.rule, 1)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label)
        column.addLayout(row)
        self.say_data()

    @property
    def chosen(self) -> StackRule | None:
        """The rule; None where the stack stays as it is."""
        return self._chosen

    def _rule(self) -> StackRule | None:
        if self._name == _COUNTED:
            return stack_rule(f"{_COUNTED}-{self.count.value()}")
        return self._rules.get(self._name)

    def say_data(self) -> None:
        offered = [(str(getattr(rule.label, language())), rule.name) for rule in self._rules.values()]
        fill(self.rule, [(gettext("leave it as it is"), ""), *offered], self._name)
        self.count.setVisible(self._name == _COUNTED)

    def _choose(self, row: int) -> None:
        self._name = self.rule.itemData(row)
        self.rule.setToolTip(self.rule.itemData(row, Qt.ItemDataRole.ToolTipRole))
        self.count.setVisible(self._name == _COUNTED)
        self._keep()

    def _keep(self) -> None:
        self._chosen = self._rule()
        keep("sort", f"{_COUNTED}-{self.count.value()}" if self._name == _COUNTED else self._name)
