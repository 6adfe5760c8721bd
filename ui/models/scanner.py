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
from digitizer.capture.scanner.wanted import (
    RESOLUTIONS,
    Colours,
    Source,
    Wanted,
    colours_kind,
    prepare,
    source_kind,
    wishes,
)  # fmt: skip
from digitizer.settings import settings_path

_GROUP = "scanner"
_WORDS = ("source", "mode")
"""Options whose values are words of which a driver may have several for one thing."""
_USUAL = (75, 100, 150, 200, 240, 300, 400, 600, 1200)
"""Resolutions (dpi) offered of a scanner that takes any in a range."""


@dataclass(frozen=True, slots=True)
class ScanChoice:
    """How to scan. ``source``, ``resolution``, ``colours``: None leaves it to the scanner or the profile. ``own``: the
    driver's options that a person has set besides, by name, as text; of source and mode, the driver's word for what is
    chosen, where it has several.
    """

    profile: str = DEFAULT
    source: Source | None = None
    resolution: int | None = None
    colours: Colours | None = None
    own: tuple[tuple[str, str], ...] = ()

    def wanted(self) -> Wanted:
        """What to ask of the scanner."""
        profiles = scan_profiles()
        wanted = profiles.get(self.profile, profiles[DEFAULT]).wanted()
        chosen = {"source": self.source, "resolution": self.resolution, "colours": self.colours}
        told = {name: value for name, value in chosen.items() if value is not None}
        wanted = replace(wanted, **told, must=frozenset(told))  # type: ignore[arg-type]  # by name
        return replace(wanted, raw=[each for each in self.own if _agrees(wanted, *each)])

    def with_set(self, name: str, value: OptionValue, options: Sequence[Option]) -> ScanChoice:
        """The same with one more option of the driver set; what the panel of the scanner shows too becomes its choice.
        ``options``: all of them, as they were before.
        """
        said = wishes(name, value, options)
        text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        own = tuple(each for each in self.own if each[0] != name)
        if said is None or name in _WORDS:
            own = (*own, (name, text))
        return replace(self, own=own, **said or {})  # type: ignore[arg-type]  # by name

    def without(self, names: Iterable[str], before: ScanChoice) -> ScanChoice:
        """The same with these options as they were ``before``: the scanner did not take them."""
        refused = set(names)
        own = [each for each in self.own if each[0] not in refused]
        own += [each for each in before.own if each[0] in refused]
        chosen = replace(self, own=tuple(own))
        if refused & {*_WORDS} or refused - {name for name, _ in self.own}:  # said what is chosen
            chosen = replace(chosen, source=before.source, resolution=before.resolution, colours=before.colours)
        return chosen


def _agrees(wanted: Wanted, name: str, text: str) -> bool:
    """Whether an option that is set besides does not speak against what is chosen."""
    if name == "source":
        return wanted.source is not None and source_kind(text) is wanted.source
    if name == "mode":
        return wanted.colours is not None and colours_kind(text) is wanted.colours
    return name not in RESOLUTIONS


def expressible(options: Sequence[Option]) -> list[Option]:
    """The same without values that no page comes of: sources that take no paper, depths that are not kept."""
    kinds = {"source": source_kind, "mode": colours_kind}
    return [
        replace(option, choices=tuple(fit))
        if option.name in kinds
        and (fit := [each for each in option.choices if each == option.value or kinds[option.name](str(each))])
        else option
        for option in options
    ]


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


def device_key(device: Device, among: Sequence[Device]) -> str:
    """The same for the same scanner, wherever it is plugged in; of several of one model ``among`` all that there are,
    each has its own.
    """
    told = _model(device)
    return told if told and [_model(each) for each in among].count(told) <= 1 else f"{told} {device.name}".strip()


def device_name(device: Device, among: Sequence[Device]) -> str:
    """What a scanner is called: one of several of one model ``among`` all that there are says where it is, too."""
    told = _model(device)
    alike = [_model(each) for each in among].count(told) > 1
    return f"{told} ({device.name})" if told and alike else told or device.name


def _model(device: Device) -> str:
    return f"{device.vendor} {device.model}".strip()


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
