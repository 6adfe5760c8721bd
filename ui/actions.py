"""Every action of the window in one table. Menus and tool bar are built from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton, QWidget

from digitizer.i18n import gettext, marked
from ui.speech import Spoken
from ui.style import icon


@dataclass(frozen=True, slots=True)
class Spec:
    """One action. ``text`` and ``tip`` are message ids; ``icon`` names a file in ``resources/icons``.

    ``group``: it is one of several of which one is on. ``on_page``: its keys work on the page only; in lists and texts
    they scroll. ``on_tree``: its keys work in the tree of records only.
    """

    name: str
    text: str
    tip: str
    shortcut: str = ""
    icon: str = ""
    checkable: bool = False
    group: str = ""
    on_page: bool = False
    on_tree: bool = False


ACTIONS = (
    Spec("open_workspace", marked("&Open workspace…"), marked("Work in another folder"), "Ctrl+O", "open"),
    Spec("import_files", marked("&Import files…"), marked("Bring in images and PDFs"), "Ctrl+I", "import-files"),
    Spec("import_folder", marked("Import &folder…"),
         marked("Bring in every file of a folder"), "Ctrl+Shift+I", "import-folder"),
    Spec("scan", marked("Sca&n"),
         marked("Scan what lies in the scanner: the whole feeder, or the next page from the glass"), "F6", "scan"),
    Spec("stop_scan", marked("St&op scanning"),
         marked("Stop the scanner; what was scanned is kept"), "Shift+F6", "stop"),
    Spec("new_document", marked("Begin a new &document"),
         marked("Put what is scanned next into a new item of the same file"), "Ctrl+F6", "new-record"),
    Spec("look_scanners", marked("&Look for scanners"), marked("Look which scanners are plugged in"), "", "retry"),
    Spec("scanner_settings", marked("All s&ettings of the scanner…"),
         marked("Set everything that the scanner can do; preview, and choose the area"), "Ctrl+Shift+F6"),
    Spec("choose_watched", marked("&Choose the watched folder…"),
         marked("Choose a folder that scanners and other programs put files into")),
    Spec("watch", marked("&Watch the folder"), marked("Take in what comes into the chosen folder, until stopped")),
    Spec("stop_watching", marked("Stop watchin&g"), marked("Watch the folder no longer; what came in stays")),
    Spec("recovered", marked("What was in the scanne&r…"),
         marked("Show what an earlier run had left, and what became of each sheet")),
    Spec("sort_record", marked("Sort the pages o&f the record"),
         marked("Part the pages of the record that is chosen into items, by the rule that is chosen")),
    Spec("sort_waiting", marked("Sort wha&t waits"),
         marked("Part the pages of a stack that was cut short into items: nothing more of it comes")),
    Spec("print_separators", marked("&Print separator sheets…"), marked("Sheets to lay between the papers of a stack")),
    Spec("print_labels", marked("Print la&bels…"), marked("QR labels for boxes and covers of files")),
    Spec("open_label", marked("Open a record b&y its label…"),
         marked("Read the QR label on paper, and go to its record"), "Ctrl+Shift+L"),
    Spec("quit", marked("&Quit"), marked("Close the window; work that is running is stopped and kept"), "Ctrl+Q"),
    Spec("undo", marked("&Undo"),
         marked("Take back the last change, also one from before a restart"), "Ctrl+Z", "undo"),
    Spec("redo", marked("&Redo"), marked("Make the change again that was taken back"), "Ctrl+Shift+Z", "redo"),
    Spec("copy_text", marked("&Copy text"), marked("Copy the selected words of the page"), "Ctrl+C", "copy"),
    Spec("select_all", marked("Select &all words"), marked("Select all words of the page"), "Ctrl+A"),
    Spec("find", marked("&Find…"), marked("Find pages by their words, with or without marks"), "Ctrl+F", "search"),
    Spec("next_hit", marked("&Next hit"), marked("Go to the next place that was found"), "F3"),
    Spec("previous_hit", marked("&Previous hit"), marked("Go to the place found before this one"), "Shift+F3"),
    Spec("new_record", marked("&New record…"),
         marked("Make a fonds, register, box, file or item"), "Ctrl+N", "new-record"),
    Spec("rename_record", marked("Change &title…"),
         marked("Change the title of the selected record"), "F2", "rename"),
    Spec("cut_record", marked("&Move record"),
         marked("Note the selected record, to be put elsewhere"), "Ctrl+X", on_tree=True),
    Spec("paste_record", marked("&Put here"),
         marked("Put the noted record into the selected one, or ahead of it where it cannot lie in it"),
         "Ctrl+V", on_tree=True),
    Spec("remove_record", marked("Take &away"), marked("Take away a record in which nothing lies"), "Ctrl+Shift+Del"),
    Spec("previous_record", marked("Pre&vious record"), marked("Go to the record above in the tree"), "Ctrl+PgUp"),
    Spec("next_record", marked("Ne&xt record"), marked("Go to the record below in the tree"), "Ctrl+PgDown"),
    Spec("save_record", marked("&Save"), marked("Save what was typed about the record"), "Ctrl+S", "save"),
    Spec("copy_before", marked("Copy from the record &before"),
         marked("Fill empty fields with what the record before this one says"), "Ctrl+D", "copy"),
    Spec("capture", marked("&Capture"),
         marked("Scan sheets, import files and folders"), "Ctrl+1", "capture", True, "tasks"),
    Spec("images", marked("I&mages"), marked("Look at pages that may be wrong"), "Ctrl+2", "images", True, "tasks"),
    Spec("describe", marked("Desc&ribe"),
         marked("Say what is known of the selected record"), "Ctrl+3", "describe", True, "tasks"),
    Spec("search", marked("&Search"), marked("Find pages by their words"), "Ctrl+4", "search", True, "tasks"),
    Spec("deliver", marked("&Deliver"), marked("Hand records over as PDF/A"), "Ctrl+5", "deliver", True, "tasks"),
    Spec("zoom_in", marked("Zoom &in"), marked("Show the page larger"), "Ctrl++", "zoom-in"),
    Spec("zoom_out", marked("Zoom &out"), marked("Show the page smaller"), "Ctrl+-", "zoom-out"),
    Spec("fit_page", marked("Fit &page"), marked("Show the whole page"), "Ctrl+0", "fit-page", True, "fit"),
    Spec("fit_width", marked("Fit &width"),
         marked("Show the page as wide as the window"), "Ctrl+9", "fit-width", True, "fit"),
    Spec("doubtful", marked("&Underline doubtful words"),
         marked("Mark words that are not sure, and words whose marks were mended"), "Ctrl+U", "doubtful", True),
    Spec("side_panels", marked("Side pa&nels"), marked("Show what stands beside the page"), "F9", "", True),
    Spec("facts", marked("A&bout this page"),
         marked("Show what is known of the page, and the text that was read"), "F8", "", True),
    Spec("page_only", marked("Page onl&y"), marked("Hide everything but the page"), "F11", "", True),
    Spec("vietnamese", marked("Tiếng &Việt"), marked("Show the window in Vietnamese"), "", "", True, "language"),
    Spec("english", marked("&English"), marked("Show the window in English"), "", "", True, "language"),
    Spec("previous_page", marked("&Previous page"),
         marked("Go to the page before this one"), "PgUp", "previous", on_page=True),
    Spec("next_page", marked("&Next page"),
         marked("Go to the page after this one"), "PgDown", "next", on_page=True),
    Spec("first_page", marked("&First page"),
         marked("Go to the first page of the record"), "Ctrl+Home", on_page=True),
    Spec("last_page", marked("&Last page"), marked("Go to the last page of the record"), "Ctrl+End", on_page=True),
    Spec("turn_left", marked("Turn l&eft"), marked("Turn a quarter left and read again"), "Ctrl+L", "turn-left"),
    Spec("turn_right", marked("Turn &right"),
         marked("Turn a quarter right and read again"), "Ctrl+R", "turn-right"),
    Spec("turn_odd", marked("Turn o&dd pages…"), marked("Turn pages 1, 3, 5 … of the record, all by the same")),
    Spec("turn_even", marked("Turn e&ven pages…"), marked("Turn pages 2, 4, 6 … of the record, all by the same")),
    Spec("scan_here", marked("Sc&an ahead of this page"),
         marked("Put what is scanned now ahead of the page that is shown"), "F7"),
    Spec("rescan", marked("Rescan &in this page's place"),
         marked("Scan the selected pages anew; the older scans are kept"), "Shift+F7"),
    Spec("insert_files", marked("&Bring in files ahead of this page…"),
         marked("Bring in images and PDFs ahead of the page that is shown"), "Ctrl+F7"),
    Spec("join", marked("Keep facing pages as &one"),
         marked("Keep both pages of this picture as one page and read it again")),
    Spec("withdraw", marked("&Withdraw page"),
         marked("Take out of the record; the original stays"), "Ctrl+Del", "withdraw"),
    Spec("move_pages", marked("&Move to another record…"), marked("Put the selected pages into another file or item")),
    Spec("split_here", marked("Spli&t here"), marked("Make this page and those after it a new record")),
    Spec("merge_next", marked("&Join with the next record"),
         marked("Put the pages of the next record behind those of this one")),
    Spec("replace_scan", marked("Replace &scan…"), marked("Put a newer page in the place of this one")),
    Spec("tray", marked("Withdrawn pa&ges…"), marked("Look at withdrawn pages and bring them back")),
    Spec("steps", marked("&How it was made…"), marked("Show the page after each step of its cleaning"), "Ctrl+H"),
    Spec("read", marked("&Read pages"), marked("Clean and read all pages that wait"), "F5", "read"),
    Spec("stop", marked("&Stop reading"),
         marked("Stop reading; pages that are finished stay finished"), "Shift+F5", "stop"),
    Spec("retry", marked("Read &failed pages again"),
         marked("Try the pages that failed once more"), "Ctrl+F5", "retry"),
    Spec("mend_marks", marked("&Mend marks"),
         marked("Mend Vietnamese marks where the language makes others likelier; what was read is kept beside"),
         checkable=True),
    Spec("receive", marked("&Receive packages…"),
         marked("Take in what other stations gave"), "Ctrl+Shift+R", "import-files"),
    Spec("differences", marked("&Differences to settle"),
         marked("Settle where a value is another one here than on another station"), "Ctrl+Shift+D"),
    Spec("settle", marked("&Settle what is chosen"),
         marked("End the differences for which a value is chosen; one undo takes all back"), "Ctrl+Shift+S"),
    Spec("verify", marked("&Verify signatures of PDFs…"),
         marked("Show who has signed PDFs, when, and whether they were changed since")),
    Spec("back_up", marked("&Back up now…"), marked("Copy the workspace into a folder on another disk")),
    Spec("choose_who", marked("&Who you are…"), marked("Choose the person and the role that you work as")),
    Spec("people", marked("&People…"), marked("Enter people, give them roles, let them leave")),
    Spec("shortcuts", marked("&Keyboard shortcuts"), marked("List every action and its keys"), "F1", "keyboard"),
    Spec("about", marked("&About Digitizer"), marked("Name, version and licence of the program")),
)  # fmt: skip

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (marked("&File"), ("open_workspace", "", "import_files", "import_folder", "", "quit")),
    (marked("&Edit"), ("undo", "redo", "", "copy_text", "select_all", "", "find", "next_hit", "previous_hit")),
    (marked("&View"), ("capture", "images", "describe", "search", "deliver", "", "zoom_in", "zoom_out", "fit_page",
                  "fit_width", "", "doubtful", "", "side_panels", "facts", "page_only", "", "vietnamese", "english")),
    (marked("Re&cords"), ("new_record", "rename_record", "cut_record", "paste_record", "remove_record", "",
                     "save_record", "copy_before", "", "previous_record", "next_record")),
    (marked("&Page"), ("previous_page", "next_page", "first_page", "last_page", "", "turn_left", "turn_right",
                  "turn_odd", "turn_even", "", "scan_here", "rescan", "insert_files", "", "join", "withdraw", "tray",
                  "", "move_pages", "split_here", "merge_next", "replace_scan", "", "steps")),
    (marked("&Scan"), ("scan", "stop_scan", "", "new_document", "", "look_scanners", "scanner_settings", "",
                  "choose_watched", "watch", "stop_watching", "", "sort_record", "sort_waiting", "print_separators",
                  "print_labels", "open_label", "", "recovered")),
    (marked("&Read"), ("read", "stop", "", "retry", "", "mend_marks")),
    (marked("&Workspace"), ("receive", "differences", "settle", "", "verify", "", "back_up", "", "choose_who",
                  "people")),
    (marked("&Help"), ("shortcuts", "about")),
)  # fmt: skip

TOOLBAR = (
    "scan", "stop_scan", "import_files", "", "read", "stop", "", "undo", "redo", "", "turn_left", "turn_right",
    "withdraw", "", "previous_page", "next_page", "", "zoom_out", "zoom_in", "fit_page", "fit_width", "doubtful",
)  # fmt: skip

ON_RECORD = (
    "new_record", "", "describe", "rename_record", "", "cut_record", "paste_record", "", "remove_record",
)  # fmt: skip
"""The menu of a record in the tree."""
ON_PAGES = (
    "turn_left", "turn_right", "", "scan_here", "rescan", "insert_files", "", "move_pages", "split_here", "merge_next",
    "replace_scan", "", "withdraw", "tray",
)  # fmt: skip
"""The menu of pages in the filmstrip."""
_NAMED_IN_TOOLBAR = ("scan", "import_files", "read", "stop")
_ICON = QSize(20, 20)


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
            if spec.on_page or spec.on_tree:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            else:
                window.addAction(action)
            self._actions[spec.name] = action
        for title, names in MENUS:
            menu = window.menuBar().addMenu("")
            spoken.say(menu.setTitle, title)
            self._fill(menu, names)
        self.toolbar = QToolBar(window)
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setMovable(False)
        self.toolbar.setIconSize(_ICON)
        spoken.say(self.toolbar.setWindowTitle, marked("Tools"))
        self._fill(self.toolbar, TOOLBAR)
        for name in _NAMED_IN_TOOLBAR:
            button = self.toolbar.widgetForAction(self._actions[name])
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        window.addToolBar(self.toolbar)
        window.setContextMenuPolicy(window.contextMenuPolicy().NoContextMenu)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def connect_all(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Say what each action does."""
        for name, action in self._actions.items():
            action.triggered.connect(_without_argument(handlers[name]))

    def put_on_page(self, desk: QWidget) -> None:
        """Let the keys that are ``on_page`` work in ``desk``."""
        desk.addActions([self._actions[spec.name] for spec in ACTIONS if spec.on_page])

    def put_on_tree(self, tree: QWidget) -> None:
        """Let the keys that are ``on_tree`` work in ``tree``."""
        tree.addActions([self._actions[spec.name] for spec in ACTIONS if spec.on_tree])

    def put_on_pages(self, strip: QWidget) -> None:
        """Give the filmstrip its menu."""

        def show(place: QPoint) -> None:
            menu = QMenu(strip)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._fill(menu, ON_PAGES)
            menu.popup(strip.mapToGlobal(place))

        strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        strip.customContextMenuRequested.connect(show)

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
