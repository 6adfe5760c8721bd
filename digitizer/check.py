"""Proving what is kept: every master by its hash, the catalogue by SQLite's own check, the audit chain entry by
entry.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field

from digitizer.catalogue import index, record_index
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.told import untold_changes
from digitizer.i18n import gettext
from digitizer.masters import hash_file
from digitizer.model import Sha256
from digitizer.tasks import Task
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Fault:
    """``code`` is public; ``what`` is one sentence's worth of fact, ``where`` names the file, page or entry."""

    code: str
    what: str
    where: str


@dataclass(slots=True)
class CheckReport:
    masters: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults


def check(workspace: Workspace, *, quick: bool = False, task: Task | None = None) -> CheckReport:
    """Check everything and report all faults, not the first. ``quick``: masters by size only, not by hash."""
    task = task or Task()
    report = CheckReport()
    _check_catalogue(workspace, report, quick)
    connection = workspace.catalogue.database.conn
    total = connection.execute("SELECT count(*) FROM master").fetchone()[0]
    for sha256, size in connection.execute("SELECT sha256, bytes FROM master ORDER BY id").fetchall():
        task.check()
        _check_master(workspace, Sha256(sha256), size, quick, report)
        report.masters += 1
        task.report(report.masters, total)
    _record(workspace, report, quick)
    return report


def _record(workspace: Workspace, report: CheckReport, quick: bool) -> None:
    """The rule asks when the holdings were checked last. Nothing is written to a catalogue that is damaged itself."""
    if any(fault.code in ("catalogue-damaged", "audit-chain-broken") for fault in report.faults):
        return
    said = {"quick": quick, "masters": report.masters, "faults": len(report.faults)}
    # What was found is worth more than the note of it: a full disk or a busy writer must not keep it back.
    with suppress(sqlite3.OperationalError), atomic(workspace.catalogue.database):
        workspace.catalogue.audit.append("check", "masters", None, said)


def _check_catalogue(workspace: Workspace, report: CheckReport, quick: bool) -> None:
    connection = workspace.catalogue.database.conn
    pragma = "quick_check" if quick else "integrity_check"
    for row in connection.execute(f"PRAGMA {pragma}").fetchall():
        if row[0] != "ok":
            report.faults.append(Fault("catalogue-damaged", row[0], "catalogue.sqlite"))
    for row in connection.execute("PRAGMA foreign_key_check").fetchall():
        report.faults.append(Fault("catalogue-damaged", f"{row[0]} {row[1]} -> {row[2]}", "catalogue.sqlite"))
    for fault in workspace.catalogue.audit.faults():
        report.faults.append(Fault("audit-chain-broken", fault, "catalogue.sqlite"))
    for page in workspace.catalogue.readings.index_faults():
        report.faults.append(Fault("page-not-indexed", gettext("the page was read but search cannot find it"), page))
    for code in record_index.faults(workspace.catalogue.database):
        report.faults.append(Fault("record-not-indexed", gettext("search does not know what it says of itself"), code))
    if words := index.words_missing(workspace.catalogue.database):
        said = gettext("words of pages are missing among the words in use: {words}")
        report.faults.append(Fault("words-missing", said.format(words=", ".join(words[:5])), "catalogue.sqlite"))
    for page in workspace.catalogue.readings.lost(quick=quick):
        report.faults.append(Fault("text-missing", gettext("the page was read but its text is gone or damaged"), page))
    chain_holds = all(fault.code != "audit-chain-broken" for fault in report.faults)
    if chain_holds and not quick:  # a broken chain tells nothing
        for subject in untold_changes(workspace.catalogue):
            said = gettext("it is not as the audit chain says that it was left")
            report.faults.append(Fault("catalogue-changed", said, subject))


def _check_master(workspace: Workspace, sha256: Sha256, size: int, quick: bool, report: CheckReport) -> None:
    path = workspace.masters.path(sha256)
    where = str(path.relative_to(workspace.root))
    try:
        if path.stat().st_size != size:
            report.faults.append(
                Fault(
                    "master-changed",
                    gettext("{found} bytes, not {kept}").format(found=path.stat().st_size, kept=size),
                    where,
                )
            )
        elif not quick and (found := hash_file(path)) != sha256:
            report.faults.append(Fault("master-changed", gettext("its SHA-256 is {found}").format(found=found), where))
    except FileNotFoundError:
        report.faults.append(Fault("master-missing", gettext("the file is gone"), where))
    except OSError as error:
        report.faults.append(Fault("master-unreadable", str(error.strerror), where))
