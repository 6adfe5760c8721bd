"""Two sheets of a register of incoming documents (sổ đăng ký văn bản đến), A4 landscape."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tools.samples.marks import signature
from tools.samples.sheet import Sheet, Style
from tools.samples.typeset import Column, Field, table

_FIELDS = (
    Field(21, "centre"),
    Field(15, "centre"),
    Field(46),
    Field(33, "centre"),
    Field(21, "centre"),
    Field(75),
    Field(31, "centre"),
    Field(23, "centre"),
)
_HEADINGS = (
    "Ngày đến",
    "Số đến",
    "Tác giả",
    "Số, ký hiệu",
    "Ngày tháng",
    "Tên loại và trích yếu nội dung",
    "Đơn vị nhận",
    "Ký nhận",
)
_ENTRIES = Path(__file__).with_name("register.tsv")
"""One entry a line: number of the leaf, then the cells but the last, which is signed by hand."""


def register(rng: np.random.Generator) -> tuple[Sheet, Sheet]:
    with _ENTRIES.open(encoding="utf-8", newline="") as lines:
        entries = list(csv.reader(lines, delimiter="\t"))
    return _leaf(entries, 17, rng), _leaf(entries, 18, rng)


def _leaf(entries: Sequence[Sequence[str]], number: int, rng: np.random.Generator) -> Sheet:
    sheet = Sheet(200, 297, 210)
    column = Column(sheet, 16, sum(field.width for field in _FIELDS), 17)
    column.centred("SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", Style(16).b, after=0.5)
    column.centred("Năm 2024 - Quyển số 01", Style(13).i, after=4)
    rows = (_HEADINGS, *((*cells, "") for leaf, *cells in entries if leaf == str(number)))
    tops = table(column, _FIELDS, rows, Style(12), row_height=16.5)
    signs_at = column.x + column.width - _FIELDS[-1].width + 3
    for top in tops[1:]:
        signature(sheet, (signs_at, top + 2.5), float(rng.uniform(12, 15)), rng, letters=int(rng.integers(3, 5)))
    sheet.line(f"Trang {number}", Style(12), 16 + column.width, 202, "right")
    return sheet
