"""The search index of records: their values one by one, and the words of all values together."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlite_utils import Database

from digitizer.catalogue.fold import bare, tokens
from digitizer.catalogue.index import terms


def index_record(database: Database, row: int) -> None:
    """Bring the index of record ``row`` up to date. Part of every transaction that writes to the record."""
    connection = database.conn
    old = [str(value) for (value,) in connection.execute("SELECT value FROM record_value WHERE record = ?", [row])]
    if old:
        connection.execute(
            "INSERT INTO record_index(record_index, rowid, terms) VALUES ('delete', ?, ?)", [row, _terms(old)]
        )
        connection.execute("DELETE FROM record_value WHERE record = ?", [row])
    found = connection.execute(
        "SELECT code, title, fields FROM record WHERE id = ? AND NOT withdrawn", [row]
    ).fetchone()
    if found is None:
        return
    values = _values(found["code"], found["title"], found["fields"])
    connection.executemany(
        "INSERT INTO record_value(record, key, value, folded) VALUES (?, ?, ?, ?)",
        [(row, key, value, spaced(value)) for key, value in values],
    )
    connection.execute(
        "INSERT INTO record_index(rowid, terms) VALUES (?, ?)", [row, _terms([value for _, value in values])]
    )


def rebuild(database: Database) -> None:
    """Index every record. For a schema step, on empty tables."""
    for row in database.conn.execute("SELECT id FROM record ORDER BY id").fetchall():
        index_record(database, row[0])


def faults(database: Database) -> list[str]:
    """Codes of the records whose values are not those in the index, or whose words the index does not know of."""
    known = {row[0] for row in database.conn.execute("SELECT rowid FROM record_index")}
    rows = database.conn.execute(
        """SELECT id, code, title, fields, (
            SELECT json_group_array(json_array(key, value)) FROM record_value WHERE record_value.record = record.id
        ) FROM record WHERE NOT withdrawn ORDER BY id"""
    )
    return [
        code
        for row, code, title, fields, held in rows
        if row not in known or sorted(map(tuple, json.loads(held))) != sorted(_values(code, title, fields))
    ]


def spaced(text: str) -> str:
    """The words of ``text`` in bare letters, a blank before and behind each, so that whole words can be looked for."""
    return f" {bare(text)} "


def _values(code: str, title: str, fields: str) -> list[tuple[str, str]]:
    return [("code", code), ("title", title), *_described(json.loads(fields))]


def _described(fields: dict[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, bool):
                yield key, str(each).lower()
            elif isinstance(each, (str, int, float)):
                yield key, str(each)


def _terms(values: list[str]) -> str:
    return " ".join(sorted(set().union(*(terms(tokens(value)) for value in values))))
