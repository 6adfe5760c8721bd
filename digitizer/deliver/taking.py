"""A SIP, AIP or bag taken in: what it describes becomes a file with its items, its PDFs their pages. What is here is
known by its code and is never changed: what it lacks is added, what the package says otherwise waits for a person.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
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
from digitizer.deliver.package_faults import PackageFaulty, PackageRefused, PackageSecret, PackageTooSecret
from digitizer.deliver.package_reading import Packaged, PackagedItem, looked_into
from digitizer.deliver.reception import RECEIVE, Receipt, brought
from digitizer.describe.profiles import FieldSpec, Profile
from digitizer.describe.values import BadValue, parse
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
        here = next(iter(workspace.catalogue.records.named([_code(packaged)]).values()), None)
        level = _level(packaged, here, path, trust)
        sha256 = package_hash(path)
        receipt = Receipt(path, packaged.identifier, packaged.body, sha256, kind=packaged.kind)
        if here is not None and _is_known(workspace, packaged, here, sha256):
            receipt.records.same, receipt.pages.same = 1 + len(packaged.items), here.pages
        else:
            _Taking(workspace, packaged, receipt, level, task).take(here)
        return receipt


def _proven(path: Path, folder: Path, task: Task) -> Packaged:
    report, packaged = looked_into(path, folder, task)
    if report.faults:
        raise PackageFaulty(path, report.faults)
    if packaged is None:
        raise PackageRefused(path=path, reason=gettext("it does not describe a file with items"))
    if not packaged.code:
        raise PackageRefused(path=path, reason=gettext("its items lie in no file; take them in by an exchange package"))
    return packaged


def _level(packaged: Packaged, here: Record | None, path: Path, trust: Trust) -> Secrecy:
    """Of a file that comes in. What says that it is secret comes in at a level that a person has named, and not into
    one that is ``here`` below it.
    """
    if not packaged.secret:
        return Secrecy.NONE
    if trust.named in (None, Secrecy.NONE):
        raise PackageSecret(path=path)
    if is_above(trust.named, trust.most):
        raise PackageTooSecret(path=path, level=trust.named, most=trust.most)
    if here is not None and is_above(trust.named, here.effective_secrecy):
        said = gettext("“{code}” is here at a lower level of secrecy: give it that level first")
        raise PackageRefused(path=path, reason=said.format(code=here.code))
    return trust.named


def _is_known(workspace: Workspace, packaged: Packaged, file: Record, sha256: str) -> bool:
    """Whether these very bytes were taken in before or come from here, and all of it is still here."""
    audit = workspace.catalogue.audit
    acts = chain(audit.acts_about(packaged.identifier, [RECEIVE]), audit.acts_about(file.id, ["record.deliver"]))
    if not any((act.after or {}).get("sha256") == sha256 for act in acts):
        return False
    here = _Here(workspace.catalogue.records, file)
    there = [here.find(item, place) for place, item in enumerate(packaged.items, 1)]
    return all(item is not None and item.pages for item in there)


def _number(item: PackagedItem, place: int) -> int:
    """The number of an item in its file: that of its code, else its place."""
    said = item.elements.get("docCode", "").rpartition(".")[2]
    return int(said) if said.isdecimal() else place


class _Here:
    """The items of a file that is here, by code and by number."""

    def __init__(self, records: Records, file: Record) -> None:
        self._file = file
        items = [each for each in records.under(file.id) if each.level is Level.ITEM]
        self._by_code = {each.code: each for each in items}
        self._by_number = {records.own(each).get("ordinal"): each for each in items}

    def code(self, item: PackagedItem, place: int) -> str:
        """What a packaged item is called here."""
        return item.elements.get("code") or f"{self._file.code}.{_number(item, place):03d}"

    def find(self, item: PackagedItem, place: int) -> Record | None:
        """The one that has its code, or its number."""
        return self._by_code.get(self.code(item, place)) or self._by_number.get(_number(item, place))


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

    def take(self, here: Record | None) -> None:
        """``here``: the record that has its code."""
        catalogue, packaged = self.workspace.catalogue, self.packaged
        with atomic(catalogue.database):
            file = self._made() if here is None else here
            if file.level is not Level.FILE:
                said_of = gettext("“{code}” is here, and is no file")
                raise PackageRefused(path=self.receipt.path, reason=said_of.format(code=file.code))
            known = _Here(catalogue.records, file)
            items = [self._item(file, known, item, place) for place, item in enumerate(packaged.items, 1)]
            self._fill(file, packaged.elements, born=here is None)
            for record, item, new in items:
                self._fill(record, item.elements, born=new)
        for record, item, _ in items:
            self._take_pages(record, item)
        with atomic(catalogue.database):
            said = {"sha256": self.receipt.sha256, "kind": packaged.kind, "body": packaged.body, "call": self.call}
            said |= brought(self.receipt)
            catalogue.audit.append(RECEIVE, packaged.identifier, None, said)
        self.receipt.news = self.brought.named(catalogue)

    def _made(self) -> Record:
        records = self.workspace.catalogue.records
        file = records.file_for(_code(self.packaged), self.call)
        if self.secrecy is Secrecy.NONE:
            return file
        return records.describe(file, {"secrecy": self.secrecy}, call=self.call)

    def _item(
        self, file: Record, known: _Here, item: PackagedItem, place: int
    ) -> tuple[Record, PackagedItem, bool]:  # fmt: skip
        here = known.find(item, place)
        if here is not None:
            return here, item, False
        number, code = _number(item, place), known.code(item, place)
        drawing = item.elements.get("typeName") == _DRAWING and not item.elements.get("codeNumber")
        profile = "drawing" if drawing else _PROFILES.get(item.form)
        values = {"ordinal": str(number)} if number != place else {}
        title = item.elements.get("subject") or item.elements.get("imageTitle") or code
        made = self.workspace.catalogue.records.create(
            Level.ITEM, code, title, file, profile=profile, values=values, call=self.call
        )
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
