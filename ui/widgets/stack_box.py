"""By what a stack of paper is parted into items after it was captured."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from digitizer.capture.rules import StackRule, stack_rule, stack_rules
from digitizer.i18n import gettext, language, marked
from ui.models.scanner import keep, kept
from ui.speech import Spoken

_COUNTED = "pages"
_MOST = 999


class StackBox(Spoken, QWidget):
    """Lets a person choose a rule; it is remembered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = QLabel(self)
        self.rule, self.count = QComboBox(self), QSpinBox(self)
        label.setBuddy(self.rule)
        self.say(label.setText, marked("Sor&t the stack by:"))
        self.say(self.rule.setAccessibleName, marked("By what the stack is parted into items"))
        self.say(self.rule.setToolTip, marked("What came in is parted into items, and separators go into the tray"))
        self.say(self.count.setAccessibleName, marked("Pages of each item"))
        self.rule.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.rule.setMinimumContentsLength(8)
        self.count.setRange(1, _MOST)
        self._rules = stack_rules()
        name, _, count = kept("sort").partition("-") if kept("sort").startswith(_COUNTED) else (kept("sort"), "", "")
        self._name = name
        self.count.setValue(int(count) if count.isdecimal() else 1)
        self._chosen = self._rule()
        self.rule.activated.connect(self._choose)
        self.count.valueChanged.connect(self._keep)
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
        self.rule.clear()
        self.rule.addItem(gettext("leave it as it is"), "")
        for rule in self._rules.values():
            self.rule.addItem(str(getattr(rule.label, language())), rule.name)
        self.rule.setCurrentIndex(max(self.rule.findData(self._name), 0))
        self.count.setVisible(self._name == _COUNTED)

    def _choose(self, row: int) -> None:
        self._name = self.rule.itemData(row)
        self.count.setVisible(self._name == _COUNTED)
        self._keep()

    def _keep(self) -> None:
        self._chosen = self._rule()
        keep("sort", f"{_COUNTED}-{self.count.value()}" if self._name == _COUNTED else self._name)
