"""What the queue takes among a million pages: ``python -m bench.queue [--pages N]``. Prints milliseconds a call."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from digitizer.catalogue.permits import Who
from digitizer.catalogue.store import Catalogue
from digitizer.model import JobState, PageId

MOST_MILLISECONDS = 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1_000_000)
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        catalogue = _filled(Path(folder) / "catalogue.sqlite", pages)
        database = catalogue.database.conn
        _measure(catalogue, "all wait")
        database.execute("UPDATE page SET withdrawn = 1 WHERE id <= ?", [pages // 2])
        _measure(catalogue, "half are withdrawn")
        database.execute("UPDATE page SET withdrawn = 0")
        database.execute("UPDATE job SET state = ? WHERE page <= ?", [JobState.DONE, pages - 100])
        _measure(catalogue, "100 wait")
        catalogue.close()


def _filled(path: Path, pages: int) -> Catalogue:
    catalogue = Catalogue(path, Who("bench", ""))
    database = catalogue.database.conn
    database.execute("BEGIN")
    database.execute(
        "INSERT INTO record(uuid, level, code, title, secrecy, ordinal) VALUES ('r', 'file', 'H', '', '', 1)"
    )
    database.execute("INSERT INTO master(sha256, bytes, format, pages) VALUES ('s', 1, 'png', 1)")
    database.executemany(
        "INSERT INTO page(uuid, record, file, ordinal, master, master_index, name) VALUES (?, 1, 1, ?, 1, 0, '')",
        ((f"{number:032x}", number) for number in range(pages)),
    )
    database.execute("INSERT INTO job(page, state) SELECT id, 'waiting' FROM page")
    database.execute("COMMIT")
    return catalogue


def _measure(catalogue: Catalogue, when: str) -> None:
    queue = catalogue.queue
    ahead: set[PageId] = {job.page for job in queue.next(8)}
    calls: dict[str, Callable[[], object]] = {
        "next(4)": lambda: queue.next(4),
        "next(4) besides 8": lambda: queue.next(4, ahead),
        "count": lambda: queue.count(JobState.WAITING),
    }
    for name, call in calls.items():
        began = time.perf_counter()
        call()
        taken = (time.perf_counter() - began) * 1000
        print(f"{when:20} {name:20} {taken:8.2f} ms  {taken / MOST_MILLISECONDS:6.2f} of what is allowed")


if __name__ == "__main__":
    main()
