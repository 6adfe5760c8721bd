"""Which act takes which role. Asked by the audit chain for every act, so that nothing can be done past it.

As long as nobody is in the list of people, one person works alone and everything is allowed. Names are chosen, not
proven: the operating-system account is recorded beside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from digitizer.errors import NotListed, NotPermitted, NotTheirRole, OwnWork, WrongRole
from digitizer.i18n import gettext, marked
from digitizer.model import Role

SEPARATION = "separate-duties"
"""Key in the table ``workspace``: ``1`` where nobody may approve what they scanned or described themselves."""


ROLE_TITLES = {
    Role.SCAN: marked("scan"),
    Role.DESCRIBE: marked("describe"),
    Role.CHECK: marked("check"),
    Role.APPROVE: marked("approve"),
    Role.DELIVER: marked("deliver"),
    Role.MANAGE: marked("manage"),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: a person and the role they act in; "" takes any of theirs that fits. The operating-system account is
    added by the program.
    """

    person: str
    role: str


_ANY = frozenset(Role)
_DESCRIBING = frozenset({Role.DESCRIBE, Role.CHECK})
_RECEIVING = frozenset({Role.CHECK, Role.MANAGE})
_RULES: dict[str, frozenset[Role]] = {
    "page": frozenset({Role.SCAN}),  # imported, scanned, turned, withdrawn
    "page.read": _ANY,  # what the queue does, whoever has started it
    "page.fail": _ANY,
    "page.split": _ANY,
    "page.arrange": _DESCRIBING | {Role.SCAN},
    "scan": frozenset({Role.SCAN}),
    "record": _DESCRIBING,
    "record.create": _DESCRIBING | {Role.SCAN},  # an import opens the items that it fills
    "record.check": frozenset({Role.CHECK}),
    "record.approve": frozenset({Role.APPROVE}),
    "record.deliver": frozenset({Role.DELIVER}),
    "record.receive": _RECEIVING,
    "record.settle": _DESCRIBING,
    "page.receive": _RECEIVING,
    "page.settle": _DESCRIBING,
    "package.receive": _RECEIVING,
    "text": _DESCRIBING,
    "person": frozenset({Role.MANAGE}),
    "setting": frozenset({Role.MANAGE}),
    "profile": frozenset({Role.MANAGE}),
    "codes": frozenset({Role.MANAGE}),
    "search": _ANY,
    "backup": _ANY,
    "backup.restore": frozenset({Role.MANAGE}),
    "queue": _ANY,
}
"""By kind of act, else by what stands before its dot; a kind that is in neither takes a manager."""

_OWN_WORK = ("page.import", "page.scan", "record.create", "record.change", "record.describe")


def roles_for(kind: str) -> frozenset[Role]:
    """The roles that may do an act of that kind."""
    return _RULES.get(kind) or _RULES.get(kind.partition(".")[0]) or frozenset({Role.MANAGE})


def acting_role(database: Database, who: Who, kind: str, subject: str, act: str) -> str:
    """The role in which ``who`` may do an act of ``kind`` to ``subject``; ``act`` names it in the refusal.

    Raises NotListed, NotTheirRole, WrongRole, NotPermitted or OwnWork.
    """
    people = _people(database)
    if not people or kind == "check":  # who was put out of the list past the program must be able to find it out
        return who.role
    theirs = people.get(who.person)
    if theirs is None:
        raise NotListed(person=who.person, managers=_names(people, {Role.MANAGE}))
    if who.role and who.role not in theirs:
        raise NotTheirRole(
            person=who.person, role=role_title(who.role), roles=_titles(theirs), managers=_names(people, {Role.MANAGE})
        )
    may = roles_for(kind)
    fitting = [role for role in Role if role in may and role in theirs and who.role in ("", role)]
    if not fitting and theirs & may:
        raise WrongRole(person=who.person, role=role_title(who.role), act=act, roles=_titles(theirs & may))
    if not fitting:
        raise NotPermitted(person=who.person, act=act, roles=_titles(may), others=_names(people, may, who.person))
    if kind == "record.approve" and separated(database) and who.person in _workers(database, subject):
        code = database.conn.execute("SELECT code FROM record WHERE uuid = ?", [subject]).fetchone()
        others = {name: roles for name, roles in people.items() if name not in _workers(database, subject)}
        raise OwnWork(person=who.person, record=code[0] if code else subject, others=_names(others, may))
    return fitting[0]


def separated(database: Database) -> bool:
    """Whether nobody may approve their own work here."""
    row = database.conn.execute("SELECT value FROM workspace WHERE key = ?", [SEPARATION]).fetchone()
    return row is not None and row[0] == "1"


def role_title(role: str) -> str:
    """A role in the language spoken now; as it is where it is none of ours."""
    return gettext(ROLE_TITLES[Role(role)]) if role in ROLE_TITLES else role


def roles_in(column: str) -> tuple[Role, ...]:
    """The roles as the table keeps them; none where someone has written something else there."""
    try:
        kept = json.loads(column)
    except ValueError:
        return ()
    return tuple(role for role in Role if isinstance(kept, list) and role in kept)


def _people(database: Database) -> dict[str, frozenset[Role]]:
    rows = database.conn.execute("SELECT name, roles FROM person WHERE active")
    return {row[0]: frozenset(roles_in(row[1])) for row in rows}


def _workers(database: Database, record: str) -> set[str]:
    """Who has scanned or described the record or anything below it, here or on a station that it was received from."""
    kinds = ", ".join("?" * len(_OWN_WORK))
    rows = database.conn.execute(
        f"""WITH RECURSIVE inside(id, uuid) AS (
            SELECT id, uuid FROM record WHERE uuid = ?
            UNION ALL SELECT record.id, record.uuid FROM record JOIN inside ON record.parent = inside.id
        ) SELECT person FROM act JOIN inside ON inside.uuid = act.subject WHERE kind IN ({kinds})
        UNION SELECT person FROM received_act AS act JOIN inside ON inside.uuid = act.subject
        WHERE kind IN ({kinds})""",
        [record, *_OWN_WORK, *_OWN_WORK],
    )
    return {str(row[0]) for row in rows}


def _titles(roles: frozenset[Role]) -> str:
    return ", ".join(f"“{role_title(role)}”" for role in Role if role in roles)


def _names(people: dict[str, frozenset[Role]], roles: frozenset[Role] | set[Role], besides: str | None = None) -> str:
    found = [name for name, theirs in sorted(people.items()) if name != besides and theirs & roles]
    return ", ".join(found) or gettext("a manager of this workspace")
