"""The catalogue against its audit chain: what records and pages are now must be what the acts have made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from digitizer.catalogue.arrange import PART_OF
from digitizer.catalogue.audit import Act
from digitizer.catalogue.places import Placed
from digitizer.catalogue.store import Catalogue

_RECORD = ("code", "title", "secrecy", "withdrawn", "state")
_KEPT_EMPTY = ("secrecy", "parent", "quarters", "split", "sheet", "side", "replaces")
_PAGE = ("name", "quarters", "withdrawn", "split", "sheet", "side", "replaces")
_BORN = {"quarters": None, "withdrawn": 0, "split": None, "sheet": None, "side": None, "replaces": None}


def untold_changes(catalogue: Catalogue) -> Iterator[str]:
    """The codes of records and ids of pages that were changed, added or removed past the program."""
    told = _told(catalogue)
    rows = catalogue.database.conn.execute(
        "SELECT record.uuid, parent.uuid AS parent, record.fields, record.explained,"
        f" {', '.join(f'record.{name}' for name in _RECORD)}"
        " FROM record LEFT JOIN record AS parent ON parent.id = record.parent ORDER BY record.id"
    )
    for row in rows:
        found = told.pop(row["uuid"], None)
        present = {name: row[name] for name in _RECORD} | json.loads(row["fields"]) | {"parent": row["parent"]}
        present["explained"] = json.loads(row["explained"])
        if found is not None and "parent" not in found:  # made before acts told where
            del present["parent"]
        if found != present:
            yield str(row["code"])
    rows = catalogue.database.conn.execute(
        f"SELECT page.uuid, {', '.join(f'page.{name}' for name in _PAGE)}, page.ordinal, record.uuid AS record"
        " FROM page JOIN record ON record.id = page.record ORDER BY page.id"
    )
    for row in rows:
        found = told.pop(row["uuid"], {})
        where = [name for name in ("record", "ordinal") if name in found]  # not told by acts of older versions
        if found != {name: row[name] for name in (*_PAGE, *where)}:
            yield str(row["uuid"])
    yield from told


def _told(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """The last values of every record and page, by id, as the acts tell them."""
    told: dict[str, dict[str, Any]] = {}
    kinds = [
        "record.create",
        "record.change",
        "record.move",
        "record.check",
        "record.approve",
        "record.explain",
        "page.import",
        "page.change",
        "page.split",
        "page.arrange",
        "undo",
        "redo",
    ]
    for act in catalogue.audit.acts_of(kinds):
        values = act.after or {}
        if act.kind == "record.create":
            told[act.subject] = {"withdrawn": 0, "state": "draft", "explained": {}}
            told[act.subject] |= {name: values.get(name) for name in ("code", "title", "secrecy")}
            told[act.subject] |= values.get("fields", {}) | ({"parent": values["inside"]} if "inside" in values else {})
        elif act.kind == "page.import":
            for page in values.get("pages", ()):
                told[page] = _BORN | {"name": values.get("name"), "record": act.subject}
            for page, ordinal in zip(values.get("pages", ()), values.get("ordinals", ()), strict=False):
                told[page]["ordinal"] = ordinal
        elif (meant := _meant(catalogue, act)).kind == "page.split":
            told.setdefault(act.subject, {})["split"] = values["split"]
            beside = told.setdefault((meant.after or {})["beside"], _BORN | values.get("born", {}))
            beside["withdrawn"] = values["withdrawn"]
            _place(told, values.get("placed", {}))
        elif meant.kind == "page.arrange":
            _place(told, values["placed"])
            for page, wanted in values["set"].items():
                told.setdefault(page, {}).update(wanted)
        else:
            aside = ("call", PART_OF, *(["before"] if meant.kind == "record.move" else []))
            for subject in _subjects(meant):
                found = told.setdefault(subject, {})
                found.update({name: value for name, value in values.items() if name not in aside})
                for name in [name for name in values if found.get(name, "") is None and name not in _KEPT_EMPTY]:
                    del found[name]  # a described value that was taken away
    return told


def _place(told: dict[str, dict[str, Any]], placed: Placed) -> None:
    for record, pages in placed.items():
        for page, ordinal in pages.items():
            told.setdefault(page, {}).update(record=record, ordinal=ordinal)


def _meant(catalogue: Catalogue, act: Act) -> Act:
    """The act itself, or the one that it takes back or does again."""
    return act if act.undoes is None else catalogue.audit.get(act.undoes)


def _subjects(act: Act) -> list[str]:
    """What an act changed: itself names it, but an import stands for its pages."""
    return list((act.after or {}).get("pages", ())) if act.kind == "page.import" else [act.subject]
