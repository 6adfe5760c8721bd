"""The commands that search, and those of saved searches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from digitizer.catalogue.facets import name_shown
from digitizer.catalogue.saved import SavedSearch
from digitizer.catalogue.store import Catalogue
from digitizer.cli.call import Call
from digitizer.counted import pages_found, records_found
from digitizer.describe.profiles import Profiles
from digitizer.errors import Exit
from digitizer.i18n import gettext
from digitizer.model import Facet, Hit, RecordAnswer, RecordHit, SearchAnswer, Taken


def search(call: Call) -> Exit:
    with call.existing() as workspace:
        catalogue = workspace.catalogue
        answer = _asked(call, catalogue, call.arguments.query, records=call.arguments.records)
        if call.arguments.save is not None:
            catalogue.saved.save(call.arguments.save, call.arguments.query, records=call.arguments.records)
    return _answered(call, answer)


def saved_list(call: Call) -> Exit:
    with call.existing() as workspace:
        found = workspace.catalogue.saved.all()
    call.output.answer([_saved(each) for each in found], *(f"{each.name}: {each.query}" for each in found))
    return Exit.DONE


def saved_run(call: Call) -> Exit:
    with call.existing() as workspace:
        found = workspace.catalogue.saved.get(call.arguments.name)
        answer = _asked(call, workspace.catalogue, found.query, records=found.records)
    return _answered(call, answer)


def saved_remove(call: Call) -> Exit:
    with call.existing() as workspace:
        removed = workspace.catalogue.saved.remove(call.arguments.name)
    call.output.answer(_saved(removed), gettext("The search “{name}” is no longer kept.").format(name=removed.name))
    return Exit.DONE


def _asked(call: Call, catalogue: Catalogue, query: str, *, records: bool) -> SearchAnswer | RecordAnswer:
    wanted = call.arguments
    find = catalogue.search.records if records else catalogue.search.pages
    return find(query, limit=wanted.limit, offset=wanted.offset, facets=records or wanted.facets)


def _answered(call: Call, answer: SearchAnswer | RecordAnswer) -> Exit:
    hits: Sequence[Hit | RecordHit] = answer.hits
    document: dict[str, Any] = {
        "total": answer.total,
        "total_is": answer.total_is,
        "seconds": round(answer.seconds, 4),
        "taken": [{"word": each.word, "near": list(each.near)} for each in answer.taken],
        "hits": [_hit(hit) for hit in hits],
    }
    if call.arguments.facets or isinstance(answer, RecordAnswer):
        document["facets"] = _facets(answer.facets)
    shown = _lines_of_facets(Profiles(call.root), answer.facets) if call.arguments.facets else ()
    call.output.answer(document, *map(_told, answer.taken), _count(answer), *map(_line, hits), *shown)
    return Exit.DONE


def _hit(hit: Hit | RecordHit) -> dict[str, Any]:
    shown = {"snippet": hit.snippet, "exact": hit.exact, "score": round(hit.score, 6)}
    if isinstance(hit, RecordHit):
        return {"record": hit.record, "id": hit.id, "level": hit.level, "title": hit.title} | shown
    boxes = [box.as_list() for box in hit.boxes]
    return {"record": hit.record, "page": hit.page, "number": hit.number, "boxes": boxes} | shown


def _line(hit: Hit | RecordHit) -> str:
    if isinstance(hit, RecordHit):
        return f"{hit.record}  {hit.title}\n    {hit.snippet}"
    return f"{hit.record}  {hit.number}  {hit.page}\n    {hit.snippet}"


def _count(answer: SearchAnswer | RecordAnswer) -> str:
    total = answer.total
    said = records_found(total) if isinstance(answer, RecordAnswer) else pages_found(total, answer.total_is)
    return said.format(count=total)


def _told(taken: Taken) -> str:
    said = gettext("“{word}” is hardly anywhere: also looked for {near}. Quotation marks leave it as it is.")
    return said.format(word=taken.word, near=", ".join(taken.near))


def _facets(facets: Iterable[Facet]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{"value": each.value, "label": each.label, "count": each.count} for each in group]
        for name, group in groupby(facets, lambda facet: facet.name)
    }


def _lines_of_facets(profiles: Profiles, facets: Iterable[Facet]) -> list[str]:
    return [
        f"{name_shown(profiles, name)}: {', '.join(f'{each.label} ({each.count})' for each in group)}"
        for name, group in groupby(facets, lambda facet: facet.name)
    ]


def _saved(search: SavedSearch) -> dict[str, Any]:
    return {"name": search.name, "query": search.query, "records": search.records}
