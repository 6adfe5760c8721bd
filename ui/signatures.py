"""Verifying the signatures of PDFs in the window: files of others, parsed in a worker process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.deliver.signed import SECONDS_TO_VERIFY, SignatureReport, found_in
from digitizer.errors import KnownError
from digitizer.i18n import gettext
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace
from ui.actions import plain
from ui.widgets.files import choose_files
from ui.widgets.signatures import SignaturesDialog

if TYPE_CHECKING:
    from ui.window import MainWindow

VERIFY = "signatures"
_CERTIFICATES = "*.pem *.crt *.cer *.der"


class Signatures:
    """Lets ``window`` show what ``digitizer verify`` says."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"verify": self._ask}

    def verify(
        self, paths: Sequence[Path], roots: Sequence[Path] = (), *, shown: SignaturesDialog | None = None
    ) -> None:
        """Verify these PDFs and show what was found. ``roots``: certificates that are trusted. ``shown``: the dialog
        that is open already.
        """

        def work(_: Workspace, task: Task) -> list[tuple[Path, SignatureReport]]:
            found = []
            with WorkerPool(1, seconds_per_task=SECONDS_TO_VERIFY) as pool:
                for done, path in enumerate(paths):
                    task.report(done, len(paths), path.name)
                    found.append((path, _report(pool, path, roots, task)))
            return found

        def done(found: list[tuple[Path, SignatureReport]]) -> None:
            dialog = shown or self._open(paths)
            dialog.show_reports(found, roots)

        def refused(error: Exception) -> None:
            if isinstance(error, ValueError):
                (shown or self._open(paths)).refuse()
            else:
                self._window.show_error(error, VERIFY)

        self._window.acts.start(VERIFY, work, done, refused)

    def _ask(self) -> None:
        title = plain(self._window.actions_table["verify"].text())
        choose_files(self._window, title, Path.home(), self.verify, kind="PDF", patterns="*.pdf")

    def _open(self, paths: Sequence[Path]) -> SignaturesDialog:
        dialog = SignaturesDialog(self._window)

        def ask() -> None:
            choose_files(
                dialog, gettext("Trusted certificates"), paths[0].parent,
                lambda roots: self.verify(paths, roots, shown=dialog),
                kind=gettext("Certificates"), patterns=_CERTIFICATES,
            )  # fmt: skip

        dialog.roots_asked.connect(ask)
        dialog.show()
        return dialog


def _report(pool: WorkerPool, path: Path, roots: Sequence[Path], task: Task) -> SignatureReport:
    try:
        return found_in(pool, path, roots, task)
    except KnownError as error:  # the others are verified all the same
        return SignatureReport((), error.message_in_window)
