"""The packages that this station received, told from its chain: also those of before a restart, and what undo took
back of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from digitizer.catalogue.audit import Act
from digitizer.catalogue.differences import Differences
from digitizer.catalogue.origins import RECEIVED
from digitizer.catalogue.store import Catalogue
from digitizer.deliver.reception import RECEIVE, Tally, told

_BRINGING = (*RECEIVED, "record.create", "record.change", "page.import")
MOST = 500
"""Packages listed at most, the newest."""


@dataclass(frozen=True, slots=True)
class PackageReceived:
    """``at``: ISO 8601 with +07:00. ``package``: its UUID, or OBJID. ``station``: name of the sender, or of the body
    that an archive's package names. ``name``: of the file. ``records``, ``pages``: what it brought; ``name`` is "" and
    they are None where an older version received it. ``signer``: whose signature it bore; "" for none; ``trusted``:
    whether a root stood behind it. ``taken_back``: undo has, since.
    """

    at: str
    person: str
    package: str
    station: str
    name: str
    sha256: str
    records: Tally | None
    pages: Tally | None
    signer: str
    trusted: bool
    taken_back: bool


def packages_received(catalogue: Catalogue, most: int = MOST) -> list[PackageReceived]:
    """The newest first."""
    stations = Differences(catalogue).stations()
    acts = list(catalogue.audit.acts_of([RECEIVE]))[-most:]
    return [_told(catalogue, act, stations) for act in reversed(acts)]


def _told(catalogue: Catalogue, act: Act, stations: dict[str, str]) -> PackageReceived:
    said = act.after or {}
    station = str(said.get("station") or said.get("body", ""))  # an archive's package names a body
    records, pages = told(said) or (None, None)
    return PackageReceived(
        act.at, act.person, act.subject, stations.get(station, station), str(said.get("name", "")), str(said["sha256"]),
        records, pages, str(said.get("signed", "")), bool(said.get("trusted")), _taken_back(catalogue, act),
    )  # fmt: skip


def _taken_back(catalogue: Catalogue, act: Act) -> bool:
    """Whether undo stands behind the last act of what the package brought: all of them go together."""
    last = catalogue.audit.last_before(act.seq, _BRINGING)
    if last is None or (last.after or {}).get("call") != (act.after or {})["call"]:
        return False
    undone = [each for each in catalogue.audit.acts_about(last.subject, ("undo", "redo")) if each.undoes == last.id]
    return bool(undone) and undone[-1].kind == "undo"
