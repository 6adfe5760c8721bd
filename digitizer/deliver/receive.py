"""Receiving another station's package: proven whole, then what is new is taken in, and differences are laid before a
person. Received again, nothing changes; in what order packages come does not matter.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from digitizer.catalogue import chains
from digitizer.catalogue.chains import ChainRefused
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.differences import Difference, Differences
from digitizer.catalogue.index import replace_page
from digitizer.catalogue.origins import Origins
from digitizer.catalogue.packing import LEVEL
from digitizer.catalogue.received import Coming, Received
from digitizer.catalogue.settling import settle as settle_in
from digitizer.deliver import age, exchange_lines
from digitizer.deliver.exchange import scratch
from digitizer.deliver.exchange_lines import CHAINS, PAGES, READING, RECORDS, Read
from digitizer.deliver.opening import Opened, Trust, Verifier, opened
from digitizer.deliver.package_faults import PackageRefused
from digitizer.deliver.reception import RECEIVE, Receipt, ReceiveReport, Tally, brought
from digitizer.deliver.taking import is_archive_package, take_package
from digitizer.errors import KnownError, WorkspaceUnusable, reason
from digitizer.masters import hash_file
from digitizer.model import JobState, PageId, Secrecy, new_id
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_AT_ONCE = 200
"""Records or pages in one transaction: others may write in between."""
T = TypeVar("T")


def receive(
    workspace: Workspace, paths: Sequence[Path], *, key: Path | None = None, passphrase: str | None = None,
    roots: Sequence[Path] = (), signed_only: bool = False, max_secrecy: Secrecy = Secrecy.NONE,
    secrecy: Secrecy | None = None, task: Task | None = None, report: ReceiveReport | None = None,
) -> ReceiveReport:  # fmt: skip
    """Receive packages one by one, of other stations or SIPs, AIPs and bags; a bad one is left out and listed. ``key``:
    file of the private key. ``roots``: certificates that are trusted; with ``signed_only`` what none of them stands
    behind is a bad one. So is what holds a record above ``max_secrecy``. ``secrecy``: the level of an archive's package
    that only says that it is secret.

    Raises KeyUnusable, WrongUsage (a root), WorkspaceLocked, WorkspaceUnusable, or what forbids it to this person.
    """
    task, report = task or Task(), report or ReceiveReport()
    workspace.catalogue.audit.require(RECEIVE)
    held = None if key is None else age.identity(key, passphrase, task)
    trust = Trust(held, _roots(roots), signed_only, max_secrecy, secrecy)
    with scratch(workspace) as folder, Verifier() as verifier:
        for path in paths:
            task.check()
            try:
                if is_archive_package(path):
                    report.received.append(take_package(workspace, path, folder, trust, task))
                    continue
                with opened(workspace, path, folder, trust, verifier, task) as package:
                    report.received.append(_take(workspace, package, task))
            except OSError as error:
                raise WorkspaceUnusable(path=workspace.root, reason=reason(error)) from error
            except KnownError as error:
                report.refused.append((path, error))
    report.open = open_differences(workspace)
    return report


def _roots(paths: Sequence[Path]) -> tuple[bytes, ...]:
    if not paths:
        return ()
    from digitizer.deliver.package_signature import read_roots  # heavy

    return read_roots(paths)


def open_differences(workspace: Workspace) -> list[Difference]:
    """All differences that wait for a person, by record and page."""
    return Differences(workspace.catalogue).open()


def settle(workspace: Workspace, choices: Mapping[str, int]) -> list[Difference]:
    """As ``end_differences``; gives those that are still open."""
    end_differences(workspace, choices)
    return open_differences(workspace)


def end_differences(
    workspace: Workspace, choices: Mapping[str, int], task: Task | None = None, seen: Mapping[str, str] | None = None
) -> int:
    """End differences by their ids (``digitizer.catalogue.settling.settle``); gives how many. ``seen``: the states
    (``Waiting.state``) that the choices were made from; what is another one by now is left open.
    """
    with atomic(workspace.catalogue.database):
        if seen is not None:
            present = {each.id: each.state for each in Differences(workspace.catalogue).waiting()}
            choices = {name: choice for name, choice in choices.items() if present.get(name) == seen[name]}
        stale = settle_in(workspace.catalogue, choices, task)
    for page in stale:
        workspace.derivatives.forget(PageId(page))
    return len(choices)


def _take(workspace: Workspace, package: Opened, task: Task) -> Receipt:
    receipt = Receipt(package.path, package.package, package.name, hash_file(package.path), signed=package.signed)
    catalogue = workspace.catalogue
    try:
        with atomic(catalogue.database):  # first: where the chains are others than known here, nothing else is kept
            receipt.acts = chains.enter(catalogue, exchange_lines.lines(package.list(CHAINS)))
    except ChainRefused as error:
        raise PackageRefused(path=package.path, reason=error) from error
    for staged in package.staged:
        task.check()
        workspace.masters.keep(staged)
        receipt.masters += 1
    call = new_id()
    origins = Origins(catalogue, package.subjects)
    received = Received(catalogue, call)
    profiles = catalogue.records.profiles
    records = (exchange_lines.record(line, profiles) for line in exchange_lines.lines(package.list(RECORDS)))
    total, done = len(package.subjects), 0

    def taken(parts: Iterable[tuple[Coming, Read | None]], tally: Tally, after: Callable[[], None]) -> None:
        nonlocal done
        for part in _parts(parts):
            task.check()
            with atomic(catalogue.database):
                origins.catch_up()
                for coming, read in part:
                    done += 1
                    tally.count(received.take(coming, origins.of(coming.id)))
                    if read is not None:
                        _store(workspace, coming.id, read)
                after()
            for page in received.stale:
                workspace.derivatives.forget(PageId(page))
            received.stale.clear()
            task.report(done, total)

    taken(((coming, None) for coming in records), receipt.records, lambda: None)
    taken(_pages(package), receipt.pages, received.set_in_order)
    receipt.news = received.brought.named(catalogue)
    # Again, where undo had taken it back.
    if receipt.records.news + receipt.pages.news or not catalogue.audit.told_of(RECEIVE, package.package):
        with atomic(catalogue.database):
            said: dict[str, Any] = {
                "sha256": receipt.sha256,
                "station": package.station,
                "end": package.end,
                "call": call,
                **brought(receipt),
            }
            if package.signed is not None:
                signed = package.signed
                said |= {"signed": signed.signer, "certificate": signed.subject, "trusted": int(signed.trusted)}
                said |= {"signed_at": None if signed.claimed is None else signed.claimed.isoformat()}
            catalogue.audit.append(RECEIVE, package.package, None, said)
    return receipt


def _pages(package: Opened) -> Iterator[tuple[Coming, Read | None]]:
    for line in exchange_lines.lines(package.list(PAGES)):
        yield exchange_lines.page(line), exchange_lines.reading(line, READING)


def _parts(whole: Iterable[T]) -> Iterator[Iterator[T]]:
    """In parts that are taken at once; each is read as it is asked for, before the next."""
    rest = iter(whole)
    for first in rest:
        yield chain([first], islice(rest, _AT_ONCE - 1))


def _store(workspace: Workspace, page: str, read: Read) -> None:
    """Keep what was read elsewhere, where it holds for the page as it is here: the newest reading counts."""
    catalogue = workspace.catalogue
    connection = catalogue.database.conn
    row = connection.execute(
        "SELECT page.id, page.quarters, page.split, job.state, reading.at, reading.text FROM page"
        " JOIN job ON job.page = page.id LEFT JOIN reading ON reading.page = page.id WHERE page.uuid = ?",
        [page],
    ).fetchone()
    if (row["quarters"], row["split"]) != (read.quarters, read.split):
        return
    if row["state"] == JobState.DONE and row["at"] is not None:
        if row["at"] > read.columns["at"]:
            return
        if row["at"] == read.columns["at"] and zlib.decompress(row["text"]) >= read.bytes:
            return
    values = {"page": row["id"], **read.columns, "text": zlib.compress(read.bytes, LEVEL)}
    before = catalogue.readings.text(PageId(page))
    names = ", ".join(values)
    connection.execute(
        f"INSERT OR REPLACE INTO reading({names}) VALUES ({', '.join('?' * len(values))})", list(values.values())
    )
    connection.execute("DELETE FROM likeness WHERE page = ?", [row["id"]])
    if read.likeness is not None:
        connection.execute("INSERT INTO likeness VALUES (?, ?)", [row["id"], read.likeness])
    replace_page(catalogue.database, row["id"], before, read.text)
    catalogue.queue.finish(PageId(page))
    said = {"reader": read.columns["reader"], "words": read.columns["words"], "received": 1}
    catalogue.audit.append("page.read", page, None, said)
