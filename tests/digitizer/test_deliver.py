"""Delivering records: names, and what stands in the way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.deliver.records import deliver_pdf, file_names
from digitizer.errors import CannotWrite, NothingToDeliver, PagesWaiting, WouldOverwrite
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
    packages = deliver_pdf(workspace, tmp_path / "giao nộp").packages
    assert [(package.path.name, package.pages) for package in packages] == [("H1.001.pdf", 2), ("H2.001.pdf", 1)]
    said = [act.after for act in workspace.catalogue.audit.acts_of(["record.deliver"])]
    assert [each and each["sha256"] for each in said] == [package.sha256 for package in packages]
    assert sorted(path.name for path in (tmp_path / "giao nộp").iterdir()) == ["H1.001.pdf", "H2.001.pdf"]


def test_only_what_was_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    imported(workspace, tmp_path / "hai", 1, "H2")
    process(workspace)
    assert [p.records for p in deliver_pdf(workspace, tmp_path / "a", codes=["H2", "H2.001"]).packages] == [("H2.001",)]
    assert len(deliver_pdf(workspace, tmp_path / "b", query="page").packages) == 2
    with pytest.raises(NothingToDeliver):
        deliver_pdf(workspace, tmp_path / "c", query="không có")
    assert not (tmp_path / "c").exists()


def test_unread_pages_hold_back_their_record_and_no_other(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    process(workspace)
    imported(workspace, tmp_path / "hai", 2, "H2")
    report = deliver_pdf(workspace, tmp_path / "giao")
    assert [package.records for package in report.packages] == [("H1.001",)]
    ((code, error),) = report.refused
    assert (code, type(error), error.details["count"]) == ("H2.001", PagesWaiting, 2)


def test_a_file_that_was_not_delivered_from_here_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    process(workspace)
    (tmp_path / "giao").mkdir()
    foreign = tmp_path / "giao" / "H1.001.pdf"
    foreign.write_text("của người khác")
    ((_, error),) = deliver_pdf(workspace, tmp_path / "giao").refused
    assert isinstance(error, WouldOverwrite)
    assert foreign.read_text() == "của người khác"
    foreign.unlink()
    for _ in range(2):  # our own may be delivered again
        assert deliver_pdf(workspace, tmp_path / "giao").refused == []


@pytest.mark.parametrize("folder", ["masters", "derivatives/x"])
def test_nothing_is_delivered_among_the_workspaces_own_files(workspace: Workspace, tmp_path: Path, folder: str) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    process(workspace)
    with pytest.raises(CannotWrite):
        deliver_pdf(workspace, workspace.root / folder)


def test_a_master_that_is_gone_holds_back_its_record_by_name(workspace: Workspace, tmp_path: Path) -> None:
    (page,) = imported(workspace, tmp_path / "một", 1, "H1")
    process(workspace)
    workspace.derivatives.forget(page)
    workspace.masters.path(workspace.catalogue.pages.get(page).master).unlink()
    ((_, error),) = deliver_pdf(workspace, tmp_path / "giao").refused
    assert "p0.png" in error.message
