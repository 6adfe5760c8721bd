"""PREMIS events out of the chain."""

from datetime import datetime

from digitizer import __version__
from digitizer.catalogue.connection import atomic
from digitizer.check import check
from digitizer.journal import Journal
from digitizer.premis import PremisEvent, events_of
from digitizer.workspace import Workspace
from ocr.errors import PageFault
from tests.helpers.workspaces import added, page_text, store


def events(workspace: Workspace) -> list[PremisEvent]:
    return list(events_of(act for act, _ in workspace.catalogue.audit.listed()))


def test_the_life_of_a_page_as_events(workspace: Workspace) -> None:
    (page,) = added(workspace, "H1", 1)
    store(workspace, page, page_text("chữ"))
    workspace.catalogue.pages.turn(page, 1)
    workspace.catalogue.pages.withdraw(page)
    Journal(workspace).undo()
    workspace.catalogue.queue.fail(page, PageFault.DAMAGED, "")
    with atomic(workspace.catalogue.database):
        record = workspace.catalogue.records.get("H1").id
        workspace.catalogue.audit.append("record.deliver", record, None, {"as": "aip", "sha256": "a" * 64})
        workspace.catalogue.audit.append("record.deliver", record, None, {"as": "pdf", "sha256": "b" * 64})
    check(workspace)
    found = [(event.type, event.outcome) for event in events(workspace)]
    assert found[-10:] == [
        ("transfer", "success"),
        ("message digest calculation", "success"),
        ("creation", "success"),
        ("modification", "success"),
        ("deaccession", "success"),
        ("accession", "success"),
        ("creation", "fail"),
        ("information package creation", "success"),
        ("dissemination", "success"),
        ("fixity check", "fail"),  # the made-up master is not there
    ]


def test_an_event_says_who_with_what_and_when(workspace: Workspace) -> None:
    (page,) = added(workspace, "H1", 1)
    store(workspace, page, page_text("chữ"))
    (transfer, digest), read = events(workspace)[-3:-1], events(workspace)[-1]
    person, software = transfer.agents
    assert (person.name, person.task) == ("Người thử", "scan")
    assert (software.name, software.version, software.task) == ("Digitizer", __version__, "page.import")
    assert page in transfer.objects
    assert digest.outcome_note.startswith("SHA-256 ")
    assert digest.id == f"{transfer.id}#2"
    assert [agent.name for agent in read.agents] == ["Người thử", "Digitizer", "test"]
    assert datetime.fromisoformat(read.at).utcoffset() is not None
    assert read.at.endswith("+07:00")


def test_people_and_settings_are_no_events(workspace: Workspace) -> None:
    workspace.catalogue.people.separate(True)
    assert events(workspace) == []
