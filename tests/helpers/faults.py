"""Faults at every write: ``python -m tests.helpers.faults FATE FOLDER [--every N] [--from N]``.

Runs a few commands again and again in forked copies of itself. In the n-th copy the n-th write, fsync, rename, unlink,
new folder or SQL statement meets its FATE: the process dies there (``die``), the disk is full from there on (``full``),
or that one call fails (``fail``). Then the workspace is opened anew: nothing may be lost or doubled, and the same
commands must finish. What is wrong goes to standard output, a line each; the last line says how many points there were.
``trace`` lists the calls instead.

Pages are read in the process itself, by a reader that remembers: the parent alone writes, and that is tried here.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import cv2

from digitizer import jobs
from digitizer.__main__ import main as program
from digitizer.capture import files as capture
from digitizer.check import check
from digitizer.files import TEMPORARY_PREFIX
from digitizer.model import JobState
from digitizer.settings import Settings
from digitizer.workers import Workers
from digitizer.workspace import Workspace, exists
from ocr.work import PageRequest
from tests.helpers.workspaces import tiny_page

P = ParamSpec("P")
T = TypeVar("T")
PAGES = 3
KILLED = 137
GOES_WRONG, FOUND_ALREADY = 3, 2
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP", "COMMIT", "SAVEPOINT", "RELEASE")
_CODES = {"workspace-unusable", "cannot-write"}
_real_open = io.open
_answers: dict[object, object] = {}


class Remembering(Workers):
    """Reads in this process, each page once for all copies of it."""

    def __init__(self, count: int, *, seconds_per_task: float = 0.0) -> None:
        """Takes what ``WorkerPool`` takes."""

    @property
    def processes(self) -> int:
        return 1

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        (asked,) = args
        source = asked.source if isinstance(asked, PageRequest) else asked
        assert isinstance(source, Path)
        rest = repr(replace(asked, source=Path())) if isinstance(asked, PageRequest) else ""
        key = (fn, hashlib.sha256(source.read_bytes()).digest(), rest)
        future: Future[Any] = Future()
        if key not in _answers:
            _answers[key] = fn(*args, **kwargs)
        future.set_result(_answers[key])
        return future


@dataclass
class Fault:
    """Counts the calls that change the disk. ``at``: the number of the one (from 1) that meets ``fate``."""

    fate: str
    at: int
    count: int = 0
    trace: list[str] = field(default_factory=list)

    def call(self, what: str, path: object = None) -> None:
        """Before each of these calls. ``path``: what it changes."""
        self.count += 1
        self.trace.append(f"{what} {path}")
        if self.fate == "die" and self.count == self.at:
            os._exit(KILLED)
        if self.hits() and what != "unlink":
            if what == "sql":
                full = sqlite3.OperationalError("database or disk is full")
                full.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise full
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    def hits(self) -> bool:
        return (self.fate == "full" and self.count >= self.at) or (self.fate == "fail" and self.count == self.at)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """In this process, until the end of the block."""
        before = {name: getattr(os, name) for name in ("fsync", "replace", "rename", "unlink", "mkdir")}
        connect = sqlite3.connect
        fault = self

        class Writer(io.FileIO):
            def write(self, data: Any, /) -> int:
                fault.call("write", self.name)
                return super().write(data)

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
                if sql.lstrip().upper().startswith(_WRITES):
                    fault.call("sql", sql.split(maxsplit=1)[0])
                return super().execute(sql, *parameters)

        def opened(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **named: Any) -> Any:
            if set(mode) & set("wxa+") and isinstance(file, str | os.PathLike) and "b" in mode:
                return io.BufferedWriter(Writer(os.fspath(file), mode.replace("b", "")))
            return _real_open(file, mode, buffering, *rest, **named)

        def counted(name: str) -> Callable[..., Any]:
            def call(first: Any, *rest: Any, **named: Any) -> Any:
                self.call(name, Path(f"/proc/self/fd/{first}").readlink() if name == "fsync" else first)
                return None if name == "fsync" else before[name](first, *rest, **named)

            return call

        for name in before:
            setattr(os, name, counted(name))
        io.open = opened
        sqlite3.connect = lambda *a, **named: connect(*a, **{"factory": Connection} | named)
        try:
            yield
        finally:
            for name, real in before.items():
                setattr(os, name, real)
            io.open, sqlite3.connect = _real_open, connect


@dataclass(frozen=True)
class Place:
    """One copy's workspace and where it delivers to."""

    root: Path
    source: Path

    @property
    def workspace(self) -> Path:
        return self.root / "vùng"

    def commands(self) -> list[tuple[tuple[str, ...], set[int]]]:
        """What is run, and the codes that are well the second time too."""
        return [
            (("record", "new", "H0", "--title", "Trước"), {0, FOUND_ALREADY}),
            (("import", str(self.source), "--record", "H1"), {0}),
            (("process",), {0}),
            (("record", "set", "H1", "--title", "Tên mới"), {0}),
            (("deliver", str(self.root / "giao"), "--as", "pdf"), {0}),
        ]


