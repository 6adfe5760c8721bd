"""The command that needs no workspace, and loads no catalogue: its start counts where one page is read."""

from __future__ import annotations

from typing import Any

from digitizer import read as reading
from digitizer.cli.call import Call, part_of, refused, said
from digitizer.errors import Exit
from digitizer.i18n import ngettext


def read(call: Call) -> Exit:
    arguments = call.arguments
    wanted = {"jobs": arguments.jobs, "restore_marks": arguments.restore_marks}
    if arguments.languages:  # a person who names the languages means these and no others
        wanted |= {"reading_languages": arguments.languages, "other_languages": ()}
    settings = call.settings.model_copy(update={key: value for key, value in wanted.items() if value is not None})
    report = reading.read(
        arguments.inputs, arguments.output, settings, profile=arguments.profile,
        beside=reading.Beside(arguments.text, arguments.alto, arguments.tables), task=call.task,
    )  # fmt: skip
    call.output.answer(
        {
            "pages": [_read_page(page) for page in report.pages],
            "seconds": round(report.seconds, 2),
            "output": None if report.output is None else str(report.output),
            "refused": [refused(error) for error in report.refused],
        },
        ngettext("{count} page read in {seconds:.1f} s: {path}", "{count} pages read in {seconds:.1f} s: {path}",
                 len(report.pages)).format(count=len(report.pages), seconds=report.seconds, path=report.output or "–"),
    )  # fmt: skip
    code = said(call, report.refused)
    if report.output is None and all(error.exit_code is Exit.MISSING for error in report.refused):
        return Exit.MISSING
    return code


def _read_page(page: reading.ReadPage) -> dict[str, Any]:
    facts = page.facts
    return part_of(page.part) | {
        "source": str(page.source),
        "number": page.number,
        "width": facts.size.width,
        "height": facts.size.height,
        "dpi": facts.dpi,
        "skew": round(facts.skew, 3),
        "rotation": facts.rotation,
        "blank": facts.blank,
        "confidence": None if facts.confidence is None else round(facts.confidence, 4),
        "words": facts.words,
        "flags": list(facts.flags),
    }
