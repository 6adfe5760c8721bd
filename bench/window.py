"""Open the window on a catalogue of 40,000 records and 1,000,000 pages, and measure how long its thread is busy.

    xvfb-run -a python -m bench.window [FOLDER]

The catalogue is made (rows of records, pages and jobs alone, a few seconds) where FOLDER has none. Prints for each
thing a person does: milliseconds until it is shown, the longest time for which a timer of 10 ms was kept waiting, and
the most that the window's thread computed between two ticks.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from digitizer.catalogue.connection import atomic
from digitizer.model import Level, RecordId, new_id
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ui.app import Program
from ui.window import MainWindow

FILES, PAGES = 40_000, 1_000_000
READ_SHARE = 0.5
"""Files of which every page is read."""
TICK_MS = 10
_LONGEST_SECONDS = 120.0
_SETTLE_SECONDS = 1.0


def main(arguments: Sequence[str]) -> None:
    """Make the catalogue, open the window, do what people do, print what it took."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.window", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--pages", type=int, default=PAGES)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CONFIG_HOME"] = scratch
        root = wanted.folder or Path(scratch) / "kho"
        if not (root / "catalogue.sqlite").exists():
            make(root, wanted.files, wanted.pages)
        measure(root)


def make(root: Path, files: int, pages: int) -> None:
    """A fonds of ``files`` files with ``pages`` pages in all, written in bulk past the acts."""
    with Workspace(root, Settings(engine="null")) as workspace:
        catalogue = workspace.catalogue
        fonds = catalogue.records.create(Level.FONDS, "PHONG", "Phông Ủy ban nhân dân")
        connection = catalogue.database.conn
        top = connection.execute("SELECT id FROM record WHERE uuid = ?", [fonds.id]).fetchone()[0]
        each, read = pages // files, int(READ_SHARE * files)
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE name GLOB 'count_*'").fetchall()
        with atomic(catalogue.database):
            for name, _sql in triggers:  # the counts are written below
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(
                "INSERT INTO master (id, sha256, bytes, format, pages) VALUES (1, ?, 1, 'png', 1)", ["0" * 64]
            )
            connection.executemany(
                "INSERT INTO record (id, uuid, level, parent, code, title, ordinal, profile, pages, waiting)"
                " VALUES (?, ?, 'file', ?, ?, ?, ?, 'file', ?, ?)",
                (
                    (top + n, new_id(), top, f"000.00.01.H26.2021.{n:05d}", f"Hồ sơ cấp phép xây dựng số {n}", n, each,
                     0 if n <= read else each)
                    for n in range(1, files + 1)
                ),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO page (uuid, record, file, ordinal, master, master_index, name)"
                " VALUES (?, ?, ?, ?, 1, 0, ?)",
                (
                    (new_id(), top + n, top + n, m, f"trang-{m:03d}.png")
                    for n in range(1, files + 1)
                    for m in range(1, each + 1)
                ),
            )
            connection.execute(
                "INSERT INTO job (page, state) SELECT id, iif(record <= ?, 'done', 'waiting') FROM page", [top + read]
            )
            connection.execute(
                "UPDATE record SET pages = ?, waiting = ? WHERE id = ?", [each * files, each * (files - read), top]
            )
            for _name, sql in triggers:
                connection.execute(sql)


class Gaps(QObject):
    """The longest time in milliseconds that the window's thread kept a timer waiting, and the most that it computed
    between two ticks: on a machine that does other things, too, the second tells more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.begin()
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def begin(self) -> None:
        self._last, self._computed = time.perf_counter(), time.thread_time()
        self.longest = self.most = 0.0

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, 1000 * (now - self._last) - TICK_MS)
        computed = time.thread_time()
        self.most = max(self.most, 1000 * (computed - self._computed))
        self._last, self._computed = now, computed


def measure(root: Path) -> None:
    """Do what people do, one after the other."""
    app = QApplication(sys.argv[:1])
    program = Program(app, Settings(engine="null", language="vi"))
    gaps = Gaps()
    print(f"{'':44}{'shown ms':>10}{'late ms':>9}{'CPU ms':>8}")

    def step(name: str, act: Callable[[], object], there: Callable[[], bool]) -> None:
        gaps.begin()
        began = time.perf_counter()
        act()
        while not there():
            app.processEvents()
            if time.perf_counter() - began > _LONGEST_SECONDS:
                raise TimeoutError(name)
            time.sleep(0.001)
        shown = time.perf_counter()
        while time.perf_counter() - shown < _SETTLE_SECONDS:
            app.processEvents()
            time.sleep(0.001)
        print(f"{name:44}{1000 * (shown - began):10.0f}{gaps.longest:9.0f}{gaps.most:8.0f}")

    def current() -> MainWindow:
        assert program.window is not None
        return program.window

    step("open the window", lambda: program.open(root), lambda: program.window is not None and current().looked)
    window = current()
    tree, records = window.sidebar.tree, window.sidebar.records
    fonds = records.index(0, 0)
    known = records.record
    last = records.rowCount(fonds) - 1
    step("close the fonds", lambda: tree.collapse(fonds), lambda: True)
    step("open the fonds again", lambda: tree.expand(fonds), lambda: known(records.index(0, 0, fonds)) is not None)
    bar = tree.verticalScrollBar()
    step("scroll to the middle", lambda: bar.setValue(bar.maximum() // 2),
         lambda: known(tree.indexAt(tree.viewport().rect().center())) is not None)  # fmt: skip
    step("scroll to the end", lambda: bar.setValue(bar.maximum()),
         lambda: known(records.index(last, 0, fonds)) is not None)  # fmt: skip
    step("select a file", lambda: tree.setCurrentIndex(records.index(last - 3, 0, fonds)),
         lambda: window.desk.page is not None and window.desk.page.record == window.sidebar.selected)  # fmt: skip
    step("describe it", lambda: window.show_task("describe"), lambda: window.describe.form is not None)
    step("the next record", window.actions_table["next_record"].trigger,
         lambda: window.describe.form is not None
         and window.describe.form.record.id == window.sidebar.selected)  # fmt: skip
    window.show_task("capture")
    with Workspace(root, Settings(engine="null")) as workspace:
        far = workspace.catalogue.tree.part(RecordId(str(known(fonds).id)), 20_000 % last, 1)[0].record  # type: ignore[union-attr]
        page = workspace.catalogue.pages.part(far.id, 3, 1)[0]
    step("go to a page far away", lambda: window.show_page(page),
         lambda: window.desk.page is not None and window.desk.page.id == page.id)  # fmt: skip
    step("select the fonds: every page", lambda: tree.setCurrentIndex(fonds), lambda: window.desk.length >= PAGES // 2)
    step("to the last page", window.actions_table["last_page"].trigger, lambda: True)
    step("look again, 5 times", lambda: None, lambda: _look(window, app))
    window.show_task("deliver")
    step("deliver: check all", window.deliver.records.check_all,
         lambda: window.deliver.choice is not None and window.deliver.choice.packages > 0)  # fmt: skip
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")
    program.end()


def _look(window: MainWindow, app: QApplication) -> bool:
    for _ in range(5):
        window.refresh_soon()
        end = time.perf_counter() + 0.6
        while time.perf_counter() < end:
            app.processEvents()
            time.sleep(0.001)
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
