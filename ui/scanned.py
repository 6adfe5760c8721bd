"""What a run of the scanner has brought, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from digitizer.capture.place import Place
from digitizer.capture.scans import ScanReport
from digitizer.catalogue.records import UNFILED
from digitizer.errors import KnownError, NoSuchPage, NoSuchRecord
from digitizer.i18n import ngettext
from digitizer.model import PageId
from digitizer.tasks import Cancelled
from digitizer.workspace import Workspace
from ocr.errors import PageError
from ocr.spool import read_head
from ocr.spool_master import spool_image
from ui.images import PREVIEW_LONGEST
from ui.models.captured import file_of
from ui.speech import number
from ui.stacks import Grown


@dataclass(frozen=True, slots=True)
class Scanned:
    """By a run. ``file``: code of the file that its pages lie in. ``there``: those that nobody has taken away
    meanwhile. ``grown``: on the glass, what became of the stack; ``refused``: why it could not be sorted.
    """

    report: ScanReport
    feeder: bool
    file: str
    there: tuple[PageId, ...]
    grown: Grown | None = None
    refused: KnownError | None = None

    @property
    def gone(self) -> int:
        """Pages that were taken away while others came."""
        return sum(len(each.pages) for each in self.report.spool.entered) - len(self.there)


def scanned(
    workspace: Workspace, report: ScanReport, *, feeder: bool, grow: Callable[[str, tuple[PageId, ...]], Grown] | None
) -> Scanned:
    """What there is at the end of a run. ``grow``: adds pages that came one by one into a record to their stack; None
    where they stay as they are. For the lane of the scanner.
    """
    record, file = report.spool.record, ""
    there = tuple(page for each in report.spool.entered for page in each.pages if _is_there(workspace, page))
    with suppress(NoSuchRecord):
        file = file_of(workspace, workspace.catalogue.records.get(record or UNFILED))
    outcome = Scanned(report, feeder, file, there)
    if grow is None or record is None or not there:
        return outcome
    try:
        return replace(outcome, grown=grow(record, there))
    except KnownError as error:
        return replace(outcome, refused=error)
    except Cancelled:
        return outcome


def placed(place: Place) -> bool:
    """Whether a person has said where each page goes."""
    return bool(place.replaces) or place.ahead_of is not None


def _is_there(workspace: Workspace, page: PageId) -> bool:
    try:
        workspace.catalogue.pages.get(page)
    except NoSuchPage:
        return False
    return True


def replaced(place: Place, count: int, rest: bool, key: str) -> str:
    """What became of pages that were to be replaced, of which ``count`` came."""
    wanted = len(place.replaces)
    done = min(count, wanted)
    said = [ngettext("{count} page was replaced.", "{count} pages were replaced.", done).format(count=number(done))]
    if rest:
        left = ngettext(
            "{count} is left: lay in the next one and press {key}.",
            "{count} are left: lay in the next one and press {key}.", wanted - done,
        )  # fmt: skip
        said.append(left.format(count=number(wanted - done), key=key))
    if (more := count - wanted) > 0:
        behind = ngettext(
            "{count} more came: it was put behind them.", "{count} more came: they were put behind them.", more
        )  # fmt: skip
        said.append(behind.format(count=number(more)))
    return " ".join(said)


def previewed(workspace: Workspace, path: Path) -> tuple[PageId, Path] | None:
    """Make the picture of a sheet side that is in the spool, as the preview of the page that it will be; None where it
    was entered meanwhile.
    """
    try:
        page = PageId(read_head(path).page)
        target = workspace.derivatives.preview(page)
        workspace.derivatives.write_soon(target, spool_image(path, PREVIEW_LONGEST))
    except (PageError, OSError):
        return None
    return page, target
