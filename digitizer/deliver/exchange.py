"""The exchange package: records of one secrecy as this station knows them, for another station of ours.

One file ``*.dgz``: a BagIt bag in a tar (``bag_stream.py``), perhaps encrypted to the receiver's key (``age.py``; its
name then says nothing). In it, as JSON Lines: the audit chains, with what is said of other records sealed; the records,
also those that they lie in; their pages, withdrawn ones too, with what was read on each; and the masters under their
SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import IO, TYPE_CHECKING, Any

from digitizer import __version__
from digitizer.catalogue import chains, lineage
from digitizer.catalogue.lineage import Head, Lineage
from digitizer.catalogue.origins import Origins
from digitizer.catalogue.subjects import PLACE, Subjects
from digitizer.clock import stamp
from digitizer.deliver import age
from digitizer.deliver.bag_stream import END, SIGNATURE, SIGNED, Member, Reader, header, padding, tag_files
from digitizer.deliver.building import bench, make_folder, name_package
from digitizer.deliver.content import is_above, refuse_mixed, refuse_shared
from digitizer.deliver.exchange_lines import CHAINS, FORMAT, HEADER, MASTERS, PAGES, READING, RECORDS, VERSION
from digitizer.deliver.opening import prove_written
from digitizer.deliver.package_faults import MasterDamaged, PackageRefused
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.records import Package
from digitizer.errors import (
    CannotWrite,
    DeliveryFailed,
    KnownError,
    NothingToDeliver,
    TooSecret,
    WorkspaceLocked,
    reason,
)
from digitizer.files import TEMPORARY_PREFIX, locked
from digitizer.i18n import gettext
from digitizer.masters import hash_file
from digitizer.model import JobState, Level, RecordId, Secrecy, Sha256, new_id
from digitizer.tasks import Task
from digitizer.workspace import Workspace

if TYPE_CHECKING:
    from digitizer.deliver.keys import Signer

SUFFIX = ".dgz"
_SCRATCH, _LOCK = f"spool/{TEMPORARY_PREFIX}exchange", "exchange.lock"
_CHUNK = 1 << 20
_LISTS = 4
"""Files in a package beside its masters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged(Package):
    """A package that has its name. ``records``: codes of those delivered, not of those that they lie in. ``files``:
    masters. ``left_out``: records above the chosen secrecy, and those of a master with pages of such a one, each with
    its sentence. ``signer``: name in the certificate that it is signed by; None where it is not.
    """

    package: str
    secrecy: Secrecy
    encrypted: bool
    signer: str | None
    left_out: tuple[tuple[str, KnownError], ...]


def deliver_exchange(
    workspace: Workspace, destination: Path, *, codes: Sequence[str] = (), query: str | None = None,
    max_secrecy: Secrecy = Secrecy.NONE, encrypt_to: str | None = None, signer: Signer | None = None,
    task: Task | None = None,
) -> Exchanged:  # fmt: skip
    """Write one package into the folder ``destination``: the records of ``codes`` with all below them, or those in
    which ``query`` is found, else all. It gets its name when it was read back, not before. Signed first, then
    encrypted.

    Raises NoSuchRecord, NothingToDeliver, MixedSecrecy, TooSecret (where nothing else is left), KeyUnusable,
    CannotSign, CannotWrite, DeliveryFailed, MasterDamaged, WorkspaceLocked.
    """
    task = task or Task()
    workspace.catalogue.audit.require("record.deliver")
    to = None if encrypt_to is None else age.recipient(encrypt_to)
    with scratch(workspace) as folder:
        chosen = _chosen(workspace, codes, query, max_secrecy)
        make_folder(workspace, destination)
        package = new_id()
        try:
            members, sources = _gather(workspace, folder, package, chosen, task)
        except OSError as error:
            raise CannotWrite(path=workspace.root, reason=reason(error)) from error
        head, checks = _head(package, members, signer)
        target = destination / f"{_name(package, encrypted=to is not None)}{SUFFIX}"
        try:
            with bench(destination, target) as place:
                built = place / target.name
                bag = _Bag(package, head, members, sources, task)
                if to is None:
                    with built.open("xb") as handle:
                        while chunk := bag.read(_CHUNK):
                            handle.write(chunk)
                    with built.open("rb") as written:
                        checks += (_prove(workspace, written, folder, target, max_secrecy, task),)
                else:  # ahead, since nobody here can open it
                    checks += (_prove(workspace, bag, folder, target, max_secrecy, task),)
                    with built.open("xb") as handle:
                        age.encrypt(_Bag(package, head, members, sources, task), handle, to)
                size = built.stat().st_size
                first, *more = map(RecordId, chosen.content)
                said = {
                    "as": "exchange", "package": package, "pages": chosen.pages, "files": len(members) - _LISTS,
                    "items": len(more), "encrypted": to is not None,
                } | ({} if signer is None else {"signed": signer.name})  # fmt: skip
                sha256 = name_package(workspace, built, target, first, said, more=more)
        except _Damaged as error:
            raise _named(workspace, error) from error
    return Exchanged(
        target, tuple(chosen.content.values()), chosen.pages, len(members) - _LISTS, size, sha256, checks,
        package=package, secrecy=chosen.secrecy, encrypted=to is not None,
        signer=None if signer is None else signer.name, left_out=tuple(chosen.left_out),
    )  # fmt: skip


