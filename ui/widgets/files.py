"""Choosing files and folders. Qt's own dialog, so that every word of it is in the language spoken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFileSystemModel,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext
from ui.speech import byte_size

_PATTERNS = (
    "*.pdf *.tif *.tiff *.jpg *.jpeg *.jfif *.png *.jp2 *.j2k *.webp *.bmp *.gif *.pnm *.ppm *.pgm *.pbm"
    " *.heic *.heif *.avif"
)
_SIZE = QSize(860, 560)
_SIZE_COLUMN, _KIND_COLUMN = 1, 2  # of QFileSystemModel


class _InOurWords(QStyledItemDelegate):
    """Sizes and kinds of files as the window says them: Qt takes them from the system, in the system's language."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        model = index.model()
        if not isinstance(model, QFileSystemModel) or model.isDir(index):
            return
        if index.column() == _SIZE_COLUMN:
            option.text = byte_size(model.size(index))
        else:
            suffix = model.fileInfo(index).suffix().upper()
            option.text = gettext("{suffix} file").format(suffix=suffix) if suffix else gettext("File")


def choose_files(
    parent: QWidget, title: str, start: Path, chosen: Callable[[list[Path]], None], *,
    kind: str = "", patterns: str = _PATTERNS,
) -> None:  # fmt: skip
    """Let a person choose files; ``chosen`` is called with them. ``kind``: what files of these ``patterns`` are called,
    in the language spoken; images and PDFs where it is left out.
    """
    dialog = _dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    named, everything = kind or gettext("Images and PDFs"), gettext("All files")
    dialog.setNameFilters([f"{named} ({patterns} {patterns.upper()})", f"{everything} (*)"])
    dialog.accepted.connect(lambda: chosen([Path(name) for name in dialog.selectedFiles()]))
    dialog.open()


def choose_one(  # noqa: PLR0917
    parent: QWidget, title: str, start: Path, kind: str, patterns: str, chosen: Callable[[Path], None]
) -> None:  # fmt: skip
    """Let a person choose a file of a ``kind`` (as people call it) that has names like ``patterns``, or any other."""
    dialog = _dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"{kind} ({patterns})", f"{gettext('All files')} (*)"])
    dialog.accepted.connect(lambda: chosen(Path(dialog.selectedFiles()[0])))
    dialog.open()


def choose_file(parent: QWidget, title: str, start: Path, chosen: Callable[[Path], None]) -> None:
    """Let a person choose one file, of whatever kind; ``chosen`` is called with it."""
    dialog = _dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.accepted.connect(lambda: chosen(Path(dialog.selectedFiles()[0])))
    dialog.open()


def choose_folder(parent: QWidget, title: str, start: Path, chosen: Callable[[Path], None]) -> None:
    """Let a person choose a folder; ``chosen`` is called with it."""
    dialog = _dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.accepted.connect(lambda: chosen(Path(dialog.selectedFiles()[0])))
    dialog.open()


def choose_target(parent: QWidget, title: str, target: Path, chosen: Callable[[Path], None]) -> None:
    """Let a person say where a PDF is to be written; ``chosen`` is called with it. ``target``: what is proposed."""
    dialog = _dialog(parent, title, target.parent)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(["PDF (*.pdf)"])
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(target.name)
    dialog.accepted.connect(lambda: chosen(Path(dialog.selectedFiles()[0])))
    dialog.open()


def _dialog(parent: QWidget, title: str, start: Path) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(start))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    columns = dialog.findChild(QHeaderView)
    if columns is not None:
        columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        columns.setResizeContentsPrecision(0)  # by the rows that are seen
    table = dialog.findChild(QTreeView)
    if table is not None:
        delegate = _InOurWords(table)
        for column in (_SIZE_COLUMN, _KIND_COLUMN):
            table.setItemDelegateForColumn(column, delegate)
    dialog.resize(_SIZE)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
