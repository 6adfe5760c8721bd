"""Reading without a workspace: images or PDFs in, one searchable PDF/A out."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from digitizer.capture.paths import files_in
from digitizer.clock import now
from digitizer.deliver.pdf import Bookmark, PdfFile, PdfInfo, PdfPage, language_of
from digitizer.deliver.pdf_check import check_pdf
from digitizer.errors import CannotWrite, DeliveryFailed, FileRefused, NothingToRead, OutputExists, reason
from digitizer.files import write_bytes, written_aside
from digitizer.model import PageFacts
from digitizer.requests import page_label, page_request
from digitizer.settings import Settings
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from ocr.errors import PageError
from ocr.formats import alto, tables
from ocr.stages.split import Part
from ocr.text import PageText
from ocr.work import PageRequest, PageResult, count_pages, facing_page, process_page

_ALTO_SUFFIX, _CSV_SUFFIX = ".alto.xml", ".csv"
Profile = Literal["archive", "reading"]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of the result. ``number``: 1-based in its source file; ``part``: which of two facing pages, if so."""

    source: Path
    number: int
    facts: PageFacts
    text: PageText
    part: Part = Part.WHOLE


@dataclass(frozen=True, slots=True)
class Beside:
    """What is written beside the PDF: the plain text, and folders of ALTO files and of tables as CSV."""

    text: Path | None = None
    alto: Path | None = None
    tables: Path | None = None


@dataclass(slots=True)
class ReadReport:
    """``output``: None where no page could be read, so that nothing was written."""

    output: Path | None = None
    pages: list[ReadPage] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    seconds: float = 0.0


def read(
    inputs: Sequence[Path], output: Path, settings: Settings, *,
    profile: Profile = "archive", beside: Beside | None = None, task: Task | None = None,
) -> ReadReport:  # fmt: skip
    """Read every page of ``inputs`` (files and folders) in order and write one PDF/A to ``output``.

    A file or page that cannot be read is left out and listed. Raises OutputExists, NothingToRead, DeliveryFailed or
    CannotWrite.
    """
    task, beside = task or Task(), beside or Beside()
    started = time.monotonic()
    files = list(files_in(inputs))
    _refuse_overwriting(files, output, beside)
    report = ReadReport()
    try:
        _prove_writable(output)
        with (
            suppress(_NothingRead),
            written_aside(output) as aside,
            closing(_read_pages(files, settings, report, task, layers=profile == "reading")) as pages,
        ):
            _write(pages, report, aside, output, profile)
        if report.pages:
            report.output = output
            _write_beside(report.pages, beside)
        elif not report.refused:
            raise NothingToRead(path=", ".join(map(str, inputs)))
    except OSError as error:
        raise CannotWrite(path=error.filename or output, reason=reason(error)) from error
    report.seconds = time.monotonic() - started
    return report


class _NothingRead(Exception):
    """No page could be read: nothing is written."""


def _read_pages(
    files: Sequence[Path], settings: Settings, report: ReadReport, task: Task, *, layers: bool
) -> Generator[PdfPage]:
    """Read all pages, in order; no more of them are in memory than the workers are given ahead."""
    with WorkerPool(settings.processes) as pool:
        pages = list(_pages(files, pool, report, task))
        waiting: deque[tuple[Path, int, str, PageRequest, Future[PageResult]]] = deque()
        ahead, done, total = iter(pages), 0, len(pages)
        while done < total:
            while len(waiting) < settings.processes * 2 and (following := next(ahead, None)) is not None:
                path, index, label = following
                request = page_request(settings, path.absolute(), index, layers=layers)
                waiting.append((path, index, label, request, pool.submit(process_page, request)))
            task.check()
            path, index, label, request, future = waiting.popleft()
            try:
                result = pool.outcome(future, process_page, request, task=task)
            except PageError as error:
                report.refused.append(FileRefused.of(label, error))
            else:
                report.pages.append(ReadPage(path, index + 1, facts_of(result), result.text, result.part))
                yield _page(result)
                if (beside := facing_page(request, result)) is not None:
                    waiting.appendleft((path, index, label, beside, pool.submit(process_page, beside)))
                    total += 1
            done += 1
            task.report(done, total, path.name)


