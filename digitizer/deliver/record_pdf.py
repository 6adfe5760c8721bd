"""One PDF/A of a record, or of a whole file: its pages, what it says of itself, its signature, and its checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.clock import now
from digitizer.deliver.content import file_and_items, may_be_said
from digitizer.deliver.elements import MADE_BY, MADE_ON, said_under
from digitizer.deliver.names import item_numbers
from digitizer.deliver.pdf import Bookmark, Labels, PdfInfo, PdfPage, Profile, language_of, write_pdf
from digitizer.deliver.pdf_check import Check, check_pdf
from digitizer.deliver.resolution import coarse_pages
from digitizer.errors import DeliveryFailed, PagesWaiting, TooCoarse
from digitizer.jobs import ensure_images
from digitizer.model import JobState, Page, PageId, Record, Value
from digitizer.workspace import Workspace
from ocr.text import PageText, Role

if TYPE_CHECKING:
    from digitizer.deliver.sign import Signing

_LONGEST_HEADING = 120
_HEADINGS = 200
"""Of one record; more are no help to anybody."""


@dataclass(frozen=True, slots=True)
class PdfWish:
    """How PDFs are made. ``coarse``: pages below the least resolution of profile ``archive`` may leave."""

    profile: Profile = "archive"
    coarse: bool = False
    signing: Signing | None = None

    @property
    def told(self) -> dict[str, str]:
        """What the act of a delivery says of it."""
        return {} if self.signing is None else {"signed": self.signing.signer.name}


ARCHIVE = PdfWish()


def write_record_pdf(  # noqa: PLR0917
    workspace: Workspace, path: Path, record: Record, pages: Sequence[Page], progress: Callable[[int, int], None],
    wish: PdfWish = ARCHIVE,
) -> tuple[Check, ...]:  # fmt: skip
    """Write the searchable PDF/A of these pages, of ``record`` or of records in it, to ``path``, sign it where that is
    wished, and read it back; gives what was looked at.

    Raises PagesWaiting, TooCoarse, DeliveryFailed, what ``ensure_images`` and ``sign_pdf`` raise, and OSError.
    """
    unread = sum(page.state is not JobState.DONE for page in pages)
    if unread:
        raise PagesWaiting(record=record.code, count=unread)
    records = workspace.catalogue.records
    parts = [(records.find(key), list(held)) for key, held in groupby(pages, lambda p: p.record)]
    if wish.profile == "archive" and not wish.coarse:
        for part, held in parts:
            _refuse_coarse(workspace, part, held)
    ensure_images(workspace, pages)
    contents = [_content(workspace, page) for page in pages]
    texts = {page.id: content.text for page, content in zip(pages, contents, strict=True)}
    shown = [(may_be_said(workspace, part, {})[0], held) for part, held in parts]
    info, marks = _info(workspace, record, language_of(contents)), list(_bookmarks(record, shown, texts))
    with path.open("wb") as handle:
        write_pdf(
            handle, contents, info, marks, _labels(workspace, record, parts), profile=wish.profile, progress=progress
        )
    signed = [] if wish.signing is None else wish.signing.sign(path, record)
    checks = [*check_pdf(path, contents, profile=wish.profile), *signed]
    for check in checks:
        if not check.ok:
            raise DeliveryFailed(record=record.code, check=check.name, detail=check.detail)
    return tuple(checks)


def _content(workspace: Workspace, page: Page) -> PdfPage:
    facts, text = workspace.catalogue.readings.facts(page.id), workspace.catalogue.readings.text(page.id)
    assert facts is not None and text is not None, "a page that is done was read"
    return PdfPage(workspace.derivatives.image(page.id).read_bytes, facts.size, facts.dpi, text)


def _refuse_coarse(workspace: Workspace, record: Record, pages: Sequence[Page]) -> None:
    """Raises TooCoarse: which pages, and what the rule asks of papers of that type."""
    kind = workspace.catalogue.records.described(record).get("type")
    least, found = coarse_pages(workspace, kind, pages)
    if found:
        listed = ", ".join(map(str, found))
        raise TooCoarse(record=record.code, pages=listed, dpi=round(min(found.values())), least=least)


def _info(workspace: Workspace, record: Record, language: str) -> PdfInfo:
    """What the record's fields say, as Dublin Core names it."""
    record, values = may_be_said(workspace, record, workspace.catalogue.records.described(record))
    profiles = workspace.catalogue.records.profiles
    profile, types = profiles.get(record.profile), profiles.codes["document_type"]
    kind = types.label_of(_text(values, "type"))
    words = values.get("keywords")
    return PdfInfo(
        title=record.title, author=said_under(profile, MADE_BY, values), subject=record.code,
        language=language, created=now(),
        keywords=tuple(filter(None, (word.strip() for word in _texts(words)))), identifier=record.code,
        dated=said_under(profile, MADE_ON, values),
        kind="" if kind is None else kind.vi,
    )  # fmt: skip


def _text(values: Mapping[str, Value | None], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _texts(value: Value | None) -> list[str]:
    if isinstance(value, list):
        return value
    return value.split(";") if isinstance(value, str) else []


def _bookmarks(
    record: Record, parts: Sequence[tuple[Record, Sequence[Page]]], texts: Mapping[PageId, PageText]
) -> Iterator[Bookmark]:
    """Each record, in it one mark for each file that came in where there are several, and the headings that were seen.

    The record that the PDF is of has none above it but where its own pages begin.
    """
    place = 0
    for part, pages in parts:
        yield Bookmark(part.title or part.code, place)
        several = len({page.name for page in pages}) > 1
        name, headings = None, 0
        for page in pages:
            if several and page.name != name:
                yield Bookmark(page.name, place, level=1)
            name = page.name
            for block in texts[page.id].blocks:
                heading = " ".join(word.text for line in block.lines for word in line.words)
                if block.role is Role.HEADING and heading and headings < _HEADINGS:
                    headings += 1
                    yield Bookmark(heading[:_LONGEST_HEADING], place, level=2 if several else 1)
            place += 1


def _labels(workspace: Workspace, file: Record, parts: Sequence[tuple[Record, Sequence[Page]]]) -> list[Labels]:
    """In a whole file a page is called by the number of its item and its place in it: 3.2 is page 2 of item 3. Pages
    that lie in the file itself have their place alone.
    """
    if len(parts) == 1:
        return []
    numbers = item_numbers(file, file_and_items(workspace, file))
    labels, place = [], 0
    for part, pages in parts:
        labels.append(Labels(place, f"{numbers[part.id]}." if part.id in numbers else ""))
        place += len(pages)
    return labels
