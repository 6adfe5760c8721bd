"""Rules by which a stack of paper is parted into items, as data (TOML in ``resources/stacks``), checked on loading."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

import resources
from digitizer.describe.code_lists import Label
from digitizer.describe.profiles import Profiles, load
from digitizer.errors import NoSuchStackRule, RuleInvalid, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import Level
from ocr.barcodes import Code, Kind

DEFAULT = "separators"
_COUNTED = re.compile(r"pages-([1-9][0-9]{0,3})")


class Use(StrEnum):
    """What the value of a barcode is: the code of an item, or of a file that gets a new item; a value of the new item;
    or nothing but a sign that another item begins.
    """

    ITEM = "item"
    FILE = "file"
    FIELD = "field"
    SEPARATOR = "separator"


class BarcodeRule(BaseModel):
    """Barcodes that begin another item. ``kinds``: empty for all. ``matching``: what the whole value must match; a
    group ``value`` in it is what counts. ``field``: key of the item's form, for FIELD. ``keep``: the page that shows it
    belongs to the item; else it is a separator sheet.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[Kind, ...] = ()
    matching: str = ".+"
    use: Use
    field: str = ""
    keep: bool = True

    @field_validator("matching")
    @classmethod
    def _is_expression(cls, text: str) -> str:
        try:
            re.compile(text)
        except re.error as error:
            raise ValueError(gettext("“{text}” is no regular expression").format(text=text)) from error
        return text

    @model_validator(mode="after")
    def _names_its_field(self) -> Self:
        if (self.use is Use.FIELD) != bool(self.field):
            raise ValueError(gettext("“field” is named where, and only where, the value is used as one"))
        return self

    def value_of(self, code: Code) -> str | None:
        """What counts of the code; None where this rule does not mean it."""
        if not code.readable or (code.kind not in self.kinds if self.kinds else code.kind is Kind.PATCH):
            return None
        found = re.fullmatch(self.matching, code.value)
        if found is None:
            return None
        return str(found["value"] if "value" in found.groupdict() else found[0])


class Blank(StrEnum):
    """A blank side separates, or only a sheet of which both sides are blank."""

    SIDE = "side"
    SHEET = "sheet"


class Back(StrEnum):
    """What becomes of the side behind a separator: it goes with the separator where it is blank, always (in a duplex
    scan), or never. One that shows the same again is a separator too.
    """

    BLANK = "blank"
    DROP = "drop"
    KEEP = "keep"


class StackRule(BaseModel):
    """``ours``: the QR codes that the program itself prints. ``patches``: patch codes, by name. ``pages``: so many
    sides each, and no other sign.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    label: Label
    source: str = ""
    ours: bool = False
    patches: tuple[Literal["1", "2", "3", "4", "6", "T"], ...] = ()
    barcode: tuple[BarcodeRule, ...] = ()
    blank: Blank | None = None
    pages: Annotated[int, Field(ge=1)] | None = None
    back: Back = Back.BLANK

    @model_validator(mode="after")
    def _separates(self) -> Self:
        signs = bool(self.ours or self.patches or self.barcode or self.blank)
        if signs == (self.pages is not None):
            raise ValueError(gettext("a rule names signs that separate, or how many pages an item has"))
        return self


def refuse_fields(rule: StackRule, profiles: Profiles) -> None:
    """Raises WrongUsage where the rule fills a field that the form of new items does not have."""
    form = profiles.get(Level.ITEM)
    for key in (barcode.field for barcode in rule.barcode if barcode.field):
        if form.spec(key) is None:
            near = ", ".join(form.nearest(key)) or "–"
            said = gettext("The rule “{rule}” fills the field “{key}”; “{form}” has none, the nearest are: {near}.")
            raise WrongUsage(reason=said.format(rule=rule.name, key=key, form=form.name, near=near))


def stack_rules() -> dict[str, StackRule]:
    """The shipped ones by name; ``pages`` stands for ``pages-1``, ``pages-2`` and so on."""
    found = [load(path, StackRule) for path in sorted(resources.path("stacks").glob("*.toml"))]
    return {rule.name: rule for rule in found}


def stack_rule(name: str) -> StackRule:
    """The rule of that name, ``pages-4`` for four pages each, or the one in the file of that path.

    Raises NoSuchStackRule or ProfileInvalid.
    """
    known = stack_rules()
    if (counted := _COUNTED.fullmatch(name)) is not None:
        return known["pages"].model_copy(update={"name": name, "pages": int(counted[1])})
    if name in known and name != "pages":
        return known[name]
    if Path(name).suffix == ".toml" or Path(name).is_file():
        return load(Path(name), StackRule, RuleInvalid)
    raise NoSuchStackRule(name=name, known=", ".join("pages-N" if each == "pages" else each for each in known))
