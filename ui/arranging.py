"""Pages put in order: moved, split off, joined, replaced, withdrawn, brought back. Each is one act, which can be
undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Page, PageId, Record
from digitizer.tasks import Task
from digitizer.turning import EVEN, ODD
from digitizer.workspace import Workspace
from ui import commands
from ui.page_acts import PageActs
from ui.records import Changing
from ui.runner import Runner
from ui.speech import number
from ui.widgets.desk import Desk
from ui.widgets.pick import PickPages, PickRecord
from ui.widgets.turn import ask_turn

_OFFERED = 50
"""Records offered for what is typed."""


class Arranging:
    """What a person does with the selected pages of the filmstrip and with the record of the page that is shown."""

    def __init__(self, runner: Runner, desk: Desk, on_page: PageActs, change: Changing, window: QWidget) -> None:
        self._runner, self._desk, self._on_page, self._change = runner, desk, on_page, change
        self._window = window
        desk.filmstrip.dropped.connect(self._drop)

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "withdraw": self._withdraw, "move_pages": self._ask_target, "split_here": self._split,
            "merge_next": self._merge, "replace_scan": self._ask_newer, "tray": self._show_tray,
            "turn_odd": lambda: self._ask_turn(ODD), "turn_even": lambda: self._ask_turn(EVEN),
        }  # fmt: skip

    def possible(self, *, has_page: bool) -> Mapping[str, bool]:
        """Which of the actions can be done now."""
        page = self._desk.page
        return {
            "withdraw": has_page, "move_pages": has_page, "merge_next": has_page, "tray": True,
            "split_here": has_page and page is not None and page.number > 1,
            "replace_scan": has_page and self._desk.length > 1, "turn_odd": has_page, "turn_even": has_page,
        }  # fmt: skip

    def move(self, pages: Sequence[PageId], code: str) -> None:
        """Put pages at the end of the record of that code."""

        def change(workspace: Workspace, _: Task) -> None:
            target = workspace.catalogue.records.get(code)
            workspace.catalogue.arrangement.move(pages, target)

        said = ngettext("{count} page lies in {record} now.", "{count} pages lie in {record} now.", len(pages))
        self._do(change, lambda: said.format(count=number(len(pages)), record=code))

    def replace(self, older: Page, newer: PageId) -> None:
        """Put a newer page in the place of ``older``."""
        said = marked("Page {number} of {record} was replaced.")
        self._do(
            lambda workspace, _: workspace.catalogue.arrangement.replace(older.id, newer),
            lambda: gettext(said).format(number=number(older.number), record=older.record_code),
        )

    def restore(self, pages: Sequence[PageId]) -> None:
        """Bring withdrawn pages back."""
        count = len(pages)
        self._do(
            lambda workspace, _: workspace.catalogue.arrangement.restore(pages),
            lambda: ngettext("{count} page is back.", "{count} pages are back.", count).format(count=number(count)),
        )

    def _do(self, change: Callable[[Workspace, Task], object], said: Callable[[], str]) -> None:
        self._change(change, lambda _: self._on_page.inform(said, "undo"))

    def _withdraw(self) -> None:
        pages = [page.id for page in self._desk.filmstrip.selected]
        if len(pages) < 2:
            self._on_page.withdraw()
            return
        said = ngettext("{count} page was withdrawn.", "{count} pages were withdrawn.", len(pages))
        self._do(
            lambda workspace, _: workspace.catalogue.arrangement.withdraw(pages),
            lambda: said.format(count=number(len(pages))),
        )

    def _drop(self, beside: Page, behind: bool) -> None:
        """Put the selected pages ahead of ``beside`` or behind it, into its record."""
        pages = self._desk.filmstrip.selected
        last = beside.number if behind else beside.number - 1
        going = sum(page.record == beside.record and page.number <= last for page in pages)
        ids = [page.id for page in pages]

        def change(workspace: Workspace, _: Task) -> None:
            target = workspace.catalogue.records.find(beside.record)
            workspace.catalogue.arrangement.move(ids, target, last - going + 1)

        if ids:
            self._change(change)

    def _ask_target(self) -> None:
        pages = self._desk.filmstrip.selected or [page for page in (self._desk.page,) if page is not None]
        if not pages:
            return
        dialog = PickRecord(len(pages), self._window)

        def look(text: str) -> None:
            self._runner.submit(
                "tree", lambda w, _: w.catalogue.tree.holders_named(text, _OFFERED), done=dialog.offer, key="holders"
            )

        dialog.asked.connect(look)
        dialog.chosen.connect(lambda code: self.move([page.id for page in pages], code))
        dialog.open()
        look("")

    def _split(self) -> None:
        page = self._desk.page
        if page is None:
            return
        at, record = page.number, page.record

        def change(workspace: Workspace, _: Task) -> Record:
            return workspace.catalogue.arrangement.split(workspace.catalogue.records.find(record), at)

        def done(made: object) -> None:
            code = made.code if isinstance(made, Record) else ""
            said = marked("The pages from this one on are the new record {record} now.")
            self._on_page.inform(lambda: gettext(said).format(record=code), "undo")

        self._change(change, done)

    def _merge(self) -> None:
        page = self._desk.page
        if page is None:
            return

        def done(joined: object) -> None:
            if isinstance(joined, Record):
                said, action = marked("The record behind it lies in {record} now."), "undo"
            else:
                said, action = marked("Nothing that could be joined to it stands behind {record}."), "next_record"
            self._on_page.inform(lambda: gettext(said).format(record=page.record_code), action)

        self._change(_with_next(page), done)

    def _ask_turn(self, which: str) -> None:
        page = self._desk.page
        if page is None:
            return
        titles = {ODD: gettext("Turn odd pages"), EVEN: gettext("Turn even pages")}
        texts = {
            ODD: gettext("Pages 1, 3, 5 … of {record} are turned, and read again."),
            EVEN: gettext("Pages 2, 4, 6 … of {record} are turned, and read again."),
        }
        said = {
            ODD: marked("The odd pages of {record} were turned."),
            EVEN: marked("The even pages of {record} were turned."),
        }[which]

        def turn(quarters: int) -> None:
            change = commands.turned_every_other(page, which, quarters)
            self._do(change, lambda: gettext(said).format(record=page.record_code))

        ask_turn(self._window, titles[which], texts[which].format(record=page.record_code), turn)

    def _ask_newer(self) -> None:
        older = self._desk.page
        if older is None:
            return
        text = gettext("Choose the newer scan that takes the place of page {number} of {record}.")
        said = text.format(number=number(older.number), record=older.record_code)
        dialog = PickPages(
            self._desk.model, self._desk.thumbnails, self._window, title=gettext("Replace scan"), text=said,
            accept=gettext("&Replace"), several=False,
        )  # fmt: skip
        dialog.chosen.connect(lambda pages: self.replace(older, pages[0].id))
        dialog.open()

    def _show_tray(self) -> None:
        def show(pages: Sequence[Page]) -> None:
            text = gettext("Pages that were withdrawn. Their originals are kept.") if pages else ""
            dialog = PickPages.of(
                pages, self._desk.thumbnails, self._window, title=gettext("Withdrawn pages"),
                text=text or gettext("No page has been withdrawn."), accept=gettext("&Bring back"),
            )  # fmt: skip
            dialog.chosen.connect(lambda chosen: self.restore([page.id for page in chosen]))
            dialog.open()

        self._runner.submit("tree", lambda workspace, _: workspace.catalogue.pages.tray(), done=show)


def _with_next(page: Page) -> Callable[[Workspace, Task], Record | None]:
    """Join the record of ``page`` with the next one of its level beside it; gives None where there is none."""

    def change(workspace: Workspace, _: Task) -> Record | None:
        catalogue = workspace.catalogue
        record = catalogue.records.find(page.record)
        behind = catalogue.tree.part(record.parent, catalogue.tree.place(record.id) + 1, 1)
        if not behind or behind[0].record.level is not record.level:
            return None
        return catalogue.arrangement.merge(record, [behind[0].record])

    return change
