"""Try other weights of the language evidence: ``python -m tests.quality.tune``, after the recogniser has changed.

Every page is read once; then each weight of ``ocr.language.lattice.Weights`` is tried below and above its present
value, the others as they are: recall and CER (means of pages), words made right and wrong. At the end the two that
matter most are chosen anew for each real page on all the others, and tried on it. The result is flat: change a weight
only where a clear gain holds there, too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from ocr.language import codes, marks
from ocr.language.lattice import Weights
from ocr.text import PageText
from ocr.work import PageRequest, process_page
from tests.quality import corpora, rendered, scoring

TRIED = {
    "change": (1.0, 1.5, 2.0, 2.5, 3.0),
    "name": (0.0, 1.0, 1.5, 2.0),
    "letter": (0.1, 0.2, 0.3, 0.4, 0.5),
    "unseen": (15.0, 20.0, 30.0),
    "blind": (1.0, 2.0, 4.0),
    "shape": (1.0, 2.0, 4.0),
    "shape_dearest": (0.0, 5.0, 10.0, 15.0),
}
WRONG = 9
"""Words made right that one made wrong must be worth."""


@dataclass(frozen=True)
class _Page:
    kind: str
    truth: str
    text: PageText


@dataclass(frozen=True, slots=True)
class _Worth:
    """Of one page with some weights."""

    recall: float
    cer: float
    right: int
    wrong: int


def main(arguments: list[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.tune", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    everything = ",".join((corpora.REAL, *rendered.KINDS))
    parser.add_argument(
        "--kinds", default=f"{corpora.REAL},fax,low-dpi", help=f"of {everything} (default: %(default)s)"
    )
    parser.add_argument("--pages", type=int, default=4, help="rendered pages of each kind (default: %(default)s)")
    wanted = parser.parse_args(arguments)
    kinds = wanted.kinds.split(",")
    pages = [_read(case) for kind in kinds for case in corpora.cases(kind, wanted.pages)]
    _say("as they are", kinds, pages, [_worth(page, marks.WEIGHTS) for page in pages])
    for name, values in TRIED.items():
        for value in values:
            weights = replace(marks.WEIGHTS, **{name: value})
            _say(f"{name} {value}", kinds, pages, [_worth(page, weights) for page in pages])
    real = [page for page in pages if page.kind == corpora.REAL]
    _say("cross-validated", [corpora.REAL], real, list(_cross_validated(real)))


def _read(case: corpora.Case) -> _Page:
    request = PageRequest(case.path, 0, corpora.LANGUAGE, others=corpora.OTHERS, alternatives=True, restore_marks=False)
    return _Page(case.kind, case.truth, codes.joined(process_page(request).text))


def _worth(page: _Page, weights: Weights) -> _Worth:
    text = marks.restore(page.text, weights)
    right, wrong = scoring.mended(page.truth, text)
    return _Worth(scoring.word_recall(page.truth, text.text), scoring.body_cer(page.truth, text.text), right, wrong)


def _cross_validated(pages: Sequence[_Page]) -> Iterable[_Worth]:
    """Each page with the ``change`` and ``letter`` that make most of the words of all the other pages right."""
    settings = [
        replace(marks.WEIGHTS, change=change, letter=letter)
        for change, letter in product(TRIED["change"], TRIED["letter"])
    ]
    worths = [[_worth(page, weights) for page in pages] for weights in settings]
    for place in range(len(pages)):
        scores = [sum(each.right - WRONG * each.wrong for n, each in enumerate(row) if n != place) for row in worths]
        yield worths[int(np.argmax(scores))][place]


def _say(what: str, kinds: Sequence[str], pages: Sequence[_Page], worths: Sequence[_Worth]) -> None:
    said = []
    for kind in kinds:
        of_kind = [worth for page, worth in zip(pages, worths, strict=True) if page.kind == kind]
        if of_kind:
            recall, cer = np.mean([(each.recall, each.cer) for each in of_kind], axis=0)
            right, wrong = sum(each.right for each in of_kind), sum(each.wrong for each in of_kind)
            said.append(f"{kind} {recall:.4f} {100 * cer:.2f} % {right}/{wrong}")
    sys.stdout.write(f"{what:20} {'   '.join(said)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
