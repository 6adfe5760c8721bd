"""Lists to choose from: short words where there is little room, the whole of them where a person points or opens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox


def short(label: str) -> str:
    """A label without what it explains in brackets."""
    return label.partition(" (")[0]


def fill(box: QComboBox, offered: Sequence[tuple[str, object]], chosen: object) -> None:
    """Offer texts with their values; the first is chosen where ``chosen`` is none of them."""
    box.clear()
    for text, value in offered:
        box.addItem(short(text), value)
        box.setItemData(box.count() - 1, text, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(max((row for row, (_, value) in enumerate(offered) if value == chosen), default=0))
    box.setToolTip(str(box.currentData(Qt.ItemDataRole.ToolTipRole) or ""))
    bar = box.view().verticalScrollBar().sizeHint().width()
    box.view().setMinimumWidth(box.view().sizeHintForColumn(0) + bar)
