"""SIPs, AIPs and bags that come in: proven, taken in once, and never over what is here."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digitizer.capture.files import import_paths
from digitizer.catalogue.brought import Happened
from digitizer.deliver.appearance import Appearance, signature_form
from digitizer.deliver.delivering import Wish, deliver_packages
from digitizer.deliver.keys import opened_signer
from digitizer.deliver.package_faults import PackageFaulty, PackageRefused, PackageSecret, PackageTooSecret
from digitizer.deliver.receive import open_differences, receive, settle
from digitizer.deliver.reception import ReceiveReport
from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.sign import sign_pdf
from digitizer.deliver.tree import write_zip
from digitizer.i18n import set_language
from digitizer.jobs import process
from digitizer.journal import Journal
from digitizer.model import Secrecy
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from tests.deliver.pages import blank, written
from tests.digitizer.deliver.conftest import EACH
from tests.digitizer.deliver.test_batches import loose
from tests.helpers.dossiers import FILE_CODE, ITEM_VALUES, dossier
from tests.helpers.keys import BODY, PIN, made_keys
from tests.helpers.stations import station, whole
from tests.helpers.workspaces import page_text

_IN_VIETNAMESE = {"flipped": "mã băm đã kê", "dropped": "không có trong gói", "added": "không"}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Workspace]:
    with station(tmp_path, "lưu trữ") as opened:
        yield opened


def taken(workspace: Workspace, path: Path, **more: Any) -> ReceiveReport:
    report = receive(workspace, [path], **more)
    assert report.refused == [], [error.message for _, error in report.refused]
    return report


def described(workspace: Workspace, code: str, *keys: str) -> list[Any]:
    records = workspace.catalogue.records
    values = records.described(records.get(code))
    return [values[key] for key in keys]


@pytest.mark.parametrize("name", EACH)
def test_what_is_in_a_package_is_a_file_with_items_and_pages(
    delivered: dict[str, Path], archive: Workspace, name: str
) -> None:
    (receipt,) = taken(archive, delivered[name]).received
    assert (receipt.records.added, receipt.pages.added, receipt.notes) == (3, 3, [])
    records, pages = receipt.news
    assert {each.happened for each in (*records, *pages)} == {Happened.ADDED}
    assert (len(records), len(pages)) == (3, 3)
    file = archive.catalogue.records.get(FILE_CODE)
    assert (file.title, file.pages) == ("Hồ sơ thuỷ lợi", 3)
    items = archive.catalogue.records.under(file.id)
    assert [(item.code, item.title, item.pages) for item in items] == [
        (f"{FILE_CODE}.001", "Về việc đắp đê", 2), (f"{FILE_CODE}.002", "Về việc đắp đê", 1)
    ]  # fmt: skip
    assert described(archive, items[0].code, "issuing_body", "date") == ["UBND tỉnh", "2001-03-05"]
    if name.endswith("tt05"):
        assert described(archive, FILE_CODE, "retention", "paper_code") == ["01", "K1/G2/H3.160"]
        assert described(archive, items[0].code, "type", "number", "notation") == ["02", "15", "QĐ-UBND"]
    whole(archive)


def test_a_zip_is_taken_once_and_one_undo_takes_it_back(
    delivered: dict[str, Path], archive: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "gói tin.zip"
    write_zip(delivered["aip-tt05"], path, Task())
    (receipt,) = taken(archive, path).received
    assert (receipt.kind, receipt.records.added, receipt.pages.added) == ("AIP", 3, 3)
    assert described(archive, FILE_CODE, "repository") == ["H49.1"]
    (again,) = taken(archive, path).received
    assert (again.records.added, again.records.same, again.pages.added, again.pages.same) == (0, 3, 0, 3)
    Journal(archive).undo()
    assert FILE_CODE not in {record.code for record in archive.catalogue.records.all()}
    whole(archive)
    (anew,) = taken(archive, path).received
    assert (anew.records.added, anew.pages.added) == (3, 3)


def test_what_is_here_is_known_and_what_differs_waits_for_a_person(
    delivered: dict[str, Path], archive: Workspace
) -> None:
    dossier(archive, title="Hồ sơ khác", item_values={"issuing_body": ""})
    (receipt,) = taken(archive, delivered["sip-tt05"]).received
    assert (receipt.records.added, receipt.records.changed, receipt.pages.added, receipt.pages.same) == (0, 2, 0, 3)
    assert described(archive, f"{FILE_CODE}.001", "issuing_body") == ["UBND tỉnh"]  # was not known here
    (difference,) = open_differences(archive)
    assert (difference.field, difference.ours.value) == ("title", "Hồ sơ khác")
    assert [side.value for side in difference.theirs] == ["Hồ sơ thuỷ lợi"]
    assert settle(archive, {difference.id: 1}) == []
    assert archive.catalogue.records.get(FILE_CODE).title == "Hồ sơ thuỷ lợi"
    taken(archive, delivered["sip-tt05"])
    assert open_differences(archive) == []
    whole(archive)


def test_what_was_taken_away_since_comes_again(delivered: dict[str, Path], archive: Workspace) -> None:
    archive.catalogue.records.file_for(FILE_CODE)
    taken(archive, delivered["sip-eark"])
    Journal(archive).undo()
    (receipt,) = taken(archive, delivered["sip-eark"]).received
    assert (receipt.records.added, receipt.pages.added) == (2, 3)


@pytest.mark.parametrize(("name", "harm"), [("sip-tt05", "flipped"), ("aip-eark", "dropped"), ("bag-tt05", "added")])
def test_a_package_that_was_changed_is_refused_whole(
    delivered: dict[str, Path], archive: Workspace, tmp_path: Path, name: str, harm: str
) -> None:
    harmed = tmp_path / delivered[name].name
    shutil.copytree(delivered[name], harmed)
    path = next(harmed.rglob("*.pdf"))
    if harm == "flipped":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif harm == "dropped":
        path.unlink()
    else:
        path.with_name("thêm.pdf").write_bytes(b"%PDF-1.7\n")
    set_language("vi")
    try:
        ((_, error),) = receive(archive, [harmed]).refused
        assert isinstance(error, PackageFaulty) and ".pdf" in error.message
        assert _IN_VIETNAMESE[harm] in error.message  # also what was found in a worker
    finally:
        set_language("en")
    assert archive.catalogue.records.all() == []


def test_a_secret_package_asks_for_its_level(tmp_path: Path, archive: Workspace) -> None:
    with station(tmp_path, "đơn vị") as sender:
        dossier(sender, pages=[1], file_values={"access": "03", "secrecy": "toi-mat"})
        (package,) = deliver_packages(sender, tmp_path / "giao", Wish("sip", most=Secrecy.SECRET)).packages
    ((_, error),) = receive(archive, [package.path]).refused
    assert isinstance(error, PackageSecret)
    ((_, error),) = receive(archive, [package.path], secrecy=Secrecy.SECRET).refused
    assert isinstance(error, PackageTooSecret)
    taken(archive, package.path, secrecy=Secrecy.SECRET, max_secrecy=Secrecy.SECRET)
    assert archive.catalogue.records.get(FILE_CODE).effective_secrecy is Secrecy.SECRET


def test_a_secret_package_of_e_ark_is_known_as_one_and_stays_out_of_what_is_here_in_the_open(
    tmp_path: Path, archive: Workspace
) -> None:
    with station(tmp_path, "đơn vị") as sender:
        dossier(sender, pages=[1], file_values={"access": "03", "secrecy": "mat"})
        wish = Wish("sip", "eark", most=Secrecy.CONFIDENTIAL)
        (package,) = deliver_packages(sender, tmp_path / "giao", wish).packages
    ((_, error),) = receive(archive, [package.path]).refused
    assert isinstance(error, PackageSecret)
    archive.catalogue.records.file_for(FILE_CODE)
    level = Secrecy.CONFIDENTIAL
    ((_, error),) = receive(archive, [package.path], secrecy=level, max_secrecy=level).refused
    assert FILE_CODE in error.message and archive.catalogue.records.get(FILE_CODE).pages == 0


def test_the_original_beside_a_copy_is_not_taken_for_further_pages(tmp_path: Path, archive: Workspace) -> None:
    keys = made_keys(tmp_path)
    scan = written(tmp_path / "scan.pdf", [blank(page_text("Quyết", "định"))])
    with opened_signer(str(keys.p12), PIN) as signer:
        sign_pdf(scan, tmp_path / "ký.pdf", signer, Appearance(signature_form("tt05"), BODY))
    with station(tmp_path, "đơn vị") as sender:
        dossier(sender, pages=[])
        report = import_paths(sender, [tmp_path / "ký.pdf"], FILE_CODE)
        process(sender)
        records = sender.catalogue.records
        records.describe(records.get(f"{FILE_CODE}.001"), ITEM_VALUES)
        wish = Wish("sip", pdf=PdfWish(coarse=True))
        (package,) = deliver_packages(sender, tmp_path / "giao", wish).packages
    (receipt,) = taken(archive, package.path).received
    assert (receipt.records.added, receipt.pages.added) == (2, 1)
    (page,) = archive.catalogue.pages.of_record(archive.catalogue.records.get(FILE_CODE).id)
    assert page.master == report.imported[0].sha256  # as it came, signature and all
    assert [f"{FILE_CODE}.001.pdf" in note for note in receipt.notes] == [True]


def test_items_that_lie_in_no_file_are_not_put_into_one(tmp_path: Path, archive: Workspace) -> None:
    with station(tmp_path, "đơn vị") as sender:
        loose(sender, "H49.L1")
        (package,) = deliver_packages(sender, tmp_path / "giao", Wish("sip")).packages
    ((_, error),) = receive(archive, [package.path]).refused
    assert isinstance(error, PackageRefused) and archive.catalogue.records.all() == []


def test_what_is_no_package_is_said_plainly(archive: Workspace, tmp_path: Path) -> None:
    (tmp_path / "rỗng").mkdir()
    with zipfile.ZipFile(tmp_path / "rỗng.zip", "w"):
        pass
    for path in (tmp_path / "rỗng", tmp_path / "rỗng.zip"):
        ((_, error),) = receive(archive, [path]).refused
        assert "rỗng" in error.message