def _page(result: PageResult) -> PdfPage:
    packed = result.layers
    layers = None if packed is None else lambda: packed
    return PdfPage(lambda: result.image, result.size, result.dpi, result.text, layers)


def _refuse_overwriting(files: Sequence[Path], output: Path, beside: Beside) -> None:
    """Raises OutputExists where a result would take the place of an input or of another result."""
    folders = ((beside.alto, _ALTO_SUFFIX), (beside.tables, _CSV_SUFFIX))
    given = (output, beside.text, beside.alto, beside.tables)
    results = [os.path.realpath(path) for path in given if path is not None]
    if len(set(results)) < len(results):
        raise OutputExists(path=output)
    for path in files:
        real = os.path.realpath(path)
        inside = any(
            folder is not None and real.startswith(os.path.realpath(folder) + os.sep) and real.endswith(suffix)
            for folder, suffix in folders
        )
        if real in results or inside:
            raise OutputExists(path=path)


def _write_beside(pages: Sequence[ReadPage], beside: Beside) -> None:
    if beside.text is not None:
        write_bytes(beside.text, "\n\f\n".join(page.text.text for page in pages).encode())
    for folder in (beside.alto, beside.tables):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    for place, page in enumerate(pages, 1):
        if beside.alto is not None:
            write_bytes(beside.alto / f"page-{place:04d}{_ALTO_SUFFIX}", alto.write(page.text, page.source.name))
        if beside.tables is not None:
            for number, table in enumerate(tables.write(page.text), 1):
                write_bytes(beside.tables / f"page-{place:04d}-table-{number}{_CSV_SUFFIX}", table.encode())


def _prove_writable(output: Path) -> None:
    """Raises OSError before the first page is read, not after the last."""
    if output.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(output))
    try:
        with tempfile.TemporaryFile(dir=output.absolute().parent):
            pass
    except OSError as error:
        error.filename = str(output)  # not the name of our probe
        raise


def _pages(files: Sequence[Path], pool: WorkerPool, report: ReadReport, task: Task) -> Iterator[tuple[Path, int, str]]:
    """Each page: its file, its place in it, and how it is named in a sentence."""
    counts = [pool.submit(count_pages, path.absolute()) for path in files]
    for path, future in zip(files, counts, strict=True):
        task.check()
        try:
            count = pool.outcome(future, count_pages, path.absolute(), task=task)
        except PageError as error:
            report.refused.append(FileRefused.of(path, error))
        else:
            yield from (
                (path, index, page_label(str(path), index) if count > 1 else str(path)) for index in range(count)
            )


def _write(pages: Iterable[PdfPage], report: ReadReport, aside: Path, output: Path, profile: Profile) -> None:
    """Write each page as it comes, so that little is left to do after the last, then read the file back. Raises
    _NothingRead, DeliveryFailed.
    """
    written: list[PdfPage] = []
    with aside.open("wb") as handle:
        file = PdfFile(handle, profile=profile)
        for page in pages:
            file.add(page)
            written.append(replace(page, image=bytes, layers=None))  # what is checked needs neither
        if not written:
            raise _NothingRead
        info = PdfInfo(title=output.stem, author="", subject="", language=language_of(written), created=now())
        file.close(info, list(_bookmarks(report.pages)))
    for check in check_pdf(aside, written, profile=profile):
        if not check.ok:
            raise DeliveryFailed(record=output.name, check=check.name, detail=check.detail)


def _bookmarks(pages: Sequence[ReadPage]) -> Iterator[Bookmark]:
    """One mark for each source file."""
    for place, page in enumerate(pages):
        if place == 0 or pages[place - 1].source != page.source:
            yield Bookmark(page.source.name, place)


def facts_of(result: PageResult) -> PageFacts:
    """What a worker's answer tells about a page besides its words."""
    return PageFacts(
        result.size, result.dpi, result.rotation, result.skew, result.blank, result.confidence,
        sum(1 for _ in result.text.words), result.flags, result.text.reader,
    )  # fmt: skip
