"""Labels and separator sheets as PDF, to be printed at their own size (100 %)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitizer.catalogue.records import Records
from digitizer.errors import CannotWrite, WrongUsage, reason
from digitizer.files import written_aside
from digitizer.i18n import gettext, marked
from digitizer.labels.facts import Facts, box_of, facts_of
from digitizer.labels.paint import PATCH_MM, Paper
from digitizer.labels.sheets import A4_MM, LabelSheet
from digitizer.labels.text import LABELS, SEPARATORS, Said, What, written
from digitizer.model import Level, Record
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_PAD = 2.5
_QR_OF_WIDTH = 0.42
"""Part of a label's width that its QR code has at most."""
_EDGE = 12.7
"""From the edge of the paper to the bars of a patch code: half an inch (Kodak A-61599 asks for a quarter at least)."""
_ANOTHER_ITEM = marked("The sheets behind this one are another item of the same file.")
_KEEP_IT = marked("Not a document. Do not shred it and do not file it: take it out after scanning and use it again.")
MOST_SHEETS = 1000
"""Separator sheets in one PDF: they are made in memory."""


@dataclass(frozen=True, slots=True)
class Printed:
    """``codes``: of the records that were printed, in order; ``pages``: of the PDF."""

    path: Path
    codes: tuple[str, ...]
    pages: int


def write_labels(
    workspace: Workspace, path: Path, codes: Sequence[str], sheet: LabelSheet, *,
    start: int = 1, boxes: bool = False, task: Task | None = None,
) -> Printed:  # fmt: skip
    """Labels for files and items, or for all files in what lies above; ``boxes``: for the boxes that they lie in.

    ``start``: the first label that is still on the sheet, from 1. Raises NoSuchRecord, WrongUsage, FontMissing,
    CannotWrite or Cancelled.
    """
    if start > sheet.count:
        said = gettext("The sheet “{name}” has {count} labels: none is number {start}.")
        raise WrongUsage(reason=said.format(name=sheet.name, count=sheet.count, start=start))
    records = workspace.catalogue.records
    named = _boxes(records, codes) if boxes else (facts_of(records, record) for record in _labelled(records, codes))
    chosen = list(named)
    places = list(sheet.places(start, len(chosen)))

    def paint(paper: Paper) -> int:
        page = 0
        for facts, (at, x, y) in zip(chosen, places, strict=True):
            (task or Task()).check()
            while page < at:
                paper.next_page()
                page += 1
            _label(paper, facts, x, y, sheet)
        return page + 1

    return _written(path, gettext("Labels"), [facts.record for facts in chosen], paint)


def write_separators(workspace: Workspace, path: Path, codes: Sequence[str], task: Task | None = None) -> Printed:
    """A separator sheet for each of these files and items. Raises as ``write_labels``."""
    records = workspace.catalogue.records
    chosen = [records.get(code) for code in codes]
    for record in chosen:
        if record.level not in SEPARATORS:
            said = gettext("“{code}” is neither a file nor an item: pages go into those.")
            raise WrongUsage(reason=said.format(code=record.code))

    def paint(paper: Paper) -> int:
        for number, record in enumerate(chosen):
            (task or Task()).check()
            if number:
                paper.next_page()
            _separator(paper, Said(SEPARATORS[record.level], record.code), facts_of(records, record))
        return len(chosen)

    return _written(path, gettext("Separator sheets"), chosen, paint)


def write_plain_separators(path: Path, count: int, patch: str | None = None, *, task: Task | None = None) -> Printed:
    """So many sheets, at most MOST_SHEETS, behind which another item begins: with our QR code, or with that patch code.

    Raises WrongUsage, FontMissing, CannotWrite or Cancelled.
    """
    if count > MOST_SHEETS:
        said = gettext("At most {most} separator sheets are made at once, not {count}: a printed sheet is used again.")
        raise WrongUsage(reason=said.format(most=MOST_SHEETS, count=count))
    task = task or Task()

    def paint(paper: Paper) -> int:
        for number in range(count):
            task.check()
            task.report(number, count)
            if number:
                paper.next_page()
            if patch is None:
                _separator(paper, Said(What.NEXT), None)
            else:
                _patch_sheet(paper, patch)
        return count

    return _written(path, gettext("Separator sheets"), [], paint)


def _written(path: Path, title: str, records: Sequence[Record], paint: Callable[[Paper], int]) -> Printed:
    try:
        with written_aside(path) as aside:
            paper = Paper(aside, title)
            pages = paint(paper)
            paper.save()
    except OSError as error:
        raise CannotWrite(path=error.filename or path, reason=reason(error)) from error
    return Printed(path, tuple(record.code for record in records), pages)


def _labelled(records: Records, codes: Sequence[str]) -> Iterator[Record]:
    for code in codes:
        record = records.get(code)
        found = [record] if record.level in (Level.FILE, Level.ITEM) else list(_below(records, record, Level.FILE))
        if not found:
            raise WrongUsage(reason=gettext("There is no file in “{code}”.").format(code=record.code))
        yield from found


