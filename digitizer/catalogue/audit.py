"""The audit chain: every act appended with its before and after, each entry holding the hash of the one ahead of it."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlite_utils import Database

from digitizer import __version__
from digitizer.acts import act_title
from digitizer.catalogue.connection import PartMissing
from digitizer.catalogue.permits import Who, acting_role
from digitizer.catalogue.schema import JOURNAL, PAGE_BIRTHS
from digitizer.clock import stamp
from digitizer.i18n import gettext
from digitizer.model import ActId, RecordId, new_id

Value = Mapping[str, Any] | None
VERSION = "program.version"
"""The kind of act that says by which version of the program the acts behind it were done."""
FIRST = "0" * 64
"""What the first act of a chain follows."""
HASHED = (
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


class NoStation(PartMissing):
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
    account: str = ""
    station: str = ""
    """The station's name; its acts are a chain of their own."""


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
        self._end_key = end_key(self._station_uuid)

    @property
    def who(self) -> Who:
        """Who acts through this catalogue."""
        return self._who

    def act_as(self, who: Who) -> None:
        """Let ``who`` act through this catalogue from now on."""
        self._who = who

    @property
    def station(self) -> str:
        """The UUID of this workspace's own station."""
        return self._station_uuid

    def require(self, kind: str, subject: str = "") -> None:
        """Ask before a long act whether ``append`` will allow it. Raises NotListed, NotTheirRole, NotPermitted or
        OwnWork.
        """
        acting_role(self._database, self._who, kind, subject, act_title(kind))

    def append(self, kind: str, subject: str, before: Value, after: Value, *, undoes: ActId | None = None) -> ActId:
        """Add one act about ``subject`` (a UUID, SHA-256 or code). Must run inside a transaction.

        Every act of the program comes through here; so here it is refused to who may not do it: raises NotListed,
        NotTheirRole, NotPermitted or OwnWork.
        """
        assert self._database.conn.in_transaction, "an act belongs to the transaction of its fact"
        meant = kind if undoes is None else self.get(undoes).kind
        role = acting_role(self._database, self._who, meant, subject, act_title(meant))
        self._tell_version(role)
        return self._append(kind, subject, before, after, undoes=undoes, role=role)

    def _tell_version(self, role: str) -> None:
        told = self._database.conn.execute(
            # The plus keeps SQLite from walking the whole chain back for it instead of asking the index of kinds.
            "SELECT after ->> '$.version' FROM act WHERE kind = ? AND +station = ? ORDER BY seq DESC LIMIT 1",
            [VERSION, self._station],
        ).fetchone()
        before = None if told is None else {"version": told[0]}
        if before != {"version": __version__}:
            self._append(VERSION, self._station_uuid, before, {"version": __version__}, undoes=None, role=role)

    def _append(
        self, kind: str, subject: str, before: Value, after: Value, *, undoes: ActId | None, role: str
    ) -> ActId:
        last = self._database.conn.execute(
            "SELECT seq, at, hash FROM act WHERE station = ? AND typeof(seq) = 'integer' ORDER BY seq DESC LIMIT 1",
            [self._station],
        ).fetchone()
        at = stamp()
        row: dict[str, Any] = {
            "station": self._station,
            "seq": last["seq"] + 1 if last else 1,
            "uuid": new_id(),
            "at": at,
            "clock_back": int(bool(last and at < last["at"])),
            "person": self._who.person,
            "role": role,
            "account": account(),
            "kind": kind,
            "subject": subject,
            "before": _json(before),
            "after": _json(after),
            "undoes": undoes,
            "previous": last["hash"] if last else FIRST,
        }
        row["hash"] = act_hash(self._station_uuid, row)
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

    def acts_of(self, kinds: Sequence[str]) -> Iterator[Act]:
        """This station's acts of those kinds, in order: found by the index of kinds, so quick where they are few."""
        return self._of_kinds("+station", kinds, "ASC")  # the plus: see _tell_version

    def back(self, kinds: Sequence[str]) -> Iterator[Act]:
        """This station's acts of those kinds, newest first, read as they are asked for: for kinds that are most of the
        chain.
        """
        return self._of_kinds("station", kinds, "DESC")

    def following(self, seq: int, kinds: Iterable[str]) -> Iterator[Act]:
        """This station's acts of those kinds behind number ``seq``, in order, read as they are asked for."""
        named = list(kinds)
        rows = self._database.conn.execute(
            f"SELECT * FROM act WHERE station = ? AND seq > ? AND kind IN ({', '.join('?' * len(named))}) ORDER BY seq",
            [self._station, seq, *named],
        )
        return map(act_from, rows)

    def last_before(self, seq: int, kinds: Sequence[str]) -> Act | None:
        """This station's last act of those kinds ahead of number ``seq``, sought from there back."""
        row = self._database.conn.execute(
            f"SELECT * FROM act WHERE station = ? AND seq < ? AND +kind IN ({', '.join('?' * len(kinds))})"
            " ORDER BY seq DESC LIMIT 1",
            [self._station, seq, *kinds],
        ).fetchone()
        return None if row is None else act_from(row)

    def told_of(self, kind: str, subject: str) -> bool:
        """Whether this station's chain has an act of that kind about ``subject``."""
        found = "SELECT 1 FROM act WHERE subject = ? AND +station = ? AND kind = ?"
        return self._database.conn.execute(found, [subject, self._station, kind]).fetchone() is not None

    def acts_about(self, subject: str, kinds: Sequence[str]) -> Iterator[Act]:
        """This station's acts of those kinds about ``subject``, in order."""
        rows = self._database.conn.execute(
            f"SELECT * FROM act WHERE subject = ? AND +station = ? AND kind IN ({', '.join('?' * len(kinds))})"
            " ORDER BY seq",
            [subject, self._station, *kinds],
        )
        return map(act_from, rows)

    def _of_kinds(self, station: str, kinds: Sequence[str], order: str) -> Iterator[Act]:
        rows = self._database.conn.execute(
            f"SELECT * FROM act WHERE {station} = ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY seq {order}",
            [self._station, *kinds],
        )
        return map(act_from, rows)

    def listed(
        self, *, since: str = "", until: str = "", record: RecordId | None = None, person: str | None = None
    ) -> Iterator[tuple[Act, str]]:
        """The acts of every chain kept here, in order, read as they are asked for; each with the code of the record, or
        the record and file name of the page, that it is about.

        ``since``, ``until``: first and last day, ISO. ``record``: those about it, what lies in it, and their pages.
        """
        wheres, values = ["at >= ?"], [since]
        if until:  # the day after it begins with a greater text than any time of that day
            wheres, values = [*wheres, "at < ?"], [*values, f"{until}U"]
        if person is not None:
            wheres, values = [*wheres, "person = ?"], [*values, person]
        inside = ""
        if record is not None:
            inside, values = _INSIDE, [record, *values]
            wheres.append("subject IN (SELECT uuid FROM about)")
        for table in ("act", "received_act"):
            rows = self._database.conn.execute(
                f"{inside} SELECT act.*, station.name AS station_name, {_ABOUT} AS about"
                f" FROM {table} AS act JOIN station ON station.id = act.station WHERE {' AND '.join(wheres)}"
                " ORDER BY act.station, seq",
                values,
            )
            yield from ((act_from(row), row["about"]) for row in rows)

    def end(self) -> tuple[int, str]:
        """Number and hash of this station's last act; 0 where there is none."""
        row = self._database.conn.execute(
            "SELECT seq, hash FROM act WHERE station = ? ORDER BY seq DESC LIMIT 1", [self._station]
        ).fetchone()
        return (0, FIRST) if row is None else (int(row[0]), str(row[1]))

    def history(self, record: RecordId) -> Iterator[Act]:
        """The acts of every chain kept here about the record, what lies in it and their pages, chain after chain, with
        those that say by which version of the program they were done.
        """
        where = "subject IN (SELECT uuid FROM about) OR kind = ?"
        yield from self._of_all_chains(where, [record, VERSION], before=_INSIDE)

    def births(self, pages: Collection[str]) -> Iterator[Act]:
        """The acts of every chain kept here that brought these pages in, wherever they lay then, with those that say by
        which version of the program they were done. Looks at every such act.
        """
        where = (
            f"kind = ? OR kind IN ({', '.join('?' * len(PAGE_BIRTHS))}) AND EXISTS ("
            "SELECT 1 FROM json_each(act.after, '$.pages') WHERE value IN (SELECT value FROM json_each(?)))"
        )
        yield from self._of_all_chains(where, [VERSION, *PAGE_BIRTHS, json.dumps(list(pages))])

    def _of_all_chains(self, where: str, values: Sequence[str], before: str = "") -> Iterator[Act]:
        """The acts that are known whole, chain after chain."""
        for table in ("act", "received_act"):
            rows = self._database.conn.execute(
                f"{before} SELECT act.*, station.name AS station_name FROM {table} AS act"
                f" JOIN station ON station.id = act.station WHERE act.uuid IS NOT NULL AND ({where})"
                " ORDER BY act.station, seq",
                values,
            )
            yield from map(act_from, rows)

    def journal(self) -> Iterator[Act]:
        """This station's acts that can be undone, and the undoing ones, newest first, read as they are asked for."""
        rows = self._database.conn.execute(
            f"SELECT * FROM act WHERE station = ? AND {JOURNAL} ORDER BY seq DESC", [self._station]
        )
        return map(act_from, rows)

    def get(self, act: ActId) -> Act:
        """The act of that id; it must be there."""
        return act_from(self._database.conn.execute("SELECT * FROM act WHERE uuid = ?", [act]).fetchone())

    def about(self, act: ActId) -> str:
        """What the act of that id is about, as in ``listed``."""
        row = self._database.conn.execute(f"SELECT {_ABOUT} FROM act WHERE uuid = ?", [act]).fetchone()
        return str(row[0])

    def faults(self) -> list[str]:
        """What is wrong with any chain kept here: every changed, missing or reordered entry, named. Empty when
        whole.
        """
        found: list[str] = []
        for station in self._database.conn.execute("SELECT id, uuid, name FROM station").fetchall():
            found += self._faults_of(station["id"], station["uuid"], station["name"])
        return found

    def _faults_of(self, station: int, uuid: str, name: str) -> Iterator[str]:
        previous, expected = FIRST, 1
        for row in self._database.conn.execute(_CHAIN, [station, station]):
            where = f"{name} #{row['seq']}"
            if not isinstance(row["seq"], int):
                yield gettext("{where}: is no entry of ours").format(where=where)
                continue
            if row["seq"] != expected:
                yield _missing(where, expected, row["seq"] - 1)
            elif row["uuid"] is not None and row["previous"] != previous:
                yield gettext("{where}: does not follow the entry before it").format(where=where)
            if row["uuid"] is not None and act_hash(uuid, dict(row)) != row["hash"]:
                sentence = gettext("{where}: was changed after it was written ({kind}, {at})")
                yield sentence.format(where=where, kind=row["kind"], at=row["at"])
            previous, expected = row["hash"], row["seq"] + 1
        kept = self._database.conn.execute("SELECT value FROM workspace WHERE key = ?", [end_key(uuid)]).fetchone()
        if kept is None or not str(kept[0]).isdecimal():
            if expected > 1:
                yield gettext("{where}: the number of its last entry is not kept").format(
                    where=f"{name} #{expected - 1}"
                )
        elif int(kept[0]) >= expected:
            yield _missing(f"{name} #{expected}", expected, int(kept[0]))
        elif int(kept[0]) < expected - 1:
            yield gettext("{where}: was added past the program").format(where=f"{name} #{int(kept[0]) + 1}")


