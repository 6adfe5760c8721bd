"""The audit chain: any tampering is found and named."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digitizer.catalogue import audit
from digitizer.catalogue.told import untold_changes
from digitizer.clock import VIETNAM, stamp
from digitizer.journal import Journal
from digitizer.model import Level, new_id
from digitizer.workspace import Workspace
from ocr.errors import PageFault
from tests.helpers.workspaces import NULL_ENGINE, added


@pytest.fixture
def chain(workspace: Workspace) -> Workspace:
    """A workspace of some ten acts."""
    for number in range(5):
        added(workspace, f"H{number}", 1)
    assert workspace.catalogue.audit.faults() == []
    return workspace


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE act SET person = 'ai đó' WHERE seq = 3", "#3: was changed"),
        ("UPDATE act SET after = '{}' WHERE seq = 2", "#2: was changed"),
        ("UPDATE act SET at = replace(at, '+07:00', '+00:00') WHERE seq = 4", "#4: was changed"),
        ("UPDATE act SET clock_back = 1 WHERE seq = 4", "#4: was changed"),
        ("UPDATE act SET account = 'khác' WHERE seq = 4", "#4: was changed"),
        ("DELETE FROM act WHERE seq = 2", "#3: entries 2 to 2 are missing"),
        ("DELETE FROM act WHERE seq IN (4, 5)", "#6: entries 4 to 5 are missing"),
        ("DELETE FROM act WHERE seq = (SELECT max(seq) FROM act)", "are missing"),
        ("DELETE FROM act", "#1: entries 1 to"),
        ("UPDATE act SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE seq END", "#2: does not follow"),
        ("UPDATE act SET hash = lower(hex(zeroblob(32))) WHERE seq = 3", "#4: does not follow"),
    ],
)
def test_a_changed_removed_or_reordered_entry_is_named(chain: Workspace, tampering: str, named: str) -> None:
    connection = chain.catalogue.database.conn
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(tampering)
    connection.execute("UPDATE act SET seq = -seq WHERE seq < 0")
    faults = chain.catalogue.audit.faults()
    assert any(named in fault for fault in faults), faults


def test_an_inserted_entry_is_named(chain: Workspace) -> None:
    """As clever as it gets: the numbers behind it moved up, its own hash and its place right."""
    connection = chain.catalogue.database.conn
    connection.execute("UPDATE act SET seq = -seq - 1 WHERE seq > 3")
    connection.execute("UPDATE act SET seq = -seq WHERE seq < 0")
    row = dict(connection.execute("SELECT * FROM act WHERE seq = 3").fetchone())
    row |= {"seq": 4, "uuid": new_id(), "previous": row["hash"]}
    row["hash"] = audit.act_hash(chain.catalogue.audit.station, row)
    chain.catalogue.database.table("act").insert(row)
    faults = chain.catalogue.audit.faults()
    assert any("#5: does not follow" in fault or "#5: was changed" in fault for fault in faults), faults


def test_an_entry_added_at_the_end_past_the_program_is_named(chain: Workspace) -> None:
    row = dict(chain.catalogue.database.conn.execute("SELECT * FROM act ORDER BY seq DESC LIMIT 1").fetchone())
    row |= {"seq": row["seq"] + 1, "uuid": new_id(), "previous": row["hash"]}
    row["hash"] = audit.act_hash(chain.catalogue.audit.station, row)
    chain.catalogue.database.table("act").insert(row)
    (fault,) = chain.catalogue.audit.faults()
    assert f"#{row['seq']}: was added past the program" in fault


def test_the_chain_of_another_station_is_proven_too(chain: Workspace, tmp_path: Path) -> None:
    with Workspace(tmp_path / "khác", NULL_ENGINE) as other:
        added(other, "K1", 1)
        station = other.catalogue.audit.station
        acts = [dict(row) for row in other.catalogue.database.conn.execute("SELECT * FROM act")]
    database = chain.catalogue.database
    row = database.table("station").insert({"uuid": station, "name": "trạm hai"}).last_pk
    database.table("act").insert_all(act | {"station": row} for act in acts)
    database.table("workspace").insert({"key": f"chain-end:{station}", "value": str(len(acts))})
    assert chain.catalogue.audit.faults() == []
    database.conn.execute("UPDATE act SET person = 'x' WHERE station = ? AND seq = 2", [row])
    assert [fault.split(":")[0] for fault in chain.catalogue.audit.faults()] == ["trạm hai #2"]
    database.conn.execute("UPDATE act SET station = 1, seq = 1000 WHERE station = ? AND seq = 2", [row])
    assert {fault.split(" #")[0] for fault in chain.catalogue.audit.faults()} > {"trạm hai"}


def test_a_clock_that_steps_back_is_recorded_and_breaks_nothing(
    chain: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "stamp", lambda: stamp(datetime(2020, 1, 1, tzinfo=VIETNAM) + timedelta(0)))
    added(chain, "H9", 1)
    monkeypatch.undo()
    added(chain, "H10", 1)
    assert chain.catalogue.audit.faults() == []
    backs = chain.catalogue.database.conn.execute("SELECT kind FROM act WHERE clock_back ORDER BY seq").fetchall()
    assert [row[0] for row in backs] == ["record.create"]


def test_a_chain_whose_numbers_were_spoilt_can_still_be_written(chain: Workspace) -> None:
    chain.catalogue.database.conn.execute("UPDATE act SET seq = 'abc' WHERE seq = 3")
    added(chain, "H9", 1)
    assert chain.catalogue.audit.faults() != []


def test_every_act_says_who_and_when(chain: Workspace) -> None:
    for act in chain.catalogue.audit.acts_of(["page.import", "record.create"]):
        assert (act.person, act.role) == ("Người thử", "scan")
        assert act.at.endswith("+07:00")


def test_what_the_queue_gives_up_and_tries_again_is_recorded(chain: Workspace) -> None:
    (page,) = added(chain, "H9", 1)
    chain.catalogue.queue.fail(page, PageFault.DAMAGED, "")
    chain.catalogue.queue.retry_failed()
    chain.catalogue.queue.retry_failed()  # nothing to try: no act
    assert [act.kind for act in chain.catalogue.audit.acts_of(["page.fail", "queue.retry"])] == [
        "page.fail", "queue.retry"
    ]  # fmt: skip


def test_acts_are_listed_by_day_person_and_record(chain: Workspace) -> None:
    records, listed = chain.catalogue.records, chain.catalogue.audit.listed
    (page,) = added(chain, "H9", 1)
    chain.catalogue.pages.turn(page, 1)
    of_record = list(listed(record=records.get("H9").id))
    assert [(act.kind, about) for act, about in of_record] == [
        ("record.create", "H9"), ("page.import", "H9"), ("page.change", "H9 / H9.tif")
    ]  # fmt: skip
    assert len(list(listed(record=records.get("PHONG").id))) == len(list(listed())) - 1  # but the program's version
    today = of_record[0][0].at[:10]
    assert len(list(listed(since=today, until=today))) == len(list(listed()))
    assert list(listed(until="2020-01-01")) == []
    assert list(listed(person="không ai")) == []


def test_the_version_of_the_program_is_told_once(chain: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "__version__", "99.0")
    added(chain, "H9", 1)
    told = [act.after for act in chain.catalogue.audit.acts_of([audit.VERSION])]
    assert len(told) == 2
    assert told[1] == {"version": "99.0"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE page SET name = 'khác' WHERE id = 2",
        "UPDATE page SET withdrawn = 1 WHERE id = 2",
        "UPDATE page SET quarters = 3 WHERE id = 1",
        "UPDATE page SET quarters = NULL WHERE id = 1",
        "UPDATE page SET split = '{}' WHERE id = 2",
        "UPDATE page SET uuid = 'khác' WHERE id = 2",
        "DELETE FROM job WHERE page = 2; DELETE FROM page WHERE id = 2",
        "UPDATE record SET title = 'khác' WHERE code = 'H2'",
        "UPDATE record SET fields = '{\"note\": \"x\"}' WHERE code = 'H2'",
    ],
)
def test_what_was_changed_past_the_program_is_named(chain: Workspace, statement: str) -> None:
    (page,) = [act.after["pages"][0] for act in chain.catalogue.audit.acts_of(["page.import"]) if act.after][:1]
    chain.catalogue.pages.turn(page, 1)
    chain.catalogue.pages.turn(page, 2)
    Journal(chain).undo()
    chain.catalogue.records.create(Level.FONDS, "P2", "")
    assert list(untold_changes(chain.catalogue)) == []
    chain.close()
    with closing(sqlite3.connect(chain.root / "catalogue.sqlite")) as database, database:
        database.executescript(statement)
    with Workspace(chain.root, NULL_ENGINE) as opened:
        assert list(untold_changes(opened.catalogue)) != []


def test_values_are_json_with_vietnamese_as_it_is(chain: Workspace) -> None:
    chain.catalogue.records.change(chain.catalogue.records.get("H1"), title="Quyết định")
    kept = chain.catalogue.database.conn.execute("SELECT after FROM act ORDER BY seq DESC LIMIT 1").fetchone()[0]
    assert json.loads(kept) == {"title": "Quyết định"}
    assert "Quyết" in kept
