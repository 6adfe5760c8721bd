"""What the audit says of acts to people: words and labels, no ids and nothing empty."""

import re
from pathlib import Path

import pytest

from digitizer.acts import changes
from digitizer.backups.make import backup
from digitizer.check import check
from digitizer.completeness import check_off
from digitizer.describe.profiles import Profiles
from digitizer.i18n import set_language
from digitizer.journal import Journal
from digitizer.model import Role
from digitizer.readable import readable_changes
from digitizer.workspace import Workspace
from tests.digitizer.test_arrange import filled, get

RAW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{64}|\{|\[|^call|part-of|withdrawn|placed|: ?$|: ;")


@pytest.fixture
def busy(workspace: Workspace, tmp_path: Path) -> Workspace:
    """One act of nearly every kind."""
    pages, arrangement, records = (
        filled(workspace, "A", 4),
        workspace.catalogue.arrangement,
        workspace.catalogue.records,
    )
    filled(workspace, "B", 1)
    arrangement.withdraw(pages[:1])
    arrangement.restore(pages[:1])
    arrangement.move(pages[1:3], get(workspace, "B"))
    Journal(workspace).undo()
    Journal(workspace).redo()
    workspace.catalogue.pages.turn(pages[0], 1)
    workspace.catalogue.pages.say_sheet(pages[0], 3, 2)
    records.describe(get(workspace, "A"), {"title": "Giấy mời", "type": "01", "secrecy": "none"})
    records.describe(get(workspace, "A"), {"type": ""})
    arrangement.split(get(workspace, "B"), 2)
    arrangement.merge(get(workspace, "A"), [get(workspace, "B")])
    check_off(workspace, get(workspace, "A"))
    workspace.catalogue.saved.save("đất", "đất đai", records=True)
    check(workspace)
    (tmp_path / "USB").mkdir()
    backup(workspace, tmp_path / "USB")
    workspace.catalogue.people.add("Người thử", [Role.MANAGE, Role.SCAN])
    return workspace


@pytest.mark.parametrize("language", ["en", "vi"])
def test_nothing_raw_is_said(busy: Workspace, language: str) -> None:
    set_language(language)
    try:
        acts = [act for act, _ in busy.catalogue.audit.listed()]
        said = {act.id: readable_changes(act, Profiles()) for act in acts}
    finally:
        set_language("en")
    assert [text for text in said.values() if RAW.search(text)] == []
    untold = [act.kind for act in acts for part in said[act.id].split("; ") if re.match(r"[a-z_]+: ", part)]
    assert untold == []


def test_labels_and_words_are_said_and_the_raw_values_are_kept(busy: Workspace) -> None:
    said = [readable_changes(act, Profiles()) for act, _ in busy.catalogue.audit.listed()]
    for part in ("withdraw pages; 1 page", "move pages; 2 pages", "Sheet: 3; Side: 2", "Title: Tài liệu A → Giấy mời"):
        assert any(part in each for each in said), part
    (first,) = busy.catalogue.audit.acts_of(["person.add"])
    assert '"scan"' in changes(first)
