"""The audit chain: any tampering is found and named."""

from pathlib import Path

import pytest

from digitizer.workspace import Workspace
from tests.helpers.workspaces import imported


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE act SET person = 'ai đó' WHERE seq = 3", "#3: was changed"),
        ("UPDATE act SET after = '{}' WHERE seq = 2", "#2: was changed"),
        ("DELETE FROM act WHERE seq = 2", "entries 2 to 2 are missing"),
        ("DELETE FROM act WHERE seq = (SELECT max(seq) FROM act)", "are missing"),
        ("UPDATE act SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE seq END", "missing"),
    ],
)
def test_a_changed_removed_or_reordered_entry_is_named(
    workspace: Workspace, tmp_path: Path, tampering: str, named: str
) -> None:
    imported(workspace, tmp_path, 3)
    assert workspace.catalogue.audit.faults() == []
    connection = workspace.catalogue.database.conn
    connection.execute(tampering)
    connection.execute("UPDATE act SET seq = -seq WHERE seq < 0")
    faults = workspace.catalogue.audit.faults()
    assert any(named in fault or "does not follow" in fault for fault in faults), faults


def test_every_act_says_who_and_when(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path, 1)
    for act in workspace.catalogue.audit.acts_of(["page.import", "record.create"]):
        assert (act.person, act.role) == ("Người thử", "scan")
        assert act.at.endswith("+07:00")
