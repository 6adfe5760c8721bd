"""The values of one difference side by side: who wrote each, what differs in it, and which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from digitizer.catalogue.differences import Difference, Side
from digitizer.i18n import gettext
from ui.models.compared import Part, marked_apart
from ui.models.differences import OURS
from ui.speech import moment, number

_LEAST = 200
"""Width of a card in pixels."""
_MARKED = '<span style="background:#ffe9a8; text-decoration:underline; font-weight:600">{text}</span>'
"""A colour, a line and weight: no one of them is the only sign."""


class SideCards(QScrollArea):
    """One card for ours, and one for each other value, numbered as the keys that choose them."""

    chosen = Signal(int)
    """``OURS``, or the number of a value of theirs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._shown: Difference | None = None
        self.buttons: list[QRadioButton] = []

    def show_difference(self, difference: Difference | None, choice: int | None) -> None:
        """Show the values of a difference; nothing where it is None. ``choice``: as the model has it."""
        if difference != self._shown or not self.buttons:
            self._shown = difference
            self._fill()
        for place, button in enumerate(self.buttons):
            button.setAutoExclusive(False)  # else none could be chosen
            button.setChecked(place == choice)
            button.setAutoExclusive(True)

    def show_again(self) -> None:
        """The language has changed."""
        choice = next((place for place, button in enumerate(self.buttons) if button.isChecked()), None)
        difference, self._shown = self._shown, None
        self.show_difference(difference, choice)

    def _fill(self) -> None:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        self.buttons = []
        if self._shown is not None:
            sides = (self._shown.ours, *self._shown.theirs)
            texts = marked_apart([side.shown for side in sides])
            for place, (side, parts) in enumerate(zip(sides, texts, strict=True)):
                row.addWidget(self._card(place, side, parts, inside), 1)
        self.setWidget(inside)

    def _card(self, place: int, side: Side, parts: Sequence[Part], parent: QWidget) -> QWidget:
        card = QFrame(parent)
        card.setProperty("role", "side")
        card.setMinimumWidth(_LEAST)
        name = gettext("Ours") if place == OURS else side.station
        button = QRadioButton(f"{number(place + 1)}  {name}".replace("&", "&&"), card)
        button.setAccessibleName(f"{name}: {side.shown}")
        button.clicked.connect(partial(self.chosen.emit, place))
        self.buttons.append(button)
        wrote = QLabel(_wrote(side, ours=place == OURS), card)
        wrote.setTextFormat(Qt.TextFormat.PlainText)
        wrote.setProperty("role", "muted")
        value = QLabel("".join(map(_html, parts)), card)
        value.setTextFormat(Qt.TextFormat.RichText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(side.shown)
        for label in (wrote, value):
            label.setWordWrap(True)
        column = QVBoxLayout(card)
        column.addWidget(button)
        column.addWidget(wrote)
        column.addWidget(value)
        column.addStretch(1)
        return card


def _wrote(side: Side, *, ours: bool) -> str:
    """The station (of ours, which the button does not name), the person and the time of the act."""
    parts = [side.station if ours else "", side.person, moment(side.at)]
    return " · ".join(filter(None, parts)) or gettext("chosen by the program")


def _html(part: Part) -> str:
    text, differs = part
    shown = escape(text).replace("\n", "<br>")
    return _MARKED.format(text=shown) if differs else shown
