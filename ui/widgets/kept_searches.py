"""The menu of searches that are kept under a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from digitizer.catalogue.saved import SavedSearch
from digitizer.i18n import gettext, marked
from ui.runner import Runner
from ui.speech import Spoken


class KeptSearches(Spoken, QToolButton):
    """Keeps the present search, runs a kept one, takes one away. ``present`` gives the query and whether it is one
    for records.
    """

    chosen = Signal(object)
    """A SavedSearch is to be run."""

    def __init__(self, runner: Runner, present: Callable[[], tuple[str, bool]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner, self._present = runner, present
        self._kept: Sequence[SavedSearch] = ()
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAutoRaise(True)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)
        self.say(self.setText, marked("Kept"))
        self.say(self.setToolTip, marked("Searches that are kept under a name"))
        self.say(self.setAccessibleName, marked("Searches that are kept under a name"))
        self.look()

    def look(self) -> None:
        """Look which searches are kept."""
        self._runner.submit("tree", lambda workspace, _: workspace.catalogue.saved.all(), done=self._know, key="kept")

    def keep(self, name: str) -> None:
        """Keep the present search under ``name``."""
        query, records = self._present()
        self._runner.submit(
            "change", lambda w, _: w.catalogue.saved.save(name, query, records=records), done=lambda _: self.look()
        )

    def remove(self, name: str) -> None:
        """Keep a search no longer."""
        self._runner.submit("change", lambda w, _: w.catalogue.saved.remove(name), done=lambda _: self.look())

    def _know(self, kept: Sequence[SavedSearch]) -> None:
        self._kept = kept

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        keep = menu.addAction(gettext("&Keep this search…"))
        keep.setEnabled(bool(self._present()[0].strip()))
        keep.triggered.connect(self._ask_name)
        menu.addSeparator()
        away = QMenu(gettext("&Take away"), menu)
        for each in self._kept:
            title = each.name.replace("&", "&&")
            run = menu.addAction(title)
            run.setToolTip(each.query)
            run.triggered.connect(lambda _on=False, each=each: self.chosen.emit(each))
            away.addAction(title).triggered.connect(lambda _on=False, each=each: self.remove(each.name))
        if self._kept:
            menu.addSeparator()
            menu.addMenu(away)
        self.look()  # another program may have kept one: seen when the menu opens again

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(gettext("Keep this search"))
        dialog.setLabelText(gettext("Name:"))
        dialog.setTextValue(self._present()[0].strip())
        dialog.textValueSelected.connect(self.keep)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
