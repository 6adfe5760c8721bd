"""What PREMIS tells of a package: what happened to its records and pages, and what was done to make it.

Of acts it tells what concerns the package: not what was taken out of the file, nor what a description said earlier.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import groupby
from uuid import UUID, uuid5

from digitizer import __version__
from digitizer.catalogue.audit import VERSION, Act
from digitizer.catalogue.schema import PAGE_BIRTHS
from digitizer.deliver.content import Dossier
from digitizer.deliver.mets import SOFTWARE
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.premis_xml import FileObject, file_id
from digitizer.model import Secrecy
from digitizer.premis import PremisAgent, PremisEvent, events_of
from digitizer.workspace import Workspace

SIGNED = "signature"
"""The check that a signed PDF has passed: who signed it, when."""
_READERS = ("pypdf", "pypdfium2")
_SIGNER = "pyHanko"
_NAMED = frozenset({"name", "sha256", "device", "options", "pixels", "scanned", "signatures"})
"""What is told of an act that brought pages in with others that lie elsewhere now."""


def history(workspace: Workspace, dossier: Dossier, *, pages: bool) -> Iterator[PremisEvent]:
    """What happened to the pages of the dossier, or else to its records, on every station that is known of."""
    more = _elsewhere(workspace, dossier) if pages else _verified(workspace, dossier)
    for acts in (_inside(workspace, dossier), more):
        for _, own in groupby(acts, lambda act: act.station):
            for event in events_of(own):
                if event.detail.startswith("page.") == pages:
                    yield event


def _verified(workspace: Workspace, dossier: Dossier) -> Iterator[Act]:
    """When all that is kept here was hashed and found whole, since there is something of the dossier; a check that
    found faults does not say where.
    """
    first = next((act.at for act in _inside(workspace, dossier) if act.kind != VERSION), None)
    for act in workspace.catalogue.audit.acts_of([VERSION, "check"]):
        after = act.after or {}
        proves = first is not None and act.at >= first and not after.get("quick") and not after.get("faults")
        if act.kind == VERSION or proves:
            yield act


def _inside(workspace: Workspace, dossier: Dossier) -> Iterator[Act]:
    pages = _pages(dossier)
    wanted = {str(dossier.file.id), *(str(item.record.id) for item in dossier.items), *pages}
    for act in _acts(workspace, dossier):
        if act.kind == VERSION:
            yield act
        elif act.subject in wanted:
            yield _told(dossier, act, pages) if act.kind in PAGE_BIRTHS else act


def _acts(workspace: Workspace, dossier: Dossier) -> Iterator[Act]:
    for record in dossier.histories:
        yield from workspace.catalogue.audit.history(record)


def _elsewhere(workspace: Workspace, dossier: Dossier) -> Iterator[Act]:
    """How pages came in that were put into another record before they came to lie here."""
    pages, audit = _pages(dossier), workspace.catalogue.audit
    wanted = {dossier.file.id, *(item.record.id for item in dossier.items)}
    known: set[str] = set()
    for act in _acts(workspace, dossier):
        if act.subject in wanted and act.kind in PAGE_BIRTHS:
            known.update((act.after or {}).get("pages", ()))
        elif act.kind == "page.receive":
            known.add(act.subject)
        elif act.kind == "page.split" and act.after:
            known.add(str(act.after["beside"]))
    missing = pages - known
    if missing:
        for act in audit.births(missing):
            yield act if act.kind == VERSION else _told(dossier, act, missing, own=False)


def _pages(dossier: Dossier) -> set[str]:
    return {str(page.id) for item in dossier.items for page in item.pages}


def _told(dossier: Dossier, act: Act, pages: Collection[str], *, own: bool = True) -> Act:
    """An act that brought pages in, with those of the dossier alone; of a top-secret one without names of files."""
    after = dict(act.after or {})
    kept = after if own else {key: value for key, value in after.items() if key in _NAMED}
    kept["pages"] = [page for page in after.get("pages", ()) if page in pages]
    if dossier.file.effective_secrecy is Secrecy.TOP_SECRET:
        kept.pop("name", None)
    return replace(act, after=kept, subject=act.subject if own else str(dossier.file.id))


@dataclass(frozen=True, slots=True)
class Making:
    """The events of making a package. ``at``: when it was made, ISO 8601 with zone."""

    workspace: Workspace
    dossier: Dossier
    package: UUID
    at: str

    def of_files(
        self, files: Sequence[FileObject], checks: Iterable[tuple[FileObject, Check]]
    ) -> Iterator[PremisEvent]:
        """What was done to the files of a representation. ``checks``: of PDFs, each with its file."""
        made = [self._id(file) for file in files if file.made]
        copied = [self._id(file) for file in files if not file.made]
        if made:
            yield self._event("creation", "out of page images and what was read on them", made)
        if copied:
            yield self._event("fixity check", "bytes of the files that came in, copied and hashed again", copied)
        for file in files:
            name = file.kept.path.rpartition("/")[2]
            if file.came_as not in ("", name):
                said = "a name in letters of ASCII"
                yield self._event("filename change", said, [self._id(file)], note=f"{file.came_as} -> {name}")
        if made or copied:
            every = [*made, *copied]
            yield self._event("format identification", "by their own bytes", every)
            yield self._event("message digest calculation", "SHA-256", every)
        yield from self._checked(checks)

    def _checked(self, checks: Iterable[tuple[FileObject, Check]]) -> Iterator[PremisEvent]:
        names: dict[str, None] = {}
        proved: dict[str, None] = {}
        for file, check in checks:
            names[check.name] = proved[self._id(file)] = None
            if check.name == SIGNED:
                yield from self._signed(self._id(file), check)
        if proved:
            tools = [PremisAgent("software", name, version(name), "validation") for name in _READERS]
            said = "read back, text compared word by word, structure by the rules of PDF/A that are known here"
            yield self._event("validation", said, list(proved), note="; ".join(names), more=tools)

    def _signed(self, file: str, check: Check) -> Iterator[PremisEvent]:
        """``check``: its detail is the signer and the time, as ``digitizer.deliver.sign`` says it."""
        signer, _, time = check.detail.rpartition(", ")
        tool = PremisAgent("software", _SIGNER, version(_SIGNER.lower()), "signature")
        holder = PremisAgent("organization", signer, "", "signer")
        at = time.replace(" ", "T")
        yield self._event(
            "digital signature generation", "PAdES", [file], at=at, more=[tool, holder], note=check.detail
        )
        said = "that the signature holds and covers the whole file; not that its certificate is trusted"
        yield self._event("digital signature validation", said, [file], more=[tool], note=check.detail)

    def of_package(self, form: str, body: str) -> PremisEvent:
        """That the package was made, for ``body``."""
        owner = PremisAgent("organization", body, "", "owner")
        objects = [str(self.package), str(self.dossier.file.id)]
        return self._event("information package creation", form, objects, more=[owner])

    def _id(self, file: FileObject) -> str:
        return file_id(self.package, file.kept)

    def _event(
        self, kind: str, detail: str, objects: Sequence[str], *,
        at: str = "", note: str = "", more: Sequence[PremisAgent] = (),
    ) -> PremisEvent:  # fmt: skip
        who = self.workspace.catalogue.audit.who
        agents = (PremisAgent("person", who.person, "", who.role), PremisAgent("software", SOFTWARE, __version__, kind))
        identifier = str(uuid5(self.package, f"event:{kind}:{at or self.at}:{' '.join(objects)}"))
        return PremisEvent(identifier, kind, at or self.at, detail, "success", note, (*agents, *more), tuple(objects))
