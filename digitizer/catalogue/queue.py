"""The durable queue: which pages wait to be read, and what became of them. A page that fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.model import JobState, PageId, Sha256
from digitizer.workers import MAY_PASS
from ocr.errors import PageFault

MAX_ATTEMPTS = 2
"""A page whose worker died or was stopped is tried once more: the machine may have been short of memory."""
_IMPORTANT = 1


@dataclass(frozen=True, slots=True)
class Job:
    """One page to read. ``quarters``: clockwise quarter turns set by a person; ``split``: what of its picture it is, as
    the schema has it; None where the program decides.
    """

    page: PageId
    master: Sha256
    index: int
    name: str
    quarters: int | None
    split: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that was given up after ``attempts``. ``index``: its place (from 0) in the file ``name``; ``detail``: in
    technical English.
    """

    page: PageId
    record: str
    name: str
    index: int
    fault: PageFault
    detail: str
    attempts: int


_WAITING = """
SELECT page.uuid, master.sha256, page.master_index, page.name, page.quarters, page.split
FROM job JOIN page ON page.id = job.page JOIN master ON master.id = page.master
WHERE job.state = ? AND job.withdrawn = 0
"""


_FAILED = """
SELECT page.uuid, record.code, page.name, page.master_index, job.fault, job.detail, job.attempts
FROM job JOIN page ON page.id = job.page JOIN record ON record.id = page.record
WHERE job.state = ? AND job.withdrawn = 0
"""


class Queue:
    """Jobs of one catalogue."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def next(self, count: int, besides: Collection[PageId] = (), only: Collection[PageId] | None = None) -> list[Job]:
        """At most ``count`` waiting jobs, the most urgent first, leaving out the pages ``besides`` (in work already).

        ``only``: of these pages and no others.
        """
        if only is not None:
            asked = (self._waiting(page) for page in only if page not in besides)
            return [job for job in asked if job is not None][:count]
        rows = self._database.conn.execute(
            f"{_WAITING} ORDER BY job.priority DESC, job.page LIMIT ?", [JobState.WAITING, count + len(besides)]
        )
        jobs = [_job(row) for row in rows]
        return [job for job in jobs if job.page not in besides][:count]

    def _waiting(self, page: PageId) -> Job | None:
        row = self._database.conn.execute(f"{_WAITING} AND page.uuid = ?", [JobState.WAITING, page]).fetchone()
        return None if row is None else _job(row)

    def count(self, state: JobState) -> int:
        """How many pages (withdrawn ones left out) are in that state."""
        found = self._database.conn.execute("SELECT pages FROM queue WHERE state = ?", [state]).fetchone()
        return 0 if found is None else int(found[0])

    def failed(self, limit: int = -1) -> list[Failure]:
        """The pages that were given up (withdrawn ones left out), at most ``limit`` of them, with the reasons."""
        rows = self._database.conn.execute(
            f"{_FAILED} ORDER BY job.priority DESC, job.page LIMIT ?", [JobState.FAILED, limit]
        )
        return [
            Failure(PageId(row[0]), row[1], row[2], row[3], PageFault(row[4]), row[5] or "", row[6]) for row in rows
        ]

    def finish(self, page: PageId) -> None:
        """Mark a page as read: part of the transaction that stores its reading."""
        self._database.conn.execute(
            "UPDATE job SET state = ?, fault = NULL, detail = NULL, priority = 0"
            " WHERE page = (SELECT id FROM page WHERE uuid = ?)",
            [JobState.DONE, page],
        )

    def fail(self, page: PageId, fault: PageFault, detail: str) -> bool:
        """Note a failed attempt. Gives True where the page will be tried again, False where it is given up."""
        with atomic(self._database):
            row = self._database.conn.execute(
                "UPDATE job SET attempts = attempts + 1, fault = ?, detail = ?"
                " WHERE page = (SELECT id FROM page WHERE uuid = ?) RETURNING page, attempts",
                [fault, detail[:1000], page],
            ).fetchone()
            again = fault in MAY_PASS and row["attempts"] < MAX_ATTEMPTS
            if not again:
                self._database.table("job").update(row["page"], {"state": JobState.FAILED})
                self._audit.append("page.fail", page, None, {"fault": fault, "attempts": row["attempts"]})
        return again

    def put_first(self, page: PageId) -> None:
        """Read this page before the others: someone is looking at it."""
        with atomic(self._database):
            self._database.conn.execute(
                "UPDATE job SET priority = ? WHERE page = (SELECT id FROM page WHERE uuid = ?)", [_IMPORTANT, page]
            )

    def retry_failed(self) -> int:
        """Put every failed page back into the queue; gives how many."""
        with atomic(self._database):
            done = self._database.conn.execute(
                "UPDATE job SET state = ?, attempts = 0 WHERE state = ?", [JobState.WAITING, JobState.FAILED]
            )
            if done.rowcount:
                self._audit.append("queue.retry", "queue", None, {"pages": done.rowcount})
        return done.rowcount


def _job(row: Any) -> Job:
    return Job(PageId(row[0]), Sha256(row[1]), row[2], row[3], row[4], row[5])
