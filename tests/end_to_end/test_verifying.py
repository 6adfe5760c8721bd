"""``verify`` takes packages as it takes PDFs: in a process of its own, every fault with its file."""

from pathlib import Path

import pytest

from digitizer.deliver.delivering import Wish, deliver_packages
from digitizer.errors import Exit
from digitizer.workspace import Workspace
from tests.helpers.cli import Program
from tests.helpers.dossiers import dossier
from tests.helpers.workspaces import NULL_ENGINE


@pytest.fixture
def packages(tmp_path: Path) -> list[Path]:
    """A SIP as ZIP and a bag as folder."""
    with Workspace(tmp_path / "vùng", NULL_ENGINE) as workspace:
        dossier(workspace)
        wishes = Wish("sip"), Wish("bag", "eark", zipped=False)
        return [deliver_packages(workspace, tmp_path / "giao", wish).packages[0].path for wish in wishes]


def test_packages_are_verified_each_with_its_faults(program: Program, packages: list[Path], tmp_path: Path) -> None:
    program.settings(language="en")
    sip, bag = packages
    good = program("--json", "verify", *packages)
    assert good.code == Exit.DONE, good.err
    assert [(each["whole"], each["kind"], each["faults"]) for each in good.document["files"]] == [
        (True, "sip", []), (True, "sip", []),
    ]  # fmt: skip
    readme = next(bag.rglob("readme.txt"))
    readme.write_text("khác")
    (tmp_path / "cụt.zip").write_bytes(sip.read_bytes()[:-100])
    bad = program("--json", "verify", bag, tmp_path / "cụt.zip", sip)
    assert bad.code == Exit.FAULTS
    changed, cut, whole = bad.document["files"]
    assert readme.relative_to(bag).as_posix() in {fault["file"] for fault in changed["faults"]}
    assert (cut["kind"], cut["whole"], whole["whole"]) == (None, False, True)
    told = program("verify", bag, sip)
    assert told.code == Exit.FAULTS
    assert f"✗ {bag}: " in told.out
    assert f"✓ {sip}: SIP uuid-" in told.out
    assert program("verify", tmp_path / "không").code == Exit.USAGE
