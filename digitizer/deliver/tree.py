"""The files of a package: written into a folder while they are hashed, laid into a ZIP, read from either."""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from digitizer.capture.paths import natural_key
from digitizer.deliver.mets import Kept
from digitizer.errors import NotAPackage, reason
from digitizer.i18n import gettext
from digitizer.masters import hash_file
from digitizer.tasks import Task

CHUNK = 1 << 20
_STORED = (".pdf", ".jpg", ".jp2", ".png", ".tif", ".zip", ".heic", ".webp")
"""What is compressed already."""
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What reading a damaged or odd file of a package may raise."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class Writing:
    """A folder that a package is written into. Paths are relative to it, with forward slashes."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True)
        self.root = root
        self.files: list[Kept] = []

    def put(self, path: str, data: bytes, media: str) -> Kept:
        """Write a file. Raises OSError."""
        self.at(path).write_bytes(data)
        return self._keep(path, len(data), hashlib.sha256(data).hexdigest(), media)

    def copy(self, path: str, source: Path, media: str, task: Task) -> Kept:
        """Copy a file, hashing what is copied. Raises OSError."""
        digest, size = hashlib.sha256(), 0
        with source.open("rb") as reader, self.at(path).open("wb") as writer:
            while chunk := reader.read(CHUNK):
                task.check()
                digest.update(chunk)
                size += writer.write(chunk)
        return self._keep(path, size, digest.hexdigest(), media)

    def take(self, path: str, media: str) -> Kept:
        """Count a file that was written to ``at(path)``. Raises OSError."""
        return self._keep(path, self.at(path).stat().st_size, hash_file(self.at(path)), media)

    def at(self, path: str) -> Path:
        """Where the file is to be; its folder is made."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _keep(self, path: str, size: int, sha256: str, media: str) -> Kept:
        kept = Kept(path, size, sha256, media)
        self.files.append(kept)
        return kept


def write_zip(folder: Path, target: Path, task: Task) -> None:
    """Lay a folder into a ZIP in which it is the only thing at the top. Raises OSError."""
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        for path in sorted(
            (each for each in folder.rglob("*") if each.is_file()), key=lambda each: natural_key(str(each))
        ):
            info = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", _EARLIEST)
            info.compress_type = zipfile.ZIP_STORED if path.suffix.lower() in _STORED else zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            with path.open("rb") as reader, archive.open(info, "w", force_zip64=True) as writer:
                while chunk := reader.read(CHUNK):
                    task.check()
                    writer.write(chunk)


class Reading:
    """A package as it lies there, untrusted. ``name``: of its folder. ``names``: its files, relative to that."""

    def __init__(self, name: str, sizes: dict[str, int], opened: Callable[[str], BinaryIO], odd: list[str]) -> None:
        self.name, self._opened, self._sizes = name, opened, sizes
        self.odd = odd
        """What is there besides plain files: links, names that cannot be right."""

    @property
    def names(self) -> list[str]:
        return list(self._sizes)

    def __contains__(self, path: str) -> bool:
        return path in self._sizes

    def size(self, path: str) -> int:
        return self._sizes[path]

    def open(self, path: str) -> BinaryIO:
        """Raises KeyError; opening and reading raise one of ``UNREADABLE`` where its bytes are damaged."""
        return self._opened(path)

    def bytes(self, path: str, most: int) -> bytes:
        """At most ``most`` bytes of a file; none where it cannot be read."""
        try:
            with self.open(path) as handle:
                return handle.read(most)
        except UNREADABLE:
            return b""

    def under(self, folder: str) -> Reading:
        """What lies in one of its folders, as a package of its own."""
        front = f"{folder}/"
        sizes = {path.removeprefix(front): size for path, size in self._sizes.items() if path.startswith(front)}
        return Reading(PurePosixPath(folder).name, sizes, lambda path: self._opened(front + path), self.odd)


@contextmanager
def opened(path: Path) -> Iterator[Reading]:
    """The package in a folder or ZIP. Raises NotAPackage."""
    try:
        if path.is_dir():
            yield _folder(path)
            return
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
            raise NotAPackage(path=path, reason=gettext("it is no ZIP, or a damaged one")) from error
        with archive:
            yield _zipped(path, archive)
    except OSError as error:
        raise NotAPackage(path=path, reason=reason(error)) from error


def _folder(root: Path) -> Reading:
    sizes: dict[str, int] = {}
    odd: list[str] = []
    for each in sorted(root.rglob("*")):
        name = each.relative_to(root).as_posix()
        if each.is_symlink():
            odd.append(name)
        elif each.is_file():
            sizes[name] = each.stat().st_size
        elif not each.is_dir():
            odd.append(name)
    return Reading(root.name, sizes, lambda name: (root / name).open("rb"), odd)


def _zipped(path: Path, archive: zipfile.ZipFile) -> Reading:
    found: dict[str, zipfile.ZipInfo] = {}
    odd: list[str] = []
    tops = set()
    for info in archive.infolist():
        parts = info.filename.split("/")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.is_dir() and not any(part in ("", ".", "..") for part in parts[:-1]):
            continue
        plain = kind in (0, stat.S_IFREG) and not info.flag_bits & 1
        if not plain or any(part in ("", ".", "..") for part in parts) or info.filename in found or len(parts) == 1:
            odd.append(info.filename)
            continue
        tops.add(parts[0])
        found[info.filename] = info
    if len(tops) != 1:
        raise NotAPackage(path=path, reason=gettext("a package has one folder at its top"))
    top = tops.pop()
    sizes = {name.removeprefix(f"{top}/"): info.file_size for name, info in found.items()}

    def open_member(name: str) -> BinaryIO:
        return archive.open(found[f"{top}/{name}"])  # type: ignore[return-value]

    return Reading(top, sizes, open_member, odd)
