"""libsane's few calls (SANE standard 1.06, chapter 4, https://sane-project.gitlab.io/standard/). Only the child process
imports this: the driver that is loaded may crash it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_void_p
from dataclasses import dataclass
from typing import Any

from digitizer.capture.scanner.model import Device, Option, OptionValue

LIBRARY = "libsane.so.1"

GOOD, UNSUPPORTED, CANCELLED, BUSY, INVALID, EOF = 0, 1, 2, 3, 4, 5
JAMMED, NO_DOCS, COVER_OPEN, IO_ERROR, NO_MEM, DENIED = 6, 7, 8, 9, 10, 11
WARMING_UP, LOCKED = 12, 13

_TYPES = ("bool", "int", "fixed", "string")
_UNITS = ("", "pixel", "bit", "mm", "dpi", "percent", "microsecond")
_FRAMES = ("gray", "rgb", "red", "green", "blue")
_SOFT_SELECT, _SOFT_DETECT, _INACTIVE = 1, 4, 32
_RANGE, _WORDS, _STRINGS = 1, 2, 3
_GET, _SET = 0, 1
_ONE = 1 << 16
"""SANE's fixed-point numbers have 16 bits behind the point."""


class _Device(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("vendor", c_char_p), ("model", c_char_p), ("kind", c_char_p)]


class _Range(ctypes.Structure):
    _fields_ = [("least", c_int), ("most", c_int), ("step", c_int)]


class _Descriptor(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p), ("title", c_char_p), ("description", c_char_p),
        ("type", c_int), ("unit", c_int), ("size", c_int), ("cap", c_int),
        ("constraint_type", c_int), ("constraint", c_void_p),
    ]  # fmt: skip


class _Parameters(ctypes.Structure):
    _fields_ = [
        ("format", c_int), ("last_frame", c_int), ("bytes_per_line", c_int),
        ("pixels_per_line", c_int), ("lines", c_int), ("depth", c_int),
    ]  # fmt: skip


class SaneError(Exception):
    """A status other than good. ``status`` is one of the numbers above."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Parameters:
    """Of the frame at hand. ``frame``: gray, rgb, red, green or blue. ``lines``: -1 where not known before the end."""

    frame: str
    last: bool
    bytes_per_line: int
    width: int
    lines: int
    depth: int


class Sane:
    """libsane, loaded and started. Raises OSError where it is not installed."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(LIBRARY)
        self._library.sane_get_option_descriptor.restype = POINTER(_Descriptor)
        self._library.sane_get_option_descriptor.argtypes = [c_void_p, c_int]
        self._library.sane_control_option.argtypes = [c_void_p, c_int, c_int, c_void_p, POINTER(c_int)]
        self.call("sane_init", None, None)

    def call(self, name: str, *arguments: object) -> None:
        """Raises SaneError where the status is not good."""
        if status := getattr(self._library, name)(*arguments):
            raise SaneError(status)

    def devices(self) -> list[Device]:
        """The scanners on this machine; the network is not asked."""
        found = POINTER(POINTER(_Device))()
        self.call("sane_get_devices", byref(found), c_int(1))
        return [
            Device(*(_text(getattr(each.contents, name)) for name in ("name", "vendor", "model", "kind")))
            for each in _until_null(found)
        ]

    def open(self, name: str) -> Handle:
        handle = c_void_p()
        self.call("sane_open", name.encode("utf-8", "surrogateescape"), byref(handle))
        return Handle(self, self._library, handle)


