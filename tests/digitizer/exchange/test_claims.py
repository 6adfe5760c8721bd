"""What a package says of records and pages is believed where the acts in it say the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.chains import json_line
from digitizer.deliver import age, claims, exchange
from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.exchange import deliver_exchange
from digitizer.deliver.exchange_lines import CHAINS, PAGES, RECORDS, page
from digitizer.deliver.package_faults import PackageRefused, SharesMaster
from digitizer.deliver.receive import open_differences, receive, settle
from digitizer.errors import DeliveryFailed
from digitizer.journal import Journal
from digitizer.model import Level, Secrecy
from digitizer.workspace import Workspace
from ocr.load import FORMATS
from tests.digitizer.exchange.test_package import Files, files_of, rebuilt
from tests.helpers.stations import content, keep, package, put_pages, scan_pages, station, take, whole


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """What A gives, part of which came from B: a title that B wrote, one that A wrote, a page turned and one moved."""
    folder = tmp_path_factory.mktemp("gửi")
    with station(folder, "A") as a, station(folder, "B") as b:
        put_pages(b, "H1", 2)
        scan_pages(b, "H2", 2)
        title(b, "H1", "Của B")
        take(a, package(b, folder))
        title(a, "H2", "Của A 1")
        title(a, "H2", "Của A")
        first, second = a.catalogue.pages.of_record(a.catalogue.records.get("H1").id)
        a.catalogue.pages.turn(first.id, 1)
        a.catalogue.arrangement.move([second.id], a.catalogue.records.get("H2"))
        yield files_of(package(a, folder))


@pytest.fixture
def taker(tmp_path: Path) -> Iterator[Workspace]:
    with station(tmp_path, "C") as workspace:
        yield workspace


def title(workspace: Workspace, code: str, said: str) -> None:
    workspace.catalogue.records.change(workspace.catalogue.records.get(code), title=said)


def groups(files: Files, name: str, field: str, holds: Callable[[Any], bool]) -> tuple[list[Any], dict[str, Any], Any]:
    """All lines of a list, and of the first whose ``field`` ``holds`` a value the line and the group of that field."""
    lines = [json.loads(line) for line in files[name].splitlines()]
    for line in lines:
        for group in line["fields"]:
            if field in group["values"] and holds(group["values"][field][0]):
                return lines, line, group
    raise AssertionError(field)


def forged(files: Files, name: str, field: str, value: Any, holds: Callable[[Any], bool] = lambda _: True) -> Files:
    lines, _, group = groups(files, name, field, holds)
    group["values"][field] = [value]
    return {**files, name: b"".join(map(json_line, lines))}


def reason(taker: Workspace, files: Files, folder: Path) -> str:
    ((_, error),) = receive(taker, [rebuilt(folder / "lạ.dgz", files)]).refused
    assert isinstance(error, PackageRefused)
    assert not content(taker)
    return str(error.details["reason"])


@pytest.mark.parametrize("said", ["Của A", "Của B"])
def test_a_title_that_no_act_wrote_is_refused(sent: Files, taker: Workspace, tmp_path: Path, said: str) -> None:
    why = reason(taker, forged(sent, RECORDS, "title", "Giả", lambda value: value == said), tmp_path)
    assert why == f"in “{RECORDS}”, “Title” of “{'H2' if said == 'Của A' else 'H1'}” is not what the acts in it say"


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        (RECORDS, "code", "H7"), (RECORDS, "state", "approved"), (RECORDS, "withdrawn", 1),
        (RECORDS, "secrecy", "none"), (RECORDS, "profile", "media"), (RECORDS, "explained", {"x": "y"}),
        (RECORDS, "stands-at", 5),
        (PAGES, "quarters", 2), (PAGES, "withdrawn", 1), (PAGES, "name", "khác.tif"), (PAGES, "sheet", 4),
        (PAGES, "sorted_from", "01234567-89ab-cdef-0123-456789abcdef"),
    ],
)  # fmt: skip
def test_so_is_every_other_value(
    sent: Files, taker: Workspace, tmp_path: Path, name: str, field: str, value: Any
) -> None:
    reason(taker, forged(sent, name, field, value, lambda stood: stood != value), tmp_path)


@pytest.mark.parametrize(("place", "value"), [(0, None), (1, 1), (2, "2020-01-01T00:00:00+07:00"), (3, "Người khác")])
def test_who_wrote_it_and_when_are_what_the_act_says(
    sent: Files, taker: Workspace, tmp_path: Path, place: int, value: Any
) -> None:
    lines, _, group = groups(sent, RECORDS, "title", lambda value: value == "Của A")
    heads = {each["heads"][0][0] for line in lines for each in line["fields"]}
    assert len(heads) == 2
    group["heads"][0][place] = value or (heads - {group["heads"][0][0]}).pop()
    group["seen"] = {group["heads"][0][0]: group["heads"][0][1]}
    reason(taker, {**sent, RECORDS: b"".join(map(json_line, lines))}, tmp_path)


def test_a_value_that_was_replaced_does_not_come_back(sent: Files, taker: Workspace, tmp_path: Path) -> None:
    (act,) = (
        act
        for line in sent[CHAINS].splitlines()
        if (act := json.loads(line)).get("after") and json.loads(act["after"]).get("title") == "Của A 1"
    )
    lines, _, group = groups(sent, RECORDS, "title", lambda value: value == "Của A")
    group["values"]["title"] = ["Của A 1"]
    group["heads"][0][1:] = [act["seq"], act["at"], act["person"]]
    group["seen"][group["heads"][0][0]] = act["seq"]
    reason(taker, {**sent, RECORDS: b"".join(map(json_line, lines))}, tmp_path)


def test_an_act_about_what_is_in_it_does_not_come_sealed(sent: Files, taker: Workspace, tmp_path: Path) -> None:
    """One of B's: the chain of the sender says what it wrote."""
    lines = [json.loads(line) for line in sent[CHAINS].splitlines()]
    changes = [number for number, line in enumerate(lines) if line.get("kind") == "record.change"]
    (at,) = (number for number in changes if json.loads(lines[number]["after"])["title"] == "Của B")
    lines[at] = {"sealed": [lines[at]["hash"]]}
    assert "“Title” of “H1”" in reason(taker, {**sent, CHAINS: b"".join(map(json_line, lines))}, tmp_path)


