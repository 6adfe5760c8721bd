"""What was found, counted: a menu for each kind of value, which narrows the search by it and widens it again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from digitizer.catalogue.narrowing import holds, narrowed, widened
from digitizer.i18n import gettext, language, marked
from digitizer.model import Facet, Level
from ui.models.records import level_name
from ui.speech import Spoken, number
from ui.widgets.flow import FlowLayout

_TITLES = {
    "level": marked("Level"),
    "type": marked("Type"),
    "year": marked("Year"),
    "issuing_body": marked("Issued by"),
    "retention": marked("Retention"),
    "secrecy": marked("Secrecy"),
    "fonds": marked("Fonds"),
}

_LONGEST = 28
"""Letters of a button: the panel is narrow."""


class FacetBar(Spoken, QWidget):
    """A button for each facet in which what was found differs, or by which it was narrowed."""

    changed = Signal(str)
    """The query is to be this one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._query, self._facets = "", tuple[Facet, ...]()
        self._row = FlowLayout(self)
        self.buttons = {name: self._button() for name in _TITLES}
        self.say(self.setAccessibleName, marked("Narrow the search"))
        self.hide()

    def show_facets(self, query: str, facets: Sequence[Facet]) -> None:
        """Offer these, counted in the answer to ``query`` (one that is understood)."""
        self._query, self._facets = query, tuple(facets)
        self.say_data()

    def say_data(self) -> None:
        groups = {name: list(group) for name, group in groupby(self._facets, lambda facet: facet.name)}
        for name, button in self.buttons.items():
            group = groups.get(name, [])
            chosen = [facet for facet in group if holds(self._query, facet)]
            button.setVisible(bool(chosen) or len(group) > 1)
            title = gettext(_TITLES[name])
            said = f"{title}: {', '.join(map(shown, chosen))}" if chosen else title
            button.setText(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")
            button.setAccessibleName(said)
            button.setToolTip(said)
            button.setChecked(bool(chosen))
            self._fill(button.menu(), group)
        self.setVisible(any(not button.isHidden() for button in self.buttons.values()))
        self.updateGeometry()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "facet")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setCheckable(True)
        button.setMenu(QMenu(button))
        self._row.addWidget(button)
        return button

    def _fill(self, menu: QMenu, group: Sequence[Facet]) -> None:
        menu.clear()
        for facet in group:
            action = menu.addAction(f"{shown(facet)}  ({number(facet.count)})".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(holds(self._query, facet))
            action.triggered.connect(lambda _on=False, facet=facet: self._choose(facet))

    def _choose(self, facet: Facet) -> None:
        taken_away = holds(self._query, facet)
        self.changed.emit(widened(self._query, facet) if taken_away else narrowed(self._query, facet, language()))


def shown(facet: Facet) -> str:
    """The value in the language spoken now."""
    return level_name(Level(facet.value)) if facet.name == "level" else facet.label
