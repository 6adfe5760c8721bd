"""Profiles and code lists of one's own: checked, then kept in the workspace, where they replace shipped ones."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from pydantic import ValidationError

from digitizer.catalogue.connection import atomic
from digitizer.describe.code_lists import CodeList
from digitizer.describe.profiles import load_codes, load_profile
from digitizer.errors import NoSuchCodeList, ProfileInvalid, ProfileUnreadable, reason
from digitizer.files import write_bytes
from digitizer.i18n import gettext
from digitizer.workspace import Workspace, faults_named

_TABLES = (".csv", ".tsv", ".txt")


def add_profile(workspace: Workspace, path: Path) -> str:
    """Keep the profile in the file ``path``; gives its name. Raises ProfileInvalid, with the line."""
    workspace.catalogue.audit.require("profile.add")
    profile = load_profile(path)
    target = workspace.root / "profiles" / f"{profile.name}.toml"
    before = target.read_bytes() if target.is_file() else None
    _keep(workspace, target, path.read_bytes())
    profiles = workspace.catalogue.records.profiles
    profiles.forget()
    try:
        _ = profiles.all
    except ProfileInvalid as error:  # it names a code list that is not there
        if before is None:
            target.unlink()
        else:
            write_bytes(target, before)
        profiles.forget()
        raise type(error)(**error.details | {"path": path}) from error
    _tell(workspace, "profile.add", profile.name)
    return profile.name


def add_codes(workspace: Workspace, path: Path) -> CodeList:
    """Keep the code list in the file ``path``: TOML as shipped, or a table (CSV) named like the list that it replaces,
    with the columns code, Vietnamese and English. Raises ProfileInvalid, with the line; NoSuchCodeList where a table is
    named like no list.
    """
    workspace.catalogue.audit.require("codes.load")
    codes = _from_table(workspace, path) if path.suffix.lower() in _TABLES else load_codes(path)
    _keep(workspace, workspace.root / "codes" / f"{codes.name}.toml", _toml(codes).encode())
    workspace.catalogue.records.profiles.forget()
    _tell(workspace, "codes.load", codes.name)
    return codes


def _from_table(workspace: Workspace, path: Path) -> CodeList:
    known = workspace.catalogue.records.profiles.codes
    if path.stem not in known:
        raise NoSuchCodeList(name=path.stem, known=", ".join(known))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProfileUnreadable(path=path, reason=reason(error)) from error
    except UnicodeDecodeError as error:
        raise ProfileUnreadable(path=path, reason=gettext("it is not UTF-8")) from error
    parting = max(",;\t", key=text.partition("\n")[0].count)
    entries, seen = [], set[str]()
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=parting), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[0].lower() in ("code", "mã", "ma")):
            continue
        if len(cells) < 2 or not cells[0] or not cells[1]:
            raise ProfileInvalid(path=path, line=number, reason=gettext("a code and its meaning are needed"))
        if cells[0] in seen:
            said = gettext("code “{code}” is there twice").format(code=cells[0])
            raise ProfileInvalid(path=path, line=number, reason=said)
        seen.add(cells[0])
        entries.append({"code": cells[0], "label": {"vi": cells[1], "en": [*cells, ""][2] or cells[1]}})
    old = known[path.stem]
    try:
        return CodeList.model_validate({"name": old.name, "label": old.label, "source": path.name, "entry": entries})
    except ValidationError as error:
        first = error.errors()[0]
        said = str(first["ctx"]["error"]) if first["type"] == "value_error" else gettext("there is no code in it")
        raise ProfileInvalid(path=path, line=1, reason=said) from error


def _toml(codes: CodeList) -> str:
    """The list as a file of ours. A JSON string is a TOML string too."""

    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    def label(vi: str, en: str) -> str:
        return f"{{ vi = {text(vi)}, en = {text(en)} }}"

    lines = [f"name = {text(codes.name)}", f"label = {label(codes.label.vi, codes.label.en)}"]
    lines.append(f"source = {text(codes.source)}")
    for entry in codes.entry:
        lines += ["", "[[entry]]", f"code = {text(entry.code)}", f"label = {label(entry.label.vi, entry.label.en)}"]
    return "\n".join(lines) + "\n"


def _keep(workspace: Workspace, target: Path, data: bytes) -> None:
    with faults_named(workspace.root):
        target.parent.mkdir(exist_ok=True)
        write_bytes(target, data)


def _tell(workspace: Workspace, kind: str, name: str) -> None:
    with atomic(workspace.catalogue.database):
        workspace.catalogue.audit.append(kind, name, None, {"name": name})
