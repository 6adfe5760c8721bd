"""Both languages, everywhere: every text on the screen is a translation of ours or data of the archive."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFrame,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableWidget,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

import resources
from digitizer.capture.rules import stack_rules
from digitizer.capture.scanner.profiles import scan_profiles
from digitizer.describe.profiles import Profiles
from digitizer.i18n import gettext
from digitizer.model import PageId
from digitizer.settings import load_settings
from tests.ui.conftest import LINES, WAIT_MS, Opened
from ui.actions import plain
from ui.app import Program
from ui.widgets.dialogs import show_about, show_bug, show_shortcuts
from ui.widgets.files import choose_files
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

_HOLE = re.compile(r"\\\{\w+\\\}")
_FEWEST_LETTERS = 2
# Names of keys are printed on the keyboard, in every country in the same words.
_KEYS = re.compile(r"((Ctrl|Shift|Alt|F\d+|PgUp|PgDown|Home|End|Del|[A-Z0-9]|\+|-|, )+)")
_SAME = {"PDF", "SHA", "dpi", "px", "Digitizer"}
"""Words that are no language's own."""


def translations() -> tuple[set[str], set[str]]:
    """The sentences of the program's catalogue: English, Vietnamese."""
    with resources.path("translations/vi/LC_MESSAGES/digitizer.po").open("rb") as handle:
        messages = [message for message in read_po(handle) if message.id and message.string]
    english = {each for m in messages for each in ([m.id] if isinstance(m.id, str) else m.id)}
    vietnamese = {each for m in messages for each in ([m.string] if isinstance(m.string, str) else m.string or ())}
    return english, vietnamese


def forms(sentences: Iterator[str]) -> list[re.Pattern[str]]:
    """What a sentence looks like once its holes are filled; those that are little but holes would fit anything."""
    escaped = [re.escape(each) for each in sentences if each]
    worded = [each for each in escaped if sum(c.isalpha() for c in _HOLE.sub("", each)) >= _FEWEST_LETTERS]
    return [re.compile(_HOLE.sub(".+", each), re.DOTALL) for each in worded]


def texts(top: QWidget) -> Iterator[str]:
    """Every text of a window that a person can see or hear."""
    for widget in [top, *top.findChildren(QWidget)]:
        yield widget.toolTip()
        yield widget.accessibleName()
        yield widget.statusTip()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QMenu | QGroupBox):
            yield widget.title()
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            yield widget.placeholderText()
        if isinstance(widget, QDialog):
            yield widget.windowTitle()
        if isinstance(widget, QTableWidget | QTreeView):
            model = widget.model()
            for column in range(model.columnCount()):
                yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(row) for row in range(widget.count()))
        for action in widget.actions():
            if isinstance(action, QAction):
                yield from (action.text(), action.toolTip(), action.statusTip())


def foreign(top: QWidget, language: str, data: set[str]) -> set[str]:
    """Texts that are neither of ``language`` nor ``data``."""
    sides = translations()
    english, vietnamese = ({plain(each).strip() for each in side} for side in sides)
    own, other = (vietnamese, english - vietnamese) if language == "vi" else (english, vietnamese - english)
    patterns = forms(iter(own))
    begun = re.compile("|".join(re.escape(each) for each in sides[language == "vi"] if each.endswith(" ")) or "(?!)")
    found = set()
    for text in texts(top):
        for part in re.split(
            r" — |\n", re.sub(r" \([^()]*\)$", "", re.sub(r"<[^>]*>", "", text.replace("<br>", "\n")))
        ):
            bare = plain(part).strip()
            words = set(re.findall(r"[^\W\d_]+", bare))
            if bare in data or words <= _SAME or _KEYS.fullmatch(bare):
                continue
            joined = {bare, begun.sub("", bare)}  # Qt says “Show ” and the name of a column
            if bare in other or not (joined & own or any(form.fullmatch(bare) for form in patterns)):
                found.add(bare)
    return found


def data_of(window: MainWindow, root: Path) -> set[str]:
    page = window.desk.page
    shown = {root.name, *LINES, "HS-01", "HS-01.001", str(root), str(root / "delivered"), "Phông mặc định"}
    if page is not None:
        shown |= {page.name, page.master, "test 1", f"{page.master[:12]}… · 1"}
    return shown


