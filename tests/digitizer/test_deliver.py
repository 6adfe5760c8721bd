"""Delivering records: names, and what stands in the way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.deliver.records import deliver_pdf, file_names
from digitizer.errors import NothingToDeliver, PagesWaiting
from digitizer.jobs import process
from digitizer.workspace import Workspace
from tests.helpers.workspaces import imported

LONGEST_NAME = 255
"""Bytes of a file name on the usual file systems."""


def test_codes_that_look_alike_get_names_of_their_own() -> None:
    assert file_names(["A/1", "a-1", "A:1", "Đ.2"]) == ["A-1.pdf", "a-1-2.pdf", "A-1-3.pdf", "Đ.2.pdf"]


@given(st.lists(st.text(min_size=1, max_size=120)))
def test_any_codes_give_names_that_a_file_system_takes(codes: list[str]) -> None:
    names = file_names(codes)
    assert len({name.casefold() for name in names}) == len(codes)
    for name in names:
        assert "/" not in name
        assert "\0" not in name
        assert len(name.encode("utf-8", "surrogatepass")) <= LONGEST_NAME


def test_each_record_with_pages_is_one_file_and_its_act_is_written(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 2, "H1")
    imported(workspace, tmp_path / "hai", 1, "H2")
    process(workspace)
    packages = deliver_pdf(workspace, tmp_path / "giao nộp")
    assert [(package.path.name, package.pages) for package in packages] == [("H1.001.pdf", 2), ("H2.001.pdf", 1)]
    said = [act.after for act in workspace.catalogue.audit.acts_of(["record.deliver"])]
    assert [each and each["sha256"] for each in said] == [package.sha256 for package in packages]
    assert sorted(path.name for path in (tmp_path / "giao nộp").iterdir()) == ["H1.001.pdf", "H2.001.pdf"]


def test_only_what_was_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    imported(workspace, tmp_path / "hai", 1, "H2")
    process(workspace)
    assert [p.records for p in deliver_pdf(workspace, tmp_path / "a", codes=["H2", "H2.001"])] == [("H2.001",)]
    assert len(deliver_pdf(workspace, tmp_path / "b", query="page")) == 2
    with pytest.raises(NothingToDeliver):
        deliver_pdf(workspace, tmp_path / "c", query="không có")
    assert not (tmp_path / "c").exists()


def test_unread_pages_stop_a_delivery_before_anything_is_written(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    with pytest.raises(PagesWaiting, match="H1"):
        deliver_pdf(workspace, tmp_path / "giao")
    assert not (tmp_path / "giao").exists()
