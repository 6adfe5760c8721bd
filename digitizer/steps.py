"""How a page was made, step by step: pictures for a person who wonders, and for a report of a bad page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from digitizer.errors import CannotWrite, FileRefused, reason
from digitizer.files import write_bytes
from digitizer.i18n import gettext, marked
from digitizer.model import Page
from digitizer.requests import page_label, page_request, remade
from digitizer.settings import Settings
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace
from ocr.errors import PageError
from ocr.work import PageRequest, StageImage, stage_images

_TITLES = {
    "master": marked("The original"),
    "split": marked("One of two facing pages"),
    "perspective": marked("Seen straight from above"),
    "dewarp": marked("Bent lines made straight"),
    "ink": marked("Stamps and handwriting taken out"),
    "despeckle": marked("Specks taken out"),
    "bleed": marked("Print of the other side taken out"),
    "flatten": marked("Light evened out"),
    "read": marked("As the recogniser sees it"),
    "page": marked("The final page"),
}


def step_title(name: str) -> str:
    """What a step is called, in the language spoken now."""
    return gettext(_TITLES[name]) if name in _TITLES else name


def steps_of_page(workspace: Workspace, page: Page, task: Task | None = None) -> tuple[StageImage, ...]:
    """The steps of a page in the workspace, by the recipe that it was made with. Raises FileRefused."""
    recipe = workspace.catalogue.readings.recipe(page.id)
    settings, master = workspace.settings, workspace.masters.path(page.master)
    request = (
        page_request(settings, master, page.index) if recipe is None else remade(settings, master, page.index, recipe)
    )
    return _steps(request, page_label(page.name, page.index), task)


def steps_of_file(path: Path, index: int, settings: Settings, task: Task | None = None) -> tuple[StageImage, ...]:
    """The steps of page ``index`` (from 0) of a file that is in no workspace. Raises FileRefused."""
    return _steps(page_request(settings, path.absolute(), index), page_label(str(path), index), task)


def write_steps(steps: Sequence[StageImage], folder: Path) -> list[Path]:
    """Write the pictures into ``folder``, named in their order. Raises CannotWrite."""
    paths = [folder / f"{number:02d}-{step.name}.jpg" for number, step in enumerate(steps, 1)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, step in zip(paths, steps, strict=True):
            write_bytes(path, step.image)
    except OSError as error:
        raise CannotWrite(path=error.filename or folder, reason=reason(error)) from error
    return paths


def _steps(request: PageRequest, label: str, task: Task | None) -> tuple[StageImage, ...]:
    with WorkerPool(1) as pool:
        try:
            return pool.run(stage_images, request, task=task)
        except PageError as error:
            raise FileRefused.of(label, error) from error
