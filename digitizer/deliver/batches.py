"""Items that lie in no file (tài liệu rời), in batches as Circular 05/2025, Appendices II and IV, packs them.

A batch holds the loose items of one fonds, one year, one direction (outgoing or incoming) and one level of secrecy. Its
code is made as the circular says: body, year, number of the submission (the first: the catalogue knows of no other),
number of the batch in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from digitizer.completeness import count
from digitizer.deliver.content import Chosen, Dossier, DossierItem, may_be_said
from digitizer.deliver.names import batch_names, plain_name
from digitizer.describe.dates import parse_date
from digitizer.model import Level, Record, RecordId, Secrecy, Value
from digitizer.workspace import Workspace

_SUBMISSION = 1
_LEVELS = tuple(Secrecy)


@dataclass(frozen=True, slots=True)
class Batch:
    """``fonds``: what the items lie in at the top. ``incoming``: they came to the body, else it issued them."""

    fonds: Record
    year: int
    incoming: bool
    secrecy: Secrecy
    items: tuple[Record, ...]

    @property
    def id(self) -> RecordId:
        """The same for the same batch."""
        return RecordId(str(uuid5(UUID(self.fonds.id), f"{self.year}:{self.incoming}:{self.secrecy}")))

    @property
    def code(self) -> str:
        """``body.year.01.0000001``."""
        body = str(self.fonds.fields.get("organisation") or self.fonds.code)
        number = 1 + self.incoming + 2 * _LEVELS.index(self.secrecy)
        return f"{body}.{self.year:04d}.{_SUBMISSION:02d}.{number:07d}"

    @property
    def title(self) -> str:
        """What they are and of which time, in Vietnamese, as the metadata is."""
        which = "đến" if self.incoming else "đi"
        return f"Tài liệu rời ({which}) năm {self.year} của {self.fonds.title or self.fonds.code}"

    @property
    def pages(self) -> int:
        """How many pages there are in it."""
        return sum(item.pages for item in self.items)


def is_loose(workspace: Workspace, record: RecordId) -> bool:
    """Whether it is an item in a fonds, but in no file."""
    path = workspace.catalogue.records.path(workspace.catalogue.records.find(record))
    return (
        path[-1].level is Level.ITEM and path[0].level is Level.FONDS and all(r.level is not Level.FILE for r in path)
    )


def batches(workspace: Workspace, chosen: Sequence[Chosen]) -> list[Batch]:
    """The whole batches that ``chosen``, loose items, belong to, in the order of the catalogue."""
    records = workspace.catalogue.records
    wanted: dict[tuple[RecordId, int, bool, Secrecy], Record] = {}
    for each in chosen:
        item = records.find(each.file)
        fonds = records.path(item)[0]
        wanted.setdefault((fonds.id, *_kind(item)), fonds)
    held: dict[tuple[RecordId, int, bool, Secrecy], list[Record]] = {key: [] for key in wanted}
    for fonds in {fonds.id: fonds for fonds in wanted.values()}.values():
        for item in _loose(workspace, fonds):
            key = (fonds.id, *_kind(item))
            if key in held:
                held[key].append(item)
    return [Batch(wanted[key], *key[1:], tuple(items)) for key, items in held.items()]


def read_batch(workspace: Workspace, batch: Batch) -> Dossier:
    """What is in the catalogue now of the batch."""
    records, settings = workspace.catalogue.records, workspace.settings
    names = batch_names(batch.code, len(batch.items), digits=settings.pdf_digits, suffix=settings.pdf_suffix)
    items = []
    for number, (item, name) in enumerate(zip(batch.items, names, strict=True), 1):
        shown, values = may_be_said(workspace, item, records.described(item))
        items.append(DossierItem(shown, number, name, values, tuple(workspace.catalogue.pages.of_record(item.id))))
    values_of_all: dict[str, Value | None] = {
        "code": batch.code,
        "title": batch.title,
        "source": "1" if batch.incoming else "0",
        "organisation": batch.fonds.fields.get("organisation"),
        "repository": batch.fonds.fields.get("repository"),
    }
    whole = Record(
        batch.id, Level.FILE, batch.code, batch.title, batch.fonds.id, batch.secrecy, batch.secrecy, batch.pages, 0, 0,
        "file", {},
    )  # fmt: skip
    sheets = sum(count(workspace, item).sheets for item in batch.items)
    name = plain_name(batch.code)
    return Dossier(whole, name, (batch.fonds,), values_of_all, tuple(items), sheets, whole=True, loose=True)


def _kind(item: Record) -> tuple[int, bool, Secrecy]:
    """Year (0 where it is not described), direction and level of a loose item."""
    date = parse_date(str(item.fields.get("date") or ""))
    incoming = bool(item.fields.get("incoming_number") or item.fields.get("incoming_date"))
    return 0 if date is None else date.year, incoming, item.effective_secrecy


def _loose(workspace: Workspace, top: Record) -> Iterator[Record]:
    """Items with pages at or under ``top`` that lie in no file."""
    if top.level is Level.ITEM:
        if top.pages:
            yield top
    elif top.level is not Level.FILE:
        for child in workspace.catalogue.records.under(top.id):
            yield from _loose(workspace, child)
