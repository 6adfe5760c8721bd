"""What stands in the way of a delivery, in every form, found without building anything; each thing with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.deliver import age
from digitizer.deliver.appearance import Appearance, SignatureForm, signature_form
from digitizer.deliver.batches import Batch, read_batch
from digitizer.deliver.content import (
    Chosen,
    Dossier,
    DossierItem,
    is_above,
    one_level,
    read_dossier,
    refuse_mixed,
    refuse_unsaid,
    select,
    without_pages,
)
from digitizer.deliver.deliver import WITH_PDF, Delivery
from digitizer.deliver.delivering import units
from digitizer.deliver.described import Lack, LackKind, coarse_lacks, lacks, lacks_of
from digitizer.deliver.exchange import left_behind
from digitizer.deliver.package_faults import NoPages
from digitizer.deliver.signing import TOKEN_SCHEME, SigningWish
from digitizer.describe.levels import level_name
from digitizer.errors import KnownError, MixedSecrecy, NotInAFile, PagesWaiting, TooCoarse, TooSecret
from digitizer.i18n import gettext, ngettext
from digitizer.model import JobState, Level, Secrecy
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_LISTS = ("tables", "ead", "dc")
_KINDS: dict[type[KnownError], LackKind] = {
    PagesWaiting: "unread", TooCoarse: "coarse",
}  # fmt: skip
MOST = 1000
"""Things that are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Missing:
    """``found``: the first of all, which are ``count``. ``files``: how many were looked at; ``faulty``: those of them
    in whose way something stands.
    """

    found: tuple[Lack, ...] = ()
    count: int = 0
    files: int = 0
    faulty: int = 0


def missing(
    workspace: Workspace, wanted: Delivery, signing: SigningWish | None = None, *, most: int = MOST,
    task: Task | None = None, so_far: Callable[[Missing], None] = lambda _: None,
) -> Missing:  # fmt: skip
    """All that ``deliver`` would refuse of what is described, read and chosen. ``signing``: how PDFs will be signed, as
    far as that is known without the PIN. ``so_far``: hears after each file what was found up to there.

    What only shows while building is not looked for: damaged masters, files of others at the place of a package.
    Raises NoSuchRecord, QueryRefused.
    """
    task, found = task or Task(), _Found(most)
    form = None
    if signing is not None and wanted.form in (*WITH_PDF, "exchange"):
        form = _form_of(signing, found)
    if wanted.form == "exchange":
        found.add(_of_exchange(workspace, wanted))
        return found.said
    files = select(workspace, wanted.codes, wanted.query)
    chosen: Sequence[Chosen | Batch] = files
    if wanted.packing is not None:
        chosen = units(workspace, files, wanted.packing)
    levels: dict[Secrecy, str] | None = {} if wanted.form in _LISTS else None
    for number, each in enumerate(chosen):
        task.check()
        task.report(number, len(chosen), each.code)
        found.add(_of_file(workspace, wanted, each, form, levels), files=1)
        so_far(found.said)
    task.report(len(chosen), len(chosen))
    for record in without_pages(workspace, wanted.codes):
        found.add(iter(refused(record.code, NoPages(record=record.code))), files=1)
    return found.said


def refused(record: str, error: KnownError) -> tuple[Lack, ...]:
    """The same of a record that a delivery has left out."""
    if isinstance(error, TooSecret):
        return (_too_secret(record, error.details["level"], error.details["most"]),)
    return lacks_of(error) or (Lack(record, None, "", error.message_in_window, _KINDS.get(type(error), "")),)


class _Found:
    def __init__(self, most: int) -> None:
        self._most = most
        self._first: list[Lack] = []
        self._count = self._files = self._faulty = 0

    def add(self, lacks_: Iterator[Lack], *, files: int = 0) -> None:
        found = list(dict.fromkeys(lacks_))
        self._first += found[: self._most - len(self._first)]
        self._count += len(found)
        self._files += files
        self._faulty += files if found else 0

    @property
    def said(self) -> Missing:
        return Missing(tuple(self._first), self._count, self._files, self._faulty)


def _form_of(signing: SigningWish, found: _Found) -> SignatureForm | None:
    """The form of the signature, where pages show one; what its choice lacks is ``found``."""
    from digitizer.deliver.sign import refuse_unfit  # heavy, and most deliveries are not signed

    form, files = None, [] if signing.source.startswith(TOKEN_SCHEME) else [Path(signing.source)]
    files += [signing.seal] if signing.visible and signing.seal is not None else []
    absent = [path for path in files if not path.is_file()]
    for path in absent:
        said = gettext("There is no file “{path}”.") if signing.source else gettext("No key is chosen.")
        found.add(iter([_of_signing(said.format(path=path))]))
    try:
        if signing.visible:
            form = signature_form(signing.form)
            if signing.seal not in absent:
                refuse_unfit(Appearance(form, signing.body or "—", signing.kind, seal=signing.seal))
    except KnownError as error:
        found.add(iter([_of_signing(str(error.details.get("reason") or error.message_in_window))]))
    return form


