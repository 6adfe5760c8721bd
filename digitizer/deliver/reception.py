"""What came of receiving packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitizer.capture.files import readable
from digitizer.catalogue.brought import News
from digitizer.catalogue.differences import Difference
from digitizer.catalogue.received import Outcome
from digitizer.errors import KnownError
from digitizer.model import Sha256
from ocr.text import nfc

if TYPE_CHECKING:
    from digitizer.deliver.package_signature import Signed

RECEIVE = "package.receive"
"""The kind of act that says what a package brought."""
EXCHANGE = "exchange"
"""The kind of a package of another Digitizer; others are those of archives."""


@dataclass(slots=True)
class Tally:
    """How many records, or pages, were added or changed here; ``same``: were known as they came."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def count(self, outcome: Outcome) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    @property
    def news(self) -> int:
        return self.added + self.changed


@dataclass(slots=True)
class Receipt:
    """What one package brought. ``kind``: EXCHANGE, SIP or AIP. ``package``: its UUID or OBJID. ``station``: name of
    the sender. ``signed``: what its signature proves; None where it has none. ``acts``: new in the chains kept beside
    ours. ``notes``: a sentence on each thing that was not taken. ``news``: the records and the pages that came, changed
    or went, of thousands the first.
    """

    path: Path
    package: str
    station: str
    sha256: Sha256
    kind: str = EXCHANGE
    signed: Signed | None = None
    acts: int = 0
    masters: int = 0
    records: Tally = field(default_factory=Tally)
    pages: Tally = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)
    news: tuple[list[News], list[News]] = field(default_factory=lambda: ([], []))


@dataclass(slots=True)
class ReceiveReport:
    """``refused``: packages of which nothing was taken. ``open``: all differences that now wait for a person."""

    received: list[Receipt] = field(default_factory=list)
    refused: list[tuple[Path, KnownError]] = field(default_factory=list)
    open: list[Difference] = field(default_factory=list)


def brought(receipt: Receipt) -> dict[str, Any]:
    """What the act of receiving says of what the package brought."""
    records, pages = receipt.records, receipt.pages
    return {
        "name": nfc(readable(receipt.path.name)), "masters": receipt.masters,
        "new_records": records.added, "changed_records": records.changed, "known_records": records.same,
        "new_pages": pages.added, "changed_pages": pages.changed, "known_pages": pages.same,
    }  # fmt: skip


def told(said: Mapping[str, Any]) -> tuple[Tally, Tally] | None:
    """Records and pages, from what ``brought`` made; None where an older version has said it."""
    if "new_records" not in said:
        return None
    records, pages = (
        Tally(said[f"new_{each}"], said[f"changed_{each}"], said[f"known_{each}"]) for each in ("records", "pages")
    )
    return records, pages