def _head(
    package: str, members: Sequence[Member], signer: Signer | None
) -> tuple[list[tuple[str, bytes]], tuple[Check, ...]]:
    """The files ahead of the payload; the signature, where there is one, verified."""
    info = {"Bagging-Date": stamp()[:10], "External-Identifier": package, "Bag-Software-Agent": "Digitizer"}
    if signer is None:
        return tag_files(members, info), ()
    from digitizer.deliver.package_signature import sign, verify  # heavy, and most packages are not signed

    files = tag_files(members, info | SIGNED)
    sealed = files[-1][1]
    signature = sign(sealed, signer)
    found = verify(sealed, signature)
    if found.problem:
        raise DeliveryFailed(record=SUFFIX, check="signature", detail=found.problem)
    return [*files, (SIGNATURE, signature)], (Check("signature", True, f"{found.signer}, {found.claimed}"),)


def left_behind(
    workspace: Workspace, codes: Sequence[str], query: str | None, most: Secrecy
) -> Sequence[tuple[str, KnownError]]:
    """What would not leave, as ``deliver_exchange`` lists it. Raises what that raises of the choice."""
    return _chosen(workspace, codes, query, most).left_out


@contextmanager
def scratch(workspace: Workspace) -> Iterator[Path]:
    """A folder for what is on its way in or out; empty at first, gone after. Raises WorkspaceLocked where another
    process is exchanging.
    """
    folder = workspace.root / _SCRATCH
    with locked(workspace.root / _LOCK) as held:
        if not held:
            raise WorkspaceLocked(path=workspace.root)
        rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class _Chosen:
    """``content``: codes of the records delivered, by id; ``context``: ids of what they lie in; ``most``: the highest
    secrecy that may leave. ``pages`` is counted while they are gathered.
    """

    content: dict[str, str]
    context: list[str]
    secrecy: Secrecy
    most: Secrecy
    left_out: list[tuple[str, KnownError]]
    pages: int = 0


