"""Cataloguing profiles: which fields a kind of record has, and what each may hold. Data (TOML), checked on loading.

Shipped in ``resources/profiles`` and ``resources/codes``; a file of the same name in the workspace's ``profiles`` or
``codes`` folder replaces a shipped one, any other adds a form.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from rapidfuzz import fuzz

import resources
from digitizer.catalogue.fold import bare
from digitizer.describe.code_lists import CodeList, Label, Name
from digitizer.errors import NoSuchProfile, ProfileInvalid, ProfileUnreadable, reason
from digitizer.i18n import gettext
from digitizer.model import Level

TEMPLATE_NAMES = frozenset({"parent", "fonds", "ordinal"})
"""What a template may name besides the fields: codes of the record above and of the fonds, and the place among its
siblings (from 1)."""
COLUMNS = ("code", "title", "secrecy")
"""Values that every record has, whatever its profile; the field that a profile calls its ``title`` is one of them."""
_RESERVED = frozenset({"profile", "withdrawn", "state", "explained", "parent", "call", "before", "inside"})
"""What a record keeps, and its acts say, under these names besides what is described."""


_NEAR = 65.0
"""Per cent of letters in common from which a wrong name of a field may be meant for a right one."""


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    FLAG = "flag"


class FieldSpec(BaseModel):
    """One field of a profile.

    ``length``: at most so many letters (digits of a number). ``many``: several values. ``partial``: a date may lack its
    day or month. ``required_if``: must be filled where another field has one of these values. ``not_before``: must not
    be smaller than that field. ``inherit``: taken from the record above where it has none of its own. ``template``:
    proposes a value from other fields. ``tt05_sip``, ``tt05_aip``: the element in packages of Circular 05/2025, empty
    where it has none. ``search``: its names in a query.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Name
    label: Label
    type: FieldType = FieldType.TEXT
    length: int | None = Field(default=None, ge=1)
    pattern: str | None = None
    codes: Name | None = None
    many: bool = False
    partial: bool = False
    required: bool = False
    required_if: Mapping[str, tuple[str, ...]] = Field(default={}, max_length=1)
    not_before: str | None = None
    inherit: bool = False
    default: str | None = None
    template: str | None = None
    tt05_sip: str = ""
    tt05_aip: str = ""
    search: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")], ...] = ()

    @field_validator("key")
    @classmethod
    def _is_free(cls, key: str) -> str:
        if key in _RESERVED:
            raise ValueError(gettext("a field cannot have the key “{key}”").format(key=key))
        return key

    @field_validator("pattern")
    @classmethod
    def _is_pattern(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(str(error)) from error
        return pattern

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.codes is None) == (self.type is FieldType.CODE):
            raise ValueError(gettext("a field has “codes” where its type is code, and only there"))
        return self