_CHAIN = """SELECT * FROM act WHERE station = ? UNION ALL SELECT * FROM received_act WHERE station = ? ORDER BY seq"""
"""One station's acts, its own or received; a sealed one has nothing but its hash."""
_ABOUT = """coalesce(
    (SELECT code FROM record WHERE record.uuid = act.subject),
    (SELECT record.code || ' / ' || page.name FROM page JOIN record ON record.id = page.record
     WHERE page.uuid = act.subject),
    act.subject)"""
_INSIDE = """WITH RECURSIVE inside(id, uuid) AS (
    SELECT id, uuid FROM record WHERE uuid = ?
    UNION ALL SELECT record.id, record.uuid FROM record JOIN inside ON record.parent = inside.id
), about(uuid) AS (
    SELECT uuid FROM inside UNION ALL SELECT page.uuid FROM page JOIN inside ON page.record = inside.id
)"""


def end_key(station_uuid: str) -> str:
    """Under which the table ``workspace`` keeps the number of a chain's last act."""
    return f"chain-end:{station_uuid}"


def _missing(where: str, first: int, last: int) -> str:
    return gettext("{where}: entries {first} to {last} are missing").format(where=where, first=first, last=last)


def _json(value: Value) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def act_hash(station: str, row: Mapping[str, Any]) -> str:
    """The hash that an act of the station of that UUID must have; ``row``: by the names in ``HASHED``."""
    sealed = json.dumps(
        [station, *(row[name] for name in HASHED)], ensure_ascii=False, separators=(",", ":"), default=repr
    )
    return hashlib.sha256(sealed.encode("utf-8", "surrogatepass")).hexdigest()


def act_from(row: Any) -> Act:
    """An act of its row, or of its line in a package."""
    return Act(
        ActId(row["uuid"]), row["seq"], row["at"], row["person"], row["role"], row["kind"], row["subject"],
        None if row["before"] is None else json.loads(row["before"]),
        None if row["after"] is None else json.loads(row["after"]),
        None if row["undoes"] is None else ActId(row["undoes"]),
        row["account"], row["station_name"] if "station_name" in row.keys() else "",  # noqa: SIM118 - a sqlite3.Row
    )  # fmt: skip
