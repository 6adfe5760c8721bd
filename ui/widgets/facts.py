"""What is known of the page that is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from digitizer.i18n import gettext, marked
from digitizer.model import JobState, Page, PageFacts
from ocr.text import Area, AreaKind, PageText
from ui.flags import fault_sentence, flag_text
from ui.models.pages import state_name
from ui.speech import Spoken, number
from ui.widgets.buttons import ActionButton

_SHA_SHOWN = 12

_ROWS = (
    ("record", marked("Record")),
    ("number", marked("Page")),
    ("name", marked("File name")),
    ("master", marked("Original")),
    ("state", marked("State")),
    ("size", marked("Size")),
    ("dpi", marked("Resolution")),
    ("skew", marked("Skew")),
    ("turn", marked("Turned")),
    ("confidence", marked("Confidence")),
    ("words", marked("Words")),
    ("areas", marked("Marks over print")),
    ("flags", marked("Look at")),
    ("reader", marked("Read by")),
)
_KINDS = {
    AreaKind.STAMP: marked("stamps"),
    AreaKind.SIGNATURE: marked("signatures"),
    AreaKind.HANDWRITING: marked("handwriting"),
}


class FactsPanel(Spoken, QWidget):
    """Rows of facts, the sentence of a fault, and the text that was read."""

    def __init__(self, retry: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: Page | None = None
        self._facts: PageFacts | None = None
        self._areas, self._fault_text = tuple[Area, ...](), ""
        heading, text_heading = QLabel(self), QLabel(self)
        for label in (heading, text_heading):
            label.setProperty("role", "heading")
        self.say(heading.setText, marked("About this page"))
        self.say(text_heading.setText, marked("Text that was read"))
        form = QFormLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._digest_title, self._digest = QLabel("SHA-256", self), QLineEdit(self)
        self._digest_title.setProperty("role", "muted")
        self._digest.setAccessibleName("SHA-256")
        self._digest.setReadOnly(True)
        self._digest.setFrame(False)
        self._values: dict[str, QLabel] = {}
        for name, title in _ROWS:
            label, value = QLabel(self), QLabel(self)
            label.setProperty("role", "muted")
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.say(label.setText, title)
            self.say(value.setAccessibleName, title)
            form.addRow(label, value)
            self._values[name] = value
            if name == "master":
                form.addRow(self._digest_title, self._digest)
        self._fault = QLabel(self)
        self._fault.setProperty("role", "fault")
        self._fault.setWordWrap(True)
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._retry = ActionButton(retry, self)
        self._text = QPlainTextEdit(self)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.say(self._text.setAccessibleName, marked("Text that was read"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 8)
        column.addWidget(heading)
        column.addLayout(form)
        column.addWidget(self._fault)
        column.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(6)
        column.addWidget(text_heading)
        column.addWidget(self._text, 1)
        self.show_page(None, None, None)

    def show_page(self, page: Page | None, facts: PageFacts | None, text: PageText | None, trouble: str = "") -> None:
        """Show what is known. ``trouble``: why there is no picture, where there is none."""
        self._page, self._facts, self._fault_text = page, facts, trouble
        self._areas = text.areas if text is not None else ()
        said = text.text if text is not None else ""
        if said != self._text.toPlainText():
            self._text.setPlainText(said)
        self.say_data()

    def say_data(self) -> None:
        values = _page_values(self._page) | _fact_values(self._facts) | {"areas": _said(self._areas)}
        for name, label in self._values.items():
            label.setText(values.get(name, "–"))
        self._digest.setText(self._page.master if self._page is not None else "")
        self._digest.setCursorPosition(0)
        fault = (fault_sentence(self._page) if self._page is not None else "") or self._fault_text
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self._retry.setVisible(self._page is not None and self._page.state is JobState.FAILED)
        waiting = self._page is not None and self._page.state is JobState.WAITING
        self._text.setPlaceholderText(gettext("This page waits to be read.") if waiting else "")


def _said(areas: Sequence[Area]) -> str:
    """How many marks of each kind stand on the page."""
    counts = Counter(area.kind for area in areas)
    return "\n".join(f"{gettext(name)}: {number(counts[kind])}" for kind, name in _KINDS.items() if counts[kind]) or "–"


def _page_values(page: Page | None) -> dict[str, str]:
    if page is None:
        return {}
    return {
        "record": page.record_code,
        "number": number(page.number),
        "name": page.name,
        "master": f"{page.master[:_SHA_SHOWN]}… · {page.index + 1}",
        "state": state_name(page.state),
    }


def _fact_values(facts: PageFacts | None) -> dict[str, str]:
    if facts is None:
        return {}
    confidence = "–" if facts.confidence is None else f"{number(100 * facts.confidence)} %"
    return {
        "size": f"{number(facts.size.width)} × {number(facts.size.height)} px",
        "dpi": f"{number(facts.dpi)} dpi",
        "skew": f"{number(facts.skew, 2)}°",
        "turn": f"{number(facts.rotation)}°",
        "confidence": confidence,
        "words": number(facts.words),
        "flags": "\n".join(flag_text(flag) for flag in facts.flags) or gettext("nothing"),
        "reader": facts.reader,
    }
