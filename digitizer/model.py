"""What the catalogue speaks of, as frozen values. Ids are UUIDs made once, at birth; they may travel between
stations.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import uuid4

from ocr.geometry import Box, Size
from ocr.stages.split import Part
from ocr.text import nfc

RecordId = NewType("RecordId", str)
PageId = NewType("PageId", str)
ActId = NewType("ActId", str)
Sha256 = NewType("Sha256", str)


Value = str | int | bool | list[str]
"""A described value: text, number, flag, or several texts. Codes are codes; dates are ISO 8601, perhaps without day."""


def new_id() -> str:
    """A fresh UUID, lower case with hyphens."""
    return str(uuid4())


def clean(text: str) -> str:
    """NFC, on one line, without control characters or outer blanks."""
    composed = nfc(text)
    if not composed.isprintable():
        composed = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in composed)
    return " ".join(composed.split())


class Level(StrEnum):
    """Levels of description, from the whole to the part."""

    FONDS = "fonds"
    REGISTER = "register"
    BOX = "box"
    FILE = "file"
    ITEM = "item"

    def may_lie_in(self, other: Level) -> bool:
        """Whether a record of this level may lie in one of ``other``: levels may be left out, never turned round."""
        order = list(Level)
        return order.index(other) < order.index(self)


class Secrecy(StrEnum):
    """State-secrecy levels, lowest first. A record without one of its own inherits its parent's."""

    NONE = "none"
    CONFIDENTIAL = "mat"
    SECRET = "toi-mat"
    TOP_SECRET = "tuyet-mat"


class RecordState(StrEnum):
    """How far the work on a record is. What is approved changes no more until the approval is taken back."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"


class Role(StrEnum):
    """What a person may be here to do."""

    SCAN = "scan"
    DESCRIBE = "describe"
    CHECK = "check"
    APPROVE = "approve"
    DELIVER = "deliver"
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class Record:
    """A fonds (phông), register (mục lục), box (hộp), file (hồ sơ) or item (tài liệu).

    ``code``: unique in the workspace. ``secrecy``: its own, None where inherited. ``effective_secrecy``: what counts.
    ``pages``: pages in it and below it, withdrawn ones left out. ``waiting``: those of them not read yet.
    ``ordinal``: its place among its siblings, rising, perhaps with gaps. ``profile``: names its form. ``fields``: its
    own described values by key, those of ``digitizer.describe.profiles.COLUMNS`` left out. ``state``: how far the work
    on it is.
    """

    id: RecordId
    level: Level
    code: str
    title: str
    parent: RecordId | None
    secrecy: Secrecy | None
    effective_secrecy: Secrecy
    pages: int
    waiting: int
    ordinal: int
    profile: str
    fields: Mapping[str, Value]
    state: RecordState = RecordState.DRAFT


class JobState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Page:
    """One captured sheet side or imported image: an event, not a file.

    ``number``: 1-based place among the pages of its record. ``master`` and ``index`` (0-based) say where its bytes are.
    ``name``: the file's name when it came in. ``quarters``: clockwise quarter turns a person set; None leaves it to
    the program.
    ``state``: of its reading job. ``fault``: code of what went wrong where it failed, else None. ``part``: which of
    two facing pages in one picture it is, if so. ``sheet``: the sheet of paper in its file (from 1), and ``side`` of it
    (1 front, 2 back), where somebody has said so; else None. ``replaces``: the older page whose place it took: what is
    kept of that one (corrections, boxes of fields) is found by this link.
    """

    id: PageId
    record: RecordId
    record_code: str
    number: int
    master: Sha256
    index: int
    name: str
    quarters: int | None
    state: JobState
    fault: str | None
    part: Part = Part.WHOLE
    sheet: int | None = None
    side: int | None = None
    replaces: PageId | None = None

    @property
    def facing(self) -> bool:
        """Whether its picture shows another page beside it."""
        return self.part is not Part.WHOLE


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What reading a page told, without its words. Pixels are those of the final page."""

    size: Size
    dpi: float
    rotation: int
    skew: float
    blank: bool
    confidence: float | None
    words: int
    flags: tuple[str, ...]
    reader: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that a search found.

    ``boxes``: the found words in pixels of the final page. ``exact``: the marks agree with the query's.
    ``score``: higher is better, comparable within one answer.
    """

    record: str
    page: PageId
    number: int
    snippet: str
    boxes: tuple[Box, ...]
    exact: bool
    score: float


@dataclass(frozen=True, slots=True)
class RecordHit:
    """A record that a search found. ``snippet``: its values around the first word found."""

    record: str
    id: RecordId
    level: Level
    title: str
    snippet: str
    exact: bool
    score: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A word of a query that is (nearly) nowhere, and the ``near`` words that were looked for as well, in bare
    letters.
    """

    word: str
    near: tuple[str, ...]


class Total(StrEnum):
    """What the total of an answer is. ABOUT: of long phrases, some of the pages not looked at may hold the words in
    another order.
    """

    EXACT = "exact"
    AT_LEAST = "at-least"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of what was found. ``name``: of the facet, such as ``type``; ``value``: as kept, ``label``: as
    shown; ``count``: how many of the pages or records found have it.
    """

    name: str
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """``total`` counts all that match, as far as ``total_is`` says; ``hits`` is the part asked for. ``taken``: words
    that were taken for others. ``facets``: where asked for, of all that was counted, the commonest first.
    """

    total: int
    seconds: float
    hits: tuple[Hit, ...]
    total_is: Total = Total.EXACT
    taken: tuple[Taken, ...] = ()
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """As ``SearchAnswer``, of records."""

    total: int
    seconds: float
    hits: tuple[RecordHit, ...]
    total_is: Total = Total.EXACT
    taken: tuple[Taken, ...] = ()
    facets: tuple[Facet, ...] = ()
