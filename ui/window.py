"""The frame: tasks and records on the left, the task's panel, the page in the middle, what is known of it right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from digitizer.capture.files import ImportReport
from digitizer.errors import KnownError, NoSuchPage, PagesWaiting, WorkspaceUnusable
from digitizer.i18n import gettext, language, marked
from digitizer.model import Hit, JobState, Level, Page, PageId, Record, RecordId
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ui import commands
from ui.actions import ActionTable, plain
from ui.acts import Acts
from ui.images import Pictures, Previews
from ui.layout import Layout
from ui.models.hits import HitsModel
from ui.models.snapshot import Snapshot, take
from ui.runner import Runner
from ui.sides import Sides
from ui.speech import Spoken, number
from ui.views.capture import CaptureView
from ui.views.deliver import DeliverView
from ui.views.images import ImagesView
from ui.views.search import SearchView
from ui.widgets.canvas import Fit
from ui.widgets.desk import Desk
from ui.widgets.dialogs import show_about, show_bug, show_shortcuts
from ui.widgets.facts import FactsPanel
from ui.widgets.files import choose_files, choose_folder
from ui.widgets.messages import Message, MessageArea, Severity
from ui.widgets.sidebar import Sidebar
from ui.widgets.steps import show_steps
from ui.widgets.welcome import Welcome

T = TypeVar("T")

TASKS = ("capture", "images", "search", "deliver")
_REFRESH_MS = 400
"""While work runs, the window looks at the catalogue at most so often."""
_OUTSIDE_MS = 2000
"""Whether another program has changed the workspace is asked so often."""
_SAID_MS = 4000
_LEAST_SIDES = (180, 220)
_NEXT_STEPS: dict[type[KnownError], str] = {PagesWaiting: "read", WorkspaceUnusable: "open_workspace"}
"""Errors whose advice is one of the window's actions."""


