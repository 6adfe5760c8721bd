"""What a person has chosen at a scanner, kept for the next time; and what a run of it has brought so far."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from PySide6.QtCore import QSettings

from digitizer.capture.scanner.faults import ScannerCannot
from digitizer.capture.scanner.model import Device, Option, OptionValue
from digitizer.capture.scanner.profiles import DEFAULT, scan_profiles
from digitizer.capture.scanner.wanted import Colours, Source, Wanted, prepare
from digitizer.settings import settings_path

_GROUP = "scanner"
_USUAL = (75, 100, 150, 200, 240, 300, 400, 600, 1200)
"""Resolutions (dpi) offered of a scanner that takes any in a range."""


@dataclass(frozen=True, slots=True)
class ScanChoice:
    """How to scan. ``source``, ``resolution``, ``colours``: None leaves it to the scanner or the profile. ``own``: the
    driver's options that a person has set besides, by name, as text.
    """

    profile: str = DEFAULT
    source: Source | None = None
    resolution: int | None = None
    colours: Colours | None = None
    own: tuple[tuple[str, str], ...] = ()

    def wanted(self) -> Wanted:
        """What to ask of the scanner."""
        profiles = scan_profiles()
        wanted = replace(profiles.get(self.profile, profiles[DEFAULT]).wanted(), raw=self.own)
        chosen = {"source": self.source, "resolution": self.resolution, "colours": self.colours}
        told = {name: value for name, value in chosen.items() if value is not None}
        return replace(wanted, **told, must=frozenset(told))  # type: ignore[arg-type]  # by name

    def with_own(self, name: str, value: OptionValue) -> ScanChoice:
        """The same with one more option of the driver."""
        text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        return replace(self, own=(*(each for each in self.own if each[0] != name), (name, text)))


def kept_choice(key: str) -> ScanChoice:
    """What was chosen last at the scanner of that key; as new where nothing was."""
    try:
        told = json.loads(str(_kept().value(f"{_GROUP}/{_safe(key)}", "")))
        return ScanChoice(
            told["profile"], Source(told["source"]) if told["source"] else None, told["resolution"],
            Colours(told["colours"]) if told["colours"] else None, tuple((n, v) for n, v in told["own"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return ScanChoice()


def keep_choice(key: str, choice: ScanChoice) -> None:
    _kept().setValue(f"{_GROUP}/{_safe(key)}", json.dumps(asdict(choice)))


def kept(name: str) -> str:
    """Something else that the view of capture keeps; empty where nothing was."""
    return str(_kept().value(f"capture/{name}", ""))


def keep(name: str, value: str) -> None:
    _kept().setValue(f"capture/{name}", value)


def _kept() -> QSettings:
    return QSettings(str(settings_path().with_name("window.ini")), QSettings.Format.IniFormat)


def _safe(key: str) -> str:
    """``key`` as the last part of a name in the settings."""
    return key.replace("/", "_").replace("\\", "_")


def device_key(device: Device) -> str:
    """The same for the same scanner, wherever it is plugged in."""
    return f"{device.vendor} {device.model}".strip() or device.name


class _Still:
    """Stands for a scanner whose options stay as they are."""

    def __init__(self, options: Sequence[Option]) -> None:
        self._options = options

    def set(self, values: Iterable[tuple[str, OptionValue]]) -> list[Option]:
        del values
        return list(self._options)


def sources(options: Sequence[Option]) -> list[Source]:
    """Where the scanner takes sheets from, as far as its options tell now."""
    found = []
    for source in Source:
        with suppress(ScannerCannot):
            prepare(_Still(options), "", list(options), Wanted(source=source, must=frozenset({"source"})))
            found.append(source)
    return found


def resolutions(options: Sequence[Option]) -> list[int]:
    """Those (dpi) to offer, by what the scanner can do."""
    for option in options:
        if option.name in ("resolution", "x-resolution") and option.settable:
            if option.choices:
                return sorted({round(float(choice)) for choice in option.choices})
            least, most, _ = option.range or (_USUAL[0], _USUAL[-1], 0)
            return [each for each in _USUAL if least <= each <= most]
    return []


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the run that is at work or was last. ``safe``: sheet sides in the spool. ``entered``: of these, those in the
    catalogue. ``sheets``: of paper, as far as the scanner is told. ``a_minute``: pages; 0 where it is not known yet.
    """

    safe: int = 0
    entered: int = 0
    sheets: int = 0
    a_minute: float = 0.0
    running: bool = False
