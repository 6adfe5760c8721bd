"""``digitizer``: the program's entry. Wires the command line and its one door to the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digitizer.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code (``digitizer.errors.Exit``)."""
    # Imported here: worker processes import this module under another name and need nothing of it.
    from digitizer.cli.run import run

    return run(sys.argv[1:] if arguments is None else list(arguments), _open_window)


def _open_window(workspace: Path, settings: Settings) -> int:
    from ui.app import run  # Qt is loaded only when the window is asked for

    return run(workspace, settings)


if __name__ == "__main__":
    sys.exit(main())
