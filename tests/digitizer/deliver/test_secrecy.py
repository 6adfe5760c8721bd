"""Nothing above the chosen level leaves, in no form and in no corner of one; no title of what is top secret is told."""

import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from digitizer.catalogue.connection import atomic
from digitizer.deliver.deliver import FORMS, Delivery, DeliveryForm, deliver
from digitizer.deliver.originals import originals
from digitizer.deliver.receipt import write_receipt
from digitizer.model import Level, RecordId, Secrecy
from digitizer.workspace import Workspace
from tests.helpers.dossiers import FILE_CODE, ITEM_VALUES, add_pages, dossier

HIDDEN = "chuyện không ai được biết"
LISTS: tuple[DeliveryForm, ...] = ("tables", "ead", "dc", "text", "alto", "hocr", "pdf")


def _said(folder: Path) -> str:
    """All that can be read in what was delivered: names, texts, what PDFs say of themselves, what ZIPs hold."""
    found = []
    for path in folder.rglob("*"):
        found.append(path.name)
        if path.suffix in (".xlsx", ".zip"):
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        elif path.suffix == ".pdf":
            reader = PdfReader(path)
            found += [
                str(dict(reader.metadata or {})),
                reader.xmp_metadata.rdf_root.toxml() if reader.xmp_metadata else "",
            ]
            found += [str(mark) for mark in reader.outline]
        elif path.is_file():
            found.append(path.read_text("utf-8", "replace"))
    return "\n".join(found)


def _item(workspace: Workspace, code: str, title: str, **values: str) -> RecordId:
    records = workspace.catalogue.records
    file = records.get(FILE_CODE)
    made = records.create(Level.ITEM, code, title, file, profile="item", values={**ITEM_VALUES, **values})
    add_pages(workspace, made, 1)
    return made.id


@pytest.mark.parametrize("form", LISTS)
def test_an_item_that_was_not_chosen_and_is_secret_is_told_nowhere(
    workspace: Workspace, tmp_path: Path, form: DeliveryForm
) -> None:
    dossier(workspace, pages=(1,))
    _item(workspace, f"{FILE_CODE}.002", HIDDEN, secrecy="tuyet-mat", access="03")
    report = deliver(workspace, tmp_path / "giao", Delivery(form, [f"{FILE_CODE}.001"]))
    assert report.refused == []
    assert HIDDEN not in _said(tmp_path / "giao") and f"{FILE_CODE}.002" not in _said(tmp_path / "giao")
    refused = deliver(workspace, tmp_path / "cả", Delivery(form, whole=form == "pdf")).refused
    assert [error.code for _, error in refused] == ["mixed-secrecy"]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "exchange"])
def test_secret_access_without_a_level_does_not_leave(workspace: Workspace, tmp_path: Path, form: DeliveryForm) -> None:
    dossier(workspace, pages=(1,), item_values={"access": "03"})
    report = deliver(workspace, tmp_path / "giao", Delivery(form, most=Secrecy.TOP_SECRET))
    assert report.packages == []
    assert [error.code for _, error in report.refused] == ["secrecy-unsaid"]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "exchange"])
def test_what_is_top_secret_leaves_without_its_subject(
    workspace: Workspace, tmp_path: Path, form: DeliveryForm
) -> None:
    file = dossier(
        workspace, pages=(1,), title=HIDDEN, subject=HIDDEN, item_values={"keywords": HIDDEN, "autograph": HIDDEN},
        file_values={"secrecy": "tuyet-mat", "access": "03", "keywords": HIDDEN, "note": HIDDEN},
    )  # fmt: skip
    records = workspace.catalogue.records
    records.describe(records.get(file.code), {"note": f"{HIDDEN} 2"})  # an act tells it too
    wanted = [Delivery(form, most=Secrecy.TOP_SECRET, zipped=False)]
    wanted += [Delivery(form, most=Secrecy.TOP_SECRET, layout="eark")] if form in ("sip", "aip", "bag") else []
    for number, each in enumerate(wanted):
        report = deliver(workspace, tmp_path / "giao" / str(number), each)
        assert [error.message for _, error in report.refused] == []
        write_receipt(workspace, report.packages, tmp_path / "giao" / str(number) / "phiếu.pdf")
    assert HIDDEN not in _said(tmp_path / "giao")


@pytest.mark.parametrize("layout", ["tt05", "eark"])
def test_the_history_tells_nothing_of_what_was_taken_out(workspace: Workspace, tmp_path: Path, layout: str) -> None:
    dossier(workspace, pages=(1,))
    gone = workspace.catalogue.records.find(_item(workspace, f"{FILE_CODE}.002", HIDDEN))
    records = workspace.catalogue.records
    for page in workspace.catalogue.pages.of_record(gone.id):
        workspace.catalogue.pages.withdraw(page.id)
    records.remove(gone)
    wanted = Delivery("aip", layout=layout, zipped=False)  # type: ignore[arg-type]
    assert deliver(workspace, tmp_path / "giao", wanted).refused == []
    assert HIDDEN not in _said(tmp_path / "giao")


def test_a_file_that_also_holds_more_secret_pages_does_not_leave_as_it_came(
    workspace: Workspace, tmp_path: Path
) -> None:
    dossier(workspace, pages=(1, 1))
    records, conn = workspace.catalogue.records, workspace.catalogue.database.conn
    first, second = (records.get(f"{FILE_CODE}.{number:03d}") for number in (1, 2))
    (shared,) = workspace.catalogue.pages.of_record(first.id)
    signed = PdfWriter()
    signed.add_blank_page(100, 100)
    data = io.BytesIO()
    signed.write(data)
    workspace.masters.path(shared.master).write_bytes(data.getvalue() + b"%/ByteRange")
    with atomic(workspace.catalogue.database):
        conn.execute("UPDATE page SET master = (SELECT master FROM page WHERE uuid = ?)", [shared.id])
    pages = workspace.catalogue.pages.of_record(first.id)
    assert originals(workspace, pages, Secrecy.NONE) == [shared.master]
    apart = records.create(Level.FILE, "H49.2", "Mật", records.get("H49"), profile="file", values={"secrecy": "mat"})
    records.move(second, apart)
    assert originals(workspace, pages, Secrecy.NONE) == []
    report = deliver(workspace, tmp_path / "giao", Delivery("sip", [FILE_CODE], layout="eark"))
    ((_, error),) = report.refused
    assert "H49.2" in error.message or second.code in error.message
    for page in workspace.catalogue.pages.of_record(apart.id):  # what was withdrawn is in the tray
        workspace.catalogue.pages.withdraw(page.id)
    records.remove(records.get(second.code))
    records.remove(records.get("H49.2"))
    assert originals(workspace, pages, Secrecy.NONE) == []
    ((_, error),) = deliver(workspace, tmp_path / "giao", Delivery("sip", [FILE_CODE], layout="eark")).refused
    assert second.code in error.message
