"""Who works here: asked at start, changed from a message, kept in a dialog."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitizer.model import PageId, Role
from digitizer.settings import load_settings
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.widgets.people import PeopleDialog
from ui.widgets.who import WhoDialog
from ui.window import MainWindow

# The offscreen platform says so of every window it is given, and of lists that open.
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")


@pytest.fixture
def people(root: Path, filled: list[PageId]) -> None:
    """Lan manages and approves; Minh scans and describes."""
    with Workspace(root, NULL_ENGINE.model_copy(update={"person": "Lan", "role": ""})) as workspace:
        workspace.catalogue.people.add("Lan", [Role.MANAGE, Role.APPROVE])
        workspace.catalogue.people.add("Minh", [Role.SCAN, Role.DESCRIBE])


def who(window: MainWindow, qtbot: QtBot) -> WhoDialog:
    qtbot.waitUntil(lambda: bool(window.findChildren(WhoDialog)), timeout=WAIT_MS)
    found = window.findChildren(WhoDialog)[0]
    assert isinstance(found, WhoDialog)
    return found


def choose(window: MainWindow, qtbot: QtBot, person: str, role: str) -> None:
    dialog = who(window, qtbot)
    dialog.person.setCurrentText(person)
    dialog.role.setCurrentIndex(dialog.role.findData(role))
    dialog.work.click()
    qtbot.waitUntil(lambda: not window.findChildren(WhoDialog), timeout=WAIT_MS)


def test_a_person_is_chosen_at_start_and_remembered(opened: Opened, root: Path, people: None, qtbot: QtBot) -> None:
    window = opened(root)
    assert [who(window, qtbot).person.itemText(row) for row in range(2)] == ["Lan", "Minh"]
    choose(window, qtbot, "Minh", "scan")
    assert window.people.button.text() == "Minh · scan"
    assert (load_settings().person, load_settings().role) == ("Minh", "scan")
    window.actions_table["withdraw"].trigger()
    qtbot.waitUntil(lambda: bool(window.messages.texts), timeout=WAIT_MS)
    with Workspace(root, NULL_ENGINE) as workspace:
        act = next(workspace.catalogue.audit.journal())
        assert (act.person, act.role) == ("Minh", "scan")


def test_a_refused_act_offers_to_choose_who_you_are(opened: Opened, root: Path, people: None, qtbot: QtBot) -> None:
    window = opened(root)
    choose(window, qtbot, "Lan", "approve")
    window.actions_table["withdraw"].trigger()
    qtbot.waitUntil(lambda: bool(window.messages.texts), timeout=WAIT_MS)
    assert "may not do this" in window.messages.texts[0]
    (button,) = [each for each in window.messages.findChildren(QPushButton) if each.isVisible()]
    assert button.text() == "Who you are"
    button.click()
    choose(window, qtbot, "Minh", "")
    window.actions_table["withdraw"].trigger()
    qtbot.waitUntil(lambda: any("withdrawn" in text for text in window.messages.texts), timeout=WAIT_MS)


def test_nobody_is_asked_where_one_works_alone(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    assert window.people.button.isHidden()
    assert not window.findChildren(WhoDialog)


def test_people_are_entered_given_roles_and_let_go(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    window.use(NULL_ENGINE.model_copy(update={"role": ""}))
    window.actions_table["people"].trigger()
    (dialog,) = window.findChildren(PeopleDialog)

    def enter(name: str, *roles: Role) -> None:
        dialog.name.setText(name)
        for role, box in dialog.roles.items():
            box.setChecked(role in roles)
        dialog.save.click()

    enter("Minh", Role.SCAN)
    qtbot.waitUntil(lambda: "Nobody would be left" in dialog._fault.text(), timeout=WAIT_MS)
    enter("Người thử", Role.MANAGE)
    choose(window, qtbot, "Người thử", "")
    assert dialog.table.rowCount() == 1
    enter("Minh", Role.SCAN)
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 2, timeout=WAIT_MS)
    enter("Minh", Role.SCAN, Role.CHECK)
    qtbot.waitUntil(lambda: dialog.table.model().index(0, 1).data() == "scan, check", timeout=WAIT_MS)
    dialog.leave.click()
    qtbot.waitUntil(lambda: dialog.table.model().index(0, 2).data() == "has left", timeout=WAIT_MS)
    dialog.separate.click()
    with Workspace(root, NULL_ENGINE) as workspace:
        qtbot.waitUntil(lambda: workspace.catalogue.people.separated, timeout=WAIT_MS)
    dialog.close()
