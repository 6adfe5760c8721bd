"""PDFs that were born digital, or came signed, go out untouched beside the copy that is searched: a signature is worth
nothing on a copy, and a page image is less than the text it was made from.
"""

from __future__ import annotations

import mmap
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from digitizer.deliver.content import shared_above
from digitizer.deliver.package_faults import MasterDamaged
from digitizer.deliver.pdf_check import Check
from digitizer.errors import DeliveryFailed
from digitizer.masters import hash_file
from digitizer.model import Page, Record, Secrecy, Sha256
from digitizer.workspace import Workspace
from ocr.loaders.pdf_text import READER

_ENDING = "_goc"
"""Behind the name of the copy (bản gốc)."""
_PDF, _WITHIN = b"%PDF-", 1024
"""The mark of a PDF, and the part of a file that it is looked for in (ISO 32000-1, annex H.3)."""
_SIGNED = b"/ByteRange"


def originals(workspace: Workspace, pages: Sequence[Page], most: Secrecy) -> list[Sha256]:
    """The masters of ``pages`` that are such PDFs, in the order of the pages. One that also holds pages of a record
    above ``most`` is none of them. Raises MasterDamaged where one is gone.
    """
    of_master: dict[Sha256, list[Page]] = {}
    for page in pages:
        of_master.setdefault(page.master, []).append(page)
    try:
        found = [master for master, held in of_master.items() if _is_original(workspace, master, held)]
    except OSError as error:
        page = next(page for page in pages if str(page.master) in str(error.filename))
        raise MasterDamaged(file=page.name, record=workspace.catalogue.records.find(page.record).code) from error
    if not found:
        return []
    held = [workspace.catalogue.records.find(key) for key in dict.fromkeys(page.record for page in pages)]
    above = shared_above(workspace, held, most)
    return [master for master in found if master not in above]


def original_names(name: str, count: int) -> list[str]:
    """What so many originals beside the copy of that name are called."""
    return [f"{name}{_ENDING}{'' if number == 1 else f'-{number}'}.pdf" for number in range(1, count + 1)]


def is_original_name(name: str) -> bool:
    """Whether a file of that name is one that ``original_names`` has named."""
    return re.search(rf"{_ENDING}(-\d+)?\.pdf$", name) is not None


def _is_original(workspace: Workspace, master: Sha256, pages: Sequence[Page]) -> bool:
    with workspace.masters.path(master).open("rb") as handle:
        if _PDF not in handle.read(_WITHIN):
            return False
        with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find(_SIGNED) >= 0:
                return True
    facts = (workspace.catalogue.readings.facts(page.id) for page in pages)
    return any(each is not None and each.reader == READER for each in facts)


def write_original(workspace: Workspace, path: Path, record: Record, master: Sha256) -> tuple[Check, ...]:
    """Copy the master to ``path`` byte by byte, and prove it. Raises DeliveryFailed and OSError."""
    shutil.copyfile(workspace.masters.path(master), path)
    if hash_file(path) != master:
        raise DeliveryFailed(record=record.code, check="original", detail="the copy differs from the master")
    return (Check("original", True, master),)