def _chosen(workspace: Workspace, codes: Sequence[str], query: str | None, most: Secrecy) -> _Chosen:
    """Raises NoSuchRecord, NothingToDeliver, TooSecret or MixedSecrecy."""
    records = {
        row["uuid"]: row
        for row in workspace.catalogue.database.conn.execute(
            "SELECT record.uuid, record.code, record.secrecy, record.withdrawn, parent.uuid AS parent"
            " FROM record LEFT JOIN record AS parent ON parent.id = record.parent"
        )
    }
    above: dict[str, list[str]] = {}
    for each in records:
        line, at = list[str](), records[each]["parent"]
        while at is not None:
            line.append(at)
            at = records[at]["parent"]
        above[each] = line

    def secrecy(record: str) -> Secrecy:
        own = (records[each]["secrecy"] for each in (record, *above[record]))
        return Secrecy(next((level for level in own if level is not None), Secrecy.NONE))

    named = {workspace.catalogue.records.get(code).id for code in codes}
    if query is not None:
        found = workspace.catalogue.search.codes(query)
        named |= {each for each, row in records.items() if row["code"] in found and not row["withdrawn"]}
        taken = {each: records[each] for each in named}
    else:
        taken = {each: row for each, row in records.items() if not codes or named & {each, *above[each]}}
    ranks = {level: rank for rank, level in enumerate(Secrecy)}
    left_out: list[tuple[str, KnownError]] = []
    content: dict[str, str] = {}
    for each, row in taken.items():
        worst = max((secrecy(one) for one in (each, *above[each])), key=ranks.__getitem__)
        if ranks[worst] <= ranks[most]:
            content[each] = row["code"]
        elif not any(
            one in taken and ranks[secrecy(one)] > ranks[most] for one in above[each]
        ):  # said once, of the whole
            left_out.append((row["code"], TooSecret(record=row["code"], level=worst, most=most)))
    if not content:
        raise left_out[0][1] if left_out else NothingToDeliver
    by_level = {secrecy(each): code for each, code in content.items() if not records[each]["withdrawn"]}
    refuse_mixed(by_level)
    levels = list(by_level)
    if levels:  # what was taken away at another level does not come along
        content = {each: code for each, code in content.items() if secrecy(each) is levels[0]}
    level = levels[0] if levels else Secrecy.NONE
    for record, error in refuse_shared(workspace, list(map(RecordId, content)), level).items():
        left_out.append((content.pop(record), error))
    if not content:
        raise left_out[-1][1]
    context = {one for each in content for one in above[each]} - content.keys()
    ordered = sorted(context, key=lambda each: len(above[each]))
    content = dict(sorted(content.items(), key=lambda item: len(above[item[0]])))
    return _Chosen(content, ordered, level, most, left_out)


def _gather(
    workspace: Workspace, folder: Path, package: str, chosen: _Chosen, task: Task
) -> tuple[list[Member], list[Path]]:
    """Write the lists, as all was at one moment; gives the members of the payload and where their bytes are."""
    connection = workspace.catalogue.database.conn
    connection.execute("BEGIN")  # one moment, whatever others write meanwhile
    try:
        pages = {
            row[0]
            for row in connection.execute(
                "SELECT page.uuid FROM page JOIN record ON record.id = page.record"
                " WHERE record.uuid IN (SELECT value FROM json_each(?))",
                [json.dumps(list(chosen.content))],
            )
        }
        about = {*chosen.content, *chosen.context, *pages}
        origins = Origins(workspace.catalogue, about)
        origins.catch_up()
        unknown = _unknown(workspace, origins, about)  # received, and taken back by undo: not ours to tell of
        about -= unknown
        pages -= unknown
        chosen.content = {each: code for each, code in chosen.content.items() if each not in unknown}
        chosen.context = [each for each in chosen.context if each not in unknown]
        if not chosen.content:
            raise NothingToDeliver
        homes = _other_homes(workspace, origins, about)
        _refuse_above(workspace, homes, chosen.most)
        chosen.context += homes
        if homes:
            about.update(homes)
            origins = Origins(workspace.catalogue, about)
            origins.catch_up()
        task.check()
        chosen.pages = len(pages)
        counts = {
            CHAINS: _write(folder, CHAINS, chains.outgoing(workspace.catalogue, about.__contains__), task),
            RECORDS: _write(folder, RECORDS, _record_lines(workspace, chosen, origins), task),
            PAGES: _write(folder, PAGES, _page_lines(workspace, pages, origins), task),
        }
        originals = connection.execute(
            "SELECT DISTINCT master.sha256, master.bytes FROM master JOIN page ON page.master = master.id"
            " WHERE page.uuid IN (SELECT value FROM json_each(?)) ORDER BY master.sha256",
            [json.dumps(list(pages))],
        ).fetchall()
        seq, end = workspace.catalogue.audit.end()
        station = workspace.catalogue.audit.station
        name = connection.execute("SELECT name FROM station WHERE uuid = ?", [station]).fetchone()[0]
    finally:
        connection.execute("COMMIT")
    said = {
        "format": FORMAT, "version": VERSION, "package": package, "station": station, "name": name, "made": stamp(),
        "program": __version__, "secrecy": chosen.secrecy, "end": {"seq": seq, "hash": end},
        "lines": {CHAINS: counts[CHAINS], RECORDS: counts[RECORDS], PAGES: counts[PAGES]}, "masters": len(originals),
    }  # fmt: skip
    _write(folder, HEADER, [said], task)
    files = [folder / Path(name).name for name in (HEADER, CHAINS, RECORDS, PAGES)]
    members = [
        Member(name, path.stat().st_size, hash_file(path))
        for name, path in zip((HEADER, CHAINS, RECORDS, PAGES), files, strict=True)
    ]
    members += [Member(f"{MASTERS}{row['sha256']}", row["bytes"], row["sha256"]) for row in originals]
    return members, [*files, *(workspace.masters.path(Sha256(row["sha256"])) for row in originals)]


