"""A BagIt 1.0 bag (RFC 8493) against its manifests and our profile, strictly: what stands nowhere does not belong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from digitizer.deliver.bag import ALGORITHMS, DECLARATION
from digitizer.deliver.tree import CHUNK, UNREADABLE, Reading
from digitizer.i18n import gettext
from digitizer.tasks import Task

_MOST = 256 << 20
_LINE = re.compile(r"([0-9a-f]+)  ([^\r\n]+)")
_DIGITS = {"sha256": 64, "sha512": 128}


def check_bag(tree: Reading, task: Task) -> Iterator[tuple[str, str]]:
    """Every fault: path and sentence."""
    if tree.bytes("bagit.txt", 1 << 10) != DECLARATION:
        yield "bagit.txt", gettext("It is not the declaration of a BagIt 1.0 bag in UTF-8.")
    payload = [name for name in tree.names if name.startswith("data/")]
    tags = [name for name in tree.names if not name.startswith(("data/", "tagmanifest-"))]
    if not payload:
        yield "data", gettext("There is nothing in it.")
    wanted: dict[str, dict[str, str]] = {}
    for kind, there in (("manifest", payload), ("tagmanifest", tags)):
        for algorithm in ALGORITHMS:
            yield from _listed(tree, f"{kind}-{algorithm}.txt", algorithm, there, wanted)
    known = {f"tagmanifest-{algorithm}.txt" for algorithm in ALGORITHMS}
    for name in tree.names:
        if name.startswith("tagmanifest-") and name not in known:
            yield name, gettext("It does not belong to the bag.")
    for path, digests in wanted.items():
        if path in tree:
            yield from ((path, what) for what in _compared(tree, path, digests, task))
    yield from _information(tree, payload)


def _listed(
    tree: Reading, name: str, algorithm: str, there: list[str], wanted: dict[str, dict[str, str]]
) -> Iterator[tuple[str, str]]:
    """One manifest against the files that it should list; what it says is added to ``wanted``."""
    if name not in tree:
        yield name, gettext("It is not there.")
        return
    listed, faults = _read(tree.bytes(name, _MOST), algorithm)
    yield from ((name, what) for what in faults)
    for path in listed:
        if path not in tree:
            yield path, gettext("It is listed, but it is not there.")
    for path in there:
        if path not in listed:
            yield path, gettext("“{manifest}” does not list it.").format(manifest=name)
    for path, digest in listed.items():
        wanted.setdefault(path, {})[algorithm] = digest


def _read(data: bytes, algorithm: str) -> tuple[dict[str, str], list[str]]:
    """What a manifest lists, by path, and what is wrong with it."""
    found: dict[str, str] = {}
    faults = []
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {}, [gettext("It is not UTF-8.")]
    if not text.endswith("\n"):
        faults.append(gettext("Its last line is cut off."))
    for number, line in enumerate(text.split("\n")[:-1], 1):
        parts = _LINE.fullmatch(line)
        if parts is None or len(parts[1]) != _DIGITS[algorithm]:
            faults.append(gettext("Line {number} is no hash and path.").format(number=number))
            continue
        path = parts[2].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        if path in found:
            faults.append(gettext("Line {number} names a file again.").format(number=number))
        found[path] = parts[1]
    return found, faults


def _compared(tree: Reading, path: str, digests: dict[str, str], task: Task) -> Iterator[str]:
    made = {algorithm: hashlib.new(algorithm) for algorithm in digests}
    try:
        with tree.open(path) as handle:
            while chunk := handle.read(CHUNK):
                task.check()
                for each in made.values():
                    each.update(chunk)
    except UNREADABLE:
        yield gettext("It cannot be read.")
        return
    if any(made[algorithm].hexdigest() != digest for algorithm, digest in digests.items()):
        yield gettext("Its bytes are not those that were listed.")


def _information(tree: Reading, payload: list[str]) -> Iterator[tuple[str, str]]:
    """bag-info.txt: that it is there, and that Payload-Oxum counts right."""
    if "bag-info.txt" not in tree:
        yield "bag-info.txt", gettext("It is not there.")
        return
    text = tree.bytes("bag-info.txt", 1 << 20).decode("utf-8", "replace")
    said = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    right = f"{sum(map(tree.size, payload))}.{len(payload)}"
    if said.get("Payload-Oxum") != right:
        yield "bag-info.txt", gettext("Payload-Oxum is not {right}.").format(right=right)
