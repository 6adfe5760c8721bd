"""Running the queue: pages go to the workers, results come back and are stored here, one transaction a page."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from digitizer.catalogue.connection import atomic
from digitizer.catalogue.index import catch_up
from digitizer.catalogue.queue import Job
from digitizer.errors import FileRefused, KnownError, WorkspaceLocked
from digitizer.files import locked
from digitizer.model import JobState, Page, PageId
from digitizer.requests import page_label, page_request, remade
from digitizer.settings import MAX_PROCESSES
from digitizer.tasks import Task
from digitizer.workers import WorkerPool, Workers, result_of
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError
from ocr.recipe import Recipe, Setting
from ocr.stages import orient, split
from ocr.work import PageRequest, PageResult, process_page

_LOOK_UP_SECONDS = 0.2


@dataclass(slots=True)
class ProcessReport:
    """``failed``: pages given up in this run, with the reason. ``workers_refused``: workers of the cluster that got no
    page, with the reason.
    """

    done: int = 0
    failed: list[tuple[PageId, FileRefused]] = field(default_factory=list)
    workers_refused: Sequence[KnownError] = ()
    seconds: float = 0.0


def process(
    workspace: Workspace,
    *,
    processes: int | None = None,
    scheduler: str | None = None,
    only: Sequence[PageId] | None = None,
    task: Task | None = None,
    report: ProcessReport | None = None,
) -> ProcessReport:
    """Run the queue until it is empty. Stopped or killed at any moment, the next call goes on where it was.

    ``scheduler``: the address of a Dask cluster whose workers read, instead of processes here. ``only``: read these
    pages where they wait, and no others but those found beside them. ``report``: filled in on the way, for where this
    raises.

    Raises WorkspaceLocked where another process runs the queue; Cancelled where ``task`` was stopped; what
    ``ClusterPool`` raises.
    """
    task, report = task or Task(), report or ProcessReport()
    started = time.monotonic()
    with faults_named(workspace.root), locked(workspace.process_lock) as held:
        if not held:
            raise WorkspaceLocked(path=workspace.root)
        workspace.catalogue.audit.require("page.read")
        waiting = workspace.catalogue.queue.next(MAX_PROCESSES, only=only)
        if waiting:
            count = min(processes or workspace.settings.processes, len(waiting))
            with _cluster(scheduler) if scheduler else WorkerPool(count) as workers:
                try:
                    _run(workspace, workers, None if only is None else list(only), report, task)
                    catch_up(workspace.catalogue.database)
                finally:
                    report.workers_refused = workers.refused
                    report.seconds = time.monotonic() - started
        return report


def _cluster(address: str) -> Workers:
    from digitizer.cluster import ClusterPool  # nobody else pays for it

    return ClusterPool(address)


def _run(workspace: Workspace, workers: Workers, only: list[PageId] | None, report: ProcessReport, task: Task) -> None:
    """``only``: the pages to read, and those found beside them; None for all that wait."""
    queue = workspace.catalogue.queue
    running: dict[Future[PageResult], Job] = {}
    while True:
        task.check()
        for job in queue.next(workers.wanted - len(running), {job.page for job in running.values()}, only):
            running[workers.submit(process_page, request_for(workspace, job))] = job
        if not running:
            return
        finished, _ = wait(running, timeout=_LOOK_UP_SECONDS, return_when=FIRST_COMPLETED)
        if finished:
            born = _settle(workspace, [(running.pop(future), future) for future in finished], report)
            if only is not None:
                only.extend(born)
            settled = report.done + len(report.failed)
            waiting = len(running) if only is not None else queue.count(JobState.WAITING)
            task.report(settled, settled + waiting)


def request_for(workspace: Workspace, job: Job) -> PageRequest:
    """What a worker needs to read the page."""
    recipe = Recipe(
        orient=None if job.quarters is None else Setting(orient.Params(job.quarters)),
        split=None if job.split is None else Setting(split.Params(**json.loads(job.split))),
    )
    return page_request(workspace.settings, workspace.masters.path(job.master), job.index, recipe)


def _settle(
    workspace: Workspace, finished: Sequence[tuple[Job, Future[PageResult]]], report: ProcessReport
) -> list[PageId]:
    """Store what workers answered; gives the pages that were found beside these.

    All that came at once is one transaction: where pages are read faster than they are stored, by a cluster or from
    PDFs that hold their text, more of them share the price of one.
    """
    read: list[tuple[Job, PageResult]] = []
    faults: list[tuple[Job, PageError]] = []
    for job, future in finished:
        try:
            read.append((job, result_of(future)))
        except PageError as error:
            faults.append((job, error))
    born: list[PageId] = []
    with atomic(workspace.catalogue.database):
        stored = [(job, result) for job, result in read if _store(workspace, job, result, born)]
        queue = workspace.catalogue.queue
        given_up = [(job, fault) for job, fault in faults if not queue.fail(job.page, fault.fault, fault.detail)]
    for job, fault in given_up:
        report.failed.append((job.page, FileRefused.of(page_label(job.name, job.index), fault)))
    for job, result in stored:
        _keep_images(workspace, job.page, result)
        report.done += 1
    return born


def _store(workspace: Workspace, job: Job, result: PageResult, born: list[PageId]) -> bool:
    """Store one page's reading. Gives False where a person has said something else of it meanwhile: it still waits.

    ``born``: gets the page that was found beside it.
    """
    catalogue, found = workspace.catalogue, result.recipe.split
    # The old images go first: killed in between, the page has none and gets them anew, never those of another turn.
    workspace.derivatives.forget(job.page)
    as_asked = catalogue.pages.values(job.page, ["split"]) == {"split": job.split}
    if not as_asked or not catalogue.readings.store(job.page, result, quarters=job.quarters):
        return False
    if job.split is None and found is not None and found.params.part is split.Part.LEFT:
        born.append(catalogue.pages.split(job.page, found.params, split.facing(found.params)))
    return True


def ensure_images(workspace: Workspace, pages: Sequence[Page], task: Task | None = None) -> None:
    """Make again the images of read pages that someone deleted or damaged, by the kept recipe.

    Raises FileRefused where a master cannot be read.
    """
    lost = [page for page in pages if page.state is JobState.DONE and not workspace.derivatives.intact(page.id)]
    if not lost:
        return
    with WorkerPool(min(workspace.settings.processes, len(lost))) as pool:
        for page in lost:
            recipe = workspace.catalogue.readings.recipe(page.id)
            assert recipe is not None, "a page that is done has a recipe"
            request = remade(workspace.settings, workspace.masters.path(page.master), page.index, recipe)
            try:
                result = pool.run(process_page, request, task=task)
            except PageError as error:
                raise FileRefused.of(page_label(page.name, page.index), error) from error
            _keep_images(workspace, page.id, result)


def _keep_images(workspace: Workspace, page: PageId, result: PageResult) -> None:
    workspace.derivatives.write(workspace.derivatives.image(page), result.image)
    workspace.derivatives.write(workspace.derivatives.thumbnail(page), result.thumbnail)
