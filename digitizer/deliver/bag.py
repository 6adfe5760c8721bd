"""BagIt 1.0 bags (RFC 8493): the tag files, written by ourselves (bagit-python still writes version 0.97)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import resources
from digitizer import __version__
from digitizer.clock import now
from digitizer.deliver.tree import CHUNK
from digitizer.deliver.xml import clean_text
from digitizer.tasks import Task

SUFFIX = ".bag"
ALGORITHMS = ("sha256", "sha512")
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def profile_identifier() -> str:
    """What our bags call the profile that they are made by (``resources/packages/bag-profile.json``)."""
    profile = json.loads(resources.path("packages/bag-profile.json").read_bytes())
    return str(profile["BagIt-Profile-Info"]["BagIt-Profile-Identifier"])


def tag_files(
    payload: Mapping[str, Mapping[str, str]], size: int, information: Mapping[str, str], algorithms: Sequence[str]
) -> list[tuple[str, bytes]]:
    """The tag files of a bag, in the order in which they stand ahead of a payload: the declaration, bag-info.txt, the
    manifests, the manifests of these. ``payload``: paths from ``data/`` on, each with its hash by algorithm; ``size``:
    its bytes. ``information``: what bag-info.txt says besides Payload-Oxum.
    """
    said = {**information, "Payload-Oxum": f"{size}.{len(payload)}"}
    lines = (f"{name}: {' '.join(clean_text(value).split())}\n" for name, value in said.items())
    files = [("bagit.txt", DECLARATION), ("bag-info.txt", "".join(lines).encode())]
    files += [_manifest("manifest", each, payload) for each in algorithms]
    tags = {name: {each: hashlib.new(each, data).hexdigest() for each in algorithms} for name, data in files}
    return [*files, *(_manifest("tagmanifest", each, tags) for each in algorithms)]


def write_tag_files(bag: Path, organisation: str, identifier: str, task: Task) -> None:
    """Make a bag of a folder that has its payload in ``data``. Raises OSError."""
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    hashes = {path.relative_to(bag).as_posix(): _hashes(path, task) for path in payload}
    information = {
        "Source-Organization": organisation,
        "Contact-Name": organisation,
        "External-Identifier": identifier,
        "Bagging-Date": now().date().isoformat(),
        "Bag-Software-Agent": f"Digitizer {__version__}",
        "BagIt-Profile-Identifier": profile_identifier(),
    }
    size = sum(path.stat().st_size for path in payload)
    for name, data in tag_files(hashes, size, information, ALGORITHMS):
        (bag / name).write_bytes(data)


def _manifest(kind: str, algorithm: str, hashes: Mapping[str, Mapping[str, str]]) -> tuple[str, bytes]:
    lines = (f"{digests[algorithm]}  {_encoded(path)}\n" for path, digests in hashes.items())
    return f"{kind}-{algorithm}.txt", "".join(lines).encode()


def _encoded(path: str) -> str:
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _hashes(path: Path, task: Task) -> dict[str, str]:
    made = {algorithm: hashlib.new(algorithm) for algorithm in ALGORITHMS}
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            task.check()
            for each in made.values():
                each.update(chunk)
    return {algorithm: each.hexdigest() for algorithm, each in made.items()}
