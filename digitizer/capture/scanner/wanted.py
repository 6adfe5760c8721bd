"""What a person wants of a scanner, said in the words of its driver. Drivers name the same thing in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import Protocol

from digitizer.capture.scanner.faults import ScannerCannot
from digitizer.capture.scanner.model import Option, OptionValue
from digitizer.i18n import gettext

RESOLUTIONS = ("resolution", "x-resolution", "y-resolution")
"""Options that say it."""
_DPI_TOLERANCE = 1.0
_ROUNDING = 1e-3
"""Of numbers that a driver holds with 16 bits behind the point."""


class Source(StrEnum):
    """Where sheets come from. The values are those of the command line."""

    FLATBED = "flatbed"
    ADF = "adf"
    ADF_DUPLEX = "adf-duplex"


class Colours(StrEnum):
    COLOR = "color"
    GRAY = "gray"


class Area(StrEnum):
    """What part of the glass or of the feeder's width is scanned, from its upper left corner."""

    FULL = "full"
    A4 = "a4"
    A3 = "a3"


_MILLIMETRES = {Area.A4: (210.0, 297.0), Area.A3: (297.0, 420.0)}
_ELSEWHERE = re.compile(r"transparen|negative|positive|slide|film|tpu|tma|card", re.IGNORECASE)
_BOTH_SIDES = re.compile(r"duplex|both|two.?sided|double", re.IGNORECASE)
_ONE_SIDE = re.compile(r"simplex|single|one.?sided|front", re.IGNORECASE)
_SIDES_SWITCH = re.compile(r"(adf[-_ ]?)?duplex", re.IGNORECASE)
_GLASS = re.compile(r"flatbed|platen|glass|document table|^(normal|fb)$", re.IGNORECASE)
_FEEDER = re.compile(r"adf|feeder|sheet.?fed|simplex|front", re.IGNORECASE)
_BACK = re.compile(r"back|rear", re.IGNORECASE)
_COLOURED = re.compile(r"colou?r", re.IGNORECASE)
_GREY = re.compile(r"gr[ae]y", re.IGNORECASE)
_OTHER_DEPTH = re.compile(
    r"\b(1|2|4|10|12|14|16|30|36|42|48)[ -]?bits?|dither|diffusion|halftone|lineart|binary", re.IGNORECASE
)


class Settable(Protocol):
    """An open scanner, as ``session.Scanner``."""

    def set(self, values: Iterable[tuple[str, OptionValue]]) -> list[Option]: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """``source`` None leaves it to the scanner. ``must``: names of those below that a person asked for: where the
    scanner cannot do one of them, that is an error, else a note. ``options``: by the driver's own names, set first
    where the driver has them. ``raw``: the same, as a person typed them: they must be there.
    """

    source: Source | None = None
    colours: Colours | None = None
    resolution: int | None = None
    flatbed: Area = Area.FULL
    feeder: Area = Area.FULL
    options: Sequence[tuple[str, OptionValue]] = ()
    raw: Sequence[tuple[str, str]] = ()
    must: frozenset[str] = frozenset()


@dataclass(slots=True)
class Prepared:
    """``feeder``: sheets come one after another until there is none. ``notes``: one sentence for each wish that the
    scanner cannot do and nobody insisted on.
    """

    options: list[Option]
    feeder: bool = False
    notes: list[str] = field(default_factory=list)


def prepare(scanner: Settable, device: str, options: list[Option], wanted: Wanted) -> Prepared:
    """Set the open scanner to what is wanted. Raises ScannerCannot where a person insisted on what it cannot do, and
    any ScannerProblem.
    """
    setting = _Setting(scanner, device, wanted, Prepared(options))
    setting.source()
    setting.known(wanted.options)
    setting.colours()
    setting.depth()
    setting.resolution()
    setting.area()
    for name, text in wanted.raw:
        setting.typed(name, text)
    if wanted.raw:
        setting.fed()
    return setting.prepared


