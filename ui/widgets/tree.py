"""Trees of records: columns, and state that survives new records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHeaderView, QTreeView

from digitizer.model import Record, RecordId
from ui.models.records import RecordsModel

_PAGES = "00.000 "
"""What the column of pages must hold. Qt would make it as wide as its heading, even where that is hidden."""


def prepare_tree(tree: QTreeView, model: RecordsModel, *, headings: bool = True) -> None:
    """Give ``tree`` its model and columns: the title stretches, the number of pages stands right."""
    tree.setModel(model)
    tree.setUniformRowHeights(True)
    tree.setIndentation(11)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    if headings:
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(0)  # looks at what is visible only
    else:
        tree.setHeaderHidden(True)
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, tree.fontMetrics().horizontalAdvance(_PAGES))


def show_records(tree: QTreeView, model: RecordsModel, records: Sequence[Record]) -> None:
    """Show these records; what was open and current stays so. At first everything above the items is open."""
    first = not model.rowCount()
    expanded = {record.id for record in _expanded(tree, model, QModelIndex())}
    known = {record.id for record in _all(model, QModelIndex())}
    current = model.record(tree.currentIndex())
    model.show(records)
    for record in records:
        if first or record.id in expanded or record.id not in known:
            tree.expand(model.index_of(record.id))
    if current is not None and model.record(tree.currentIndex()) is None:
        select(tree, model, current.id)


def select(tree: QTreeView, model: RecordsModel, record: RecordId) -> None:
    """Make a record the current one and scroll to it."""
    index = model.index_of(record)
    tree.setCurrentIndex(index)
    tree.scrollTo(index)


def _expanded(tree: QTreeView, model: RecordsModel, parent: QModelIndex) -> Iterator[Record]:
    for record in _all(model, parent):
        if tree.isExpanded(model.index_of(record.id)):
            yield record


def _all(model: RecordsModel, parent: QModelIndex) -> Iterator[Record]:
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        record = model.record(index)
        if record is not None:
            yield record
        yield from _all(model, index)
