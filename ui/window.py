"""The frame: tasks and records on the left, the task's panel, the page in the middle, what is known of it right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from digitizer.catalogue.tree import Section
from digitizer.errors import KnownError, NoSuchPage, PagesWaiting, WorkspaceUnusable
from digitizer.i18n import gettext, language, marked
from digitizer.model import JobState, Page, PageId, Record, RecordId
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ui import commands
from ui.actions import ON_RECORD, ActionTable, plain
from ui.acts import Acts
from ui.arranging import Arranging
from ui.arriving import Arriving
from ui.backup import BackupActs
from ui.delivering import Delivering
from ui.found import Found
from ui.images import Pictures, Previews
from ui.layout import Layout
from ui.models.looking import Question
from ui.models.looking import look as answer
from ui.models.snapshot import Snapshot, take
from ui.page_acts import PageActs
from ui.people import NOT_ALLOWED, PeopleActs
from ui.receiving import Receiving
from ui.records import RecordActs
from ui.recovery import Recovery
from ui.runner import Runner
from ui.scanning import Scanning
from ui.sides import Sides
from ui.signatures import Signatures
from ui.speech import Spoken, number
from ui.stacks import Stacks
from ui.views.capture import CaptureView
from ui.views.deliver import DeliverView
from ui.views.describe import DescribeView
from ui.views.images import ImagesView
from ui.views.search import SearchView
from ui.watching import Watching
from ui.widgets.canvas import Fit
from ui.widgets.desk import Desk
from ui.widgets.dialogs import show_about, show_bug, show_shortcuts
from ui.widgets.facts import FactsPanel
from ui.widgets.files import choose_folder
from ui.widgets.messages import Message, MessageArea, Severity
from ui.widgets.sidebar import Sidebar
from ui.widgets.steps import show_steps
from ui.widgets.welcome import Welcome

_log = logging.getLogger(__name__)

TASKS = ("capture", "images", "describe", "search", "deliver")
_REFRESH_MS = 400
"""While work runs, the window looks at the catalogue at most so often."""
_OUTSIDE_MS = 2000
"""Whether another program has changed the workspace is asked so often."""
_SAID_MS = 4000
_LEAST_SIDE = 180
_NEXT_STEPS: dict[type[KnownError], str] = {
    PagesWaiting: "read", WorkspaceUnusable: "open_workspace", **dict.fromkeys(NOT_ALLOWED, "choose_who"),
}  # fmt: skip
"""Errors whose advice is one of the window's actions."""