@dataclass(frozen=True, slots=True)
class _Setting:
    scanner: Settable
    device: str
    wanted: Wanted
    prepared: Prepared

    def option(self, name: str) -> Option | None:
        return next((option for option in self.prepared.options if option.name == name), None)

    def put(self, *values: tuple[str, OptionValue]) -> None:
        if values:
            self.prepared.options = self.scanner.set(values)

    def cannot(self, name: str, what: str, choices: Iterable[object]) -> None:
        """Raises ScannerCannot where a person asked for it, else leaves a note."""
        error = ScannerCannot(device=self.device, what=what, choices=", ".join(map(str, choices)) or "–")
        if name in self.wanted.must:
            raise error
        self.prepared.notes.append(error.message)

    def typed(self, name: str, text: str) -> None:
        """Set an option as a person typed it. Many drivers take the nearest number that they know without a word."""
        option = self.option(name)
        if option is not None and (offered := _instead(option, text)):
            raise ScannerCannot(device=self.device, what=f"{name}={text}", choices=offered)
        self.put((name, _typed(option, text)))

    def known(self, values: Iterable[tuple[str, OptionValue]]) -> None:
        """Set those options that the driver has and that take the value."""
        for name, value in values:
            option = self.option(name)
            if option is not None and option.settable and (not option.choices or value in option.choices):
                self.put((name, value))

    def source(self) -> None:
        option, wanted = self.option("source"), self.wanted.source
        by_kind: dict[Source, str] = {}
        for choice in map(str, option.choices if option is not None else ()):
            kind = source_kind(choice)
            if kind is not None:
                by_kind.setdefault(kind, choice)
        # Where there is nothing to choose from, one that knows of two sides has a feeder and nothing else.
        offered = list(by_kind) or [Source.ADF if self._sides() else Source.FLATBED]
        now = offered[0] if option is None else source_kind(str(option.value))
        apart = Source.ADF in offered and Source.ADF_DUPLEX not in offered
        if apart:
            if by_kind and wanted is Source.ADF_DUPLEX:  # for many drivers there are no sides to choose before that
                self.put(("source", by_kind[Source.ADF]))
                now = Source.ADF
            offered += [Source.ADF_DUPLEX] if self._sides() else []
        if wanted is not None and wanted not in offered:
            self.cannot("source", str(wanted), offered)
        elif wanted is not None:
            now = wanted
            if wanted in by_kind:
                self.put(("source", by_kind[wanted]))
        self.prepared.feeder = now in (Source.ADF, Source.ADF_DUPLEX)
        if apart and self.prepared.feeder and now is wanted and (sides := self._sides()):
            name, one, both = sides
            self.put((name, both if wanted is Source.ADF_DUPLEX else one))

    def fed(self) -> None:
        """What a person typed may have changed where sheets come from."""
        typed = self.option("source") if any(name == "source" for name, _ in self.wanted.raw) else None
        if typed is not None:
            self.prepared.feeder = source_kind(str(typed.value)) in (Source.ADF, Source.ADF_DUPLEX)

    def _sides(self) -> tuple[str, OptionValue, OptionValue] | None:
        return _sides(self.prepared.options)

    def colours(self) -> None:
        wanted, option = self.wanted.colours, self.option("mode")
        if wanted is None:
            return
        if option is None:
            grey = self.option("grayify")
            if grey is not None:
                self.put(("grayify", wanted is Colours.GRAY))
            elif wanted is Colours.GRAY:
                self.cannot("colours", _said(wanted), [])
            return
        pattern = _COLOURED if wanted is Colours.COLOR else _GREY
        fitting = [str(choice) for choice in option.choices if pattern.search(str(choice))]
        fitting = [choice for choice in fitting if not _OTHER_DEPTH.search(choice)] or fitting
        if fitting:
            self.put(("mode", fitting[0]))
        else:
            self.cannot("colours", _said(wanted), option.choices)

    def depth(self) -> None:
        self.known([("depth", 8)])

    def resolution(self) -> None:
        wanted = self.wanted.resolution
        if wanted is None:
            return
        told = gettext("{count} dpi").format(count=wanted)
        names = [name for name in RESOLUTIONS if self._settable(name)]
        if not names:
            self.cannot("resolution", told, [])
        for name in names:
            option = self.option(name)
            if option is None:  # setting the one before has taken it away
                continue
            value = _nearest(option, wanted)
            if abs(value - wanted) > _DPI_TOLERANCE:
                offered = option.choices or [f"{option.range[0]:g}–{option.range[1]:g}" if option.range else value]
                self.cannot("resolution", told, offered)
            self.put((name, value))

    def _settable(self, name: str) -> bool:
        option = self.option(name)
        return option is not None and option.settable

    def area(self) -> None:
        """The feeder's paper size first: some drivers bound the area by it."""
        area = self.wanted.feeder if self.prepared.feeder else self.wanted.flatbed
        width, height = _MILLIMETRES.get(area, (float("inf"), float("inf")))
        for name, millimetres in (
            ("page-width", width), ("page-height", height), ("tl-x", 0.0), ("tl-y", 0.0),
            ("br-x", width), ("br-y", height),
        ):  # fmt: skip
            option = self.option(name)
            if option is not None and option.settable and option.unit == "mm" and option.range is not None:
                least, most, _ = option.range
                self.put((name, min(most, max(least, millimetres))))


