"""What an argument may be: each takes its text, and raises ArgumentTypeError with a sentence."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from digitizer.i18n import gettext
from digitizer.model import clean
from digitizer.settings import MAX_PROCESSES

_Choice = TypeVar("_Choice", bound=StrEnum)
_DIGITS = 9


def path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError(gettext("must not be empty"))
    return Path(text)


def code(text: str) -> str:
    if not clean(text):
        raise argparse.ArgumentTypeError(gettext("must not be empty"))
    return text


def one_of(kind: type[_Choice]) -> Callable[[str], _Choice]:
    """What argparse would refuse by the name of the class alone."""

    def chosen(text: str) -> _Choice:
        try:
            return kind(text)
        except ValueError as error:
            said = gettext("must be one of {choices}, not “{text}”")
            raise argparse.ArgumentTypeError(said.format(choices=", ".join(kind), text=text)) from error

    return chosen


def setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(gettext("must be KEY=VALUE"))
    return key.strip(), value


def day(text: str) -> str:
    """A day as ISO or as Vietnamese readers write it; given as ISO."""
    with suppress(ValueError):
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day).isoformat()
        return date.fromisoformat(text).isoformat()
    raise argparse.ArgumentTypeError(gettext("must be a day such as 2026-11-26 or 26/11/2026"))


def positive(text: str) -> int:
    if (number := natural(text)) < 1:
        raise argparse.ArgumentTypeError(gettext("must be at least 1"))
    return number


def natural(text: str) -> int:
    if not text.isdecimal() or len(text) > _DIGITS:
        raise argparse.ArgumentTypeError(gettext("must be a whole number, from 0 to 999999999"))
    return int(text)


def processes(text: str) -> int:
    if not (text.isdecimal() and len(text) <= _DIGITS and 1 <= int(text) <= MAX_PROCESSES):
        said = gettext("must be a whole number from 1 to {most}")
        raise argparse.ArgumentTypeError(said.format(most=MAX_PROCESSES))
    return int(text)


def scheduler(text: str) -> str:
    try:
        parts = urlsplit(text)
        complete = parts.scheme in ("tcp", "tls") and bool(parts.hostname) and parts.port is not None
    except ValueError:
        complete = False
    if not complete:
        raise argparse.ArgumentTypeError(gettext("must be an address such as tcp://192.168.1.10:8786"))
    return text


def languages(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split("+"))
    if not all(part.isidentifier() for part in parts):
        raise argparse.ArgumentTypeError(gettext("must be language codes joined by +, such as vie+eng"))
    return parts
