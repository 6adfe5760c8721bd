"""Records: created by their profile, found, listed, described, moved among each other, taken away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.frozen import refuse_approved
from digitizer.catalogue.places import spread
from digitizer.catalogue.record_index import index_record
from digitizer.describe.profiles import COLUMNS, Profile, Profiles
from digitizer.describe.templates import filled
from digitizer.describe.values import BadValue, FieldFault, faults, parse
from digitizer.errors import CannotMove, NewValueRefused, NoSuchRecord, NotEmpty, RecordExists, ValueRefused, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import Level, Record, RecordId, RecordState, Secrecy, Value, clean, new_id

UNFILED = "CHUA-XEP"
"""Code of the file that holds what was imported without naming a record (“chưa xếp hồ sơ”)."""
DEFAULT_FONDS = "PHONG"
STANDS, MOVED = "stands-at", "moved"
"""In acts: a record's ordinal among its siblings; those of siblings (by id) that made room for it. No described value
can have the first name, and acts with the second one describe nothing beside it."""
_GAP = 1 << 20
"""Between the ordinals of two records made one behind the other: 20 times something goes into the middle before a
sibling has to move."""
_AT_ONCE = 500
"""Codes in one query: SQLite takes at least 999 (https://www.sqlite.org/limits.html)."""

_KEPT = (*COLUMNS, "profile", "withdrawn", "state", "explained")
"""What is kept in columns of its own, not among the described fields."""

_SELECT = """
SELECT record.*, parent.uuid AS parent_uuid FROM record LEFT JOIN record AS parent ON parent.id = record.parent
WHERE NOT record.withdrawn {where}
ORDER BY record.parent IS NOT NULL, record.parent, record.ordinal, record.uuid
"""
_PARENT = "(SELECT id FROM record WHERE uuid = ?)"


class Records:
    """Records of one catalogue, by code (unique) or id."""

    def __init__(self, database: Database, audit: Audit, profiles: Profiles) -> None:
        self._database = database
        self._audit = audit
        self.profiles = profiles

    def get(self, code: str) -> Record:
        """The record of that code. Raises NoSuchRecord."""
        found = self._select("AND record.code = ?", [clean(code)])
        if not found:
            raise NoSuchRecord(code=code)
        return found[0]

    def find(self, record: RecordId) -> Record:
        """The record of that id. Raises NoSuchRecord."""
        found = self._select("AND record.uuid = ?", [record])
        if not found:
            raise NoSuchRecord(code=record)
        return found[0]

    def under(self, parent: RecordId | None = None) -> list[Record]:
        """The records directly under ``parent``, in order; the fonds where it is None."""
        if parent is None:
            return self._select("AND record.parent IS NULL", [])
        return self._select(f"AND record.parent = {_PARENT}", [parent])

    def count(self, parent: Record | None) -> int:
        """How many records lie directly under ``parent``."""
        found = self._database.conn.execute(
            f"SELECT count(*) FROM record WHERE parent IS {_PARENT} AND NOT withdrawn", [parent and parent.id]
        ).fetchone()
        return int(found[0])

    def all(self) -> list[Record]:
        """Every record, each followed by what lies in it."""
        inside: dict[RecordId | None, list[Record]] = {}
        secrecy: dict[RecordId | None, Secrecy] = {None: Secrecy.NONE}
        for row in self._database.conn.execute(_SELECT.format(where="")):
            record = record_of(row, Secrecy.NONE)
            inside.setdefault(record.parent, []).append(record)
        ordered: list[Record] = []
        ahead = inside.get(None, [])[::-1]
        while ahead:
            record = ahead.pop()
            secrecy[record.id] = record.secrecy or secrecy[record.parent]
            ordered.append(replace(record, effective_secrecy=secrecy[record.id]))
            ahead += inside.get(record.id, [])[::-1]
        return ordered

    def named(self, codes: Iterable[str]) -> dict[str, Record]:
        """The records that have one of these codes, by code."""
        found: dict[str, Record] = {}
        wanted = list(dict.fromkeys(map(clean, codes)))
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            for record in self._select(f"AND record.code IN ({', '.join('?' * len(part))})", part):
                found[record.code] = record
        return found

    def of_level(self, level: Level) -> list[Record]:
        """Every record of that level."""
        return self._select("AND record.level = ?", [level])

    def path(self, record: Record) -> list[Record]:
        """What the record lies in, from the top, and the record itself."""
        found = [record]
        while found[0].parent is not None:
            found.insert(0, self.find(found[0].parent))
        return found

    def described(self, record: Record) -> dict[str, Value | None]:
        """Every value that counts for the record by its profile's keys: its own, else inherited, else the default."""
        profile = self.profiles.get(record.profile)
        inherited = self._handed_down(profile, self.path(record)[:-1])
        values: dict[str, Value | None] = {}
        for spec in profile.field:
            value = _own(profile, record, spec.key)
            if value is None:
                value = inherited.get(spec.key)
            if value is None and spec.default is not None:
                value = parse(self.profiles, spec, spec.default)
            values[spec.key] = record.effective_secrecy if spec.key == "secrecy" else value
        return values

    def _handed_down(self, profile: Profile, above: Sequence[Record]) -> dict[str, Value]:
        """What a record with this profile takes over from those that it lies in (the nearest last)."""
        found: dict[str, Value] = {}
        for each in above:
            form = self.profiles.get(each.profile)
            for spec in profile.field:
                value = _own(form, each, spec.key) if spec.inherit and form.spec(spec.key) is not None else None
                if value is not None:
                    found[spec.key] = value
        return found

    def own(self, record: Record) -> dict[str, Value | None]:
        """The record's own values by its profile's keys, what is inherited left out."""
        profile = self.profiles.get(record.profile)
        return {spec.key: _own(profile, record, spec.key) for spec in profile.field}

    def secrecy_in(self, parent: RecordId | None) -> Secrecy:
        """What counts for a record in ``parent`` that has none of its own."""
        return Secrecy.NONE if parent is None else self._inherited(self._row_id(parent))

    def lacks(self, record: Record) -> list[FieldFault]:
        """What the rules of its profile still ask for, in the order of the form."""
        return list(faults(self.profiles.get(record.profile), self.described(record)))

    def proposed(
        self, profile: Profile, key: str, values: Mapping[str, Value | None], parent: Record | None
    ) -> str | None:
        """What the template of the field ``key`` makes of ``values``; None where it has none or knows too little."""
        spec = profile.spec(key)
        if spec is None or spec.template is None:
            return None
        above = self.path(parent) if parent is not None else []
        named: dict[str, Value] = {"ordinal": self.count(parent) + 1}
        if parent is not None:
            named |= {"parent": parent.code, "fonds": above[0].code}
        own = {name: value for name, value in values.items() if value not in (None, "", [])}
        return filled(spec.template, self._handed_down(profile, above) | named | own)

    def create(
        self, level: Level, code: str | None, title: str, parent: Record | None = None, *,
        profile: str | None = None, values: Mapping[str, str] | None = None, secrecy: Secrecy | None = None,
        origin: str | None = None, call: str | Mapping[str, str] | None = None, before: RecordId | None = None,
    ) -> Record:  # fmt: skip
        """Create a record with these values, as people type them, ahead of its sibling ``before``, else at the end.

        ``code`` None: made by the profile's template. ``origin``: the folder its loose images come from. ``call``: a
        UUID that all acts of one call share, or what else they say of it. A fonds without secrecy gets NONE.

        Raises RecordExists, ValueRefused, NoSuchProfile, CannotMove, RecordApproved or WrongUsage.
        """
        form = self.form(profile or str(level), level)
        if parent is None and secrecy is None:
            secrecy = Secrecy.NONE  # mandatory at the top, inherited below
        named = {key: text for key, text in (("code", code), ("title", title)) if text}
        given = self._parsed(form, {**named, **(values or {})}, None)
        title, given_code = str(given.pop("title", None) or title), given.pop("code", None)
        own = given.pop("secrecy", None)
        secrecy = Secrecy(str(own)) if own is not None else secrecy
        fields = {key: value for key, value in given.items() if value is not None}
        with atomic(self._database):
            self._refuse_level(level, code or title, parent)
            if parent is not None:
                refuse_approved(self._database, parent.id)
            code = clean(code or str(given_code or "")) or self.proposed(form, "code", fields, parent) or ""
            if not code:
                raise WrongUsage(reason=gettext("A record needs a code."))
            title = clean(title) or self.proposed(form, form.title, fields, parent) or ""
            if self._select("AND record.code = ?", [code]):
                raise RecordExists(code=code)
            parent_row = None if parent is None else self._row_id(parent.id)
            ordinal, moved = self._room(parent_row, before)
            row: dict[str, Any] = {
                "uuid": new_id(), "level": level, "parent": parent_row, "code": code, "title": title,
                "secrecy": secrecy, "origin": origin, "ordinal": ordinal, "profile": form.name,
                "fields": _json(fields),
            }  # fmt: skip
            names = ", ".join(row)
            places = ", ".join(f":{name}" for name in row)
            made = self._database.conn.execute(f"INSERT INTO record ({names}) VALUES ({places})", row)
            index_record(self._database, int(made.lastrowid or 0))
            said_of = {key: row[key] for key in ("level", "code", "title", "secrecy", "profile")} | {"fields": fields}
            place: dict[str, Any] = {"parent": parent and parent.code, "inside": parent and parent.id, STANDS: ordinal}
            place |= {MOVED: moved} if moved else {}
            self._put_ordinals(moved)
            self._audit.append(
                "record.create", row["uuid"], {"withdrawn": 1}, said_of | place | {"withdrawn": 0} | _call(call)
            )
        return self.get(code)

    def change(self, record: Record, *, title: str | None = None, secrecy: Secrecy | None = None) -> Record:
        """Set the title or the record's own secrecy."""
        given = {key: value for key, value in (("title", title), ("secrecy", secrecy)) if value is not None}
        return self.describe(record, given)

    def describe(self, record: Record, values: Mapping[str, str], *, call: str | None = None) -> Record:
        """Set values as people type them, by the keys of the record's profile; an empty one is taken away.

        All of them or none. Recorded with before and after, can be undone. ``call``: a UUID that all acts of one call
        share. Raises ValueRefused, RecordExists or RecordApproved.
        """
        form = self.profiles.get(record.profile)
        wanted: dict[str, Value | None] = self._parsed(form, values, record.code)
        if wanted.get("code", "") is None:
            raise ValueRefused(record=record.code, reason=gettext("A record needs a code."))
        if wanted.get("secrecy", "") is None and record.parent is None:
            raise ValueRefused(record=record.code, reason=gettext("A record at the top needs a secrecy of its own."))
        if "title" in wanted:
            wanted["title"] = wanted["title"] or ""
        with atomic(self._database):
            if "code" in wanted and self._select(
                "AND record.code = ? AND record.uuid <> ?", [wanted["code"], record.id]
            ):
                raise RecordExists(code=wanted["code"])
            self._describe(record.id, wanted, call)
        return self.find(record.id)

    def set_profile(self, record: Record, name: str) -> Record:
        """Describe a record by another profile of its level. What the new one has no field for is kept, unseen.

        Can be undone. Raises NoSuchProfile, WrongUsage or RecordApproved.
        """
        form = self.form(name, record.level)
        with atomic(self._database):
            self._describe(record.id, {"profile": form.name}, None)
        return self.find(record.id)

    def move(
        self, record: Record, parent: Record | None, *, before: Record | None = None, call: str | None = None
    ) -> Record:
        """Put a record with all that lies in it into ``parent``, ahead of its child ``before``, else at the end.

        Can be undone. ``call``: a UUID that all acts of one call share. Raises CannotMove or RecordApproved.
        """
        with atomic(self._database):
            refuse_approved(self._database, record.id, *([] if parent is None else [parent.id]))
            self._refuse_level(record.level, record.code, parent)
            if parent is None and record.level is not Level.FONDS:
                raise CannotMove(record=record.code, target="/", reason=gettext("only a fonds stands at the top"))
            if parent is not None and any(each.id == record.id for each in self.path(parent)):
                reason = gettext("a record cannot lie in itself")
                raise CannotMove(record=record.code, target=parent.code, reason=reason)
            was = self.place(record.id)
            home, ahead_of = (None if each is None else each.id for each in (parent, before))
            ordinal, moved = self._room(None if home is None else self._row_id(home), ahead_of, record.id)
            wanted: dict[str, Any] = {"parent": home, "before": ahead_of, STANDS: ordinal}
            if moved:
                was, wanted = was | {MOVED: self._ordinals(moved)}, wanted | {MOVED: moved}
            self.set_place(record.id, wanted)
            self._audit.append("record.move", record.id, was, wanted | _call(call))
        return self.find(record.id)

    def remove(self, record: Record) -> None:
        """Take away a record in which nothing lies. Can be undone. Raises NotEmpty or RecordApproved."""
        with atomic(self._database):
            refuse_approved(self._database, record.id)
            if self.holds_anything(record.id):
                raise NotEmpty(record=record.code)
            self.put(record.id, {"withdrawn": 1})

    def holds_anything(self, record: RecordId) -> bool:
        """Whether pages (withdrawn ones left out) or records lie in it."""
        found = self._database.conn.execute(
            "SELECT pages > 0 OR EXISTS (SELECT 1 FROM record AS below WHERE below.parent = record.id"
            " AND NOT below.withdrawn) FROM record WHERE uuid = ?",
            [record],
        ).fetchone()
        return bool(found[0])

    def place(self, record: RecordId) -> dict[str, Any]:
        """Where the record lies, for the journal: the ids of what it lies in and of the one that it stands before, and
        its ordinal.
        """
        row = self._database.conn.execute(
            "SELECT parent.uuid AS parent, (SELECT uuid FROM record AS next WHERE next.parent IS record.parent"
            " AND (next.ordinal, next.uuid) > (record.ordinal, record.uuid) ORDER BY next.ordinal, next.uuid LIMIT 1)"
            f' AS before, record.ordinal AS "{STANDS}"'
            " FROM record LEFT JOIN record AS parent ON parent.id = record.parent WHERE record.uuid = ?",
            [record],
        ).fetchone()
        return dict(row)

    def set_place(self, record: RecordId, place: Mapping[str, Any]) -> None:
        """Put the record there, without an act of its own. Acts of older versions tell no ordinal, but what it should
        stand before; where that is gone, it goes to the end.
        """
        row = self._row_id(record)
        parent = None if place["parent"] is None else self._row_id(place["parent"])
        if STANDS in place:
            ordinal, moved = place[STANDS], place.get(MOVED, {})
        else:
            ordinal, moved = self._room(parent, place["before"], record)
        self._put_ordinals(moved)
        self._database.table("record").update(row, {"parent": parent, "ordinal": ordinal})
        self._database.conn.execute(
            "UPDATE page SET file = coalesce((SELECT above.id FROM record AS own JOIN record AS above"
            " ON above.id = own.parent WHERE own.id = ? AND own.level = ?), record) WHERE record = ?",
            [row, Level.ITEM, row],
        )

    def _room(
        self, parent: int | None, before: RecordId | None, record: RecordId | None = None
    ) -> tuple[int, dict[str, int]]:
        """The ordinal of ``record`` (None: of a new one) ahead of its sibling ``before``, else at the end; and the new
        ones of siblings, by id, that have to move because there was no room left.
        """
        there = "SELECT 1 FROM record WHERE uuid = ? AND parent IS ?"
        if before is None or self._database.conn.execute(there, [before, parent]).fetchone() is None:
            found = self._database.conn.execute(
                "SELECT max(ordinal) FROM record WHERE parent IS ? AND uuid IS NOT ?", [parent, record]
            ).fetchone()
            return int(found[0] or 0) + _GAP, {}
        behind, ahead = self._database.conn.execute(
            "SELECT next.ordinal, (SELECT max(ordinal) FROM record WHERE parent IS next.parent AND uuid IS NOT ?"
            " AND (ordinal, uuid) < (next.ordinal, next.uuid)) FROM record AS next WHERE next.uuid = ?",
            [record, before],
        ).fetchone()
        if ahead is None:
            return int(behind) - _GAP, {}
        if behind - ahead > 1:
            return int(ahead + (behind - ahead) // 2), {}
        rows = self._database.conn.execute(
            "SELECT uuid, ordinal FROM record WHERE parent IS ? AND uuid IS NOT ? ORDER BY ordinal, uuid",
            [parent, record],
        ).fetchall()
        names = [str(each["uuid"]) for each in rows]
        at = names.index(before)
        first, ordinals = spread([each["ordinal"] for each in rows], at, 1, _GAP)
        own = ordinals.pop(at - first)
        return own, dict(zip(names[first : first + len(ordinals)], ordinals, strict=True))

    def _ordinals(self, records: Iterable[str]) -> dict[str, int]:
        found = "SELECT ordinal FROM record WHERE uuid = ?"
        return {each: self._database.conn.execute(found, [each]).fetchone()[0] for each in records}

    def _put_ordinals(self, ordinals: Mapping[str, int]) -> None:
        self._database.conn.executemany(
            "UPDATE record SET ordinal = ? WHERE uuid = ?", [(at, record) for record, at in ordinals.items()]
        )

    def set_values(self, record: RecordId, values: Mapping[str, Any]) -> None:
        """Write values without an act of its own: for the journal, inside its transaction. None takes one away."""
        columns = {key: value for key, value in values.items() if key in _KEPT}
        row = self._row_id(record)
        if "explained" in columns:
            columns["explained"] = _json(columns["explained"])
        if len(columns) < len(values):
            fields = json.loads(self._database.table("record").get(row)["fields"])
            fields |= {key: value for key, value in values.items() if key not in columns}
            columns["fields"] = _json({key: value for key, value in fields.items() if value is not None})
        self._database.table("record").update(row, columns)
        index_record(self._database, row)

    def put(
        self, record: RecordId, wanted: Mapping[str, Any], *, kind: str = "record.change",
        call: str | Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Write values, as an act of that kind; nothing where all are so already. Inside a transaction."""
        before = self.values(record, list(wanted))
        if before != wanted:
            self.set_values(record, wanted)
            self._audit.append(kind, record, before, {**wanted, **_call(call)})

    def values(self, record: RecordId, names: Sequence[str]) -> dict[str, Any]:
        """Present values, for the journal; None where there is none."""
        row = self._database.table("record").get(self._row_id(record))
        known = json.loads(row["fields"]) | {name: row[name] for name in _KEPT}
        known["explained"] = json.loads(row["explained"])
        return {name: known.get(name) for name in names}

    def file_for(self, code: str | None, call: str | Mapping[str, str] | None = None) -> Record:
        """The record that an import goes into: the one of that code, else a new file of that code; the unfiled one
        for None.
        """
        with atomic(self._database):
            try:
                return self.get(code or UNFILED)
            except NoSuchRecord:
                title = gettext("Not filed yet") if code is None else code
                return self.create(Level.FILE, code or UNFILED, title, self._default_fonds(call), call=call)

    def item_for(
        self, file: Record, title: str, origin: str | None, call: str | None = None, *, profile: str | None = None
    ) -> Record:
        """The item of ``file`` that gathers loose images of the folder ``origin``; a new item where there is none yet.

        ``origin`` None always makes a new item. Codes are the file's code, a dot, and the next running number.
        ``profile``: by which a new one is described, None for that of its level.
        """
        if origin is not None:
            known = self._select(f"AND record.parent = {_PARENT} AND record.origin = ?", [file.id, origin])
            if known:
                return known[0]
        return self.create(Level.ITEM, self.next_code(file), title, file, origin=origin, call=call, profile=profile)

    def next_code(self, file: Record) -> str:
        """A code for a new item of ``file`` that nobody has: the file's, a dot, and the next running number."""
        number = self.count(file) + 1
        while self._select("AND record.code = ?", [code := f"{file.code}.{number:03d}"]):
            number += 1
        return code

    def _default_fonds(self, call: str | Mapping[str, str] | None) -> Record:
        fonds = [record for record in self.under() if record.level is Level.FONDS]  # a file may stand at the top too
        return fonds[0] if fonds else self.create(Level.FONDS, DEFAULT_FONDS, gettext("Default fonds"), call=call)

    def _describe(self, record: RecordId, wanted: Mapping[str, Any], call: str | None) -> None:
        """Set what differs, as one act. A record that was looked through must be again. Raises RecordApproved."""
        present = self.values(record, [*wanted, "state"])
        after = {key: value for key, value in wanted.items() if value != present[key]}
        if after:
            refuse_approved(self._database, record)
            if present["state"] == RecordState.CHECKED:
                after["state"] = str(RecordState.DRAFT)
            self.set_values(record, after)
            self._audit.append("record.change", record, {key: present[key] for key in after}, after | _call(call))

    def _parsed(self, form: Profile, values: Mapping[str, str], record: str | None) -> dict[str, Value | None]:
        """The values by column or key. Raises ValueRefused, naming every value that is not taken, and ``record``; for a
        new one (None) NewValueRefused, naming the profile.
        """
        found: dict[str, Value | None] = {}
        wrong: list[str] = []
        for key, text in values.items():
            spec = form.spec(key)
            if spec is None:
                near = form.nearest(key)
                said = gettext(
                    "The profile “{profile}” has no field “{key}”; see “digitizer record profiles {profile}”."
                )
                if near:
                    said = gettext("The profile “{profile}” has no field “{key}”; the nearest are: {near}.")
                wrong.append(said.format(profile=form.name, key=key, near=", ".join(near)))
                continue
            try:
                found[form.column(spec.key) or spec.key] = parse(self.profiles, spec, text)
            except BadValue as error:
                wrong.append(str(error))
        if wrong:
            said = " ".join(wrong)
            if record is None:
                raise NewValueRefused(profile=form.name, reason=said)
            raise ValueRefused(record=record, reason=said)
        return found

    def form(self, name: str, level: Level) -> Profile:
        """The profile of that name, which must be one of ``level``. Raises NoSuchProfile or WrongUsage."""
        form = self.profiles.get(name)
        if form.level is not level:
            said = gettext("The profile “{name}” is not one for this level.")
            raise WrongUsage(reason=said.format(name=form.name))
        return form

    def _refuse_level(self, level: Level, record: str, parent: Record | None) -> None:
        if parent is not None and not level.may_lie_in(parent.level):
            raise CannotMove(
                record=record, target=parent.code, reason=gettext("its level does not stand below that one")
            )

    def _row_id(self, record: RecordId) -> int:
        row = self._database.conn.execute("SELECT id FROM record WHERE uuid = ?", [record]).fetchone()
        if row is None:
            raise NoSuchRecord(code=record)
        return int(row[0])

    def _select(self, where: str, arguments: Sequence[Any]) -> list[Record]:
        rows = self._database.conn.execute(_SELECT.format(where=where), arguments).fetchall()
        above = {parent: self._inherited(parent) for parent in {row["parent"] for row in rows}}
        return [record_of(row, above[row["parent"]]) for row in rows]

    def code_and_secrecy(self, record: RecordId) -> tuple[str, Secrecy]:
        """The code of a record, also of one that was taken away, and the level of secrecy that counts."""
        row = self._database.conn.execute("SELECT id, code FROM record WHERE uuid = ?", [record]).fetchone()
        return row["code"], self._inherited(row["id"])

    def _inherited(self, parent: int | None) -> Secrecy:
        while parent is not None:
            row = self._database.conn.execute("SELECT secrecy, parent FROM record WHERE id = ?", [parent]).fetchone()
            if row["secrecy"] is not None:
                return Secrecy(row["secrecy"])
            parent = row["parent"]
        return Secrecy.NONE


def record_of(row: Any, inherited: Secrecy) -> Record:
    """The record in a row that has all columns, and ``parent_uuid``."""
    own = None if row["secrecy"] is None else Secrecy(row["secrecy"])
    parent = None if row["parent_uuid"] is None else RecordId(row["parent_uuid"])
    return Record(
        RecordId(row["uuid"]), Level(row["level"]), row["code"], row["title"], parent, own, own or inherited,
        row["pages"], row["waiting"], row["ordinal"], row["profile"], json.loads(row["fields"]),
        RecordState(row["state"]),
    )  # fmt: skip


def _own(profile: Profile, record: Record, key: str) -> Value | None:
    match profile.column(key):
        case "code":
            return record.code
        case "title":
            return record.title or None
        case "secrecy":
            return record.secrecy
    return record.fields.get(key)


def _call(call: str | Mapping[str, str] | None) -> dict[str, str]:
    return {"call": call} if isinstance(call, str) else dict(call or {})


def _json(fields: Mapping[str, Value]) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)
