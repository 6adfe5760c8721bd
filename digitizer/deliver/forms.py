"""Kinds of packages as data: which metadata files, elements, codes and event types. ``resources/packages``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

import resources
from digitizer.describe.code_lists import Label
from digitizer.describe.profiles import FieldSpec, Profile, load

Layout = Literal["tt05", "eark"]
LAYOUTS: tuple[Layout, ...] = ("tt05", "eark")


class Description(BaseModel):
    """A descriptive metadata file of Circular 05/2025: root ``simpledc``, every element there, empty where unknown.

    ``name``: of the file and its schema. ``profiles``: the cataloguing profiles that it is for; none for all others.
    ``record_code``: the element with the code of the file. ``from_fonds``: fields of the fonds that fill an element of
    which the record says nothing. ``whole_dates``: a date must have its day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    profiles: tuple[str, ...] = ()
    record_code: str = ""
    elements: tuple[str, ...] = Field(min_length=1)
    required: tuple[str, ...] = ()
    from_fonds: Mapping[str, str] = {}
    whole_dates: bool = False


class PackageForm(BaseModel):
    """``identifier``: of a package, and the name of its folder; ``{UUID}`` stands for one in capitals. ``profile``: of
    METS. ``preservation``: PREMIS is written. ``file``, ``batch``: what describes the whole, a file or loose
    items. ``events``: other PREMIS event types, by kind of act.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    layout: Layout
    package: Literal["SIP", "AIP"]
    label: Label
    source: str
    profile: str
    identifier: str
    preservation: bool
    file: Description | None = None
    batch: Description | None = None
    item: tuple[Description, ...] = ()
    events: Mapping[str, str] = {}

    def of_item(self, profile: str) -> Description:
        """How an item that is described by that profile is written."""
        fitting = [each for each in self.item if profile in each.profiles]
        return (fitting or [each for each in self.item if not each.profiles])[0]

    def element_of(self, spec: FieldSpec) -> str:
        """The element that a field of a profile fills; "" where it has none."""
        return spec.tt05_sip if self.package == "SIP" else spec.tt05_aip

    def whole(self, *, loose: bool) -> Description:
        """What describes the whole; of a layout that has such metadata."""
        found = self.batch if loose else self.file
        assert found is not None
        return found

    def field_of(self, profile: Profile, element: str) -> FieldSpec | None:
        """The field of a profile that fills ``element``; None where it has none."""
        return self.fields_of(profile).get(element)

    def fields_of(self, profile: Profile) -> Mapping[str, FieldSpec]:
        """The fields of a profile by the elements that they fill."""
        return {self.element_of(spec): spec for spec in reversed(profile.field)}


@cache
def package_form(layout: Layout, package: str) -> PackageForm:
    """The form of ``sip`` or ``aip`` in that layout."""
    return load(resources.path(f"packages/{layout}-{package.lower()}.toml"), PackageForm)
