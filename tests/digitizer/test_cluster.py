"""A Dask cluster: the contract of all executors, the same catalogue as at home, workers and schedulers that go."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image

import resources
from digitizer import cluster as cluster_module
from digitizer.capture.files import import_paths
from digitizer.catalogue.index import catch_up
from digitizer.check import check
from digitizer.cluster import ClusterPool
from digitizer.errors import ClusterLost, ClusterNotPrivate, Exit, KnownError, WorkerRefused
from digitizer.jobs import ProcessReport, process
from digitizer.model import JobState
from digitizer.settings import Settings
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from tests.contracts.executor_suite import FOR_EVER, ExecutorSuite
from tests.helpers.cli import Program
from tests.helpers.cluster import ROOT, Cluster, cluster, packages
from tests.helpers.workspaces import imported, tiny_page

WORDS_OF_THE_SAMPLE = 100
PAGES, KILLED_AFTER = 16, 4


@pytest.fixture
def null_program(tmp_path: Path) -> Program:
    made = Program(tmp_path / "nhà", tmp_path / "vùng làm việc")
    made.settings(engine="null", jobs=2)
    return made


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), workers=2) as running:
        yield running


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """One whose processes the test may kill."""
    (tmp_path / "cụm").mkdir()
    with cluster(tmp_path / "cụm", workers=2) as running:
        yield running


class TestClusterPool(ExecutorSuite):
    @pytest.fixture(autouse=True)
    def _cluster(self, two_workers: Cluster) -> None:
        self.address = two_workers.address

    def opened(self, *, seconds_per_task: float = FOR_EVER) -> ClusterPool:
        return ClusterPool(self.address, seconds_per_task=seconds_per_task)


def _two_page_tiff(path: Path) -> None:
    pages = [Image.open(tiny_page(path.with_name(f"{number}.png"), number)) for number in (21, 22)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="group4")


def _contents(workspace: Workspace) -> dict[str, Any]:
    """All that reading puts into a catalogue, without ids and times."""
    connection = workspace.catalogue.database.conn
    readings = (
        "SELECT page.name, page.master_index, page.ordinal, page.split, page.quarters, job.state, job.attempts, width,"
        " height, dpi, rotation, skew, blank, confidence, words, flags, reader, languages, recipe, transform, text"
        " FROM page JOIN job ON job.page = page.id LEFT JOIN reading ON reading.page = page.id"
        " ORDER BY page.record, page.ordinal"
    )
    pages = [
        page
        for record in workspace.catalogue.records.under()
        for page in workspace.catalogue.pages.of_record(record.id)
    ]
    return {
        "readings": [tuple(row) for row in connection.execute(readings)],
        "index": [tuple(row) for row in connection.execute("SELECT * FROM vocabulary ORDER BY term, col, doc, offset")],
        "images": [workspace.derivatives.image(page.id).read_bytes() for page in pages],
        "acts": sorted(row[0] for row in connection.execute("SELECT kind FROM act")),
    }


def test_two_workers_give_the_same_catalogue_as_this_pc(two_workers: Cluster, tmp_path: Path) -> None:
    found = []
    for name, scheduler in (("đây", None), ("cụm", two_workers.address)):
        with Workspace(tmp_path / name, Settings(jobs=2, person="Người thử")) as workspace:
            import_paths(workspace, [resources.path("samples") / "cong-van.jpg"], "H1")
            imported(workspace, tmp_path / "nhỏ", 6, "H2")
            _two_page_tiff(tmp_path / "hai trang.tif")
            import_paths(workspace, [tmp_path / "hai trang.tif"], "H2")
            report = process(workspace, scheduler=scheduler)
            assert (report.done, report.failed) == (9, [])
            assert check(workspace).faults == []
            connection = workspace.catalogue.database.conn
            catch_up(workspace.catalogue.database)
            connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'page_index', 'instance')")
            found.append(_contents(workspace))
    assert found[0] == found[1]
    assert len(found[0]["index"]) > WORDS_OF_THE_SAMPLE


def test_a_worker_that_is_killed_loses_no_page(own_cluster: Cluster, workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, PAGES)

    def kill(done: int, total: int, note: str) -> None:
        if done >= KILLED_AFTER and own_cluster.workers[0].poll() is None:
            own_cluster.workers[0].kill()
            own_cluster.workers[0].wait()

    report = process(workspace, scheduler=own_cluster.address, task=Task(kill))
    assert own_cluster.workers[0].returncode is not None
    assert (report.done, report.failed) == (len(pages), [])
    attempts = workspace.catalogue.database.conn.execute("SELECT sum(attempts) FROM job").fetchone()[0]
    assert attempts == 0, "the PC was lost, no page was at fault"


def test_a_scheduler_that_goes_away_is_a_sentence_and_the_pages_wait(
    own_cluster: Cluster, workspace: Workspace, tmp_path: Path
) -> None:
    imported(workspace, tmp_path, PAGES)
    scheduler = own_cluster.scheduler
    assert scheduler is not None

    def kill(done: int, total: int, note: str) -> None:
        if done >= KILLED_AFTER:
            scheduler.kill()

    report = ProcessReport()
    with pytest.raises(ClusterLost) as caught:
        process(workspace, scheduler=own_cluster.address, task=Task(kill), report=report)
    assert own_cluster.address in caught.value.message
    counts = [workspace.catalogue.queue.count(state) for state in (JobState.DONE, JobState.FAILED, JobState.WAITING)]
    assert counts == [report.done, 0, PAGES - report.done]
    assert process(workspace).done == counts[2]


def test_stopped_by_a_person_the_pages_wait(two_workers: Cluster, workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path, 10)
    task = Task(lambda done, total, note: task.cancel())
    with pytest.raises(Cancelled):
        process(workspace, scheduler=two_workers.address, task=task)
    done = workspace.catalogue.queue.count(JobState.DONE)
    assert 0 < done < 10
    assert process(workspace, scheduler=two_workers.address).done == 10 - done


def test_a_worker_of_another_version_gets_no_page(own_cluster: Cluster, workspace: Workspace, tmp_path: Path) -> None:
    other = packages(tmp_path / "bản khác")
    (other / "ocr").unlink()
    shutil.copytree(ROOT / "ocr", other / "ocr", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "ocr" / "errors.py").open("a") as changed:
        changed.write("# another version\n")
    own_cluster.add_worker("--no-nanny", packages=other)
    imported(workspace, tmp_path, 6)
    report = process(workspace, scheduler=own_cluster.address)
    assert report.done == 6
    (refused,) = report.workers_refused
    assert "version" in refused.message
    for fit in own_cluster.workers[:2]:
        fit.kill()
        fit.wait()
    own_cluster.until_known(1)
    with pytest.raises(WorkerRefused):
        ClusterPool(own_cluster.address)


def test_a_worker_without_the_program_or_without_children_is_refused(own_cluster: Cluster, tmp_path: Path) -> None:
    other = tmp_path / "khác" / "ocr"  # stands before the one that may be installed
    other.mkdir(parents=True)
    (other / "__init__.py").touch()
    (other / "remote.py").write_text("raise ImportError('of another program')")
    own_cluster.add_worker("--no-nanny", packages=tmp_path / "khác")
    own_cluster.add_worker("--nanny")
    with ClusterPool(own_cluster.address) as workers:
        said = [error.message for error in workers.refused]
        assert workers.processes == 2
    assert sorted("DAEMON" in each for each in said) == [False, True]


def test_a_master_too_large_to_send_is_read_here(
    two_workers: Cluster, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(workspace, tmp_path, 2)
    monkeypatch.setattr(cluster_module, "MAX_SENT", 1)
    assert process(workspace, scheduler=two_workers.address).done == 2


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("tcp://127.0.0.1:1", ClusterLost),
        ("tcp://no-such-host.invalid:8786", ClusterLost),
        ("tls://127.0.0.1:1", ClusterLost),
        ("tcp://8.8.8.8:8786", ClusterNotPrivate),
        ("tcp://[2001:4860:4860::8888]:8786", ClusterNotPrivate),
    ],
)
def test_an_address_that_is_no_use_is_named(address: str, error: type[KnownError]) -> None:
    with pytest.raises(error) as caught:
        ClusterPool(address)
    assert f"“{address}”" in caught.value.message


def test_whoever_answers_something_else_is_no_scheduler() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        Thread(target=answer).start()
        with pytest.raises(ClusterLost):
            ClusterPool(f"tcp://127.0.0.1:{listener.getsockname()[1]}")


def test_a_scheduler_without_workers_is_named(tmp_path: Path) -> None:
    with cluster(tmp_path, workers=0) as running, pytest.raises(ClusterLost):
        ClusterPool(running.address)


def test_dask_is_loaded_only_when_a_scheduler_is_named(null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1))
    found = (
        "import sys; from digitizer.__main__ import main; main(sys.argv[1:]);"
        " print({'dask', 'distributed'} & {*sys.modules})"
    )
    arguments = null_program.command("process")[3:]
    done = subprocess.run(
        [sys.executable, "-c", found, *arguments],
        env=null_program.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_without_dask_the_command_says_what_to_install(null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1))
    (tmp_path / "không có" / "distributed").mkdir(parents=True)
    (tmp_path / "không có" / "distributed" / "__init__.py").write_text("raise ImportError('not here')")
    without = {"PYTHONPATH": str(tmp_path / "không có")}
    answer = null_program("--json", "process", "--scheduler", "tcp://127.0.0.1:8786", environment=without)
    assert (answer.code, answer.document["error"]["code"]) == (Exit.MISSING, "cluster-missing")
    assert "pip install" in answer.document["error"]["message"]


def test_the_command_reads_with_the_cluster(two_workers: Cluster, null_program: Program, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1))
    answer = null_program("--json", "process", "--scheduler", two_workers.address)
    assert (answer.code, answer.document["done"], answer.err) == (0, 1, "")
    wrong = null_program("--json", "process", "--scheduler", "8786")
    assert (wrong.code, wrong.document["error"]["code"]) == (Exit.USAGE, "wrong-usage")
