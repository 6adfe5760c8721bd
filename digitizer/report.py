"""Work done, its quality and what is left, counted by the database: quick also at a million pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from digitizer.workspace import Workspace

PAUSE_MINUTES = 15
"""A longer time between two acts of a person is a pause, and no work."""
NORM_MINUTES = {"planning": 0.219, "describing": 0.356, "entry": 1.276, "digitising": 4.982}
"""Minutes a page: Thông tư 04/2014/TT-BNV (lập kế hoạch và chuẩn bị, dữ liệu đặc tả, nhập phiếu tin, số hóa). The unit
is not printed in the text that was at hand; minutes is how it is read."""
OVERSIZE = 1.1
"""A page up to a tenth larger than a size counts as that size (contractors' practice)."""
SIZES = (
    ("A5", 148, 210, 0.5),
    ("A4", 210, 297, 1),
    ("A3", 297, 420, 2),
    ("A2", 420, 594, 4),
    ("A1", 594, 841, 8),
    ("A0", 841, 1189, 16),
)
"""Name, short and long side in mm (ISO 216), and how many A4 it counts as. What is smaller than A5 counts as A5; that
an A5 is half an A4 follows from the rest and is not in the source."""
_LARGER = "A0+"

_MACHINE = "('page.read', 'page.fail', 'page.split', 'program.version', 'record.receive', 'page.receive')"
"""Acts of the queue, and what packages bring: a computer that reads through the night is nobody's working hours."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What one person did on one day. ``hours``: their acts' span, pauses left out. ``pages``: brought in."""

    person: str
    day: str
    acts: int
    pages: int
    described: int
    hours: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """One file (hồ sơ) in which something is left to do."""

    record: str
    title: str
    pages: int
    waiting: int
    failed: int
    to_look_at: int


@dataclass(frozen=True, slots=True)
class Figures:
    """``since``, ``until``: first and last day, "" where open. ``images``: pictures brought in; ``pages``: these, and
    those found beside others in one picture; ``sheets``: the fewest sheets that have so many sides. ``read``,
    ``flagged``, ``blank``, ``confidence``: of what was read in that time. ``sizes``: pages read, by paper size.
    ``norm_minutes``: by the norm, by kind of work, for the images brought in.
    """

    since: str
    until: str
    images: int
    pages: int
    sheets: int
    hours: float
    read: int
    flagged: int
    blank: int
    confidence: float | None
    withdrawn: int
    turned: int
    delivered: int
    a4: float
    sizes: dict[str, int]
    norm_minutes: dict[str, float]
    efforts: tuple[Effort, ...]
    backlog: tuple[Backlog, ...]

    @property
    def flagged_share(self) -> float | None:
        """Share of the pages read that a person should look at; None where none was read."""
        return self.flagged / self.read if self.read else None

    @property
    def norm_hours(self) -> float:
        """What the norm allows for the images brought in."""
        return sum(self.norm_minutes.values()) / 60


def figures(workspace: Workspace, since: str = "", until: str = "") -> Figures:
    """Count the work of the days from ``since`` to ``until`` (ISO, both included, "" for open); the backlog is that of
    now.
    """
    connection = workspace.catalogue.database.conn
    # Text compares as time does here: all times are in one zone, and "U" is behind the "T" of that last day.
    span = {"since": since, "until": f"{until}U" if until else "~"}

    def one(query: str) -> Any:
        return connection.execute(query, span).fetchone()

    efforts = tuple(Effort(*row) for row in connection.execute(_EFFORTS, span))
    read = one(_READ)
    sizes = {row[0]: row[1] for row in connection.execute(_SIZES, span)}
    weights = {name: weight for name, _, _, weight in SIZES} | {_LARGER: SIZES[-1][3]}
    acts = one(_ACTS)
    images = sum(effort.pages for effort in efforts)
    pages = images + (acts[3] or 0)
    return Figures(
        since, until, images, pages, -(-pages // 2), round(sum(effort.hours for effort in efforts), 2),
        read[0], read[1] or 0, read[2] or 0, read[3], acts[0] or 0, acts[1] or 0, acts[2] or 0,
        sum(weights[name] * count for name, count in sizes.items()), sizes,
        {work: round(minutes * images, 1) for work, minutes in NORM_MINUTES.items()},
        efforts, tuple(Backlog(*row) for row in connection.execute(_BACKLOG)),
    )  # fmt: skip


_IN_SPAN = "at >= :since AND at < :until"
_EFFORTS = f"""
WITH mine AS (
    SELECT person, substr(at, 1, 10) AS day, julianday(at) * 1440 AS minute,
           CASE WHEN kind IN ('page.import', 'page.scan') THEN json_array_length(after, '$.pages') ELSE 0 END AS pages,
           kind IN ('record.create', 'record.change', 'record.check', 'record.approve') AS described
    FROM act WHERE {_IN_SPAN} AND kind NOT IN {_MACHINE}
), apart AS (
    SELECT person, day, pages, described,
           minute - lag(minute) OVER (PARTITION BY person ORDER BY minute) AS minutes
    FROM mine
)
SELECT person, day, count(*), sum(pages), sum(described),
       round(total(CASE WHEN minutes <= {PAUSE_MINUTES} THEN minutes END) / 60, 3)
FROM apart GROUP BY person, day ORDER BY day, person"""
_READ = f"SELECT count(*), sum(flags <> '[]'), sum(blank), avg(confidence) FROM reading WHERE {_IN_SPAN}"
_ACTS = f"""
SELECT sum(kind = 'page.change' AND after ->> '$.withdrawn' = 1),
       sum(kind = 'page.change' AND json_type(after, '$.quarters') IS NOT NULL),
       sum(kind = 'record.deliver'),
       sum(kind = 'page.split' AND json_type(after, '$.born') IS NOT NULL)
FROM act WHERE kind IN ('page.change', 'page.split', 'record.deliver') AND {_IN_SPAN}"""
_SIDES = "min(width, height) * 25.4 / dpi AS short, max(width, height) * 25.4 / dpi AS long"
_SIZES = f"""
WITH sides AS (SELECT {_SIDES} FROM reading WHERE dpi > 0 AND {_IN_SPAN})
SELECT CASE {
    " ".join(
        f"WHEN short <= {short * OVERSIZE:.1f} AND long <= {long * OVERSIZE:.1f} THEN '{name}'"
        for name, short, long, _ in SIZES
    )
} ELSE '{_LARGER}' END AS size, count(*) FROM sides GROUP BY size ORDER BY size"""
_BACKLOG = """
WITH undone(page, waiting, failed, flagged) AS (
    SELECT page, state = 'waiting', state = 'failed', 0 FROM job WHERE state IN ('waiting', 'failed')
    UNION ALL SELECT reading.page, 0, 0, 1 FROM reading CROSS JOIN job ON job.page = reading.page
    WHERE flags <> '[]' AND state = 'done'
)
SELECT record.code, record.title, record.pages, sum(undone.waiting), sum(failed), sum(flagged)
FROM undone JOIN page ON page.id = undone.page JOIN record ON record.id = page.file
WHERE NOT page.withdrawn GROUP BY page.file ORDER BY record.code"""
