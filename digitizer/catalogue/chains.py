"""Audit chains on their way between stations: our own and those received, given out in order, proven and kept beside
ours.

An act about something that does not travel goes sealed: its hash alone, so that the chain still holds and the act can
follow later. Chains begin with their first act and are never thinned out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from digitizer.catalogue.audit import FIRST, HASHED, VERSION, act_hash, end_key
from digitizer.catalogue.store import Catalogue
from digitizer.i18n import gettext

SEALED_AT_ONCE = 256
MAX_LINE = 8 << 20
"""Bytes of a line: an act on some 80,000 pages. Read whole, it takes some twenty times as much memory."""
_TYPES: dict[str, tuple[type, ...]] = dict.fromkeys(HASHED, (str,)) | {
    "seq": (int,), "clock_back": (int,), "before": (str, type(None)), "after": (str, type(None)),
    "undoes": (str, type(None)),
}  # fmt: skip


class ChainRefused(Exception):
    """A chain that does not hold. The sentence says why, in the language spoken now."""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """A station (its UUID and name) and how many acts of it there are."""

    station: str
    name: str
    acts: int


def outgoing(catalogue: Catalogue, opened: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    """Every chain kept here, as JSON lines: a head, then its acts. ``opened``: whether acts about that subject travel
    with what they say.
    """
    connection = catalogue.database.conn
    for station in connection.execute("SELECT id, uuid, name FROM station ORDER BY uuid").fetchall():
        table = "act" if station["uuid"] == catalogue.audit.station else "received_act"
        count = connection.execute(f"SELECT count(*) FROM {table} WHERE station = ?", [station["id"]]).fetchone()[0]
        yield {"station": station["uuid"], "name": station["name"], "acts": count}
        sealed: list[str] = []
        for row in connection.execute(f"SELECT * FROM {table} WHERE station = ? ORDER BY seq", [station["id"]]):
            if row["uuid"] is not None and (row["kind"] == VERSION or opened(row["subject"])):
                if sealed:
                    yield {"sealed": sealed}
                    sealed = []
                yield {name: row[name] for name in HASHED} | {"hash": row["hash"]}
                continue
            sealed.append(row["hash"])
            if len(sealed) == SEALED_AT_ONCE:
                yield {"sealed": sealed}
                sealed = []
        if sealed:
            yield {"sealed": sealed}


def proven(lines: Iterable[Mapping[str, Any]]) -> Iterator[ChainHead | tuple[str, int, Mapping[str, Any]]]:
    """The same lines one by one after proof: heads, and acts as station, number and row (a sealed one has only
    ``hash``). Raises ChainRefused; KeyError, TypeError or ValueError where they are no such lines.
    """
    head: ChainHead | None = None
    seq, previous = 0, FIRST
    known: set[str] = set()
    for line in lines:
        if "station" in line:
            _refuse_short(head, seq)
            head, seq, previous = ChainHead(str(line["station"]), str(line["name"]), int(line["acts"])), 0, FIRST
            if head.station in known:
                raise ChainRefused(gettext("the chain of station “{name}” is there twice").format(name=head.name))
            known.add(head.station)
            yield head
            continue
        if head is None:
            raise ValueError("an act of no station")
        for row in [{"hash": each} for each in line["sealed"]] if "sealed" in line else [line]:
            seq += 1
            if "uuid" in row:
                _refuse_foreign(head, seq, previous, row)
            elif not isinstance(row["hash"], str) or len(row["hash"]) != len(FIRST):
                raise ValueError("no hash")
            previous = row["hash"]
            yield head.station, seq, row
    _refuse_short(head, seq)


def _refuse_short(head: ChainHead | None, seq: int) -> None:
    if head is not None and head.acts != seq:
        said = gettext("the chain of station “{name}” has {found} acts, not {count}")
        raise ChainRefused(said.format(name=head.name, found=seq, count=head.acts))


def _refuse_foreign(head: ChainHead, seq: int, previous: str, row: Mapping[str, Any]) -> None:
    if not all(isinstance(row[name], kinds) for name, kinds in _TYPES.items()):
        raise ValueError("an act that none of ours can be")
    for name in ("before", "after"):
        if row[name] is not None and not isinstance(loads(row[name]), dict):
            raise ValueError("an act that says no values")
    if row["seq"] != seq or row["previous"] != previous or act_hash(head.station, row) != row["hash"]:
        said = gettext("act {number} of station “{name}” is not as it was written")
        raise ChainRefused(said.format(number=seq, name=head.name))


def loads(text: str) -> Any:
    """JSON of others. Raises ValueError also for what no JSON of ours can hold: NaN, numbers beyond all bounds, and
    halves of letters, which no file and no database takes.
    """
    value = json.loads(text, parse_constant=_refuse_number, parse_float=_finite)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse_number(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    return value if isfinite(value) else _refuse_number(text)


def enter(catalogue: Catalogue, lines: Iterable[Mapping[str, Any]]) -> int:
    """Keep what is new in the chains, in the transaction around; gives how many acts came or were opened.

    Raises ChainRefused where what is kept here differs: a station's workspace went two ways, as after a restore.
    """
    connection = catalogue.database.conn
    row_of: dict[str, int] = {}
    new = 0
    for each in proven(lines):
        if isinstance(each, ChainHead):
            row_of[each.station] = _station(catalogue, each)
            continue
        station, seq, row = each
        table = "act" if station == catalogue.audit.station else "received_act"
        kept = connection.execute(
            f"SELECT hash, uuid FROM {table} WHERE station = ? AND seq = ?", [row_of[station], seq]
        ).fetchone()
        if kept is not None and kept["hash"] != row["hash"]:
            raise ChainRefused(_forked(catalogue, row_of[station]))
        if kept is not None and (kept["uuid"] is not None or "uuid" not in row):
            continue
        if table == "act":  # acts of ours that are not here any more: this workspace is older than what it gave out
            raise ChainRefused(_forked(catalogue, row_of[station]))
        values = {name: row.get(name) for name in HASHED} | {"station": row_of[station], "seq": seq}
        values |= {"hash": row["hash"]}
        names = ", ".join(f'"{name}"' for name in values)
        places = ", ".join(f":{name}" for name in values)
        connection.execute(f"INSERT OR REPLACE INTO received_act ({names}) VALUES ({places})", values)
        new += 1
        if kept is None:
            connection.execute(
                "INSERT INTO workspace (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [end_key(station), str(seq)],
            )
    return new


def _station(catalogue: Catalogue, head: ChainHead) -> int:
    connection = catalogue.database.conn
    row = connection.execute("SELECT id FROM station WHERE uuid = ?", [head.station]).fetchone()
    if row is not None:
        return int(row[0])
    made = connection.execute("INSERT INTO station (uuid, name) VALUES (?, ?)", [head.station, head.name])
    return int(made.lastrowid or 0)


def _forked(catalogue: Catalogue, station: int) -> str:
    name = catalogue.database.conn.execute("SELECT name FROM station WHERE id = ?", [station]).fetchone()[0]
    said = gettext("the acts of station “{name}” are others than those known here, as after a restored backup")
    return said.format(name=name)


def json_line(value: Mapping[str, Any]) -> bytes:
    """One line of a JSON Lines file."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
