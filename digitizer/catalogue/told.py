"""The catalogue against its audit chain: what records and pages are now must be what the acts have made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from digitizer.catalogue.audit import Act
from digitizer.catalogue.store import Catalogue

_RECORD = ("code", "title", "secrecy", "profile", "withdrawn")
_KEPT_EMPTY = ("secrecy", "parent", "quarters", "split")
_PAGE = ("name", "quarters", "withdrawn", "split")


def untold_changes(catalogue: Catalogue) -> Iterator[str]:
    """The codes of records and ids of pages that were changed, added or removed past the program."""
    told = _told(catalogue)
    rows = catalogue.database.conn.execute(
        f"SELECT record.uuid, parent.uuid AS parent, record.fields, {', '.join(f'record.{name}' for name in _RECORD)}"
        " FROM record LEFT JOIN record AS parent ON parent.id = record.parent ORDER BY record.id"
    )
    for row in rows:
        found = told.pop(row["uuid"], None)
        present = {name: row[name] for name in _RECORD} | json.loads(row["fields"]) | {"parent": row["parent"]}
        for name in ("parent", "profile"):
            if found is not None and name not in found:  # made before acts told where and how described
                del present[name]
        if found != present:
            yield str(row["code"])
    for row in catalogue.database.conn.execute(f"SELECT uuid, {', '.join(_PAGE)} FROM page ORDER BY id"):
        if told.pop(row["uuid"], None) != {name: row[name] for name in _PAGE}:
            yield str(row["uuid"])
    yield from told


def _told(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """The last values of every record and page, by id, as the acts tell them."""
    told: dict[str, dict[str, Any]] = {}
    kinds = [
        "record.create",
        "record.change",
        "record.move",
        "page.import",
        "page.change",
        "page.split",
        "undo",
        "redo",
    ]
    for act in catalogue.audit.acts_of(kinds):
        values = act.after or {}
        if act.kind == "record.create":
            told[act.subject] = {"withdrawn": 0} | {name: values.get(name) for name in ("code", "title", "secrecy")}
            told[act.subject] |= {"profile": values["profile"]} if "profile" in values else {}
            told[act.subject] |= values.get("fields", {}) | ({"parent": values["inside"]} if "inside" in values else {})
        elif act.kind == "page.import":
            for page in values.get("pages", ()):
                told[page] = {"name": values.get("name"), "quarters": None, "withdrawn": 0, "split": None}
        elif (meant := _meant(catalogue, act)).kind == "page.split":
            told.setdefault(act.subject, {})["split"] = values["split"]
            beside = told.setdefault((meant.after or {})["beside"], dict(values.get("born", {})))
            beside["withdrawn"] = values["withdrawn"]
        else:
            for subject in _subjects(meant):
                found = told.setdefault(subject, {})
                found.update({name: value for name, value in values.items() if name not in ("call", "before")})
                for name in [name for name in values if found.get(name, "") is None and name not in _KEPT_EMPTY]:
                    del found[name]  # a described value that was taken away
    return told


def _meant(catalogue: Catalogue, act: Act) -> Act:
    """The act itself, or the one that it takes back or does again."""
    return act if act.undoes is None else catalogue.audit.get(act.undoes)


def _subjects(act: Act) -> list[str]:
    """What an act changed: itself names it, but an import stands for its pages."""
    return list((act.after or {}).get("pages", ())) if act.kind == "page.import" else [act.subject]
