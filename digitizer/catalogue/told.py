"""The catalogue against its audit chain: what records and pages are now must be what the acts have made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digitizer.catalogue.audit import Act
from digitizer.catalogue.store import Catalogue

_RECORD = ("code", "title", "secrecy")
_PAGE = ("name", "quarters", "withdrawn", "split")


def untold_changes(catalogue: Catalogue) -> Iterator[str]:
    """The codes of records and ids of pages that were changed, added or removed past the program."""
    told = _told(catalogue)
    for table, shown, names in (("record", "code", _RECORD), ("page", "uuid", _PAGE)):
        for row in catalogue.database.conn.execute(f"SELECT uuid, {', '.join(names)} FROM {table} ORDER BY id"):
            if told.pop(row["uuid"], None) != {name: row[name] for name in names}:
                yield str(row[shown])
    yield from told


def _told(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """The last values of every record and page, by id, as the acts tell them."""
    told: dict[str, dict[str, Any]] = {}
    kinds = ["record.create", "record.change", "page.import", "page.change", "page.split", "undo", "redo"]
    for act in catalogue.audit.acts_of(kinds):
        values = act.after or {}
        if act.kind == "record.create":
            told[act.subject] = {name: values.get(name) for name in _RECORD}
        elif act.kind == "page.import":
            for page in values.get("pages", ()):
                told[page] = {"name": values.get("name"), "quarters": None, "withdrawn": 0, "split": None}
        elif (meant := _meant(catalogue, act)).kind == "page.split":
            told.setdefault(act.subject, {})["split"] = values["split"]
            beside = told.setdefault((meant.after or {})["beside"], dict(values.get("born", {})))
            beside["withdrawn"] = values["withdrawn"]
        else:
            for subject in _subjects(meant):
                told.setdefault(subject, {}).update(values)
    return told


def _meant(catalogue: Catalogue, act: Act) -> Act:
    """The act itself, or the one that it takes back or does again."""
    return act if act.undoes is None else catalogue.audit.get(act.undoes)


def _subjects(act: Act) -> list[str]:
    """What an act changed: itself names it, but an import stands for its pages."""
    return list((act.after or {}).get("pages", ())) if act.kind == "page.import" else [act.subject]
