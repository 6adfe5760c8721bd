"""Receiving packages and settling differences on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from digitizer.catalogue.differences import REASONS, Difference, Differences, Side
from digitizer.cli.brought import brought_document, brought_lines
from digitizer.cli.call import Call, refused, said
from digitizer.cli.exchange import passphrase
from digitizer.deliver.package_faults import PackageFaulty
from digitizer.deliver.receive import open_differences, settle
from digitizer.deliver.receive import receive as receive_packages
from digitizer.deliver.reception import Receipt, ReceiveReport
from digitizer.deliver.signed import claimed, holds
from digitizer.errors import Exit, KnownError, WrongUsage, reason
from digitizer.i18n import gettext
from digitizer.workspace import Workspace

_MAX_CHOICES = 64 << 20
_THEIRS = "theirs"


def receive(call: Call) -> Exit:
    """Packages; or with ``--open``, ``--settle`` or ``--take`` the differences that they left."""
    arguments = call.arguments
    if arguments.open or arguments.settle or arguments.take:
        if arguments.packages:
            raise WrongUsage(reason=gettext("Name packages, or settle differences; not both in one call."))
        return _settle(call)
    if not arguments.packages:
        raise WrongUsage(reason=gettext("Name the packages to receive."))
    if arguments.signed_only and not arguments.roots:
        raise WrongUsage(reason=gettext("--signed-only needs --roots: the certificates that are trusted."))
    report = ReceiveReport()
    call.output.keep(lambda: _received(report))
    with call.workspace() as workspace:  # a station may begin with what it receives
        receive_packages(
            workspace, arguments.packages, key=arguments.key, passphrase=passphrase(call), roots=arguments.roots,
            signed_only=arguments.signed_only, max_secrecy=arguments.max_secrecy, secrecy=arguments.secrecy,
            task=call.task, report=report,
        )  # fmt: skip
    document, lines = _received(report)
    call.output.answer(document, *lines)
    return said(call, [error for _, error in report.refused])


def _received(report: ReceiveReport) -> tuple[dict[str, Any], list[str]]:
    document = {
        "added": sum(each.records.added + each.pages.added for each in report.received),
        "changed": sum(each.records.changed + each.pages.changed for each in report.received),
        "same": sum(each.records.same + each.pages.same for each in report.received),
        "conflicts": [_difference(each) for each in report.open],
        "packages": [_receipt(each) for each in report.received],
        "refused": [{"path": str(path), **refused(error), **_faults(error)} for path, error in report.refused],
    }
    lines = [
        line
        for each in report.received
        for line in (_receipt_line(each), _signed_line(each), *brought_lines(each), *each.notes)
    ]
    return document, lines + _open_lines(report.open)


def _faults(error: KnownError) -> dict[str, Any]:
    """All that was found in a package, each with its place."""
    if not isinstance(error, PackageFaulty):
        return {}
    return {"faults": [{"check": each.check, "where": each.where, "message": each.what} for each in error.faults]}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    tallies = {
        name: {
            "added": tally.added, "changed": tally.changed, "same": tally.same, "listed": brought_document(news),
        }
        for name, tally, news in zip(
            ("records", "pages"), (receipt.records, receipt.pages), receipt.news, strict=True
        )
    }  # fmt: skip
    about: dict[str, Any] = {
        "path": str(receipt.path), "kind": receipt.kind.lower(), "id": receipt.package, "station": receipt.station,
        "sha256": receipt.sha256,
    }  # fmt: skip
    signed = receipt.signed
    about["signature"] = signed and {
        "signer": signed.signer, "subject": signed.subject, "issuer": signed.issuer,
        "claimed": signed.claimed and signed.claimed.isoformat(), "trusted": signed.trusted,
    }  # fmt: skip
    return {**about, "acts": receipt.acts, "masters": receipt.masters, **tallies, "notes": receipt.notes}


def _receipt_line(receipt: Receipt) -> str:
    line = gettext(
        "Received from {station}: {path} (new: {records} records, {pages} pages; changed: {changed}; known: {same})"
    )
    records, pages = receipt.records, receipt.pages
    return line.format(
        station=receipt.station, path=receipt.path, records=records.added, pages=pages.added,
        changed=records.changed + pages.changed, same=records.same + pages.same,
    )  # fmt: skip


def _signed_line(receipt: Receipt) -> str:
    signed = receipt.signed
    if signed is None:
        return gettext("    Not signed: the package itself does not prove who made it.")
    when, how = claimed(signed.claimed), holds(trusted=signed.trusted)
    return gettext("    Signed by {signer}, {when}: {how}").format(signer=signed.signer, when=when, how=how)


def _settle(call: Call) -> Exit:
    with call.existing() as workspace:
        choices = _resolved(workspace, _choices(call.arguments.settle, call.arguments.take))
        left = settle(workspace, choices) if choices else open_differences(workspace)
    lines = [gettext("Settled: {count}").format(count=len(choices))] if choices else []
    lines += _open_lines(left) or [gettext("No difference waits to be settled.")]
    call.output.answer({"settled": len(choices), "conflicts": [_difference(each) for each in left]}, *lines)
    return Exit.DONE


def _choices(file: Path | None, taken: Sequence[Sequence[str]]) -> dict[str, int | str]:
    """What to choose, by difference: as ``--json`` lists them, each with ``choose`` filled in, or one by one."""
    return _one_each([*((name, _choice(choice)) for name, choice in taken), *_choices_in(file)])


def _one_each(wanted: Iterable[tuple[str, int | str]]) -> dict[str, int | str]:
    """Raises WrongUsage where two are wanted of one difference."""
    found: dict[str, int | str] = {}
    for name, choice in wanted:
        if found.setdefault(name, choice) != choice:
            said_of = gettext("“{id}” is to be settled in two ways: choose one of them.")
            raise WrongUsage(reason=said_of.format(id=name))
    return found


def _resolved(workspace: Workspace, choices: Mapping[str, int | str]) -> dict[str, int]:
    """With a number for each. Raises WrongUsage where others have several values, and it is not said which."""
    differences = Differences(workspace.catalogue)
    found: dict[str, int] = {}
    for name, choice in choices.items():
        if choice == _THEIRS:
            theirs = [side.value for side in differences.get(name).theirs]
            if any(value != theirs[0] for value in theirs):
                said_of = gettext("“{id}” has {count} values of others: choose one by its number, 1 to {count}.")
                raise WrongUsage(reason=said_of.format(id=name, count=len(theirs)))
        found[name] = 1 if isinstance(choice, str) else choice
    return found


def _choices_in(file: Path | None) -> list[tuple[str, int | str]]:
    if file is None:
        return []
    try:
        with file.open("rb") as handle:
            document = json.loads(handle.read(_MAX_CHOICES))
        listed = document["conflicts"]
        return [(each["id"], _choice(each["choose"])) for each in listed if each.get("choose") is not None]
    except OSError as error:
        said_of = gettext("“{path}” cannot be read: {reason}.")
        raise WrongUsage(reason=said_of.format(path=file, reason=reason(error))) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        said_of = gettext("“{path}” is no list of differences as “receive --open --json” prints it.")
        raise WrongUsage(reason=said_of.format(path=file)) from error


def _choice(text: str | int) -> int | str:
    if text in ("ours", _THEIRS):
        return 0 if text == "ours" else _THEIRS
    if str(text).isdecimal() and len(str(text)) < 4:
        return int(text)
    raise WrongUsage(reason=gettext("Choose ours, theirs or the number of a value, not “{text}”.").format(text=text))


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "id": each.id, "subject": each.subject, "record": each.record, "page": each.page, "field": each.field,
        "label": each.label, "reason": each.reason, "ours": _side(each.ours),
        "theirs": [_side(side) for side in each.theirs], "choose": None,
    }  # fmt: skip


def _side(side: Side) -> dict[str, Any]:
    return {"value": side.value, "station": side.station, "at": side.at, "person": side.person}


def _open_lines(differences: Sequence[Difference]) -> list[str]:
    lines = [gettext("Differences to settle: {count}").format(count=len(differences))] if differences else []
    for each in differences:
        where = (
            each.record
            if each.page is None
            else gettext("{record}, page {number}").format(record=each.record, number=each.page)
        )
        lines.append(f"{each.id}\n  {where}: {each.label} ({gettext(REASONS[each.reason])})")
        for number, side in enumerate((each.ours, *each.theirs)):
            name = gettext("ours") if number == 0 else str(number)
            wrote = ", ".join(filter(None, (side.station, side.person, side.at[:19])))
            lines.append(f"    {name}: {side.shown}  ({wrote})")
    return lines
