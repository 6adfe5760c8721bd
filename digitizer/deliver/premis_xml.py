"""PREMIS 3.0 as XML, written event by event: a file of ten thousand pages takes no more memory than one of ten.

Always with the prefix ``premis:``, which ``xsi:type`` needs when other tools write the document again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from digitizer import __version__
from digitizer.deliver.mets import SOFTWARE, Kept
from digitizer.deliver.xml import PREMIS, XSI, child, element
from digitizer.premis import PremisAgent, PremisEvent

_VOCABULARY = "http://id.loc.gov/vocabulary/preservation/eventType"
_CODES = {
    "creation": "cre", "capture": "cap", "modification": "mod", "compression": "com",
    "message digest calculation": "mes", "fixity check": "fix", "format identification": "for",
    "metadata extraction": "mee", "validation": "val", "digital signature generation": "dsg",
    "digital signature validation": "dig", "redaction": "red", "filename change": "fil",
    "information package creation": "ipc",
}  # fmt: skip
"""Codes of the vocabulary by term, as far as they were proved; other terms stand without their address."""
FORMATS = {
    "application/pdf": ("PDF/A", "2u", "fmt/478"),
    "image/tiff": ("TIFF", "", "fmt/353"),
    "image/jpeg": ("JPEG", "", ""),
    "image/png": ("PNG", "", ""),
}
"""Name, version and PRONOM key."""


@dataclass(frozen=True, slots=True)
class FileObject:
    """A file in the package. ``name``: the true name that it came with, else its own. ``sources``: what it was made
    from, as UUIDs or SHA-256. ``made``: whether the program made it, else it is a file that came in as ``came_as``.
    """

    kept: Kept
    name: str
    sources: Sequence[str] = ()
    made: bool = True
    came_as: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """An intellectual entity or a representation. ``kind``: the PREMIS type. ``name``: what it is called."""

    kind: str
    identifier: str
    name: str
    parts: Sequence[str] = ()


def write_premis(
    path: Path, *, package: UUID, entities: Sequence[Entity], files: Iterable[FileObject],
    events: Iterable[PremisEvent], types: Mapping[str, str],
) -> None:  # fmt: skip
    """Write objects, then events, then the agents that they name. ``types``: event types by kind of act, which replace
    what the circular calls the same act (see ``digitizer.premis``). Raises OSError.
    """
    agents: dict[str, PremisAgent] = {}
    with path.open("wb") as handle, etree.xmlfile(handle, encoding="UTF-8") as out:
        out.write_declaration()
        place = f"{PREMIS} http://www.loc.gov/standards/premis/premis.xsd"
        said = {"version": "3.0", f"{{{XSI}}}schemaLocation": place}
        with out.element(f"{{{PREMIS}}}premis", said, nsmap={"premis": PREMIS, "xsi": XSI}):
            made: Iterator[Any]
            for made in (
                map(_entity, entities),
                (_file(package, each) for each in files),
                (_event(each, types, agents) for each in events),
            ):
                for each in made:
                    etree.indent(each)
                    out.write(each)
                    out.write("\n")
            for identifier, agent in agents.items():
                out.write(_agent(identifier, agent))
                out.write("\n")


def file_id(package: UUID, kept: Kept) -> str:
    """The UUID of a file in the package."""
    return str(uuid5(package, f"object:{kept.path}"))


def _object(kind: str) -> Any:
    made = element(f"{{{PREMIS}}}object", premis=PREMIS, xsi=XSI)
    made.set(f"{{{XSI}}}type", f"premis:{kind}")
    return made


def _identifier(parent: Any, name: str, value: str) -> None:
    made = child(parent, name)
    child(made, f"{name}Type", text=_identifier_type(value))
    child(made, f"{name}Value", text=value)


def _identifier_type(value: str) -> str:
    if len(value) == 64:
        return "SHA-256"
    try:
        UUID(value)
    except ValueError:
        return "local"
    return "UUID"


def _entity(entity: Entity) -> Any:
    made = _object(entity.kind)
    _identifier(made, "objectIdentifier", entity.identifier)
    child(made, "originalName", text=entity.name)
    if entity.parts:
        _relationship(made, ("structural", "has part"), entity.parts)
    return made


def _relationship(parent: Any, kind: tuple[str, str], others: Sequence[str]) -> None:
    made = child(parent, "relationship")
    child(made, "relationshipType", text=kind[0])
    child(made, "relationshipSubType", text=kind[1])
    for other in others:
        _identifier(made, "relatedObjectIdentifier", other)


def _file(package: UUID, file: FileObject) -> Any:
    made = _object("file")
    _identifier(made, "objectIdentifier", file_id(package, file.kept))
    facts = child(made, "objectCharacteristics")
    child(facts, "compositionLevel", text="0")
    fixity = child(facts, "fixity")
    child(fixity, "messageDigestAlgorithm", text="SHA-256")
    child(fixity, "messageDigest", text=file.kept.sha256)
    child(facts, "size", text=str(file.kept.size))
    name, version, key = FORMATS.get(file.kept.media, (file.kept.media, "", ""))
    if file.kept.media == "application/pdf" and not file.made:
        name, version, key = "PDF", "", ""
    form = child(facts, "format")
    designation = child(form, "formatDesignation")
    child(designation, "formatName", text=name)
    if version:
        child(designation, "formatVersion", text=version)
    if key:
        registry = child(form, "formatRegistry")
        child(registry, "formatRegistryName", text="PRONOM")
        child(registry, "formatRegistryKey", text=key)
    if file.made:
        application = child(facts, "creatingApplication")
        child(application, "creatingApplicationName", text=SOFTWARE)
        child(application, "creatingApplicationVersion", text=__version__)
    child(made, "originalName", text=file.name)
    if file.sources:
        _relationship(made, ("derivation", "has source"), file.sources)
    return made


def _event(event: PremisEvent, types: Mapping[str, str], agents: dict[str, PremisAgent]) -> Any:
    made = element(f"{{{PREMIS}}}event", premis=PREMIS)
    act, _, number = event.id.partition("#")
    _identifier(made, "eventIdentifier", str(uuid5(UUID(act), number)) if number else act)
    kind = types.get(event.detail.partition(" ")[0], event.type) if event.type == "transfer" else event.type
    said = {"authority": "eventType", "authorityURI": _VOCABULARY}
    if kind in _CODES:
        said["valueURI"] = f"{_VOCABULARY}/{_CODES[kind]}"
    child(made, "eventType", said, text=kind)
    child(made, "eventDateTime", text=event.at)
    child(child(made, "eventDetailInformation"), "eventDetail", text=event.detail)
    outcome = child(made, "eventOutcomeInformation")
    child(outcome, "eventOutcome", text=event.outcome)
    if event.outcome_note:
        child(child(outcome, "eventOutcomeDetail"), "eventOutcomeDetailNote", text=event.outcome_note)
    for agent in event.agents:
        identifier = "/".join(part for part in (agent.kind, agent.name, agent.version, agent.task) if part)
        agents.setdefault(identifier, agent)
        link = child(made, "linkingAgentIdentifier")
        child(link, "linkingAgentIdentifierType", text="local")
        child(link, "linkingAgentIdentifierValue", text=identifier)
        child(link, "linkingAgentRole", text=agent.task or "executing program")
    for other in event.objects:
        _identifier(made, "linkingObjectIdentifier", other)
    return made


def _agent(identifier: str, agent: PremisAgent) -> Any:
    made = element(f"{{{PREMIS}}}agent", premis=PREMIS)
    one = child(made, "agentIdentifier")
    child(one, "agentIdentifierType", text="local")
    child(one, "agentIdentifierValue", text=identifier)
    child(made, "agentName", text=agent.name)
    child(made, "agentType", text=agent.kind)
    if agent.version:
        child(made, "agentVersion", text=agent.version)
    if agent.task:
        child(made, "agentNote", text=agent.task)
    etree.indent(made)
    return made