class Handle:
    """An open scanner."""

    def __init__(self, sane: Sane, library: ctypes.CDLL, handle: c_void_p) -> None:
        self._sane = sane
        self._library = library
        self._handle = handle

    def options(self) -> list[Option]:
        """Those that have a value, the inactive ones left out."""
        return [option for number, descriptor in self._descriptors() if (option := self._option(number, descriptor))]

    def set(self, name: str, value: OptionValue) -> None:
        """Set one option. Raises SaneError INVALID where there is none of that name or it does not take the value."""
        for number, descriptor in self._descriptors():
            if _text(descriptor.name) == name and descriptor.type < len(_TYPES):
                held = _packed(descriptor, value)
                self._sane.call("sane_control_option", self._handle, number, _SET, held, byref(c_int()))
                return
        raise SaneError(INVALID)

    def start(self) -> None:
        self._sane.call("sane_start", self._handle)

    def parameters(self) -> Parameters:
        """Of the frame that was started. Raises SaneError UNSUPPORTED where it holds no plain pixels."""
        found = _Parameters()
        self._sane.call("sane_get_parameters", self._handle, byref(found))
        if not 0 <= found.format < len(_FRAMES):
            raise SaneError(UNSUPPORTED)
        return Parameters(
            _FRAMES[found.format], bool(found.last_frame), found.bytes_per_line, found.pixels_per_line, found.lines,
            found.depth,
        )  # fmt: skip

    def read(self, buffer: ctypes.Array[Any]) -> int:
        """Read into ``buffer``; gives how many bytes came, perhaps none yet. Raises SaneError, EOF at the end."""
        got = c_int()
        self._sane.call("sane_read", self._handle, buffer, len(buffer), byref(got))
        return got.value

    def cancel(self) -> None:
        """Also ends a page that came whole, and lets a feeder go."""
        self._library.sane_cancel(self._handle)

    def close(self) -> None:
        self._library.sane_close(self._handle)

    def _descriptors(self) -> Iterator[tuple[int, Any]]:
        count = c_int()
        self._sane.call("sane_control_option", self._handle, 0, _GET, byref(count), None)
        for number in range(1, count.value):
            if found := self._library.sane_get_option_descriptor(self._handle, number):
                yield number, found.contents

    def _option(self, number: int, descriptor: Any) -> Option | None:
        word = ctypes.sizeof(c_int)
        plain = descriptor.type < len(_TYPES) and (descriptor.type == 3 or descriptor.size == word)
        if not plain or not descriptor.name or descriptor.cap & _INACTIVE:
            return None
        fixed = descriptor.type == 2
        choices: list[OptionValue] = []
        span = None
        if descriptor.constraint_type == _RANGE and descriptor.constraint:
            limits = ctypes.cast(descriptor.constraint, POINTER(_Range)).contents
            span = (_number(limits.least, fixed), _number(limits.most, fixed), _number(limits.step, fixed))
        elif descriptor.constraint_type == _WORDS and descriptor.constraint:
            words = ctypes.cast(descriptor.constraint, POINTER(c_int))
            choices = [_number(words[place], fixed) for place in range(1, words[0] + 1)]
        elif descriptor.constraint_type == _STRINGS and descriptor.constraint:
            strings = ctypes.cast(descriptor.constraint, POINTER(c_char_p))
            choices = [_text(each) for each in _until_null(strings)]
        return Option(
            name=_text(descriptor.name),
            title=_text(descriptor.title),
            type=_TYPES[descriptor.type],
            unit=_UNITS[descriptor.unit] if 0 <= descriptor.unit < len(_UNITS) else "",
            value=self._value(number, descriptor),
            choices=tuple(choices),
            range=span,
            settable=bool(descriptor.cap & _SOFT_SELECT),
        )

    def _value(self, number: int, descriptor: Any) -> OptionValue | None:
        if not descriptor.cap & _SOFT_DETECT:
            return None
        held: Any = ctypes.create_string_buffer(descriptor.size + 1) if descriptor.type == 3 else c_int()
        try:
            self._sane.call("sane_control_option", self._handle, number, _GET, byref(held), None)
        except SaneError:
            return None
        if descriptor.type == 3:
            return _text(held.value)
        return bool(held.value) if descriptor.type == 0 else _number(held.value, descriptor.type == 2)


def _packed(descriptor: Any, value: OptionValue) -> Any:
    """The value as C holds it. Raises SaneError INVALID where it is of another kind."""
    try:
        if descriptor.type == 3:
            told = str(value).encode()
            if len(told) >= descriptor.size:
                raise SaneError(INVALID)
            return ctypes.create_string_buffer(told, descriptor.size)
        number = float(value) if not isinstance(value, str) else float(value.replace(",", "."))
        return byref(c_int(round(number * _ONE) if descriptor.type == 2 else round(number)))
    except (ValueError, OverflowError) as error:
        raise SaneError(INVALID) from error


def _number(word: int, fixed: bool) -> int | float:
    return round(word / _ONE, 4) if fixed else word


def _text(given: bytes | None) -> str:
    return (given or b"").decode("utf-8", "replace")


def _until_null(pointers: Any) -> Iterator[Any]:
    place = 0
    while pointers[place]:
        yield pointers[place]
        place += 1
