"""Named ways to scan, as data (TOML in ``resources/scanning``), checked on loading."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

import resources
from digitizer.capture.scanner.model import OptionValue
from digitizer.capture.scanner.wanted import Area, Colours, Wanted
from digitizer.describe.code_lists import Label, Name
from digitizer.errors import NoSuchProfile

DEFAULT = "office"


class ScanProfile(BaseModel):
    """``source``: the rule behind it. ``resolution``: dpi. ``flatbed``, ``feeder``: what is scanned there. ``options``:
    by the names that drivers give them, each set where a scanner has it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    label: Label
    source: str = ""
    colours: Colours
    resolution: int = Field(ge=50, le=2400)
    flatbed: Area = Area.FULL
    feeder: Area = Area.FULL
    options: Mapping[str, OptionValue] = {}

    def wanted(self) -> Wanted:
        return Wanted(
            colours=self.colours, resolution=self.resolution, flatbed=self.flatbed, feeder=self.feeder,
            options=tuple(self.options.items()),
        )  # fmt: skip


def scan_profiles() -> dict[str, ScanProfile]:
    """All of them by name."""
    files = sorted(resources.path("scanning").glob("*.toml"))
    found = [ScanProfile.model_validate(tomllib.loads(path.read_text("utf-8"))) for path in files]
    return {profile.name: profile for profile in found}


def scan_profile(name: str) -> ScanProfile:
    """Raises NoSuchProfile."""
    known = scan_profiles()
    if name not in known:
        raise NoSuchProfile(name=name, known=", ".join(known))
    return known[name]