def test_a_described_value_is_neither_added_nor_dropped(sent: Files, taker: Workspace, tmp_path: Path) -> None:
    lines, _, group = groups(sent, RECORDS, "title", lambda value: value == "Của A")
    group["values"]["note"] = ["thêm"]
    assert "note" not in reason(taker, {**sent, RECORDS: b"".join(map(json_line, lines))}, tmp_path)
    group["values"].pop("note")
    group["heads"], group["seen"] = [[group["heads"][0][0], 1, "", ""]], {group["heads"][0][0]: 1}  # “older version”
    reason(taker, {**sent, RECORDS: b"".join(map(json_line, lines))}, tmp_path)


@pytest.mark.parametrize(("key", "value"), [("index", 0), ("pages", 3)])
def test_an_original_is_what_its_page_came_in_with(
    sent: Files, taker: Workspace, tmp_path: Path, key: str, value: int
) -> None:
    lines = [json.loads(line) for line in sent[PAGES].splitlines()]
    second = next(line for line in lines if line["index"] == 1)
    if key == "index":
        second["index"] = value
    else:
        second["original"][3] = value
    assert "Original" in reason(taker, {**sent, PAGES: b"".join(map(json_line, lines))}, tmp_path)


def test_what_was_not_changed_is_taken(sent: Files, taker: Workspace, tmp_path: Path) -> None:
    take(taker, rebuilt(tmp_path / "như cũ.dgz", sent))
    whole(taker)


