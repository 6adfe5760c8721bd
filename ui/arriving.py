"""Pages that come in, from files or a scanner: the window turns to them, unless the person has turned elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.capture.files import ImportReport
from digitizer.capture.place import Place
from digitizer.model import PageId, RecordId
from ui.actions import plain
from ui.widgets.files import choose_files, choose_folder
from ui.widgets.messages import Message, Severity

if TYPE_CHECKING:
    from ui.window import MainWindow


class Arriving:
    """Lets ``window`` import files, and shows what comes in."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._desk = window, window.desk
        self._wanted: PageId | None = None
        self._ours: set[PageId | RecordId] = set()
        self._newest: PageId | None = None
        self._stood: tuple[RecordId | None, PageId | None] = (None, None)
        self._turned_away = False

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "import_files": self._choose_files,
            "import_folder": self._choose_folder,
            "insert_files": self._choose_inserted,
        }

    def start_import(self, paths: Sequence[Path], place: Place | None = None) -> None:
        """Import files and folders to a place, None: into the record that is chosen, in the background."""
        before = self._looked_at
        place = place or Place(self._window.capture.record_code)
        self._window.acts.start_import(
            paths, place, lambda report: self._show_imported(report, before),
            sorted_after=self._window.stacks.rule is not None,
        )  # fmt: skip

    # pages of a scanner

    def begin(self) -> None:
        """Pages come one after the other from now on: the newest is shown until the person turns to another one."""
        self._stood, self._turned_away = self._looked_at, False
        self._ours.clear()
        if self._newest is not None:  # the window may turn to that of the last run only now
            self._ours.add(self._newest)
            if (page := self._window.page(self._newest)) is not None:
                self._ours.add(page.record)

    @property
    def turned_away(self) -> bool:
        """Whether the person has turned to something else since ``begin``."""
        record, page = self._looked_at
        stood = {*self._stood, *self._ours, None}
        self._turned_away = self._turned_away or record not in stood or page not in stood
        return self._turned_away

    def show_safe(self, page: PageId, image: Path) -> None:
        """Show a page that is safe, and not in the catalogue yet."""
        if not self.turned_away:
            self._ours.add(page)
            self._newest = page
            self._desk.show_arriving(page, image)

    def follow(self, page: PageId) -> None:
        """A page is in the catalogue: turn to it."""
        if not self.turned_away:
            self._ours.add(page)
            self._newest = self._wanted = page

    # turning to what is wanted

    def show_wanted(self) -> None:
        """Turn to the page that is wanted, if it is there by now."""
        page = self._window.page(self._wanted) if self._wanted is not None else None
        if page is None:
            return
        found = page

        def show() -> None:
            if self._desk.show_page(found) and self._wanted == found.id:
                self._wanted = None

        self._ours.add(page.record)
        self._window.select(page.record, show)

    @property
    def _looked_at(self) -> tuple[RecordId | None, PageId | None]:
        page = self._desk.page
        return self._window.sidebar.selected, page.id if page is not None else None

    def _show_imported(self, report: ImportReport, before: tuple[RecordId | None, PageId | None]) -> None:
        """Show the first page that came in, unless the person has turned to something else since."""
        self._window.stacks.came([page for each in report.imported for page in each.pages])
        if report.notes():
            self._window.messages.show_message(Message(Severity.WARNING, lambda: "\n".join(report.notes())))
        moved = any(was is not None and was != now for was, now in zip(before, self._looked_at, strict=True))
        if report.imported and not moved:
            self._wanted = report.imported[0].pages[0]

    # files

    def _choose_files(self) -> None:
        title = plain(self._window.actions_table["import_files"].text())
        choose_files(self._window, title, Path.home(), self.start_import)

    def _choose_inserted(self) -> None:
        if (page := self._desk.page) is not None:
            place = Place(ahead_of=page.id)
            title = plain(self._window.actions_table["insert_files"].text())
            choose_files(self._window, title, Path.home(), lambda paths: self.start_import(paths, place))

    def _choose_folder(self) -> None:
        title = plain(self._window.actions_table["import_folder"].text())
        choose_folder(self._window, title, Path.home(), lambda path: self.start_import([path]))
