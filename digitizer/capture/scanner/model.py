"""What is said between a scanner's child process and us, as frozen values that go through JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

OptionValue = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Device:
    """``name`` opens it; ``vendor``, ``model`` and ``kind`` are the driver's words."""

    name: str
    vendor: str
    model: str
    kind: str


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a scanner, as its driver tells it.

    ``type``: bool, int, fixed or string. ``unit``: empty, pixel, bit, mm, dpi, percent or microsecond. ``value``: now,
    None where it has none. ``choices``: the only values allowed, else empty. ``range``: lowest, highest and step (0:
    none), else None. ``settable``: by a program, now.
    """

    name: str
    title: str
    type: str
    unit: str
    value: OptionValue | None
    choices: tuple[OptionValue, ...]
    range: tuple[float, float, float] | None
    settable: bool

    @staticmethod
    def of(told: Mapping[str, Any]) -> Option:
        """From JSON."""
        given = dict(told)
        given["choices"] = tuple(given["choices"])
        given["range"] = None if given["range"] is None else tuple(given["range"])
        return Option(**given)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Fault(StrEnum):
    """What can go wrong with a scanner. The value is a public code."""

    NO_LIBRARY = "libsane-missing"
    NO_SCANNER = "no-scanner"
    NOT_FOUND = "no-such-scanner"
    UNSUPPORTED = "scanner-cannot"
    BUSY = "scanner-busy"
    INVALID = "scanner-refused-setting"
    REFUSED = "scanner-refused-scan"
    JAMMED = "paper-jam"
    NO_PAPER = "out-of-paper"
    COVER_OPEN = "cover-open"
    UNPLUGGED = "scanner-unplugged"
    UNREACHED = "scanner-unreached"
    NO_MEMORY = "scanner-out-of-memory"
    DENIED = "scanner-denied"
    CANCELLED = "scanner-cancelled"
    WARMING_UP = "scanner-warming-up"
    LOCKED = "scanner-locked"
    CUT_SHORT = "scan-cut-short"
    TOO_LARGE = "scan-too-large"
    HANGS = "driver-hangs"
    DIED = "driver-died"
    DISK = "spool-unwritable"


class End(StrEnum):
    """Why a run of sheets ended well."""

    ENOUGH = "enough"
    """As many as were asked for."""
    EMPTY = "empty"
    """The feeder has no sheet left."""
    CANCELLED = "cancelled"
    """We asked it to stop."""
