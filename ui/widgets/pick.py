"""Dialogs to pick a record by its code, and pages by their pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.i18n import gettext, ngettext
from digitizer.model import Page
from ui.models.pages import PAGE_ROLE, PagesModel
from ui.speech import number
from ui.widgets.buttons import accept_button
from ui.widgets.filmstrip import ThumbnailRow, Thumbnails

_TYPING_MS = 150
_RECORD_SIZE, _PAGES_SIZE = QSize(460, 420), QSize(660, 520)


class PickRecord(QDialog):
    """Picks a file or item by part of its code."""

    asked = Signal(str)
    """Records whose code holds this are to be offered."""
    chosen = Signal(str)

    def __init__(self, pages: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(gettext("Move to another record"))
        text = QLabel(
            ngettext(
                "Type part of the code of the file or item that {count} page goes to.",
                "Type part of the code of the file or item that {count} pages go to.", pages,
            ).format(count=number(pages)), self,
        )  # fmt: skip
        text.setWordWrap(True)
        self.box = QLineEdit(self)
        self.box.setClearButtonEnabled(True)
        self.box.setAccessibleName(gettext("Code of the record"))
        self.list = QListWidget(self)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(gettext("Records that were found"))
        typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        typing.timeout.connect(lambda: self.asked.emit(self.box.text().strip()))
        self.box.textEdited.connect(lambda _text: typing.start())
        self.list.itemActivated.connect(lambda _item: self._choose())
        self.move_button = _finished(self, (text, self.box, self.list), gettext("&Move"), self._choose)
        self.resize(_RECORD_SIZE)

    def offer(self, found: Sequence[tuple[str, str]]) -> None:
        """Offer these records: code and title."""
        self.list.clear()
        for code, title in found:
            item = QListWidgetItem(f"{code} — {title}" if title else code, self.list)
            item.setData(Qt.ItemDataRole.UserRole, code)
        self.list.setCurrentRow(0)
        self.move_button.setEnabled(bool(found))

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
            self.accept()


class PickPages(QDialog):
    """Picks pages by their pictures."""

    chosen = Signal(object)
    """The pages, in their order; at least one."""

    def __init__(
        self, model: PagesModel, thumbnails: Thumbnails, parent: QWidget, *, title: str, text: str, accept: str,
        several: bool = True,
        caption: Callable[[Page], str] = lambda page: f"{page.record_code} · {number(page.number)}",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        said = QLabel(text, self)
        said.setWordWrap(True)
        self.list = QListView(self)
        self.list.setModel(model)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        modes = QListView.SelectionMode
        self.list.setSelectionMode(modes.ExtendedSelection if several else modes.SingleSelection)
        self.list.setItemDelegate(ThumbnailRow(thumbnails, self.list, caption))
        self.list.setAccessibleName(title)
        self.list.selectionModel().selectionChanged.connect(lambda _new, _old: self._offer())
        self.list.doubleClicked.connect(lambda _index: self._choose())
        thumbnails.pictures.loaded.connect(self.list.viewport().update)
        self.accept_button = _finished(self, (said, self.list), accept, self._choose)
        self._offer()
        self.resize(_PAGES_SIZE)

    @classmethod
    def of(
        cls, pages: Sequence[Page], thumbnails: Thumbnails, parent: QWidget, *, title: str, text: str, accept: str
    ) -> PickPages:
        """The dialog for these pages, which have no numbers: they were withdrawn."""
        model = PagesModel(lambda offset, limit: pages[offset : offset + limit], parent)
        dialog = cls(
            model, thumbnails, parent, title=title, text=text, accept=accept, caption=lambda page: page.record_code
        )  # fmt: skip
        model.setParent(dialog)
        model.show(len(pages), same_list=False)
        return dialog

    @property
    def _pages(self) -> list[Page]:
        rows = sorted(self.list.selectedIndexes(), key=lambda index: index.row())
        return [page for index in rows if isinstance(page := index.data(PAGE_ROLE), Page)]

    def _offer(self) -> None:
        self.accept_button.setEnabled(bool(self.list.selectionModel().hasSelection()))

    def _choose(self) -> None:
        if pages := self._pages:
            self.chosen.emit(pages)
            self.accept()


def _finished(dialog: QDialog, widgets: Sequence[QWidget], accept: str, choose: Callable[[], None]) -> QPushButton:
    """Lay the dialog out, with Cancel and a button that accepts."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)
    button = accept_button(buttons, accept)
    buttons.accepted.connect(choose)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    for widget in widgets:
        column.addWidget(widget)
    column.addWidget(buttons)
    return button
