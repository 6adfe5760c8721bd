"""``digitizer queue``: how many pages wait, were read or failed, and why they failed."""

from __future__ import annotations

from digitizer.cli.call import Call, refused
from digitizer.errors import Exit, FileRefused
from digitizer.i18n import gettext
from digitizer.model import JobState
from digitizer.requests import page_label


def queue(call: Call) -> Exit:
    with call.existing() as workspace:
        jobs = workspace.catalogue.queue
        counts = {state.value: jobs.count(state) for state in JobState}
        failures = [(each, FileRefused(page_label(each.name, each.index), each.fault)) for each in jobs.failed()]
    call.output.answer(
        {
            **counts,
            "pages": [
                {"page": each.page, "record": each.record, **refused(error)}
                | {"attempts": each.attempts, "detail": each.detail}
                for each, error in failures
            ],
        },
        gettext("Waiting: {waiting}, read: {done}, failed: {failed}").format(**counts),
        *(f"{each.record}  {each.page}  {error.message}" for each, error in failures),
    )
    return Exit.DONE
