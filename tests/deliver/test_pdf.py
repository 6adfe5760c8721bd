"""The file around the text: PDF/A-2u as far as bytes and objects show it. Numbers are clauses of ISO 19005-2."""

from __future__ import annotations

import dataclasses
import io
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

from digitizer.deliver.pdf import GREATEST_SIDE, LEAST_SIDE, Bookmark, Labels, PdfInfo, PdfPage, page_sides, write_pdf
from digitizer.deliver.pdf_check import check_pdf
from ocr.geometry import Size
from tests.deliver.pages import A4, CREATED, INFO, blank, drawn, jpeg, page_of, page_text, written

GREY_TOLERANCE = 2
"""Levels of 255 by which a pixel may change when a grey JPEG becomes a colour one."""
XMP = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages: colour, grey, and empty; two bookmarks."""
    pages = [page_of(*drawn()), page_of(*drawn(mode="L")), blank(page_text([]))]
    marks = [Bookmark("Quyết định số 12", 0), Bookmark("Phụ lục 🇻🇳", 2)]
    return written(tmp_path_factory.mktemp("pdf") / "Quyết định.pdf", pages, bookmarks=marks)


@pytest.fixture
def reader(path: Path) -> PdfReader:
    return PdfReader(path, strict=True)


def objects(reader: PdfReader) -> list[Any]:
    size = int(reader.trailer["/Size"])  # type: ignore[call-overload]
    return [IndirectObject(number, 0, reader).get_object() for number in range(1, size)]


def test_header_and_binary_comment(path: Path) -> None:
    """6.1.2"""
    first, second = path.read_bytes().split(b"\n", 2)[:2]
    assert first == b"%PDF-1.7"
    assert second[:1] == b"%"
    assert len(second) >= 5
    assert all(byte > 127 for byte in second[1:])


def test_trailer_and_table(path: Path, reader: PdfReader) -> None:
    """6.1.3, 6.1.4: two equal identifiers, no encryption, nothing after the end, every offset right."""
    data = path.read_bytes()
    identifiers: Any = reader.trailer["/ID"]
    first, second = identifiers
    assert first == second
    assert len(first.original_bytes) == 16
    assert "/Encrypt" not in reader.trailer
    assert data.endswith(b"%%EOF\n")
    start = int(re.findall(rb"startxref\n(\d+)\n", data)[-1])
    rows = re.findall(rb"(\d{10}) (\d{5}) ([nf]) \n", data[start:])
    assert rows[0] == (b"0000000000", b"65535", b"f")
    for number, (offset, _, kind) in enumerate(rows[1:], start=1):
        assert kind == b"n"
        assert data[int(offset) :].startswith(b"%d 0 obj\n" % number)


def test_streams(path: Path, reader: PdfReader) -> None:
    """6.1.7: lengths are right, no external file, no LZW."""
    data = path.read_bytes()
    starts = list(re.finditer(rb"/Length (\d+)\n>>\nstream\n", data))
    assert len(starts) == sum(isinstance(each, StreamObject) for each in objects(reader))
    for start in starts:
        assert data[start.end() + int(start[1]) :].startswith(b"\nendstream\nendobj\n")
    for each in objects(reader):
        if isinstance(each, StreamObject):
            assert not {"/F", "/FFilter", "/FDecodeParms"} & set(each)
            assert each.get("/Filter") in {None, "/FlateDecode", "/DCTDecode"}


def test_output_intent_and_colour(reader: PdfReader) -> None:
    """6.2.3, 6.2.4.3: one RGB profile, and no device colour but RGB."""
    intents: Any = reader.root_object["/OutputIntents"]
    (intent,) = intents
    profile = intent["/DestOutputProfile"]
    header = profile.get_data()[:128]
    assert intent["/S"] == "/GTS_PDFA1"
    assert profile["/N"] == 3
    assert header[12:16] == b"mntr"
    assert header[16:20] == b"RGB "
    assert header[8] in {2, 4}
    streams = [each for each in objects(reader) if isinstance(each, StreamObject)]
    images: list[Any] = [each for each in streams if each.get("/Subtype") == "/Image"]
    assert len(images) == 3
    for image in images:
        assert image["/ColorSpace"] == "/DeviceRGB"
        assert image["/BitsPerComponent"] == 8
        assert not {"/Interpolate", "/Alternates", "/OPI", "/SMask"} & set(image)


def test_nothing_forbidden(reader: PdfReader) -> None:
    """6.2.9, 6.3, 6.5, 6.7, 6.9: no forms, annotations, actions, tags claimed, layers, transparency groups."""
    assert not {"/AcroForm", "/OpenAction", "/AA", "/Names", "/OCProperties", "/MarkInfo"} & set(reader.root_object)
    for page in reader.pages:
        assert not {"/Annots", "/AA", "/Group"} & set(page)
        assert not {"/ExtGState", "/Pattern", "/Shading"} & set(page["/Resources"])  # type: ignore[call-overload]


def test_fonts(reader: PdfReader) -> None:
    """6.2.11: embedded, widths that agree, every letter mapped, .notdef never shown."""
    content = reader.pages[0].get_contents()
    assert content is not None
    shown = re.findall(rb"/(\w+) [0-9.]+ Tf|<([0-9A-F]+)> Tj", content.get_data())
    name, strings = "", dict[str, set[bytes]]()
    for font, string in shown:
        name = f"/{font.decode()}" if font else name
        strings.setdefault(name, set()).update(string[i : i + 4] for i in range(0, len(string), 4))
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert set(fonts) == set(strings)
    for name, letters in strings.items():
        assert_font(fonts[name], letters)


def assert_font(font: Any, shown: set[bytes]) -> None:
    descendant = font["/DescendantFonts"][0].get_object()
    descriptor = descendant["/FontDescriptor"]
    program = TTFont(io.BytesIO(descriptor["/FontFile2"].get_data()))
    glyphs = descendant["/CIDToGIDMap"].get_data()
    advances = {advance for advance, _ in program["hmtx"].metrics.values()}
    assert font["/Encoding"] == "/Identity-H"
    assert font["/BaseFont"] == descendant["/BaseFont"] == descriptor["/FontName"]
    assert advances == {descendant["/DW"]}
    mapped = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]{4,8})>$", font["/ToUnicode"].get_data(), re.MULTILINE)
    assert shown <= {cid for cid, _ in mapped}
    assert b"0000" not in shown
    assert not {b"0000", b"FEFF", b"FFFE"} & {letter for _, letter in mapped}
    for cid in shown:
        place = int.from_bytes(glyphs[2 * int(cid, 16) : 2 * int(cid, 16) + 2], "big")
        glyph = program["glyf"][program.getGlyphName(place)]
        assert glyph.yMax == descriptor["/Ascent"] == descriptor["/FontBBox"][3]


def test_metadata_and_information_agree(reader: PdfReader) -> None:
    """6.6.2, 6.6.4: an XMP packet as it stands, its claim, and the same facts in both places."""
    stream: Any = reader.root_object["/Metadata"]
    assert "/Filter" not in stream
    assert (stream["/Type"], stream["/Subtype"]) == ("/Metadata", "/XML")
    packet = stream.get_data()
    assert packet.startswith(b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert packet.endswith(b'<?xpacket end="r"?>')
    found = ET.fromstring(packet).find(".//rdf:Description", XMP)
    assert found is not None
    said = {key: found.findtext(key, None, XMP) for key in ("pdfaid:part", "pdfaid:conformance")}
    assert said == {"pdfaid:part": "2", "pdfaid:conformance": "U"}
    info: Any = reader.metadata
    assert info["/Title"] == found.findtext("dc:title/rdf:Alt/rdf:li", None, XMP) == INFO.title
    assert info["/Author"] == found.findtext("dc:creator/rdf:Seq/rdf:li", None, XMP) == INFO.author
    assert info["/Subject"] == found.findtext("dc:description/rdf:Alt/rdf:li", None, XMP) == INFO.subject
    assert info["/Producer"] == found.findtext("pdf:Producer", None, XMP)
    assert info["/Creator"] == found.findtext("xmp:CreatorTool", None, XMP)
    assert info["/CreationDate"] == info["/ModDate"] == "D:20261122213005+07'00'"
    for key in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
        assert found.findtext(key, None, XMP) == "2026-11-22T21:30:05+07:00"
    assert reader.root_object.get("/Lang") == "vi"


def test_empty_facts_are_left_out_of_both(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", [blank(page_text([]))], PdfInfo("", "", "", "", CREATED))
    reader = PdfReader(path)
    assert set(reader.metadata or {}) == {"/Creator", "/Producer", "/CreationDate", "/ModDate"}
    assert b"<dc:title" not in path.read_bytes()
    assert "/Lang" not in reader.root_object
    assert all(check.ok for check in check_pdf(path, [blank(page_text([]))]))


def test_a_break_in_a_fact_parts_its_words(tmp_path: Path) -> None:
    """Facts typed or pasted on two lines: no control character may stay, and no two words may grow together."""
    info = PdfInfo("Quyết định\nvề việc", "Ủy ban\r\nnhân dân", "Số\t12", "vi", CREATED)
    path = written(tmp_path / "a.pdf", [blank(page_text([]))], info, [Bookmark("Phụ\nlục", 0)])
    reader = PdfReader(path)
    said: Any = reader.metadata
    assert [said[key] for key in ("/Title", "/Author", "/Subject")] == [
        "Quyết định về việc",
        "Ủy ban nhân dân",
        "Số 12",
    ]
    assert reader.outline[0].title == "Phụ lục"  # type: ignore[union-attr]


def test_bookmarks(reader: PdfReader) -> None:
    first, second = reader.outline
    assert (first.title, second.title) == ("Quyết định số 12", "Phụ lục 🇻🇳")  # type: ignore[union-attr]
    assert [reader.get_destination_page_number(mark) for mark in (first, second)] == [0, 2]  # type: ignore[arg-type]


def test_bookmarks_lie_in_one_another_and_pages_have_names(tmp_path: Path) -> None:
    page = blank(page_text([]))
    marks = [Bookmark("a", 0), Bookmark("b", 0, 1), Bookmark("c", 1, 2), Bookmark("d", 1, 1), Bookmark("e", 2)]
    with (tmp_path / "a.pdf").open("wb") as handle:
        write_pdf(handle, [page] * 3, INFO, marks, [Labels(0, "1."), Labels(2, "2.")])
    reader = PdfReader(tmp_path / "a.pdf")

    def titles(outline: Any) -> list[Any]:
        return [titles(each) if isinstance(each, list) else each.title for each in outline]

    assert titles(reader.outline) == ["a", ["b", ["c"], "d"], "e"]
    assert reader.page_labels == ["1.1", "1.2", "2.1"]


def test_page_size_follows_pixels_and_resolution(reader: PdfReader) -> None:
    assert [float(v) for v in reader.pages[0].mediabox] == pytest.approx([0, 0, 595.2, 841.92])


@pytest.mark.parametrize(
    ("size", "dpi"), [(Size(60000, 100), 72.0), (Size(4, 4), 300.0), (Size(20000, 20000), 1.0), (Size(65000, 1), 200.0)]
)
def test_no_page_leaves_the_limits(size: Size, dpi: float) -> None:
    """6.1.13"""
    sides = page_sides(PdfPage(bytes, size, dpi, page_text([])))
    assert min(sides) >= LEAST_SIDE - 1e-9
    assert max(sides) <= GREATEST_SIDE + 1e-9


def test_colour_jpeg_is_kept_as_it_is(tmp_path: Path) -> None:
    data = jpeg(drawn()[0])
    path = written(tmp_path / "a.pdf", [PdfPage(lambda: data, A4, 300, page_text([]))])
    assert data in path.read_bytes()


def test_grey_jpeg_becomes_colour_with_the_same_pixels(tmp_path: Path) -> None:
    grey = Image.linear_gradient("L").resize((640, 480))
    data = jpeg(grey)
    page = PdfPage(lambda: data, Size(640, 480), 100, page_text([], Size(640, 480)))
    (image,) = PdfReader(written(tmp_path / "a.pdf", [page])).pages[0].images
    made = image.image
    assert made is not None
    assert made.mode == "RGB"
    before = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
    assert np.abs(np.asarray(made).astype(int) - before).max() <= GREY_TOLERANCE


def test_pages_are_drawn_by_pdfium(path: Path) -> None:
    _, text = drawn()
    with pypdfium2.PdfDocument(path) as document:
        seen = document[0].render(scale=1).to_pil().convert("L")
    word = next(iter(text.words)).box
    shrunk = [round(v * 72 / 300) for v in (word.x, word.y, word.right, word.bottom)]
    assert np.asarray(seen.crop(tuple(shrunk))).min() < 100
    assert np.asarray(seen).mean() > 240


def test_same_input_same_bytes_and_other_input_other_id(tmp_path: Path) -> None:
    page = page_of(*drawn())
    a = written(tmp_path / "a.pdf", [page])
    b = written(tmp_path / "b.pdf", [page])
    c = written(tmp_path / "c.pdf", [page], dataclasses.replace(INFO, title="Khác"))
    assert a.read_bytes() == b.read_bytes()
    assert PdfReader(a).trailer["/ID"] != PdfReader(c).trailer["/ID"]


def test_one_image_in_memory_at_a_time(tmp_path: Path) -> None:
    """Each image is asked for once, and only after the one before has gone to the destination."""
    destination, sizes = io.BytesIO(), []
    data = jpeg(drawn()[0])

    def image() -> bytes:
        sizes.append(destination.tell())
        return data

    write_pdf(destination, [PdfPage(image, A4, 300, page_text([]))] * 3, INFO)
    assert len(sizes) == 3
    assert all(later - earlier > len(data) for earlier, later in pairwise(sizes))


def test_progress_counts_pages() -> None:
    seen: list[tuple[int, int]] = []
    write_pdf(io.BytesIO(), [blank(page_text([]))] * 2, INFO, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_what_is_refused() -> None:
    page = blank(page_text([]))
    with pytest.raises(ValueError, match="page"):
        write_pdf(io.BytesIO(), [], INFO)
    with pytest.raises(ValueError, match="bookmark"):
        write_pdf(io.BytesIO(), [page], INFO, [Bookmark("x", 1)])
    with pytest.raises(ValueError, match="aware"):
        write_pdf(io.BytesIO(), [page], dataclasses.replace(INFO, created=datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(ValueError, match="pixels"):
        write_pdf(io.BytesIO(), [dataclasses.replace(page, size=Size(10, 10))], INFO)


@pytest.mark.parametrize("kept", [0, 5000, 100_000])
def test_check_says_that_a_cut_file_cannot_be_read(path: Path, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(path.read_bytes()[:kept])
    (check,) = check_pdf(cut, [blank(page_text([]))])
    assert (check.name, check.ok) == ("readable", False)


def test_check_finds_what_was_changed(path: Path, tmp_path: Path) -> None:
    pages = [page_of(*drawn()), page_of(*drawn(mode="L")), blank(page_text([]))]
    assert [check for check in check_pdf(path, pages) if not check.ok] == []

    def failed(old: bytes, new: bytes) -> set[str]:
        changed = tmp_path / "changed.pdf"
        changed.write_bytes(path.read_bytes().replace(old, new))
        return {check.name for check in check_pdf(changed, pages) if not check.ok}

    assert failed(b"conformance>U", b"conformance>B") == {"xmp"}
    assert failed(b"GTS_PDFA1", b"GTS_PDFX1") == {"output-intent"}
    assert failed(b"<rdf:RDF", b"<rdf;RDF") == {"readable"}
    assert failed(b"xmp:CreateDate>2026", b"xmp:CreateDate>2025") == {"info-equals-xmp"}
    assert failed(b"/ToUnicode", b"/ToUnicade") == {"fonts-embedded", "text-kept", "text-copied"}
    assert failed(b"%PDF-1.7", b"%XYZ-1.7") == {"readable"}
    assert {check.name for check in check_pdf(path, pages[:2]) if not check.ok} == {"page-count"}
    assert {check.name for check in check_pdf(path, pages[::-1]) if not check.ok} == {"text-kept", "text-copied"}