class MainWindow(Spoken, QMainWindow):
    """The window of one workspace. Owns the runner; closing it stops all work and closes the workspace."""

    language_chosen = Signal(str)
    marks_chosen = Signal(bool)
    """Whether marks are to be mended from now on."""
    workspace_chosen = Signal(object)
    """A folder (Path) to work in instead."""
    samples_wanted = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._snapshot: Snapshot | None = None
        self._wanted: PageId | None = None
        self._runner = Runner(workspace.root, workspace.settings, self)
        self._runner.failed.connect(self.show_error)
        self._pictures = Pictures(self._runner, self)
        self._previews = Previews(self._runner, self)
        self.actions_table = ActionTable(self, self)
        self._build()
        self.actions_table.connect_all(self._handlers())
        self._refresh_timer = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._refresh_timer.timeout.connect(self._refresh)
        self._outside_timer = QTimer(self, interval=_OUTSIDE_MS)
        self._outside_timer.timeout.connect(self._look_outside)
        self._outside_timer.start()
        self.setAcceptDrops(True)
        self.say_data()
        splitters = {"frame": self.frame, "work": self.work, "desk": self.desk.splitter}
        self._layout = Layout(self, splitters, self._sides)
        self._layout.restore()
        self.show_task("capture")
        self._update_actions()
        self._refresh()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "open_workspace": self._choose_workspace, "import_files": self._choose_files,
            "import_folder": self._choose_folder, "quit": self.close,
            "undo": self._undo, "redo": self._redo,
            "copy_text": self.desk.canvas.copy, "select_all": self.desk.canvas.select_all,
            "find": self._find, "next_hit": lambda: self._step_hit(1), "previous_hit": lambda: self._step_hit(-1),
            "rename_record": self.sidebar.edit_title,
            **{name: partial(self.show_task, name) for name in TASKS},
            "side_panels": self._sides.apply, "facts": self._sides.choose_facts, "page_only": self._sides.apply,
            "zoom_in": lambda: self.desk.canvas.zoom(1), "zoom_out": lambda: self.desk.canvas.zoom(-1),
            "fit_page": lambda: self.desk.canvas.set_fit(Fit.PAGE),
            "fit_width": lambda: self.desk.canvas.set_fit(Fit.WIDTH),
            "doubtful": lambda: self.desk.canvas.underline_doubtful(self.actions_table["doubtful"].isChecked()),
            "vietnamese": lambda: self.language_chosen.emit("vi"), "english": lambda: self.language_chosen.emit("en"),
            "previous_page": lambda: self.desk.show_row(self.desk.row - 1),
            "next_page": lambda: self.desk.show_row(self.desk.row + 1),
            "first_page": lambda: self.desk.show_row(0), "last_page": lambda: self.desk.show_row(self.desk.length - 1),
            "turn_left": lambda: self._turn(-1), "turn_right": lambda: self._turn(1), "join": self._join,
            "withdraw": self._withdraw, "steps": self._show_steps,
            "read": self.acts.start_reading, "stop": self.strips["process"].stop, "retry": self.acts.retry,
            "mend_marks": lambda: self.marks_chosen.emit(self.actions_table["mend_marks"].isChecked()),
            "shortcuts": lambda: show_shortcuts(self), "about": lambda: show_about(self),
        }  # fmt: skip

    def _build(self) -> None:
        table = self.actions_table
        self.sidebar = Sidebar([table[name] for name in TASKS], self)
        welcome = Welcome(table["import_files"], table["import_folder"], self)
        welcome.sample_button.clicked.connect(self.samples_wanted)
        facts = FactsPanel(table["retry"], self)
        self.desk = Desk(self._workspace, self._pictures, self._previews, welcome=welcome, facts=facts)
        self.capture = CaptureView(table["import_files"], table["import_folder"], table["read"], self)
        self.images = ImagesView(self._workspace, self.desk.thumbnails, table["retry"], self)
        self.search = SearchView(self._workspace, HitsModel(self._runner, self), self._pictures, self._previews, self)
        self.deliver = DeliverView(self._workspace.root / "delivered", self)
        self._panels = QStackedWidget(self)
        for panel in (self.capture, self.images, self.search):
            self._panels.addWidget(panel)
        self.work = QSplitter(Qt.Orientation.Horizontal, self)
        self.work.addWidget(self._panels)
        self.work.addWidget(self.desk)
        self.work.setStretchFactor(1, 1)
        self.work.setChildrenCollapsible(False)
        self._rooms = QStackedWidget(self)
        self._rooms.addWidget(self.work)
        self._rooms.addWidget(self.deliver)
        self.messages = MessageArea(self)
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self._rooms, 1)
        self.frame = QSplitter(Qt.Orientation.Horizontal, self)
        self.frame.addWidget(self.sidebar)
        self.frame.addWidget(right)
        self.frame.setStretchFactor(1, 1)
        self.frame.setChildrenCollapsible(False)
        self.setCentralWidget(self.frame)
        for side, least in zip((self.sidebar, self._panels), _LEAST_SIDES, strict=True):
            side.setMinimumWidth(least)
        self._sides = Sides(table, (self.sidebar, self._panels), self.desk)
        table.put_on_page(self.desk)
        self._build_status()
        self.sidebar.record_chosen.connect(self._record_chosen)
        self.sidebar.records.title_edited.connect(lambda record, title: self._change(commands.renamed(record, title)))
        self.desk.page_shown.connect(self._page_shown)
        self.desk.canvas.fit_changed.connect(lambda _fit: self._update_actions())
        self.desk.canvas.selection_changed.connect(self._update_actions)
        self.images.chosen.connect(self.show_page)
        self.search.chosen.connect(self._show_hit)
        self.search.answered.connect(self.desk.clear_marks)

    def _build_status(self) -> None:
        table = self.actions_table
        self._place = QLabel(self)
        self._place.setObjectName("place")
        self.statusBar().addPermanentWidget(self._place)
        self.acts = Acts(
            self._runner, table, self.messages, desk=self.desk, capture=self.capture, deliver=self.deliver, parent=self
        )
        self.acts.moved.connect(self._moved)
        self.acts.ended.connect(self._ended)
        self.acts.failed.connect(self.show_error)
        self.strips = self.acts.strips
        for strip in self.strips.values():
            self.statusBar().addPermanentWidget(strip)
        self.statusBar().setSizeGripEnabled(False)
        self.deliver.asked.connect(self.acts.start_delivery)

    def use(self, settings: Settings) -> None:
        """Work by ``settings`` from now on; what runs ends as it began."""
        self._workspace.settings = settings
        self._runner.use(settings)

    @property
    def looked(self) -> bool:
        """Whether the workspace was looked at since it was opened: then everything is shown."""
        return self._snapshot is not None

    # texts

    def say_data(self) -> None:
        self.setWindowTitle(f"{self._workspace.root.name} — Digitizer")
        chosen = "vietnamese" if language() == "vi" else "english"
        self.actions_table[chosen].setChecked(True)
        self.actions_table["mend_marks"].setChecked(self._workspace.settings.restore_marks)
        shown = self.desk.page is not None and self._desk_visible
        said = gettext("Page {place} of {count}").format(
            place=number(self.desk.row + 1), count=number(self.desk.length)
        )
        self._place.setText(said if shown else "")
        if self._snapshot is not None:
            commands.mirror(self._snapshot, self.actions_table["undo"], self.actions_table["redo"])

    def show_error(self, error: Exception, act: str = "") -> None:
        """A foreseen problem is one sentence, gone when ``act`` succeeds; anything else is our fault and shown so."""
        if isinstance(error, KnownError):
            next_step = _NEXT_STEPS.get(type(error))
            action = self.actions_table[next_step] if next_step is not None else None
            self.messages.show_message(Message(Severity.ERROR, lambda: error.message_in_window, action=action, act=act))
        else:
            show_bug(self, error)

    # tasks, records, pages

    def show_task(self, name: str) -> None:
        """Turn to one of ``TASKS``."""
        self.actions_table[name].setChecked(True)
        row = TASKS.index(name)
        self.sidebar.show_task(row)
        if name == "deliver":
            self._rooms.setCurrentWidget(self.deliver)
            if self.sidebar.record is not None and not self.deliver.records.choice.codes:
                self.deliver.choose(self.sidebar.record)
        else:
            self._sides.open()
            self._rooms.setCurrentWidget(self.work)
            self._panels.setCurrentIndex(row)
        self.say_data()
        self._update_actions()

    @property
    def _desk_visible(self) -> bool:
        return self._rooms.currentWidget() is self.work

    def show_page(self, page: Page) -> None:
        """Turn to a page, wherever it is."""
        self._select_record_of(page)
        self.desk.show_page(page)

    def _select_record_of(self, page: Page) -> None:
        """Select the record of ``page``, unless it is one of those that are shown."""
        shown = self.sidebar.record
        if self._snapshot is None:
            return
        if shown is None or not any(s.record == page.record for s in self._snapshot.sections(shown.id)):
            self._select(page.record)

    def _select(self, record: RecordId) -> None:
        self.sidebar.select(record)
        self._show_record(record)

    def _record_chosen(self, record: Record) -> None:
        self.capture.choose(record)
        self._show_record(record.id)

    def _show_record(self, record: RecordId | None) -> None:
        if self._snapshot is not None:
            sections = self._snapshot.sections(record)
            self.desk.show_sections(record, sections, empty_workspace=not self._snapshot.pages)

    def _page_shown(self, page: Page | None) -> None:
        if page is not None and page.state is JobState.WAITING and self.acts.reading:
            self._runner.submit("change", commands.put_first(page.id), key="first")
        self.say_data()
        self._update_actions()

    def _find(self) -> None:
        self.show_task("search")
        self.search.focus_box()

    def _show_hit(self, hit: Hit, last: bool) -> None:
        page = self._page(hit.page)
        if page is not None:
            self._select_record_of(page)
        if page is None or not self.desk.show_page(page, hit.boxes, last=last):
            self.messages.show_message(
                Message(
                    Severity.INFORMATION,
                    lambda: gettext(
                        "Page {number} of {record} has changed or was withdrawn; the list is made anew."
                    ).format(number=number(hit.number), record=hit.record),
                )
            )
            self._refresh()
            self.search.search_again()

    def _page(self, page: PageId) -> Page | None:
        try:
            return self._workspace.catalogue.pages.get(page)
        except NoSuchPage:
            return None

    def _step_hit(self, by: int) -> None:
        """To the next or previous place; to the current hit first where its marks are not on the screen."""
        if self.desk.canvas.marked:
            there = self.desk.canvas.step(by) or self.search.step(by)
        else:
            there = self.search.show_current() or self.search.step(by)
        if not there and self.search.any_found:
            said = gettext("This is the last hit.") if by > 0 else gettext("This is the first hit.")
            self.statusBar().showMessage(said, _SAID_MS)

    # looking at the catalogue

    def refresh_soon(self) -> None:
        """Look at the catalogue again, but not too often."""
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _refresh(self) -> None:
        self._runner.submit("look", take, done=self._show_snapshot, key="look")

    def _moved(self) -> None:
        self.refresh_soon()
        self._update_actions()

    def _ended(self) -> None:
        self._refresh()
        self._update_actions()

    def _look_outside(self) -> None:
        if self._workspace.catalogue.changed_outside():
            self.refresh_soon()

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        first = self._snapshot is None
        if not first and snapshot != self._snapshot:
            self.search.search_again()
        self._snapshot = snapshot
        self.sidebar.show_snapshot(snapshot)
        self.capture.show_records(snapshot.records, snapshot.waiting)
        self.images.show_count(snapshot.to_look_at, snapshot.failed)
        self.deliver.show_records(snapshot.records)
        if self.sidebar.record is None and snapshot.records:
            holding = next((r for r in snapshot.records if r.level is Level.FILE and r.pages), snapshot.records[0])
            self._select(holding.id)
        elif first or self.sidebar.record is not None or not snapshot.records:
            self._show_record(self.sidebar.record.id if self.sidebar.record is not None else None)
        if first:
            self.desk.filmstrip.setFocus()
        self._show_wanted()
        self.say_data()
        self._update_actions()

    def _update_actions(self) -> None:
        table, desk = self.actions_table, self.desk
        visible = self._desk_visible
        has_page = visible and desk.page is not None
        reading = self.acts.reading
        waiting, failed = (self._snapshot.waiting, self._snapshot.failed) if self._snapshot is not None else (0, 0)
        states = {
            "turn_left": has_page, "turn_right": has_page, "withdraw": has_page, "steps": has_page,
            "join": visible and desk.page is not None and desk.page.facing,
            "previous_page": has_page and desk.row > 0, "first_page": has_page and desk.row > 0,
            "next_page": has_page and desk.row + 1 < desk.length, "last_page": has_page and desk.row + 1 < desk.length,
            "copy_text": has_page and bool(desk.canvas.selected_text), "select_all": has_page,
            "next_hit": visible, "previous_hit": visible, "doubtful": visible,
            "zoom_in": has_page, "zoom_out": has_page, "fit_page": visible, "fit_width": visible,
            "rename_record": self.sidebar.record is not None,
            "read": waiting > 0 and not reading, "stop": reading, "retry": failed > 0 and not reading,
        }  # fmt: skip
        for name, enabled in states.items():
            table[name].setEnabled(enabled)
        group = table["fit_page"].actionGroup()
        if group is not None:
            group.setExclusionPolicy(group.ExclusionPolicy.ExclusiveOptional)
        table["fit_page"].setChecked(desk.canvas.fit is Fit.PAGE)
        table["fit_width"].setChecked(desk.canvas.fit is Fit.WIDTH)

    # changes

    def _change(self, change: commands.Change, then: Callable[[object], None] | None = None) -> None:
        def done(outcome: object) -> None:
            self._refresh()
            if then is not None:
                then(outcome)
            page = commands.page_to_read(outcome)
            if page is not None:
                self.acts.read_turned(page)

        self._runner.submit("change", change, done=done)

    def _inform(self, text: Callable[[], str], action: str) -> None:
        self.messages.show_message(Message(Severity.INFORMATION, text, action=self.actions_table[action]))

    def _undo(self) -> None:
        said = marked("Taken back: {act}.")
        self._change(
            commands.undo_last, lambda act: self._inform(lambda: gettext(said).format(act=commands.said(act)), "redo")
        )

    def _redo(self) -> None:
        said = marked("Done again: {act}.")
        self._change(
            commands.redo_last, lambda act: self._inform(lambda: gettext(said).format(act=commands.said(act)), "undo")
        )

    def _turn(self, by: int) -> None:
        if self.desk.page is not None:
            self._change(commands.turned(self.desk.page, by))

    def _withdraw(self) -> None:
        page = self.desk.page
        if page is None:
            return

        def text() -> str:
            said = gettext("Page {number} of {record} was withdrawn.")
            return said.format(number=number(page.number), record=page.record_code)

        self._change(commands.withdrawn(page.id), lambda _: self._inform(text, "undo"))

    def _show_steps(self) -> None:
        if (page := self.desk.page) is not None:
            show_steps(self, self._runner, page)

    def _join(self) -> None:
        if self.desk.page is not None:
            said = marked("The two facing pages are kept as one.")
            self._change(commands.joined(self.desk.page), lambda _: self._inform(lambda: gettext(said), "undo"))

    def start_import(self, paths: Sequence[Path]) -> None:
        """Import files and folders into the record that is chosen, in the background."""
        place = self._looked_at
        self.acts.start_import(paths, lambda report: self._show_imported(report, place))

    @property
    def _looked_at(self) -> tuple[RecordId | None, PageId | None]:
        record, page = self.sidebar.record, self.desk.page
        return record.id if record is not None else None, page.id if page is not None else None

    def _show_imported(self, report: ImportReport, before: tuple[RecordId | None, PageId | None]) -> None:
        """Show the first page that came in, unless the person has turned to something else since."""
        moved = any(was is not None and was != now for was, now in zip(before, self._looked_at, strict=True))
        if report.imported and not moved:
            self._wanted = report.imported[0].pages[0]

    def _show_wanted(self) -> None:
        page = self._page(self._wanted) if self._wanted is not None else None
        if page is None or self._snapshot is None or self._snapshot.find(page.record) is None:
            return
        self._select(page.record)
        if self.desk.show_page(page):
            self._wanted = None

    # files

    def _choose_files(self) -> None:
        choose_files(self, plain(self.actions_table["import_files"].text()), Path.home(), self.start_import)

    def _choose_folder(self) -> None:
        title = plain(self.actions_table["import_folder"].text())
        choose_folder(self, title, Path.home(), lambda path: self.start_import([path]))

    def _choose_workspace(self) -> None:
        title = plain(self.actions_table["open_workspace"].text())
        choose_folder(self, title, self._workspace.root.parent, self.workspace_chosen.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.start_import([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    # the window itself

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sides.follow(event.size().width())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._layout.save()
        self.hide()
        self._refresh_timer.stop()
        self._outside_timer.stop()
        self._runner.close()
        self._workspace.close()
        event.accept()
