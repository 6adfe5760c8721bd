"""Running the queue."""

from pathlib import Path

import pytest
from PIL import Image

from digitizer import jobs
from digitizer.catalogue.readings import Readings
from digitizer.jobs import ensure_images, process
from digitizer.model import JobState, PageId
from digitizer.workspace import Workspace
from ocr.work import PageResult
from tests.helpers.workspaces import imported


def test_only_the_pages_asked_for_are_read(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, 3)
    assert process(workspace, only=[pages[1]]).done == 1
    states = [workspace.catalogue.pages.get(page).state for page in pages]
    assert states == [JobState.WAITING, JobState.DONE, JobState.WAITING]


def test_a_turn_made_while_the_page_is_read_is_not_swallowed(workspace: Workspace, tmp_path: Path) -> None:
    (page,) = imported(workspace, tmp_path, 1)
    kept: list[bool] = []
    before = Readings.store

    def store(self: Readings, page: PageId, result: PageResult, *, quarters: int | None = None) -> bool:
        if not kept:  # as if a person turned it while the worker had it
            workspace.catalogue.pages.turn(page, 1)
        kept.append(before(self, page, result, quarters=quarters))
        return kept[-1]

    Readings.store = store  # type: ignore[method-assign]
    try:
        report = process(workspace)
    finally:
        Readings.store = before  # type: ignore[method-assign]
    assert (kept, report.done) == ([False, True], 1)
    facts = workspace.catalogue.readings.facts(page)
    assert facts is not None
    assert facts.rotation == 90


def test_images_that_were_deleted_or_damaged_are_made_again(workspace: Workspace, tmp_path: Path) -> None:
    one, two, three = imported(workspace, tmp_path, 3)
    process(workspace)
    before = workspace.derivatives.image(three).stat().st_mtime_ns
    workspace.derivatives.forget(one)
    workspace.derivatives.image(two).write_bytes(b"JUNK")
    ensure_images(workspace, [workspace.catalogue.pages.get(page) for page in (one, two, three)])
    assert all(workspace.derivatives.intact(page) for page in (one, two, three))
    assert workspace.derivatives.image(three).stat().st_mtime_ns == before


def test_a_page_read_anew_never_keeps_the_image_of_the_reading_before(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = imported(workspace, tmp_path, 1)
    process(workspace)
    workspace.catalogue.pages.turn(page, 1)
    with monkeypatch.context() as killed:  # as if killed between the transaction and the image

        def gone(*_: object) -> None:
            raise KeyboardInterrupt

        killed.setattr(jobs, "_keep_images", gone)
        with pytest.raises(KeyboardInterrupt):
            process(workspace)
    assert workspace.catalogue.pages.get(page).state is JobState.DONE
    assert not workspace.derivatives.intact(page)
    ensure_images(workspace, [workspace.catalogue.pages.get(page)])
    with Image.open(workspace.derivatives.image(page)) as image:
        assert image.height > image.width
