"""``digitizer``: the program's entry. Wires the command line; the window is wired in ``ui.app``."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code (``digitizer.errors.Exit``)."""
    # Imported here: worker processes import this module under another name and need nothing of it.
    from digitizer.cli.run import run

    return run(sys.argv[1:] if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())
