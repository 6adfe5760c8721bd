"""Codes and names made by rule: a template of other fields, such as ``{organisation}.{year}.{number}.{notation}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

from digitizer.model import Value

_LOOSE_ENDS = re.compile(r"^[\s./_-]+|[\s./_-]+$|(?<=[./_-])[./_-]+|(?<=\s)\s+")


def filled(template: str, values: Mapping[str, Value | None]) -> str | None:
    """The template with its names filled in; a part that is not known is left out, with the mark that parts it from the
    next. None where nothing is known, so that no code is made of separators alone.
    """
    parts: list[str] = []
    known = False
    for literal, name, form, _ in Formatter().parse(template):
        parts.append(literal)
        value = values.get(name) if name else None
        if value not in (None, "", []):
            known = known or name not in ("ordinal",)
            parts.append(format(value, form or "") if isinstance(value, int) else str(value))
    return _LOOSE_ENDS.sub("", "".join(parts)) if known else None
