"""What a delivery lacks, as a table: the first thousand at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt

from digitizer.deliver.described import Lack
from digitizer.describe.code_lists import Label
from digitizer.describe.profiles import Profiles
from digitizer.i18n import marked
from ui.models.table import TO_THE_RIGHT, Index, TableModel
from ui.speech import number

_HEADINGS = (marked("Record"), marked("Page"), marked("Field"), marked("What is missing"))
RECORD, PAGE, FIELD, SENTENCE = range(len(_HEADINGS))


class LacksModel(TableModel):
    """Rows of what is missing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_HEADINGS, parent)
        self.fields: Mapping[str, Label] = {}
        """What people call the fields, by their keys."""
        self._rows: tuple[Lack, ...] = ()

    def show(self, rows: Sequence[Lack]) -> None:
        """Show these instead; nothing happens where they are the same."""
        if tuple(rows) != self._rows:
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()

    @property
    def rows(self) -> tuple[Lack, ...]:
        return self._rows

    @property
    def length(self) -> int:
        return len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        lack = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            page = "" if lack.page is None else number(lack.page)
            return (lack.record, page, self._field_name(lack.field), lack.sentence)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return lack.line if lack.record else lack.sentence
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == PAGE:
            return TO_THE_RIGHT
        return None

    def _field_name(self, key: str) -> str:
        return self.fields[key].shown if key in self.fields else ""


def field_names(profiles: Profiles) -> Mapping[str, Label]:
    """What people call the fields of all profiles, by their keys. For a lane: reads many files at its first call."""
    return {spec.key: spec.label for profile in reversed(profiles.all.values()) for spec in profile.field}
