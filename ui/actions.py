"""Every action of the window in one table: name, text, shortcut, icon, explanation. Menus and tool bar are built from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from digitizer.i18n import gettext
from digitizer.i18n import marked as _
from ui.speech import Spoken
from ui.style import icon


@dataclass(frozen=True, slots=True)
class Spec:
    """One action. ``text`` and ``tip`` are message ids; ``icon`` names a file in ``resources/icons``; ``group`` makes it
    one of several of which exactly one is on."""

    name: str
    text: str
    tip: str
    shortcut: str = ""
    icon: str = ""
    checkable: bool = False
    group: str = ""


ACTIONS = (
    Spec("open_workspace", _("&Open workspace…"), _("Work in another folder"), "Ctrl+O", "open"),
    Spec("import_files", _("&Import files…"), _("Bring images and PDFs into the selected record"), "Ctrl+I", "import-files"),
    Spec("import_folder", _("Import &folder…"), _("Bring in every file of a folder"), "Ctrl+Shift+I", "import-folder"),
    Spec("quit", _("&Quit"), _("Close the window; work that is running is stopped and kept"), "Ctrl+Q"),
    Spec("undo", _("&Undo"), _("Take back the last change, also one from before a restart"), "Ctrl+Z", "undo"),
    Spec("redo", _("&Redo"), _("Make the change again that was taken back"), "Ctrl+Shift+Z", "redo"),
    Spec("copy_text", _("&Copy text"), _("Copy the selected words of the page"), "Ctrl+C", "copy"),
    Spec("select_all", _("Select &all words"), _("Select all words of the page"), "Ctrl+A"),
    Spec("find", _("&Find…"), _("Find pages by their words, with or without marks"), "Ctrl+F", "search"),
    Spec("next_hit", _("&Next hit"), _("Go to the next place that was found"), "F3"),
    Spec("previous_hit", _("&Previous hit"), _("Go to the place found before this one"), "Shift+F3"),
    Spec("rename_record", _("Change &title…"), _("Change the title of the selected record"), "F2", "rename"),
    Spec("capture", _("&Capture"), _("Import files and folders"), "Ctrl+1", "capture", True, "tasks"),
    Spec("images", _("I&mages"), _("Look at pages that may be wrong"), "Ctrl+2", "images", True, "tasks"),
    Spec("search", _("&Search"), _("Find pages by their words"), "Ctrl+3", "search", True, "tasks"),
    Spec("deliver", _("&Deliver"), _("Hand records over as PDF/A"), "Ctrl+4", "deliver", True, "tasks"),
    Spec("zoom_in", _("Zoom &in"), _("Show the page larger"), "Ctrl++", "zoom-in"),
    Spec("zoom_out", _("Zoom &out"), _("Show the page smaller"), "Ctrl+-", "zoom-out"),
    Spec("fit_page", _("Fit &page"), _("Show the whole page"), "Ctrl+0", "fit-page", True, "fit"),
    Spec("fit_width", _("Fit &width"), _("Show the page as wide as the window"), "Ctrl+9", "fit-width", True, "fit"),
    Spec("doubtful", _("&Underline doubtful words"), _("Underline words read with low confidence"), "Ctrl+U", "doubtful", True),
    Spec("vietnamese", _("&Vietnamese"), _("Show the window in Vietnamese"), "", "", True, "language"),
    Spec("english", _("&English"), _("Show the window in English"), "", "", True, "language"),
    Spec("previous_page", _("&Previous page"), _("Go to the page before this one"), "PgUp", "previous"),
    Spec("next_page", _("&Next page"), _("Go to the page after this one"), "PgDown", "next"),
    Spec("first_page", _("&First page"), _("Go to the first page of the record"), "Ctrl+Home"),
    Spec("last_page", _("&Last page"), _("Go to the last page of the record"), "Ctrl+End"),
    Spec("turn_left", _("Turn l&eft"), _("Turn the page a quarter to the left; it is read again"), "Ctrl+L", "turn-left"),
    Spec("turn_right", _("Turn &right"), _("Turn the page a quarter to the right; it is read again"), "Ctrl+R", "turn-right"),
    Spec("withdraw", _("&Withdraw page"), _("Take the page out of its record; its original stays"), "Ctrl+Del", "withdraw"),
    Spec("read", _("&Read pages"), _("Clean and read all pages that wait"), "F5", "read"),
    Spec("stop", _("&Stop reading"), _("Stop reading; pages that are finished stay finished"), "Shift+F5", "stop"),
    Spec("retry", _("Read &failed pages again"), _("Put the pages that failed back into the queue"), "Ctrl+F5", "retry"),
    Spec("shortcuts", _("&Keyboard shortcuts"), _("List every action and its keys"), "F1", "keyboard"),
    Spec("about", _("&About Digitizer"), _("Name, version and licence of the program")),
)  # fmt: skip

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_("&File"), ("open_workspace", "", "import_files", "import_folder", "", "quit")),
    (_("&Edit"), ("undo", "redo", "", "copy_text", "select_all", "", "find", "next_hit", "previous_hit", "", "rename_record")),
    (_("&View"), ("capture", "images", "search", "deliver", "", "zoom_in", "zoom_out", "fit_page", "fit_width", "",
                  "doubtful", "", "vietnamese", "english")),
    (_("&Page"), ("previous_page", "next_page", "first_page", "last_page", "", "turn_left", "turn_right", "", "withdraw")),
    (_("&Read"), ("read", "stop", "", "retry")),
    (_("&Help"), ("shortcuts", "about")),
)  # fmt: skip

TOOLBAR = (
    "import_files", "import_folder", "", "read", "stop", "", "undo", "redo", "", "turn_left", "turn_right", "withdraw", "",
    "previous_page", "next_page", "", "zoom_out", "zoom_in", "fit_page", "fit_width", "doubtful",
)  # fmt: skip


class ActionTable:
    """The actions, their menus and their tool bar, in ``window``."""

    def __init__(self, window: QMainWindow, spoken: Spoken) -> None:
        self._actions: dict[str, QAction] = {}
        groups: dict[str, QActionGroup] = {}
        for spec in ACTIONS:
            action = QAction(window)
            action.setObjectName(spec.name)
            action.setShortcut(QKeySequence(spec.shortcut))
            action.setCheckable(spec.checkable)
            if spec.icon:
                action.setIcon(icon(spec.icon))
            if spec.group:
                groups.setdefault(spec.group, QActionGroup(window)).addAction(action)
            spoken.say(action.setText, spec.text)
            spoken.say(action.setStatusTip, spec.tip)
            spoken.say(_tooltip_setter(action), spec.tip)
            window.addAction(action)
            self._actions[spec.name] = action
        for title, names in MENUS:
            menu = window.menuBar().addMenu("")
            spoken.say(menu.setTitle, title)
            self._fill(menu, names)
        self.toolbar = QToolBar(window)
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setMovable(False)
        spoken.say(self.toolbar.setWindowTitle, _("Tools"))
        self._fill(self.toolbar, TOOLBAR)
        window.addToolBar(self.toolbar)
        window.setContextMenuPolicy(window.contextMenuPolicy().NoContextMenu)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def connect_all(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Say what each action does."""
        for name, action in self._actions.items():
            action.triggered.connect(_without_argument(handlers[name]))

    def _fill(self, place: QMenu | QToolBar, names: tuple[str, ...]) -> None:
        for name in names:
            if name:
                place.addAction(self._actions[name])
            else:
                place.addSeparator()


def plain(text: str) -> str:
    """A menu text without its mnemonic and its dots, for headings and lists."""
    return text.replace("&", "").rstrip("…")


def _tooltip_setter(action: QAction) -> Callable[[str], None]:
    def set_tip(tip: str) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{plain(action.text())} — {tip} ({keys})" if keys else f"{plain(action.text())} — {tip}")

    return set_tip


def _without_argument(handler: Callable[[], object]) -> Callable[[bool], None]:
    def triggered(_checked: bool = False) -> None:  # whether it is on now: a handler asks the action itself
        handler()

    return triggered


def shortcut_rows() -> list[tuple[str, str, str]]:
    """(action, keys, explanation) of every action that has keys, in the language spoken now."""
    keys = ((spec, QKeySequence(spec.shortcut).toString(QKeySequence.SequenceFormat.NativeText)) for spec in ACTIONS)
    return [(plain(gettext(spec.text)), shown, gettext(spec.tip)) for spec, shown in keys if shown]
