"""What the flags of a page say to a person."""

from __future__ import annotations

from digitizer.errors import FileRefused
from digitizer.i18n import gettext, marked
from digitizer.model import Page
from digitizer.requests import page_label
from ocr.errors import PageFault

_FLAGS = {
    "low-dpi": marked("low resolution"),
    "no-dpi": marked("resolution not known"),
    "blurred": marked("blurred"),
    "dark": marked("too dark"),
    "cut-off": marked("text is cut off at an edge"),
    "wrong-language": marked("perhaps in another language"),
    "low-confidence": marked("text is not sure"),
    "blank": marked("blank page"),
    "turned": marked("was turned upright"),
    "turn-unsure": marked("upright side is not sure"),
    "split-unsure": marked("perhaps two facing pages"),
    "sheet-unsure": marked("edge of the paper is not sure"),
    "skew-unsure": marked("skew is not sure"),
    "no-text": marked("no text was found"),
}


def flag_text(flag: str) -> str:
    """The flag in the language spoken now; a code that this window does not know is shown as it is."""
    return gettext(_FLAGS[flag]) if flag in _FLAGS else flag


def fault_sentence(page: Page) -> str:
    """What went wrong with a page and what to do next; empty where nothing did."""
    if page.fault is None:
        return ""
    return FileRefused(page_label(page.name, page.index), PageFault(page.fault)).message
