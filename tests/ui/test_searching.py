"""The search view: what a query was taken for, what it was refused for, facets, records, kept searches."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu, QTableWidget
from pytestqt.qtbot import QtBot

from digitizer.catalogue.query import parse
from digitizer.model import Level, PageId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, added, page_text, store
from tests.ui.conftest import WAIT_MS, Opened
from ui.widgets.query_help import _EXAMPLES
from ui.window import MainWindow

# The offscreen platform says so of every window it is given, and of menus that open.
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")

KINDS = (("Quyết định", "2020"), ("Quyết định", "2021"), ("Công văn", "2021"))


@pytest.fixture
def papers(root: Path) -> list[PageId]:
    """Three files of one item each, of two types and two years; the words "trạm bơm" are on the page of each."""
    pages = []
    with Workspace(root, NULL_ENGINE) as workspace:
        catalogue = workspace.catalogue
        for number, (kind, year) in enumerate(KINDS, 1):
            (page,) = added(workspace, f"HS-{number}", 1)
            store(workspace, page, page_text("Trạm bơm nước", f"Tờ {number}"))
            file = catalogue.records.get(f"HS-{number}")
            item = catalogue.records.create(Level.ITEM, f"HS-{number}.001", f"Về việc {number}", file)
            catalogue.records.describe(item, {"type": kind, "date": year})
            catalogue.arrangement.move([page], item)
            pages.append(page)
    return pages


def search(window: MainWindow, qtbot: QtBot, query: str) -> None:
    window.show_task("search")
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.ask(query)


def entry(window: MainWindow, name: str, begins: str, qtbot: QtBot) -> None:
    """Choose an entry of the menu of a facet."""
    actions = window.search.facets.buttons[name].menu().actions()
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        next(action for action in actions if action.text().startswith(begins)).trigger()


def rows(window: MainWindow) -> int:
    return window.search.list.model().rowCount()


def test_a_facet_narrows_and_widens(opened: Opened, root: Path, papers: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    search(window, qtbot, "bơm OR tầu")
    assert rows(window) == 3
    bar = window.search.facets
    assert not bar.isHidden()
    assert [action.text() for action in bar.buttons["year"].menu().actions()] == ["2021  (2)", "2020  (1)"]
    entry(window, "year", "2021", qtbot)
    assert window.search.box.text() == "(bơm OR tầu) year:2021"
    assert rows(window) == 2
    assert bar.buttons["year"].isChecked()
    assert "2021" in bar.buttons["year"].text()
    entry(window, "type", "Decision", qtbot)
    assert rows(window) == 1
    entry(window, "year", "2021", qtbot)
    assert "year" not in window.search.box.text()
    assert rows(window) == 2


def test_a_near_word_is_named_and_the_typed_one_can_be_meant(
    opened: Opened, root: Path, papers: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    search(window, qtbot, "nước bomm")
    assert rows(window) == 3
    assert "“bom”" in window.search.notes.text()
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.notes.linkActivated.emit("bomm")
    assert window.search.box.text() == 'nước "bomm"'
    assert rows(window) == 0
    assert window.search.notes.isHidden()


def test_a_refused_query_is_a_sentence_under_the_box(
    opened: Opened, root: Path, papers: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    search(window, qtbot, '"trạm')
    assert "not closed" in window.search.notes.text()
    assert window.messages.texts == []
    assert rows(window) == 0
    search(window, qtbot, '"trạm bơm"')
    assert rows(window) == 3
    assert window.search.notes.isHidden()


def test_records_are_found_and_selected(opened: Opened, root: Path, papers: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    search(window, qtbot, '"về việc"')
    assert rows(window) == 0
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.records.click()
    assert rows(window) == 3
    window.search.step(1)
    window.search.step(1)
    qtbot.waitUntil(
        lambda: window.sidebar.record is not None and window.sidebar.record.code == "HS-2.001", timeout=WAIT_MS
    )


def test_a_search_is_kept_run_and_taken_away(opened: Opened, root: Path, papers: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    search(window, qtbot, "bơm")
    kept = window.search.kept
    kept.keep("Trạm bơm")
    qtbot.waitUntil(lambda: len(kept._kept) == 1, timeout=WAIT_MS)
    search(window, qtbot, "khác")
    kept.menu().aboutToShow.emit()
    run = next(action for action in kept.menu().actions() if action.text() == "Trạm bơm")
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        run.trigger()
    assert window.search.box.text() == "bơm"
    away = kept.menu().actions()[-1].menu()
    assert isinstance(away, QMenu)
    away.actions()[0].trigger()
    qtbot.waitUntil(lambda: not kept._kept, timeout=WAIT_MS)


def test_the_help_opens_and_its_examples_are_understood(
    opened: Opened, root: Path, papers: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    window.show_task("search")
    window.search.help.click()
    table = window.search.findChild(QTableWidget)
    assert isinstance(table, QTableWidget)
    assert table.rowCount() == len(_EXAMPLES)
    with Workspace(root, NULL_ENGINE) as workspace:
        for example, _ in _EXAMPLES:
            for query in example.split(" · "):
                assert parse(query) is not None
                workspace.catalogue.search.pages(query)  # every field is one that a form has
    table.window().close()