def _unknown(workspace: Workspace, origins: Origins, about: Collection[str]) -> set[str]:
    """Those that no act tells of any more, and what lies in them."""
    subjects = Subjects(workspace.catalogue)
    found: set[str] = set()
    for each in about:
        line: list[str] = []
        at: str | None = each
        while at is not None and at not in found and (at not in about or origins.of(at)):
            line.append(at)
            at = subjects.home(at)
        if at is not None:
            found.update((*line, at))
    return found


def _other_homes(workspace: Workspace, origins: Origins, about: Collection[str]) -> list[str]:
    """Records that something stands in by what another station says, and what those lie in; the highest first."""
    subjects, found = Subjects(workspace.catalogue), list[str]()
    homes = {
        head.value[0] if field == PLACE else head.value
        for fields in origins.known.values()
        for field in (PLACE, "parent")
        if field in fields
        for head in fields[field].heads
    }
    for home in homes - {None} - set(about):
        line = list[str]()
        at: str | None = home
        while at is not None and at not in about and at not in found:
            line.insert(0, at)
            at = subjects.home(at)
        found += line
    return found


def _refuse_above(workspace: Workspace, homes: Iterable[str], most: Secrecy) -> None:
    """Raises TooSecret where one of them is above ``most``."""
    for home in homes:
        record = workspace.catalogue.records.find(RecordId(home))
        if is_above(record.effective_secrecy, most):
            raise TooSecret(record=record.code, level=record.effective_secrecy, most=most)


def _write(folder: Path, name: str, lines: Iterable[Mapping[str, Any]], task: Task) -> int:
    count = 0
    with (folder / Path(name).name).open("wb") as handle:
        for line in lines:
            task.check()
            written = chains.json_line(line)
            if len(written) > chains.MAX_LINE:  # a receiver would refuse it
                raise DeliveryFailed(record=SUFFIX, check="lines", detail=gettext("an act or a text in it is too long"))
            handle.write(written)
            count += 1
    return count


def _record_lines(workspace: Workspace, chosen: _Chosen, origins: Origins) -> Iterator[dict[str, Any]]:
    """The records, each behind what it lies in."""
    levels = dict(workspace.catalogue.database.conn.execute("SELECT uuid, level FROM record").fetchall())
    order = list(Level)
    for record in sorted((*chosen.context, *chosen.content), key=lambda each: order.index(Level(levels[each]))):
        yield {"id": record, "level": levels[record], "fields": _fields(workspace, record, origins)}


def _page_lines(workspace: Workspace, pages: Collection[str], origins: Origins) -> Iterator[dict[str, Any]]:
    rows = workspace.catalogue.database.conn.execute(
        f"SELECT page.uuid, page.master_index, page.quarters, page.split, master.sha256, master.bytes, master.format,"
        f" master.pages, job.state, likeness.hash, reading.text, {', '.join(f'reading.{name}' for name in READING)}"
        " FROM page JOIN master ON master.id = page.master JOIN job ON job.page = page.id"
        " LEFT JOIN reading ON reading.page = page.id LEFT JOIN likeness ON likeness.page = page.id"
        " WHERE page.uuid IN (SELECT value FROM json_each(?)) ORDER BY page.record, page.ordinal",
        [json.dumps(list(pages))],
    )
    for row in rows:
        line: dict[str, Any] = {
            "id": row["uuid"], "index": row["master_index"],
            "original": [row["sha256"], row["bytes"], row["format"], row["pages"]],
            "fields": _fields(workspace, row["uuid"], origins),
        }  # fmt: skip
        if row["state"] == JobState.DONE and row["text"] is not None:
            read = {name: row[name] for name in READING} | {"text": json.loads(zlib.decompress(row["text"]))}
            read["likeness"] = None if row["hash"] is None else row["hash"].hex()
            line["reading"] = read | {"quarters": row["quarters"], "split": row["split"]}
        yield line