def labels(language: str) -> set[str]:
    """What the shipped forms, code lists, ways to scan and to sort call things."""
    profiles = Profiles()
    of_forms = [label for each in profiles.all.values() for label in (each.label, *(spec.label for spec in each.field))]
    of_codes = [entry.label for each in profiles.codes.values() for entry in each.entry]
    of_capture = [*(each.label for each in scan_profiles().values()), *(each.label for each in stack_rules().values())]
    # Of what stands in brackets the test sees nothing.
    ways = {re.sub(r" \([^()]*\)$", "", str(getattr(label, language))) for label in of_capture}
    named = {str(getattr(label, language)) for label in (*of_forms, *of_codes)} | ways
    return named | {f"{name} *" for name in named} | {f"{gettext('File (of records)')} HS-01"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_other_language_is_on_the_screen(
    program: Program, opened: Opened, root: Path, filled: list[PageId], language: str, qtbot: QtBot
) -> None:
    window = opened(root)
    program.set_language("vi")  # once there and back: what is said again must be complete too
    program.set_language(language)
    window.search.box.setText("quyết định")
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.search()
    window.search.step(1)
    window.show_task("describe")
    qtbot.waitUntil(lambda: window.describe.form is not None, timeout=WAIT_MS)
    for name in ("images", "deliver", "capture"):
        window.show_task(name)
    data = data_of(window, root) | labels(language)
    assert foreign(window, language, data) == set()
    assert foreign(window, "en" if language == "vi" else "vi", data)  # the test itself can see


@pytest.mark.parametrize("language", ["vi", "en"])
def test_dialogs_speak_the_language_too(
    program: Program, opened: Opened, root: Path, language: str, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    program.set_language("vi")
    program.set_language(language)
    show_shortcuts(window)
    show_about(window)
    show_bug(window, ValueError("x"))
    choose_files(window, window.windowTitle(), tmp_path, lambda _paths: None)
    window.record_acts.ask_new(None)
    qtbot.waitUntil(lambda: len(window.findChildren(QDialog)) == 5, timeout=WAIT_MS)
    dialogs = window.findChildren(QDialog)
    data = labels(language) | {root.name, tmp_path.name, *(part.name for part in tmp_path.parents), "/", str(tmp_path)}
    for dialog in dialogs:
        QApplication.processEvents()
        assert foreign(dialog, language, data) == set()
        dialog.close()
    qtbot.waitUntil(lambda: not window.findChildren(QDialog), timeout=WAIT_MS)


def test_the_language_is_kept(program: Program, opened: Opened, root: Path) -> None:
    window = opened(root)
    before = window.actions_table["quit"].text()
    window.actions_table["vietnamese"].trigger()
    assert window.actions_table["quit"].text() != before
    assert load_settings().language == "vi"
    window.actions_table["english"].trigger()
    assert window.actions_table["quit"].text() == before
    assert load_settings().language == "en"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_menu_entry_has_a_letter_of_its_own(program: Program, opened: Opened, root: Path, language: str) -> None:
    window = opened(root)
    program.set_language("vi")
    program.set_language(language)
    menus = [action.menu() for action in window.menuBar().actions()]
    for place in [window.menuBar(), *(menu for menu in menus if isinstance(menu, QMenu))]:
        texts_of_menu = [action.text() for action in place.actions() if action.text()]
        letters = [text[text.index("&") + 1].lower() for text in texts_of_menu]
        assert len(letters) == len(set(letters)), texts_of_menu


def test_every_control_has_a_name(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    unnamed = [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}"
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.objectName().startswith("qt_")
        and not (widget.accessibleName() or getattr(widget, "text", str)())
        and not isinstance(widget.window(), QFrame)  # the list that a combo box opens; the box has the name
    ]
    assert not unnamed


def test_shortcuts_are_unique() -> None:
    from ui.actions import ACTIONS

    keys = [spec.shortcut for spec in ACTIONS if spec.shortcut]
    assert len(keys) == len(set(keys))
