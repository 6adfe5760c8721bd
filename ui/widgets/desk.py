"""The middle of the frame: filmstrip, page, and what is known of it. Knows which page is shown."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from digitizer.catalogue.tree import Section
from digitizer.errors import FileRefused, NoSuchPage
from digitizer.i18n import gettext
from digitizer.model import JobState, Page, PageFacts, PageId, RecordId
from digitizer.workspace import Workspace
from ocr.geometry import Box
from ocr.text import PageText
from ui.images import Pictures, Previews, shown_derivative
from ui.models.pages import PAGE_ROLE, PagesModel, SectionFetch
from ui.speech import Spoken
from ui.widgets.canvas import PageCanvas, Sheet
from ui.widgets.facts import FactsPanel
from ui.widgets.filmstrip import Filmstrip, Thumbnails
from ui.widgets.welcome import Welcome

_SIDES = (590, 222)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Words to mark on ``page`` as soon as its final image is there, and whether to go to the last of them."""

    page: PageId
    boxes: tuple[Box, ...]
    last: bool


class Desk(Spoken, QWidget):
    """Shows the pages of some records, one of them large."""

    page_shown = Signal(object)
    """The Page that is shown now, or None."""

    def __init__(
        self, workspace: Workspace, pictures: Pictures, previews: Previews, *, welcome: Welcome, facts: FactsPanel
    ) -> None:  # fmt: skip
        super().__init__()
        self._workspace, self._previews = workspace, previews
        self._page: Page | None = None
        self._marks: _Marks | None = None
        self._arriving: PageId | None = None
        self._known: tuple[Page, PageFacts | None, PageText | None] | None = None
        self._record: RecordId | None = None
        self._sides = (True, True)
        self._empty_workspace = True
        self._fetch = SectionFetch(lambda s, offset, limit: workspace.catalogue.pages.part(s.record, offset, limit))
        self.model = PagesModel(self._fetch, self)
        self.thumbnails = Thumbnails(workspace, pictures, previews)
        self.canvas = PageCanvas(pictures, self)
        self.filmstrip = Filmstrip(self.model, self.thumbnails, self)
        self.facts = facts
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._stack = QStackedWidget(self)
        for widget in (welcome, self._empty, self.canvas):
            self._stack.addWidget(widget)
        middle = QWidget(self)
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.filmstrip)
        row.addWidget(self._stack, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(middle)
        self.splitter.addWidget(facts)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes(list(_SIDES))
        self.splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        QWidget.setTabOrder(self.filmstrip, self.canvas)
        self.filmstrip.selectionModel().currentChanged.connect(self._choose)
        pictures.loaded.connect(lambda _picture: self.filmstrip.viewport().update())
        previews.made.connect(self._preview_made)
        previews.refused.connect(self._preview_refused)

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._page

    @property
    def flags(self) -> Sequence[str]:
        """What the program doubts of the page that is shown, as far as it was read."""
        known = self._known
        same = known is not None and self._page is not None and known[0].id == self._page.id
        return known[1].flags if same and known is not None and known[1] is not None else ()

    @property
    def length(self) -> int:
        """How many pages the filmstrip holds."""
        return self.model.rowCount()

    @property
    def row(self) -> int:
        return self.filmstrip.currentIndex().row()

    def show_sections(self, record: RecordId | None, sections: Sequence[Section], empty_workspace: bool) -> None:
        """Show the pages of a record and those below it; the page that is shown stays where it is one of them."""
        same = record == self._record
        self._record = record
        self._fetch.show(sections)
        place = self.row
        self.model.show(self._fetch.length, same_list=same)
        self._empty_workspace = empty_workspace
        self._apply_sides()
        if self._arriving is None:
            self._stack.setCurrentIndex(0 if empty_workspace else 1)
        present = self._present()
        row = self._row_of(present) if present is not None else -1
        if row < 0 and self.length:
            row = min(max(place, 0), self.length - 1) if same else 0
        if row != self.row:
            self.filmstrip.setCurrentIndex(self.model.index(row, 0))
        else:
            self._show(self.model.page(row))

    def show_anew(self) -> None:
        """Show the same pages again: what is known of them may have changed."""
        self.show_sections(self._record, self._fetch.sections, self._empty_workspace)

    def holds(self, record: RecordId) -> bool:
        """Whether pages of that record are among those that are shown."""
        return self._fetch.holds(record)

    def show_sides(self, *, filmstrip: bool, facts: bool) -> None:
        """Which panels stand beside the page; none of them while the workspace is empty."""
        self._sides = filmstrip, facts
        self._apply_sides()

    def _apply_sides(self) -> None:
        for panel, wanted in zip((self.filmstrip, self.facts), self._sides, strict=True):
            panel.setVisible(wanted and not self._empty_workspace)

    def show_row(self, row: int) -> None:
        """Go to the page at this place of the filmstrip."""
        if 0 <= row < self.length:
            self.filmstrip.setCurrentIndex(self.model.index(row, 0))

    def show_page(self, page: Page, marks: tuple[Box, ...] = (), *, last: bool = False) -> bool:
        """Go to a page of the records that are shown, with these words marked, at the first or ``last`` of them; gives
        False where the page is not in the list (any more, or yet)."""
        row = self._row_of(page)
        if row < 0:
            return False
        self._marks = _Marks(page.id, marks, last) if marks else None
        if row == self.row:
            self._show(self.model.page(row))
        else:
            self.show_row(row)
        return True

    def show_arriving(self, page: PageId, image: Path) -> None:
        """Show a page that is not in the catalogue yet, until it is there or another one is chosen."""
        self._arriving = page
        self._stack.setCurrentWidget(self.canvas)
        self.canvas.show_sheet(Sheet(page, image, None, None))

    def clear_marks(self) -> None:
        """Take away the marks of found words, also those that wait for their image."""
        self._marks = None
        self.canvas.mark(())

    def say_data(self) -> None:
        self._empty.setText(gettext("This record has no pages yet. Import files into it, or choose another record."))

    def _row_of(self, page: Page) -> int:
        row = self._fetch.row_of(page)
        there = self.model.page(row)
        return row if there is not None and there.id == page.id else -1

    def _present(self) -> Page | None:
        """The page to be shown as it is now: the one that arrives, once it is there, else the one that is shown."""
        for page in (self._arriving, self._page.id if self._page is not None else None):
            with suppress(NoSuchPage):
                if page is not None:
                    return self._workspace.catalogue.pages.get(page)
        return None

    def _choose(self, index: QModelIndex) -> None:
        self._show(index.data(PAGE_ROLE))

    def _show(self, page: Page | None) -> None:
        before, self._page = self._page, page
        if self._arriving is not None:
            if page is None or (before is not None and page.id == before.id != self._arriving):
                return  # nobody has turned to it: the page that arrives stays on the screen
            self._arriving = None
        facts, text = self._read(page) if page is not None else (None, None)
        self.page_shown.emit(page)
        if page is None:
            self.canvas.show_sheet(None)
            self.facts.show_page(None, None, None)
            self.say_data()
            return
        image = shown_derivative(self._workspace, page)
        read = page.state is JobState.DONE
        final = read and image == self._workspace.derivatives.image(page.id)
        self.facts.show_page(page, facts, text)
        if self._marks is not None and self._marks.page != page.id:
            self._marks = None
        if read and not final:
            self._previews.ask(page)
        if image is None:
            self._ask_preview(page)
            return
        self._stack.setCurrentWidget(self.canvas)
        size = facts.size if facts is not None and final else None
        self.canvas.show_sheet(Sheet(page.id, image, size, text if final else None))
        if self._marks is not None and final:  # they are places on the final page
            self.canvas.mark(self._marks.boxes, last=self._marks.last)
            self._marks = None

    def _read(self, page: Page) -> tuple[PageFacts | None, PageText | None]:
        """What was read on a page; of the page shown it is kept, for a window that looks again and again."""
        if page.state is not JobState.DONE:
            self._known = None
            return None, None
        if self._known is None or self._known[0] != page:
            readings = self._workspace.catalogue.readings
            self._known = page, readings.facts(page.id), readings.text(page.id)
        return self._known[1:]

    def _ask_preview(self, page: Page) -> None:
        refusal = self._previews.refusal(page.id)
        self.canvas.show_sheet(None)
        self._stack.setCurrentWidget(self._empty)
        if refusal is not None:
            self._empty.setText(refusal.message)
            self.facts.show_page(page, *self._read(page), refusal.message)
        else:
            self._empty.setText(gettext("The page is being opened…"))
            self._previews.ask(page)

    def _preview_made(self, page: PageId) -> None:
        self.filmstrip.viewport().update()
        if self._page is not None and page == self._page.id:
            self._show(self._page)

    def _preview_refused(self, page: PageId, _error: FileRefused) -> None:
        if self._page is not None and page == self._page.id:
            self._show(self._page)