def _of_signing(sentence: str) -> Lack:
    return Lack("", None, "", sentence, "signing")


def _of_exchange(workspace: Workspace, wanted: Delivery) -> Iterator[Lack]:
    if wanted.encrypt_to is not None:
        try:
            age.recipient(wanted.encrypt_to)
        except KnownError as error:
            yield Lack("", None, "", error.message_in_window, "key")
    try:
        left = left_behind(workspace, wanted.codes, wanted.query, wanted.most)
    except KnownError as error:
        yield from refused(str(error.details.get("record", "")), error)
    else:
        for code, secret in left:
            yield from refused(code, secret)


def _of_file(
    workspace: Workspace, wanted: Delivery, chosen: Chosen | Batch, form: SignatureForm | None,
    levels: dict[Secrecy, str] | None,
) -> Iterator[Lack]:  # fmt: skip
    """``levels``: those of the files before it that go into the same list."""
    packed = wanted.packing is not None
    if isinstance(chosen, Batch):
        dossier = read_batch(workspace, chosen)
    else:
        dossier = read_dossier(workspace, chosen, whole=packed or (wanted.form == "pdf" and wanted.whole), clashes=())
    if packed and not dossier.loose and dossier.file.level is not Level.FILE:
        yield from refused(dossier.file.code, NotInAFile(record=dossier.file.code))
        return
    yield from _secrecy(workspace, wanted, dossier, levels)
    for item in dossier.items:
        yield from _unread(item)
    if wanted.packing is not None:
        yield from lacks(workspace, dossier, wanted.packing.form, coarse=wanted.pdf.coarse)
    if wanted.form in WITH_PDF:
        if wanted.pdf.profile == "archive" and not wanted.pdf.coarse and not (packed and wanted.layout == "tt05"):
            yield from coarse_lacks(workspace, dossier)
        if form is not None and form.shows("notation"):
            yield from _unnamed(wanted, dossier, form)


def _secrecy(
    workspace: Workspace, wanted: Delivery, dossier: Dossier, levels: dict[Secrecy, str] | None
) -> Iterator[Lack]:
    """What is too secret, and what does not leave together."""
    whole = [dossier.file, *(item.record for item in dossier.items)]
    each_alone = wanted.form == "pdf" and not wanted.whole
    described = [] if each_alone else [(dossier.file, dossier.values)]
    for record, values in [*described, *((item.record, item.values) for item in dossier.items)]:
        try:
            refuse_unsaid(record, values)
        except KnownError as error:
            yield Lack(record.code, None, "secrecy", error.message_in_window)
    for part in [[item.record] for item in dossier.items] if each_alone else [whole]:
        code = part[0].code
        try:
            level = one_level(part)
            if is_above(level, wanted.most):
                yield _too_secret(code, level, wanted.most)
            elif levels is not None:
                refuse_mixed({**levels, level: levels.get(level, code)})
                levels.setdefault(level, code)
        except MixedSecrecy as error:
            yield Lack(code, None, "secrecy", error.message_in_window)


def _too_secret(code: str, level: object, most: object) -> Lack:
    said = gettext("Its level of secrecy is “{level}”, and at most “{most}” may leave.")
    shown = [level_name(Secrecy(str(each))) for each in (level, most)]
    return Lack(code, None, "secrecy", said.format(level=shown[0], most=shown[1]), "secret")


def _unread(item: DossierItem) -> Iterator[Lack]:
    waiting = [page.number for page in item.pages if page.state is JobState.WAITING]
    if waiting:
        said = ngettext("{count} page was not read yet.", "{count} pages were not read yet.", len(waiting))
        yield Lack(item.record.code, waiting[0], "", said.format(count=len(waiting)), "unread")
    for page in item.pages:
        if page.state is JobState.FAILED:
            yield Lack(item.record.code, page.number, "", gettext("It could not be read."), "failed")


def _unnamed(wanted: Delivery, dossier: Dossier, form: SignatureForm) -> Iterator[Lack]:
    """What has no number and sign for the signature to show."""
    whole = wanted.form == "pdf" and wanted.whole
    records = [dossier.file] if whole else [item.record for item in dossier.items if item.pages]
    for record in records:
        if not any(record.fields.get(key) for key in ("number", "notation")):
            said = gettext("The signature “{form}” shows number and sign, and there are none.")
            yield Lack(record.code, None, "number", said.format(form=form.label.shown))
