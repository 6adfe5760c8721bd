"""What the rule asks for and has not been done: Thông tư 05/2025/TT-BNV, sao lưu and kiểm tra.

At least two sets on independent media; incremental daily, full monthly, full every three years; all holdings checked
within three years; new media at least a year before the rated end of the old.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from digitizer import clock
from digitizer.catalogue.backups import FULL, BackupSet, Target
from digitizer.i18n import gettext, marked
from digitizer.workspace import Workspace

DAILY, MONTHLY, THREE_YEARS, ONE_YEAR = (timedelta(days=days) for days in (1, 31, 3 * 365, 365))
MIN_TARGETS = 2

_SENTENCES = {
    "daily": marked("Back up today: the last backup is of {day}, and work was done since."),
    "never": marked("Nothing has been backed up yet: the rule asks for two sets on independent media, daily."),
    "monthly": marked("Make a full backup: the last is of {day}, and the rule asks for one each month."),
    "targets": marked("Back up to a second, independent medium: there is only {count} that holds a full set."),
    "three-years": marked(
        "Make a full backup on “{path}”: its last is of {day}, and the rule asks for one within three years."
    ),
    "check": marked("Check all holdings: that was last done on {day}, and the rule asks for it within three years."),
    "check-never": marked(
        "Check all holdings: that was never done since {day}, and the rule asks for it within three years."
    ),
    "media": marked(
        "Move the backups of “{path}” to a new medium: its rated life ends on {day}, and the rule asks for that a"
        " year before."
    ),
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing that is due. ``code``: public; ``details`` fill the ``{names}`` of the sentence."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence, in the language spoken now."""
        return gettext(_SENTENCES[self.code]).format(**self.details)


def due(workspace: Workspace, now: datetime | None = None) -> tuple[Reminder, ...]:
    """What the rule asks for now, the most urgent first; empty where all is done."""
    moment = now or clock.now()
    backups = workspace.catalogue.backups
    sets, targets = backups.log(), backups.targets()
    return (*_sets_due(workspace, sets, targets, moment), *_checks_due(workspace, moment), *_media_due(targets, moment))


def _sets_due(
    workspace: Workspace, sets: Sequence[BackupSet], targets: Sequence[Target], moment: datetime
) -> Iterator[Reminder]:
    if not sets:
        if workspace.catalogue.backups.changed_since(0):
            yield Reminder("never")
        return
    last = max(sets, key=lambda each: each.at)
    if _older(last.at, DAILY, moment) and workspace.catalogue.backups.changed_since(last.chain_end):
        yield Reminder("daily", {"day": _day(last.at)})
    full = {each.target: each.at for each in sets if each.kind == FULL}  # the newest of each: sets come in their order
    if _older(max(full.values()), MONTHLY, moment):
        yield Reminder("monthly", {"day": _day(max(full.values()))})
    if len(full) < MIN_TARGETS:
        yield Reminder("targets", {"count": len(full)})
    kept = sorted(full.items(), key=lambda each: each[1])[-MIN_TARGETS:]
    paths = {target.id: target.path for target in targets}
    for target, at in kept:
        if _older(at, THREE_YEARS, moment):
            yield Reminder("three-years", {"path": paths[target], "day": _day(at)})


def _checks_due(workspace: Workspace, moment: datetime) -> Iterator[Reminder]:
    checked, begun = workspace.catalogue.backups.checked_at(), workspace.catalogue.backups.begun_at()
    if checked is not None and _older(checked, THREE_YEARS, moment):
        yield Reminder("check", {"day": _day(checked)})
    elif checked is None and begun is not None and _older(begun, THREE_YEARS, moment):
        yield Reminder("check-never", {"day": _day(begun)})


def _media_due(targets: Sequence[Target], moment: datetime) -> Iterator[Reminder]:
    for target in targets:
        if target.media_end and date.fromisoformat(target.media_end) - moment.date() <= ONE_YEAR:
            yield Reminder("media", {"path": target.path, "day": _day(target.media_end)})


def _older(at: str, than: timedelta, moment: datetime) -> bool:
    return moment - datetime.fromisoformat(at) > than


def _day(at: str) -> str:
    """As Vietnamese readers write a day."""
    return f"{date.fromisoformat(at[:10]):%d/%m/%Y}"
