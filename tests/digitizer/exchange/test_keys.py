"""Keys of exchange packages: a private one is never shown, and a full disk is said as what it is."""

from __future__ import annotations

import errno
import io
from pathlib import Path

import pytest

from digitizer.deliver import age
from digitizer.deliver.package_faults import KeyUnusable, OwnKeyUnusable
from digitizer.workers import WorkerPool
from ocr.errors import PageError, PageFault


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The public and the private key."""
    path = tmp_path_factory.mktemp("keys") / "key"
    public = age.new_key(path)
    return public, path.read_text().splitlines()[-1]


@pytest.mark.parametrize("slip", ["{}", " {}\n", "# created: now\n{}\n", "khoá {}"])
def test_a_private_key_that_is_named_by_a_slip_is_not_shown(keys: tuple[str, str], slip: str) -> None:
    _, private = keys
    for spelt in (private, private.lower()):
        with pytest.raises(KeyUnusable) as caught:
            age.recipient(slip.format(spelt))
        with pytest.raises(KeyUnusable) as on_receiving:
            age.identity(Path(slip.format(spelt)))
        for error in (caught.value, on_receiving.value):
            assert private[20:].casefold() not in f"{error.message}{error.details}{error.args}".casefold()


def test_no_key_is_said_as_no_key() -> None:
    with pytest.raises(KeyUnusable) as caught:
        age.recipient("")
    assert caught.value.details["key"] == ""
    assert "no key is named" in caught.value.message


def test_a_full_disk_is_said_while_it_is_encrypted(keys: tuple[str, str]) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full") as caught:
        age.encrypt(io.BytesIO(b"x" * 300_000), Full(), age.recipient(keys[0]))
    assert caught.value.errno == errno.ENOSPC


def test_a_private_key_that_does_not_open_is_not_answered_with_a_new_one(tmp_path: Path) -> None:
    age.new_key(tmp_path / "locked", "mật khẩu")
    (tmp_path / "text").write_text("no key")
    for path, passphrase in ((tmp_path / "locked", "sai"), (tmp_path / "locked", None), (tmp_path / "text", None)):
        with pytest.raises(OwnKeyUnusable) as caught:
            age.identity(path, passphrase)
        assert "--key" in caught.value.message
        assert "key new" not in caught.value.message
    with pytest.raises(OwnKeyUnusable):
        age.identity(tmp_path / "none")


def test_a_key_that_needs_more_memory_than_there_is_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(*_args: object, **_more: object) -> None:
        raise PageError(PageFault.CRASHED, "ProcessExpired()")

    (tmp_path / "locked").write_bytes(age.MAGIC)
    monkeypatch.setattr(WorkerPool, "run", died)
    with pytest.raises(OwnKeyUnusable, match="too much memory") as caught:
        age.identity(tmp_path / "locked", "mật khẩu")
    assert "ProcessExpired" not in caught.value.message and "mật khẩu" not in caught.value.message