def source_kind(choice: str) -> Source | None:
    """What a driver's word for a source means; None for one that takes no paper, or only the backs of sheets."""
    if _ELSEWHERE.search(choice):
        return None
    if _BOTH_SIDES.search(choice):
        return Source.ADF_DUPLEX
    if _GLASS.search(choice):
        return Source.FLATBED
    return Source.ADF if _FEEDER.search(choice) and not _BACK.search(choice) else None


def colours_kind(choice: str) -> Colours | None:
    """What a driver's word for a mode means; None for black and white, or another depth than 8 bits."""
    if _OTHER_DEPTH.search(choice):
        return None
    if _COLOURED.search(choice):
        return Colours.COLOR
    return Colours.GRAY if _GREY.search(choice) else None


def wishes(name: str, value: OptionValue, options: Sequence[Option]) -> Mapping[str, Source | Colours | int] | None:
    """What setting an option means, as fields of ``Wanted`` with their values; None where it means none of them.
    ``options``: all, as they were before. Empty where it says how, and not what: sides of a feeder that is not used.
    """
    named = {option.name: option for option in options}
    if name in RESOLUTIONS:
        return {"resolution": round(float(value))}
    if name == "source" and (source := source_kind(str(value))) is not None:
        return {"source": source}
    if name == "mode" and (colours := colours_kind(str(value))) is not None:
        return {"colours": colours}
    if name == "grayify" and "mode" not in named:
        return {"colours": Colours.GRAY if value else Colours.COLOR}
    sides = _sides(options)
    if sides is not None and name == sides[0]:
        now = source_kind(str(named["source"].value)) if "source" in named else Source.ADF
        return {} if now is Source.FLATBED else {"source": Source.ADF_DUPLEX if value == sides[2] else Source.ADF}
    return None


def _sides(options: Iterable[Option]) -> tuple[str, OptionValue, OptionValue] | None:
    """The option that says whether a feeder scans one side or both, with its two values; None where there is none."""
    for option in options:
        if not option.settable:  # such as a switch on the scanner itself
            continue
        if option.type == "bool" and _SIDES_SWITCH.fullmatch(option.name):
            return option.name, False, True
        both = [choice for choice in option.choices if _BOTH_SIDES.search(str(choice))]
        one = [choice for choice in option.choices if _ONE_SIDE.search(str(choice)) and choice not in both]
        if both and one and option.name != "source":
            return option.name, one[0], both[0]
    return None


def both_sides(values: Mapping[str, object]) -> bool:
    """Whether a scanner whose options have these values gives both sides of each sheet in one pass."""
    if source_kind(str(values.get("source", ""))) is Source.FLATBED:
        return False
    return any(
        _BOTH_SIDES.search(value) if isinstance(value, str) else value is True and "duplex" in name.lower()
        for name, value in values.items()
    )


def _nearest(option: Option, wanted: int) -> float | int:
    """The value that the option takes: the next above ``wanted``, else the highest."""
    if option.choices:
        numbers = sorted(float(choice) for choice in option.choices)
        return next((number for number in numbers if number >= wanted - _DPI_TOLERANCE), numbers[-1])
    if option.range is not None:
        least, most, step = option.range
        above = least + ceil((wanted - least) / step - _ROUNDING) * step if step else float(wanted)
        return min(most, max(least, above))
    return wanted


def _instead(option: Option, text: str) -> str:
    """What the option takes instead of a number that it does not take, else empty."""
    try:
        number = float(text)
    except ValueError:
        return ""  # the driver refuses it where it is wrong
    numbers = [choice for choice in option.choices if isinstance(choice, int | float)]
    if numbers:
        near = any(abs(number - choice) <= _ROUNDING for choice in numbers)
        return "" if near else ", ".join(f"{choice:g}" for choice in numbers)
    if option.range is None:
        return ""
    least, most, _ = option.range
    return "" if least - _ROUNDING <= number <= most + _ROUNDING else f"{least:g}–{most:g}"


def _typed(option: Option | None, text: str) -> OptionValue:
    """What a person typed, as the option's own type; the driver refuses what is none."""
    if option is not None and option.type == "bool":
        return text.strip().lower() in ("1", "yes", "true", "on")
    return text


def _said(colours: Colours) -> str:
    return gettext("colour") if colours is Colours.COLOR else gettext("grey")
