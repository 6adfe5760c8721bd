"""BagIt 1.0 bags (RFC 8493): the tag files, written by ourselves (bagit-python still writes version 0.97)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import resources
from digitizer import __version__
from digitizer.clock import now
from digitizer.deliver.bag_check import ALGORITHMS, DECLARATION
from digitizer.deliver.tree import CHUNK
from digitizer.deliver.xml import clean_text
from digitizer.tasks import Task

SUFFIX = ".bag"


def profile_identifier() -> str:
    """What our bags call the profile that they are made by (``resources/packages/bag-profile.json``)."""
    profile = json.loads(resources.path("packages/bag-profile.json").read_bytes())
    return str(profile["BagIt-Profile-Info"]["BagIt-Profile-Identifier"])


def write_tag_files(bag: Path, organisation: str, identifier: str, task: Task) -> None:
    """Make a bag of a folder that has its payload in ``data``. Raises OSError."""
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    hashes = {path.relative_to(bag).as_posix(): _hashes(path, task) for path in payload}
    oxum = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    information = {
        "Source-Organization": organisation,
        "Contact-Name": organisation,
        "External-Identifier": identifier,
        "Bagging-Date": now().date().isoformat(),
        "Payload-Oxum": oxum,
        "Bag-Software-Agent": f"Digitizer {__version__}",
        "BagIt-Profile-Identifier": profile_identifier(),
    }
    said = "".join(f"{name}: {' '.join(clean_text(value).split())}\n" for name, value in information.items())
    (bag / "bagit.txt").write_bytes(DECLARATION)
    (bag / "bag-info.txt").write_bytes(said.encode())
    _manifests(bag, "manifest", hashes)
    tags = sorted(path for path in bag.iterdir() if path.is_file())
    _manifests(bag, "tagmanifest", {path.name: _hashes(path, task) for path in tags})


def _manifests(bag: Path, kind: str, hashes: Mapping[str, Mapping[str, str]]) -> None:
    for algorithm in ALGORITHMS:
        lines = (f"{digests[algorithm]}  {_encoded(path)}\n" for path, digests in hashes.items())
        (bag / f"{kind}-{algorithm}.txt").write_bytes("".join(lines).encode())


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
