"""Power cuts while packages are given and taken: ``python -m tests.helpers.exchange_faults FOLDER POINTS SEED``.

At each of so many random points (writes, fsyncs, renames, statements; half of them of ``deliver``, half of ``receive``)
a copy of the process dies. Then nothing half-made may stand under a final name, both workspaces must be whole, and the
same call must finish. What is wrong goes to standard output, a line each; the last line says how many points it was.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from digitizer.check import check
from digitizer.deliver.receive import receive
from digitizer.files import TEMPORARY_PREFIX
from digitizer.model import Level
from digitizer.workspace import Workspace
from tests.helpers.faults import KILLED, Fault, in_copy
from tests.helpers.stations import content, keep, package, put_pages, station
from tests.helpers.workspaces import NULL_ENGINE

_LARGE, _LARGE_SIZE = 15, 100_000
"""Originals that are each written in a call of their own, and their bytes."""


def given(root: Path) -> list[str]:
    with station(root, "A") as workspace:
        package(workspace, root / "ra")
    return []


def taken(root: Path, file: Path) -> list[str]:
    with Workspace(root / "B", NULL_ENGINE) as workspace:
        report = receive(workspace, [file])
    return [error.message for _, error in report.refused]


def counted(work: Callable[[], list[str]]) -> int:
    """In a copy: how many calls change the disk."""

    def trace() -> list[str]:
        fault = Fault("trace", 0)
        with fault.installed():
            work()
        return [str(fault.count)]

    return int(in_copy(trace)[1][0])


def dying(work: Callable[[], list[str]], at: int) -> list[str]:
    with Fault("die", at).installed():
        return work()


def wrong_with(root: Path, name: str) -> list[str]:
    with station(root, name) as workspace:
        found = [f"{fault.code} {fault.where} {fault.what}" for fault in check(workspace).faults]
        left = [path.name for path in (workspace.root / "spool").iterdir()]
    left += [path.name for path in (root / name / "masters").rglob(f"{TEMPORARY_PREFIX}*")]
    return found + [f"left in {name}: {each}" for each in left]


def prove_given(root: Path) -> list[str]:
    """Whatever has a final name can be taken; another call leaves no litter."""
    wrong: list[str] = []
    for file in sorted((root / "ra").glob("*.dgz")):
        wrong += taken(root, file)
    wrong += given(root)
    left = [path.name for path in (root / "ra").iterdir() if path.name.startswith(".")]
    return wrong + wrong_with(root, "A") + [f"left: {name}" for name in left]


def prove_taken(root: Path, file: Path) -> list[str]:
    with station(root, "B") as workspace:
        wrong = [f"cut off: {fault.code} {fault.where} {fault.what}" for fault in check(workspace).faults]
    wrong += taken(root, file)
    with station(root, "A") as one, station(root, "B") as two:
        same = content(one) == content(two)
    return wrong + wrong_with(root, "B") + ([] if same else ["not all has come"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("points", type=int)
    parser.add_argument("seed", type=int)
    asked = parser.parse_args()
    origin = asked.folder / "gốc"
    with station(origin, "A") as workspace:
        put_pages(workspace, "H1", 2)
        put_pages(workspace, "H2", 1)
        for number in range(_LARGE):
            keep(workspace, "H2", b"II*\0" + bytes([number]) * _LARGE_SIZE)
        workspace.catalogue.records.create(Level.ITEM, "H1.001", "Tài liệu", workspace.catalogue.records.get("H1"))
        file = package(workspace, asked.folder / "thẻ")
    station(origin, "B").close()
    works: list[tuple[Callable[[Path], list[str]], Callable[[Path], list[str]]]] = [
        (given, prove_given),
        (partial(taken, file=file), partial(prove_taken, file=file)),
    ]
    chance = random.Random(asked.seed)
    points = 0
    for work, prove in works:
        rehearsal = asked.folder / "tập"
        shutil.copytree(origin, rehearsal)
        count = counted(partial(work, rehearsal))
        shutil.rmtree(rehearsal)
        for at in sorted(chance.sample(range(1, count + 1), min(count, asked.points // 2))):
            root = asked.folder / str(at)
            shutil.copytree(origin, root)
            code, lines = in_copy(partial(dying, partial(work, root), at))
            lines = [] if code == KILLED else [f"ended with {code}", *lines]
            for line in lines + in_copy(partial(prove, root))[1]:
                print(f"{prove.func.__name__ if isinstance(prove, partial) else prove.__name__} at {at}: {line}")
            shutil.rmtree(root)
            points += 1
    print(points)


if __name__ == "__main__":
    main()
