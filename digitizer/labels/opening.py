"""From a label to its record: what a hand-held reader types, or a picture of a label."""

from __future__ import annotations

from pathlib import Path

from digitizer.capture.looking import look_at_file
from digitizer.errors import NoLabel, NoSuchRecord
from digitizer.i18n import gettext
from digitizer.labels.text import parsed
from digitizer.model import Record
from digitizer.tasks import Task
from digitizer.workspace import Workspace


def code_in(text: str) -> str:
    """The code that a text means: of one of our QR codes the record's, else the text itself. Raises NoLabel for a
    separator that names none.
    """
    said = parsed(text)
    if said is None:
        return text
    if not said.code:
        raise NoLabel(path=text, reason=gettext("it is a separator sheet for the next item"))
    return said.code


def record_for(workspace: Workspace, text: str) -> Record:
    """The record that a label or a plain code names. Raises NoSuchRecord or NoLabel."""
    code = code_in(text)
    try:
        return workspace.catalogue.records.get(code)
    except NoSuchRecord:
        if code == text or text.strip()[:1].isupper():
            raise
    return workspace.catalogue.records.get(code.swapcase())  # typed with caps lock on


def records_in_picture(workspace: Workspace, path: Path, task: Task | None = None) -> list[Record]:
    """The records whose labels the picture shows, once each; a worker reads it. Raises NoLabel, NoSuchRecord or
    FileRefused.
    """
    look = look_at_file(path, task)
    ours = [code.value for code in look.codes if (said := parsed(code.value)) is not None and said.code]
    if not ours:
        spoilt = any(not code.readable for code in look.codes)
        why = gettext("its QR code cannot be read") if spoilt else gettext("no QR code of ours was found in it")
        raise NoLabel(path=path, reason=why)
    return [record_for(workspace, text) for text in dict.fromkeys(ours)]
