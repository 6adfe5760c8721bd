"""Memory stays flat, however many pages are read: ``python -m bench.memory IMAGE [--pages 10,1000] [--engine null]``.

Reads a folder of links to one image, each number of pages in its turn, and prints the peak memory of all processes and
seconds a page.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.tree import run


def main(arguments: Sequence[str]) -> None:
    """Print a line for each number of pages."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("image", type=Path)
    parser.add_argument("--pages", default="10,1000", help="comma-separated: %(default)s")
    parser.add_argument("--engine", default="null", help="as in settings.json (default: %(default)s, reads nothing)")
    parser.add_argument("--jobs", default="2")
    wanted = parser.parse_args(arguments)
    for count in map(int, wanted.pages.split(",")):
        with tempfile.TemporaryDirectory(prefix="digitizer-bench-") as scratch:
            folder = Path(scratch)
            settings = folder / "config" / "digitizer" / "settings.json"
            settings.parent.mkdir(parents=True)
            settings.write_text(json.dumps({"engine": wanted.engine}))
            images = folder / "pages"
            images.mkdir()
            for number in range(count):
                (images / f"{number:05d}{wanted.image.suffix}").symlink_to(wanted.image.resolve())
            command: list[str | Path] = [
                Path(sys.executable).with_name("digitizer"),
                "read",
                images,
                folder / "out.pdf",
            ]
            taken = run(
                [*command, "--jobs", wanted.jobs], folder / "log", {"XDG_CONFIG_HOME": str(settings.parents[1])}
            )
            said = "" if taken.code == 0 else (folder / "log").read_text("utf-8", "replace")[-300:]
        print(f"{count:6} pages  peak {taken.peak / 1e6:6.0f} MB  {taken.seconds / count:.3f} s/page  {said}".rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
