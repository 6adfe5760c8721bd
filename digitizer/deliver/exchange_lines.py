"""The lines of an exchange package, read strictly: whatever this program could not have written is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer.catalogue import chains
from digitizer.catalogue.arrange import PART_OF
from digitizer.catalogue.lineage import Lineage, from_json
from digitizer.catalogue.received import Coming, Original
from digitizer.catalogue.records import STANDS
from digitizer.catalogue.subjects import PLACE
from digitizer.catalogue.told import MERGE
from digitizer.describe.profiles import Profiles
from digitizer.errors import NoSuchProfile
from digitizer.model import Level, RecordState, Secrecy, Sha256, clean
from ocr import recipe as recipes
from ocr.geometry import Transform
from ocr.load import FORMATS
from ocr.stages import split
from ocr.text import PageText, nfc
from ocr.text import from_json as text_from_json

FORMAT, VERSION = "digitizer-exchange", 1
CHAINS, RECORDS, PAGES = "data/chains.jsonl", "data/records.jsonl", "data/pages.jsonl"
HEADER, MASTERS = "data/package.json", "data/masters/"
READING = (
    "width", "height", "dpi", "rotation", "skew", "blank", "confidence", "words", "flags", "reader", "languages",
    "recipe", "transform", "at", "printed",
)  # fmt: skip
"""Columns of a reading that travel as they are, beside its text and likeness."""

_MOST = 1 << 62
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[A-Za-z0-9_]{1,64}")
_RESERVED = frozenset({"call", PART_OF, *MERGE})
"""Names that acts use beside described values."""

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)
"""What reading a line that none of ours can be may raise."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read on a page elsewhere. ``columns``: as the catalogue keeps them. It holds for a page turned by
    ``quarters`` of which ``split`` is shown. ``json``: its text.
    """

    columns: Mapping[str, Any]
    json: dict[str, Any]
    likeness: bytes | None
    quarters: int | None
    split: str | None

    @property
    def text(self) -> PageText:
        return text_from_json(self.json)

    @property
    def bytes(self) -> bytes:
        """The text as JSON: what ``catalogue/packing.py`` compresses."""
        return json.dumps(self.json, ensure_ascii=False, separators=(",", ":")).encode()


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file. Raises one of UNREADABLE."""
    with path.open("rb") as handle:
        while line := handle.readline(chains.MAX_LINE):
            if not line.endswith(b"\n"):
                raise ValueError("a line without end")
            value = chains.loads(line.decode())
            if not isinstance(value, dict):
                raise TypeError("a line that is no object")
            yield value


def record(line: Mapping[str, Any], profiles: Profiles) -> Coming:
    """A record. Raises NoSuchProfile; one of UNREADABLE."""
    level, fields = Level(line["level"]), from_json(line["fields"])
    _demand(fields.keys() >= _RECORD_VALUES.keys())
    for field, lineage in fields.items():
        _demand(field in _RECORD_VALUES or (field not in _RESERVED and bool(_KEY.fullmatch(field))))
        _demand(all(map(_RECORD_VALUES.get(field, _is_described), lineage.values)))
        _check(lineage)
    _demand(not (None in fields["parent"].values and None in fields["secrecy"].values))
    for name in fields["profile"].values:
        if name not in profiles.all:
            raise NoSuchProfile(name=name, known=", ".join(profiles.all))
        _demand(profiles.get(name).level is level)
    return Coming(_id(line["id"]), fields, level=level)


def page(line: Mapping[str, Any]) -> Coming:
    """A page. Raises one of UNREADABLE."""
    fields = from_json(line["fields"])
    _demand(fields.keys() == _PAGE_VALUES.keys())
    for field, lineage in fields.items():
        _demand(all(map(_PAGE_VALUES[field], lineage.values)))
        _check(lineage)
    sha256, size, format_, pages = line["original"]
    _demand(bool(_HASH.fullmatch(sha256)) and format_ in FORMATS and _is_number(size) and _is_number(pages))
    _demand(_is_number(line["index"]) and line["index"] < pages)
    return Coming(_id(line["id"]), fields, original=Original(Sha256(sha256), size, format_, pages), index=line["index"])


