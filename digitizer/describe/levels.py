"""What a level of secrecy is called, in sentences for people."""

from __future__ import annotations

from functools import cache

import resources
from digitizer.describe.code_lists import CodeList
from digitizer.describe.profiles import load_codes
from digitizer.model import Secrecy


def level_name(level: Secrecy) -> str:
    """In the language spoken now, as the shipped code list has it."""
    label = _levels().label_of(level)
    return level if label is None else label.shown


@cache
def _levels() -> CodeList:
    return load_codes(resources.path("codes/secrecy.toml"))
