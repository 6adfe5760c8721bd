"""Bàn giao: choose records, a form and a folder; see what is missing; hand over; and what was handed over before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import Record
from digitizer.settings import settings_path
from ui.models.choice import Choice, ChoiceModel
from ui.models.delivery import form_name
from ui.models.records import RecordsModel
from ui.runner import Runner
from ui.speech import Spoken, number
from ui.widgets.deliver_form import DeliverForm
from ui.widgets.files import choose_folder
from ui.widgets.history_panel import HistoryPanel
from ui.widgets.missing_panel import MissingPanel
from ui.widgets.order import tab_as_laid_out
from ui.widgets.scrolled import Scrolled
from ui.widgets.tab_names import name_scroll_buttons
from ui.widgets.tree import RecordsTree

_SHARES = (400, 620)
_LEAST_TREE = 130
_FORM_HEIGHT = 236
_KEPT_FOLDER, _KEPT_OF = "deliver/folder", "deliver/folder-of"


class DeliverView(Spoken, QWidget):
    """Records with check boxes, the form, the folder, the button; beside them what is missing, what was delivered."""

    asked = Signal()
    """Deliver what is chosen."""
    changed = Signal()
    """Something else is checked or chosen now, or the view has come onto the screen, or the language has changed."""

    def __init__(
        self, root: Path, records: RecordsModel, runner: Runner, read: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runner, self._root = runner, root.absolute()
        self.choice: Choice | None = Choice()
        self._running = False
        self._at = (0, 0, "")
        self.records = ChoiceModel(records, self)
        self.records.checked_changed.connect(self.count)
        self.form = DeliverForm(self)
        self.form.changed.connect(self._form_changed)
        self.missing = MissingPanel(read, self)
        self.missing.option_wanted.connect(self.form.go_to)
        self.history = HistoryPanel(runner, self)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self._choosing(records))
        splitter.addWidget(self._build_tabs())
        splitter.setSizes(list(_SHARES))
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        tab_as_laid_out(self)
        self.say_data()

    def _choosing(self, records: RecordsModel) -> QWidget:
        left = QWidget(self)
        heading, into = QLabel(left), QLabel(left)
        heading.setProperty("role", "heading")
        self.say(heading.setText, marked("Records to deliver"))
        self.tree = RecordsTree(records, self.records, left)
        self.tree.setMinimumHeight(_LEAST_TREE)
        self.records.checked_changed.connect(self.tree.viewport().update)
        self.say(self.tree.setAccessibleName, marked("Records to deliver"))
        self.say(into.setText, marked("Into the &folder:"))
        self.folder = QLineEdit(str(self._first_folder()), left)
        self.say(self.folder.setAccessibleName, marked("Folder to deliver into"))
        into.setBuddy(self.folder)
        every = QPushButton(left)
        self.say(every.setText, marked("Check &all records"))
        every.clicked.connect(self.records.check_all)
        browse = QPushButton(left)
        self.say(browse.setText, marked("&Browse…"))
        browse.clicked.connect(self._browse)
        self.button = QPushButton(left)
        self.button.setProperty("role", "main")
        self.button.clicked.connect(self.asked)
        self.folder.textChanged.connect(lambda _text: self.say_data())
        self._chosen = QLabel(left)
        self._chosen.setWordWrap(True)
        self._chosen.setProperty("role", "muted")
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(heading)
        column.addWidget(self.tree, 1)
        column.addWidget(every, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(Scrolled(self.form, left, most=_FORM_HEIGHT))
        column.addWidget(into)
        column.addLayout(row)
        column.addWidget(self._chosen)
        column.addWidget(self.button)
        return left

    def _build_tabs(self) -> QTabWidget:
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        name_scroll_buttons(self.tabs, self.say)
        self.say(self.tabs.setAccessibleName, marked("What is missing, what was delivered and received"))
        self.add_tab(self.missing, marked("Missing"))
        self.add_tab(self.history, marked("Delivered"))
        return self.tabs

    def add_tab(self, widget: QWidget, title: str) -> None:
        """Put a panel behind those that are on the right. ``title``: an English message id."""
        self.tabs.addTab(widget, "")
        self.say(lambda text: self.tabs.setTabText(self.tabs.indexOf(widget), text), title)
        if self.layout() is not None:
            tab_as_laid_out(self)

    def show_tab(self, widget: QWidget) -> None:
        """Turn to a panel on the right."""
        self.tabs.setCurrentWidget(widget)

    # what is chosen

    def choose(self, record: Record) -> None:
        """Propose this record: the one selected in the frame."""
        self.records.check_only(record.id)
        self.tree.go_to(record.id)

    def count(self) -> None:
        """Look up what the checked boxes choose: until then nothing can be delivered."""
        marks = self.records.marks
        self.choice = None if marks else Choice()
        self.say_data()

        def done(found: tuple[tuple[str, ...], int, int]) -> None:
            if marks == self.records.marks:
                self.choice = Choice(*found)
                self.say_data()
                self.changed.emit()

        if marks:
            self._runner.submit("tree", lambda w, _: w.catalogue.tree.choice(marks), done=done, key="choice")
        else:
            self.changed.emit()

    @property
    def codes(self) -> Sequence[str] | None:
        """The records that are chosen; None while they are looked up."""
        return None if self.choice is None else self.choice.codes if self.choice.packages else ()

    @property
    def destination(self) -> Path:
        return Path(self.folder.text().strip())

    def keep_folder(self) -> None:
        """Propose the folder again at the next start in this workspace."""
        kept = _settings()
        kept.setValue(_KEPT_FOLDER, str(self.destination))
        kept.setValue(_KEPT_OF, str(self._root))

    def _first_folder(self) -> Path:
        kept = _settings()
        folder = Path(str(kept.value(_KEPT_FOLDER, "")))
        ours = str(kept.value(_KEPT_OF, "")) == str(self._root)
        return folder if ours and folder.is_absolute() and folder.is_dir() else self._root / "delivered"

    # what is said

    def set_running(self, running: bool, at: tuple[int, int, str] = (0, 0, "")) -> None:
        """Whether a delivery runs, and how far it is, as ``Task.report`` says it."""
        if running or self._running:
            self._running, self._at = running, at
            self.say_data()

    def say_again(self) -> None:
        super().say_again()
        self.changed.emit()

    def say_data(self) -> None:
        choice = self.choice
        self._chosen.setText(self._progress() if self._running else self._what_is_chosen(choice))
        ready = choice is not None and choice.packages > 0 and self.destination.is_absolute()
        self.button.setEnabled(ready and not self._running)
        self.button.setText(gettext("&Deliver as {form}").format(form=form_name(self.form.choice.form)))

    def _progress(self) -> str:
        done, total, note = self._at
        if not total:
            return gettext("Delivering…")
        said = gettext("Delivering {record}: {done} of {total} pages.")
        return said.format(record=note or "…", done=number(done), total=number(total))

    def _what_is_chosen(self, choice: Choice | None) -> str:
        if choice is None:
            return ""
        if not choice.codes:
            return gettext("Check the records to deliver.")
        if not choice.packages:
            return gettext("There are no pages in the records that are checked.")
        if not self.destination.is_absolute():
            return gettext("Give the whole path of the folder, from the root on.")
        return self._what_is_made(choice)

    def _what_is_made(self, choice: Choice) -> str:
        pages = ngettext("{count} page", "{count} pages", choice.pages).format(count=number(choice.pages))
        wish = self.form.choice
        if wish.form == "pdf" and not wish.whole:
            packages = ngettext("{count} package", "{count} packages", choice.packages).format(
                count=number(choice.packages)
            )
            return gettext("{packages} with {pages} will be made.").format(packages=packages, pages=pages)
        if wish.form in ("exchange", "tables", "ead", "dc"):
            return gettext("One package with {pages} will be made.").format(pages=pages)
        if wish.form in ("alto", "hocr", "text"):
            return gettext("{pages}: a package for each file.").format(pages=pages)
        return gettext("{pages}: a package for each file, and a file always goes whole.").format(pages=pages)

    def _form_changed(self) -> None:
        self.say_data()
        self.changed.emit()

    def _browse(self) -> None:
        choose_folder(
            self,
            gettext("Folder to deliver into"),
            self.destination,
            lambda path: self.folder.setText(str(path)),
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.changed.emit()


def _settings() -> QSettings:
    return QSettings(str(settings_path().with_name("window.ini")), QSettings.Format.IniFormat)


def passed(count: int) -> str:
    """How many were delivered. There is no package whose checks did not pass."""
    said = ngettext("{count} package, all checks passed.", "{count} packages, all checks passed.", count)
    return said.format(count=number(count))
