"""Whatever stands in a line of a package, it is taken as what it can only be, or refused."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from digitizer.catalogue import chains
from digitizer.catalogue.chains import ChainRefused
from digitizer.deliver import exchange_lines
from digitizer.deliver.exchange_lines import CHAINS, HEADER, PAGES, READING, RECORDS, UNREADABLE, page, record
from digitizer.deliver.package_faults import PackageRefused
from digitizer.deliver.receive import receive
from digitizer.describe.profiles import Profiles
from digitizer.errors import NoSuchProfile
from tests.digitizer.exchange.test_package import Files, files_of, rebuilt
from tests.helpers.stations import content, package, put_pages, station, whole

_EXAMPLES = 300
_TAKEN = 300
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["record", "a/b", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_PROFILES = Profiles()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    folder = tmp_path_factory.mktemp("gửi")
    with station(folder, "A") as workspace:
        put_pages(workspace, "H1", 1, "tờ trình")
        item = workspace.catalogue.records.file_for("H2")
        workspace.catalogue.records.describe(item, {"keywords": "đất đai"})
        yield files_of(package(workspace, folder))


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where anything stands in a value."""
    inner = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, each in inner:
        yield (*way, key)
        yield from places(each, (*way, key))


def spoilt(lines: list[Any], data: st.DataObject) -> list[Any]:
    """The lines with something else, or nothing, at some place."""
    made = deepcopy(lines)
    *way, last = data.draw(st.sampled_from(list(places(made))))
    at = made
    for key in way:
        at = at[key]
    if data.draw(st.booleans()):
        at[last] = data.draw(_JSON)
    else:
        del at[last]
    return made


def listed(files: Files, name: str) -> list[Any]:
    return [json.loads(line) for line in files[name].splitlines()]


@settings(max_examples=_EXAMPLES, derandomize=True, phases=[Phase.generate])
@given(st.data())
def test_a_line_is_read_or_refused_in_a_way_that_is_known(files: Files, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([RECORDS, PAGES, CHAINS]))
    lines = spoilt(listed(files, name), data)
    try:
        if name == CHAINS:
            list(chains.proven(lines))
        for line in lines if name == RECORDS else ():
            record(line, _PROFILES)
        for line in lines if name == PAGES else ():
            page(line)
            exchange_lines.prove_reading(line, READING)
    except (*UNREADABLE, ChainRefused, NoSuchProfile):
        pass


@pytest.mark.drill
@pytest.mark.timeout(3600)
@settings(max_examples=_TAKEN, phases=[Phase.generate])
@given(st.data())
def test_a_package_is_taken_whole_or_not_at_all(files: Files, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([HEADER, RECORDS, PAGES, CHAINS]))
    lines = spoilt(listed(files, name), data)
    made = files | {name: "".join(f"{json.dumps(line)}\n" for line in lines).encode()}
    with tempfile.TemporaryDirectory() as root, station(Path(root), "B") as taker:
        report = receive(taker, [rebuilt(Path(root) / "lạ.dgz", made)])
        for _, error in report.refused:
            assert isinstance(error, PackageRefused | NoSuchProfile)
            assert not content(taker)
        whole(taker)
