"""What was read on each page: stored with the index and the job in one transaction, and given back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.index import replace_page
from digitizer.catalogue.packing import pack, readable, unpack
from digitizer.catalogue.queue import Queue
from digitizer.clock import stamp
from digitizer.model import JobState, PageFacts, PageId
from ocr import recipe as recipes
from ocr.geometry import Size
from ocr.layout.numbers import printed
from ocr.recipe import Recipe
from ocr.text import PageText
from ocr.work import PageResult


class Readings:
    """The engine's answers of one catalogue."""

    def __init__(self, database: Database, audit: Audit, queue: Queue) -> None:
        self._database = database
        self._audit = audit
        self._queue = queue

    def store(self, page: PageId, result: PageResult, *, quarters: int | None = None) -> bool:
        """One transaction: text, recipe, index, job done, act. A page read before is replaced.

        ``quarters``: the turn by hand that the page was read with. Where a person has set another one since, nothing is
        stored and False given: the page still waits, to be read as it is wanted now.
        """
        with atomic(self._database):
            found = self._database.conn.execute("SELECT id, quarters FROM page WHERE uuid = ?", [page]).fetchone()
            row = int(found["id"])
            if found["quarters"] != quarters:
                return False
            before = self.text(page)
            words = list(result.text.words)
            values = {
                "page": row,
                "width": result.size.width,
                "height": result.size.height,
                "dpi": result.dpi,
                "rotation": result.rotation,
                "skew": result.skew,
                "blank": result.blank,
                "confidence": result.confidence,
                "words": len(words),
                "flags": json.dumps(result.flags),
                "reader": result.text.reader,
                "languages": "+".join(result.text.languages),
                "recipe": json.dumps(recipes.to_json(result.recipe)),
                "transform": json.dumps(result.transform.to_json()),
                "text": pack(result.text),
                "at": stamp(),
                "printed": printed(result.text),
            }
            # Not upsert of sqlite-utils, which asks for the whole schema each time: a page is stored in milliseconds.
            said = ", ".join(f"{name} = excluded.{name}" for name in values)
            self._database.conn.execute(
                f"INSERT INTO reading({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
                f" ON CONFLICT(page) DO UPDATE SET {said}",
                list(values.values()),
            )
            self._database.conn.execute("DELETE FROM likeness WHERE page = ?", [row])
            if result.likeness is not None:
                self._database.conn.execute("INSERT INTO likeness VALUES (?, ?)", [row, result.likeness])
            replace_page(self._database, row, before, result.text)
            self._queue.finish(page)
            self._audit.append("page.read", page, None, {"reader": result.text.reader, "words": len(words)})
        return True

    def text(self, page: PageId) -> PageText | None:
        """What was read on the page; None where it was not read yet."""
        found = self._database.conn.execute(
            "SELECT text FROM reading JOIN page ON page.id = reading.page WHERE uuid = ?", [page]
        ).fetchone()
        return None if found is None else unpack(found[0])

    def facts(self, page: PageId) -> PageFacts | None:
        """What reading told about the page besides its words; None where it was not read yet."""
        row = self._row(page)
        if row is None:
            return None
        return PageFacts(
            Size(row["width"], row["height"]), row["dpi"], row["rotation"], row["skew"], bool(row["blank"]),
            row["confidence"], row["words"], tuple(json.loads(row["flags"])), row["reader"],
        )  # fmt: skip

    def resolutions(self, pages: Sequence[PageId]) -> dict[PageId, float]:
        """The dpi of those pages that were read."""
        rows = self._database.conn.execute(
            "SELECT page.uuid, reading.dpi FROM page JOIN reading ON reading.page = page.id"
            " WHERE page.uuid IN (SELECT value FROM json_each(?))",
            [json.dumps(pages)],
        )
        return {PageId(uuid): float(dpi) for uuid, dpi in rows}

    def recipe(self, page: PageId) -> Recipe | None:
        """How the page was cleaned; None where it was not read yet."""
        row = self._row(page)
        return None if row is None else recipes.from_json(json.loads(row["recipe"]))

    def index_faults(self) -> list[PageId]:
        """Pages that were read but cannot be found through the index."""
        rows = self._database.conn.execute(
            "SELECT page.uuid FROM reading JOIN page ON page.id = reading.page"
            " WHERE reading.page NOT IN (SELECT rowid FROM page_index UNION ALL SELECT page FROM to_index)"
        )
        return [PageId(row[0]) for row in rows]

    def lost(self, *, quick: bool) -> list[PageId]:
        """Pages whose job says that they were read, but whose text is not there or (not with ``quick``) is
        unreadable.
        """
        rows = self._database.conn.execute(
            "SELECT page.uuid, reading.text FROM job JOIN page ON page.id = job.page"
            " LEFT JOIN reading ON reading.page = page.id WHERE job.state = ?",
            [JobState.DONE],
        )
        return [PageId(row[0]) for row in rows if row[1] is None or not (quick or readable(row[1]))]

    def _row(self, page: PageId) -> Any:
        return self._database.conn.execute(
            "SELECT reading.* FROM reading JOIN page ON page.id = reading.page WHERE uuid = ?", [page]
        ).fetchone()
