"""Where a value comes from, so that what two stations made of it can be told apart: pure values, no database.

Every writing of a field is known by its station and the number of the act that wrote it. A ``Lineage`` holds the values
that stand (more than one where stations wrote without knowing of each other) and up to which act of each station the
writings were seen. Joining two of them is an observed-remove set with version vectors (Bieniusa et al., “An optimized
conflict-free replicated set”, arXiv:1210.3368): in any order and however often, the outcome is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from digitizer.catalogue.records import STANDS
from digitizer.model import Secrecy

BY_RULE = frozenset({STANDS, "sorted_from"})
"""Nobody is asked about these: the latest writing counts on every station, whoever wrote it."""
WITHDRAWN = "withdrawn"
"""The field that says 1 of what was taken away."""
_SECRECY = {level: rank for rank, level in enumerate(Secrecy, 1)}


@dataclass(frozen=True, slots=True)
class Head:
    """One standing value. ``seq``: of the act of ``station`` (UUID) that wrote it; ``at``, ``person``: of that act."""

    station: str
    seq: int
    value: Any
    at: str
    person: str

    @property
    def key(self) -> tuple[str, int, str]:
        return (self.station, self.seq, json.dumps(self.value, sort_keys=True))


@dataclass(frozen=True, slots=True)
class Lineage:
    """``heads``: what stands, in a fixed order. ``seen``: by station, the last act that wrote the field and is known,
    whether its value still stands or not.
    """

    heads: tuple[Head, ...]
    seen: Mapping[str, int]

    @property
    def values(self) -> list[Any]:
        """The different values that stand."""
        found: list[Any] = []
        for head in self.heads:
            if head.value not in found:
                found.append(head.value)
        return found


Lineages = Mapping[str, Lineage]
"""Of one record or page, by field."""


def of(heads: Iterable[Head], seen: Mapping[str, int]) -> Lineage:
    """A lineage in its fixed order; whoever wrote a head was seen."""
    ordered = list(heads)
    if len(ordered) > 1:  # nearly always there is one
        ordered = sorted({head.key: head for head in ordered}.values(), key=lambda head: head.key)
    known = dict(seen)
    for head in ordered:
        known[head.station] = max(head.seq, known.get(head.station, 0))
    return Lineage(tuple(ordered), known if len(known) > 1 else _alone(*known.popitem()))


@lru_cache(maxsize=1 << 12)
def _alone(station: str, seq: int) -> Mapping[str, int]:
    """Shared by all that one act wrote, of which there may be ten values on each of thousands of pages."""
    return {station: seq}


def joined(one: Lineage | None, other: Lineage | None) -> Lineage:
    """What both know together: a value stands unless the other side has seen and replaced it."""
    if one is None or other is None:
        found = one or other
        assert found is not None, "one of them is known"
        return found
    if one == other:
        return one
    here, there = ({head.key for head in each.heads} for each in (one, other))
    stands = [head for head in one.heads if head.key in there or head.seq > other.seen.get(head.station, 0)]
    stands += [head for head in other.heads if head.key in here or head.seq > one.seen.get(head.station, 0)]
    stations = one.seen.keys() | other.seen.keys()
    return of(stands, {each: max(one.seen.get(each, 0), other.seen.get(each, 0)) for each in stations})


def written(known: Lineage | None, head: Head, field: str) -> Lineage:
    """After ``head`` was written on its station: it takes the place of the value that was shown there. What differs
    still stands: only a settlement ends a difference.
    """
    if known is None:
        return of([head], {})
    if field in BY_RULE:
        return of([head], known.seen)
    shown = chosen(field, known, head.station).value
    return of([*(each for each in known.heads if each.value != shown), head], known.seen)


def touched(fields: Mapping[str, Lineage], head: Head) -> Lineage | None:
    """Of ``withdrawn``, after the act of ``head`` changed something else of a record or page with ``fields``: a change
    says as well that it is there, so that whoever takes it away without knowing of the change differs from it. None
    where it was not there.
    """
    known = fields.get(WITHDRAWN)
    if known is None or chosen(WITHDRAWN, known, head.station).value:
        return None
    return written(known, replace(head, value=0), WITHDRAWN)


def chosen(field: str, known: Lineage, own: str) -> Head:
    """The value to show on station ``own``: its own where one stands, else the latest; of secrecy the highest; of
    those in BY_RULE the latest, whosever it is; what one took away and another changed is there.
    """

    def rank(head: Head) -> tuple[Any, ...]:
        level = _SECRECY.get(head.value, 0) if field == "secrecy" else int(field == WITHDRAWN and not head.value)
        return (level, head.station == own and field not in BY_RULE, head.at, head.station, head.seq, head.key)

    return known.heads[0] if len(known.heads) == 1 else max(known.heads, key=rank)


def to_json(lineages: Lineages) -> list[dict[str, Any]]:
    """As JSON: fields that were written by the same acts share one entry."""
    groups: dict[str, dict[str, Any]] = {}
    for field, lineage in lineages.items():
        heads = [[head.station, head.seq, head.at, head.person] for head in lineage.heads]
        entry: dict[str, Any] = {"heads": heads, "seen": dict(sorted(lineage.seen.items()))}
        group = groups.setdefault(json.dumps(entry), entry | {"values": {}})
        group["values"][field] = [head.value for head in lineage.heads]
    return list(groups.values())


def from_json(groups: Iterable[Mapping[str, Any]]) -> dict[str, Lineage]:
    """What ``to_json`` wrote. Raises ValueError, KeyError or TypeError on anything else."""
    found: dict[str, Lineage] = {}
    for group in groups:
        for field, values in group["values"].items():
            heads = [
                Head(station, seq, value, at, person)
                for (station, seq, at, person), value in zip(group["heads"], values, strict=True)
            ]
            if not heads:
                raise ValueError(field)
            found[field] = of(heads, group["seen"])
    return found
