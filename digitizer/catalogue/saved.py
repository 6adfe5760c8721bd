"""Searches kept under a name, for everybody who works in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from digitizer.catalogue import query as language
from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.errors import NoSuchSearch, SearchExists, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import clean, new_id


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """``records``: searches records, not pages."""

    name: str
    query: str
    records: bool


class SavedSearches:
    """The saved searches of one catalogue, by name (unique). Each change is an act of its own."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def all(self) -> list[SavedSearch]:
        """In the order in which they were saved."""
        rows = self._database.conn.execute("SELECT name, query, records FROM saved_search ORDER BY id")
        return [SavedSearch(row["name"], row["query"], bool(row["records"])) for row in rows]

    def get(self, name: str) -> SavedSearch:
        """Raises NoSuchSearch."""
        found = next((each for each in self.all() if each.name == clean(name)), None)
        if found is None:
            raise NoSuchSearch(name=name)
        return found

    def save(self, name: str, query: str, *, records: bool = False) -> SavedSearch:
        """Keep ``query`` under ``name``. Raises SearchExists, QueryRefused or WrongUsage."""
        made = SavedSearch(clean(name), clean(query), records)
        if not made.name or language.parse(made.query) is None:
            raise WrongUsage(reason=gettext("A saved search needs a name and something to look for."))
        with atomic(self._database):
            if any(each.name == made.name for each in self.all()):
                raise SearchExists(name=made.name)
            uuid = new_id()
            values = {"name": made.name, "query": made.query, "records": int(records)}
            self._database.table("saved_search").insert({"uuid": uuid} | values)
            self._audit.append("search.save", uuid, None, values)
        return made

    def remove(self, name: str) -> SavedSearch:
        """Raises NoSuchSearch."""
        with atomic(self._database):
            found = self.get(name)
            row = self._database.conn.execute(
                "DELETE FROM saved_search WHERE name = ? RETURNING uuid", [found.name]
            ).fetchone()
            values = {"name": found.name, "query": found.query, "records": int(found.records)}
            self._audit.append("search.remove", row["uuid"], values, None)
        return found
