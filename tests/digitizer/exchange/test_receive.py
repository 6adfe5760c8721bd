"""What one station gives and another takes: nothing is lost, doubled or changed without a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.catalogue.connection import atomic
from digitizer.catalogue.lineage import Head, of
from digitizer.catalogue.origins import of_record
from digitizer.catalogue.received import Coming, Received
from digitizer.deliver.exchange import deliver_exchange
from digitizer.deliver.package_faults import PackageTooSecret
from digitizer.deliver.receive import open_differences, receive, settle
from digitizer.errors import MixedSecrecy, NotPermitted, RecordApproved, TooSecret
from digitizer.journal import Journal
from digitizer.model import Level, PageId, RecordState, Role, Secrecy
from digitizer.workspace import Workspace
from tests.helpers.stations import content, package, put_pages, station, take, waiting, whole


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[tuple[Workspace, Workspace, Workspace]]:
    with station(tmp_path, "A") as a, station(tmp_path, "B") as b, station(tmp_path, "C") as c:
        yield a, b, c


Three = tuple[Workspace, Workspace, Workspace]


def test_all_of_a_station_arrives(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    put_pages(a, "H1", 3, "tờ trình")
    item = a.catalogue.records.create(Level.ITEM, "H1.001", "Quyết định", a.catalogue.records.get("H1"))
    a.catalogue.records.describe(item, {"number": "12", "notation": "QĐ-UBND"})
    first = package(a, tmp_path)
    report = take(b, first)
    assert (report.received[0].records.added, report.received[0].pages.added) == (3, 3)
    assert content(a) == content(b)
    assert b.catalogue.search.pages("to trinh").total == 3
    whole(b)
    before = b.catalogue.audit.end()
    again = take(b, first)
    assert again.received[0].records.same == 3
    assert again.received[0].pages.same == 3
    assert b.catalogue.audit.end() == before
    assert not open_differences(b)


def test_every_described_value_arrives_whatever_its_field_is_called(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    put_pages(a, "H1", 1)
    item = a.catalogue.records.create(Level.ITEM, "H1.001", "Công văn", a.catalogue.records.get("H1"))
    a.catalogue.records.describe(item, {"place": "Đà Lạt", "ordinal": "7"})
    take(b, package(a, tmp_path))
    assert content(a) == content(b)
    a.catalogue.records.describe(item, {"place": "Bảo Lộc"})
    b.catalogue.records.describe(b.catalogue.records.get("H1.001"), {"place": "Di Linh", "ordinal": "8"})
    take(b, package(a, tmp_path))
    (found,) = open_differences(b)
    assert [found.ours.shown, *(side.shown for side in found.theirs)] == ["Di Linh", "Bảo Lộc"]
    assert not settle(b, {found.id: 1})
    assert b.catalogue.records.get("H1.001").fields == {"place": "Bảo Lộc", "ordinal": 8}
    whole(b)
    for _ in range(3):
        Journal(b).undo()
    assert b.catalogue.records.get("H1.001").fields == {"place": "Đà Lạt", "ordinal": 7}
    whole(b)


def test_the_order_of_records_travels(stations: Three, tmp_path: Path) -> None:
    a, b, c = stations

    def codes(workspace: Workspace) -> list[str]:
        records = workspace.catalogue.records
        return [each.code for each in records.under(records.get("H1").id)]

    put_pages(a, "H1", 1)
    file = a.catalogue.records.get("H1")
    items = [a.catalogue.records.create(Level.ITEM, f"I{number}", "Tài liệu", file) for number in range(4)]
    for _ in range(22):  # until there is no room left between two of them
        a.catalogue.records.move(items[3], file, before=items[1])
        a.catalogue.records.move(items[2], file, before=items[3])
        items[2], items[3] = items[3], items[2]
    whole(a)
    take(b, package(a, tmp_path))
    assert codes(b) == codes(a)
    b.catalogue.records.move(b.catalogue.records.get("I1"), b.catalogue.records.get("H1"), before=items[0])
    before, here = codes(a), codes(b)
    a.catalogue.records.create(Level.ITEM, "I8", "Ở A", file)
    b.catalogue.records.create(Level.ITEM, "I9", "Ở B", b.catalogue.records.get("H1"))
    one, two = package(a, tmp_path), package(b, tmp_path)
    take(a, two)
    take(b, one)
    take(c, two, one)
    assert codes(a) == codes(b) == codes(c)
    assert codes(a)[:4] == here
    assert not open_differences(c)
    Journal(a).undo()
    assert codes(a) == [*before, "I8"]
    for each in stations:
        whole(each)


def shared(a: Workspace, b: Workspace, folder: Path) -> None:
    """A file H1 of three pages that both stations have."""
    put_pages(a, "H1", 3)
    take(b, package(a, folder))


def set_title(workspace: Workspace, code: str, title: str) -> None:
    workspace.catalogue.records.change(workspace.catalogue.records.get(code), title=title)


def title_of(workspace: Workspace, code: str = "H1") -> str:
    return workspace.catalogue.records.get(code).title


def test_values_that_each_replaced_the_other_leave_ours(stations: Three) -> None:
    a, b, _ = stations
    put_pages(a, "H1", 1)
    record = a.catalogue.records.get("H1").id
    known = of_record(a.catalogue, record)
    own, other = a.catalogue.audit.station, b.catalogue.audit.station
    seen = {own: a.catalogue.audit.end()[0], other: 1}
    known["title"] = of(known["title"].heads, {other: 5})
    coming = Coming(record, {"title": of([Head(other, 1, "Khác", "", "")], seen)}, level=Level.FILE)
    with atomic(a.catalogue.database):
        Received(a.catalogue, "x").take(coming, known)
    assert title_of(a) == "H1"


def test_what_one_side_changed_is_taken_without_asking(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    shared(a, b, tmp_path)
    set_title(b, "H1", "Sửa ở B")
    take(a, package(b, tmp_path))
    assert title_of(a) == "Sửa ở B"
    set_title(a, "H1", "Sửa tiếp ở A")
    take(b, package(a, tmp_path))
    assert title_of(b) == "Sửa tiếp ở A"
    assert not open_differences(a) + open_differences(b)
    whole(a)
    whole(b)


def test_what_both_changed_waits_for_a_person_and_is_settled_once(stations: Three, tmp_path: Path) -> None:
    a, b, c = stations
    shared(a, b, tmp_path)
    set_title(a, "H1", "Tên ở A")
    set_title(b, "H1", "Tên ở B")
    take(a, package(b, tmp_path))
    assert title_of(a) == "Tên ở A"
    (found,) = open_differences(a)
    assert (found.record, found.page, found.reason) == ("H1", None, "value")
    assert (found.ours.value, found.ours.station) == ("Tên ở A", "A")
    assert [(side.value, side.station, side.person) for side in found.theirs] == [("Tên ở B", "B", "Người thử")]
    whole(a)
    before = package(a, tmp_path)
    assert not settle(a, {found.id: 1})
    assert title_of(a) == "Tên ở B"
    whole(a)
    Journal(a).undo()
    assert title_of(a) == "Tên ở A"
    assert [each.id for each in open_differences(a)] == [found.id]
    Journal(a).redo()
    assert not open_differences(a)
    take(c, before)
    assert len(open_differences(c)) == 1
    for other in (b, c):
        take(other, package(a, tmp_path), before)
        assert title_of(other) == "Tên ở B"
        assert not open_differences(other)
        whole(other)


def test_a_settlement_in_favour_of_ours_holds_elsewhere_too(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    shared(a, b, tmp_path)
    set_title(a, "H1", "Tên ở A")
    set_title(b, "H1", "Tên ở B")
    theirs = package(b, tmp_path)
    take(a, theirs)
    settle(a, {open_differences(a)[0].id: 0})
    take(a, theirs)
    assert not open_differences(a)
    take(b, package(a, tmp_path))
    assert title_of(b) == "Tên ở A"
    assert not open_differences(b)


def test_undo_takes_a_package_back_and_it_can_come_again(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    shared(a, b, tmp_path)
    set_title(a, "H1", "Tên mới")
    put_pages(a, "H2", 2)
    given = package(a, tmp_path)
    before = content(b)
    take(b, given)
    after = content(b)
    act = Journal(b).undo()
    assert act.kind == "page.receive"
    now = content(b)
    assert {key: now[key] for key in before} == before
    assert all(now[key]["withdrawn"] for key in now.keys() - before.keys())
    whole(b)
    Journal(b).redo()
    assert content(b) == after
    whole(b)
    Journal(b).undo()
    take(b, given)
    assert content(b) == after
    whole(b)


def test_two_records_of_one_code_are_both_kept(stations: Three, tmp_path: Path) -> None:
    a, b, c = stations
    put_pages(a, "H1", 1)
    put_pages(b, "H1", 1)
    mine = a.catalogue.records.get("H1").id
    take(a, package(b, tmp_path))
    assert a.catalogue.records.get("H1").id == mine
    codes = {each.code for each in a.catalogue.records.of_level(Level.FILE)}
    assert len(codes) == 2
    open_ = open_differences(a)
    assert {each.reason for each in open_} == {"code-taken"}
    (file,) = [each for each in open_ if each.theirs[0].value == "H1"]
    assert file.ours.value in codes - {"H1"}
    whole(a)
    one, two = package(a, tmp_path), package(b, tmp_path)
    take(c, one, two)
    with station(tmp_path, "D") as d:
        take(d, two, one)
        assert content(c) == content(d)
        assert waiting(c) == waiting(d)
    set_title(a, file.ours.value, "Khác")
    other = a.catalogue.records.get(file.ours.value)
    a.catalogue.records.describe(other, {"code": "H7"})
    assert file.id not in {each.id for each in open_differences(a)}


def test_what_is_approved_here_is_not_changed(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    shared(a, b, tmp_path)
    b.catalogue.approval.set_state(b.catalogue.records.get("H1"), RecordState.APPROVED)
    before = content(b)
    set_title(a, "H1", "Tên mới")
    pages = [page.id for page in a.catalogue.pages.of_record(a.catalogue.records.get("H1").id)]
    a.catalogue.pages.withdraw(pages[0])
    put_pages(a, "H1", 1, "thêm")
    a.catalogue.records.create(Level.ITEM, "H1.001", "Mới", a.catalogue.records.get("H1"))
    given = package(a, tmp_path)
    take(b, given)
    now = content(b)
    assert {key: now[key] for key in before} == before
    assert all(now[key]["withdrawn"] for key in now.keys() - before.keys())
    assert sorted(each.reason for each in open_differences(b)) == ["approved", "approved", "value", "value"]
    whole(b)
    end = b.catalogue.audit.end()
    take(b, given)
    assert b.catalogue.audit.end() == end
    with pytest.raises(RecordApproved):
        settle(b, {each.id: 1 for each in open_differences(b)})
    b.catalogue.approval.set_state(b.catalogue.records.get("H1"), RecordState.DRAFT)
    assert not settle(b, {each.id: 1 for each in open_differences(b)})
    assert title_of(b) == "Tên mới"
    assert b.catalogue.records.get("H1").pages == 3
    whole(b)


def test_a_record_taken_away_elsewhere_stays_while_something_is_in_it(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    a.catalogue.records.file_for("H1")
    take(b, package(a, tmp_path))
    b.catalogue.records.remove(b.catalogue.records.get("H1"))
    put_pages(a, "H1", 1)
    one, two = package(a, tmp_path), package(b, tmp_path)
    take(a, two)
    take(b, one)
    for each in (a, b):
        assert each.catalogue.records.get("H1").pages == 1
        assert {found.reason for found in open_differences(each)} == {"holds-something"}
        whole(each)


def test_pages_from_two_stations_at_one_place_stand_behind_each_other(stations: Three, tmp_path: Path) -> None:
    a, b, c = stations
    shared(a, b, tmp_path)
    put_pages(a, "H1", 2, "của A")
    put_pages(b, "H1", 2, "của B")
    one, two = package(a, tmp_path), package(b, tmp_path)
    take(c, one, two)
    take(a, two)
    take(b, one)
    orders = [
        [page.id for page in each.catalogue.pages.of_record(each.catalogue.records.get("H1").id)] for each in stations
    ]
    assert orders[0] == orders[1] == orders[2]
    assert len(orders[0]) == 7
    assert [each.reason for each in open_differences(a)] == ["same-place", "same-place"]
    assert waiting(b) == waiting(c)
    for each in stations:
        whole(each)
    assert not settle(a, {each.id: 0 for each in open_differences(a)})
    take(b, package(a, tmp_path))
    assert not open_differences(b)


def test_nothing_above_the_chosen_secrecy_leaves(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    put_pages(a, "H1", 1)
    put_pages(a, "M1", 1, "kín")
    records = a.catalogue.records
    records.change(records.get("M1"), title="Chuyện kín", secrecy=Secrecy.CONFIDENTIAL)
    made = deliver_exchange(a, tmp_path)
    assert [code for code, _ in made.left_out] == ["M1"]
    data = made.path.read_bytes()
    assert "Chuyện kín".encode() not in data
    assert b'"M1' not in data
    take(b, made.path)
    whole(b)
    with pytest.raises(TooSecret):
        deliver_exchange(a, tmp_path, codes=["M1"])
    with pytest.raises(MixedSecrecy):
        deliver_exchange(a, tmp_path, max_secrecy=Secrecy.SECRET)
    more = deliver_exchange(a, tmp_path, codes=["M1"], max_secrecy=Secrecy.CONFIDENTIAL)
    assert more.secrecy is Secrecy.CONFIDENTIAL
    ((_, error),) = receive(b, [more.path]).refused
    assert isinstance(error, PackageTooSecret)
    take(b, more.path, max_secrecy=Secrecy.CONFIDENTIAL)
    assert title_of(b, "M1") == "Chuyện kín"
    whole(b)  # acts that were sealed are open now, and the chain still holds


def test_who_may_not_receive_is_told(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    put_pages(a, "H1", 1)
    given = package(a, tmp_path)
    b.use(b.settings.model_copy(update={"role": ""}))
    b.catalogue.people.add("Người thử", [Role.MANAGE, Role.SCAN])
    b.catalogue.people.add("Quản lý", [Role.MANAGE])
    b.catalogue.people.change("Người thử", roles=[Role.SCAN])
    with pytest.raises(NotPermitted):
        receive(b, [given])


def test_what_was_changed_meanwhile_stays_until_a_person_takes_it_away(stations: Three, tmp_path: Path) -> None:
    a, b, c = stations
    a.catalogue.records.file_for("H1")
    first = package(a, tmp_path)
    take(b, first)
    take(c, first)
    set_title(a, "H1", "Không còn rỗng")
    c.catalogue.records.remove(c.catalogue.records.get("H1"))
    removed, changed = package(c, tmp_path), package(a, tmp_path)
    for other in stations:
        take(other, removed, changed)
    for each in stations:
        assert title_of(each) == "Không còn rỗng"
        (found,) = open_differences(each)
        assert (found.field, found.ours.value, found.ours.station) == ("withdrawn", 0, "A")
        assert [(side.value, side.station) for side in found.theirs] == [(1, "C")]
        whole(each)
    assert not settle(b, {found.id: 1})
    for other in (a, c):
        take(other, removed, package(b, tmp_path))
        assert not open_differences(other)
        assert not other.catalogue.records.of_level(Level.FILE)
        whole(other)


def test_a_page_moved_here_and_withdrawn_elsewhere_waits_where_it_was_moved_to(
    stations: Three, tmp_path: Path
) -> None:  # fmt: skip
    a, b, c = stations
    shared(a, b, tmp_path)
    a.catalogue.records.create(Level.FILE, "H2", "Hai", a.catalogue.records.under()[0])
    first = package(a, tmp_path)
    take(b, first)
    take(c, first)
    page = pages_of(b)[1]
    b.catalogue.arrangement.withdraw([page])
    c.catalogue.arrangement.move([page], c.catalogue.records.get("H2"))
    withdrawn, moved = package(b, tmp_path), package(c, tmp_path)
    for other in stations:
        take(other, withdrawn, moved)
    for each in stations:
        assert pages_of(each, "H2") == [page]
        assert [found.id for found in open_differences(each)] == [f"{page}/withdrawn"]
        whole(each)


def test_what_was_taken_away_knowing_of_the_change_is_not_asked_about(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    shared(a, b, tmp_path)
    page = pages_of(a)[0]
    a.catalogue.pages.turn(page, 1)
    take(b, package(a, tmp_path))
    b.catalogue.arrangement.withdraw([page])
    take(a, package(b, tmp_path))
    assert page not in pages_of(a)
    assert not open_differences(a) + open_differences(b)


def test_a_page_that_only_made_room_was_not_changed(stations: Three, tmp_path: Path) -> None:
    a, b, _ = stations
    shared(a, b, tmp_path)
    first, second, third = pages_of(a)
    a.catalogue.arrangement.move([third], a.catalogue.records.get("H1"), at=1)
    b.catalogue.arrangement.withdraw([second])
    take(a, package(b, tmp_path))
    assert pages_of(a) == [third, first]
    assert "withdrawn" not in {each.field for each in open_differences(a)}


def pages_of(workspace: Workspace, code: str = "H1") -> list[PageId]:
    record = workspace.catalogue.records.get(code)
    return [page.id for page in workspace.catalogue.pages.part(record.id, 0, -1)]
