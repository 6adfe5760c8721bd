"""Sheets of labels, as data (TOML in ``resources/labels``), checked on loading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

import resources
from digitizer.describe.code_lists import Label
from digitizer.describe.profiles import load
from digitizer.errors import NoSuchSheet, RuleInvalid
from digitizer.i18n import gettext

A4_MM = (210.0, 297.0)
DEFAULT = "3x7"
_ROUNDING = 0.2

Millimetres = Annotated[float, Field(ge=0)]


class LabelSheet(BaseModel):
    """An A4 sheet of labels. Millimetres from its upper left corner; ``across``, ``down``: from a label to the next."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    label: Label
    columns: Annotated[int, Field(ge=1)]
    rows: Annotated[int, Field(ge=1)]
    width: Annotated[float, Field(ge=20)]
    height: Annotated[float, Field(ge=15)]
    left: Millimetres
    top: Millimetres
    across: Millimetres
    down: Millimetres

    @model_validator(mode="after")
    def _fits(self) -> Self:
        right = self.left + (self.columns - 1) * self.across + self.width
        bottom = self.top + (self.rows - 1) * self.down + self.height
        overlapping = (self.columns > 1 and self.across < self.width) or (self.rows > 1 and self.down < self.height)
        if right > A4_MM[0] + _ROUNDING or bottom > A4_MM[1] + _ROUNDING or overlapping:
            raise ValueError(gettext("the labels do not fit on an A4 sheet side by side"))
        return self

    @property
    def count(self) -> int:
        return self.columns * self.rows

    def places(self, start: int, count: int) -> Iterator[tuple[int, float, float]]:
        """Sheet (from 0), left and top of so many labels, row by row, from label ``start`` (from 1) of the first on."""
        for number in range(start - 1, start - 1 + count):
            sheet, place = divmod(number, self.count)
            row, column = divmod(place, self.columns)
            yield sheet, self.left + column * self.across, self.top + row * self.down


def label_sheets() -> dict[str, LabelSheet]:
    """The shipped ones by name."""
    found = [load(path, LabelSheet) for path in sorted(resources.path("labels").glob("*.toml"))]
    return {sheet.name: sheet for sheet in found}


def label_sheet(name: str) -> LabelSheet:
    """The sheet of that name, or the one in the file of that path. Raises NoSuchSheet or ProfileInvalid."""
    known = label_sheets()
    if name in known:
        return known[name]
    if Path(name).suffix == ".toml" or Path(name).is_file():
        return load(Path(name), LabelSheet, RuleInvalid)
    raise NoSuchSheet(name=name, known=", ".join(known))
