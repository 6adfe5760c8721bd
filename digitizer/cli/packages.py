"""Packages of anybody, proved on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from digitizer.cli.call import Call
from digitizer.deliver.package_check import PackageReport
from digitizer.deliver.package_reading import looked_into
from digitizer.errors import WrongUsage, reason
from digitizer.i18n import gettext, ngettext

_ZIP = b"PK"
_SHOWN = 20
"""Faults of one package that are printed; the JSON document has all."""


def is_package(path: Path) -> bool:
    """Whether it is a folder or looks like a ZIP. Raises WrongUsage where it cannot be read."""
    try:
        if path.is_dir():
            return True
        with path.open("rb") as handle:
            return handle.read(len(_ZIP)) == _ZIP
    except OSError as error:
        said = gettext("“{path}” cannot be read: {reason}.")
        raise WrongUsage(reason=said.format(path=path, reason=reason(error))) from error


def verified_package(call: Call, path: Path) -> tuple[dict[str, Any], list[str], bool]:
    """What is told of a package, as a document and in lines, and whether it is whole."""
    report, _ = looked_into(path, task=call.task)
    return _document(report), _lines(path, report), report.ok


def _document(report: PackageReport) -> dict[str, Any]:
    return {
        "whole": report.ok, "kind": report.kind or None, "identifier": report.identifier or None,
        "records": report.codes, "files": report.files, "bytes": report.bytes,
        "checks": [{"name": each.name, "ok": each.ok, "detail": each.detail} for each in report.checks],
        "faults": [{"check": each.check, "file": each.where or None, "what": each.what} for each in report.faults],
    }  # fmt: skip


def _lines(path: Path, report: PackageReport) -> list[str]:
    if report.ok:
        said = gettext("✓ {path}: {kind} {identifier}, whole ({files} files)")
        return [said.format(
            path=path, kind=report.kind.upper(), identifier=report.identifier, files=report.files
        )]  # fmt: skip
    count = len(report.faults)
    head = ngettext("✗ {path}: {count} fault", "✗ {path}: {count} faults", count).format(path=path, count=count)
    lines = [f"    {each.where or '—'}: {each.what}" for each in report.faults[:_SHOWN]]
    if count > _SHOWN:
        lines.append(gettext("    And {count} more.").format(count=count - _SHOWN))
    return [head, *lines]