def run(place: Place, *arguments: str) -> tuple[int, Any]:
    """One command in this process: its code and its document."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = program(["--workspace", str(place.workspace), "--json", *arguments])
    return code, json.loads(out.getvalue() or "null")


def in_copy(work: Callable[[], list[str]]) -> tuple[int, list[str]]:
    """Run ``work`` in a fork; gives how it ended and the lines that it gave."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reader)
        try:
            lines = work()
        except BaseException as error:  # noqa: BLE001 - told to the parent, whatever it is
            lines = [f"{type(error).__name__}: {error!r}"]
        with os.fdopen(writer, "w") as pipe:
            pipe.write("\n".join(lines))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said.splitlines()


def meet(place: Place, fate: str, at: int) -> list[str]:
    """In a copy: run all commands with the fault. Gives what is wrong, last ``unmet`` where the fault never came."""
    fault, wrong = Fault(fate, at), []
    with fault.installed():
        for arguments, fine in place.commands():
            code, document = run(place, *arguments)
            if code in fine:
                continue
            if not fault.hits() and fault.count < at:
                wrong.append(f"{arguments[0]} ended with {code} before the fault: {document}")
            elif code not in (6, GOES_WRONG):
                if fate == "die" or not _follows(document):
                    wrong.append(f"{arguments[0]} ended with {code}: {document}")
            elif fate != "die" and not _told(document):
                wrong.append(f"{arguments[0]} did not say that the disk is full: {document}")
    return wrong + (["unmet"] if fault.count < at else [])


def _told(document: Any) -> bool:
    """Whether a refusal names the full disk; one that only follows from it names what is missing."""
    said = [document["error"]] if "error" in document else document.get("refused", []) + document.get("failed", [])
    codes = {each["code"] for each in said}
    return _follows(document) or (bool(codes & _CODES) and any("disk is full" in each["message"] for each in said))


def _follows(document: Any) -> bool:
    error = document.get("error", {"code": "", "message": ""})
    nothing = error["code"] in {"no-such-record", "nothing-to-deliver"} or "there is no workspace" in error["message"]
    return nothing or any(each["code"] == "pages-waiting" for each in document.get("refused", []))


def traced(place: Place) -> list[str]:
    """In a copy: every call that changes the disk, in order."""
    fault = Fault("trace", 0)
    with fault.installed():
        for arguments, _ in place.commands():
            run(place, *arguments)
    return fault.trace


def prove(place: Place) -> list[str]:
    """In a copy: the workspace is whole, and the same commands finish it."""
    wrong = whole(place) if exists(place.workspace) else []
    for arguments, fine in place.commands():
        code, document = run(place, *arguments)
        if code not in fine:
            wrong.append(f"afterwards {arguments[0]} ends with {code}: {document}")
    with Workspace(place.workspace, Settings()) as workspace:
        catalogue = workspace.catalogue
        if catalogue.queue.count(JobState.DONE) != PAGES or catalogue.records.get("H1").pages != PAGES:
            wrong.append("pages are lost or doubled")
        if not all(
            workspace.derivatives.intact(page.id) for page in catalogue.pages.of_record(catalogue.records.get("H1").id)
        ):
            wrong.append("an image is missing")
    left = [path.name for path in place.workspace.joinpath("masters").rglob(f"{TEMPORARY_PREFIX}*")]
    return wrong + whole(place) + [f"left in masters: {name}" for name in left]


def whole(place: Place) -> list[str]:
    with Workspace(place.workspace, Settings()) as workspace:
        wrong = [f"{fault.code} {fault.where} {fault.what}" for fault in check(workspace).faults]
        connection = workspace.catalogue.database.conn
        pages, masters, tasks = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("page", "master", "job")
        )
        if not pages == masters == tasks:
            wrong.append(f"{pages} pages, {masters} masters, {tasks} jobs")
        unread = connection.execute(
            "SELECT count(*) FROM job LEFT JOIN reading USING (page)"
            " WHERE (state = 'done') <> (reading.page IS NOT NULL)"
        ).fetchone()[0]
        return wrong + (["a job and its reading disagree"] if unread else [])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("fate", choices=["die", "full", "fail", "trace"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    given = parser.parse_args()
    cv2.setNumThreads(0)  # a copy of a process has none of its threads
    for module in (jobs, capture):
        vars(module)["WorkerPool"] = Remembering
    os.environ["XDG_CONFIG_HOME"] = str(given.folder / "cấu hình")
    settings = given.folder / "cấu hình" / "digitizer" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(Settings(engine="null", jobs=1, language="en").model_dump_json(), "utf-8")
    source = given.folder / "giấy"
    for number in range(PAGES):
        tiny_page(source / f"{number}.png", number + 1)
    rehearsed = Place(given.folder / "tập", source)
    for line in prove(rehearsed):
        print("rehearsal:", line)
    if given.fate == "trace":
        print("\n".join(in_copy(lambda: traced(Place(given.folder / "vết", source)))[1]))
        return
    at = given.first
    while True:
        place = Place(given.folder / str(at), source)
        code, lines = in_copy(partial(meet, place, given.fate, at))
        unmet = lines[-1:] == ["unmet"]
        ended = [] if code == KILLED or given.fate != "die" or unmet else [f"did not die but ended with {code}"]
        proof = in_copy(partial(prove, place))[1]
        for line in [each for each in lines if each != "unmet"] + ended + proof:
            print(f"{given.fate} at {at}: {line}")
        shutil.rmtree(place.root, ignore_errors=True)
        if unmet:
            break
        at += given.every
    print(at)


if __name__ == "__main__":
    main()
