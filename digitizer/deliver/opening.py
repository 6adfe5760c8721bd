"""An exchange package opened and proven whole, before anything of it is used: every file by its hash, the counts, the
audit chains from their first act, every line. What comes from a stick is never trusted with a path, a size or a shape.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from digitizer.catalogue import chains
from digitizer.catalogue.chains import ChainHead, ChainRefused
from digitizer.catalogue.differences import Differences
from digitizer.catalogue.lineage import chosen
from digitizer.catalogue.received import Coming
from digitizer.catalogue.subjects import PLACE
from digitizer.deliver import age, claims, exchange_lines
from digitizer.deliver.bag_stream import BagReader, Member, Reader, begins_bag
from digitizer.deliver.content import is_above
from digitizer.deliver.exchange_lines import CHAINS, FORMAT, HEADER, MASTERS, PAGES, READING, RECORDS, VERSION
from digitizer.deliver.package_faults import (
    BadPackage,
    NoPackage,
    PackageForeign,
    PackageLocked,
    PackageNewer,
    PackageRefused,
    PackageTooSecret,
)
from digitizer.errors import reason
from digitizer.i18n import gettext, marked
from digitizer.masters import Staged
from digitizer.model import Level, Secrecy, Sha256
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace
from ocr.errors import PageError
from ocr.load import HEAD, format_of

if TYPE_CHECKING:
    from digitizer.deliver.package_signature import Signed

_LISTS = (HEADER, CHAINS, RECORDS, PAGES)
_MAX_HEADER = 1 << 16
_ZIP = b"PK"
_BESIDE = {claims.ORIGINAL: marked("Original"), claims.LEVEL: marked("Level")}


@dataclass(slots=True)
class Opened:
    """A package that holds. ``folder``: where its lists are; ``staged``: masters that are not here yet, beside ours;
    ``sizes``: of all its masters, ``formats``: of those, by SHA-256;
    ``levels``: of its records, by id; ``subjects``: ids of its records and pages. ``end``: the sender's last act.
    ``signed``: what its signature proves; None where it has none.
    """

    path: Path
    folder: Path
    package: str = ""
    station: str = ""
    name: str = ""
    end: int = 0
    signed: Signed | None = None
    staged: list[Staged] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    formats: dict[str, str | None] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    subjects: set[str] = field(default_factory=set)

    def list(self, name: str) -> Path:
        return self.folder / Path(name).name


@dataclass(frozen=True, slots=True)
class Trust:
    """What the receiver takes. ``key``: opens what is encrypted. ``roots``: certificates in DER. ``signed_only``: what
    none of them stands behind is refused. ``most``: so is what is more secret. ``named``: the level of an archive's
    package that only says that it is secret.
    """

    key: age.Identity | None = None
    roots: Sequence[bytes] = ()
    signed_only: bool = False
    most: Secrecy = Secrecy.NONE
    named: Secrecy | None = None


class Verifier:
    """Verifies signatures in a worker, which is started for the first: the parsers are large, and the bytes are a
    stranger's.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._pool: WorkerPool | None = None

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def verify(self, bag: BagReader, roots: Sequence[bytes], task: Task) -> Signed:
        """What the signature of the bag proves. Raises BadPackage where it does not hold."""
        from digitizer.deliver.package_signature import verify  # heavy, and most packages are not signed

        self._pool = self._pool or self._stack.enter_context(WorkerPool(1))
        try:
            found = self._pool.run(verify, bag.sealed, bag.signature, tuple(roots), task=task)
        except PageError as error:  # the worker died, or took too long
            raise BadPackage(gettext("its signature cannot be verified: {problem}").format(problem=error)) from error
        if found.problem:
            raise BadPackage(gettext("its signature does not hold: {problem}").format(problem=found.problem))
        return found


@contextmanager
def opened(  # noqa: PLR0917
    workspace: Workspace, path: Path, folder: Path, trust: Trust, verifier: Verifier, task: Task
) -> Iterator[Opened]:
    """The package at ``path``, its lists in ``folder``; masters that the block has not kept are removed after it.

    Raises PackageRefused, PackageNewer, PackageLocked, NoSuchProfile; OSError where our own disk is at fault.
    """
    package = Opened(path, folder)
    with workspace.masters.open_for_import():
        try:
            with _refusals(path):
                with _source(path) as handle, _plain(handle, trust.key) as plain:
                    bag = BagReader(plain)
                    package.signed = _signed(bag, trust, verifier, task)
                    _unpack(workspace, package, bag, task)
                _prove(workspace, package, trust.most, task)
            yield package
        finally:
            for staged in package.staged:
                staged.path.unlink(missing_ok=True)


