"""Pictures of pages: loaded in another thread at the size shown, a few kept. Only derivatives made by this program are
decoded here; the files of strangers never are (their previews are made by a worker process)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from digitizer.errors import FileRefused, NoSuchPage
from digitizer.jobs import ensure_images
from digitizer.model import JobState, Page, PageId
from digitizer.requests import page_label
from digitizer.tasks import Task
from digitizer.workers import WorkerPool, result_of
from digitizer.workspace import Workspace
from ocr.errors import PageError
from ocr.geometry import Box
from ocr.work import PreviewRequest, preview_page
from ui.runner import Runner

CACHE_BYTES = 192 << 20
PREVIEW_LONGEST = 2000
_LOOK_UP_SECONDS = 0.2
_AT_ONCE = 8
"""Lost images made again by one start of workers: fewer wait long for the first, more start workers too often."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What to load: a derivative (as it was at ``version``, its time of change in ns), no larger than ``width`` x
    ``height`` device pixels; where there is a ``crop``, only that part of it (pixels of the derivative)."""

    path: Path
    version: int
    width: int
    height: int
    crop: Box | None = None

    @staticmethod
    def of(path: Path, size: QSize, crop: Box | None = None) -> Picture | None:
        """The wish for the picture at ``path`` as it is now; None where there is none."""
        try:
            return Picture(path, path.stat().st_mtime_ns, size.width(), size.height(), crop)
        except OSError:
            return None


class Pictures(QObject):
    """Loads pictures and keeps the ones used last, up to ``CACHE_BYTES``."""

    loaded = Signal(object)
    """A Picture that ``get`` can give now."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._kept: OrderedDict[Picture, QImage] = OrderedDict()
        self._asked: set[Picture] = set()
        self._bytes = 0

    def get(self, picture: Picture) -> QImage | None:
        """The picture where it is kept (a null image where it cannot be decoded), else None: then it is loaded."""
        if picture in self._kept:
            self._kept.move_to_end(picture)
            return self._kept[picture]
        if picture not in self._asked:
            self._asked.add(picture)
            self._runner.submit(
                "pictures",
                lambda _workspace, _task: _load(picture),
                done=lambda image: self._keep(picture, image),
                stopped=lambda: self._asked.discard(picture),
                newest_first=True,
            )
        return None

    def _keep(self, picture: Picture, image: QImage) -> None:
        self._asked.discard(picture)
        self._kept[picture] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > CACHE_BYTES and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].sizeInBytes()
        self.loaded.emit(picture)


class Previews(QObject):
    """Has the missing images of pages made: of pages not read yet a preview, by one worker process that lives as long
    as the window; of read ones the final image, that someone deleted."""

    made = Signal(object)
    """PageId of a page whose image is there now."""
    refused = Signal(object, object)
    """PageId, and the FileRefused that says why there is no image."""

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._refused: dict[PageId, FileRefused] = {}
        self._asked: set[PageId] = set()
        self._lost: dict[PageId, None] = {}
        self._pool: WorkerPool | None = None

    def ask(self, page: Page) -> None:
        """Make the image of this page, unless that was tried before."""
        if page.state is JobState.DONE:
            self.ask_final(page.id)
            return
        if page.id in self._refused or page.id in self._asked:
            return
        self._asked.add(page.id)
        self._runner.submit(
            "previews",
            lambda workspace, task: self._make(workspace, page, task),
            done=lambda _: self._settled(page.id),
            failed=lambda error: self._failed(page, error),
            stopped=lambda: self._asked.discard(page.id),
            key=page.id,
            newest_first=True,
            at_end=self._close_pool,
        )

    def ask_final(self, page: PageId) -> None:
        """Make the final image of this read page again, unless that was tried before in vain."""
        if page not in self._refused and page not in self._lost:
            self._lost[page] = None
            self._make_lost()

    def refusal(self, page: PageId) -> FileRefused | None:
        """Why there is no image of a page."""
        return self._refused.get(page)

    def _settled(self, page: PageId) -> None:
        self._asked.discard(page)
        self.made.emit(page)

    def _failed(self, page: Page, error: Exception) -> None:
        self._asked.discard(page.id)
        if isinstance(error, PageError):
            self._refuse(page.id, FileRefused.of(page_label(page.name, page.index), error))
        else:
            self._runner.failed.emit(error)

    def _refuse(self, page: PageId, refusal: FileRefused) -> None:
        self._refused[page] = refusal
        self.refused.emit(page, refusal)

    def _make_lost(self) -> None:
        """The pages asked for last come first: these are looked at."""
        pages = list(reversed(self._lost))[:_AT_ONCE]
        if pages:
            self._runner.submit(
                "images", lambda workspace, task: _made_again(workspace, pages, task), done=self._take_lost, key="lost"
            )

    def _take_lost(self, found: dict[PageId, FileRefused | bool]) -> None:
        for page, outcome in found.items():
            self._lost.pop(page, None)
            if isinstance(outcome, FileRefused):
                self._refuse(page, outcome)
            elif outcome:
                self.made.emit(page)
        self._make_lost()

    def _make(self, workspace: Workspace, page: Page, task: Task) -> None:
        """In the lane's thread."""
        target = workspace.derivatives.preview(page.id)
        present = workspace.catalogue.pages.get(page.id)
        if (target.is_file() and target.stat().st_size) or (
            present.state is JobState.DONE and workspace.derivatives.image(page.id).is_file()
        ):
            return
        self._pool = self._pool or WorkerPool(1)
        source = workspace.masters.path(page.master)
        request = PreviewRequest(source, page.index, present.quarters or 0, PREVIEW_LONGEST)
        future = self._pool.submit(preview_page, request)
        while not wait([future], timeout=_LOOK_UP_SECONDS).done:
            task.check()
        jpeg = result_of(future)
        if workspace.catalogue.pages.get(page.id).quarters == present.quarters:  # else it was turned meanwhile
            workspace.derivatives.write(target, jpeg)

    def _close_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _made_again(workspace: Workspace, pages: Sequence[PageId], task: Task) -> dict[PageId, FileRefused | bool]:
    """Make the lost images of read pages again; tells of each page whether its image is there, or why it cannot be."""
    present: list[Page] = []
    for page in pages:
        with suppress(NoSuchPage):
            present.append(workspace.catalogue.pages.get(page))
    refused: dict[PageId, FileRefused | bool] = {}
    try:
        ensure_images(workspace, present, task)
    except FileRefused:  # it does not say of which page: one by one, then
        for each in present:
            try:
                ensure_images(workspace, [each], task)
            except FileRefused as error:
                refused[each.id] = error
    return {page: workspace.derivatives.image(page).is_file() for page in pages} | refused


def shown_derivative(workspace: Workspace, page: Page) -> Path | None:
    """The image to show of a page: the final one where it was read, else its preview; None where neither is there."""
    final, preview = workspace.derivatives.image(page.id), workspace.derivatives.preview(page.id)
    if page.state is JobState.DONE and final.is_file():
        return final
    return preview if preview.is_file() and preview.stat().st_size else None


def _load(picture: Picture) -> QImage:
    reader = QImageReader(str(picture.path))
    size = reader.size()
    if picture.crop is not None:
        crop = picture.crop
        reader.setClipRect(QRect(crop.x, crop.y, crop.width, crop.height))
        size = QSize(crop.width, crop.height)
    wanted = size.scaled(picture.width, picture.height, Qt.AspectRatioMode.KeepAspectRatio)
    if wanted.width() < size.width():
        reader.setScaledSize(wanted)
    return reader.read()
