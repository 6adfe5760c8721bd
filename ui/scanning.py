"""Scanning in the window: one key scans, pages appear as they come, trouble is one sentence with the next step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QSizePolicy

from digitizer.capture.files import Imported
from digitizer.capture.place import Place
from digitizer.capture.scanner.faults import NoScanner, ScannerProblem
from digitizer.capture.scanner.model import Device, Option
from digitizer.capture.scanner.session import ScannedPage
from digitizer.capture.scanner.wanted import Source
from digitizer.capture.scans import Turned, scan_sheets
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import PageId
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ui.models.captured import Captured, captured
from ui.models.scanner import Counts, ScanChoice, device_key, keep, keep_choice, kept, kept_choice
from ui.scanned import Scanned, placed, previewed, replaced, scanned
from ui.scanner_door import ScannerDoor
from ui.scanner_settings import SettingsOfScanner
from ui.speech import number
from ui.widgets.messages import Message, Severity
from ui.widgets.scanner_address import ask_address

if TYPE_CHECKING:
    from ui.window import MainWindow

_LANE, _LOOKING = "scan", "look"
_TURN_TICK_SECONDS = 0.1
_MINUTE = 60.0
_SAID_MS = 4000
_ELSEWHERE = ("search", "deliver")
"""Tasks in which the record that pages go into is not on the screen."""


@dataclass(slots=True)
class _Run:
    """A run of the scanner at work. ``code``: of the record that was chosen when it began. ``turned``: set when the
    stack lies in the feeder the other way.
    """

    counts: Counts
    place: Place
    code: str | None
    both_sides: bool = False
    first: float = 0.0
    turned: threading.Event | None = None
    notes: list[str] = field(default_factory=list)
    stopped: bool = False


class Scanning(QObject):
    """Lets ``window`` scan. What happens at the scanner happens in one lane of the runner."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._runner, self._panel = window, window.runner, window.capture.scanner
        self._door = ScannerDoor()
        self._devices: Sequence[Device] = ()
        self._options: Sequence[Option] = ()
        self._device = kept("scanner")
        self._key = kept("scanner_key") or self._device
        self._run: _Run | None = None
        self._scan_on = False
        self._rest: tuple[str | None, Place] | None = None
        """With the record that was chosen: where pages still belong that a run was to bring."""
        self._asked: list[Task] = []
        self._state = QLabel(window)
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        window.statusBar().addWidget(self._state, 1)
        panel = self._panel
        panel.look_wanted.connect(self.look)
        panel.device_chosen.connect(self.use)
        panel.address_wanted.connect(lambda: ask_address(window, self.use))
        panel.choice_changed.connect(self._choose)
        panel.read.setChecked(kept("read") != "no")
        panel.read.toggled.connect(lambda on: keep("read", "yes" if on else "no"))
        panel.show_devices((), self._device)
        panel.show_scanner((), kept_choice(self._key))
        window.capture.code.currentTextChanged.connect(lambda _code: self.count_record())
        if self._device:
            self.look()

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "scan": self.scan, "stop_scan": self.stop, "look_scanners": self.look,
            "scanner_settings": self._show_settings, "scan_here": self._scan_here, "rescan": self._rescan,
        }  # fmt: skip

    @property
    def at_work(self) -> bool:
        """Whether the scanner scans, or waits for the stack to be turned over."""
        return self._run is not None

    @property
    def waits_for_backs(self) -> bool:
        """Whether all fronts are scanned, and the backs are next."""
        return self._run is not None and self._run.turned is not None

    def possible(self, *, has_page: bool) -> Mapping[str, bool]:
        """Which of the actions can be done now."""
        return {
            "scan": not self.at_work or self.waits_for_backs,
            "stop_scan": self.at_work or bool(self._asked) or self._rest is not None,
            "look_scanners": not self.at_work, "new_document": self._window.capture.goes_on,
            "scanner_settings": bool(self._device) and not self.at_work,
            **dict.fromkeys(("scan_here", "rescan"), has_page and not self.at_work), "insert_files": has_page,
        }  # fmt: skip

    def count_record(self) -> None:
        """Look what is in the record that pages go into."""
        code = self._window.capture.record_code

        def show(found: Captured | None) -> None:
            self._window.capture.show_record(found)
            self._window.update_actions()

        if code is None:
            show(None)
        else:
            self._runner.submit("tree", captured(code), done=show, key="captured")

    def say_data(self) -> None:
        """The one key says what it does next, and the window what is waited for."""
        if self.waits_for_backs:
            text = gettext("Scan the bac&ks")
        else:
            text = gettext("Scan o&n") if self._scan_on else gettext("Sca&n")
        self._window.actions_table["scan"].setText(text)
        state = ""
        if self.waits_for_backs:
            state = gettext("Turn the stack over, lay it in again and press {key}.").format(key=self._key_said)
        elif self._asked or (self._run is not None and not self._run.counts.safe):
            state = gettext("Waiting for the scanner…")
        self._state.setText(state)

    @property
    def _key_said(self) -> str:
        return self._window.actions_table["scan"].shortcut().toString()

    # the scanner

    def look(self, then: Callable[[], None] | None = None) -> None:
        """Look for the scanners of this machine; take the one used last, or the first, where it is there."""
        self._panel.show_looking(True)

        def found(devices: Sequence[Device]) -> None:
            self._panel.show_looking(False)
            self._devices = devices
            same = next((each.name for each in devices if device_key(each, devices) == self._key), None)
            scanners = [each.name for each in devices if "camera" not in each.kind]
            device = self._device if self._device in [each.name for each in devices] else same
            device = device or self._device or next(iter(scanners), "")
            self._panel.show_devices(devices, self._device)
            if device:
                self.use(device, then)
            else:
                self._say_problem(NoScanner(device=""), 0, _LOOKING)

        self._submit(lambda _workspace, _task: self._door.look(), found)

    def use(self, device: str, then: Callable[[], None] | None = None) -> None:
        """Use the scanner of that name from now on; ``then`` when it has said what it can do."""
        named = next((each for each in self._devices if each.name == device), None)
        self._device, self._key = device, device_key(named, self._devices) if named is not None else device
        self._options = ()
        self._panel.show_devices(self._devices, device)
        choice = kept_choice(self._key)
        self._panel.show_scanner((), choice)
        self._panel.show_looking(True)

        def opened(options: Sequence[Option]) -> None:
            self._panel.show_looking(False)
            keep("scanner", device)
            keep("scanner_key", self._key)
            self._options = options
            self._panel.show_scanner(options, kept_choice(self._key))
            self._window.messages.forget(_LOOKING)
            self._window.update_actions()
            if then is not None:
                then()

        self._submit(lambda _workspace, _task: self._door.options(device), opened)
        self._window.update_actions()

    def _submit(
        self, work: Callable[[Workspace, Task], object], done: Callable[..., None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Task:  # fmt: skip
        """Do something at the scanner, behind what is done there. It can be stopped as a scan can."""

        def heeding(workspace: Workspace, task: Task) -> object:
            self._door.heed(task)
            return work(workspace, task)

        def ended(*outcome: object, then: Callable[..., None]) -> None:
            self._asked.remove(task)
            if task.cancelled:  # nothing follows, even where its answer came just before
                self._panel.show_looking(False)
            else:
                then(*outcome)
            self._window.update_actions()

        def refused(error: Exception) -> None:
            self._panel.show_looking(False)
            if isinstance(error, ScannerProblem):
                self._say_problem(error, 0, _LOOKING)
            else:
                self._window.show_error(error, _LOOKING)

        task = self._runner.submit(
            _LANE, heeding, done=partial(ended, then=done), failed=partial(ended, then=failed or refused),
            stopped=partial(ended, then=done), at_end=self._door.close,
        )  # fmt: skip
        self._asked.append(task)
        self._runner.post(self._window.update_actions)  # the window may only be in the making
        return task

    def _choose(self, choice: ScanChoice) -> None:
        """Keep what was chosen; what the scanner can do may depend on where sheets lie."""
        keep_choice(self._key, choice)
        device, wanted = self._device, choice.wanted()

        def set_so(_workspace: Workspace, _task: Task) -> Sequence[Option]:
            with self._door.ready(device, wanted) as (_, ready):
                return ready.options

        def show(options: Sequence[Option]) -> None:
            self._options = options
            if self._panel.choice == choice:
                self._panel.show_scanner(options, choice)

        if device:
            self._submit(set_so, show)

    # scanning

    def scan(self, place: Place | None = None) -> None:
        """The one key: scan, scan the next page, scan on, scan the backs. ``place``: where pages go; None for what is
        left of the run before, else the end of the record that is chosen, once that is on the screen.
        """
        code = self._window.capture.record_code
        if self.waits_for_backs:
            assert self._run is not None
            assert self._run.turned is not None
            self._run.turned.set()
        elif not self.at_work:
            if place is None and any(self._window.actions_table[task].isChecked() for task in _ELSEWHERE):
                self._window.show_task("capture")
                said = gettext("Press {key} to scan into “{record}”.")
                self._window.statusBar().showMessage(
                    said.format(key=self._key_said, record=code or gettext("not filed yet")), _SAID_MS
                )
            elif not self._device:
                self.look(lambda: self.scan(place))
            else:
                rest = self._rest[1] if self._rest is not None and self._rest[0] == code else None
                self._begin(place or rest or Place(code), code)

    def _scan_here(self) -> None:
        if (page := self._window.desk.page) is not None:
            self.scan(Place(ahead_of=page.id))

    def _rescan(self) -> None:
        shown = self._window.desk.page
        pages = self._window.desk.filmstrip.selected or ([shown] if shown is not None else [])
        if pages:
            self.scan(Place(replaces=tuple(page.id for page in pages)))

    def stop(self) -> None:
        """Stop the scanner, whatever it does; what came is kept, and pages that were still to come are not waited
        for.
        """
        self._rest = None
        for task in self._asked:
            task.cancel()
        self._window.strips[_LANE].stop()
        self._window.update_actions()

    def _begin(self, place: Place, code: str | None) -> None:
        window, panel = self._window, self._panel
        device, wanted = self._device, panel.choice.wanted()
        collate = panel.collate.isChecked()
        run = self._run = _Run(Counts(running=True), place, code, panel.choice.source is Source.ADF_DUPLEX)
        self._scan_on, self._rest = False, None
        for act in (_LANE, _LOOKING):
            window.messages.forget(act)
        window.arriving.begin()
        post, rule = self._runner.post, window.stacks.rule

        def work(workspace: Workspace, task: Task) -> Scanned:
            self._door.heed(task)
            with self._door.ready(device, wanted) as (scanner, ready):
                run.notes += ready.notes
                report = scan_sheets(
                    workspace, scanner, device, place=place, count=None if ready.feeder else 1, feeder=ready.feeder,
                    turned=self._turning(run, task) if collate and ready.feeder else None, task=task,
                    on_safe=lambda page: post(lambda: self._safe(run, page)),
                    on_page=lambda page: post(lambda: self._entered(run, page)),
                )  # fmt: skip
            run.stopped = task.cancelled
            if report.problem is not None:
                self._door.forget()
            grow = None
            if rule is not None and not ready.feeder and not placed(place):
                grow = partial(window.stacks.grow, workspace, rule, task)
            return scanned(workspace, report, feeder=ready.feeder, grow=grow)

        window.acts.start(_LANE, work, self._done, self._failed, self._halted, at_end=self._door.close)
        window.capture.show_counts(run.counts)
        window.update_actions()

    def _turning(self, run: _Run, task: Task) -> Turned:
        """What waits, in the lane, until a person has turned the stack over."""

        def turned(fronts: int) -> None:
            done = threading.Event()
            self._runner.post(lambda: self._ask_to_turn(run, done, fronts))
            while not task.cancelled and not done.wait(_TURN_TICK_SECONDS):
                pass
            self._runner.post(lambda: self._goes_on(run))

        return turned

    def _safe(self, run: _Run, page: ScannedPage) -> None:
        """A sheet side is safe: count it, and show it."""
        now = time.monotonic()
        run.first = run.first or now
        safe = run.counts.safe + 1
        pace = (safe - 1) * _MINUTE / (now - run.first) if now > run.first else 0.0
        sheets = (safe + 1) // 2 if run.both_sides else safe
        self._count(run, safe=safe, sheets=sheets, a_minute=pace)
        self._runner.submit(
            "arriving", lambda workspace, _: previewed(workspace, page.path),
            done=lambda shown: self._show(run, shown), newest_first=True,
        )  # fmt: skip

    def _show(self, run: _Run, shown: tuple[PageId, Path] | None) -> None:
        if shown is not None and run is self._run:
            self._window.arriving.show_safe(*shown)

    def _entered(self, run: _Run, page: Imported) -> None:
        """A page is in the catalogue."""
        self._count(run, entered=run.counts.entered + 1)
        self._window.arriving.follow(page.pages[0])
        self._window.refresh_soon()
        if self._panel.read.isChecked():
            self._window.acts.start_reading(quietly=True)

    def _count(self, run: _Run, **changed: float) -> None:
        run.counts = replace(run.counts, **changed)  # type: ignore[arg-type]  # by name
        self._window.capture.show_counts(run.counts)

    def _ask_to_turn(self, run: _Run, done: threading.Event, fronts: int) -> None:
        if run is not self._run:
            return
        run.turned = done

        def text() -> str:
            said = ngettext(
                "{count} front was scanned. Turn the stack over, lay it in again and press {key}.",
                "{count} fronts were scanned. Turn the stack over, lay it in again and press {key}.", fronts,
            )  # fmt: skip
            return said.format(count=number(fronts), key=self._key_said)

        self._window.update_actions()
        action = self._window.actions_table["scan"]
        self._window.messages.show_message(Message(Severity.INFORMATION, text, action=action))

    def _goes_on(self, run: _Run) -> None:
        run.turned = None
        self._window.update_actions()

    def _done(self, outcome: Scanned) -> None:
        run = self._ended()
        window, report, spool = self._window, outcome.report, outcome.report.spool
        whole = report.problem is None and not run.stopped
        self._go_on(run, outcome, whole=whole)
        self._scan_on = report.problem is not None or self._rest is not None
        window.update_actions()
        count, rest = len(spool.entered), self._rest

        def text() -> str:
            said = replaced(run.place, count, rest is not None, self._key_said) if run.place.replaces else ""
            if not count:
                said = gettext("Nothing was scanned.")
            elif not said:
                said = ngettext("{count} page scanned into {record}.", "{count} pages scanned into {record}.", count)
                said = said.format(count=number(count), record=spool.record)
            if outcome.gone:
                gone = ngettext(
                    "{count} was taken back meanwhile.", "{count} were taken back meanwhile.", outcome.gone
                )  # fmt: skip
                said = f"{said} {gone.format(count=number(outcome.gone))}"
            return said

        def lines() -> list[str]:
            return [
                *run.notes,
                *([report.note] if report.note else []),
                *spool.notes,
                *(error.message for error in spool.refused),
            ]

        if report.problem is not None:
            self._say_problem(report.problem, count)
        too_many = 0 < len(run.place.replaces) < count
        severity = Severity.WARNING if lines() or too_many else Severity.INFORMATION
        if lines() or report.problem is None:
            action = window.actions_table["scan"] if rest is not None else None
            window.messages.show_message(Message(severity, text, lines if lines() else None, action))
        self._sort(run, outcome, whole=whole)

    def _go_on(self, run: _Run, outcome: Scanned, *, whole: bool) -> None:
        """Where the next page goes, unless a person has chosen something else meanwhile."""
        spool, replaces = outcome.report.spool, run.place.replaces[len(outcome.report.spool.entered) :]
        capture = self._window.capture
        self._rest = None
        if replaces and not run.stopped:
            self._rest = run.code, Place(replaces=replaces)
        elif run.place.ahead_of is not None and outcome.report.problem is not None:
            self._rest = run.code, run.place
        if spool.record is None or placed(run.place) or capture.record_code != run.code:
            return
        if outcome.grown is not None:
            capture.go_on_in(outcome.grown.record)
        elif outcome.feeder and whole and self._window.stacks.rule is not None:
            capture.go_on_in(outcome.file)  # each stack begins an item of its own
        else:
            capture.go_on_in(spool.record)

    def _sort(self, run: _Run, outcome: Scanned, *, whole: bool) -> None:
        """Sort the stack, or say what was sorted; what a person has put into a place of its own stays there."""
        if outcome.refused is not None:
            self._window.show_error(outcome.refused)
        if outcome.grown is not None:
            if outcome.grown.report.items or outcome.grown.report.doubts:
                self._window.stacks.show_report(outcome.grown.report)
        elif outcome.feeder and not placed(run.place):
            self._window.stacks.came(outcome.there, outcome.report.spool.record, whole=whole)

    def _halted(self) -> None:
        self._ended()
        self._window.update_actions()

    def _failed(self, error: Exception) -> None:
        run = self._ended()
        self._scan_on = isinstance(error, ScannerProblem)
        if self._scan_on and placed(run.place):
            self._rest = run.code, run.place
        self._window.update_actions()
        if isinstance(error, ScannerProblem):
            self._say_problem(error, 0)
            self._window.stacks.came([], whole=False)  # what waits is said again: perhaps the stack has ended
        else:
            self._window.show_error(error, _LANE)

    def _say_problem(self, problem: ScannerProblem, safe: int, act: str = _LANE) -> None:
        """One sentence, with the next step as a button."""
        kept_pages = marked("What was scanned before is safe.")

        def text() -> str:
            return f"{problem.message_in_window} {gettext(kept_pages)}" if safe else problem.message_in_window

        looks = act == _LOOKING or isinstance(problem, NoScanner)
        action = self._window.actions_table["look_scanners" if looks else "scan"]
        self._window.messages.show_message(Message(Severity.ERROR, text, action=action, act=act))

    def _ended(self) -> _Run:
        run, self._run = self._run, None
        assert run is not None
        self._count(run, running=False)
        return run

    def _show_settings(self) -> None:
        def taken(options: Sequence[Option]) -> None:
            self._options = options

        SettingsOfScanner(
            self._window, self._door, self._device,
            key=self._key, options=self._options, submit=self._submit, taken=taken,
        )  # fmt: skip
