"""Signatures in packages, levels in whole files, exchange packages: what the forms of delivery have in common."""

from dataclasses import replace
from pathlib import Path

from digitizer.deliver.appearance import signature_form
from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.exchange import Exchanged
from digitizer.deliver.keys import opened_signer
from digitizer.deliver.package_check import verify_package
from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.sign import Signing
from digitizer.deliver.verify import verify_pdf
from digitizer.errors import MixedSecrecy, NotReady, TooCoarse, TooSecret
from digitizer.model import Level, Secrecy
from digitizer.workspace import Workspace
from tests.helpers.dossiers import FILE_CODE, add_pages, dossier
from tests.helpers.keys import PIN, made_keys


def test_the_pdfs_of_a_package_are_signed_and_it_is_still_whole(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1, 1))
    keys = made_keys(tmp_path)
    with opened_signer(str(keys.p12), PIN) as signer:
        signed = PdfWish(signing=Signing(signer, signature_form("tt05")))
        report = deliver(workspace, tmp_path / "giao", Delivery("sip", zipped=False, pdf=signed))
    assert report.refused == []
    (package,) = report.packages
    assert verify_package(package.path).faults == []
    assert "pdf-signature" in {check.name for check in package.checks}
    pdfs = sorted(package.path.rglob("*.pdf"))
    assert [path.name for path in pdfs] == [f"{FILE_CODE}.001.pdf", f"{FILE_CODE}.002.pdf"]
    assert all(verify_pdf(path, [keys.root]).trusted for path in pdfs)


def test_pdfs_in_packages_are_named_as_the_settings_say(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1,))
    workspace.settings = workspace.settings.model_copy(update={"pdf_digits": 7, "pdf_suffix": "_ky"})
    (package,) = deliver(workspace, tmp_path / "giao", Delivery("sip", zipped=False)).packages
    assert [path.name for path in package.path.rglob("*.pdf")] == [f"{FILE_CODE}.0000001_ky.pdf"]
    assert verify_package(package.path).faults == []


def test_coarse_pages_stay_out_of_packages_too(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1,), item_values={"type": "31"})  # a drawing: 300 dpi, and the page has 200
    for wanted, kind in ((Delivery("sip"), NotReady), (Delivery("sip", layout="eark"), TooCoarse)):
        ((_, error),) = deliver(workspace, tmp_path / "giao", wanted).refused
        assert isinstance(error, kind)
        assert deliver(workspace, tmp_path / "giao", replace(wanted, pdf=PdfWish(coarse=True))).refused == []


def test_a_whole_file_of_two_levels_stays_back(workspace: Workspace, tmp_path: Path) -> None:
    file = dossier(workspace, pages=(1, 1))
    records = workspace.catalogue.records
    records.change(records.get(f"{FILE_CODE}.002"), secrecy=Secrecy.SECRET)
    for most in (Secrecy.NONE, Secrecy.TOP_SECRET):
        report = deliver(workspace, tmp_path / "giao", Delivery("pdf", most=most, whole=True))
        assert [(code, type(error)) for code, error in report.refused] == [(file.code, MixedSecrecy)]
    report = deliver(workspace, tmp_path / "rời", Delivery("pdf"))
    assert [package.records for package in report.packages] == [(f"{FILE_CODE}.001",)]
    assert [type(error) for _, error in report.refused] == [TooSecret]


def test_an_item_in_no_file_has_its_own_code_as_name(workspace: Workspace, tmp_path: Path) -> None:
    add_pages(workspace, workspace.catalogue.records.create(Level.ITEM, "Đ/1", "Tài liệu"), 1)
    (package,) = deliver(workspace, tmp_path / "giao", Delivery("text")).packages
    assert [path.name for path in package.path.iterdir()] == ["D-1.txt"]


def test_an_exchange_package_goes_through_the_same_door(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1,))
    dossier(workspace, "H49.2001.2", (1,), file_values={"secrecy": "mat", "access": "03"})
    report = deliver(workspace, tmp_path / "giao", Delivery("exchange"))
    (package,) = report.packages
    assert isinstance(package, Exchanged)
    assert (package.pages, package.files, package.secrecy) == (1, 1, Secrecy.NONE)
    assert {code for code, _ in report.refused} == {"H49.2001.2"}  # named once, by the file that carries the level
    assert [path.name for path in (tmp_path / "giao").iterdir()] == [package.path.name]
    acts = list(workspace.catalogue.audit.acts_of(["record.deliver"]))
    assert {(act.after or {})["sha256"] for act in acts} == {package.sha256}
    assert len(acts) == len(package.records)
