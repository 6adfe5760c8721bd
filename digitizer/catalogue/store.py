"""The catalogue as one object: what the rest of the program opens and closes."""

from __future__ import annotations

import socket
from pathlib import Path

from sqlite_utils import Database

from digitizer.catalogue.approval import Approval
from digitizer.catalogue.arrange import Arrangement
from digitizer.catalogue.audit import Audit
from digitizer.catalogue.backups import Backups
from digitizer.catalogue.connection import atomic, open_database
from digitizer.catalogue.looks import Looks
from digitizer.catalogue.pages import Pages
from digitizer.catalogue.people import People
from digitizer.catalogue.permits import Who
from digitizer.catalogue.queue import Queue
from digitizer.catalogue.readings import Readings
from digitizer.catalogue.records import Records
from digitizer.catalogue.saved import SavedSearches
from digitizer.catalogue.search import Search
from digitizer.catalogue.tree import Tree
from digitizer.describe.profiles import Profiles
from digitizer.model import new_id


class Catalogue:
    """One connection to a catalogue file. Belongs to the thread that opened it; close it there.

    Raises on opening: see ``open_database``.
    """

    def __init__(self, path: Path, who: Who) -> None:
        """``path``: of the file, in the workspace's root folder."""
        self.database = open_database(path)
        try:
            _found_station(self.database)
            self.audit = Audit(self.database, who)
        except BaseException:
            self.database.close()
            raise
        self._version = 0
        self.changed_outside()
        self.records = Records(self.database, self.audit, Profiles(path.parent))
        self.tree = Tree(self.database, self.records)
        self.pages = Pages(self.database, self.audit)
        self.looks = Looks(self.database)
        self.people = People(self.database, self.audit)
        self.backups = Backups(self.database, self.audit)
        self.arrangement = Arrangement(self.database, self.audit, self.records, self.pages)
        self.approval = Approval(self.database, self.records)
        self.queue = Queue(self.database, self.audit)
        self.readings = Readings(self.database, self.audit, self.queue)
        self.saved = SavedSearches(self.database, self.audit)
        self.search = Search(self.database, self.records.profiles)

    def changed_outside(self) -> bool:
        """Whether another connection has written since this was asked last (https://www.sqlite.org/pragma.html)."""
        version = int(self.database.conn.execute("PRAGMA data_version").fetchone()[0])
        changed, self._version = version != self._version, version
        return changed

    def close(self) -> None:
        self.database.close()


def _found_station(database: Database) -> None:
    """A new workspace is a station of its own, known by a UUID wherever its records travel."""
    begun = "SELECT 1 FROM workspace WHERE key = 'station' UNION ALL SELECT 1 FROM act"
    if database.conn.execute(begun).fetchone():
        return
    with atomic(database):
        if database.conn.execute(begun).fetchone():
            return  # another process was first
        station = new_id()
        database.table("station").insert({"uuid": station, "name": socket.gethostname()})
        database.table("workspace").insert({"key": "station", "value": station})
