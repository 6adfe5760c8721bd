"""The people of a workspace and their roles. Every change of them is an act in the audit chain."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.permits import SEPARATION, roles_in, separated
from digitizer.errors import NoManager, NoSuchPerson, PersonExists, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import Role, clean, new_id


@dataclass(frozen=True, slots=True)
class Person:
    """``name`` is unique in the workspace. Someone who has left is not ``active``; their acts keep their name."""

    id: str
    name: str
    roles: tuple[Role, ...]
    active: bool


class People:
    """The list of people of one catalogue."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def all(self) -> list[Person]:
        """Everybody, also those who have left, by name."""
        return [_person(row) for row in self._database.conn.execute("SELECT * FROM person ORDER BY name")]

    def get(self, name: str) -> Person:
        """Raises NoSuchPerson."""
        row = self._database.conn.execute("SELECT * FROM person WHERE name = ?", [clean(name)]).fetchone()
        if row is None:
            raise NoSuchPerson(name=name)
        return _person(row)

    def add(self, name: str, roles: Collection[Role]) -> Person:
        """Enter a person. From the first one on, every act here needs a listed person; so the first one must manage.

        Raises PersonExists, NoManager or WrongUsage.
        """
        values = {"name": clean(name), "roles": _ordered(roles), "active": 1}
        if not values["name"] or not roles:
            raise WrongUsage(reason=gettext("A person needs a name and at least one role."))
        with atomic(self._database):
            if self._database.conn.execute("SELECT 1 FROM person WHERE name = ?", [values["name"]]).fetchone():
                raise PersonExists(name=name)
            person = new_id()
            # Asked and recorded before it is done: whoever enters themselves is not yet in the list.
            self._audit.append("person.add", person, None, values)
            self._database.table("person").insert({"uuid": person, **_columns(values)})
            self._refuse_no_manager()
        return self.get(name)

    def change(
        self, name: str, *, new_name: str | None = None, roles: Collection[Role] | None = None,
        active: bool | None = None,
    ) -> Person:  # fmt: skip
        """Give a person other roles or another name, or let them leave or come back. Raises NoSuchPerson, NoManager,
        PersonExists or WrongUsage.
        """
        if roles is not None and not roles:
            raise WrongUsage(reason=gettext("A person needs a name and at least one role."))
        with atomic(self._database):
            person = self.get(name)
            present = {"name": person.name, "roles": list(person.roles), "active": int(person.active)}
            wanted: dict[str, Any] = dict(present)
            if new_name is not None:
                wanted["name"] = clean(new_name)
                known = "SELECT 1 FROM person WHERE name = ? AND uuid <> ?"
                if self._database.conn.execute(known, [wanted["name"], person.id]).fetchone():
                    raise PersonExists(name=new_name)
            if roles is not None:
                wanted["roles"] = _ordered(roles)
            if active is not None:
                wanted["active"] = int(active)
            changed = [key for key in wanted if wanted[key] != present[key]]
            if changed:
                before, after = ({key: values[key] for key in changed} for values in (present, wanted))
                self._audit.append("person.change", person.id, before, after)
                row = self._database.conn.execute("SELECT id FROM person WHERE uuid = ?", [person.id]).fetchone()
                self._database.table("person").update(row[0], _columns(after))
                self._refuse_no_manager()
        return self.get(wanted["name"])

    @property
    def separated(self) -> bool:
        """Whether nobody may approve what they scanned or described themselves."""
        return separated(self._database)

    def separate(self, wanted: bool) -> None:
        """Set that rule; recorded."""
        with atomic(self._database):
            if wanted != self.separated:
                before, after = {"value": int(not wanted)}, {"value": int(wanted)}
                self._audit.append("setting.change", SEPARATION, before, after)
                self._database.table("workspace").upsert({"key": SEPARATION, "value": str(int(wanted))}, pk="key")

    def untold(self) -> Iterator[str]:
        """Names and settings that are not as the acts have left them: someone gave themselves a role past the
        program.
        """
        told: dict[str, dict[str, Any]] = {}
        rule = False
        for act in self._audit.acts_of(["person.add", "person.change", "setting.change"]):
            if act.kind != "setting.change":
                told.setdefault(act.subject, {}).update(act.after or {})
            elif act.subject == SEPARATION:
                rule = bool((act.after or {}).get("value"))
        for person in self.all():
            present = {"name": person.name, "roles": list(person.roles), "active": int(person.active)}
            if told.pop(person.id, None) != present:
                yield person.name
        yield from (values.get("name", person) for person, values in told.items())
        if rule != self.separated:
            yield SEPARATION

    def _refuse_no_manager(self) -> None:
        active = [person for person in self.all() if person.active]
        if active and not any(Role.MANAGE in person.roles for person in active):
            raise NoManager


def _ordered(roles: Collection[Role]) -> list[Role]:
    return [role for role in Role if role in roles]


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {key: json.dumps(value) if key == "roles" else value for key, value in values.items()}


def _person(row: Any) -> Person:
    return Person(row["uuid"], row["name"], roles_in(row["roles"]), bool(row["active"]))
