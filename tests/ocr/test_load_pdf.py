"""PDF: the size pages are rendered at, what is drawn, and the text that is trusted."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image

from ocr.errors import PageError, PageFault
from ocr.geometry import Size
from ocr.load import Raster, inspect, load
from ocr.loaders.pdf import MAX_DRAWN_PIXELS

INK = 128
"""Grey level below which a pixel is ink."""
FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
SENTENCE = "BT /F1 14 Tf 72 700 Td (The archive keeps every single page) Tj ET"


def pdf(content: str, *, page: str = "", font: str = FONT, more: tuple[bytes, ...] = ()) -> bytes:
    """A one-page PDF. ``page``: further entries of the page; ``more``: objects from number 6 on."""
    box = "" if "MediaBox" in page else "/MediaBox[0 0 612 792]"
    resources = "<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R{box}/Contents 4 0 R/Resources {resources}{page}>>".encode(),
        f"<</Length {len(content)}>>stream\n{content}\nendstream".encode(),
        font.encode(),
        *more,
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def image_object(width: int, height: int) -> bytes:
    """A grey image, dark at its top left."""
    pixels = np.full((height, width), 230, np.uint8)
    pixels[: height // 4, : width // 4] = 20
    data = pixels.tobytes()
    head = f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray"
    return f"{head}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


@pytest.fixture
def rendered(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Load a PDF's only page from its bytes; inspect must foretell its size and dpi."""

    def rendered(content: bytes) -> Raster:
        path = tmp_path / "page.pdf"
        path.write_bytes(content)
        (info,) = inspect(path).pages
        page = load(path, 0)
        assert (info.size.height, info.size.width) == page.pixels.shape[:2]
        assert info.dpi == page.dpi
        return page

    return rendered


def test_scan_comes_through_pixel_by_pixel(tmp_path: Path) -> None:
    scan = Image.fromarray(np.random.default_rng(3).integers(0, 2, (1169, 827), dtype=np.uint8) * 255).convert("1")
    path = tmp_path / "scan.pdf"
    scan.save(path, resolution=100)
    page = load(path, 0)
    assert page.dpi == pytest.approx(100, abs=0.1)
    assert page.text is None
    assert np.array_equal(page.pixels, np.asarray(scan.convert("L")))
    assert inspect(path).pages[0].size == Size(827, 1169)


def test_scan_in_tiles_takes_their_resolution(rendered) -> None:  # type: ignore[no-untyped-def]
    tiles = "q 612 0 0 396 0 396 cm /I Do Q q 612 0 0 396 0 0 cm /I Do Q"
    page = rendered(pdf(tiles, more=(image_object(1700, 1100),)))
    assert page.pixels.shape == (2200, 1700)
    assert page.dpi == 200


@pytest.mark.parametrize(("pixels", "dpi"), [((60, 60), 100.0), ((1200, 1200), 600.0), ((2, 2), 300.0)])
def test_resolution_of_a_scan_is_clamped_and_a_background_is_no_scan(rendered, pixels, dpi) -> None:  # type: ignore[no-untyped-def]
    inch = pdf("q 72 0 0 72 0 0 cm /I Do Q", page="/MediaBox[0 0 72 72]", more=(image_object(*pixels),))
    assert rendered(inch).dpi == dpi


def test_turned_page_keeps_the_pixels_of_its_scan(rendered) -> None:  # type: ignore[no-untyped-def]
    page = rendered(pdf("q 612 0 0 792 0 0 cm /I Do Q", page="/Rotate 90", more=(image_object(1700, 2200),)))
    assert page.pixels.shape == (1700, 2200)
    assert page.pixels[50, -50] < INK < page.pixels[50, 50]


