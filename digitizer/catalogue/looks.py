"""What was seen on pages that parts stacks: codes and blank sides. Found again from the masters at any time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.connection import atomic
from digitizer.model import PageId
from ocr.barcodes import Code, Kind
from ocr.geometry import Size
from ocr.look import VERSION, Look

_AT_ONCE = 500


class Looks:
    """The looks at the pages of one catalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, pages: Iterable[PageId]) -> dict[PageId, Look]:
        """What was seen on these pages, where they were looked at by the present version."""
        wanted, found = list(pages), dict[PageId, Look]()
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            rows = self._database.conn.execute(
                "SELECT page.uuid, look.* FROM page JOIN look ON look.page = page.id"
                f" WHERE page.uuid IN ({', '.join('?' * len(part))}) AND look.version = ?",
                [*part, VERSION],
            )
            for row in rows:
                codes = tuple(_code(each) for each in json.loads(row["codes"]))
                found[PageId(row["uuid"])] = Look(codes, bool(row["blank"]), Size(row["width"], row["height"]))
        return found

    def keep(self, looks: Mapping[PageId, Look]) -> None:
        """Keep what was seen."""
        with atomic(self._database):
            self._database.conn.executemany(
                "INSERT OR REPLACE INTO look (page, version, blank, width, height, codes)"
                " SELECT id, ?, ?, ?, ?, ? FROM page WHERE uuid = ?",
                [
                    (VERSION, look.blank, look.size.width, look.size.height, _json(look.codes), page)
                    for page, look in looks.items()
                ],
            )


def _json(codes: Iterable[Code]) -> str:
    return json.dumps(
        [
            {
                "kind": code.kind, "value": code.value, "readable": code.readable,
                "corners": [[round(x, 1), round(y, 1)] for x, y in code.corners],
            }
            for code in codes
        ],
        ensure_ascii=False,
    )  # fmt: skip


def _code(kept: Mapping[str, Any]) -> Code:
    first, second, third, fourth = ((x, y) for x, y in kept["corners"])
    return Code(Kind(kept["kind"]), kept["value"], (first, second, third, fourth), kept["readable"])
