"""PREMIS 3.0 events out of the audit chain. Values only: the packages write them as XML.

Event types are terms of the vocabulary of the Library of Congress (http://id.loc.gov/vocabulary/preservation/eventType).
Two are fixed by Thông tư 05/2025/TT-BNV: digitising is ``transfer``, and making an AIP out of a SIP is ``information
package creation``. An agent carries the software's name, version and task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from digitizer.catalogue.audit import VERSION, Act
from digitizer.catalogue.schema import PAGE_BIRTHS
from digitizer.deliver.signed import SIGNATURES

SOFTWARE = "Digitizer"
_ON_THIS_PC = "folder"
"""Told by the act of a delivery, and nobody else's business."""
_SIGNATURES_VALIDATED = "digital signature validation"
_PACKAGES = ("sip", "aip", "dip")


@dataclass(frozen=True, slots=True)
class PremisAgent:
    """``task``: what it did here. A person's is the role; ``version`` is the software's, "" where it is not known."""

    kind: Literal["person", "organization", "software", "hardware"]
    name: str
    version: str
    task: str


@dataclass(frozen=True, slots=True)
class PremisEvent:
    """``id``: the act's UUID, with ``#2`` and so on where one act is several events. ``type``: see ``TYPES``. ``at``:
    ISO 8601 with +07:00. ``objects``: UUIDs of records and pages, and SHA-256 of files; none where it is about all that
    is kept. ``detail``: the act's kind and what it says, for machines, in English.
    """

    id: str
    type: str
    at: str
    detail: str
    outcome: Literal["success", "fail"]
    outcome_note: str
    agents: tuple[PremisAgent, ...]
    objects: tuple[str, ...]


TYPES: dict[str, tuple[str, ...]] = {
    "page.import": ("transfer", "message digest calculation"),
    "page.scan": ("transfer", "message digest calculation", "compression"),  # of pixels into a master, without loss
    "page.read": ("creation",),  # of the recognised text and the page image
    "page.fail": ("creation",),
    "page.change": ("modification",),
    "page.split": ("modification",),
    "page.arrange": ("modification",),
    "record.create": ("metadata modification",),
    "record.change": ("metadata modification",),
    "record.move": ("metadata modification",),
    "record.check": ("validation",),
    "record.explain": ("metadata modification",),
    "record.approve": ("validation",),
    "record.deliver": ("dissemination",),
    "record.receive": ("ingestion",),
    "record.settle": ("metadata modification",),
    "page.receive": ("ingestion",),
    "page.settle": ("modification",),
    "package.receive": ("ingestion",),
    "check": ("fixity check",),
    "backup.make": ("replication",),
    "backup.restore": ("recovery",),
}
"""By kind of act. What is done to people, settings and the queue is no event of what is kept."""


def events_of(acts: Iterable[Act]) -> Iterator[PremisEvent]:
    """The events that the acts are, in their order, one by one. ``acts``: of one chain, oldest first; from its
    beginning, or the version of the software is not known up to the next change of it. An undo is an event of the type
    of what it takes back, where that is among the acts.
    """
    version, kinds = "", dict[str, str]()
    for act in acts:
        if act.kind == VERSION:
            version = str((act.after or {}).get("version", ""))
            continue
        kinds[act.id] = kind = kinds.get(act.undoes, "") if act.undoes else act.kind
        for number, event_type in enumerate(_types(act, kind), 1):
            yield PremisEvent(
                id=act.id if number == 1 else f"{act.id}#{number}",
                type=event_type,
                at=act.at,
                detail=act.kind if act.kind == kind else f"{act.kind} of {kind}",
                outcome="fail" if _failed(act, event_type) else "success",
                outcome_note=_note(act, event_type),
                agents=tuple(_agents(act, version)),
                objects=tuple(_objects(act)),
            )


def _types(act: Act, kind: str) -> tuple[str, ...]:
    after = act.after or {}
    if kind == act.kind == "page.import" and SIGNATURES in after:
        return (*TYPES[kind], _SIGNATURES_VALIDATED)
    if kind == "record.deliver" and after.get("as") in _PACKAGES:
        return ("information package creation", *(["validation"] if after.get("checks") else []))
    if kind in (*PAGE_BIRTHS, "page.change") and after.get("withdrawn") is not None:
        return ("deaccession",) if after["withdrawn"] else ("accession",)
    return TYPES.get(kind, ())


def _failed(act: Act, event_type: str) -> bool:
    after = act.after or {}
    if event_type == _SIGNATURES_VALIDATED:
        return not after[SIGNATURES].get("whole")
    return act.kind == "page.fail" or (act.kind == "check" and bool(after.get("faults")))


def _note(act: Act, event_type: str) -> str:
    after = act.after or {}
    if event_type == "message digest calculation":
        return f"SHA-256 {after.get('sha256', '')}"
    if event_type == _SIGNATURES_VALIDATED:
        found = after[SIGNATURES].get("found", ())
        verified = [f"{each['signer']}, {each['claimed'] or '?'}: {_held(each)}" for each in found]
        return "; ".join([*verified, *filter(None, [after[SIGNATURES].get("problem")])])
    if event_type == "compression":
        return f"lossless: SHA-256 of the pixels {after.get('pixels', '')}"
    if event_type == "metadata modification":  # what a description said earlier may be what nobody is to read
        return "; ".join(sorted(after))
    if event_type == "validation" and isinstance(after.get("checks"), list):
        return "; ".join(after["checks"])
    told = {**after, **(after["options"] if isinstance(after.get("options"), Mapping) else {})}
    said = {name: value for name, value in told.items() if isinstance(value, (str, int, float))}
    return "; ".join(f"{name}={value}" for name, value in said.items() if name != _ON_THIS_PC)


def _held(signature: Mapping[str, Any]) -> str:
    if not signature["intact"]:
        return "broken"
    return "intact" if signature["allowed"] else "intact, then changed"


def _agents(act: Act, version: str) -> Iterator[PremisAgent]:
    yield PremisAgent("person", act.person, "", act.role)
    yield PremisAgent("software", SOFTWARE, version, act.kind)
    device = str((act.after or {}).get("device", ""))
    if device:
        yield PremisAgent("hardware", device, "", "scanner")
    reader = str((act.after or {}).get("reader", ""))
    if reader:
        name, _, its_version = reader.partition(" ")
        yield PremisAgent("software", name, its_version, "recognition")


def _objects(act: Act) -> Iterator[str]:
    after = act.after or {}
    if act.kind in ("check", "backup.make", "backup.restore"):
        return
    yield act.subject
    yield from after.get("pages", ()) if isinstance(after.get("pages"), list) else ()
    for name in ("beside", "sha256"):
        if after.get(name):
            yield str(after[name])