def _fields(workspace: Workspace, subject: str, origins: Origins) -> list[dict[str, Any]]:
    """The lineages of all its fields; of one that the chain is silent about (older versions told less), as ours."""
    known: dict[str, Lineage] = dict(origins.of(subject))
    for field, value in (Subjects(workspace.catalogue).fields(subject) or {}).items():
        if field not in known:
            known[field] = lineage.of([Head(workspace.catalogue.audit.station, 1, value, "", "")], {})
    return lineage.to_json(known)


class _Bag:
    """The bytes of the bag, read front to back."""

    def __init__(
        self, package: str, head: Sequence[tuple[str, bytes]], members: Sequence[Member], sources: Sequence[Path],
        task: Task,
    ) -> None:  # fmt: skip
        folder = f"digitizer-{package[:8]}"  # with it, no path is longer than a tar header of one kind can hold
        self._chunks = self._made(folder, head, members, sources, task)
        self._kept = b""

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while not self._kept:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._kept = chunk
        if size < 0:
            size = len(self._kept)
        given, self._kept = self._kept[:size], self._kept[size:]
        return given

    def _made(
        self, folder: str, head: Sequence[tuple[str, bytes]], members: Sequence[Member], sources: Sequence[Path],
        task: Task,
    ) -> Iterator[bytes]:  # fmt: skip
        for name, data in head:
            yield header(folder, name, len(data)) + data + padding(len(data))
        total, done = sum(member.size for member in members), 0
        for member, source in zip(members, sources, strict=True):
            yield header(folder, member.name, member.size)
            digest, left = hashlib.sha256(), member.size
            with _opened(source, member) as handle:
                while chunk := handle.read(_CHUNK):
                    task.check()
                    task.report(done // _CHUNK, total // _CHUNK, member.name)
                    digest.update(chunk)
                    done += len(chunk)
                    left -= len(chunk)
                    yield chunk
            if left or digest.hexdigest() != member.sha256:
                raise _Damaged(member)
            yield padding(member.size)
        yield END


def _opened(source: Path, member: Member) -> IO[bytes]:
    try:
        return source.open("rb")
    except OSError as error:
        raise _Damaged(member) from error


class _Damaged(Exception):
    """An original is not what it was."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.name)
        self.member = member


def _named(workspace: Workspace, damaged: _Damaged) -> MasterDamaged:
    """The file that came in, and a record that has pages of it."""
    row = workspace.catalogue.database.conn.execute(
        "SELECT page.name, record.code FROM page JOIN master ON master.id = page.master"
        " JOIN record ON record.id = page.record WHERE master.sha256 = ? ORDER BY page.id LIMIT 1",
        [damaged.member.sha256],
    ).fetchone()
    return MasterDamaged(file=row["name"], record=row["code"])


def _prove(workspace: Workspace, plain: Reader, folder: Path, target: Path, most: Secrecy, task: Task) -> Check:  # noqa: PLR0917
    """The receiver's own proof: of every file, every act, every line."""
    lists = folder / "proof"
    lists.mkdir()
    try:
        prove_written(workspace, plain, lists, most, task)
    except PackageRefused as error:
        detail = error.details.get("reason", error.message)
        raise DeliveryFailed(record=target.name, check="bag", detail=detail) from error
    return Check("bag", True, "")


def _name(package: str, *, encrypted: bool) -> str:
    """Of the file; one on a stick that may be lost says nothing."""
    return package if encrypted else f"{stamp()[:10]}-{package[:8]}"
