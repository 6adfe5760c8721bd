"""The main job on the pages shipped with the program: import, process, search, deliver, in a workspace of its own."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

import resources
from digitizer.capture.files import ImportReport, import_paths
from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.records import Package, deliver_pdf
from digitizer.errors import WrongUsage
from digitizer.i18n import gettext, language
from digitizer.jobs import process
from digitizer.model import Level
from digitizer.settings import Settings
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_MARK = ".digitizer-demo"
"""A folder with this file was made by a demo and may be made anew by the next."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """``hits``: pages found, by query. ``failed``: pages not read and records not delivered.

    ``seconds``: from the first file to the last package.
    """

    workspace: Path
    pages: int
    records: int
    hits: dict[str, int]
    delivered: tuple[Package, ...]
    failed: int
    seconds: float


def demo_workspace() -> Path:
    """Where the demo works when no workspace is named."""
    return user_data_path("digitizer") / "demo"


def run_demo(root: Path, settings: Settings, task: Task | None = None) -> DemoReport:
    """Do the main job in a new workspace at ``root``. An earlier demo there is replaced; anything else is left alone.

    Raises WrongUsage where ``root`` holds something that no demo made.
    """
    task = task or Task()
    _make_room(root)
    started = time.monotonic()
    with Workspace(root, settings) as workspace:
        imported = import_samples(workspace, task)
        processed = process(workspace, task=task)
        queries = _samples()["queries"]
        hits = {str(q["query"]): workspace.catalogue.search.pages(q["query"]).total for q in queries}
        delivered = deliver_pdf(workspace, root / "delivered", wish=PdfWish(coarse=True), task=task)
        records = workspace.catalogue.records.all()
    return DemoReport(
        root,
        sum(len(each.pages) for each in imported.imported),
        sum(record.level is Level.FILE for record in records),
        hits,
        tuple(delivered.packages),
        len(processed.failed) + len(delivered.refused),
        time.monotonic() - started,
    )


def import_samples(workspace: Workspace, task: Task | None = None) -> ImportReport:
    """Import the shipped pages into their records. A second call adds nothing."""
    task = task or Task()
    truth = _samples()
    report = ImportReport()
    title = "title_en" if language() == "en" else "title"
    records = workspace.catalogue.records
    for record in truth["records"]:
        records.change(records.file_for(record["code"]), title=record[title])
    for item in truth["items"]:
        file = records.get(item["record"])
        known = {each.title: each for each in records.under(file.id)}
        made = known.get(item[title]) or records.item_for(file, item[title], None)
        part = import_paths(workspace, [resources.path(f"samples/{name}") for name in item["files"]], made.code, task)
        report.imported += part.imported
        report.refused += part.refused
        report.duplicates += part.duplicates
    return report


def _samples() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.path("samples/samples.json").read_text("utf-8"))
    return found


def _make_room(root: Path) -> None:
    if (root / _MARK).is_file():
        shutil.rmtree(root)
    elif root.exists() and any(root.iterdir()):
        raise WrongUsage(reason=gettext("“{path}” is not empty: the demo needs a new folder.").format(path=root))
    root.mkdir(parents=True, exist_ok=True)
    (root / _MARK).touch()
