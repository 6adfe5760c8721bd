"""What tables have in common: rows, columns with headings in the language spoken now, nothing below a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from digitizer.i18n import gettext

Index = QModelIndex | QPersistentModelIndex
TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
"""How numbers stand."""


class TableModel(QAbstractTableModel):
    """A table whose rows ``length`` counts."""

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        """``headings``: English message ids."""
        super().__init__(parent)
        self._headings = headings

    @property
    def length(self) -> int:
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self.length

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and way is Qt.Orientation.Horizontal:
            return gettext(self._headings[section])
        return None
