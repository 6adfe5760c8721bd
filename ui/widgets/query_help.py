"""What can be typed into the search box."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QTableWidgetItem, QWidget

from digitizer.i18n import gettext, marked
from ui.widgets.dialogs import dialog_with, finish
from ui.widgets.tables import reading_table

_EXAMPLES = (
    ("nước sạch", marked("pages that hold both words; with these marks first, then with others")),
    ("nuoc sach", marked("the same, typed without marks")),
    ('"trạm bơm"', marked("these words beside each other, as they are written")),
    ("thuỷ*", marked("all words that begin so")),
    ("nước HOẶC điện · nước OR điện", marked("one word or the other")),
    ("nước KHÔNG điện · nước NOT điện · nước -điện", marked("the one without the other")),
    ("(nước HOẶC điện) VÀ giá · (nước OR điện) AND giá", marked("parentheses say what belongs together")),
    ('số:15 loại:"quyết định" · number:15 type:decision', marked("fields of the record in which the page lies")),
    ("năm:2021 · năm:2019..2021 · year:2019..", marked("of one year, of several years, from a year on")),
    ("ngày:15/3/2021 · date:3/2021", marked("a day or a month")),
    ("hồ-sơ:HS-01 · record:HS-01", marked("whatever lies in a record of that code")),
    ("cấp:hồ-sơ · level:file", marked("records of one level")),
)  # fmt: skip


def show_query_help(parent: QWidget) -> None:
    """List what the query language knows, with examples."""
    dialog, column = dialog_with(parent, gettext("What can be searched for"))
    table = reading_table(len(_EXAMPLES), 2, dialog)
    table.setHorizontalHeaderLabels([gettext("Typed"), gettext("Finds")])
    table.setAccessibleName(gettext("What can be searched for"))
    for row, (example, meaning) in enumerate(_EXAMPLES):
        table.setItem(row, 0, QTableWidgetItem(example))
        table.setItem(row, 1, QTableWidgetItem(gettext(meaning)))
    column.addWidget(table)
    finish(dialog, column, QDialogButtonBox.StandardButton.Close)
