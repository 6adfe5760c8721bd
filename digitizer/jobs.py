"""Running the queue: pages go to the workers, results come back and are stored here, one transaction a page."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from digitizer.catalogue.queue import Job
from digitizer.errors import FileRefused, WorkspaceLocked
from digitizer.files import locked
from digitizer.model import JobState, PageId
from digitizer.tasks import Task
from digitizer.workers import WorkerPool, result_of
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError
from ocr.recipe import Recipe, Setting
from ocr.stages import orient
from ocr.work import PageRequest, PageResult, process_page

_IN_WORK_PER_PROCESS = 2
"""One page read and one waiting at each worker: none is ever idle, and a stop loses little."""
_LOOK_UP_SECONDS = 0.2


@dataclass(slots=True)
class ProcessReport:
    """``failed``: pages given up in this run, with the reason."""

    done: int = 0
    failed: list[tuple[PageId, FileRefused]] = field(default_factory=list)
    seconds: float = 0.0


def process(workspace: Workspace, *, processes: int | None = None, task: Task | None = None) -> ProcessReport:
    """Run the queue until it is empty. Stopped or killed at any moment, the next call goes on where it was.

    Raises WorkspaceLocked where another process runs the queue; Cancelled where ``task`` was stopped.
    """
    task = task or Task()
    started = time.monotonic()
    with faults_named(workspace.root), locked(workspace.process_lock) as held:
        if not held:
            raise WorkspaceLocked(path=workspace.root)
        report = ProcessReport()
        if workspace.catalogue.queue.next(1):
            count = processes or workspace.settings.processes
            with WorkerPool(count) as pool:
                _run(workspace, pool, count * _IN_WORK_PER_PROCESS, report, task)
        report.seconds = time.monotonic() - started
        return report


def _run(workspace: Workspace, pool: WorkerPool, in_work: int, report: ProcessReport, task: Task) -> None:
    queue = workspace.catalogue.queue
    running: dict[Future[PageResult], Job] = {}
    while True:
        task.check()
        for job in queue.next(in_work - len(running), besides={job.page for job in running.values()}):
            running[pool.submit(process_page, request_for(workspace, job))] = job
        if not running:
            return
        finished, _ = wait(running, timeout=_LOOK_UP_SECONDS, return_when=FIRST_COMPLETED)
        for future in finished:
            _settle(workspace, running.pop(future), future, report)
        if finished:
            settled = report.done + len(report.failed)
            task.report(settled, settled + len(running) + max(0, queue.count(JobState.WAITING) - len(running)))


def request_for(workspace: Workspace, job: Job) -> PageRequest:
    """What a worker needs to read the page."""
    settings = workspace.settings
    recipe = None if job.quarters is None else Recipe(orient=Setting(orient.Params(job.quarters)))
    return PageRequest(
        workspace.masters.path(job.master), job.index, settings.reading_languages, recipe, settings.engine,
        others=settings.other_languages,
    )  # fmt: skip


def _settle(workspace: Workspace, job: Job, future: Future[PageResult], report: ProcessReport) -> None:
    try:
        result = result_of(future)
    except PageError as error:
        if not workspace.catalogue.queue.fail(job.page, error.fault, error.detail):
            report.failed.append((job.page, FileRefused.of(page_label(job.name, job.index), error)))
        return
    workspace.derivatives.write(workspace.derivatives.image(job.page), result.image)
    workspace.derivatives.write(workspace.derivatives.thumbnail(job.page), result.thumbnail)
    workspace.catalogue.readings.store(job.page, result)
    report.done += 1


def page_label(name: str, index: int) -> str:
    """How a page is named in a sentence: the file it came from, and its place in it (from 1)."""
    return f"{name} [{index + 1}]"
