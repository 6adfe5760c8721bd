"""How long proving, printing and counting take on a chain of a million acts, and how much memory.

``python -m bench.audit [--acts N] [--folder DIR]``: builds a workspace whose acts bring pages in, read and turn them
(made by the bench, seeded), then runs each part of ``check``, ``audit`` and ``report`` that reads the chain in a
process of its own and prints seconds (of the clock and of the processor) and peak megabytes.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from digitizer import report
from digitizer.backups import reminders
from digitizer.catalogue import audit
from digitizer.catalogue.told import untold_changes
from digitizer.clock import VIETNAM, stamp
from digitizer.model import Level, new_id
from digitizer.premis import events_of
from digitizer.settings import Settings
from digitizer.workspace import Workspace

_PEOPLE = ("Nguyễn Thị An", "Trần Văn Bình", "Lê Thị Chi", "Phạm Văn Dũng")
_FILES = 400


def build(root: Path, acts: int) -> None:
    """A workspace with that many acts: one brings a page in, the next reads it; one page in ten is turned."""
    chance = random.Random(4)
    with Workspace(root, Settings(person=_PEOPLE[0])) as workspace:
        records = workspace.catalogue.records
        fonds = records.create(Level.FONDS, "P", "Phông")
        files = [records.create(Level.FILE, f"H{number}", f"Hồ sơ {number}", fonds) for number in range(_FILES)]
        connection = workspace.catalogue.database.conn
        ids = [connection.execute("SELECT id FROM record WHERE uuid = ?", [file.id]).fetchone()[0] for file in files]
        seq, previous = workspace.catalogue.audit.end()
        station = workspace.catalogue.audit.station
        moment = datetime(2024, 1, 2, 8, tzinfo=VIETNAM)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO master(id, sha256, bytes, format, pages) VALUES (1, ?, 1, 'png', 1)", ["a" * 64]
        )

        def say(kind: str, subject: str, before: audit.Value, after: audit.Value) -> None:
            nonlocal seq, previous, moment
            seq, moment = seq + 1, moment + timedelta(seconds=chance.choice((5, 20, 40, 2000)))
            row = {
                "station": 1, "seq": seq, "uuid": new_id(), "at": stamp(moment), "clock_back": 0,
                "person": chance.choice(_PEOPLE), "role": "scan", "account": "bench", "kind": kind,
                "subject": subject, "before": audit._json(before), "after": audit._json(after), "undoes": None,
                "previous": previous,
            }  # fmt: skip
            row["hash"] = previous = audit.act_hash(station, row)
            connection.execute(f"INSERT INTO act VALUES ({', '.join(f':{name}' for name in row)})", row)

        number = 0
        while seq < acts:
            number += 1
            page, place = new_id(), number % _FILES
            quarters = 1 if number % 10 == 0 else None
            name = f"trang {number:07d}.jpg"
            connection.execute(
                "INSERT INTO page(uuid, record, file, ordinal, master, master_index, name, quarters)"
                " VALUES (?, ?, ?, ?, 1, 0, ?, ?)",
                [page, ids[place], ids[place], number, name, quarters],
            )
            connection.execute(
                "INSERT INTO job(page, state) VALUES (?, ?)", [number, "done" if number % 50 else "failed"]
            )
            if number % 50:
                connection.execute(
                    "INSERT INTO reading VALUES (?, 1654, 2339, 200, 0, 0, 0, ?, 200, ?, 'bench 1', 'vie', '{}', '[]',"
                    " x'', ?)",
                    [number, chance.uniform(0.6, 1), "[]" if number % 7 else '["blur"]', stamp(moment)],
                )
            say("page.import", files[place].id, None, {"name": name, "pages": [page], "sha256": "a" * 64})
            say("page.read", page, None, {"reader": "bench 1", "words": 200})
            if quarters:
                say("page.change", page, {"quarters": None}, {"quarters": quarters})
        connection.execute("UPDATE workspace SET value = ? WHERE key = ?", [str(seq), audit.end_key(station)])
        connection.execute("COMMIT")


PARTS: dict[str, Callable[[Workspace], object]] = {
    "open": lambda _: None,
    "chain": lambda workspace: workspace.catalogue.audit.faults(),
    "told": lambda workspace: list(untold_changes(workspace.catalogue)),
    "due": lambda workspace: [reminder.code for reminder in reminders.due(workspace)],
    "report": lambda workspace: report.figures(workspace).images,
    "report of a month": lambda workspace: report.figures(workspace, "2024-03-01", "2024-03-31").images,
    "audit": lambda workspace: sum(1 for _ in workspace.catalogue.audit.listed()),
    "audit of a record": lambda workspace: sum(
        1 for _ in workspace.catalogue.audit.listed(record=workspace.catalogue.records.get("H7").id)
    ),
    "audit of a day": lambda workspace: sum(
        1 for _ in workspace.catalogue.audit.listed(since="2024-03-01", until="2024-03-01")
    ),
    "PREMIS of a record": lambda workspace: sum(1 for _ in events_of(
        act for act, _ in workspace.catalogue.audit.listed(record=workspace.catalogue.records.get("H7").id)
    )),
}  # fmt: skip


def main() -> None:
    """Build, then measure each part in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--part", choices=PARTS)
    given = parser.parse_args()
    if given.part:
        with Workspace(given.folder, Settings()) as workspace:
            started, worked = time.monotonic(), time.process_time()
            answer = str(PARTS[given.part](workspace))[:60]
            seconds, cpu = time.monotonic() - started, time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            json.dumps(
                {
                    "part": given.part,
                    "seconds": round(seconds, 2),
                    "cpu": round(cpu, 2),
                    "mb": round(peak),
                    "answer": answer,
                }
            )
        )
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary) / "workspace"
        if not folder.exists():
            build(folder, given.acts)
        for part in PARTS:
            subprocess.run([sys.executable, "-m", "bench.audit", "--folder", str(folder), "--part", part], check=True)


if __name__ == "__main__":
    main()
