"""Real scans, end to end: every shared one is imported or refused with a sentence, read, found, delivered."""

import json
from pathlib import Path

import pytest

from tests.helpers.cli import Program

REFUSED = {"encrypted_pdf.pdf"}
"""Files among the scans that are rightly refused: locked with a password."""
SECONDS_FOR_ALL = 900


@pytest.mark.samples
@pytest.mark.timeout(SECONDS_FOR_ALL)
def test_every_scan_goes_through_the_main_job(program: Program, samples: Path, tmp_path: Path) -> None:
    program.settings(jobs=2)
    folders = [samples / "records" / "scans", samples / "scans"]
    imported = program("--json", "import", *folders, "--record", "S1")
    document = imported.document
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(document["imported"]) + len(document["refused"]) + len(document["duplicates"]) == len(files)
    assert {Path(each["path"]).name for each in document["refused"]} <= REFUSED, document["refused"]
    pages = [page for each in document["imported"] for page in each["pages"]]

    processed = program("--json", "process", seconds=SECONDS_FOR_ALL).document
    assert (processed["done"], processed["failed"]) == (len(pages), [])

    by_file = {Path(each["path"]).stem: each["pages"] for each in document["imported"]}
    truth = [json.loads(line) for line in (samples / "records.jsonl").read_text("utf-8").splitlines()]
    found = program("--json", "search", "cong hoa xa hoi chu nghia viet nam", "--limit", "500").document
    hits = {hit["page"] for hit in found["hits"]}
    official = [by_file[Path(each["file"]).stem][0] for each in truth if Path(each["file"]).stem in by_file]
    assert len(hits & set(official)) >= len(official) * 0.8, "the national heading is on nearly every first page"
    assert all(hit["boxes"] for hit in found["hits"])

    delivered = program(
        "--json", "deliver", tmp_path / "giao", "--as", "pdf", "--allow-coarse", seconds=SECONDS_FOR_ALL
    )
    assert delivered.code == 0, delivered.err
    assert sum(package["pages"] for package in delivered.document["packages"]) == len(pages)
    assert program("--json", "check").document["ok"]
