"""What was received is told by the chain; open differences are listed by the thousand, and settled all at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.catalogue.differences import Differences
from digitizer.deliver.packages_received import packages_received
from digitizer.deliver.receive import end_differences, open_differences, receive
from digitizer.journal import Journal
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from tests.helpers.stations import package, put_pages, station, take, whole
from tests.helpers.workspaces import NULL_ENGINE

Two = tuple[Workspace, Workspace]


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[Two]:
    with station(tmp_path, "A") as a, station(tmp_path, "B") as b:
        yield a, b


def test_what_was_received_is_told_after_a_restart(stations: Two, tmp_path: Path) -> None:
    a, b = stations
    put_pages(a, "H1", 2)
    given = package(a, tmp_path)
    report = take(b, given)
    with Workspace(b.root, NULL_ENGINE) as again:
        (told,) = packages_received(again.catalogue)
    assert (told.station, told.name, told.sha256) == ("A", given.name, report.received[0].sha256)
    assert (told.signer, told.trusted) == ("", False)
    assert (told.person, told.package) == ("Người thử", report.received[0].package)
    assert (told.records, told.pages, told.taken_back) == (report.received[0].records, report.received[0].pages, False)
    take(b, given)
    assert len(packages_received(b.catalogue)) == 1  # nothing new came


def test_a_package_that_was_taken_back_is_told_as_such_until_it_comes_again(stations: Two, tmp_path: Path) -> None:
    a, b = stations
    put_pages(a, "H1", 1)
    given = package(a, tmp_path)
    take(b, given)
    Journal(b).undo()
    assert [each.taken_back for each in packages_received(b.catalogue)] == [True]
    Journal(b).redo()
    assert [each.taken_back for each in packages_received(b.catalogue)] == [False]
    Journal(b).undo()
    take(b, given)
    assert [each.taken_back for each in packages_received(b.catalogue)] == [False, True]
    whole(b)


def differing(a: Workspace, b: Workspace, folder: Path, count: int) -> None:
    """``count`` files of one page, each named and turned otherwise on both stations; ``a`` has received."""
    pages = [page for number in range(count) for page in put_pages(a, f"H{number}", 1)]
    take(b, package(a, folder))
    for number, page in enumerate(pages):
        for workspace, name, quarters in ((a, "A", 1), (b, "B", 2)):
            records = workspace.catalogue.records
            records.change(records.get(f"H{number}"), title=f"Tên ở {name} {number}")
            workspace.catalogue.pages.turn(page, quarters)
    take(a, package(b, folder))


def test_the_short_list_is_the_long_one(stations: Two, tmp_path: Path) -> None:
    a, b = stations
    differing(a, b, tmp_path, 3)
    records = a.catalogue.records
    records.change(records.get("H1"), title="Tên ở B 1")  # ended by hand
    differences, listed = Differences(a.catalogue), open_differences(a)
    short = differences.waiting()
    assert [(each.id, each.record) for each in short] == [(each.id, each.record) for each in listed]
    assert [(each.record, each.page) for each in listed] == [
        ("H0", None), ("H0", 1), ("H1", 1), ("H2", None), ("H2", 1)
    ]  # fmt: skip
    names = differences.stations()
    assert all([names[each] for each in one.stations] == ["B"] for one in short)
    assert list(differences.of(["gone/title", short[1].id])) == [listed[1]]


def test_all_are_settled_in_one_act_or_none(stations: Two, tmp_path: Path) -> None:
    a, b = stations
    differing(a, b, tmp_path, 3)
    choices = {each.id: 1 for each in open_differences(a)}
    before = a.catalogue.audit.end()
    task = Task(lambda done, _total, _note: task.cancel() if done == 2 else None)
    with pytest.raises(Cancelled):
        end_differences(a, choices, task)
    assert a.catalogue.audit.end() == before
    states = {each.id: each.state for each in Differences(a.catalogue).waiting()}
    one = next(name for name in choices if name.endswith("/title"))
    assert end_differences(a, choices, seen=states | {one: "another"}) == len(choices) - 1
    assert [each.id for each in open_differences(a)] == [one]
    Journal(a).undo()
    assert end_differences(a, choices, seen=states) == len(choices)
    assert not open_differences(a)
    assert a.catalogue.records.get("H2").title == "Tên ở B 2"
    Journal(a).undo()
    assert len(open_differences(a)) == len(choices)
    whole(a)


def test_a_package_of_an_older_version_is_told_without_its_counts(stations: Two, tmp_path: Path) -> None:
    from digitizer.catalogue.connection import atomic

    a, _ = stations
    with atomic(a.catalogue.database):
        said = {"sha256": "0" * 64, "station": "x", "end": 1, "call": "y"}
        a.catalogue.audit.append("package.receive", "p", None, said)
    (told,) = packages_received(a.catalogue)
    assert (told.station, told.name, told.records, told.taken_back) == ("x", "", None, False)
    assert not receive(a, []).received
