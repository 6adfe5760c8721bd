"""Pages looked at for codes and blank sides, by workers; what was seen is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from digitizer.errors import FileRefused
from digitizer.model import Page, PageId
from digitizer.requests import page_label
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace
from ocr.errors import PageError
from ocr.look import Look, look_at_page
from ocr.stages.split import Part

_KEPT_AT_ONCE = 32


def look_at(workspace: Workspace, pages: Sequence[Page], task: Task) -> dict[PageId, Look | FileRefused]:
    """What is seen on these pages, by their ids; of one that cannot be looked at, why. Raises Cancelled."""
    looks = workspace.catalogue.looks
    known: dict[PageId, Look | FileRefused] = dict(looks.of(page.id for page in pages))
    # Of two facing pages, the right one shares the picture: what is seen on it is told of the left one.
    left = [page for page in pages if page.id not in known and page.part is not Part.RIGHT]
    if not left:
        return known
    fresh: dict[PageId, Look] = {}
    with WorkerPool(min(workspace.settings.processes, len(left))) as pool:
        waiting: deque[tuple[Page, Path, Future[Look]]] = deque()
        ahead = iter(left)
        for done in range(len(left)):
            while len(waiting) < pool.wanted and (page := next(ahead, None)) is not None:
                source = workspace.masters.path(page.master)
                waiting.append((page, source, pool.submit(look_at_page, source, page.index)))
            task.check()
            page, source, future = waiting.popleft()
            task.report(done, len(left), page.name)
            try:
                fresh[page.id] = pool.outcome(future, look_at_page, source, page.index, task=task)
            except PageError as error:
                known[page.id] = FileRefused.of(page_label(page.name, page.index), error)
            if len(fresh) == _KEPT_AT_ONCE:
                looks.keep(fresh)
                known |= fresh
                fresh = {}
    looks.keep(fresh)
    task.report(len(left), len(left))
    return known | fresh


def look_at_file(path: Path, task: Task | None = None) -> Look:
    """What is seen on the first page of a file that is not in the workspace. Raises FileRefused or Cancelled."""
    with WorkerPool(1) as pool:
        try:
            return pool.run(look_at_page, path, 0, task=task)
        except PageError as error:
            raise FileRefused.of(path, error) from error
