"""PREMIS in packages: every event that there is a fact for, with who and what did it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from digitizer import __version__
from digitizer.catalogue.connection import atomic
from digitizer.check import check
from digitizer.deliver.appearance import signature_form
from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.keys import opened_signer
from digitizer.deliver.package_check import verify_package
from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.sign import Signing
from digitizer.deliver.xml import PREMIS
from digitizer.model import Level, new_id
from digitizer.workspace import Workspace
from tests.helpers.dossiers import FILE_CODE, ITEM_VALUES, add_pages, dossier
from tests.helpers.keys import BODY, PIN, made_keys
from tests.helpers.workspaces import NULL_ENGINE

P = f"{{{PREMIS}}}"
_EVENT_CODES = {
    "creation": "cre", "fixity check": "fix", "filename change": "fil", "validation": "val",
    "digital signature generation": "dsg", "digital signature validation": "dig", "format identification": "for",
    "message digest calculation": "mes", "information package creation": "ipc", "compression": "com",
}  # fmt: skip


def _made(root: Path, layout: str) -> Path:
    """A signed AIP of a file of two items; one was scanned, and one came by way of another file."""
    with Workspace(root / "w", NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,))
        records, catalogue = workspace.catalogue.records, workspace.catalogue
        stack = records.create(Level.FILE, "xấp", "Xấp giấy", records.get("H49"), profile="file")
        (page,) = add_pages(workspace, stack, 1)
        file = records.get(FILE_CODE)
        item = records.create(Level.ITEM, f"{FILE_CODE}.002", "Về kè", file, profile="item", values=ITEM_VALUES)
        catalogue.arrangement.move([page], item)
        (scanned,) = add_pages(workspace, item, 1)
        told: dict[str, Any] = {
            "pages": [scanned],
            "sha256": "a" * 64,
            "name": "scan 1",
            "device": "epson2:net",
            "pixels": "b" * 64,
        }
        told |= {"options": {"resolution": 300}, "call": new_id()}
        with atomic(catalogue.database):
            catalogue.audit.append("page.scan", item.id, None, told)
        check(workspace)
        with opened_signer(str(made_keys(root).p12), PIN) as signer:
            wish = PdfWish(signing=Signing(signer, signature_form("tt05")))
            wanted = Delivery("aip", [FILE_CODE], layout=layout, zipped=False, pdf=wish)  # type: ignore[arg-type]
            report = deliver(workspace, root / "giao", wanted)
            again = deliver(workspace, root / "giao 2", wanted)
    assert report.refused == [] and again.refused == []
    assert verify_package(again.packages[0].path).faults == []
    return again.packages[0].path


@pytest.fixture(scope="module", params=["tt05", "eark"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    yield request.param, _made(tmp_path_factory.mktemp("gói"), request.param)


def _events(path: Path, part: str = "") -> list[dict[str, Any]]:
    """Type, code, note, agents and objects of each event."""
    found = []
    for document in path.rglob("*.xml"):
        if "premis" in document.name.lower() and part in str(document):
            for event in etree.parse(document).iter(f"{P}event"):
                kind = event.find(f"{P}eventType")
                found.append({
                    "type": kind.text, "code": str(kind.get("valueURI", "")).rpartition("/")[2],
                    "at": event.findtext(f"{P}eventDateTime"),
                    "outcome": event.findtext(f".//{P}eventOutcome"),
                    "note": event.findtext(f".//{P}eventOutcomeDetailNote") or "",
                    "agents": [each.text for each in event.iter(f"{P}linkingAgentIdentifierValue")],
                    "objects": [each.text for each in event.iter(f"{P}linkingObjectIdentifierValue")],
                })  # fmt: skip
    return found


def _of(path: Path, kind: str) -> list[dict[str, Any]]:
    return [event for event in _events(path) if event["type"] == kind]


def test_every_event_has_its_code_a_person_and_a_version(package: tuple[str, Path]) -> None:
    layout, path = package
    events = _events(path)
    kinds = {event["type"] for event in events}
    assert kinds >= {*_EVENT_CODES} - ({"fixity check", "filename change"} if layout == "tt05" else set())
    for event in events:
        assert event["code"] == _EVENT_CODES.get(event["type"], event["code"]), event
        assert event["at"].endswith("+07:00") and event["outcome"] in ("success", "fail")
        assert any(agent.startswith("person/Người thử") for agent in event["agents"]), event
        assert any(agent.startswith(f"software/Digitizer/{__version__}") for agent in event["agents"]), event


def test_how_pages_came_in_is_told_wherever_they_lay_then(package: tuple[str, Path]) -> None:
    layout, path = package
    part = "rep1" if layout == "tt05" else "representations/preservation"
    births = [event for event in _events(path, part) if event["type"] in ("transfer", "capture", "creation")]
    came = {"transfer"} if layout == "tt05" else {"capture", "creation"}
    assert {event["type"] for event in births if "tờ 1.jpg" in event["note"] or "scan 1" in event["note"]} == came
    assert sum("tờ 1.jpg" in event["note"] for event in births) == 3
    assert "xấp" not in "".join(event["note"] for event in _events(path))
    (scan,) = [event for event in births if "scan 1" in event["note"]]
    assert "hardware/epson2:net/scanner" in scan["agents"] and "resolution=300" in scan["note"]


def test_a_signature_is_made_and_looked_at(package: tuple[str, Path]) -> None:
    _, path = package
    made, looked = _of(path, "digital signature generation"), _of(path, "digital signature validation")
    assert len(made) == len(looked) == 2
    assert all(f"organization/{BODY}/signer" in event["agents"] for event in made)
    assert all(any("pyHanko" in agent for agent in event["agents"]) for event in [*made, *looked])
    assert all(event["note"].startswith(f"{BODY}, 20") for event in looked)
    assert {tuple(event["objects"]) for event in made} == {tuple(event["objects"]) for event in looked}


def test_validations_name_their_tools_and_what_was_looked_at(package: tuple[str, Path]) -> None:
    layout, path = package
    read = [event for event in _of(path, "validation") if any("pypdf/" in agent for agent in event["agents"])]
    assert len(read) == 1 and "text" in read[0]["note"] and len(read[0]["objects"]) == 2
    (earlier,) = [event for event in _of(path, "validation") if "schemas" in event["note"]]  # of the first package
    assert "csip" in earlier["note"]
    assert {event["outcome"] for event in _of(path, "fixity check")} == ({"success"} if layout == "eark" else set())
    made = _of(path, "information package creation")
    assert any("organization/Phông UBND tỉnh/owner" in agent for event in made for agent in event["agents"])
    if layout == "eark":
        renamed = sorted(event["note"] for event in _of(path, "filename change"))
        assert renamed == [f"tờ 1.jpg -> page-000{number}.jpg" for number in (1, 2, 3)]
