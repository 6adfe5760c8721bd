"""The call that goes on with a stack can be pasted: it says all that the first one said."""

from __future__ import annotations

import shlex

import pytest

from digitizer.capture.place import Place
from digitizer.cli.parser import build_parser
from digitizer.cli.placing import going_on
from digitizer.model import PageId

KEPT = ("workspace", "language", "device", "source", "profile", "resolution", "mode", "set")


@pytest.mark.parametrize(
    ("place", "more"),
    [
        (Place("K.1"), ["--record", "K.1.001"]),
        (Place("K.1", ahead_of=PageId("c")), ["--before", "c"]),
        (Place("K.1", replaces=(PageId("a"), PageId("b"), PageId("d"))), ["--replace", "d"]),
    ],
)
def test_a_call_goes_on_as_it_began(place: Place, more: list[str]) -> None:
    typed = [
        "--workspace", "vùng làm việc", "--language", "en", "scan", "--device", "test:0", "--source", "adf",
        "--profile", "photo", "--resolution", "300", "--mode", "gray", "--set", "a b=it's", "--set", "c=1",
        "--pages", "5", "--sort", "blank",
    ]  # fmt: skip
    parser = build_parser()
    first = parser.parse_args(typed)
    said = going_on(first, place, "K.1.001", 2)
    words = shlex.split(said)
    assert words[0] == "digitizer"
    again = parser.parse_args(words[1:])
    assert {name: getattr(again, name) for name in KEPT} == {name: getattr(first, name) for name in KEPT}
    assert again.pages == 3
    assert words[-2:] == more
    assert again.sort is None


def test_a_stack_in_two_passes_goes_on_in_one() -> None:
    arguments = build_parser().parse_args(["scan", "--collate", "--pages", "9"])
    assert going_on(arguments, Place(), None, 4) == "digitizer scan"
