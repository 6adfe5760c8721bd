"""What a person does with the page that is shown. Each is one act, which can be undone."""

from __future__ import annotations

from collections.abc import Callable

from digitizer.i18n import gettext, marked
from digitizer.model import Page
from ui import commands
from ui.records import Changing
from ui.speech import number


class PageActs:
    """``page`` gives the page that is shown. ``inform`` says a sentence, with the action that comes next."""

    def __init__(
        self, page: Callable[[], Page | None], change: Changing, inform: Callable[[Callable[[], str], str], None]
    ) -> None:
        self._page, self._change, self.inform = page, change, inform

    def turn(self, by: int) -> None:
        """Turn it by so many clockwise quarters."""
        if (page := self._page()) is not None:
            self._change(commands.turned(page, by))

    def withdraw(self) -> None:
        """Take it out of its record."""
        page = self._page()
        if page is None:
            return

        def text() -> str:
            said = gettext("Page {number} of {record} was withdrawn.")
            return said.format(number=number(page.number), record=page.record_code)

        self._change(commands.withdrawn(page.id), lambda _: self.inform(text, "undo"))

    def join(self) -> None:
        """Keep it and the page that faces it as one."""
        if (page := self._page()) is not None:
            said = marked("The two facing pages are kept as one.")
            self._change(commands.joined(page), lambda _: self.inform(lambda: gettext(said), "undo"))
