"""Delivering records: names, and what stands in the way."""

import re
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.capture.files import import_paths
from digitizer.deliver.appearance import Appearance, signature_form
from digitizer.deliver.keys import opened_signer
from digitizer.deliver.names import plain_name
from digitizer.deliver.package_faults import MasterDamaged
from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.records import deliver_pdf
from digitizer.deliver.sign import sign_pdf
from digitizer.deliver.verify import verify_pdf
from digitizer.errors import CannotWrite, NothingToDeliver, PagesWaiting, TooCoarse, WouldOverwrite
from digitizer.jobs import process
from digitizer.model import Level
from digitizer.workspace import Workspace
from tests.deliver.pages import blank, written
from tests.helpers.keys import BODY, PIN, made_keys
from tests.helpers.workspaces import imported, page_text, tiny_page

LONGEST_NAME = 255
"""Bytes of a file name on the usual file systems."""


@given(st.text(min_size=1, max_size=120))
def test_any_code_gives_a_name_that_a_file_system_takes(code: str) -> None:
    name = plain_name(code)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name)
    assert len(name) <= LONGEST_NAME


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


def test_an_original_that_is_gone_holds_back_its_record_alone(workspace: Workspace, tmp_path: Path) -> None:
    born = written(tmp_path / "scan.pdf", [blank(page_text("Quyết", "định"))])
    report = import_paths(workspace, [born, tiny_page(tmp_path / "p.png", 1)], "H1")
    process(workspace)
    workspace.masters.path(report.imported[0].sha256).unlink()
    delivered = deliver_pdf(workspace, tmp_path / "giao", wish=PdfWish(coarse=True))
    ((code, error),) = delivered.refused
    assert isinstance(error, MasterDamaged)
    assert (code, "scan.pdf" in error.message, "H1.001" in error.message) == ("H1.001", True, True)
    assert [package.records for package in delivered.packages][-1] == ("H1.002",)


def test_numbers_are_padded_and_suffixed_as_set(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    process(workspace)
    workspace.settings = workspace.settings.model_copy(update={"pdf_digits": 7, "pdf_suffix": "_signed"})
    (package,) = deliver_pdf(workspace, tmp_path / "giao").packages
    assert package.path.name == "H1.0000001_signed.pdf"


def test_a_whole_file_is_one_pdf_with_a_mark_and_a_label_for_each_item(workspace: Workspace, tmp_path: Path) -> None:
    file = workspace.catalogue.records.create(Level.FILE, "H1", "Hồ sơ")
    for number, count in ((1, 2), (2, 1)):
        workspace.catalogue.records.create(Level.ITEM, f"H1.{number:03d}", "Quyết định", file)
        imported(workspace, tmp_path / str(number), count, f"H1.{number:03d}")
    process(workspace)
    (package,) = deliver_pdf(workspace, tmp_path / "giao", whole=True, codes=["H1.002"]).packages
    assert (package.path.name, package.pages, package.records) == ("H1.pdf", 3, ("H1",))
    reader = pypdf.PdfReader(package.path)
    assert reader.page_labels == ["1.1", "1.2", "2.1"]
    tops = [mark for mark in reader.outline if not isinstance(mark, list)]
    assert [reader.get_destination_page_number(mark) for mark in tops] == [0, 2]


def test_what_the_fields_say_is_in_the_metadata(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    process(workspace)
    records = workspace.catalogue.records
    said = {"title": "Về <đê> & kè", "issuing_body": "UBND tỉnh", "date": "05/03/2024", "type": "02"}
    records.describe(records.get("H1.001"), said | {"keywords": "đê; kè"})
    (package,) = deliver_pdf(workspace, tmp_path / "giao").packages
    reader = pypdf.PdfReader(package.path)
    found = reader.xmp_metadata
    assert found is not None
    assert (found.dc_title, found.dc_creator) == ({"x-default": "Về <đê> & kè"}, ["UBND tỉnh"])
    assert found.dc_identifier == "H1.001"
    assert (found.dc_subject, found.dc_type) == (["đê", "kè"], ["Quyết định"])
    assert reader.metadata is not None
    assert str(reader.metadata["/Keywords"]) == "đê; kè"


def test_coarse_pages_stay_unless_a_person_lets_them_leave(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "một", 1, "H1")
    records = workspace.catalogue.records
    process(workspace)
    records.describe(records.get("H1.001"), {"type": "31"})  # a drawing: 300 dpi, and the page has 200
    report = deliver_pdf(workspace, tmp_path / "giao")
    ((_, error),) = report.refused
    assert (type(error), error.details) == (TooCoarse, {"record": "H1.001", "pages": "1", "dpi": 200, "least": 300})
    assert len(deliver_pdf(workspace, tmp_path / "giao", wish=PdfWish(coarse=True)).packages) == 1
    assert len(deliver_pdf(workspace, tmp_path / "đọc", wish=PdfWish("reading")).packages) == 1


def test_a_signed_pdf_goes_out_untouched_beside_its_copy(workspace: Workspace, tmp_path: Path) -> None:
    keys = made_keys(tmp_path)
    scan = written(tmp_path / "scan.pdf", [blank(page_text("Quyết", "định"))])
    with opened_signer(str(keys.p12), PIN) as signer:
        sign_pdf(scan, tmp_path / "đã ký.pdf", signer, Appearance(signature_form("tt05"), BODY))
    import_paths(workspace, [tmp_path / "đã ký.pdf", tiny_page(tmp_path / "p.png", 1)], "H1")
    process(workspace)
    packages = deliver_pdf(workspace, tmp_path / "giao").packages
    assert [package.path.name for package in packages] == ["H1.001.pdf", "H1.001_goc.pdf", "H1.002.pdf"]
    assert [(package.pages, package.original_pages) for package in packages] == [(1, 0), (0, 1), (1, 0)]
    assert packages[1].path.read_bytes() == (tmp_path / "đã ký.pdf").read_bytes()
    assert verify_pdf(packages[1].path).whole
