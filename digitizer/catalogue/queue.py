"""The durable queue: which pages wait to be read, and what became of them. A page that fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from digitizer.catalogue.connection import atomic
from digitizer.model import JobState, PageId, Sha256
from ocr.errors import PageFault

MAX_ATTEMPTS = 2
"""A page whose worker died or was stopped is tried once more: the machine may have been short of memory."""
_MAY_PASS = frozenset({PageFault.CRASHED, PageFault.TIMEOUT})
_IMPORTANT = 1


@dataclass(frozen=True, slots=True)
class Job:
    """One page to read. ``quarters``: clockwise quarter turns set by a person, None where the program decides."""

    page: PageId
    master: Sha256
    index: int
    name: str
    quarters: int | None


class Queue:
    """Jobs of one catalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, count: int, besides: Collection[PageId] = ()) -> list[Job]:
        """At most ``count`` waiting jobs, the most urgent first, leaving out the pages ``besides`` (in work
        already).
        """
        rows = self._database.conn.execute(
            "SELECT page.uuid, master.sha256, page.master_index, page.name, page.quarters"
            " FROM job JOIN page ON page.id = job.page JOIN master ON master.id = page.master"
            " WHERE job.state = ? AND NOT page.withdrawn ORDER BY job.priority DESC, job.page LIMIT ?",
            [JobState.WAITING, count + len(besides)],
        )
        jobs = [Job(PageId(r[0]), Sha256(r[1]), r[2], r[3], r[4]) for r in rows]
        return [job for job in jobs if job.page not in besides][:count]

    def count(self, state: JobState) -> int:
        """How many pages (withdrawn ones left out) are in that state."""
        found = self._database.conn.execute(
            "SELECT count(*) FROM job JOIN page ON page.id = job.page WHERE state = ? AND NOT withdrawn", [state]
        ).fetchone()
        return int(found[0])

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
            again = fault in _MAY_PASS and row["attempts"] < MAX_ATTEMPTS
            if not again:
                self._database.table("job").update(row["page"], {"state": JobState.FAILED})
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
        return done.rowcount