def prove_written(workspace: Workspace, plain: Reader, folder: Path, most: Secrecy, task: Task) -> None:
    """Prove a package that this station wrote, as its receiver will; its lists go to ``folder``.

    Raises PackageRefused (with ``folder`` as its path), NoSuchProfile; OSError.
    """
    package = Opened(folder, folder)
    try:
        with _refusals(folder):
            _unpack(workspace, package, BagReader(plain), task)
            _prove(workspace, package, most, task)
    finally:
        for staged in package.staged:
            staged.path.unlink(missing_ok=True)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except age.Locked as error:
        raise PackageLocked(path=path, reason=error) from error
    except NoPackage as error:
        raise PackageForeign(path=path) from error
    except (BadPackage, ChainRefused) as error:
        raise PackageRefused(path=path, reason=error) from error
    except exchange_lines.UNREADABLE as error:
        raise PackageRefused(path=path, reason=gettext("there is something in it that cannot be read")) from error


@contextmanager
def _source(path: Path) -> Iterator[BinaryIO]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise PackageRefused(path=path, reason=reason(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadPackage(gettext("it is no file"))
    with os.fdopen(descriptor, "rb") as handle:
        yield handle


@contextmanager
def _plain(handle: BinaryIO, key: age.Identity | None) -> Iterator[Reader]:
    start = handle.read(HEAD)
    handle.seek(0)
    encrypted = start.startswith(age.MAGIC)
    if not (encrypted or begins_bag(start) or start.startswith(_ZIP)):  # a ZIP was cut short
        raise NoPackage(gettext("it is no exchange package"))
    if encrypted and key is None:
        raise age.Locked(gettext("no key was given"))
    with age.decrypted(handle, key) if encrypted and key is not None else nullcontext(handle) as plain:
        yield plain


def _signed(bag: BagReader, trust: Trust, verifier: Verifier, task: Task) -> Signed | None:
    if bag.signature is None:
        if trust.signed_only:
            raise BadPackage(gettext("it is not signed"))
        return None
    found = verifier.verify(bag, trust.roots, task)
    if trust.signed_only and not found.trusted:
        said = gettext("it is signed by “{signer}”, whom none of the certificates named stands behind")
        raise BadPackage(said.format(signer=found.signer))
    return found


def _unpack(workspace: Workspace, package: Opened, bag: BagReader, task: Task) -> None:
    for number, (member, chunks) in enumerate(bag.members()):
        task.check()
        task.report(number, 0, member.name)
        if number < len(_LISTS):
            if member.name != _LISTS[number] or (number == 0 and member.size > _MAX_HEADER):
                raise BadPackage(gettext("it is no exchange package"))
            with package.list(member.name).open("wb") as handle:
                for chunk in chunks:
                    handle.write(chunk)
            continue
        _stage(workspace, package, member, chunks)
    if not package.list(PAGES).exists():
        raise BadPackage(gettext("it is no exchange package"))


def _stage(workspace: Workspace, package: Opened, member: Member, chunks: Iterator[bytes]) -> None:
    if member.name != f"{MASTERS}{member.sha256}" or member.sha256 in package.sizes:
        raise BadPackage(gettext("“{name}” does not belong into it").format(name=member.name))
    sha256 = Sha256(member.sha256)
    package.sizes[sha256] = member.size
    there = workspace.masters.path(sha256)
    if there.is_file() and there.stat().st_size == member.size:
        for _ in chunks:
            pass  # proven all the same
        return
    staged = Staged(workspace.masters.aside(), sha256, member.size)
    package.staged.append(staged)
    package.formats[sha256] = None
    with staged.path.open("xb") as handle:
        for number, chunk in enumerate(chunks):
            if number == 0:
                package.formats[sha256] = format_of(chunk[:HEAD])
            handle.write(chunk)
        handle.flush()
        os.fchmod(handle.fileno(), 0o444)


def _prove(workspace: Workspace, package: Opened, most: Secrecy, task: Task) -> None:
    """Read every line once."""
    (said,) = exchange_lines.lines(package.list(HEADER))
    if said["format"] != FORMAT:
        raise BadPackage(gettext("it is no exchange package"))
    if not isinstance(said["version"], int) or said["version"] < 1:
        raise ValueError("no version")
    if said["version"] > VERSION:
        raise PackageNewer(path=package.path)
    package.package, package.station, package.name = str(said["package"]), str(said["station"]), str(said["name"])
    package.end = int(said["end"]["seq"])
    acts, count, undone = _prove_chains(package, said)
    if count != said["lines"][CHAINS] or len(package.sizes) != said["masters"]:
        raise BadPackage(gettext("there is more or less in it than it says"))
    known = _Known(workspace, package, acts)
    records, order, level = 0, list(Level), Level.FONDS
    for comings in _parts(_records(workspace, package)):
        for coming in comings:
            task.check()
            assert coming.level is not None
            if order.index(coming.level) < order.index(level):
                raise ValueError("what holds others comes first")
            level = coming.level
            known.enter(coming)
            package.levels[coming.id] = level
            known.prove_record(coming, most)
        _prove_claims(workspace, package, RECORDS, undone, comings)
        records += len(comings)
    pages = 0
    for comings in _parts(_pages(package)):
        for coming in comings:
            task.check()
            known.enter(coming)
            known.prove_page(coming)
        _prove_claims(workspace, package, PAGES, undone, comings)
        pages += len(comings)
    if [records, pages] != [said["lines"][RECORDS], said["lines"][PAGES]]:
        raise BadPackage(gettext("there is more or less in it than it says"))


def _parts(comings: Iterable[Coming]) -> Iterator[list[Coming]]:
    rest = iter(comings)
    while part := list(islice(rest, claims.AT_ONCE)):
        yield part


def _records(workspace: Workspace, package: Opened) -> Iterator[Coming]:
    for line in exchange_lines.lines(package.list(RECORDS)):
        yield exchange_lines.record(line, workspace.catalogue.records.profiles)


def _pages(package: Opened) -> Iterator[Coming]:
    for line in exchange_lines.lines(package.list(PAGES)):
        exchange_lines.prove_reading(line, READING)
        yield exchange_lines.page(line)


def _prove_claims(
    workspace: Workspace, package: Opened, name: str, undone: Collection[str], comings: Sequence[Coming]
) -> None:
    """Raises BadPackage where one of them, in the list ``name``, is not what the acts say."""
    try:
        claims.prove(package.list(CHAINS), package.station, undone, comings)
    except claims.Untold as error:
        fields = error.coming.fields
        shown, profile = (
            chosen(field, fields[field], package.station).value if field in fields else None
            for field in ("code" if "code" in fields else "name", "profile")
        )
        (label,) = Differences(workspace.catalogue).labels([error.field], profile)
        label = gettext(_BESIDE[error.field]) if error.field in _BESIDE else label
        said = gettext("in “{list}”, “{field}” of “{name}” is not what the acts in it say")
        raise BadPackage(said.format(list=name, field=label, name=shown)) from error


def _prove_chains(package: Opened, said: Any) -> tuple[dict[str, int], int, set[str]]:
    """How many acts there are of each station; how many lines; and the ids of acts that others take back. The sender's
    chain ends where it says.
    """
    count = 0
    undone: set[str] = set()
    acts: dict[str, int] = {}

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count
        for line in exchange_lines.lines(package.list(CHAINS)):
            count += 1
            yield line

    end = ""
    for each in chains.proven(counted()):
        if isinstance(each, ChainHead):
            acts[each.station] = each.acts
            continue
        if each[0] == package.station:
            end = each[2]["hash"]
        if each[2].get("undoes") is not None:
            undone.add(each[2]["undoes"])
    if acts.get(package.station) != package.end or end != said["end"]["hash"]:
        raise BadPackage(gettext("the chain of its sender does not end where it says"))
    return acts, count, undone


class _Known:
    """What the lines of a package may refer to."""

    def __init__(self, workspace: Workspace, package: Opened, acts: dict[str, int]) -> None:
        self._connection = workspace.catalogue.database.conn
        self._package = package
        self._acts = acts

    def enter(self, coming: Coming) -> None:
        if coming.id in self._package.subjects:
            raise ValueError("twice")
        self._package.subjects.add(coming.id)
        table = "page" if coming.level is not None else "record"
        if self._connection.execute(f"SELECT 1 FROM {table} WHERE uuid = ?", [coming.id]).fetchone():
            raise ValueError("a record here, a page there")
        for lineage in coming.fields.values():
            if any(seq > self._acts.get(station, 0) for station, seq in lineage.seen.items()):
                raise BadPackage(gettext("it tells of acts that are not in its chains"))

    def prove_record(self, coming: Coming, most: Secrecy) -> None:
        """Every parent must stand ahead of it or be known here: so nothing can lie in itself."""
        assert coming.level is not None
        for secrecy in coming.fields["secrecy"].values:
            if secrecy is not None and is_above(Secrecy(secrecy), most):
                raise PackageTooSecret(path=self._package.path, level=secrecy, most=most)
        kept = self._connection.execute("SELECT level FROM record WHERE uuid = ?", [coming.id]).fetchone()
        if kept is not None and kept[0] != coming.level:
            raise ValueError("another level")
        for parent in coming.fields["parent"].values:
            if parent is not None and not coming.level.may_lie_in(self._level(parent)):
                raise ValueError("in a lower level")

    def prove_page(self, coming: Coming) -> None:
        assert coming.original is not None
        if self._package.sizes.get(coming.original.sha256) != coming.original.size:
            raise BadPackage(gettext("the original of a page is missing"))
        if self._package.formats.get(coming.original.sha256, coming.original.format) != coming.original.format:
            raise BadPackage(gettext("an original in it is not of the format that it says"))
        for home, _ in coming.fields[PLACE].values:
            self._level(home)
        kept = self._connection.execute(
            "SELECT sha256, master_index FROM page JOIN master ON master.id = page.master WHERE uuid = ?", [coming.id]
        ).fetchone()
        if kept is not None and tuple(kept) != (coming.original.sha256, coming.index):
            raise ValueError("another original")

    def _level(self, record: str) -> Level:
        if record in self._package.levels:
            return self._package.levels[record]
        row = self._connection.execute("SELECT level FROM record WHERE uuid = ?", [record]).fetchone()
        if row is None:
            raise BadPackage(gettext("what a record or page lies in is missing"))
        return Level(row[0])
