"""From hit to hit: the page of each is shown with the found words marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from digitizer.i18n import gettext
from digitizer.model import Hit
from ui.speech import number
from ui.widgets.messages import Message, Severity

if TYPE_CHECKING:
    from ui.window import MainWindow

_SAID_MS = 4000


class Found:
    """Lets the page of ``window`` follow its search."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._search, self._desk = window, window.search, window.desk
        self._search.chosen.connect(self._show)
        self._search.answered.connect(self._desk.clear_marks)

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"find": self._find, "next_hit": lambda: self._step(1), "previous_hit": lambda: self._step(-1)}

    def _find(self) -> None:
        self._window.show_task("search")
        self._search.focus_box()

    def _show(self, hit: Hit, last: bool) -> None:
        page = self._window.page(hit.page)
        if page is None:
            self._gone(hit)
            return
        found = page

        def show() -> None:
            if not self._desk.show_page(found, hit.boxes, last=last):
                self._gone(hit)

        self._window.with_record_of(page, show)

    def _gone(self, hit: Hit) -> None:
        def text() -> str:
            said = gettext("Page {number} of {record} has changed or was withdrawn; the list is made anew.")
            return said.format(number=number(hit.number), record=hit.record)

        self._window.messages.show_message(Message(Severity.INFORMATION, text))
        self._window.look_again()
        self._search.search_again()

    def _step(self, by: int) -> None:
        """To the next or previous place; to the current hit first where its marks are not on the screen."""
        if self._desk.canvas.marked:
            there = self._desk.canvas.step(by) or self._search.step(by)
        else:
            there = self._search.show_current() or self._search.step(by)
        if not there and self._search.any_found:
            said = gettext("This is the last hit.") if by > 0 else gettext("This is the first hit.")
            self._window.statusBar().showMessage(said, _SAID_MS)
