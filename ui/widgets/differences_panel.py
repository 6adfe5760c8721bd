"""What stations made different of one value: a list, the values of the one that is looked at, and the choice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.catalogue.differences import REASONS, Difference
from digitizer.i18n import gettext, marked, ngettext
from ui import style
from ui.models.differences import DifferencesModel
from ui.speech import Spoken, number
from ui.widgets.side_cards import SideCards

_SHARES = (260, 300)
_WIDTHS = (100, 130, 50, 120)
_CLEAR = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_0)
_ON = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class DifferencesPanel(Spoken, QWidget):
    """Digits choose, Enter goes on, Backspace forgets the choice, wherever in it the focus is."""

    place_asked = Signal(object)
    """A person wants to see the place of a Difference."""
    titled = Signal(str)
    """What the panel is called now: its name, and how many differences wait."""

    def __init__(self, model: DifferencesModel, settle: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self._running = model, False
        self._settle_action = settle
        self._intro = QLabel(self)
        self._intro.setWordWrap(True)
        self.table = _Table(self)
        self.table.setModel(model)
        self.table.lay_out()
        self.say(self.table.setAccessibleName, marked("Differences to settle"))
        self.cards = SideCards(self)
        self.cards.chosen.connect(self._choose)
        self._heading, self._why = QLabel(self), QLabel(self)
        self._heading.setProperty("role", "heading")
        for label in (self._heading, self._why):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.go = QPushButton(self)
        self.go.setIcon(style.icon("open"))
        self.go.clicked.connect(self._go)
        self.ours, self.theirs, self.settle = QPushButton(self), QPushButton(self), QPushButton(self)
        self.say(self.ours.setText, marked("Keep all &ours…"))
        self.ours.clicked.connect(self._ask_ours)
        self.say(self.theirs.setText, marked("Take &all from…"))
        self._menu = QMenu(self.theirs)
        self.theirs.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.settle.setProperty("role", "main")
        self.settle.clicked.connect(settle.trigger)
        self._keys = QLabel(self)
        self._keys.setProperty("role", "muted")
        self._keys.setWordWrap(True)
        self.say(
            self._keys.setText, marked("1, 2, 3 … choose a value, Enter goes to the next, Backspace leaves it open.")
        )
        self._lay_out()
        selection = self.table.selectionModel()
        selection.currentRowChanged.connect(lambda *_: self.say_data())
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._return)
        model.known.connect(self.say_data)
        model.chosen.connect(self.say_data)
        self._kept: tuple[str, int] = ("", 0)
        self.say_data()

    def _lay_out(self) -> None:
        below = QWidget(self)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self.go)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 6, 0, 0)
        column.addLayout(head)
        column.addWidget(self._why)
        column.addWidget(self.cards, 1)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.addWidget(self.table)
        self._split.addWidget(below)
        self._split.setSizes(list(_SHARES))
        self._split.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.ours)
        buttons.addWidget(self.theirs)
        buttons.addStretch(1)
        buttons.addWidget(self.settle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 8, 10, 10)
        whole.addWidget(self._intro)
        whole.addWidget(self._split, 1)
        whole.addWidget(self._keys)
        whole.addLayout(buttons)

    # what is looked at

    @property
    def row(self) -> int:
        return self.table.currentIndex().row()

    @property
    def difference(self) -> Difference | None:
        """The one that is looked at, where it is known yet."""
        return self.model.difference(self.row)

    def look_at(self, row: int) -> None:
        """Go to a row."""
        self.table.setCurrentIndex(self.model.index(max(0, min(row, self.model.rowCount() - 1)), 0))

    def set_running(self, running: bool) -> None:
        """Whether differences are being settled."""
        self._running = running
        self.say_data()

    def say_data(self) -> None:
        count, chosen = self.model.rowCount(), len(self.model.choices)
        for widget in (self._split, self._keys, self.ours, self.theirs, self.settle):
            widget.setVisible(count > 0)
        self._intro.setText(_intro(count))
        bare, counted = gettext("Differences"), gettext("Differences ({count})")
        self.titled.emit(counted.format(count=number(count)) if count else bare)
        said = ngettext("&Settle {count} difference", "&Settle {count} differences", chosen)
        self.settle.setText(said.format(count=number(chosen)) if chosen else gettext("&Settle"))
        self._settle_action.setEnabled(chosen > 0 and not self._running)
        self.settle.setEnabled(chosen > 0 and not self._running)
        for button in (self.ours, self.theirs):
            button.setEnabled(not self._running)
        self._show()

    def say_again(self) -> None:
        super().say_again()
        self.cards.show_again()
        self.table.viewport().update()
        self.table.horizontalHeader().viewport().update()

    def _show(self) -> None:
        found = self.difference
        on_page = found is not None and found.page is not None
        self.go.setText(gettext("&Go to the page") if on_page else gettext("&Go to the record"))
        self.go.setVisible(found is not None)
        self.cards.show_difference(found, self.model.choice(self.row))
        if found is None:
            self._heading.setText("")
            self._why.setText("")
            return
        where = found.record
        if found.page is not None:
            where = gettext("{record}, page {number}").format(record=found.record, number=number(found.page))
        self._heading.setText(f"{found.label} — {where}")
        title = found.title if found.title != found.ours.shown else ""
        self._why.setText(" · ".join(filter(None, [title, gettext(REASONS[found.reason])])))

    def _keep_place(self) -> None:
        row = self.row
        self._kept = (self.model.ids[row] if row >= 0 else "", row)

    def _return(self) -> None:
        """To the difference that was looked at, else to the one that stands at its place now."""
        name, row = self._kept
        ids = self.model.ids
        if ids:
            self.look_at(ids.index(name) if name in ids else max(0, row))
        self.say_data()

    # choosing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_1
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if not plain or self.row < 0:
            super().keyPressEvent(event)
        elif 0 <= digit < 9:
            self._choose(digit)
        elif event.key() in _CLEAR:
            self.model.choose(self.row, None)
        elif event.key() in _ON:
            self._next()
        else:
            super().keyPressEvent(event)

    def _choose(self, choice: int) -> None:
        if not self._running:
            self.model.choose(self.row, choice)

    def _next(self) -> None:
        if self.row + 1 < self.model.rowCount():
            self.look_at(self.row + 1)
            self.table.setFocus()
        else:
            self.settle.setFocus()

    def _go(self) -> None:
        if (found := self.difference) is not None:
            self.place_asked.emit(found)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for uuid, name, count in self.model.stations:
            said = gettext("{station} ({count})").format(station=name, count=number(count)).replace("&", "&&")
            self._menu.addAction(said).triggered.connect(lambda *_, args=(uuid, name, count): self._ask_theirs(*args))

    def _ask_ours(self) -> None:
        said = ngettext(
            "Keep our value in the {count} difference that is open?",
            "Keep our values in all {count} differences that are open?", self.model.rowCount(),
        )  # fmt: skip
        self._confirm(
            gettext("Keep all ours"), said.format(count=number(self.model.rowCount())), self.model.choose_ours
        )

    def _ask_theirs(self, uuid: str, name: str, count: int) -> None:
        said = ngettext(
            "Take the value of “{station}” in the {count} difference where it has another one?",
            "Take the values of “{station}” in all {count} differences where it has another one?", count,
        )  # fmt: skip
        title = gettext("Take all from “{station}”").format(station=name)
        self._confirm(
            title, said.format(station=name, count=number(count)), lambda: self.model.choose_station(uuid)
        )  # fmt: skip

    def _confirm(self, title: str, text: str, accepted: Callable[[], None]) -> None:
        box = QMessageBox(self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setInformativeText(
            gettext("What was chosen there before is replaced. Nothing is changed until you press “Settle”.")
        )
        yes = box.addButton(gettext("&Choose"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(yes)
        yes.clicked.connect(lambda *_: accepted())
        box.open()


class _Table(QTableView):
    """Leaves digits, Enter and Backspace to the panel."""

    def lay_out(self) -> None:
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # not measured row by row
        self.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit() or event.key() in (*_CLEAR, *_ON):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _intro(count: int) -> str:
    if not count:
        return gettext("No difference waits to be settled.")
    said = ngettext(
        "{count} value is another one here than elsewhere. Choose which holds, then settle.",
        "{count} values are others here than elsewhere. Choose which hold, then settle.", count,
    )  # fmt: skip
    return said.format(count=number(count))
