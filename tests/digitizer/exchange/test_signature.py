"""Who made a package is proven by its signature; whatever is done to a signed one is found."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from digitizer.clock import now
from digitizer.deliver import age
from digitizer.deliver.bag_stream import SIGNATURE, header, padding
from digitizer.deliver.exchange import Exchanged, deliver_exchange
from digitizer.deliver.keys import Signer, opened_signer
from digitizer.deliver.package_faults import PackageRefused
from digitizer.deliver.package_signature import read_roots, sign, verify
from digitizer.deliver.receive import receive
from digitizer.deliver.reception import ReceiveReport
from digitizer.errors import WrongUsage
from digitizer.workspace import Workspace
from tests.helpers.keys import BODY, PIN, Keys, made_keys
from tests.helpers.stations import content, put_pages, station

_FLIPS = 40
_DATA = b"0" * 64 + b"  manifest-sha256.txt\n"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return made_keys(tmp_path_factory.mktemp("khoá ký"))


@pytest.fixture(scope="module")
def signer(keys: Keys) -> Iterator[Signer]:
    with opened_signer(str(keys.p12), PIN) as opened:
        yield opened


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with station(tmp_path_factory.mktemp("gửi"), "A") as workspace:
        put_pages(workspace, "H1", 1)
        yield workspace


@pytest.fixture(scope="module")
def made(sender: Workspace, signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> Exchanged:
    return deliver_exchange(sender, tmp_path_factory.mktemp("thẻ"), signer=signer)


@pytest.fixture
def taker(tmp_path: Path) -> Iterator[Workspace]:
    with station(tmp_path, "B") as workspace:
        yield workspace


def refused(report: ReceiveReport, workspace: Workspace) -> str:
    ((_, error),) = report.refused
    assert isinstance(error, PackageRefused)
    assert not content(workspace)
    return error.message


def told(workspace: Workspace, kind: str) -> dict[str, Any]:
    return next(workspace.catalogue.audit.acts_of([kind])).after or {}


def without(path: Path, name: str, target: Path) -> Path:
    """The package without one file, which is dropped from its tar alone."""
    data = path.read_bytes()
    with tarfile.open(path) as bag:
        (entry,) = (each for each in bag.getmembers() if each.name.endswith(name))
    end = entry.offset_data + entry.size + len(padding(entry.size))
    target.write_bytes(data[: entry.offset] + data[end:])
    return target


def with_signature(path: Path, signature: bytes, target: Path) -> Path:
    """The same package with another signature in it, or with one for the first time."""
    data = path.read_bytes()
    with tarfile.open(path) as bag:
        entries = bag.getmembers()
    kept = [each for each in entries if not each.name.endswith(SIGNATURE)]
    folder = kept[0].name.partition("/")[0]
    first = next(each for each in kept if "/data/" in each.name)
    ahead = max(each.offset_data + each.size + len(padding(each.size)) for each in kept[: kept.index(first)])
    put = header(folder, SIGNATURE, len(signature)) + signature + padding(len(signature))
    target.write_bytes(data[:ahead] + put + data[first.offset :])
    return target


def test_who_signed_is_told_everywhere(
    made: Exchanged, sender: Workspace, taker: Workspace, keys: Keys, tmp_path: Path
) -> None:
    assert made.signer == BODY
    assert ("signature", True) in [(check.name, check.ok) for check in made.checks]
    assert told(sender, "record.deliver")["signed"] == BODY
    (receipt,) = receive(taker, [made.path], roots=[keys.root], signed_only=True).received
    signed = receipt.signed
    assert signed is not None
    assert (signed.signer, signed.trusted, signed.issuer) == (BODY, True, "Common Name: Authority")
    assert BODY in signed.subject
    assert signed.claimed is not None
    assert abs((now() - signed.claimed).total_seconds()) < 600
    assert signed.claimed.utcoffset() == now().utcoffset()
    act = told(taker, "package.receive")
    assert (act["signed"], act["trusted"], act["signed_at"]) == (BODY, 1, signed.claimed.isoformat())
    assert content(taker) == content(sender)


def test_without_a_root_it_is_taken_but_not_trusted(made: Exchanged, taker: Workspace, tmp_path: Path) -> None:
    (tmp_path / "khác").mkdir()
    stranger = made_keys(tmp_path / "khác")
    report = receive(taker, [made.path], roots=[stranger.root], signed_only=True)
    assert BODY in refused(report, taker)
    (receipt,) = receive(taker, [made.path]).received
    assert receipt.signed is not None
    assert not receipt.signed.trusted


def test_an_unsigned_package_is_told_as_such(sender: Workspace, taker: Workspace, keys: Keys, tmp_path: Path) -> None:
    plain = deliver_exchange(sender, tmp_path / "ra")
    assert plain.signer is None
    refused(receive(taker, [plain.path], roots=[keys.root], signed_only=True), taker)
    (receipt,) = receive(taker, [plain.path], roots=[keys.root]).received
    assert receipt.signed is None
    assert "signed" not in told(taker, "package.receive")


def test_a_signature_dropped_added_or_of_another_package_is_found(
    made: Exchanged, sender: Workspace, taker: Workspace, signer: Signer, tmp_path: Path
) -> None:
    plain = deliver_exchange(sender, tmp_path / "ra").path
    with tarfile.open(made.path) as bag:
        (entry,) = (each for each in bag.getmembers() if each.name.endswith(SIGNATURE))
        own = bag.extractfile(entry)
        assert own is not None
        signature = own.read()
    bad = [
        without(made.path, SIGNATURE, tmp_path / "0.dgz"),
        with_signature(plain, signature, tmp_path / "1.dgz"),
        with_signature(made.path, sign(b"another", signer), tmp_path / "2.dgz"),
        with_signature(made.path, b"no signature", tmp_path / "3.dgz"),
    ]
    report = receive(taker, [*bad, with_signature(made.path, signature, tmp_path / "4.dgz")])
    assert [path for path, error in report.refused if isinstance(error, PackageRefused)] == bad
    assert len(report.received) == 1


def test_signed_then_encrypted(sender: Workspace, taker: Workspace, signer: Signer, tmp_path: Path) -> None:
    public = age.new_key(tmp_path / "khoá")
    made = deliver_exchange(sender, tmp_path / "ra", encrypt_to=public, signer=signer)
    assert BODY.encode() not in made.path.read_bytes()
    (receipt,) = receive(taker, [made.path], key=tmp_path / "khoá").received
    assert receipt.signed is not None
    assert receipt.signed.signer == BODY


def test_a_root_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        read_roots([tmp_path / "không có"])
    (tmp_path / "rác.pem").write_bytes(b"x")
    with pytest.raises(WrongUsage):
        read_roots([tmp_path / "rác.pem"])


@pytest.fixture(scope="module")
def signature(signer: Signer) -> bytes:
    return sign(_DATA, signer)


@settings(max_examples=_FLIPS, derandomize=True, phases=[Phase.generate])
@given(st.data())
def test_a_byte_of_a_signature_changed_is_found(signature: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(signature) - 1))
    assert verify(_DATA, flipped(signature, at, data.draw(st.integers(0, 7)))).problem


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_every_byte_of_a_signature_counts(signature: bytes) -> None:
    lost = [at for at in range(len(signature)) if not verify(_DATA, flipped(signature, at, at % 8)).problem]
    assert lost == []


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def test_a_signature_cut_short_grown_or_of_other_data_is_found(signature: bytes, keys: Keys) -> None:
    roots = read_roots([keys.root])
    assert verify(_DATA, signature, roots).trusted
    for bad in (signature[:-1], signature[:1000], signature + b"\0", b""):
        assert verify(_DATA, bad, roots).problem
    assert verify(_DATA + b"x", signature, roots).problem


@settings(max_examples=_FLIPS)
@given(st.binary(max_size=200))
def test_whatever_is_there_instead_of_a_signature_is_refused(noise: bytes) -> None:
    assert verify(_DATA, noise).problem
