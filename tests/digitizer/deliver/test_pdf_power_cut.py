"""A delivery of PDFs that dies at any moment leaves nothing half-made, and the next one finishes."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path

import pytest
from pypdf import PdfReader

from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.record_pdf import PdfWish
from digitizer.files import TEMPORARY_PREFIX
from digitizer.workspace import Workspace
from tests.helpers.dossiers import dossier
from tests.helpers.faults import KILLED, Fault, in_copy
from tests.helpers.workspaces import NULL_ENGINE

IN_EVERY_RUN, MANY = 5, 50
_WISH = Delivery("pdf", pdf=PdfWish("archive", coarse=True))


def _delivers(root: Path) -> list[str]:
    with Workspace(root / "vùng", NULL_ENGINE) as workspace:
        return [error.message for _, error in deliver(workspace, root / "giao", _WISH).refused]


def _dies(root: Path, at: int) -> list[str]:
    with Fault("die", at).installed():
        return _delivers(root)


def _counted(root: Path) -> list[str]:
    fault = Fault("trace", 0)
    with fault.installed():
        _delivers(root)
    return [str(fault.count)]


def _dies_at(root: Path, moments: int, seed: int) -> None:
    with Workspace(root / "vùng", NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1, 1))
    (said,) = in_copy(partial(_counted, root))[1]
    for at in sorted(random.Random(seed).sample(range(1, int(said) + 1), min(moments, int(said)))):
        code, lines = in_copy(partial(_dies, root, at))
        assert code == KILLED, (at, lines)
        for path in (root / "giao").iterdir():
            assert path.name.startswith(TEMPORARY_PREFIX) or whole(path), (at, path)
    assert in_copy(partial(_delivers, root)) == (0, [])  # and whatever was left is swept
    assert [whole(path) for path in (root / "giao").iterdir()] == [True, True]


def whole(path: Path) -> bool:
    (page,) = PdfReader(path, strict=True).pages
    return path.read_bytes().rstrip().endswith(b"%%EOF") and bool(page.extract_text())


def test_killed_at_some_moments_nothing_is_half_made(tmp_path: Path) -> None:
    _dies_at(tmp_path, IN_EVERY_RUN, seed=6)


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_killed_at_fifty_moments_nothing_is_half_made(tmp_path: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    _dies_at(tmp_path, MANY, seed)
