"""The forms of registers: data in ``resources/registers``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

import resources
from digitizer.describe.code_lists import Label, Name
from digitizer.describe.profiles import load
from digitizer.i18n import language
from digitizer.model import Level


class FormColumn(BaseModel):
    """``keys``: what stands in it: fields (``a|b``: the first that is filled) or, with @, what is counted; none: it is
    filled in by hand. ``join``: between several. ``width``: share of the line.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Label
    keys: tuple[str, ...] = ()
    join: str = " "
    width: Annotated[float, Field(gt=0)]
    align: Literal["left", "center"] = "left"


class Form(BaseModel):
    """``level``: of the records in its rows; box: a row sums up the files of a box. ``section``: what a new list begins
    for. ``date``: the field whose year counts. ``needs``: fields of which one must be filled; ``lacks``: none may be.
    ``closing``: what is said at the end, with counts. ``national``: the national heading stands above it.
    ``blank_rows``: of a form that is filled in by hand.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    title: Label
    source: str
    level: Level
    section: Literal["year", "shelf", "file", "none"]
    date: str = ""
    landscape: bool = False
    national: bool = False
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    closing: Label | None = None
    signers: tuple[Label, ...] = ()
    blank_rows: int = 0
    column: tuple[FormColumn, ...] = Field(min_length=1)


class Words(BaseModel):
    """What the forms have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    nation: Label
    motto: Label
    page: Label
    year: Label
    no_year: Label
    secret: Label
    withheld: Label
    fonds: Label
    register_number: Label
    file: Label
    place_and_date: Label
    sign: Label


@cache
def form(kind: str) -> Form:
    """The form of that name."""
    return load(resources.path(f"registers/{kind}.toml"), Form)


@cache
def words() -> Words:
    return load(resources.path("registers/words.toml"), Words)


_both: ContextVar[bool] = ContextVar("both", default=False)


@contextmanager
def both_languages() -> Iterator[None]:
    """What this thread says in forms during the block stands in both languages, whatever is spoken."""
    token = _both.set(True)
    try:
        yield
    finally:
        _both.reset(token)


def said(label: Label, between: str = "\n", /, **details: object) -> str:
    """In Vietnamese, as the forms are; where English is spoken the English stands below."""
    lines = [label.vi] if language() == "vi" and not _both.get() else [label.vi, label.en]
    return between.join(line.format(**details) for line in lines)