def test_in_parts_it_is_the_same(
    sent: Files, taker: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "AT_ONCE", 1)
    reason(taker, forged(sent, RECORDS, "title", "Giả", lambda value: value == "Của B"), tmp_path)
    reason(taker, forged(sent, PAGES, "quarters", 3), tmp_path)
    take(taker, rebuilt(tmp_path / "như cũ.dgz", sent))


def test_what_acts_of_older_versions_did_not_tell_is_taken_as_it_is_there(
    taker: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Audit.append

    def old(self: Audit, kind: str, subject: str, before: Any, after: Any, **more: Any) -> Any:
        told = {
            name: value for name, value in after.items() if name not in ("inside", "profile", "stands-at", "ordinals")
        }
        return append(self, kind, subject, before, told, **more)

    with station(tmp_path, "A") as a, station(tmp_path, "B") as b:
        with monkeypatch.context() as patched:
            patched.setattr(Audit, "append", old)
            put_pages(a, "H1", 2)
            put_pages(a, "H2", 1)
        take(b, package(a, tmp_path))
        title(b, "H1", "Của B")
        first, second = b.catalogue.pages.of_record(b.catalogue.records.get("H1").id)
        b.catalogue.arrangement.insert([second.id], first.id)
        take(taker, package(b, tmp_path))
        take(a, package(b, tmp_path))
        assert content(a) == content(b) == content(taker)
        made = package(a, tmp_path)
        assert receive(b, [rebuilt(tmp_path / "lạ.dgz", forged(files_of(made), RECORDS, "title", "Giả"))]).refused
        take(b, made)
        whole(taker)


def test_acts_taken_back_and_settled_are_told_too(taker: Workspace, tmp_path: Path) -> None:
    with station(tmp_path, "A") as a, station(tmp_path, "B") as b:
        put_pages(a, "H1", 2)
        take(b, package(a, tmp_path))
        for each, said in ((a, "Ở A"), (b, "Ở B")):
            title(each, "H1", said)
        take(a, package(b, tmp_path))
        Journal(a).undo()  # the package
        take(a, package(b, tmp_path))
        Journal(a).undo()
        Journal(a).redo()
        take(taker, package(a, tmp_path))
        (open_,) = open_differences(a)
        settle(a, {open_.id: 1})
        take(taker, package(a, tmp_path))
        Journal(a).undo()
        take(taker, package(a, tmp_path))
        take(b, package(a, tmp_path))
        assert len(open_differences(b)) == len(open_differences(taker)) == 1
        whole(taker)


def test_what_acts_about_others_did_to_a_page_comes_sealed_and_is_taken(taker: Workspace, tmp_path: Path) -> None:
    with station(tmp_path, "A") as a:
        (secret,) = scan_pages(a, "M1", 1)
        put_pages(a, "H1", 1)
        a.catalogue.records.change(a.catalogue.records.get("M1"), secrecy=Secrecy.TOP_SECRET)
        a.catalogue.arrangement.move([secret], a.catalogue.records.get("H1"))
        made = package(a, tmp_path)
        assert b'"sealed"' in files_of(made)[CHAINS]
        take(taker, made)
        lines, _, group = groups(files_of(made), RECORDS, "title", lambda value: value == "H1")
        sealed = next(json.loads(line) for line in files_of(made)[CHAINS].splitlines() if b'"sealed"' in line)
        assert sealed
        group["heads"][0][1], group["values"] = 2, {**group["values"], "title": ["Giả"]}
        ((_, error),) = receive(
            taker, [rebuilt(tmp_path / "lạ.dgz", {**files_of(made), RECORDS: b"".join(map(json_line, lines))})]
        ).refused
        assert isinstance(error, PackageRefused)


def test_a_master_with_more_secret_pages_does_not_leave(tmp_path: Path) -> None:
    with station(tmp_path, "A") as a:
        records, arrangement = a.catalogue.records, a.catalogue.arrangement
        _, second = keep(a, "H1", b"%PDF-1.7 chung", 2)
        put_pages(a, "H2", 1)
        records.create(Level.FILE, "M1", "Mật")
        arrangement.move([second], records.get("M1"))
        assert not deliver_exchange(a, tmp_path / "1").left_out
        records.change(records.get("M1"), secrecy=Secrecy.SECRET)
        made = deliver_exchange(a, tmp_path / "2")
        assert made.records == ("PHONG", "H2")
        refused = {code: error for code, error in made.left_out if code != "M1"}
        assert refused.keys() == {"H1"}
        assert isinstance(refused["H1"], SharesMaster)
        assert "M1" in refused["H1"].message
        assert made.files == 1
        with pytest.raises(SharesMaster):
            deliver_exchange(a, tmp_path / "3", codes=["H1"])
        with pytest.raises(SharesMaster):  # nor beside what is secret itself, as what is not secret
            deliver_exchange(a, tmp_path / "4", codes=["H1"], max_secrecy=Secrecy.SECRET)
        arrangement.withdraw([second])  # in the tray of the secret record
        with pytest.raises(SharesMaster):
            deliver_exchange(a, tmp_path / "5", codes=["H1"])
        records.remove(records.get("M1"))
        with pytest.raises(SharesMaster):
            deliver_exchange(a, tmp_path / "6", codes=["H1"])


def test_withdrawn_pages_of_the_record_itself_stand_in_the_way_of_nothing(tmp_path: Path) -> None:
    with station(tmp_path, "A") as a:
        _, second = keep(a, "H1", b"%PDF-1.7 chung", 2)
        a.catalogue.arrangement.withdraw([second])
        assert not deliver_exchange(a, tmp_path / "1").left_out


def test_a_withdrawn_page_does_not_take_its_secret_master_along(tmp_path: Path) -> None:
    """Exchange packages carry withdrawn pages, with their masters."""
    with station(tmp_path, "A") as a:
        first, _ = keep(a, "M1", b"%PDF-1.7 chung", 2)
        put_pages(a, "H1", 1)
        a.catalogue.records.change(a.catalogue.records.get("M1"), secrecy=Secrecy.SECRET)
        a.catalogue.arrangement.move([first], a.catalogue.records.get("H1"))
        a.catalogue.arrangement.withdraw([first])
        with pytest.raises(SharesMaster):
            deliver_exchange(a, tmp_path / "1", codes=["H1"])


@pytest.mark.parametrize("encrypted", [False, True])
def test_what_no_receiver_would_take_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encrypted: bool
) -> None:
    with station(tmp_path, "A") as a:
        put_pages(a, "H1", 1)
        to = age.new_key(tmp_path / "key") if encrypted else None
        written = exchange._record_lines

        def wrong(*given: Any) -> Iterator[dict[str, Any]]:
            for line in written(*given):
                for group in line["fields"]:
                    group["values"] = {**group["values"], **({"title": ["Sai"]} if "title" in group["values"] else {})}
                yield line

        monkeypatch.setattr(exchange, "_record_lines", wrong)
        with pytest.raises(DeliveryFailed) as failed:
            deliver_exchange(a, tmp_path / "thẻ nhớ", encrypt_to=to)
        assert "PHONG" in failed.value.message
        assert not list((tmp_path / "thẻ nhớ").iterdir())
        monkeypatch.undo()
        report = deliver(a, tmp_path / "thẻ nhớ", Delivery("exchange", encrypt_to=to))
        assert [check.name for each in report.packages for check in each.checks] == ["bag"]


def test_every_format_that_is_imported_is_exchanged(sent: Files) -> None:
    line = json.loads(sent[PAGES].splitlines()[0])
    for format_ in FORMATS | {"avif", "pnm"}:
        line["original"][2] = format_
        assert page(json.loads(json.dumps(line))).original is not None
