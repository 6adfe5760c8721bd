"""Who works here: chosen at start where the workspace has a list of people; the list is kept by those who manage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from digitizer.catalogue.people import Person
from digitizer.catalogue.permits import role_title
from digitizer.errors import KnownError, NotListed, NotPermitted, NotTheirRole, OwnWork, WrongRole
from digitizer.i18n import gettext
from digitizer.settings import Settings
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.commands import Change
from ui.runner import Runner
from ui.speech import Spoken
from ui.widgets.people import PeopleDialog
from ui.widgets.who import WhoDialog

NOT_ALLOWED = (NotListed, NotPermitted, NotTheirRole, OwnWork, WrongRole)
"""Refusals after which another person or role may go on."""
Known = tuple[Sequence[Person], bool]
"""Everybody, and whether nobody may approve their own work."""


class PeopleActs(QObject):
    """The dialogs about people, and the button of the status bar that says who is at work."""

    chosen = Signal(str, str)
    """A person and a role ("" for any of theirs that fits)."""

    def __init__(self, runner: Runner, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._runner, self._settings, self._window = runner, settings, window
        self._active: Sequence[Person] = ()
        self.button = _Present(window)
        self.button.clicked.connect(self.ask_who)

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"choose_who": self.ask_who, "people": self._show_people}

    def use(self, settings: Settings) -> None:
        """Say who is at work from now on."""
        self._settings = settings
        self.button.show_present(settings.person, settings.role, listed=bool(self._active))

    def ask_at_start(self) -> None:
        """Ask who is at work, where there is a list of people."""
        self._look(lambda: self._show_who() if self._active else None)

    def ask_who(self) -> None:
        """Ask who is at work."""
        self._look(self._show_who)

    def _look(self, then: Callable[[], object]) -> None:
        def done(known: Known) -> None:
            self._know(known)
            then()

        self._runner.submit("tree", _known, done=done)

    def _know(self, known: Known) -> None:
        self._active = [person for person in known[0] if person.active]
        self.use(self._settings)

    def _show_who(self) -> None:
        dialog = WhoDialog(self._active, self._settings.person, self._settings.role, self._window)
        dialog.chosen.connect(self.chosen)
        dialog.open()

    def _show_people(self) -> None:
        dialog = PeopleDialog(self._window)

        def change(asked: Change) -> None:
            def work(workspace: Workspace, task: Task) -> Known:
                asked(workspace, task)
                return _known(workspace, task)

            self._runner.submit("change", work, done=lambda known: show(known, entered=True), failed=failed)

        def show(known: Known, *, entered: bool = False) -> None:
            alone = not self._active
            self._know(known)
            dialog.show_people(*known)
            if alone and self._active and entered:  # from now on everybody here needs a name
                self._show_who()

        def failed(error: Exception) -> None:
            if isinstance(error, KnownError):
                dialog.refuse(error.message_in_window)
            else:
                self._runner.failed.emit(error)

        dialog.asked.connect(change)
        dialog.open()
        self._runner.submit("tree", _known, done=show)


class _Present(Spoken, QToolButton):
    """Who is at work, in the status bar; hidden where one person works alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._person, self._role, self._listed = "", "", False
        self.setAutoRaise(True)
        self.hide()

    def show_present(self, person: str, role: str, *, listed: bool) -> None:
        """``role``: "" for any of theirs. ``listed``: whether there is a list of people."""
        self._person, self._role, self._listed = person, role, listed
        self.setVisible(listed)
        self.say_data()

    def say_data(self) -> None:
        role = f" · {role_title(self._role)}" if self._role else ""
        self.setText(f"{self._person}{role}" if self._person and self._listed else gettext("Nobody chosen"))
        self.setToolTip(gettext("Who you are: choose another person or role"))
        self.setAccessibleName(gettext("At work: {person}").format(person=self.text()))


def _known(workspace: Workspace, _: Task) -> Known:
    people = workspace.catalogue.people
    return people.all(), people.separated
