"""Text in rows of lists."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from ui.widgets.rows import WRAPPED, fitted

TEXT = "… Thực hiện Quyết định số 47/QĐ-SCNNT ngày 18 tháng 3 năm 2024 của Giám đốc Sở về việc ban hành …"


@pytest.mark.parametrize("width", [120, 200, 2000])
def test_whole_words_are_shown(qapp: QApplication, width: int) -> None:
    metrics = QFontMetrics(qapp.font())
    shown = fitted(TEXT, metrics, width, 2)
    assert metrics.boundingRect(QRect(0, 0, width, 9999), WRAPPED, shown).height() <= 2 * metrics.lineSpacing()
    assert shown.endswith(" …")
    assert TEXT.startswith(shown.removesuffix("…"))
    assert (shown == TEXT) == (width == 2000)
