"""Try deliveries with the judges of others: veraPDF, xmllint, eark-validator, commons-ip, bagit-python, pdfsig.

    python -m tools.judge FOLDER [--schemas ../shared/schemas] [--without NAME ...]

Takes every PDF, package (folder or ZIP), bag and XML or hOCR file in FOLDER. Those judges are asked that are found:
each by the name below on PATH, or by an environment variable of the same name in capitals, ``-`` as ``_`` (VERAPDF,
XMLLINT, EARK_VALIDATOR, COMMONS_IP, BAGIT_PY, PDFSIG, HOCR_SPEC), which holds a command. Prints a table, then whatever
was refused; exit 1 where something was.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCHEMAS = Path(__file__).parent.parent.parent / "shared" / "schemas"
DRIVERS = {
    b"http://www.loc.gov/METS/": "drivers/mets-all.xsd", b"http://www.loc.gov/premis/v3": "premis/premis-v3-0.xsd",
    b"http://www.loc.gov/standards/alto/ns-v4#": "alto/alto-4-4.xsd",
    b"http://ead3.archivists.org/schema/": "ead/ead3.xsd", b"http://purl.org/dc/elements/1.1/": "dc/simpledc.xsd",
}  # fmt: skip
"""The official XSD of a namespace, in the folder of schemas."""
WRONG_RULES = {"CSIP12", "CSIP13", "CSIP16", "CSIP63", "CSIP103", "SIP2", "SIP14"}
"""Of eark-validator 1.1.3, which contradict CSIP and SIP 2.2.0."""
AT_ONCE = 200
"""Files of one call."""
_ROOT = re.compile(rb"<(?:([\w.-]+):)?(mets|premis|alto|ead|simpledc)\b([^>]*)>")


@dataclass
class Found:
    """What lies in a folder. ``packages``: folders and ZIPs. ``unpacked``: folders of bags, ZIPs laid out."""

    pdfs: list[Path] = field(default_factory=list)
    packages: list[Path] = field(default_factory=list)
    unpacked: list[Path] = field(default_factory=list)
    xml: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    hocr: list[Path] = field(default_factory=list)


Verdict = tuple[str, Path, str]
"""What kind of thing was judged, which, and what was said against it; "" for nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schemas", type=Path, default=SCHEMAS)
    parser.add_argument("--without", nargs="*", default=(), metavar="NAME")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="judge-") as aside:
        found = find(asked.folder, Path(aside))
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        refused: list[str] = []
        for name, judge in _judges(asked.schemas).items():
            command = None if name in asked.without else _command(name)
            if command is None:
                print(f"{name}: not asked", file=sys.stderr)
                continue
            for what, path, said in judge(command, found):
                counts[name, what][0] += 1
                counts[name, what][1] += bool(said)
                if said:
                    refused.append(f"{name}, {what}: {path}\n    {said}")
    print(f"{'judge':16}{'what':24}{'judged':>8}{'refused':>8}")
    for (name, what), (judged, bad) in counts.items():
        print(f"{name:16}{what:24}{judged:8}{bad:8}")
    print(*refused, sep="\n")
    return 1 if refused or not counts else 0


def _judges(schemas: Path) -> dict[str, Callable[[list[str], Found], Iterator[Verdict]]]:
    return {
        "verapdf": _verapdf, "xmllint": lambda command, found: xmllint(command, found, schemas),
        "eark-validator": _eark_validator, "commons-ip": _commons_ip, "bagit.py": _bagit, "pdfsig": _pdfsig,
        "hocr-spec": _hocr_spec,
    }  # fmt: skip


def _command(name: str) -> list[str] | None:
    named = os.environ.get(re.sub("[-.]", "_", name.upper()))
    if named:
        return shlex.split(named)
    path = shutil.which(name)
    return None if path is None else [path]


def find(folder: Path, aside: Path) -> Found:
    """What lies in ``folder``; ZIPs are laid out in ``aside``."""
    found = Found()
    for path in sorted(folder.rglob("*")):
        if path.name == "METS.xml" and "representations" not in path.parts:
            found.packages.append(path.parent)
        elif path.name == "bagit.txt":
            found.unpacked.append(path.parent)
        elif path.suffix == ".zip" and zipfile.is_zipfile(path):
            place = aside / str(len(list(aside.iterdir())))
            with zipfile.ZipFile(path) as archive:
                archive.extractall(place)
            inner = find(place, aside)
            found.pdfs += inner.pdfs
            found.unpacked += inner.unpacked
            found.packages += inner.packages if inner.unpacked else [path]
            found.hocr += inner.hocr
            for kind, files in inner.xml.items():
                found.xml[kind] += files
        if path.suffix == ".pdf" and not (path.stem.endswith("_goc") or "preservation" in path.parts):  # came like this
            found.pdfs.append(path)
        elif path.suffix == ".hocr":
            found.hocr.append(path)
        elif path.suffix == ".xml" and (named := _schema_of(path)):
            found.xml[named].append(path)
    return found


