"""Tra cứu: find a paper from any words, with or without marks; each hit with its line as picture."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.catalogue.narrowing import literal
from digitizer.catalogue.saved import SavedSearch
from digitizer.counted import pages_found, records_found
from digitizer.i18n import gettext, marked
from digitizer.model import PageId, RecordHit, RecordId, Taken
from digitizer.workspace import Workspace
from ui.images import Pictures, Previews
from ui.models.hits import HIT_ROLE, HitsModel, key_of
from ui.runner import Runner
from ui.speech import Spoken, number
from ui.widgets.facet_bar import FacetBar
from ui.widgets.hit_rows import ALIKE, EXACT, HitRow
from ui.widgets.kept_searches import KeptSearches
from ui.widgets.query_help import show_query_help

_TYPING_MS = 300
"""Searched when typing has paused so long, or at Enter."""
_NEAR_SHOWN = 4


class SearchView(Spoken, QWidget):
    """The search box and the hits."""

    chosen = Signal(object, bool)
    """A Hit to be shown, and whether at its last place (on the way back) or at its first."""
    record_chosen = Signal(object)
    """The RecordId of a record that was found, to be shown."""
    answered = Signal()
    """The list shows what was asked for last."""

    def __init__(
        self,
        workspace: Workspace,
        runner: Runner,
        pictures: Pictures,
        previews: Previews,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._hits = hits = HitsModel(runner, self)
        self._current: PageId | RecordId | None = None
        self._quiet = False
        self._backwards = False
        self._step_when_there = False
        self.box = QLineEdit(self)
        self.box.setClearButtonEnabled(True)
        self.say(self.box.setPlaceholderText, marked("Words, with or without marks"))
        self.say(self.box.setAccessibleName, marked("Words to find"))
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.search)
        self.box.textEdited.connect(lambda _text: self._typing.start())
        self.box.textChanged.connect(lambda text: None if text else self.search())
        self.box.returnPressed.connect(self._enter)
        self.pages, self.records = QToolButton(self), QToolButton(self)
        self.kept = KeptSearches(runner, lambda: (self.box.text(), self.records.isChecked()), self)
        self.kept.chosen.connect(self._run)
        self.help = QToolButton(self)
        self.help.setText("?")
        self.help.setAutoRaise(True)
        self.say(self.help.setToolTip, marked("What can be searched for"))
        self.say(self.help.setAccessibleName, marked("What can be searched for"))
        self.help.clicked.connect(lambda: show_query_help(self))
        self.notes = QLabel(self)
        self.say(self.notes.setAccessibleName, marked("What the search says"))
        self.notes.setWordWrap(True)
        self.notes.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.notes.linkActivated.connect(lambda word: self.ask(literal(self._hits.query, word)))
        self.facets = FacetBar(self)
        self.facets.changed.connect(self.ask)
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._signs = QLabel(self)
        self._signs.setProperty("role", "muted")
        self.list = QListView(self)
        self.list.setModel(hits)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(HitRow(workspace, pictures, previews, self.list))
        self._lay_out()
        self._connect(pictures, previews)
        self.say_data()

    def _connect(self, pictures: Pictures, previews: Previews) -> None:
        hits = self._hits
        hits.answered.connect(self._show_answer)
        hits.renewed.connect(self._keep_place)
        hits.rowsInserted.connect(self._step_now)
        hits.failed.connect(self._forget_step)
        pictures.loaded.connect(lambda _picture: self.list.viewport().update())
        previews.made.connect(lambda _page: self.list.viewport().update())
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.clicked.connect(self._choose)  # also the one that is current, after paging away
        self.list.activated.connect(self._choose)

    def _lay_out(self) -> None:
        heading = QLabel(self)
        heading.setProperty("role", "heading")
        self.say(heading.setText, marked("Search"))
        top, switch = QHBoxLayout(), QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self.kept)
        top.addWidget(self.help)
        switch.setSpacing(0)
        either = QButtonGroup(self)
        for button, text, tip in (
            (self.pages, marked("On pages"), marked("Find pages by the words on them")),
            (self.records, marked("In records"), marked("Find records by their code, title and values")),
        ):
            button.setCheckable(True)
            self.say(button.setText, text)
            self.say(button.setToolTip, tip)
            either.addButton(button)
            switch.addWidget(button)
        switch.addStretch(1)
        self.pages.setChecked(True)
        self.records.toggled.connect(lambda _on: self.search())
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addLayout(top)
        column.addWidget(self.box)
        column.addWidget(self.notes)
        column.addLayout(switch)
        for widget in (self.facets, self._summary, self._signs):
            column.addWidget(widget)
        column.addWidget(self.list, 1)

    def ask(self, query: str) -> None:
        """Put ``query`` into the box and search for it."""
        self.box.setText(query)
        self.search()

    def search(self) -> None:
        """Search for what is in the box now."""
        self._typing.stop()
        if self._asked_for != (self._hits.query, self._hits.of_records):
            self._hits.ask(self.box.text(), records=self.records.isChecked())

    def search_again(self) -> None:
        """The pages may have changed: look whether the answer has; the place in the list is kept."""
        self._hits.ask_again()

    @property
    def _asked_for(self) -> tuple[str, bool]:
        return self.box.text(), self.records.isChecked()

    @property
    def any_found(self) -> bool:
        return self._hits.total > 0

    def focus_box(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def step(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) page that was found, as soon as it is known; gives False where there is
        none."""
        row = self.list.currentIndex().row() + by
        if self._hits.hit(row) is None:
            self._step_when_there = by > 0 and self._hits.more
            if self._step_when_there and self._hits.canFetchMore(QModelIndex()):
                self._hits.fetchMore(QModelIndex())
            return self._step_when_there
        self._backwards = by < 0
        self.list.setCurrentIndex(self._hits.index(row))
        self._backwards = False
        return True

    def show_current(self) -> bool:
        """Show the current hit again; gives False where none is."""
        index = self.list.currentIndex()
        if index.isValid():
            self._choose(index)
        return index.isValid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.box.hasFocus():
            self.list.setFocus()
            if not self.list.currentIndex().isValid():
                self.step(1)
        else:
            super().keyPressEvent(event)

    def say_data(self) -> None:
        hits = self._hits
        self._summary.setText(self._found())
        self._summary.setVisible(hits.refused is None)
        notes = [escape(hits.refused.message_in_window)] if hits.refused is not None else map(_told, hits.taken)
        self.notes.setText("<br>".join(notes))
        self.notes.setProperty("wrong", hits.refused is not None)
        self.notes.style().polish(self.notes)
        self.notes.setVisible(bool(self.notes.text()))
        self.facets.show_facets(hits.query if hits.refused is None else "", hits.facets)
        self.list.setAccessibleName(
            gettext("Records that were found") if hits.of_records else gettext("Pages that were found")
        )
        self._signs.setText(gettext("{exact} same marks   {alike} other marks").format(exact=EXACT, alike=ALIKE))
        self._signs.setVisible(hits.total > 0)
        self.list.viewport().update()

    def _found(self) -> str:
        """How much was found."""
        hits, total = self._hits, self._hits.total
        if not hits.query.strip():
            said = gettext("Every word must be on the page; pages with the same marks come first.")
            if hits.of_records:
                said = gettext("Records are found by their code, title and values.")
        elif not total:
            said = gettext("No page holds all of these words. Pages that wait to be read cannot be found yet.")
            if hits.of_records:
                said = gettext("No record is described by all of these words.")
        else:
            said = records_found(total) if hits.of_records else pages_found(total, hits.total_is)
        said = said.format(count=number(total))
        return said[:1].upper() + said[1:]

    def _run(self, kept: SavedSearch) -> None:
        self.box.setText(kept.query)
        (self.records if kept.records else self.pages).setChecked(True)
        self.search()

    def _enter(self) -> None:
        if self._asked_for != (self._hits.query, self._hits.of_records):
            self.search()
        else:
            self.step(1)

    def _show_answer(self) -> None:
        self._current = None
        self._forget_step()
        self.say_data()
        self.answered.emit()

    def _keep_place(self) -> None:
        """A list that was filled anew has no current hit: take the page that was, without going there again."""
        rows = (
            row for row in range(self._hits.rowCount()) if key_of(self._hits.index(row).data(HIT_ROLE)) == self._current
        )
        row = next(rows, -1)
        if row != self.list.currentIndex().row():
            self._quiet = True
            self.list.setCurrentIndex(self._hits.index(row))
            self._quiet = False
        self.say_data()

    def _step_now(self) -> None:
        if self._step_when_there:
            self._step_when_there = False
            self.step(1)

    def _forget_step(self) -> None:
        self._step_when_there = False

    def _choose(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE)
        if hit is not None and not self._quiet:
            self._current = key_of(hit)
            self._step_when_there = False
            if isinstance(hit, RecordHit):
                self.record_chosen.emit(hit.id)
            else:
                self.chosen.emit(hit, self._backwards)


def _told(taken: Taken) -> str:
    """Which words were looked for as well, with a link to the word as it was typed."""
    near = ", ".join(f"“{word}”" for word in taken.near[:_NEAR_SHOWN])
    said = gettext("“{word}” is hardly anywhere: also looked for {near}.").format(word=taken.word, near=near)
    only = gettext("Only “{word}”").format(word=taken.word)
    return f'{escape(said)} <a href="{escape(taken.word)}">{escape(only)}</a>'