def test_drawn_page_is_300_dpi_and_its_boxes_lie_on_the_ink(rendered) -> None:  # type: ignore[no-untyped-def]
    for turn in (0, 90, 180, 270):
        page = rendered(pdf(SENTENCE, page=f"/Rotate {turn}"))
        assert page.dpi == 300
        assert sorted(page.pixels.shape) == [2550, 3300]
        assert page.text is not None
        assert page.text.text == "The archive keeps every single page"
        assert page.text.reader == "pdf text"
        assert (page.text.size.height, page.text.size.width) == page.pixels.shape
        elsewhere = page.pixels.copy()
        for word in page.text.words:
            box = word.box
            assert page.pixels[box.y : box.bottom, box.x : box.right].min() < INK
            elsewhere[box.y - 1 : box.bottom + 1, box.x - 1 : box.right + 1] = 255
            assert word.confidence == 1.0
        assert elsewhere.min() >= INK
    (line,) = rendered(pdf(SENTENCE)).text.lines
    assert line.baseline[0] == pytest.approx(300, abs=1)
    assert line.baseline[1] == pytest.approx((792 - 700) / 72 * 300, abs=1)


def test_words_are_parted_by_gaps_alone(rendered) -> None:  # type: ignore[no-untyped-def]
    page = rendered(pdf("BT /F1 14 Tf 72 700 Td [(Every)-280(page)-280(of)-280(the)-280(archive)] TJ ET"))
    assert page.text.text == "Every page of the archive"


def test_columns_and_paragraphs_are_kept_apart(rendered) -> None:  # type: ignore[no-untyped-def]
    lines = [(72, 700, "Left heading"), (400, 700, "Right heading"), (72, 640, "First line of text")]
    lines += [(72, 624, "second line of text"), (72, 590, "Another paragraph"), (72, 574, "and its second line")]
    page = rendered(pdf("".join(f"BT /F1 14 Tf {x} {y} Td ({text}) Tj ET " for x, y, text in lines)))
    assert [block.lines[0].text for block in page.text.blocks] == [
        "Left heading", "Right heading", "First line of text", "Another paragraph",
    ]  # fmt: skip


def test_letter_and_mark_drawn_apart_make_one_nfc_word(rendered) -> None:  # type: ignore[no-untyped-def]
    cmap = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00><FF> endcodespacerange "
    cmap += "2 beginbfchar <B4> <0301> <7E> <0302> endbfchar endcmap end"
    font = FONT.replace(">>", "/ToUnicode 6 0 R>>")
    stream = f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream".encode()
    text = "BT /F1 14 Tf 72 700 Td [(Quye)550(~)250(\\264)50(t mot quyen sach trong thu vien)] TJ ET"
    page = rendered(pdf(text, font=font, more=(stream,)))
    assert page.text.text.split()[0] == "Quyết"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SENTENCE.replace("14 Tf", "14 Tf 3 Tr"), id="render mode 3"),
        pytest.param(SENTENCE.replace("BT", "1 g BT"), id="white on white"),
        pytest.param(SENTENCE + " 1 g 0 0 612 792 re f", id="painted over"),
        pytest.param(SENTENCE.replace("72 700", "72 900"), id="beyond the edge"),
        pytest.param("BT /F1 14 Tf 72 700 Td (Page 1) Tj ET", id="too little"),
        pytest.param("BT /F1 14 Tf 72 700 Td (C\\351\\351ng h\\337\\337a x\\267\\267 nghi) Tj ET", id="like TCVN3"),
    ],
)
def test_text_that_cannot_be_trusted_is_left_to_ocr(rendered, content: str) -> None:  # type: ignore[no-untyped-def]
    assert rendered(pdf(content)).text is None


@pytest.mark.parametrize("name", [".VnTime", "ABCDEF+.VnArialH", "VNI-Times", "VNtimes"])
def test_text_in_a_legacy_font_is_left_to_ocr(rendered, name: str) -> None:  # type: ignore[no-untyped-def]
    assert rendered(pdf(SENTENCE, font=FONT.replace("Helvetica", name))).text is None


TCVN3 = "C\\351ng h\\337a x\\267 h\\351i ch\\361 ngh\\334a Vi\\326t Nam, th\\255\\353ng"
VNI = "Co\\344ng ho\\370a xa\\365 ho\\344i chu\\373 ngh\\363a Vie\\344t Nam, th\\366\\364\\373ng"