class Profile(BaseModel):
    """The form of one kind of record. ``title``: the key of the field that the record is called by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    level: Level
    label: Label
    source: str = ""
    title: Name = "title"
    field: tuple[FieldSpec, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        keys = [spec.key for spec in self.field]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(gettext("field “{key}” is there twice").format(key=twice[0]))
        for needed in ("code", self.title, "secrecy"):
            if needed not in keys:
                raise ValueError(gettext("field “{key}” is missing").format(key=needed))
        for spec in self.field:
            for other in (*spec.required_if, *([spec.not_before] if spec.not_before else [])):
                if other not in keys:
                    said = gettext("field “{key}” names “{other}”, which is no field")
                    raise ValueError(said.format(key=spec.key, other=other))
            for name in template_names(spec.template or ""):
                if name not in keys and name not in TEMPLATE_NAMES:
                    said = gettext("the template of “{key}” names “{other}”, which is no field")
                    raise ValueError(said.format(key=spec.key, other=name))
        return self

    def spec(self, key: str) -> FieldSpec | None:
        """The field of that key, ``title`` standing for the one that the record is called by. None for no field."""
        return self._by_key.get(self.title if key == "title" else key)

    def nearest(self, name: str) -> list[str]:
        """The keys of the fields whose key, label or name in a query is nearest to ``name``, at most three."""
        like = {
            spec.key: max(
                fuzz.ratio(bare(name), bare(each)) for each in (spec.label.vi, spec.label.en, spec.key, *spec.search)
            )
            for spec in self.field
        }
        return [key for key in sorted(like, key=lambda key: -like[key]) if like[key] >= _NEAR][:3]

    @cached_property
    def _by_key(self) -> dict[str, FieldSpec]:
        return {spec.key: spec for spec in self.field}

    def column(self, key: str) -> str | None:
        """The column of ``COLUMNS`` in which the field ``key`` is kept; None for one among the described fields."""
        if key == self.title:
            return "title"
        return key if key in COLUMNS else None


Model = TypeVar("Model", bound=BaseModel)
_Named = TypeVar("_Named", CodeList, Profile)


class Profiles:
    """All profiles and code lists that count in a workspace; read when first asked for."""

    def __init__(self, workspace: Path | None = None) -> None:
        """``workspace``: its root folder; None for what is shipped alone."""
        self._workspace = workspace

    @cached_property
    def all(self) -> dict[str, Profile]:
        """By name, shipped ones first. Raises ProfileInvalid."""
        profiles = _gathered(self._files("profiles"), Profile)
        for profile, path in profiles.values():
            for spec in profile.field:
                if spec.codes is not None and spec.codes not in self.codes:
                    said = gettext("field “{key}” names the code list “{codes}”, which does not exist")
                    raise ProfileInvalid(
                        path=path,
                        line=_line_of_value(path, spec.codes),
                        reason=said.format(key=spec.key, codes=spec.codes),
                    )
        return {name: profile for name, (profile, _) in profiles.items()}

    @cached_property
    def codes(self) -> dict[str, CodeList]:
        """Code lists by name. Raises ProfileInvalid."""
        return {name: codes for name, (codes, _) in _gathered(self._files("codes"), CodeList).items()}

    def get(self, name: str) -> Profile:
        """Raises NoSuchProfile."""
        if name not in self.all:
            raise NoSuchProfile(name=name, known=", ".join(self.all))
        return self.all[name]

    def of_level(self, level: Level) -> list[Profile]:
        """The profiles for records of that level, the general one first."""
        found = [profile for profile in self.all.values() if profile.level is level]
        return sorted(found, key=lambda profile: profile.name != str(level))

    def keys_named(self, name: str) -> set[str]:
        """The keys of the fields that a query may call ``name`` (a search name or the key itself)."""
        return {
            spec.key
            for profile in self.all.values()
            for spec in profile.field
            if name in spec.search or name == spec.key.replace("_", "-") or name == spec.key
        }

    def forget(self) -> None:
        """Read the files again when next asked: one was added."""
        self.__dict__.pop("all", None)
        self.__dict__.pop("codes", None)

    def _files(self, kind: str) -> list[Path]:
        shipped = sorted(resources.path(kind).glob("*.toml"))
        own = sorted((self._workspace / kind).glob("*.toml")) if self._workspace is not None else []
        return shipped + own


def load_profile(path: Path) -> Profile:
    """The profile in that file. Raises ProfileInvalid, with the line."""
    return load(path, Profile)


def load_codes(path: Path) -> CodeList:
    """The code list in that file. Raises ProfileInvalid, with the line."""
    return load(path, CodeList)


def template_names(template: str) -> list[str]:
    """The names in braces. Raises ValueError where it is no template."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def _gathered(paths: list[Path], model: type[_Named]) -> dict[str, tuple[_Named, Path]]:
    found: dict[str, tuple[_Named, Path]] = {}
    for path in paths:
        made = load(path, model)
        found[made.name] = made, path
    return found


def load(path: Path, model: type[Model], invalid: type[ProfileInvalid] = ProfileInvalid) -> Model:
    """What a file of data says. Raises ``invalid``, with the line, or ProfileUnreadable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return model.model_validate(tomllib.loads(text))
    except OSError as error:
        raise ProfileUnreadable(path=path, reason=reason(error)) from error
    except UnicodeDecodeError as error:
        raise ProfileUnreadable(path=path, reason=gettext("it is not UTF-8")) from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise invalid(path=path, line=line, reason=gettext("it is not valid TOML")) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise invalid(path=path, line=_line(text, first["loc"]), reason=_reason(first)) from error


def _reason(error: Any) -> str:
    """What pydantic found (https://docs.pydantic.dev/latest/errors/validation_errors/), in the language spoken now."""
    where = ".".join(str(part) for part in error["loc"] if not isinstance(part, int)) or gettext("the whole")
    kind = error["type"]
    if kind == "missing":
        return gettext("“{name}” is missing").format(name=where)
    if kind == "extra_forbidden":
        return gettext("there is no setting “{name}”").format(name=where)
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return gettext("“{name}” has a value that is not allowed").format(name=where)


def _line(text: str, place: tuple[int | str, ...]) -> int:
    """The line (from 1) of what pydantic calls ``place``, such as ``("field", 3, "type")``; tomllib keeps no places."""
    lines = text.splitlines()
    at = 0
    if len(place) > 1 and isinstance(place[1], int):
        heads = [number for number, line in enumerate(lines) if line.strip() == f"[[{place[0]}]]"]
        at = heads[place[1]] if place[1] < len(heads) else 0
        place = place[2:]
    name = next((str(part) for part in place if isinstance(part, str)), None)
    for number in range(at, len(lines)):
        if number > at and lines[number].strip().startswith("[["):
            break
        if name is not None and re.match(rf"\s*{re.escape(name)}\s*[=.]", lines[number]):
            return number + 1
    return at + 1


def _line_of_value(path: Path, value: str) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, 1) if f'"{value}"' in line), 1)
