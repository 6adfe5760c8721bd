"""Read pages with known text and print how well: ``python -m tests.quality``.

Real Vietnamese scans (``real``) and pages rendered in the legal layout and scanned badly in named ways. One line a
kind: CER of the body, share of the true words that were read (recall), share of the read words that are true
(precision), CPU seconds a page. With --bare, Tesseract reads the raw picture beside, page after page in the same run
(without finding out how it is turned).

    python -m tests.quality --kinds real --bare -v
    python -m tests.quality --kinds office,fax --pages 2
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.quality import corpora, rendered, scoring


def main(arguments: list[str]) -> None:
    """Print the table; with -v a line a page, too."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    everything = ",".join((corpora.REAL, *rendered.KINDS))
    parser.add_argument("--kinds", default=everything, help="comma-separated: %(default)s")
    parser.add_argument("--pages", type=int, default=3, help="rendered pages of each kind (default: %(default)s)")
    parser.add_argument("--bare", action="store_true", help="read with bare Tesseract beside")
    parser.add_argument("--no-marks", action="store_true", help="without language evidence")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line a page; where the pages are kept")
    wanted = parser.parse_args(arguments)
    readers: dict[str, Callable[[Path], str]] = {
        "ours": lambda path: corpora.text_of(corpora.ours(path, restore_marks=not wanted.no_marks))
    }
    if wanted.bare:
        readers["bare"] = lambda path: corpora.bare(path).text
    of_all: dict[str, list[tuple[float, ...]]] = {name: [] for name in readers}
    for kind in wanted.kinds.split(","):
        rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in readers}
        for case in corpora.cases(kind, wanted.pages):
            for name, reader in readers.items():
                row = _measured(reader, case)
                rows[name].append(row)
                if wanted.verbose:
                    _say(str(case.path), name, row)
        for name, of_kind in rows.items():
            if of_kind:
                _say(kind, name, _mean(of_kind))
                of_all[name] += [_mean(of_kind)] if kind != corpora.REAL else []
    for name, of_kinds in of_all.items():
        if len(of_kinds) > 1:
            _say("mean of rendered", name, _mean(of_kinds))


def _measured(reader: Callable[[Path], str], case: corpora.Case) -> tuple[float, ...]:
    """CER of the body, word recall, word precision, CPU seconds."""
    began = time.process_time()
    read = reader(case.path)
    took = time.process_time() - began
    truth = case.truth
    return (
        scoring.body_cer(truth, read),
        scoring.word_recall(truth, read),
        scoring.word_precision(truth, read),
        took,
    )


def _mean(rows: list[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(float(figure) for figure in np.mean(rows, axis=0))


def _say(what: str, who: str, row: tuple[float, ...]) -> None:
    cer, recall, precision, seconds = row
    figures = f"CER {100 * cer:6.2f} %  recall {recall:.4f}  precision {precision:.4f}  {seconds:.2f} s"
    sys.stdout.write(f"{what:16} {who}  {figures}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
