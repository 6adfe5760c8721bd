"""A package that is not what was given is refused before anything of it is used, whatever was done to it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.catalogue.audit import act_hash
from digitizer.catalogue.chains import json_line
from digitizer.deliver import age
from digitizer.deliver.bag_stream import END, Member, header, padding, tag_files
from digitizer.deliver.exchange import deliver_exchange
from digitizer.deliver.exchange_lines import CHAINS, HEADER, PAGES, RECORDS
from digitizer.deliver.package_faults import KeyUnusable, MasterDamaged, PackageLocked, PackageNewer, PackageRefused
from digitizer.deliver.receive import receive
from digitizer.errors import NoSuchProfile
from digitizer.workspace import Workspace
from tests.helpers.stations import content, package, put_pages, station, take

_FLIPS = 150
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with station(tmp_path_factory.mktemp("gửi"), "A") as workspace:
        put_pages(workspace, "H1", 2, "tờ trình")
        put_pages(workspace, "H2", 1, "báo cáo")
        yield workspace


@pytest.fixture(scope="module")
def sent(sender: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package(sender, tmp_path_factory.mktemp("thẻ nhớ"))


@pytest.fixture
def taker(tmp_path: Path) -> Iterator[Workspace]:
    with station(tmp_path, "B") as workspace:
        yield workspace


def untouched(workspace: Workspace) -> bool:
    left = [path for path in (workspace.root / "masters").rglob("*") if path.is_file() and path.name != ".importing"]
    return not content(workspace) and not left and not list((workspace.root / "spool").iterdir())


def refused(workspace: Workspace, path: Path, **more: Any) -> PackageRefused:
    report = receive(workspace, [path], **more)
    ((_, error),) = report.refused
    assert isinstance(error, PackageRefused)
    assert untouched(workspace)
    return error


def files_of(path: Path) -> Files:
    with tarfile.open(path) as bag:
        return {each.name.partition("/")[2]: bag.extractfile(each).read() for each in bag}  # type: ignore[union-attr]


def rebuilt(path: Path, files: Files) -> Path:
    """A bag with right hashes around these payload files: whoever made it knew how."""
    payload = {name: data for name, data in files.items() if name.startswith("data/")}
    members = [Member(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in payload.items()]
    with path.open("wb") as bag:
        for name, data in [*tag_files(members, {}), *payload.items()]:
            bag.write(header("bag", name, len(data)) + data + padding(len(data)))
        bag.write(END)
    return path


def edited(name: str, change: Callable[[Any], None], then: tuple[str, str] = ("", "")) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        lines = [json.loads(line) for line in files[name].splitlines()]
        change(lines)
        files[name] = "".join(f"{json.dumps(line)}\n" for line in lines).replace(*then).encode()

    return edit


def test_it_is_a_bag_that_other_tools_can_read(sent: Path, tmp_path: Path) -> None:
    files = files_of(sent)
    listed = dict(line.split("  ")[::-1] for line in files["manifest-sha256.txt"].decode().splitlines())
    assert {name for name in files if name.startswith("data/")} == listed.keys()
    assert all(hashlib.sha256(files[name]).hexdigest() == sha256 for name, sha256 in listed.items())
    tags = dict(line.split("  ")[::-1] for line in files["tagmanifest-sha256.txt"].decode().splitlines())
    assert files.keys() - listed.keys() == {*tags, "tagmanifest-sha256.txt"}


def test_every_file_changed_left_out_or_added_is_found(sent: Path, taker: Workspace, tmp_path: Path) -> None:
    data = sent.read_bytes()
    with tarfile.open(sent) as bag:
        entries = bag.getmembers()
    bad = tmp_path / "hỏng.dgz"
    for entry in entries:
        start = entry.offset_data
        end = start + entry.size + len(padding(entry.size))
        middle = start + entry.size // 2
        stranger = tarfile.TarInfo(entry.name + "x").tobuf(tarfile.USTAR_FORMAT)
        for made in (
            data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
            data[: entry.offset] + data[end:],
            data[:end] + stranger + data[end:],
            data[:end] + data[entry.offset : end] + data[end:],
        ):
            bad.write_bytes(made)
            refused(taker, bad)


@settings(max_examples=_FLIPS, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_byte_counts(sent: Path, taker: Workspace, tmp_path: Path, data: st.DataObject) -> None:
    whole = sent.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bad = tmp_path / "hỏng.dgz"
    bad.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))]) + whole[at + 1 :])
    refused(taker, bad)
    bad.write_bytes(whole[:at])
    refused(taker, bad)


def _drop_master(files: Files) -> None:
    del files[next(name for name in files if name.startswith("data/masters/"))]


def _other_master(files: Files) -> None:
    name = next(name for name in files if name.startswith("data/masters/"))
    files[name] += b"x"


def _set(values: list[Any], where: list[Any], value: Any) -> None:
    at = values
    for key in where[:-1]:
        at = at[key]
    at[where[-1]] = value


def half_a_letter(files: Files) -> None:
    """In an act that is hashed and linked as it should be."""
    lines = [json.loads(line) for line in files[CHAINS].splitlines()]
    last = lines[-1]
    last["after"] = json.dumps({"title": "\ud83d"})
    last["hash"] = act_hash(lines[0]["station"], last)
    files[CHAINS] = b"".join(json_line(line) for line in lines)
    edited(HEADER, lambda head: _set(head, [0, "end", "hash"], last["hash"]))(files)


def no_picture(files: Files) -> None:
    """A master that is what it was said to be all through, but no picture."""
    name = next(name for name in files if name.startswith("data/masters/"))
    old, data = files.pop(name), b"#!/bin/sh\n" + b"x" * 200
    files[f"data/masters/{hashlib.sha256(data).hexdigest()}"] = data
    lines = [json.loads(line) for line in files[PAGES].splitlines()]
    for line in lines:
        if line["original"][0] == hashlib.sha256(old).hexdigest():
            line["original"][:2] = [hashlib.sha256(data).hexdigest(), len(data)]
    files[PAGES] = b"".join(json_line(line) for line in lines)


HOSTILE: dict[str, Callable[[Files], None]] = {
    "a master is missing": _drop_master,
    "a master is another": _other_master,
    "a path out of the folder": lambda files: files.update({"data/masters/../../x": b"x"}),
    "an absolute path": lambda files: files.update({"/etc/passwd": b"x", "data//etc/passwd": b"x"}),
    "no records": lambda files: files.update({RECORDS: b""}),
    "no JSON": lambda files: files.update({RECORDS: b"{\n"}),
    "JSON too deep": lambda files: files.update({PAGES: b'{"a":' + b"[" * 200_000 + b"\n"}),
    "numbers too long": lambda files: files.update({PAGES: b'{"id":' + b"9" * 10_000 + b"}\n"}),
    "a list that never ends": lambda files: files.update({PAGES: b'{"id": 1}'}),
    "not a number": lambda files: files.update({PAGES: b'{"id": NaN}\n'}),
    "a line too long": lambda files: files.update({PAGES: b'{"id":"' + b"a" * (9 << 20) + b'"}\n'}),
    "a number beyond all bounds": edited(
        PAGES, lambda lines: _set(lines, [0, "reading", "dpi"], float("inf")), ("Infinity", "1e999")
    ),
    "half a letter": edited(PAGES, lambda lines: _set(lines, [0, "fields", 0, "values", "name", 0], "\ud83d")),
    "half a letter in an act": half_a_letter,
    "letters in parts": edited(RECORDS, lambda lines: _set(lines, [1, "fields", 0, "values", "title", 0], "Tô\u0300")),
    "a version of a kind of its own": edited(HEADER, lambda lines: _set(lines, [0, "version"], "1")),
    "a version below all": edited(HEADER, lambda lines: _set(lines, [0, "version"], 0)),
    "a level unknown here": edited(RECORDS, lambda lines: _set(lines, [0, "level"], "shelf")),
    "a master that is no picture": no_picture,
    "a record in itself": edited(
        RECORDS, lambda lines: _set(lines, [1, "fields", 0, "values", "parent", 0], lines[1]["id"])
    ),
    "two records in each other": edited(
        RECORDS, lambda lines: _set(lines, [0, "fields", 0, "values", "parent", 0], lines[1]["id"])
    ),
    "what is held ahead of what holds it": edited(RECORDS, lambda lines: lines.reverse()),
    "a page in a record that is nowhere": edited(
        PAGES, lambda lines: _set(lines, [0, "fields", 0, "values", "page-place", 0, 0], lines[0]["id"])
    ),
    "a record more secret than may come in": edited(
        RECORDS, lambda lines: _set(lines, [0, "fields", 0, "values", "secrecy", 0], "secret")
    ),
    "a list where an object was": lambda files: files.update({RECORDS: b"[]\n" * 2}),
    "a record twice": edited(RECORDS, lambda lines: lines.append(lines[0])),
    "a page less": edited(PAGES, lambda lines: lines.pop()),
    "another level": edited(RECORDS, lambda lines: _set(lines, [1, "level"], "item")),
    "an id that is a path": edited(PAGES, lambda lines: _set(lines, [0, "id"], "../../x")),
    "a size that is not": edited(PAGES, lambda lines: _set(lines, [0, "original", 1], 7)),
    "an unknown format": edited(PAGES, lambda lines: _set(lines, [0, "original", 2], "exe")),
    "a page beyond the master": edited(PAGES, lambda lines: _set(lines, [0, "index"], 99)),
    "an act that is not there": edited(RECORDS, lambda lines: _set(lines, [0, "fields", 0, "heads", 0, 1], 10_000)),
    "a station that is not there": edited(RECORDS, lambda lines: _set(lines, [0, "fields", 0, "heads", 0, 0], "x")),
    "a reserved field": edited(RECORDS, lambda lines: lines[0]["fields"][0]["values"].update({"merge-lineage": [1]})),
    "a reading with more words": edited(PAGES, lambda lines: _set(lines, [0, "reading", "words"], 10**6)),
    "an act changed": lambda files: files.update(
        {"data/chains.jsonl": files["data/chains.jsonl"].replace(b"record.create", b"record.change")}
    ),
    "an act less": lambda files: files.update(
        {"data/chains.jsonl": b"".join(files["data/chains.jsonl"].splitlines(keepends=True)[:-1])}
    ),
    "a file of its own": lambda files: files.update({"data/extra.txt": b"x"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_whoever_knows_how_to_make_one_is_refused_too(what: str, sent: Path, taker: Workspace, tmp_path: Path) -> None:
    files = files_of(sent)
    HOSTILE[what](files)
    refused(taker, rebuilt(tmp_path / "lạ.dgz", files))


def test_a_package_rebuilt_without_change_is_taken(sent: Path, taker: Workspace, tmp_path: Path) -> None:
    take(taker, rebuilt(tmp_path / "như cũ.dgz", files_of(sent)))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.GNUTYPE_LONGNAME])
def test_what_else_a_tar_can_hold_is_refused(kind: bytes, sent: Path, taker: Workspace, tmp_path: Path) -> None:
    bad = tmp_path / "lạ.dgz"
    with tarfile.open(sent) as bag, tarfile.open(bad, "w", format=tarfile.USTAR_FORMAT) as made:
        for number, entry in enumerate(bag.getmembers()):
            data = bag.extractfile(entry)
            assert data is not None
            if number == 5:
                entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 0
            made.addfile(entry, io.BytesIO(data.read()))
    refused(taker, bad)


def test_what_is_no_file_is_refused(taker: Workspace, tmp_path: Path) -> None:
    refused(taker, tmp_path)
    refused(taker, tmp_path / "không có.dgz")
    os.mkfifo(tmp_path / "ống")
    refused(taker, tmp_path / "ống")
    (tmp_path / "rỗng").touch()
    refused(taker, tmp_path / "rỗng")


def test_a_form_unknown_here_is_named(sent: Path, taker: Workspace, tmp_path: Path) -> None:
    files = files_of(sent)
    edited(RECORDS, lambda lines: _set(lines, [1, "fields", 0, "values", "profile", 0], "sổ-riêng"))(files)
    ((_, error),) = receive(taker, [rebuilt(tmp_path / "lạ.dgz", files)]).refused
    assert isinstance(error, NoSuchProfile)
    assert "sổ-riêng" in error.message
    assert untouched(taker)


def test_a_newer_package_is_told_apart(sent: Path, taker: Workspace, tmp_path: Path) -> None:
    files = files_of(sent)
    edited(HEADER, lambda lines: _set(lines, [0, "version"], 2))(files)
    assert isinstance(refused(taker, rebuilt(tmp_path / "mới.dgz", files)), PackageNewer)


def test_a_bad_package_does_not_stop_a_good_one(sent: Path, taker: Workspace, tmp_path: Path) -> None:
    (tmp_path / "rỗng").touch()
    report = receive(taker, [tmp_path / "rỗng", sent])
    assert len(report.refused) == len(report.received) == 1


def test_a_workspace_that_went_two_ways_is_told(tmp_path: Path) -> None:
    with station(tmp_path, "A") as first:
        put_pages(first, "H1", 1)
    shutil.copytree(tmp_path / "A", tmp_path / "A khác")
    for name in ("A", "A khác"):
        with station(tmp_path, name) as each:
            put_pages(each, "H2", 1)
            package(each, tmp_path / f"ra {name}")
    (one,), (two,) = (list((tmp_path / f"ra {name}").iterdir()) for name in ("A", "A khác"))
    with station(tmp_path, "B") as taker:
        take(taker, one)
        before = content(taker)
        ((_, error),) = receive(taker, [two]).refused
        assert isinstance(error, PackageRefused)
        assert content(taker) == before


def test_encrypted_to_a_key_it_says_nothing_and_opens_with_that_key_alone(
    sender: Workspace, taker: Workspace, tmp_path: Path
) -> None:
    public = age.new_key(tmp_path / "khoá")
    assert (tmp_path / "khoá").stat().st_mode & 0o777 == 0o600
    age.new_key(tmp_path / "khoá khác")
    made = deliver_exchange(sender, tmp_path / "ra", encrypt_to=public)
    data = made.path.read_bytes()
    assert not any(said in data for said in (b"H1.tif", b"station", "tờ trình".encode()))
    assert made.path.stem == made.package
    assert isinstance(refused(taker, made.path), PackageLocked)
    assert isinstance(refused(taker, made.path, key=tmp_path / "khoá khác"), PackageLocked)
    for at in (30, 150, len(data) // 2, len(data) - 1):
        bad = tmp_path / "hỏng.dgz"
        bad.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        refused(taker, bad, key=tmp_path / "khoá")
        bad.write_bytes(data[:at])
        refused(taker, bad, key=tmp_path / "khoá")
    take(taker, made.path, key=tmp_path / "khoá")
    assert content(taker) == content(sender)


@pytest.mark.parametrize("data", [b"", b"a", b"x" * 5000])
def test_what_is_no_package_is_not_to_be_copied_again(data: bytes, taker: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "ghi chú.txt"
    path.write_bytes(data)
    said = str(refused(taker, path))
    assert "no package that this program knows" in said and "Copy it again" not in said


def test_a_key_with_a_passphrase(sender: Workspace, taker: Workspace, tmp_path: Path) -> None:
    public = age.new_key(tmp_path / "khoá", "mật khẩu")
    assert b"AGE-SECRET-KEY" not in (tmp_path / "khoá").read_bytes()
    made = deliver_exchange(sender, tmp_path / "ra", encrypt_to=public)
    with pytest.raises(KeyUnusable):
        receive(taker, [made.path], key=tmp_path / "khoá")
    take(taker, made.path, key=tmp_path / "khoá", passphrase="mật khẩu")


@pytest.mark.parametrize("key", ["age1xyz", "không có"])
def test_a_key_that_is_none_is_refused(key: str, sender: Workspace, tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable):
        deliver_exchange(sender, tmp_path / "ra", encrypt_to=key)


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_an_original_that_is_damaged_here_is_named_by_record_and_file(tmp_path: Path, harm: str) -> None:
    with station(tmp_path, "A") as a:
        (page, *_) = put_pages(a, "H1", 2)
        master = a.masters.path(a.catalogue.pages.get(page).master)
        if harm == "gone":
            master.unlink()
        else:
            master.write_bytes(bytes(reversed(master.read_bytes())))
        with pytest.raises(MasterDamaged, match=r"“H1\.tif” of record “H1”"):
            package(a, tmp_path / "usb")
        assert list((tmp_path / "usb").iterdir()) == []
