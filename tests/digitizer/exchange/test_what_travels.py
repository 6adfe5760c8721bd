"""Of everything that a catalogue keeps it is decided whether it travels (docs/decisions/043-what-travels.md)."""

from __future__ import annotations

from pathlib import Path

from digitizer.acts import KINDS as ALL_KINDS
from digitizer.catalogue.origins import KINDS
from digitizer.deliver.exchange_lines import READING
from tests.helpers.stations import station

TRAVELS = {
    "station": {"uuid", "name"},
    "act": {
        "station", "seq", "uuid", "at", "clock_back", "person", "role", "account", "kind", "subject", "before", "after",
        "undoes", "previous", "hash",
    },
    "record": {
        "uuid", "level", "parent", "code", "title", "secrecy", "fields", "profile", "withdrawn", "state", "explained",
        "ordinal",
    },
    "master": {"sha256", "bytes", "format", "pages"},
    "page": {
        "uuid", "record", "ordinal", "master", "master_index", "name", "quarters", "withdrawn", "split", "sheet",
        "side", "replaces", "sorted_from",
    },
    "reading": {"page", "text", *READING},
    "likeness": {"page", "hash"},
}  # fmt: skip
TRAVELS["received_act"] = TRAVELS["act"]
MADE_ANEW = {
    "record": {"pages", "waiting"}, "page": {"file"}, "job": {"page", "state", "withdrawn"},
    "look": {"page", "version", "blank", "width", "height", "codes"}, "queue": {"state", "pages"},
    "difference": {"subject", "field", "reason", "shown", "heads"}, "to_index": {"page"},
    "word": {"folded", "marked", "pages"}, "record_value": {"record", "key", "value", "folded"},
    "page_index": {"terms"}, "record_index": {"terms"},
}  # fmt: skip
PRIVATE = {
    "workspace": {"key", "value"}, "record": {"origin"}, "job": {"priority", "attempts", "fault", "detail"},
    "person": {"uuid", "name", "roles", "active"}, "backup_target": {"uuid", "path", "media_end"},
    "backup": {
        "target", "name", "kind", "at", "chain_end", "files", "bytes", "person", "account", "manifest",
    },
    "saved_search": {"uuid", "name", "query", "records"}, "watched": {"path", "size", "mtime"},
}  # fmt: skip
_OF_THE_MACHINERY = ("sqlite_", "_sqlite_migrations", "page_index_", "record_index_")
WRITE_NO_VALUE = {"page.read", "page.fail", "record.deliver", "scan.discard"}


def test_of_every_column_it_is_decided_whether_it_travels(tmp_path: Path) -> None:
    decided: dict[str, set[str]] = {}
    for each in (TRAVELS, MADE_ANEW, PRIVATE):
        for table, columns in each.items():
            decided.setdefault(table, {"id"}).update(columns)
    with station(tmp_path, "A") as workspace:
        database = workspace.catalogue.database
        tables = [name for name in database.table_names() if not name.startswith(_OF_THE_MACHINERY)]
        kept = {name: {"id", *(column.name for column in database.table(name).columns)} for name in tables}
    assert kept == decided


def test_every_act_on_records_and_pages_is_known_where_values_come_from() -> None:
    about = {kind for kind in ALL_KINDS if kind.startswith(("record.", "page.", "text.", "scan."))}
    assert about - set(KINDS) == WRITE_NO_VALUE
