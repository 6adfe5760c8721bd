"""Offline stations for tests: workspaces that give each other packages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from digitizer.check import check
from digitizer.deliver.exchange import deliver_exchange
from digitizer.deliver.receive import open_differences, receive
from digitizer.deliver.reception import ReceiveReport
from digitizer.model import PageId, Sha256, new_id
from digitizer.workspace import Workspace
from ocr.geometry import Size
from ocr.loaders.raster import Inspection, PageInfo
from tests.helpers.workspaces import NULL_ENGINE, page_text, store


def station(root: Path, name: str) -> Workspace:
    """A workspace of its own, its station called ``name``."""
    workspace = Workspace(root / name, NULL_ENGINE)
    connection = workspace.catalogue.database.conn
    connection.execute("PRAGMA synchronous = OFF")  # no power is cut here
    connection.execute("UPDATE station SET name = ? WHERE uuid = ?", [name, workspace.catalogue.audit.station])
    return workspace


def put_pages(workspace: Workspace, code: str, count: int, text: str = "trang") -> list[PageId]:
    """Pages of one made-up master, kept for real, in the record of that code (made where it is missing), each read."""
    born = keep(workspace, code, b"II*\0" + f"{code} {text} {new_id()}".encode(), count)
    for number, page in enumerate(born, 1):
        store(workspace, page, page_text(f"{text} {number}"))
    return born


def keep(workspace: Workspace, code: str, data: bytes, count: int = 1) -> list[PageId]:
    """Pages of the master ``data``, kept for real, in the record of that code (made where it is missing); not read."""
    record = workspace.catalogue.records.file_for(code)
    sha256, size = _kept(workspace, data)
    inspection = Inspection("tiff", (PageInfo(Size(240, 160), 200.0),) * count)
    return workspace.catalogue.pages.add(record, sha256, size, inspection, name=f"{code}.tif", call=new_id())


def scan_pages(workspace: Workspace, code: str, count: int) -> list[PageId]:
    """Sheet sides as a scanner brings them: each a master of its own, kept for real; not read yet."""
    record, call = workspace.catalogue.records.file_for(code), new_id()
    born = [PageId(new_id()) for _ in range(count)]
    for number, page in enumerate(born, 1):
        sha256, size = _kept(workspace, b"\x89PNG" + f"{code} {page}".encode())
        inspection = Inspection("png", (PageInfo(Size(240, 160), 200.0),))
        workspace.catalogue.pages.add_scanned(
            record, page, sha256, size, inspection, name=f"{number}.png", call=call,
            said={"device": "test:0", "options": {"resolution": 200}, "pixels": sha256},
        )  # fmt: skip
    return born


def _kept(workspace: Workspace, data: bytes) -> tuple[Sha256, int]:
    sha256 = Sha256(hashlib.sha256(data).hexdigest())
    path = workspace.masters.path(sha256)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return sha256, len(data)


def package(workspace: Workspace, folder: Path, *codes: str, **more: Any) -> Path:
    """A package of these records, or of all."""
    return deliver_exchange(workspace, folder, codes=codes, **more).path


def take(workspace: Workspace, *paths: Path, **more: Any) -> ReceiveReport:
    """Receive packages, each of which is well."""
    report = receive(workspace, paths, **more)
    assert not report.refused, [error.message for _, error in report.refused]
    return report


def content(workspace: Workspace) -> dict[str, Any]:
    """All that a catalogue says, without what is a station's own, such as row ids."""
    connection = workspace.catalogue.database.conn
    found: dict[str, Any] = {}
    for row in connection.execute(
        "SELECT record.*, parent.uuid AS home FROM record LEFT JOIN record AS parent ON parent.id = record.parent"
    ):
        names = ("level", "code", "title", "secrecy", "profile", "withdrawn", "state", "explained", "fields", "home")
        found[row["uuid"]] = {name: row[name] for name in (*names, "ordinal", "pages")}
    for row in connection.execute(
        "SELECT page.*, record.uuid AS home, sha256, job.state, text, at FROM page"
        " JOIN record ON record.id = page.record JOIN master ON master.id = page.master JOIN job ON job.page = page.id"
        " LEFT JOIN reading ON reading.page = page.id"
    ):
        names = ("home", "ordinal", "sha256", "master_index", "name", "quarters", "withdrawn", "split", "sheet", "side")
        found[row["uuid"]] = {name: row[name] for name in (*names, "replaces", "sorted_from", "state")}
        if row["state"] == "done":
            found[row["uuid"]] |= {"text": row["text"], "at": row["at"]}
    return found


def waiting(workspace: Workspace) -> set[tuple[Any, ...]]:
    """The open differences, comparable between stations."""
    return {
        (each.id, each.reason, repr(each.ours.value), tuple(sorted(repr(side.value) for side in each.theirs)))
        for each in open_differences(workspace)
    }


def whole(workspace: Workspace) -> None:
    """``check`` finds nothing."""
    faults = check(workspace).faults
    assert not faults, [(fault.code, fault.where, fault.what) for fault in faults]
