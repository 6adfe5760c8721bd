"""A BagIt bag (RFC 8493) in one uncompressed tar file, written and read front to back.

The reader knows members of this one shape alone: plain files, in the order and under the names that the manifest at the
front says. Links, devices, long-name headers, paths, sparse files and everything else that tar can do is refused, so it
needs neither a library nor a file system, and memory only for the manifest.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from digitizer.deliver import bag
from digitizer.deliver.package_faults import BadPackage
from digitizer.errors import reason
from digitizer.i18n import gettext

_BLOCK = 512
_CHUNK = 1 << 20
_MAX_TAG = 64 << 20
"""Bytes of a manifest: some half a million files."""
_NAME = re.compile(r"data/[a-z0-9.-]{1,40}(/[a-z0-9.-]{1,80}){0,2}")
_LINE = re.compile(r"([0-9a-f]{64})  ([\x21-\x7e]+)")
_FOLDER = re.compile(r"[a-z0-9-]{1,60}")
_TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")
_TAG_LIST = "tagmanifest-sha256.txt"
SIGNATURE = "signature.p7s"
SIGNED = {"Signature-File": SIGNATURE}
"""What the bag says of itself where it is signed: so a signature that was dropped is missed."""
_MAX_SIGNATURE = 1 << 20


class Reader(Protocol):
    """Gives at most so many bytes, none at the end."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the payload. ``name``: from ``data/`` on."""

    name: str
    size: int
    sha256: str


def tag_files(members: Sequence[Member], info: dict[str, str]) -> list[tuple[str, bytes]]:
    """The files ahead of the payload, in order."""
    payload = {member.name: {"sha256": member.sha256} for member in members}
    return bag.tag_files(payload, sum(member.size for member in members), info, ("sha256",))


def header(folder: str, name: str, size: int) -> bytes:
    """The tar header of a plain file."""
    entry = tarfile.TarInfo(f"{folder}/{name}")
    entry.size, entry.mode = size, 0o644
    return entry.tobuf(tarfile.USTAR_FORMAT)


def padding(size: int) -> bytes:
    """What fills the last block of a file."""
    return bytes(-size % _BLOCK)


END = bytes(2 * _BLOCK)


def begins_bag(start: bytes) -> bool:
    """Whether these first bytes are of such a bag, perhaps a damaged one."""
    return start[:100].rstrip(b"\0").endswith(f"/{_TAGS[0]}".encode())


class BagReader:
    """Reads a bag once, front to back. Every method raises BadPackage where it is not what it says.

    ``members``: those of the payload, in order. ``folder``: the bag's own name. ``sealed``: what a signature signs, the
    list of tag files, which holds the hash of the list of all others; ``signature``: over it, where there is one.
    """

    def __init__(self, source: Reader) -> None:
        self._source = source
        self.folder = ""
        found = {name: self._tag(name) for name in (*_TAGS, _TAG_LIST)}
        if found[_TAGS[0]] != bag.DECLARATION:
            raise BadPackage(gettext("it is no bag of the version known here"))
        self.sealed = found[_TAG_LIST]
        for sha256, name in _lines(self.sealed):
            if name not in _TAGS or hashlib.sha256(found[name]).hexdigest() != sha256:
                raise BadPackage(gettext("“{name}” was changed").format(name=name))
        if len(_lines(self.sealed)) != len(_TAGS):
            raise BadPackage(gettext("it does not list its own files"))
        listed = _lines(found[_TAGS[2]])
        if len({name for _, name in listed}) < len(listed) or not all(_NAME.fullmatch(name) for _, name in listed):
            raise BadPackage(gettext("it lists a file twice, or under a name that is none"))
        self._listed = listed
        said = "".join(f"{name}: {value}\n" for name, value in SIGNED.items())
        signed = said.encode() in found[_TAGS[1]].splitlines(keepends=True)
        self.signature = self._tag(SIGNATURE, _MAX_SIGNATURE) if signed else None

    def members(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Each member with its bytes, which must be read before the next one; proven when the last chunk was read."""
        for sha256, name in self._listed:
            size = self._header(name)
            left = [size]
            yield Member(name, size, sha256), self._chunks(name, sha256, size, left)
            if left[0]:
                raise AssertionError("a member is read to its end")
        if self._exactly(len(END)) != END or self._source.read(1):
            raise BadPackage(gettext("there is more in it than it lists"))

    def _tag(self, name: str, most: int = _MAX_TAG) -> bytes:
        size = self._header(name)
        if size > most:
            raise BadPackage(gettext("“{name}” is too large").format(name=name))
        data = self._exactly(size)
        self._pad(size)
        return data

    def _header(self, name: str) -> int:
        """Read the header of the member that must come now; gives its size."""
        block = self._exactly(_BLOCK)
        folder, _, found = block[:100].rstrip(b"\0").decode("ascii", "replace").partition("/")
        self.folder = self.folder or folder
        size = block[124:136].rstrip(b"\0 ")
        if not (size.isdigit() and _FOLDER.fullmatch(folder) and folder == self.folder and found == name):
            raise BadPackage(gettext("“{name}” is missing, or something else stands in its place").format(name=name))
        if block != header(folder, name, int(size, 8)):
            raise BadPackage(gettext("“{name}” is no plain file").format(name=name))
        return int(size, 8)

    def _chunks(self, name: str, sha256: str, size: int, left: list[int]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        while left[0]:
            chunk = self._exactly(min(left[0], _CHUNK))
            digest.update(chunk)
            left[0] -= len(chunk)
            yield chunk
        self._pad(size)
        if digest.hexdigest() != sha256:
            raise BadPackage(gettext("“{name}” was changed").format(name=name))

    def _pad(self, size: int) -> None:
        if any(self._exactly(-size % _BLOCK)):
            raise BadPackage(gettext("there is more in it than it lists"))

    def _exactly(self, size: int) -> bytes:
        parts, left = list[bytes](), size
        while left:
            try:
                part = self._source.read(left)
            except OSError as error:  # the medium, not our own disk
                raise BadPackage(reason(error)) from error
            if not part:
                raise BadPackage(gettext("it ends too early"))
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _lines(manifest: bytes) -> list[tuple[str, str]]:
    found = []
    for line in manifest.decode("ascii", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise BadPackage(gettext("its list of files cannot be read"))
        found.append((match[1], match[2]))
    return found
