"""Records as an import sees them: those that are there and those that a table will make, each with what it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digitizer.catalogue.records import Records
from digitizer.describe.profiles import Profile, Profiles
from digitizer.describe.values import parse
from digitizer.i18n import gettext
from digitizer.model import Level, Record, RecordId, Value, clean


@dataclass(slots=True, eq=False)
class Node:
    """``record``: None for one that is not there yet. ``values``: its own, by key. ``texts``: what is to be set, as
    people type it. ``shelf``: fonds, register and box as its row names them.
    """

    level: Level
    code: str
    profile: Profile
    parent: Node | None
    record: Record | None
    values: dict[str, Value]
    texts: dict[str, str] = field(default_factory=dict)
    shelf: tuple[str, str, str] = ("", "", "")
    _merged: dict[str, Value] | None = None

    @property
    def merged(self) -> Mapping[str, Value]:
        """What it hands down to what lies in it: for each key the nearest value."""
        if self._merged is None:
            self._merged = (dict(self.parent.merged) if self.parent is not None else {}) | self.values
        return self._merged

    @property
    def top(self) -> Node:
        return self if self.parent is None else self.parent.top


class WrongPlace(Exception):
    """``which``: 0 fonds, 1 register, 2 box: what the sentence is about."""

    def __init__(self, which: int, sentence: str) -> None:
        super().__init__(sentence)
        self.which = which


class Places:
    """Fonds, registers and boxes by the words of a table; those that are missing are planned."""

    def __init__(self, records: Records, under: Record | None) -> None:
        self._records = records
        self._nodes: dict[RecordId, Node] = {}
        self._places: dict[tuple[str, str, str], Node | None] = {}
        self._inside: dict[int, list[Node]] = {}
        self._under = None if under is None else self.node(under)
        self.planned: list[Node] = []

    def node(self, record: Record) -> Node:
        """The record with all that it lies in."""
        if record.id not in self._nodes:
            parent = None if record.parent is None else self._by_id(record.parent)
            self._nodes[record.id] = node_of(self._records, record, parent)
        return self._nodes[record.id]

    def parent_of(self, record: Record) -> Node | None:
        return None if record.parent is None else self._by_id(record.parent)

    def find(self, fonds: str, register: str, box: str) -> Node | None:
        """Where a file lies that names these (empty: names none); None where nothing says so. Raises WrongPlace."""
        key = (fonds, register, box)
        if key not in self._places:
            self._places[key] = self._found(*key)
        return self._places[key]

    def _found(self, fonds: str, register: str, box: str) -> Node | None:
        home = self._under
        if home is None:
            home = self._fonds(fonds) if fonds or register or box else self._only_fonds()
        elif fonds and not is_meant(home.top, fonds):
            said = gettext("The fonds “{text}” is not the one of “{code}”.")
            raise WrongPlace(0, said.format(text=fonds, code=home.code))
        for which, (level, text) in enumerate(((Level.REGISTER, register), (Level.BOX, box)), 1):
            if not text or home is None:
                continue
            if home.level is level and is_meant(home, text):
                continue
            if not level.may_lie_in(home.level):
                raise WrongPlace(which, gettext("“{text}” cannot lie in “{code}”.").format(text=text, code=home.code))
            home = self._inner(home, level, text)
        return home

    def _fonds(self, text: str) -> Node:
        if not text:
            if (only := self._only_fonds()) is not None:
                return only
            raise WrongPlace(0, gettext("It does not say which fonds it belongs to."))
        found = next((node for node in self._children(None) if is_meant(node, text)), None)
        return found or self._plan(Level.FONDS, text, text, None, {})

    def _only_fonds(self) -> Node | None:
        known = self._children(None)
        return known[0] if len(known) == 1 else None

    def _inner(self, home: Node, level: Level, text: str) -> Node:
        found = next((node for node in self._children(home) if node.level is level and is_meant(node, text)), None)
        if found is not None:
            return found
        key = "number" if level is Level.REGISTER else "box"
        said = gettext("Register {number}") if level is Level.REGISTER else gettext("Box {number}")
        return self._plan(level, f"{home.code}.{text}", said.format(number=text), home, {key: text})

    def _plan(self, level: Level, code: str, title: str, home: Node | None, texts: dict[str, str]) -> Node:
        if self._records.named([code]):
            raise WrongPlace(
                (Level.FONDS, Level.REGISTER, Level.BOX).index(level),
                gettext("There is already a record “{code}” elsewhere.").format(code=code),
            )
        form = self._records.profiles.get(str(level))
        node = Node(level, code, form, home, None, dict(texts), texts | {"title": title})
        self._children(home).append(node)
        self.planned.append(node)
        return node

    def _children(self, home: Node | None) -> list[Node]:
        """Registers and boxes in ``home`` (the fonds for None), those that are planned too."""
        key = 0 if home is None else id(home)
        if key not in self._inside:
            held: list[Record] = []
            if home is None or home.record is not None:
                held = self._records.under(None if home is None or home.record is None else home.record.id)
            self._inside[key] = [self.node(r) for r in held if r.level in (Level.FONDS, Level.REGISTER, Level.BOX)]
        return self._inside[key]

    def _by_id(self, record: RecordId) -> Node:
        return self._nodes.get(record) or self.node(self._records.find(record))


def node_of(records: Records, record: Record, parent: Node | None) -> Node:
    form = records.profiles.get(record.profile)
    values: dict[str, Value] = dict(record.fields) | {"code": record.code}
    if record.title:
        values[form.title] = record.title
    if record.secrecy is not None:
        values["secrecy"] = record.secrecy
    return Node(record.level, record.code, form, parent, record, values)


def described(node: Node, profiles: Profiles) -> dict[str, Value | None]:
    """Every value that counts for the record, as ``Records.described`` gives it, without asking the database."""
    above = {} if node.parent is None else node.parent.merged
    values: dict[str, Value | None] = {}
    for spec in node.profile.field:
        value = node.values.get(spec.key)
        if value is None and spec.inherit:
            value = above.get(spec.key)
        if value is None and spec.default is not None:
            value = parse(profiles, spec, spec.default)
        values[spec.key] = value
    if node.record is not None and "secrecy" not in node.values:
        values["secrecy"] = node.record.effective_secrecy
    return values


def is_meant(node: Node, text: str) -> bool:
    """Whether a table that says ``text`` means this fonds, register or box."""
    number = node.values.get("number" if node.level is Level.REGISTER else "box")
    title = node.values.get(node.profile.title)
    wanted = clean(text).casefold()
    return any(isinstance(known, str) and known.casefold() == wanted for known in (node.code, number, title))
