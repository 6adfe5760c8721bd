"""What a package says of its records and pages, held against the acts in it: a value is believed where an act wrote it,
and who stands behind it is whoever did that act.

The chain of the sender, folded as the sender folds it (``digitizer.catalogue.origins``), must come to the same values;
each of them that another station wrote must be what that station's act writes. Acts about anything else come sealed,
and some of them touch what is in the package: those by which pages came in or were put elsewhere, and where records
stand among others. These fields alone may name an act that nobody can read.

Whoever changes how acts are folded gives exchange packages a new version: an older program would refuse them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from digitizer.catalogue.audit import Act, act_from
from digitizer.catalogue.lineage import WITHDRAWN, Head, Lineage
from digitizer.catalogue.origins import KINDS, Known, fold
from digitizer.catalogue.received import Coming
from digitizer.catalogue.records import STANDS
from digitizer.catalogue.schema import PAGE_BIRTHS
from digitizer.deliver.exchange_lines import lines
from digitizer.model import ActId

AT_ONCE = 5_000
"""Records or pages that are held against the chains at once: so much is in memory."""
ORIGINAL, LEVEL = "original", "level"
"""What is said of a page or record beside its fields."""
_SILENT = frozenset({"parent", "profile", STANDS})
"""Fields of records that acts of older versions did not tell; of pages they left out any."""
_THERE = Lineage((Head("", 0, 0, "", ""),), {})


class Untold(Exception):
    """``coming`` is not what the acts say of it in ``field``."""

    def __init__(self, coming: Coming, field: str) -> None:
        super().__init__(field)
        self.coming = coming
        self.field = field


class _Claim(NamedTuple):
    coming: Coming
    field: str
    head: Head


class _Acts:
    """The acts of the chains of a package, in order; those that another one takes back can be asked for."""

    def __init__(self, chains: Path, undone: Collection[str]) -> None:
        self._chains = chains
        self._undone = undone
        self._kept: dict[str, Act] = {}
        self.sealed: set[str] = set()
        """Stations of which an act was sealed."""

    def get(self, act: ActId) -> Act:
        return self._kept[act]

    def all(self) -> Iterator[tuple[str, int, Act | None]]:
        """Station, number, and the act; None for one that writes no values of records or pages."""
        station, seq = "", 0
        for line in lines(self._chains):
            if "station" in line:
                station, seq = line["station"], 0
            elif "sealed" in line:
                seq += len(line["sealed"])
                self.sealed.add(station)
            else:
                seq += 1
                act = act_from(line) if line["kind"] in KINDS else None
                if act is not None and act.id in self._undone:
                    self._kept[act.id] = act
                yield station, seq, act


def prove(chains: Path, sender: str, undone: Collection[str], comings: Sequence[Coming]) -> None:
    """Hold these records and pages against the proven ``chains``; ``undone``: ids of acts that others take back.

    Raises Untold; KeyError, TypeError or ValueError where an act says what none of ours can.
    """
    by_id = {coming.id: coming for coming in comings}
    claims: dict[tuple[str, int], list[_Claim]] = {}
    for coming in comings:
        for field, lineage in coming.fields.items():
            for head in lineage.heads:
                if not _is_silent(head):
                    claims.setdefault((head.station, head.seq), []).append(_Claim(coming, field, head))
    acts, known = _Acts(chains, undone), Known()
    for station, seq, act in acts.all():
        made = claims.pop((station, seq), ())
        if act is None:
            for claim in made:
                raise Untold(claim.coming, claim.field)
            continue
        if station == sender:
            fold(acts, act, sender, by_id, known)
        if made:
            _prove_written(acts, act, station, made)
        _prove_birth(act, by_id)
    for claim in (each for rest in claims.values() for each in rest):  # of acts that are sealed
        if not _may_be_sealed(claim.coming, claim.field):
            raise Untold(claim.coming, claim.field)
    for coming in comings:
        _prove_folded(coming, known.get(coming.id, {}), sender, gaps=sender in acts.sealed)


def _is_silent(head: Head) -> bool:
    """Whether it stands for what the chain is silent about."""
    return (head.seq, head.at, head.person) == (1, "", "")


def _may_be_sealed(coming: Coming, field: str) -> bool:
    return coming.level is None or field == STANDS


def _prove_written(acts: _Acts, act: Act, station: str, claims: Sequence[_Claim]) -> None:
    """Each claimed head is what the act makes of something that is there."""
    made: Known = {claim.coming.id: {WITHDRAWN: _THERE} for claim in claims}
    fold(acts, act, station, made, made)
    for coming, field, head in claims:
        lineage = made[coming.id].get(field)
        if lineage is None or not any((each.key, each.at, each.person) == _told(head) for each in lineage.heads):
            raise Untold(coming, field)


def _told(head: Head) -> tuple[Any, ...]:
    return (head.key, head.at, head.person)


def _prove_birth(act: Act, by_id: Mapping[str, Coming]) -> None:
    """What the act by which it came in tells beside its fields."""
    said = act.after or {}
    if act.kind == "record.create" and act.subject in by_id:
        coming = by_id[act.subject]
        if said.get("level", coming.level) != coming.level:
            raise Untold(coming, LEVEL)
    for index, page in enumerate(said["pages"] if act.kind in PAGE_BIRTHS else ()):
        if page not in by_id:
            continue
        coming = by_id[page]
        original = coming.original
        if original is None or (said.get("sha256", original.sha256), index) != (original.sha256, coming.index):
            raise Untold(coming, ORIGINAL)
        if act.kind == "page.import" and original.pages != len(said["pages"]):  # brought in whole
            raise Untold(coming, ORIGINAL)


def _prove_folded(coming: Coming, known: Mapping[str, Lineage], sender: str, *, gaps: bool) -> None:
    """It is what the sender's own chain comes to; ``gaps``: as far as acts about other things may have touched it."""
    for field in coming.fields.keys() | known.keys():
        claimed, folded = coming.fields.get(field), known.get(field)
        if claimed == folded:
            continue
        if claimed is None:
            raise Untold(coming, field)
        silent = all(_is_silent(head) and head.station == sender for head in claimed.heads)
        if folded is None and silent and (coming.level is None or field in _SILENT):
            continue
        if not gaps or not _may_be_sealed(coming, field):
            raise Untold(coming, field)
        if folded is not None and any(claimed.seen.get(station, 0) < seq for station, seq in folded.seen.items()):
            raise Untold(coming, field)
