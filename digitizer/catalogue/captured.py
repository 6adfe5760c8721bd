"""What was captured of a record, side by side, for the comparison with its paper."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from digitizer.catalogue.readings import Readings
from digitizer.model import JobState, PageId, RecordId
from ocr.layout.numbers import Printed, parsed, printed


@dataclass(frozen=True, slots=True)
class Side:
    """One page of a record.

    ``number``: its place, from 1. ``printed``: the number on it. ``sheet``, ``side``: as in ``digitizer.model.Page``.
    ``likeness``: as ``ocr.likeness`` makes it; None for a blank page, or one that was read before it was kept.
    """

    page: PageId
    number: int
    state: JobState
    blank: bool
    printed: Printed | None
    sheet: int | None
    side: int | None
    likeness: bytes | None


def captured(database: Database, readings: Readings, record: RecordId) -> list[Side]:
    """The pages that lie in the record itself, in order; withdrawn ones left out."""
    rows = database.conn.execute(
        "SELECT page.uuid, job.state, reading.blank, reading.printed, page.sheet, page.side, likeness.hash"
        " FROM page JOIN job ON job.page = page.id LEFT JOIN reading ON reading.page = page.id"
        " LEFT JOIN likeness ON likeness.page = page.id"
        " WHERE page.record = (SELECT id FROM record WHERE uuid = ?) AND NOT page.withdrawn"
        " ORDER BY page.ordinal, page.id",
        [record],
    ).fetchall()
    sides = []
    for number, row in enumerate(rows, 1):
        page, said = PageId(row["uuid"]), row["printed"]
        if said is None and row["blank"] is not None and (text := readings.text(page)) is not None:
            said = printed(text)  # read before the number was kept
        sides.append(
            Side(
                page, number, JobState(row["state"]), bool(row["blank"]), parsed(said or ""),
                row["sheet"], row["side"], row["hash"],
            )
        )  # fmt: skip
    return sides