def reading(line: Mapping[str, Any], columns: tuple[str, ...]) -> Read | None:
    """What was read on a page, of a line that was proven; None where it was not."""
    read = line.get("reading")
    if read is None:
        return None
    likeness = None if read["likeness"] is None else bytes.fromhex(read["likeness"])
    return Read({name: read[name] for name in columns}, read["text"], likeness, read["quarters"], read["split"])


def prove_reading(line: Mapping[str, Any], columns: tuple[str, ...]) -> None:
    """Raises one of UNREADABLE where what is said of the reading is none of ours."""
    read = reading(line, columns)
    if read is None:
        return
    kept = read.columns
    numbers = ("width", "height", "rotation", "words")
    _demand(all(_is_number(kept[name]) for name in numbers) and kept["words"] == len(list(read.text.words)))
    _demand(all(isinstance(kept[name], int | float) for name in ("dpi", "skew")))
    _demand(kept["blank"] in (0, 1) and isinstance(kept["confidence"], int | float | None))
    texts = ("flags", "reader", "languages", "recipe", "transform", "at")
    _demand(all(isinstance(kept[name], str) for name in texts) and isinstance(kept["printed"], str | None))
    _demand(all(isinstance(flag, str) for flag in json.loads(kept["flags"])))
    recipes.from_json(json.loads(kept["recipe"]))
    Transform.from_json(json.loads(kept["transform"]))
    _demand(all(_PAGE_VALUES[name](value) for name, value in (("quarters", read.quarters), ("split", read.split))))


def _is_described(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_text, value))
    return (
        value is None or _is_text(value) or isinstance(value, bool) or (isinstance(value, int) and abs(value) < _MOST)
    )


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and value != "" and clean(value) == value


def _is_explained(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_place(value: Any) -> bool:
    home, ordinal = value
    return bool(_ID.fullmatch(home)) and _is_ordinal(ordinal)


def _is_ordinal(value: Any) -> bool:
    return type(value) is int and abs(value) < _MOST


def _is_part(value: Any) -> bool:
    return isinstance(split.Params(**json.loads(value)), split.Params)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and nfc(value) == value


def _is_id(value: Any) -> bool:
    return bool(_ID.fullmatch(value))


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _is_flag(value: Any) -> bool:
    return type(value) is int and value in (0, 1)


def _or_none(kind: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or kind(value)


_RECORD_VALUES: dict[str, Callable[[Any], bool]] = {
    "code": _is_code, "title": _is_text, "secrecy": _or_none(list(Secrecy).__contains__), "profile": _is_text,
    "withdrawn": _is_flag, "state": list(RecordState).__contains__, "parent": _or_none(_is_id),
    "explained": _is_explained, STANDS: _is_ordinal,
}  # fmt: skip
_PAGE_VALUES: dict[str, Callable[[Any], bool]] = {
    "name": _is_text, "quarters": _or_none(range(4).__contains__), "withdrawn": _is_flag,
    "split": _or_none(_is_part), "sheet": _or_none(_is_number), "side": _or_none(_is_number),
    "replaces": _or_none(_is_id), "sorted_from": _or_none(_is_id), PLACE: _is_place,
}  # fmt: skip


def _check(lineage: Lineage) -> None:
    for station, seq in lineage.seen.items():
        _demand(bool(_ID.fullmatch(station)) and _is_number(seq) and seq > 0)
    for head in lineage.heads:
        _demand(_is_number(head.seq) and head.seq > 0 and _is_text(head.at) and _is_text(head.person))


def _id(value: Any) -> str:
    _demand(bool(_ID.fullmatch(value)))
    return str(value)


def _demand(holds: bool) -> None:
    if not holds:
        raise ValueError("a value that none of ours can be")
