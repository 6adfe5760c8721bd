"""The audit chain: every act appended with its before and after, each entry holding the hash of the one ahead of it."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.schema import JOURNAL
from digitizer.clock import stamp
from digitizer.i18n import gettext
from digitizer.model import ActId, new_id

Value = Mapping[str, Any] | None
_FIRST = "0" * 64
_HASHED = (
    "seq", "uuid", "at", "clock_back", "person", "role", "account", "kind", "subject", "before", "after", "undoes",
    "previous",
)  # fmt: skip


@cache
def account() -> str:
    """The operating-system account; its number where the system knows no name for it, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: a person and the role they act in. The operating-system account is added by the program."""

    person: str
    role: str


class NoStation(Exception):
    """The catalogue does not say which station it belongs to: someone has taken that away."""


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the chain. ``before`` and ``after`` are the values that the act changed, None where there was
    none.
    """

    id: ActId
    seq: int
    at: str
    person: str
    role: str
    kind: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undoes: ActId | None


class Audit:
    """Appends to this station's chain and verifies it. Use inside the transaction of the fact that is recorded."""

    def __init__(self, database: Database, who: Who) -> None:
        self._database = database
        self._who = who
        row = database.conn.execute(
            "SELECT station.id, station.uuid FROM station JOIN workspace ON key = 'station' AND value = uuid"
        ).fetchone()
        if row is None:
            raise NoStation
        self._station, self._station_uuid = int(row[0]), str(row[1])
        self._end_key = _end_key(self._station_uuid)

    def append(self, kind: str, subject: str, before: Value, after: Value, *, undoes: ActId | None = None) -> ActId:
        """Add one act about ``subject`` (a UUID, SHA-256 or code). Must run inside a transaction."""
        assert self._database.conn.in_transaction, "an act belongs to the transaction of its fact"
        last = self._database.conn.execute(
            "SELECT seq, at, hash FROM act WHERE station = ? ORDER BY seq DESC LIMIT 1", [self._station]
        ).fetchone()
        at = stamp()
        row: dict[str, Any] = {
            "station": self._station,
            "seq": last["seq"] + 1 if last else 1,
            "uuid": new_id(),
            "at": at,
            "clock_back": int(bool(last and at < last["at"])),
            "person": self._who.person,
            "role": self._who.role,
            "account": account(),
            "kind": kind,
            "subject": subject,
            "before": _json(before),
            "after": _json(after),
            "undoes": undoes,
            "previous": last["hash"] if last else _FIRST,
        }
        row["hash"] = _hash(self._station_uuid, row)
        # In plain SQL: an import of a table appends ten thousands of acts.
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f":{name}" for name in row)
        self._database.conn.execute(f"INSERT INTO act ({names}) VALUES ({places})", row)
        # A chain cannot show that its own end was cut off: the number of its last entry is kept beside it.
        self._database.conn.execute(
            "INSERT INTO workspace (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [self._end_key, str(row["seq"])],
        )
        return ActId(row["uuid"])

    def acts_of(self, kinds: Sequence[str]) -> list[Act]:
        """This station's acts of those kinds, in order."""
        rows = self._database.conn.execute(
            f"SELECT * FROM act WHERE station = ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY seq",
            [self._station, *kinds],
        )
        return [_act(row) for row in rows]

    def journal(self) -> Iterator[Act]:
        """This station's acts that can be undone, and the undoing ones, newest first, read as they are asked for."""
        rows = self._database.conn.execute(
            f"SELECT * FROM act WHERE station = ? AND {JOURNAL} ORDER BY seq DESC", [self._station]
        )
        return map(_act, rows)

    def get(self, act: ActId) -> Act:
        """The act of that id; it must be there."""
        return _act(self._database.conn.execute("SELECT * FROM act WHERE uuid = ?", [act]).fetchone())

    def faults(self) -> list[str]:
        """What is wrong with any chain kept here: every changed, missing or reordered entry, named. Empty when
        whole.
        """
        found: list[str] = []
        for station in self._database.conn.execute("SELECT id, uuid, name FROM station").fetchall():
            found += self._faults_of(station["id"], station["uuid"], station["name"])
        return found

    def _faults_of(self, station: int, uuid: str, name: str) -> Iterator[str]:
        previous, expected = _FIRST, 1
        for row in self._database.conn.execute("SELECT * FROM act WHERE station = ? ORDER BY seq", [station]):
            where = f"{name} #{row['seq']}"
            if not isinstance(row["seq"], int):
                yield gettext("{where}: is no entry of ours").format(where=where)
                continue
            if row["seq"] != expected:
                yield _missing(where, expected, row["seq"] - 1)
            elif row["previous"] != previous:
                yield gettext("{where}: does not follow the entry before it").format(where=where)
            if _hash(uuid, dict(row)) != row["hash"]:
                sentence = gettext("{where}: was changed after it was written ({kind}, {at})")
                yield sentence.format(where=where, kind=row["kind"], at=row["at"])
            previous, expected = row["hash"], row["seq"] + 1
        kept = self._database.conn.execute("SELECT value FROM workspace WHERE key = ?", [_end_key(uuid)]).fetchone()
        if kept is None or not str(kept[0]).isdecimal():
            if expected > 1:
                yield gettext("{where}: the number of its last entry is not kept").format(
                    where=f"{name} #{expected - 1}"
                )
        elif int(kept[0]) >= expected:
            yield _missing(f"{name} #{expected}", expected, int(kept[0]))


def _end_key(station_uuid: str) -> str:
    return f"chain-end:{station_uuid}"


def _missing(where: str, first: int, last: int) -> str:
    return gettext("{where}: entries {first} to {last} are missing").format(where=where, first=first, last=last)


def _json(value: Value) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _hash(station: str, row: Mapping[str, Any]) -> str:
    sealed = json.dumps(
        [station, *(row[name] for name in _HASHED)], ensure_ascii=False, separators=(",", ":"), default=repr
    )
    return hashlib.sha256(sealed.encode("utf-8", "surrogatepass")).hexdigest()


def _act(row: Any) -> Act:
    return Act(
        ActId(row["uuid"]), row["seq"], row["at"], row["person"], row["role"], row["kind"], row["subject"],
        None if row["before"] is None else json.loads(row["before"]),
        None if row["after"] is None else json.loads(row["after"]),
        None if row["undoes"] is None else ActId(row["undoes"]),
    )  # fmt: skip