def _boxes(records: Records, codes: Sequence[str]) -> Iterator[Facts]:
    """The boxes that these records lie in or above; where there is none, those that the forms of files name."""
    seen = set[tuple[str, ...]]()
    for code in codes:
        record = records.get(code)
        found = [each for each in records.path(record) if each.level is Level.BOX]
        boxes = [facts_of(records, box) for box in found or _below(records, record, Level.BOX)]
        if not boxes:
            above = [each for each in records.path(record) if each.level is Level.FILE]
            files = above or _below(records, record, Level.FILE)
            boxes = [box for file in files if (box := box_of(records, file)) is not None]
        if not boxes:
            said = gettext(
                "“{code}” lies in no box: move it into the record of a box, or enter the number of its box in its form."
            )
            raise WrongUsage(reason=said.format(code=record.code))
        for facts in boxes:
            key = (facts.box, *facts.numbers) if facts.box else (facts.record.code,)
            if key not in seen:
                seen.add(key)
                yield facts


def _below(records: Records, above: Record, level: Level) -> Iterator[Record]:
    for record in records.under(above.id):
        if record.level is level:
            yield record
        elif level is not Level.ITEM and record.level is not Level.ITEM:
            yield from _below(records, record, level)


def _label(paper: Paper, facts: Facts, x: float, y: float, sheet: LabelSheet) -> None:
    """QR code on the left, what it means on the right: numbers, code, as much of the title as there is room for. A box
    that has no record has no QR code either.
    """
    side = min(sheet.height - 2 * _PAD, sheet.width * _QR_OF_WIDTH)
    if facts.box:
        side = 0.0
    else:
        paper.qr(written(Said(LABELS[facts.record.level], facts.record.code)), x + _PAD, y + _PAD, side)
    left, width = x + 2 * _PAD + side, sheet.width - 3 * _PAD - side
    size = 7.0 if sheet.height < 50 else 9.0
    bottom = y + sheet.height - _PAD
    below = paper.lines(facts.fonds, left, y + _PAD / 2, width, size, most=1)
    below = paper.lines(" · ".join(facts.numbers), left, below, width, size, most=3)
    code = gettext("Box no. {value}").format(value=facts.box) if facts.box else facts.record.code
    below = paper.lines(code, left, below, width, size * 1.5, bold=True, most=2)
    under = " · ".join(facts.lines)
    room = bottom - below - paper.height(under, width, size)
    most = int(room / paper.height("x", width, size))
    if most > 0:
        below = paper.lines(facts.title, left, below, width, size, most=most)
    paper.lines(under, left, below, width, size, most=3)


def _separator(paper: Paper, said: Said, facts: Facts | None) -> None:
    """The QR code large, and once more at the foot, in case of a fold or a stain; in words what the sheet is for."""
    margin, middle = 20.0, A4_MM[0] - 40.0
    below = paper.lines(gettext("SEPARATOR SHEET").upper(), margin, 18.0, middle, 26, bold=True, centred=True)
    paper.qr(written(said), (A4_MM[0] - 95.0) / 2, below + 4, 95.0)
    below += 103.0
    if facts is None:
        below = paper.lines(gettext("Next item"), margin, below, middle, 30, bold=True, centred=True)
    else:
        below = paper.lines(facts.record.code, margin, below, middle, 30, bold=True, centred=True, most=3)
        below = paper.lines(facts.title, margin, below + 2, middle, 16, centred=True, most=4)
        below = paper.lines(
            " · ".join((facts.fonds, *facts.numbers)), margin, below + 2, middle, 12, centred=True, most=2
        )
    told = {
        What.NEXT: gettext(_ANOTHER_ITEM),
        What.TO_FILE: gettext("The sheets behind this one are a new item of this file."),
        What.TO_ITEM: gettext("The sheets behind this one belong to this item."),
    }
    paper.lines(told[said.what], margin, 218.0, middle, 14, centred=True, most=2)
    paper.frame(margin, 240.0, middle - 42.0, 20.0)
    paper.lines(gettext(_KEEP_IT), margin + 4, 242.0, middle - 50.0, 13, bold=True, most=4)
    paper.qr(written(said), A4_MM[0] - margin - 38.0, 237.0, 38.0)


def _patch_sheet(paper: Paper, value: str) -> None:
    """The patch code at all four edges, so that the sheet may lie any way."""
    width, height = A4_MM
    inner = _EDGE + PATCH_MM + 4.0
    far_x, far_y = width - _EDGE - PATCH_MM, height - _EDGE - PATCH_MM
    paper.patch(value, inner, _EDGE, width - 2 * inner, standing=False, turned=False)
    paper.patch(value, inner, far_y, width - 2 * inner, standing=False, turned=True)
    paper.patch(value, _EDGE, _EDGE, height - 2 * _EDGE, standing=True, turned=False)
    paper.patch(value, far_x, _EDGE, height - 2 * _EDGE, standing=True, turned=True)
    room = width - 2 * inner - 10.0
    below = paper.lines(f"PATCH {value}", inner + 5.0, 60.0, room, 40, bold=True, centred=True)
    below = paper.lines(gettext("SEPARATOR SHEET").upper(), inner + 5.0, below + 6, room, 20, bold=True, centred=True)
    below = paper.lines(gettext(_ANOTHER_ITEM), inner + 5.0, below + 6, room, 14, centred=True)
    below = paper.lines(gettext(_KEEP_IT), inner + 5.0, below + 6, room, 13, bold=True, centred=True)
    size = gettext("Print it at 100 %: wide bars are 5.08 mm wide, narrow ones 2.03 mm.")
    paper.lines(size, inner + 5.0, below + 6, room, 11, centred=True)
