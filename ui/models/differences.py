"""The open differences as a list of any length: all of them in short at once, what stands in a row in parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from digitizer.catalogue.differences import REASONS, Difference, Differences, Waiting
from digitizer.i18n import gettext, marked
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.models.table import Index, TableModel
from ui.speech import number

OURS = 0
_PART = 100
_HEADINGS = (
    marked("Choice"), marked("Record"), marked("Page"), marked("Field"), marked("Why it is open"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Open:
    """All open differences in short, in order; ``stations``: names by UUID."""

    waiting: tuple[Waiting, ...]
    stations: Mapping[str, str]


def look(workspace: Workspace, _: Task) -> Open:
    """For a lane of the runner."""
    differences = Differences(workspace.catalogue)
    return Open(tuple(differences.waiting()), differences.stations())


class DifferencesModel(TableModel):
    """One row a difference. What a person chooses is kept here until it is settled; a choice is forgotten where the
    values are others since it was made.
    """

    wanted = Signal(object)
    """Ids (tuple of str) that were looked at and are not known: give their Differences to ``know``."""
    known = Signal()
    """Differences are known that were not, or are others."""
    chosen = Signal()
    """The choices have changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_HEADINGS, parent)
        self._open = Open((), {})
        self._known: dict[str, Difference] = {}
        self._fresh: set[int] = set()
        self._missing: set[int] = set()
        self._choices: dict[str, int] = {}
        self._telling = QTimer(self, interval=0, singleShot=True)
        self._telling.timeout.connect(self._tell)

    # what is there

    def show(self, found: Open) -> None:
        """List these from now on; what stands in the rows is asked for again."""
        before = {each.id: each.state for each in self._open.waiting}
        present = {each.id: each.state for each in found.waiting}
        kept = {name: choice for name, choice in self._choices.items() if present.get(name) == before[name]}
        same = [each.id for each in found.waiting] == [each.id for each in self._open.waiting]
        self._fresh.clear()
        if same:
            self._open, self._choices = found, kept
            self._repaint()
        else:
            self.beginResetModel()
            self._open, self._choices = found, kept
            self._known = {name: each for name, each in self._known.items() if name in present}
            self.endResetModel()
        self.chosen.emit()

    def know(self, found: Iterable[Difference]) -> None:
        """What was asked for by ``wanted``."""
        self._known |= {each.id: each for each in found}
        self._repaint()
        self.known.emit()

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self._open.waiting]

    @property
    def stations(self) -> list[tuple[str, str, int]]:
        """UUID and name of each station that has other values, and in how many differences."""
        counts = Counter(station for each in self._open.waiting for station in set(each.stations))
        named = [(uuid, self._open.stations.get(uuid, uuid), count) for uuid, count in counts.items()]
        return sorted(named, key=lambda each: (each[1], each[0]))

    def difference(self, row: int) -> Difference | None:
        """What stands in a row; None where it is not known yet: then it is asked for."""
        if not 0 <= row < len(self._open.waiting):
            return None
        if row // _PART not in self._fresh:
            self._missing.add(row // _PART)
            self._telling.start()
        return self._known.get(self._open.waiting[row].id)

    def row_of_record(self, code: str) -> int:
        """The first row of that record in which something is chosen; -1 where there is none."""
        rows = (row for row, each in enumerate(self._open.waiting) if each.record == code and each.id in self._choices)
        return next(rows, -1)

    # choosing

    @property
    def choices(self) -> dict[str, int]:
        return dict(self._choices)

    @property
    def states(self) -> dict[str, str]:
        """The states (``Waiting.state``) from which the choices were made."""
        return {each.id: each.state for each in self._open.waiting if each.id in self._choices}

    def choice(self, row: int) -> int | None:
        """``OURS``, the number of a value of theirs (from 1), or None while nothing is chosen."""
        return self._choices.get(self._open.waiting[row].id) if 0 <= row < len(self._open.waiting) else None

    def choose(self, row: int, choice: int | None) -> None:
        """Nothing happens where the difference has no value of that number."""
        each = self._open.waiting[row]
        if choice is None:
            self._choices.pop(each.id, None)
        elif 0 <= choice <= len(each.stations):
            self._choices[each.id] = choice
        self._repaint()
        self.chosen.emit()

    def choose_ours(self) -> None:
        """Keep ours everywhere."""
        self._choices = dict.fromkeys(self.ids, OURS)
        self._repaint()
        self.chosen.emit()

    def choose_station(self, station: str) -> None:
        """Take the value of that station wherever it has one; of several the last."""
        for each in self._open.waiting:
            places = [place for place, uuid in enumerate(each.stations, 1) if uuid == station]
            if places:
                self._choices[each.id] = places[-1]
        self._repaint()
        self.chosen.emit()

    # for views

    @property
    def length(self) -> int:
        return len(self._open.waiting)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return self._cells(index.row())[index.column()]

    def _cells(self, row: int) -> Sequence[str]:
        each, found = self._open.waiting[row], self.difference(row)
        choice = self._choices.get(each.id)
        said = "" if choice is None else gettext("ours") if choice == OURS else self._named(each.stations[choice - 1])
        taken = "" if choice is None else f"{number(choice + 1)}  {said}"
        if found is None:
            return taken, each.record, "…", "…", "…"
        page = "" if found.page is None else number(found.page)
        return taken, found.record, page, found.label, gettext(REASONS[found.reason])

    def _named(self, station: str) -> str:
        return self._open.stations.get(station, station)

    def _repaint(self) -> None:
        if self._open.waiting:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._open.waiting) - 1, len(_HEADINGS) - 1))

    def _tell(self) -> None:
        parts, self._missing = self._missing, set()
        self._fresh |= parts
        rows = [row for part in sorted(parts) for row in range(part * _PART, (part + 1) * _PART)]
        names = tuple(self._open.waiting[row].id for row in rows if row < len(self._open.waiting))
        if names:
            self.wanted.emit(names)


def describe(names: Sequence[str]) -> Any:
    """Looks up these differences. For a lane of the runner."""
    return lambda workspace, _: tuple(Differences(workspace.catalogue).of(names))
