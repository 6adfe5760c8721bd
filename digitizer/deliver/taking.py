"""A SIP, AIP or bag taken in: what it describes becomes a file with its items, its PDFs their pages. What is here is
known by its code and is never changed: what it lacks is added, what the package says otherwise waits for a person.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer.capture.files import import_files_into
from digitizer.catalogue.brought import Brought
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.differences import Reason, Row
from digitizer.catalogue.lineage import Head
from digitizer.catalogue.received import Received
from digitizer.catalogue.records import Records
from digitizer.deliver.building import package_hash
from digitizer.deliver.content import is_above
from digitizer.deliver.described import said_of
from digitizer.deliver.forms import package_form
from digitizer.deliver.opening import Trust
from digitizer.deliver.package_check import PackageFault
from digitizer.deliver.package_faults import PackageFaulty, PackageRefused, PackageSecret, PackageTooSecret
from digitizer.deliver.package_reading import Packaged, PackagedItem, looked_into
from digitizer.deliver.reception import RECEIVE, Receipt, brought
from digitizer.describe.profiles import FieldSpec, Profile
from digitizer.describe.values import BadValue, parse
from digitizer.errors import NoSuchRecord
from digitizer.i18n import gettext
from digitizer.model import Level, Record, Secrecy, Value, new_id
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_PROFILES = {"EAD_pic": "photo", "EAD_media": "media"}
"""Which cataloguing profile an item gets by its description; that of its level by all others."""
_DRAWING = "31"
"""Type (tên loại) of a technical drawing, which has no number of a paper."""
_COUNTED = frozenset({"items", "pages", "sheets"})
_CODES = frozenset({"code", "ordinal", "secrecy"})


def is_archive_package(path: Path) -> bool:
    """Whether it is to be read as a SIP, AIP or bag: a folder, or a ZIP; all else is an exchange package."""
    try:
        return path.is_dir() or (path.is_file() and zipfile.is_zipfile(path))  # a pipe would never end
    except OSError:
        return False


def take_package(workspace: Workspace, path: Path, scratch: Path, trust: Trust, task: Task) -> Receipt:
    """Prove the package and take it in. ``scratch``: a folder of ours.

    Raises PackageFaulty (with all that was found), PackageRefused, PackageSecret, PackageTooSecret, or what forbids it
    to this person. Killed, what was taken stays, and the same call goes on.
    """
    for kind in (RECEIVE, "record.create", "page.import"):
        workspace.catalogue.audit.require(kind)
    if trust.signed_only:  # its PDFs may be signed; the package is not
        raise PackageRefused(path=path, reason=gettext("it is not signed"))
    with TemporaryDirectory(dir=scratch) as folder:
        packaged = _proven(path, Path(folder), task)
        _refuse_secret(workspace, packaged, path, trust)
        sha256 = package_hash(path)
        receipt = Receipt(path, packaged.identifier, packaged.body, sha256, kind=packaged.kind)
        known = _known(workspace, packaged, sha256)
        if known is not None:
            receipt.records.same, receipt.pages.same = 1 + len(packaged.items), known
            return receipt
        level = (trust.named or Secrecy.NONE) if packaged.secret else Secrecy.NONE
        _Taking(workspace, packaged, receipt, level, task).take()
        return receipt


def _proven(path: Path, folder: Path, task: Task) -> Packaged:
    report, packaged = looked_into(path, folder, task)
    if report.faults:
        raise PackageFaulty(path=path, listed=listed(report.faults), faults=tuple(report.faults))
    if packaged is None:
        raise PackageRefused(path=path, reason=gettext("it does not describe a file with items"))
    if not packaged.code:
        raise PackageRefused(path=path, reason=gettext("its items lie in no file; take them in by an exchange package"))
    return packaged


def _refuse_secret(workspace: Workspace, packaged: Packaged, path: Path, trust: Trust) -> None:
    """What says that it is secret comes in at a level that a person has named, and not below it."""
    if not packaged.secret:
        return
    if trust.named in (None, Secrecy.NONE):
        raise PackageSecret(path=path)
    if is_above(trust.named, trust.most):
        raise PackageTooSecret(path=path, level=trust.named, most=trust.most)
    try:
        here = workspace.catalogue.records.get(_code(packaged))
    except NoSuchRecord:
        return
    if is_above(trust.named, here.effective_secrecy):
        said = gettext("“{code}” is here at a lower level of secrecy: give it that level first")
        raise PackageRefused(path=path, reason=said.format(code=here.code))


def listed(faults: Sequence[PackageFault], most: int = 5) -> str:
    """The first of them in a sentence, and how many more there are."""
    shown = " ".join(f"{fault.where}: {fault.what}" if fault.where else fault.what for fault in faults[:most])
    rest = len(faults) - most
    return shown if rest <= 0 else f"{shown} " + gettext("And {count} more.").format(count=rest)


def _known(workspace: Workspace, packaged: Packaged, sha256: str) -> int | None:
    """How many pages the file has here, where these very bytes were taken in before or come from here, and all of it is
    still here.
    """
    audit, records = workspace.catalogue.audit, workspace.catalogue.records
    try:
        file = records.get(_code(packaged))
    except NoSuchRecord:
        return None
    acts = chain(audit.acts_about(packaged.identifier, [RECEIVE]), audit.acts_about(file.id, ["record.deliver"]))
    if not any((act.after or {}).get("sha256") == sha256 for act in acts):
        return None
    there = [_found(records, file, item, place) for place, item in enumerate(packaged.items, 1)]
    return file.pages if all(item is not None and item.pages for item in there) else None


def _number(item: PackagedItem, place: int) -> int:
    """The number of an item in its file: that of its code, else its place."""
    said = item.elements.get("docCode", "").rpartition(".")[2]
    return int(said) if said.isdecimal() else place


def _item_code(file: Record, item: PackagedItem, place: int) -> str:
    return item.elements.get("code") or f"{file.code}.{_number(item, place):03d}"


def _found(records: Records, file: Record, item: PackagedItem, place: int) -> Record | None:
    """The item of the file that has its code, or its number."""
    code, number = _item_code(file, item, place), _number(item, place)
    for known in records.under(file.id):
        if known.level is Level.ITEM and (known.code == code or records.own(known).get("ordinal") == number):
            return known
    return None


def _code(packaged: Packaged) -> str:
    """The code of the file here: in an AIP the archive's stands ahead of it."""
    front = f"{packaged.archive_code}."
    return packaged.code.removeprefix(front) if packaged.kind == "AIP" and front != "." else packaged.code


