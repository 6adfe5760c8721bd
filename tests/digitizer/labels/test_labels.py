"""What is printed is read back: QR codes, patch codes, and words; a label opens its record."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitizer.errors import CannotWrite, NoLabel, NoSuchRecord, NoSuchSheet, ProfileInvalid, WrongUsage
from digitizer.labels.opening import record_for, records_in_picture
from digitizer.labels.paint import QUIET_MODULES, qr_modules
from digitizer.labels.printing import MOST_SHEETS, write_labels, write_plain_separators, write_separators
from digitizer.labels.sheets import A4_MM, label_sheet, label_sheets
from digitizer.labels.text import Said, What, parsed, written
from digitizer.model import Level, Secrecy, clean
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from ocr.barcodes import Kind
from ocr.load import Raster
from ocr.look import Look, look
from tests.helpers.stacks import paper, separator

DPI = 200
CODES = st.text(max_size=40).map(lambda text: clean(text.encode("utf-8", "replace").decode())).filter(bool)


@settings(max_examples=50)
@given(st.sampled_from([what for what in What if what is not What.NEXT]), CODES)
def test_what_is_written_into_a_qr_code_is_read_from_it(what: What, code: str) -> None:
    said = Said(what, code)
    assert parsed(written(said)) == said
    modules = np.pad(qr_modules(written(said)), QUIET_MODULES)
    pixels = np.kron(np.where(modules, 0, 255).astype(np.uint8), np.ones((3, 3), np.uint8))
    [read] = zxingcpp.read_barcodes(pixels)
    assert parsed(read.text) == said and read.text.isascii()


@given(st.text())
def test_other_texts_are_not_ours(text: str) -> None:
    said = parsed(text)
    assert said is None or text.lstrip().startswith("DGZ1:")


def test_texts_that_are_nearly_ours() -> None:
    for text in ("DGZ1", "DGZ1:F", "DGZ1:F:", "DGZ1:X:A", "DGZ2:F:A", "DGZ1:SN:A"):
        assert parsed(text) is None
    assert parsed(" DGZ1:SN:\n") == Said(What.NEXT)
    assert parsed("DGZ1:F:A:B") == Said(What.FILE, "A:B")
    assert written(Said(What.FILE, "Hồ 5%")) == "DGZ1:F:H%E1%BB%93 5%25"
    assert parsed("DGZ1:F:Hồ") == Said(What.FILE, "Hồ"), "as a person may type it"
    assert parsed("DGZ1:F:%FF") is None
    assert parsed("dgz1:sf:A") == Said(What.TO_FILE, "A"), "whatever the keyboard is set to"


@pytest.fixture
def shelf(workspace: Workspace) -> Iterator[Workspace]:
    records = workspace.catalogue.records
    fonds = records.create(Level.FONDS, "PH-15", "Ủy ban nhân dân huyện Đông Anh")
    register = records.create(Level.REGISTER, "ML-02", "Mục lục hai", fonds, values={"number": "02"})
    box = records.create(Level.BOX, "HOP-7", "Hộp bảy", register, values={"box": "7"})
    for number in range(1, 4):
        values = {"number": str(number), "retention": "04", "start_date": "2019", "end_date": "2023", "sheets": "125"}
        file = records.create(Level.FILE, f"H.0{number}/2024", f"Hồ sơ & <thứ {number}>", box, values=values)
    records.create(Level.ITEM, "H.03/2024.001", "Quyết định 15", file, secrecy=Secrecy.TOP_SECRET)
    yield workspace


def seen(pdf: Path, page: int = 1, *, dpi: int = DPI) -> Look:
    """A poor scan of that page of the PDF: a degree askew, with noise, as JPEG."""
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-gray", pdf, pdf.with_suffix("")], check=True
    )
    [picture] = pdf.parent.glob(f"{pdf.stem}-*.pgm")
    pixels = np.asarray(Image.open(picture), np.uint8)
    picture.unlink()
    height, width = pixels.shape
    turned = cv2.warpAffine(
        pixels, cv2.getRotationMatrix2D((width / 2, height / 2), 1, 1), (width, height), borderValue=(255,)
    )
    noisy = np.clip(turned + np.random.default_rng(5).normal(0, 12, turned.shape), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 40])
    return look(Raster(np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8), float(dpi)))


def words(pdf: Path) -> str:
    return " ".join(subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout.split())


def test_separators_of_files_and_items(tmp_path: Path, shelf: Workspace) -> None:
    path = tmp_path / "tờ phân cách.pdf"
    made = write_separators(shelf, path, ["H.01/2024", "H.03/2024.001"])
    assert (made.pages, made.codes) == (2, ("H.01/2024", "H.03/2024.001"))
    for page, said in ((1, Said(What.TO_FILE, "H.01/2024")), (2, Said(What.TO_ITEM, "H.03/2024.001"))):
        codes = seen(path, page).codes
        assert [(code.kind, parsed(code.value)) for code in codes] == [(Kind.QR, said)] * 2
    text = words(path)
    for told in (
        "SEPARATOR SHEET",
        "H.01/2024",
        "Hồ sơ & <thứ 1>",
        "Do not shred it",
        "Ủy ban nhân dân huyện Đông Anh",
    ):
        assert told in text
    assert "Quyết định 15" not in text, "what is top secret has no subject on any paper of ours"
    with pytest.raises(WrongUsage):
        write_separators(shelf, path, ["HOP-7"])


def test_plain_separators_and_patches(tmp_path: Path) -> None:
    path = tmp_path / "trơn.pdf"
    assert write_plain_separators(path, 2).pages == 2
    assert {parsed(code.value) for code in seen(path, 2).codes} == {Said(What.NEXT)}
    assert write_plain_separators(path, 1, "T").pages == 1
    assert [(code.kind, code.value) for code in seen(path, dpi=150).codes] == [(Kind.PATCH, "T")] * 4
    with pytest.raises(CannotWrite):
        write_plain_separators(tmp_path / "không có" / "x.pdf", 1)


@pytest.mark.parametrize("name", label_sheets())
def test_labels_of_every_sheet_are_read_back(tmp_path: Path, shelf: Workspace, name: str) -> None:
    path, sheet = tmp_path / "nhãn.pdf", label_sheet(name)
    made = write_labels(shelf, path, ["PH-15"], sheet, start=sheet.count - 1)
    assert made.pages == 2 and made.codes == ("H.01/2024", "H.02/2024", "H.03/2024")
    found = [code for page in (1, 2) for code in seen(path, page).codes]
    assert {parsed(code.value) for code in found} == {Said(What.FILE, code) for code in made.codes}
    x, y = np.mean(found[-1].corners, axis=0) / DPI * 25.4  # the third label is the first of the second sheet
    assert sheet.left < x < sheet.left + sheet.width and y < sheet.top + sheet.height + 4
    text = words(path)
    for told in ("Fonds no. PH-15", "File no. 3", "H.02/2024", "Dates: 2019 – 2023", "Retention: 30 years"):
        assert told.replace(" ", "") in text.replace(" ", "")


def test_labels_of_boxes(tmp_path: Path, shelf: Workspace) -> None:
    path, sheet = tmp_path / "hộp.pdf", label_sheet("2x4")
    assert write_labels(shelf, path, ["H.01/2024", "H.02/2024"], sheet, boxes=True).codes == ("HOP-7",)
    assert [parsed(code.value) for code in seen(path).codes] == [Said(What.BOX, "HOP-7")]
    shelf.catalogue.records.create(Level.FILE, "LẺ", "", shelf.catalogue.records.get("PH-15"))
    for codes, start, boxes in ((["LẺ"], 1, True), (["H.01/2024"], 9, False), (["ML-404"], 1, False)):
        with pytest.raises((WrongUsage, NoSuchRecord)):
            write_labels(shelf, path, codes, sheet, start=start, boxes=boxes)


def test_labels_of_boxes_that_only_the_forms_of_files_name(tmp_path: Path, shelf: Workspace) -> None:
    records = shelf.catalogue.records
    fonds = records.create(Level.FONDS, "P9", "Phông chín")
    files = [records.create(Level.FILE, code, "", fonds) for code in ("S.1", "S.2")]
    with pytest.raises(WrongUsage, match="enter the number of its box"):
        write_labels(shelf, tmp_path / "hộp.pdf", ["S.1"], label_sheet("3x7"), boxes=True)
    for file in files:
        records.describe(file, {"box": "5", "storeroom": "1"})
    made = write_labels(shelf, tmp_path / "hộp.pdf", ["P9"], label_sheet("3x7"), boxes=True)
    assert made.codes == ("S.1",)
    text = subprocess.run(["pdftotext", made.path, "-"], check=True, capture_output=True, text=True).stdout
    assert "Box no. 5" in text and "S.1" not in text


def test_no_more_separators_than_anybody_needs(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="1000"):
        write_plain_separators(tmp_path / "tờ.pdf", MOST_SHEETS + 1)
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        write_plain_separators(tmp_path / "tờ.pdf", MOST_SHEETS, task=task)
    assert list(tmp_path.iterdir()) == []


def test_sheets_lie_within_the_paper_and_ones_own_are_taken(tmp_path: Path) -> None:
    for sheet in label_sheets().values():
        places = list(sheet.places(1, sheet.count))
        assert all(at == 0 and x + sheet.width <= A4_MM[0] + 0.1 and y >= 0 for at, x, y in places)
        assert len({(x, y) for _, x, y in places}) == sheet.count
    own = tmp_path / "riêng.toml"
    form = 'name = "rieng"\nlabel = {{ vi = "R", en = "O" }}\ncolumns = {}\nrows = 2\nwidth = 90.0\nheight = 60.0\n'
    rest = "left = 5.0\ntop = 5.0\nacross = 95.0\ndown = 65.0\n"
    own.write_text(form.format(2) + rest, "utf-8")
    assert label_sheet(str(own)).count == 4
    own.write_text(form.format(3) + rest, "utf-8")
    with pytest.raises(ProfileInvalid):
        label_sheet(str(own))
    with pytest.raises(NoSuchSheet):
        label_sheet("9x9")


def test_a_label_opens_its_record(tmp_path: Path, shelf: Workspace) -> None:
    wanted = shelf.catalogue.records.get("H.01/2024")
    assert record_for(shelf, "DGZ1:F:H.01/2024\n") == record_for(shelf, " H.01/2024 ") == wanted
    assert record_for(shelf, "DGZ1:B:HOP-7").level is Level.BOX
    assert record_for(shelf, "dgz1:f:h.01/2024") == wanted, "with caps lock on"
    with pytest.raises(NoSuchRecord):
        record_for(shelf, "DGZ1:F:H.99")
    with pytest.raises(NoLabel):
        record_for(shelf, "DGZ1:SN:")
    separator(Said(What.FILE, "H.01/2024")).save(tmp_path / "ảnh.png")
    assert records_in_picture(shelf, tmp_path / "ảnh.png") == [wanted]
    paper(1).save(tmp_path / "khác.png")
    with pytest.raises(NoLabel):
        records_in_picture(shelf, tmp_path / "khác.png")