@pytest.mark.parametrize(
    ("name", "codes"), [(".VnTime", TCVN3), ("ABCDEF+.VnTimeH", TCVN3), ("Helvetica", TCVN3), ("VNI-Times", VNI)]
)
def test_text_in_a_legacy_encoding_is_read_as_what_it_means(rendered, name: str, codes: str) -> None:  # type: ignore[no-untyped-def]
    font = FONT.replace("Helvetica", name).replace(">>", "/Encoding/WinAnsiEncoding>>")
    page = rendered(pdf(f"BT /F1 14 Tf 72 700 Td ({codes}) Tj ET", font=font))
    meant = "Cộng hòa xã hội chủ nghĩa Việt Nam, thưởng"
    assert page.text.text == (meant.upper() if name.endswith("H") else meant)


def test_text_on_a_scan_is_left_to_ocr(rendered) -> None:  # type: ignore[no-untyped-def]
    scan = image_object(1700, 2200)
    for order in (f"q 612 0 0 792 0 0 cm /I Do Q {SENTENCE}", f"{SENTENCE} q 612 0 0 792 0 0 cm /I Do Q"):
        assert rendered(pdf(order, more=(scan,))).text is None


def test_hidden_words_are_left_out(rendered) -> None:  # type: ignore[no-untyped-def]
    hidden = "BT 1 g /F1 8 Tf 72 60 Td (printing slug) Tj ET"
    assert rendered(pdf(f"{SENTENCE} {hidden}")).text.text == "The archive keeps every single page"


def test_stamp_is_drawn_and_its_words_stand_in_their_line(rendered) -> None:  # type: ignore[no-untyped-def]
    look = "BT /F1 14 Tf 2 4 Td (2280) Tj ET"
    form = f"<</Type/XObject/Subtype/Form/BBox[0 0 40 20]/Resources<</Font<</F1 5 0 R>>>>/Length {len(look)}>>"
    stamp = b"<</Type/Annot/Subtype/Stamp/F 4/Rect[100 696 140 716]/AP<</N 7 0 R>>>>"
    text = "BT /F1 14 Tf 72 700 Td (No.) Tj 75 0 Td (of the registry of this archive) Tj ET"
    page = rendered(
        pdf(text, page="/Annots[6 0 R]", more=(stamp, f"{form}stream\n{look}\nendstream".encode())),
    )
    assert page.pixels[330:420, 420:580].min() < INK
    assert page.text.text == "No. 2280 of the registry of this archive"


def form(fields: str, *more: bytes, also: str = "") -> bytes:
    """The sentence and a form of one text field."""
    look = "BT /F1 12 Tf 2 4 Td (Nguyen Van An) Tj ET"
    box = "/BBox[0 0 200 20]/Resources<</Font<</F1 5 0 R>>>>"
    appearance = f"<</Type/XObject/Subtype/Form{box}/Length {len(look)}>>stream\n{look}\nendstream".encode()
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Nguyen Van An)/F 4/Rect[72 600 272 620]/AP<</N 7 0 R>>>>"
    content = pdf(SENTENCE, page="/Annots[6 0 R]", more=(field, appearance, *more))
    named = f"/AcroForm<</Fields[{fields}]{also}>>".encode()
    return written(content.replace(b"/Type/Catalog", b"/Type/Catalog" + named))


def written(content: bytes) -> bytes:
    """The same with its table of objects set right."""
    out = io.BytesIO()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(content))).write(out)
    return out.getvalue()


def test_form_field_is_drawn_without_coloured_edges_and_its_value_is_text(rendered) -> None:  # type: ignore[no-untyped-def]
    page = rendered(form("6 0 R"))
    assert page.pixels.ndim == 2, "black letters are grey"
    assert page.pixels[720:800, 300:700].min() < INK
    assert page.text.text.splitlines()[-1] == "Nguyen Van An"