@dataclass(slots=True)
class _Taking:
    workspace: Workspace
    packaged: Packaged
    receipt: Receipt
    secrecy: Secrecy
    task: Task
    call: str = field(default_factory=new_id)
    brought: Brought = field(default_factory=Brought)

    def take(self) -> None:
        catalogue, packaged = self.workspace.catalogue, self.packaged
        with atomic(catalogue.database):
            file, born = self._file()
            items = [self._item(file, item, number) for number, item in enumerate(packaged.items, 1)]
            self._fill(file, packaged.elements, born=born)
            for record, item, new in items:
                self._fill(record, item.elements, born=new)
        for record, item, _ in items:
            self._take_pages(record, item)
        with atomic(catalogue.database):
            said = {"sha256": self.receipt.sha256, "kind": packaged.kind, "body": packaged.body, "call": self.call}
            said |= brought(self.receipt)
            catalogue.audit.append(RECEIVE, packaged.identifier, None, said)
        self.receipt.news = self.brought.named(catalogue)

    def _file(self) -> tuple[Record, bool]:
        records, code = self.workspace.catalogue.records, _code(self.packaged)
        try:
            known = records.get(code)
        except NoSuchRecord:
            file = records.file_for(code, self.call)
            if self.secrecy is not Secrecy.NONE:
                file = records.describe(file, {"secrecy": self.secrecy}, call=self.call)
            return file, True
        if known.level is not Level.FILE:
            said = gettext("“{code}” is here, and is no file")
            raise PackageRefused(path=self.receipt.path, reason=said.format(code=code))
        return known, False

    def _item(self, file: Record, item: PackagedItem, place: int) -> tuple[Record, PackagedItem, bool]:
        records = self.workspace.catalogue.records
        known = _found(records, file, item, place)
        if known is not None:
            return known, item, False
        number, code = _number(item, place), _item_code(file, item, place)
        drawing = item.elements.get("typeName") == _DRAWING and not item.elements.get("codeNumber")
        profile = "drawing" if drawing else _PROFILES.get(item.form)
        values = {"ordinal": str(number)} if number != place else {}
        title = item.elements.get("subject") or item.elements.get("imageTitle") or code
        made = records.create(Level.ITEM, code, title, file, profile=profile, values=values, call=self.call)
        return made, item, True

    def _fill(self, record: Record, elements: Mapping[str, str], *, born: bool) -> None:
        """Add what is said of the record; what it says otherwise is laid open."""
        records = self.workspace.catalogue.records
        profile, present = records.profiles.get(record.profile), records.described(record)
        wanted: dict[str, str] = {}
        rows: dict[str, Row | None] = {}
        for spec, text in self._said(profile, elements, born=born):
            key = profile.column(spec.key) or spec.key
            try:
                value = parse(records.profiles, spec, text)
            except BadValue as error:
                self.receipt.notes.append(f"{record.code}: {error}")
                continue
            here: Value | None = record.title if key == "title" else present.get(spec.key)
            if said_of(spec, here) == said_of(spec, value) or (here is None and value is False):
                continue
            if born or here in (None, "", []):
                wanted[spec.key] = text
            else:
                head = Head("", 0, value, self.packaged.created, self.packaged.body)
                rows[key] = Row(Reason.VALUE, here, (head,))
        if wanted:
            records.describe(record, wanted, call=self.call)
        if rows:
            Received(self.workspace.catalogue, self.call).lay_open(record.id, rows)
        self.brought.note(record.id, {"code": record.code} if born else wanted, page=False, born=born)
        tally = self.receipt.records
        if born:
            tally.added += 1
        elif wanted:
            tally.changed += 1
        else:
            tally.same += 1

    def _said(self, profile: Profile, elements: Mapping[str, str], *, born: bool) -> Iterator[tuple[FieldSpec, str]]:
        """The fields that are told, but what follows from the code, or was counted where it comes from."""
        form = package_form("tt05", self.packaged.kind.lower())
        archive = profile.spec("repository")
        if archive is not None and self.packaged.kind == "AIP" and "arcFileCode" in elements:
            yield archive, self.packaged.archive_code
        for spec in profile.field:
            text = elements.get(form.element_of(spec)) or elements.get(spec.tt05_sip, "")
            left_out = spec.key in _CODES or (spec.key in _COUNTED and not born) or spec.key == "identifier"
            if text and not left_out:
                yield spec, text

    def _take_pages(self, record: Record, item: PackagedItem) -> None:
        """Bring in the files of an item that has no pages yet."""
        tally = self.receipt.pages
        here = self.workspace.catalogue.records.find(record.id).pages
        if here:
            tally.same += here
            return
        for file in item.files:
            self.task.check()
            report = import_files_into(self.workspace, [(file.staged, record.code)], self.call, self.task)
            self.receipt.masters += len(report.imported)
            for page in (page for each in report.imported for page in each.pages):
                self.brought.note(page, {"name": file.staged.name}, page=True, born=True)
                tally.added += 1
            self.receipt.notes += [f"{file.path}: {error.message}" for error in report.refused]
        if item.left:
            said = gettext("{record}: the same pages are also in {files}, which was not taken in.")
            self.receipt.notes.append(said.format(record=record.code, files=", ".join(item.left)))