class MainWindow(Spoken, QMainWindow):
    """The window of one workspace. Owns the runner; closing it stops all work and closes the workspace."""

    language_chosen = Signal(str)
    marks_chosen = Signal(bool)
    """Whether marks are to be mended from now on."""
    workspace_chosen = Signal(object)
    """A folder (Path) to work in instead."""
    samples_wanted = Signal()
    person_chosen = Signal(str, str)
    """A person is at work in a role from now on."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._snapshot: Snapshot | None = None
        self._looked = False
        self._shown_for: tuple[RecordId | None, object] | None = None
        self._after: list[Callable[[], object]] = []
        self.runner = Runner(workspace.root, workspace.settings, self)
        self.runner.failed.connect(self.show_error)
        self._pictures = Pictures(self.runner, self)
        self._previews = Previews(self.runner, self)
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
        self.update_actions()
        self._refresh()
        self.people.ask_at_start()
        self.backups.remind()
        self.recovery.begin()
        self.watching.begin()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "open_workspace": self._choose_workspace, "quit": self.close,
            "undo": self._undo, "redo": self._redo,
            "copy_text": self.desk.canvas.copy, "select_all": self.desk.canvas.select_all,
            **self.found.handlers, **self.people.handlers, **self.backups.handlers,
            **self.arranging.handlers, **self.arriving.handlers, **self.scanning.handlers,
            **self.watching.handlers, **self.recovery.handlers, **self.stacks.handlers,
            **self.receiving.handlers, **self.signatures.handlers,
            "new_document": self.capture.begin_document,
            "new_record": lambda: self.record_acts.ask_new(self.sidebar.selected),
            "rename_record": self.sidebar.edit_title,
            "remove_record": lambda: self.record_acts.remove(self.sidebar.record),
            "cut_record": self._note_record,
            "paste_record": lambda: self.record_acts.put_noted(self.sidebar.record),
            "previous_record": lambda: self.sidebar.step(-1), "next_record": lambda: self.sidebar.step(1),
            "save_record": self.describe.save, "copy_before": self.describe.copy_before,
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
            "turn_left": lambda: self._on_page.turn(-1), "turn_right": lambda: self._on_page.turn(1),
            "join": self._on_page.join,
            "steps": self._show_steps,
            "read": self.acts.start_reading, "stop": self.strips["process"].stop, "retry": self.acts.retry,
            "mend_marks": lambda: self.marks_chosen.emit(self.actions_table["mend_marks"].isChecked()),
            "shortcuts": lambda: show_shortcuts(self), "about": lambda: show_about(self),
        }  # fmt: skip

    def _build(self) -> None:
        table = self.actions_table
        self.sidebar = Sidebar(
            [table[name] for name in TASKS], [table[name] if name else None for name in ON_RECORD], self
        )
        table.put_on_tree(self.sidebar.tree)
        welcome = Welcome(table["import_files"], table["import_folder"], self)
        welcome.sample_button.clicked.connect(self.samples_wanted)
        facts = FactsPanel(table["retry"], self)
        self.desk = Desk(self._workspace, self._pictures, self._previews, welcome=welcome, facts=facts)
        self.capture = CaptureView(table, self)
        self.images = ImagesView(self._workspace, self.desk.thumbnails, table["retry"], self)
        self.describe = DescribeView(self.runner, table["copy_before"], table["save_record"], self)
        self.search = SearchView(self._workspace, self.runner, self._pictures, self._previews, self)
        self.deliver = DeliverView(self._workspace.root, self.sidebar.records, self.runner, table["read"], self)
        self._panels = QStackedWidget(self)
        for panel in (self.capture, self.images, self.describe, self.search):
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
        self.sidebar.setMinimumWidth(_LEAST_SIDE)
        self._sides = Sides(table, (self.sidebar, self._panels), self.desk, self.work)
        table.put_on_page(self.desk)
        table.put_on_pages(self.desk.filmstrip)
        table.put_on_page(self.describe)
        self._build_status()
        self._connect_records()
        self.desk.page_shown.connect(self._page_shown)
        self.desk.canvas.fit_changed.connect(lambda _fit: self.update_actions())
        self.desk.canvas.selection_changed.connect(self.update_actions)
        self.images.chosen.connect(self.show_page)
        self.search.record_chosen.connect(self.select)
        self.found, self.arriving = Found(self), Arriving(self)

    def _connect_records(self) -> None:
        side, records = self.sidebar, self.sidebar.records
        side.record_chosen.connect(self._record_chosen)
        side.asked.connect(self._look_up)
        side.tree.confirmed.connect(self._record_confirmed)
        records.title_edited.connect(lambda record, title: self._change(commands.renamed(record, title)))
        self._on_page = PageActs(lambda: self.desk.page, self._change, self._inform)
        self.arranging = Arranging(self.runner, self.desk, self._on_page, self._change, self)
        self.record_acts = acts = RecordActs(self.runner, self._change, self)
        records.dropped.connect(acts.move)
        acts.made.connect(self._record_made)
        acts.moved.connect(lambda record: self.select(record.id))
        acts.removed.connect(self._record_removed)
        self.describe.changed.connect(lambda change, refused: self._change(change, refused=refused))
        self.describe.refused.connect(self._say_refused)
        self.capture.typed.connect(self.refresh_soon)

    def _build_status(self) -> None:
        table = self.actions_table
        self._place = QLabel(self)
        self._place.setObjectName("place")
        self.statusBar().addPermanentWidget(self._place)
        self.acts = Acts(self.runner, table, self.messages, desk=self.desk, capture=self.capture, parent=self)
        self.acts.moved.connect(self._moved)
        self.acts.ended.connect(self._ended)
        self.acts.failed.connect(self.show_error)
        self.strips = self.acts.strips
        for strip in self.strips.values():
            self.statusBar().addPermanentWidget(strip)
        self.statusBar().setSizeGripEnabled(False)
        self.stacks, self.delivering = Stacks(self), Delivering(self)
        self.receiving, self.signatures = Receiving(self), Signatures(self)
        self.scanning, self.watching, self.recovery = Scanning(self), Watching(self), Recovery(self)
        self.backups = BackupActs(self.runner, self.acts, table["back_up"], self.messages, self)
        self.people = PeopleActs(self.runner, self._workspace.settings, self)
        self.people.chosen.connect(self.person_chosen)
        self.statusBar().addPermanentWidget(self.people.button)

    def use(self, settings: Settings) -> None:
        """Work by ``settings`` from now on; what runs ends as it began."""
        self._workspace.use(settings)
        self.runner.use(settings)
        self.people.use(settings)

    @property
    def root(self) -> Path:
        """The folder of the workspace."""
        return self._workspace.root

    @property
    def looked(self) -> bool:
        """Whether the workspace was looked at since it was opened: then everything is shown."""
        return self._looked

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
            if self.sidebar.record is not None and not self.deliver.records.any_checked:
                self.deliver.choose(self.sidebar.record)
        else:
            self._sides.open()
            self._rooms.setCurrentWidget(self.work)
            self._panels.setCurrentIndex(row)
            self._sides.make_room(form=name == "describe")
        self._describe()
        self.say_data()
        self.update_actions()

    @property
    def _desk_visible(self) -> bool:
        return self._rooms.currentWidget() is self.work

    def go_to_field(self, record: RecordId, key: str) -> None:
        """Show a record's form, with the field that has that key focused."""
        self.show_task("describe")
        self.select(record)
        self.describe.focus_when_shown(key)

    def go_to_page(self, page: Page) -> None:
        """Show a page among the images."""
        self.show_task("images")
        self.show_page(page)

    def show_page(self, page: Page) -> None:
        """Turn to a page, wherever it is."""
        self.with_record_of(page, lambda: self.desk.show_page(page))

    def with_record_of(self, page: Page, then: Callable[[], object]) -> None:
        """Select the record of ``page``, unless it is one of those that are shown, and do ``then``."""
        if self.desk.holds(page.record):
            then()
        else:
            self.select(page.record, then)

    def select(self, record: RecordId, then: Callable[[], object] | None = None) -> None:
        self.sidebar.select(record)
        self._show_record(record, then)

    def _record_chosen(self, record: Record) -> None:
        self.capture.choose(record)
        self._show_record(record.id)
        self.update_actions()

    def _record_confirmed(self) -> None:
        if self._panels.currentWidget() is self.describe and self._desk_visible:
            self.describe.focus_first()

    def _show_record(self, record: RecordId | None, then: Callable[[], object] | None = None) -> None:
        """Show the pages of a record and those below it, and do ``then`` when they are there."""
        if self._shown_for is None or self._shown_for[0] != record:
            self._after.clear()
        self._after += [then] if then is not None else []
        self._shown_for = (record, self._stamp)
        self._describe()

        def done(sections: Sequence[Section]) -> None:
            if self._shown_for is None or self._shown_for[0] != record:
                return  # the person has gone on
            empty = self._snapshot is None or not self._snapshot.totals.pages
            self.desk.show_sections(record, sections, empty_workspace=empty)
            self._looked = True
            waiting, self._after = self._after, []
            for each in waiting:
                each()

        self.runner.submit("tree", lambda w, _: w.catalogue.tree.sections(record), done=done, key="sections")

    @property
    def _stamp(self) -> object:
        """Where this is another one, pages or records may have come or gone."""
        return None if self._snapshot is None else (self._snapshot.changed, self._snapshot.totals.pages)

    def _describe(self) -> None:
        """Let the form follow the tree, while it is on the screen."""
        if self._panels.currentWidget() is self.describe and self._desk_visible:
            self.describe.show_record(self.sidebar.selected)
        else:
            self.describe.leave()

    def _page_shown(self, page: Page | None) -> None:
        if page is not None and page.state is JobState.WAITING and self.acts.reading:
            self.runner.submit("change", commands.put_first(page.id), key="first")
        self.capture.show_flags(page, self.desk.flags)
        self.say_data()
        self.update_actions()

    def page(self, page: PageId) -> Page | None:
        try:
            return self._workspace.catalogue.pages.get(page)
        except NoSuchPage:
            return None

    # looking at the catalogue

    def look_again(self) -> None:
        """Look at the catalogue again, at once."""
        self._refresh()

    def refresh_soon(self) -> None:
        """Look at the catalogue again, but not too often."""
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _refresh(self) -> None:
        seen = self.sidebar.tree.parts_seen() | self.deliver.tree.parts_seen()
        look = take(self.sidebar.question(seen), self.capture.looked_for)
        self.runner.submit("look", look, done=self._show_snapshot, key="look")

    def _look_up(self, question: Question) -> None:
        self.runner.submit("tree", lambda workspace, _: answer(workspace.catalogue, question), done=self.sidebar.put)

    def _moved(self) -> None:
        self.refresh_soon()
        self.update_actions()

    def _ended(self) -> None:
        self._refresh()
        self.update_actions()

    def _look_outside(self) -> None:
        if self._workspace.catalogue.changed_outside():
            self.refresh_soon()

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        before, self._snapshot = self._snapshot, snapshot
        if before is not None and snapshot.differs(before):
            self.search.search_again()
            self.delivering.look_again()
        self.sidebar.show_snapshot(snapshot)
        self.capture.show_waiting(snapshot.totals.waiting)
        self.capture.show_files(snapshot.files)
        self.scanning.count_record()
        self.receiving.follow(snapshot)
        self.images.show_count(snapshot.to_look_at, snapshot.totals.failed)
        if before is not None and before.changed != snapshot.changed:
            self.describe.look_again()
            self.deliver.count()
        selected = self.sidebar.selected
        if selected is None and snapshot.first is not None:
            self.select(snapshot.first)
        elif self._shown_for != (selected, self._stamp):
            self._show_record(selected)
        else:
            self.desk.show_anew()
        if before is None:
            self.desk.filmstrip.setFocus()
        self.arriving.show_wanted()
        self.say_data()
        self.update_actions()

    def update_actions(self) -> None:
        """Let the actions show what can be done now."""
        table, desk = self.actions_table, self.desk
        visible = self._desk_visible
        has_page = visible and desk.page is not None
        reading = self.acts.reading
        seen = self._snapshot
        waiting, failed = (seen.totals.waiting, seen.totals.failed) if seen is not None else (0, 0)
        record = self.sidebar.record
        states = {
            "turn_left": has_page, "turn_right": has_page, "withdraw": has_page, "steps": has_page,
            **self.arranging.possible(has_page=has_page), **self.scanning.possible(has_page=has_page),
            **self.watching.possible, **self.recovery.possible, **self.stacks.possible, **self.receiving.possible,
            "join": visible and desk.page is not None and desk.page.facing,
            "previous_page": has_page and desk.row > 0, "first_page": has_page and desk.row > 0,
            "next_page": has_page and desk.row + 1 < desk.length, "last_page": has_page and desk.row + 1 < desk.length,
            "copy_text": has_page and bool(desk.canvas.selected_text), "select_all": has_page,
            "next_hit": visible, "previous_hit": visible, "doubtful": visible,
            "zoom_in": has_page, "zoom_out": has_page, "fit_page": visible, "fit_width": visible,
            "rename_record": record is not None, "remove_record": record is not None,
            "cut_record": record is not None, "paste_record": record is not None and self.record_acts.noted is not None,
            "read": waiting > 0 and not reading, "stop": reading, "retry": failed > 0 and not reading,
        }  # fmt: skip
        for name, enabled in states.items():
            table[name].setEnabled(enabled)
        self.scanning.say_data()
        group = table["fit_page"].actionGroup()
        if group is not None:
            group.setExclusionPolicy(group.ExclusionPolicy.ExclusiveOptional)
        table["fit_page"].setChecked(desk.canvas.fit is Fit.PAGE)
        table["fit_width"].setChecked(desk.canvas.fit is Fit.WIDTH)

    # changes

    def _change(
        self,
        change: commands.Change,
        then: Callable[[object], None] | None = None,
        refused: Callable[[Exception], bool] | None = None,
    ) -> None:
        """Make a change in its lane. An error is shown, unless ``refused`` gives True."""

        def done(outcome: object) -> None:
            self.describe.look_again(expected=True)
            self._refresh()
            if then is not None:
                then(outcome)
            page = commands.page_to_read(outcome)
            if commands.turned_many(outcome):
                self.acts.start_reading(quietly=True)
            elif page is not None:
                self.acts.read_turned(page)

        def failed(error: Exception) -> None:
            if refused is None or not refused(error):
                self.show_error(error)

        self.runner.submit("change", change, done=done, failed=failed)

    # records

    def _note_record(self) -> None:
        self.record_acts.noted = record = self.sidebar.record
        if record is not None:
            said = gettext("{record} is to be moved: go to its new place and put it there.")
            self.statusBar().showMessage(said.format(record=record.code), _SAID_MS)
        self.update_actions()

    def _record_made(self, record: Record) -> None:
        self.show_task("describe")
        self.select(record.id)
        self.describe.focus_when_shown()

    def _record_removed(self, record: Record) -> None:
        said = marked("{record} was taken away.")
        self._inform(lambda: gettext(said).format(record=record.code), "undo")

    def _say_refused(self, sentences: list[str]) -> None:
        action = self.actions_table["describe"]
        self.messages.show_message(Message(Severity.WARNING, lambda: "\n".join(sentences), action=action))

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

    def _show_steps(self) -> None:
        if (page := self.desk.page) is not None:
            show_steps(self, self.runner, page)

    def start_import(self, paths: Sequence[Path]) -> None:
        """Import files and folders into the record that is chosen, in the background."""
        self.arriving.start_import(paths)

    # files

    def _choose_workspace(self) -> None:
        title = plain(self.actions_table["open_workspace"].text())
        choose_folder(self, title, self._workspace.root.parent, self.workspace_chosen.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if others := self.receiving.take_dropped(paths):
            self.start_import(others)

    # the window itself

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sides.follow(event.size().width())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._sides.make_room(form=False)
        self._layout.save()
        self.hide()
        try:
            self.describe.save_now(self._workspace)
        except KnownError as error:
            _log.warning("what was typed last could not be kept: %s", error)
        self._refresh_timer.stop()
        self._outside_timer.stop()
        self.runner.close()
        self._workspace.close()
        event.accept()
