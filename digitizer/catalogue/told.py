"""The catalogue against its audit chain: what records and pages are now must be what the acts have made of them."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from typing import Any, Protocol

from digitizer.catalogue.arrange import PART_OF
from digitizer.catalogue.audit import Act
from digitizer.catalogue.places import Placed
from digitizer.catalogue.records import MOVED, STANDS
from digitizer.catalogue.schema import PAGE_BIRTHS
from digitizer.catalogue.store import Catalogue
from digitizer.model import ActId

_RECORD = ("code", "title", "secrecy", "profile", "withdrawn", "state")
_KEPT_EMPTY = ("secrecy", "parent")
_RECORD_ACTS = (
    "record.create", "record.change", "record.move", "record.check", "record.approve", "record.explain",
    "record.receive", "record.settle",
)  # fmt: skip
MERGE = ("merge-lineage", "merge-held", "merge-open")
"""What acts of receiving and settling say besides values; no field can have these names."""
_PAGE = ("name", "quarters", "withdrawn", "split", "sheet", "side", "replaces", "sorted_from")
_PLACE = ("record", "ordinal")
"""Where a page lies, which acts of older versions did not tell."""
_BORN = {
    "quarters": None, "withdrawn": 0, "split": None, "sheet": None, "side": None, "replaces": None, "sorted_from": None,
}  # fmt: skip


class Acts(Protocol):
    """The acts of one chain: ours in the catalogue, or another station's in a package."""

    def get(self, act: ActId) -> Act:
        """The act of that id; it must be there."""


def untold_changes(catalogue: Catalogue) -> Iterator[str]:
    """The codes of records and ids of pages that were changed, added or removed past the program."""
    told = _told(catalogue)
    rows = catalogue.database.conn.execute(
        "SELECT record.uuid, parent.uuid AS parent, record.fields, record.explained,"
        f" {', '.join(f'record.{name}' for name in _RECORD)}, record.ordinal"
        " FROM record LEFT JOIN record AS parent ON parent.id = record.parent ORDER BY record.id"
    )
    for row in rows:
        found = told.pop(row["uuid"], None)
        present = {name: row[name] for name in _RECORD} | json.loads(row["fields"]) | {"parent": row["parent"]}
        present |= {"explained": json.loads(row["explained"]), STANDS: row["ordinal"]}
        for name in ("parent", "profile", STANDS):
            if found is not None and name not in found:  # made before acts told where, how described and in what order
                del present[name]
        if found != present:
            yield str(row["code"])
    yield from told
    yield from _untold_pages(catalogue)
    yield from catalogue.people.untold()


def _untold_pages(catalogue: Catalogue) -> Iterator[str]:
    """Pages, of which there may be a million: read from the newest act back, the first that tells a value tells how it
    must be now; so no values are kept, only a few bits a page of which were told.
    """
    connection = catalogue.database.conn
    told = array("H", bytes(2 + 2 * (connection.execute("SELECT max(id) FROM page").fetchone()[0] or 0)))
    wrong: set[int] = set()
    gone: set[str] = set()
    columns = ", ".join(f"page.{name}" for name in _PAGE)
    present = (
        f"SELECT page.id, {columns}, page.ordinal, record.uuid AS record"
        " FROM page JOIN record ON record.id = page.record WHERE page.uuid = ?"
    )
    kinds = [*PAGE_BIRTHS, "page.change", "page.split", "page.arrange", "page.receive", "page.settle", "undo", "redo"]
    for act in catalogue.audit.back(kinds):
        for page, values in page_values(catalogue.audit, act):
            row = connection.execute(present, [page]).fetchone()
            if row is None:
                gone.add(page)
                continue
            for bit, name in enumerate((*_PAGE, *_PLACE)):
                if name in values and not told[row["id"]] >> bit & 1:
                    told[row["id"]] |= 1 << bit
                    if values[name] != row[name]:
                        wrong.add(row["id"])
    whole = (1 << len(_PAGE)) - 1
    for row in connection.execute("SELECT id, uuid FROM page ORDER BY id"):
        if told[row["id"]] & whole != whole or row["id"] in wrong:
            yield str(row["uuid"])
    yield from sorted(gone)


def page_values(acts: Acts, act: Act) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an act says of pages."""
    values, told = act.after or {}, meant(acts, act)
    if act.kind in PAGE_BIRTHS:
        pages = values.get("pages", ())
        ordinals: list[Any] = values.get("ordinals") or [None] * len(pages)
        for page, ordinal in zip(pages, ordinals, strict=True):
            place = {} if ordinal is None else {"ordinal": ordinal}
            yield page, _BORN | {"name": values.get("name"), "record": act.subject} | place
    elif told.kind == "page.split":
        yield act.subject, {"split": values["split"]}
        born = _BORN | values["born"] if "born" in values else {}
        yield (told.after or {})["beside"], {**born, "withdrawn": values["withdrawn"]}
        yield from _placed(values.get("placed", {}))
    elif told.kind == "page.arrange":
        yield from _placed(values["placed"])
        yield from values["set"].items()
    elif told.kind.startswith("page."):
        said = {name: value for name, value in values.items() if name != PART_OF}
        yield from ((page, said) for page in _subjects(told))


def _placed(placed: Placed) -> Iterator[tuple[str, dict[str, Any]]]:
    for record, pages in placed.items():
        for page, ordinal in pages.items():
            yield page, {"record": record, "ordinal": ordinal}


def _told(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """The last values of every record, by id, as the acts tell them."""
    told: dict[str, dict[str, Any]] = {}
    for act in catalogue.audit.acts_of([*_RECORD_ACTS, "undo", "redo"]):
        does = meant(catalogue.audit, act)
        if not does.kind.startswith("record."):
            continue
        for record, ordinal in moved_beside(act).items():
            told.setdefault(record, {})[STANDS] = ordinal
        values = record_values(act, does)
        found = told.setdefault(act.subject, {})
        found.update(values)
        for name in [name for name in values if found.get(name, "") is None and name not in _KEPT_EMPTY]:
            del found[name]  # a described value that was taken away
    return told


def record_values(act: Act, does: Act) -> dict[str, Any]:
    """What an act says of the record that it is about; ``does``: the act itself, or the one that it takes back or does
    again.
    """
    values = act.after or {}
    if act.kind == "record.create":
        born: dict[str, Any] = {"withdrawn": 0, "state": "draft", "explained": {}}
        born |= {name: values.get(name) for name in ("code", "title", "secrecy")}
        born |= {"profile": values["profile"]} if "profile" in values else {}
        born |= values.get("fields", {})
        born |= {STANDS: values[STANDS]} if STANDS in values else {}
        return born | ({"parent": values["inside"]} if "inside" in values else {})
    aside = ("call", PART_OF, *MERGE, *(["before", MOVED] if does.kind == "record.move" else []))
    return {name: value for name, value in values.items() if name not in aside}


def moved_beside(act: Act) -> dict[str, int]:
    """Ordinals of siblings, by id, that made room where a record was made or moved."""
    told: dict[str, int] = (act.after or {}).get(MOVED, {})
    return told if act.kind in ("record.create", "record.move", "undo", "redo") and isinstance(told, dict) else {}


def meant(acts: Acts, act: Act) -> Act:
    """The act itself, or the one that it takes back or does again."""
    return act if act.undoes is None else acts.get(act.undoes)


def _subjects(act: Act) -> list[str]:
    """What an act changed: itself names it, but pages that were brought in are named by their birth."""
    return list((act.after or {}).get("pages", ())) if act.kind in PAGE_BIRTHS else [act.subject]
