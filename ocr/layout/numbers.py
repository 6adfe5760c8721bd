"""The number that is printed on a page: ``3``, ``- 3 -``, ``trang 3/12``, ``iv``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ocr.language.spelling import bare
from ocr.text import PageText, Role

_NUMBER = re.compile(r"(?P<number>\d{1,4}|\b[ivxl]{1,6}\b)(?:\s*(?:/|of)\s*(?P<total>\d{1,4}))?")
_ROMAN = re.compile(r"(xl|l?x{0,3})(ix|iv|v?i{0,3})")
_WORTH = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(frozen=True, slots=True)
class Printed:
    """``number``: from 1. ``roman``: counted apart, as a preface is. ``total``: of how many, where that is said."""

    number: int
    roman: bool = False
    total: int | None = None


def printed(text: PageText) -> str:
    """What the block that is the page's number says, as ``parsed`` takes it; empty where there is none."""
    for block in text.blocks:
        if block.role is Role.PAGE_NUMBER:
            found = _NUMBER.search(bare(" ".join(line.text for line in block.lines)))
            if found and parsed(found[0]) is not None:
                return "/".join(part for part in found.group("number", "total") if part)
    return ""


def parsed(said: str) -> Printed | None:
    """The number that ``printed`` gave; None for no number."""
    found = _NUMBER.fullmatch(said)
    if found is None:
        return None
    total = int(found["total"]) if found["total"] else None
    # A lone l is how a 1 is misread; no preface has fifty pages and no number on the others.
    number = found["number"] if found["number"].strip("l") else found["number"].replace("l", "1")
    if number.isdecimal():
        return Printed(int(number), total=total) if int(number) else None
    if not _ROMAN.fullmatch(number):
        return None
    worth = [_WORTH[letter] for letter in number]
    signed = (-each if each < after else each for each, after in zip(worth, [*worth[1:], 0], strict=True))
    return Printed(sum(signed), roman=True, total=total)
