"""The parts of an administrative document where Decree 30/2020 (Appendix I) puts them, on A4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.samples.marks import seal, signature
from tools.samples.sheet import MM_PER_POINT, Sheet, Style
from tools.samples.typeset import Column

BODY = Style(14)
LEFT, TOP, WIDTH = 30.0, 20.0, 165.0
"""The text block in mm: margins 30 left, 15 right, 20 top."""
LEFT_MIDDLE, RIGHT_MIDDLE = 62.0, 148.0
"""Where the two halves of the head are centred (mm from the left)."""
_LINE = 5.6


@dataclass(frozen=True, slots=True)
class Head:
    """The head of page 1. ``subject``: the lines under the number of a công văn, else empty."""

    parent: str
    body: str
    number: str
    place_and_date: str
    subject: tuple[str, ...] = ()


def head(sheet: Sheet, values: Head) -> Column:
    """Print the head, left half first, and return the column for what follows."""
    y = TOP + 4
    sheet.line(values.parent, Style(12), LEFT_MIDDLE, y, "centre")
    width = sheet.line(values.body, Style(12).b, LEFT_MIDDLE, y + _LINE, "centre")
    _rule(sheet, LEFT_MIDDLE, y + _LINE + 2.2, width * 0.4)
    sheet.line(values.number, Style(13), LEFT_MIDDLE, y + 3 * _LINE, "centre")
    for row, text in enumerate(values.subject):
        sheet.line(text, Style(12), LEFT_MIDDLE, y + (4.1 + 0.9 * row) * _LINE, "centre")
    sheet.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Style(12).b, RIGHT_MIDDLE, y, "centre")
    width = sheet.line("Độc lập - Tự do - Hạnh phúc", Style(13).b, RIGHT_MIDDLE, y + _LINE, "centre")
    _rule(sheet, RIGHT_MIDDLE, y + _LINE + 2.2, width)
    sheet.line(values.place_and_date, Style(13).i, RIGHT_MIDDLE, y + 3 * _LINE, "centre")
    return Column(sheet, LEFT, WIDTH, y + (4 + 0.9 * len(values.subject)) * _LINE + 3)


def next_page(sheet: Sheet, number: int) -> Column:
    """The column of a page after the first, its number in the middle of the upper margin."""
    sheet.line(str(number), Style(13), LEFT + WIDTH / 2, 13, "centre")
    return Column(sheet, LEFT, WIDTH, TOP)


def type_and_subject(column: Column, kind: str, subject: Sequence[str]) -> None:
    column.centred(kind, BODY.b, after=0.5)
    for line in subject:
        width = column.centred(line, BODY.b)
    column.skip(1)
    column.rule(width * 0.4, after=6)


def addressees(column: Column, names: Sequence[str], style: Style) -> None:
    """The ``Kính gửi`` box: one name beside it, several below it, each after a dash."""
    sheet, pitch = column.sheet, style.size * MM_PER_POINT * 1.3
    x, y = column.x + 38, column.y + 5
    if len(names) == 1:
        sheet.line(f"Kính gửi: {names[0]}", style, column.x + column.width / 2, y, "centre")
    else:
        sheet.line("Kính gửi:", style, x, y)
        for row, name in enumerate(names, 1):
            sheet.line(f"- {name}", style, x + 16, y + row * pitch)
    column.y = y + (len(names) if len(names) > 1 else 0) * pitch + 6


def closing(
    column: Column,
    rng: np.random.Generator,
    *,
    recipients: Sequence[str],
    title: Sequence[str],
    signer: str,
    rim: str,
    middle: Sequence[str],
) -> None:
    """``Nơi nhận`` at the left; at the right the signer's title, signature, name, and the seal over its left third."""
    sheet, y = column.sheet, column.y + 7
    sheet.line("Nơi nhận:", Style(12).b.i, LEFT, y)
    for row, name in enumerate(recipients, 1):
        sheet.line(f"- {name}", Style(11), LEFT, y + 4.7 * row)
    for row, text in enumerate(title):
        sheet.line(text, BODY.b, RIGHT_MIDDLE, y + 6 * row, "centre")
    foot = y + 6 * (len(title) - 1)
    sheet.line(signer, BODY.b, RIGHT_MIDDLE, foot + 31, "centre")
    signature(sheet, (RIGHT_MIDDLE - 19, foot + 9), 40, rng)
    seal(sheet, (RIGHT_MIDDLE - 22, foot + 16), rim, middle, rng=rng, tilt=float(rng.uniform(-9, 9)))


def _rule(sheet: Sheet, middle: float, y: float, length: float) -> None:
    sheet.rule((middle - length / 2, y), (middle + length / 2, y))
