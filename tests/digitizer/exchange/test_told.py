"""What is said of packages that were received: which records and pages, and nothing of how they are merged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.catalogue.brought import Happened, News
from digitizer.deliver.receive import open_differences
from digitizer.describe.profiles import Profiles
from digitizer.i18n import set_language
from digitizer.model import Level, PageId
from digitizer.readable import readable_changes
from digitizer.workspace import Workspace
from tests.helpers.stations import package, put_pages, station, take

RAW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{64}|\{|\[|merge-|\bdraft\b|\btt05\b")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Workspace, Workspace]]:
    """Both have the file H1 of three pages, and H2 without any."""
    with station(tmp_path, "A") as a, station(tmp_path, "B") as b:
        put_pages(a, "H1", 3)
        a.catalogue.records.create(Level.FILE, "H2", "Hai", a.catalogue.records.under()[0])
        take(b, package(a, tmp_path))
        yield a, b


def _pages(workspace: Workspace, code: str) -> list[PageId]:
    record = workspace.catalogue.records.get(code)
    return [page.id for page in workspace.catalogue.pages.part(record.id, 0, -1)]


def test_what_came_changed_and_went_is_named(two: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    a, b = two
    records, pages = a.catalogue.records, _pages(a, "H1")
    records.change(records.get("H1"), title="Mới")
    records.remove(records.get("H2"))
    put_pages(a, "H3", 1)
    a.catalogue.pages.turn(pages[2], 1)
    a.catalogue.arrangement.withdraw([pages[0]])
    (receipt,) = take(b, package(a, tmp_path)).received
    brought = receipt.news
    assert brought[0] == [
        News(Happened.CHANGED, "H1", "Mới", fields=("Title",)),
        News(Happened.AWAY, "H2", "Hai"),
        News(Happened.ADDED, "H3", "H3"),
    ]
    assert [(each.happened, each.record, each.page, each.fields) for each in brought[1]] == [
        (Happened.AWAY, "H1", 0, ()), (Happened.CHANGED, "H1", 2, ("Turned",)), (Happened.ADDED, "H3", 1, ()),
    ]  # fmt: skip
    (again,) = take(b, package(a, tmp_path)).received
    assert again.news == ([], [])


def test_a_turn_is_said_in_degrees(two: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    a, b = two
    for workspace, quarters in ((a, 1), (b, 2)):
        workspace.catalogue.pages.turn(_pages(workspace, "H1")[0], quarters)
    take(b, package(a, tmp_path))
    (found,) = open_differences(b)
    assert (found.ours.shown, [side.shown for side in found.theirs]) == ("180°", ["90°"])


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_audit_tells_of_packages_in_words(
    two: tuple[Workspace, Workspace], tmp_path: Path, language: str
) -> None:  # fmt: skip
    a, b = two
    a.catalogue.records.change(a.catalogue.records.get("H1"), title="Ở A")
    b.catalogue.records.change(b.catalogue.records.get("H1"), title="Ở B")
    take(b, package(a, tmp_path))
    package(b, tmp_path)
    set_language(language)
    try:
        said = [readable_changes(act, Profiles()) for act, _ in b.catalogue.audit.listed()]
    finally:
        set_language("en")
    assert [text for text in said if RAW.search(text)] == []
    assert [text for text in said for part in text.split("; ") if re.match(r"[a-z_]+: ", part)] == []