def test_form_that_only_one_maker_can_show_is_refused_and_no_page_of_please_wait(tmp_path: Path) -> None:
    path = tmp_path / "xfa.pdf"
    content = form("", also="/XFA[(template)(x)]").replace(b"/Type /Catalog", b"/Type /Catalog /NeedsRendering true")
    path.write_bytes(written(content))
    for use in (lambda: inspect(path), lambda: load(path, 0)):
        with pytest.raises(PageError) as error:
            use()
        assert error.value.fault == PageFault.UNSUPPORTED


def test_attached_files_are_counted(tmp_path: Path) -> None:
    note = b"<</Type/Annot/Subtype/FileAttachment/Rect[72 600 92 620]/FS<</Type/Filespec/F(a.txt)>>>>"
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf(SENTENCE, page="/Annots[6 0 R]", more=(note,)))
    assert inspect(path).attached == 1
    path.write_bytes(pdf(SENTENCE))
    assert inspect(path).attached == 0


def test_large_document_is_looked_through_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = pypdf.PdfWriter()
    for width in range(72, 80):
        writer.add_blank_page(width, 72)
    path = tmp_path / "pages.pdf"
    writer.write(path)
    whole = inspect(path)
    monkeypatch.setattr("ocr.loaders.pdf._KEPT_BYTES", -1)
    assert inspect(path) == whole
    assert [page.size.width for page in whole.pages] == [round(width * 300 / 72) for width in range(72, 80)]


@pytest.mark.parametrize("piece", [9, 10, 64, 1000])
def test_unit_is_found_wherever_it_stands(rendered, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("ocr.loaders.pdf._PIECE", piece)
    for blanks in range(0, 12, 5):
        page = rendered(pdf("", page=f"/MediaBox[0 0 72 72]{' ' * blanks}/UserUnit 2"))
        assert page.pixels.shape == (600, 600)


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        ("/MediaBox[0 0 612 792]/CropBox[100 100 244 172]", (600, 300)),
        ("/MediaBox[612 792 0 0]", (2550, 3300)),
        ("/MediaBox[-100 -100 44 44]", (600, 600)),
        ("/MediaBox[0 0 72 72]/UserUnit 2", (600, 600)),
        ("/MediaBox[0 0 0 0]", (2550, 3300)),
        ("/MediaBox[0 0 nonsense]", (2550, 3300)),
    ],
)
def test_page_boxes(rendered, entries: str, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    height, width = rendered(pdf("", page=entries)).pixels.shape
    assert (width, height) == size


def test_enormous_page_is_rendered_coarser(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(pdf("", page="/MediaBox[0 0 14400 14400]"))
    (info,) = inspect(path).pages
    assert MAX_DRAWN_PIXELS * 0.99 < info.size.area <= MAX_DRAWN_PIXELS
    assert info.dpi == pytest.approx(info.size.width / 200, abs=0.1)


def test_colour_is_kept_and_grey_is_two_dimensional(rendered) -> None:  # type: ignore[no-untyped-def]
    page = rendered(pdf("1 0 0 rg 100 100 200 200 re f"))
    assert page.pixels[2500, 800].tolist() == [255, 0, 0]
    assert rendered(pdf("0.5 g 100 100 200 200 re f")).pixels.ndim == 2


@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_encryption(tmp_path: Path, password: str, opens: bool) -> None:
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(pdf(SENTENCE))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    path = tmp_path / "closed.pdf"
    writer.write(path)
    if opens:
        assert load(path, 0).text is not None
        return
    for use in (lambda: inspect(path), lambda: load(path, 0)):
        with pytest.raises(PageError) as error:
            use()
        assert error.value.fault == PageFault.ENCRYPTED


def test_pdf_without_pages_and_garbage(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf("").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[]/Count 0     "))
    with pytest.raises(PageError) as error:
        inspect(path)
    assert error.value.fault == PageFault.NO_PAGES
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    with pytest.raises(PageError) as error:
        inspect(path)
    assert error.value.fault == PageFault.DAMAGED