def _schema_of(path: Path) -> str | None:
    with path.open("rb") as handle:
        root = _ROOT.search(handle.read(1 << 13))
    if root is None:
        return None
    said = rb'xmlns:%b="([^"]*)"' % root[1] if root[1] else rb'xmlns="([^"]*)"'
    space = re.search(said, root[3])
    if root[2] == b"simpledc":  # that of Circular 05/2025 has no namespace, and a schema of its own beside it
        space = re.search(rb'xmlns:dc="([^"]*)"', root[3])
    return None if space is None else DRIVERS.get(space[1])


def _said(command: Sequence[object], **named: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, errors="replace", check=False,
        env=os.environ | named,
    )  # fmt: skip


def _parts(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    return (files[first : first + AT_ONCE] for first in range(0, len(files), AT_ONCE))


def _verapdf(command: list[str], found: Found) -> Iterator[Verdict]:
    for flavour in ("2b", "2u"):
        for part in _parts(found.pdfs):
            lines = _said([*command, "-f", flavour, "--format", "text", "-v", *part]).stdout.splitlines()
            for path in part:
                place = next((i for i, line in enumerate(lines) if line == f"PASS {path.resolve()} {flavour}"), None)
                if place is None:
                    heads = [i for i, line in enumerate(lines) if f" {path.resolve()} " in f"{line} "]
                    rules = lines[heads[0] : heads[0] + 20] if heads else ["nothing was said of it"]
                    yield f"PDF/A-{flavour}", path, " ".join(rules[:1] + [r for r in rules[1:] if r.startswith("  ")])
                else:
                    yield f"PDF/A-{flavour}", path, ""


def xmllint(command: list[str], found: Found, schemas: Path) -> Iterator[Verdict]:
    for schema, files in found.xml.items():
        for part in _parts(files):
            call = [*command, "--nonet", "--noout", "--schema", schemas / schema, *part]
            lines = _said(call, XML_CATALOG_FILES=str(schemas / "catalog.xml")).stderr.splitlines()
            valid = {line.removesuffix(" validates") for line in lines if line.endswith(" validates")}
            for path in part:
                against = [line for line in lines if line.startswith(f"{path}:")]
                yield Path(schema).stem, path, "" if str(path) in valid else " ".join(against[:3]) or "not valid"


def _eark_validator(command: list[str], found: Found) -> Iterator[Verdict]:
    for path in found.packages:
        said = _said([*command, path])
        try:
            report = json.loads(said.stdout[said.stdout.index("{") :])
        except ValueError:
            yield "package", path, (said.stderr or said.stdout)[-300:]
            continue
        results = [report["structure"], *report["metadata"].values()] if report.get("metadata") else []
        against = [
            f"{each['rule_id']} {each['location'][-60:]} {each['message']}"
            for result in results for each in result["messages"]
            if each["severity"] == "Error" and each["rule_id"] not in WRONG_RULES
        ]  # fmt: skip
        yield "package", path, "; ".join(against[:5]) if results else "not well-formed"


def _commons_ip(command: list[str], found: Found) -> Iterator[Verdict]:
    """One call for each: of several in one call it judges the first only."""
    for path in found.packages:
        with tempfile.TemporaryDirectory(prefix="judge-") as place:
            said = _said([*command, "validate", "-o", place, "-i", path])
            written = next(Path(place).glob("*.json"), None)
            report = None if written is None else json.loads(written.read_text("utf-8"))
        if report is None:
            yield "CSIP, SIP, AIP 2.2.0", path, said.stderr[-300:] or "no report"
            continue
        against = [
            f"{rule['id']} {' '.join(rule['testing'].get('issues', []))[:200]}"
            for rule in report["validation"] if rule.get("testing", {}).get("outcome") == "FAILED"
        ]  # fmt: skip
        good = report["summary"]["result"] == "VALID"
        yield "CSIP, SIP, AIP 2.2.0", path, "" if good else "; ".join(against[:5]) or "not valid"


def _bagit(command: list[str], found: Found) -> Iterator[Verdict]:
    for path in found.unpacked:
        said = _said([*command, "--validate", path])
        yield "bag", path, said.stderr[-300:] if said.returncode else ""


def _pdfsig(command: list[str], found: Found) -> Iterator[Verdict]:
    for path in found.pdfs:
        if b"/ByteRange" not in path.read_bytes():
            continue
        said = _said([*command, path]).stdout
        good = said.count("Signature is Valid") == said.count("Signature #") > 0 and "Total document signed" in said
        yield "signature", path, "" if good else said[-300:]


def _hocr_spec(command: list[str], found: Found) -> Iterator[Verdict]:
    for part in _parts(found.hocr):
        said = _said([*command, *part])
        bad = "\n".join(line for line in said.stdout.splitlines() if "[ERROR]" in line or "FAIL" in line)
        for path in part:
            yield "hOCR", path, bad[:300] if said.returncode else ""


if __name__ == "__main__":
    raise SystemExit(main())
