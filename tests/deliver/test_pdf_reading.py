"""The reading profile: small, PDF/A all the same, and it looks like the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from digitizer.deliver.pdf import PdfPage
from digitizer.deliver.pdf_check import check_pdf
from ocr.geometry import Size
from tests.deliver.pages import A4, DPI, VIETNAMESE, blank, drawn, page_of, page_text, pdftotext, written

SMALL = 80_000
"""Bytes a page of print at 300 dpi may take."""
DIFFERENCE = 3.0
"""Mean levels of 255 between the page and its picture in a viewer, at 100 dpi."""


def stamped() -> Image.Image:
    image, _ = drawn(VIETNAMESE * 7)
    draw = ImageDraw.Draw(image)
    draw.ellipse((1500, 2950, 1980, 3430), outline=(205, 30, 40), width=12)
    draw.line((1400, 3300, 2200, 3000), (30, 50, 160), 9)
    return image


@pytest.fixture(scope="module")
def page() -> PdfPage:
    return page_of(stamped(), drawn(VIETNAMESE * 7)[1])


@pytest.fixture(scope="module")
def path(page: PdfPage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("pdf") / "a.pdf", [page], profile="reading")


def test_page_is_small_and_looks_like_itself(path: Path, page: PdfPage) -> None:
    assert path.stat().st_size < SMALL
    with pypdfium2.PdfDocument(path) as document:
        seen = document[0].render(scale=100 / 72).to_pil().convert("RGB")
    asked = stamped().resize(seen.size, Image.Resampling.BOX)
    assert np.abs(np.asarray(seen).astype(int) - np.asarray(asked)).mean() < DIFFERENCE
    assert [check for check in check_pdf(path, [page], profile="reading") if not check.ok] == []
    assert pdftotext(path, "-raw").split() == [word.text for word in page.text.words]


def test_masks_are_bilevel_in_the_colours_of_the_inks(path: Path) -> None:
    leaf: Any = PdfReader(path).pages[0]
    background, *masks = [each.get_object() for each in dict.values(leaf["/Resources"]["/XObject"])]
    assert (background["/ColorSpace"], background["/Filter"]) == ("/DeviceRGB", "/DCTDecode")
    assert background["/Width"] == round(A4.width * 100 / DPI)
    assert len(masks) == 3
    for mask in masks:
        assert mask["/ImageMask"].value is True
        assert (mask["/Width"], mask["/Height"]) == (A4.width, A4.height)
        assert (mask["/Filter"], mask["/DecodeParms"]["/K"]) == ("/CCITTFaxDecode", -1)
        assert not {"/ColorSpace", "/Interpolate", "/SMask"} & set(mask)
    colours = [[float(v) for v in operands] for operands, name in leaf.get_contents().operations if name == b"rg"]
    assert [int(np.argmax(colour)) for colour in colours[:2]] == [0, 2]
    assert max(colours[2]) < 0.2


def test_blank_page_has_a_background_only(tmp_path: Path) -> None:
    page = blank(page_text([], Size(620, 877)))
    path = written(tmp_path / "a.pdf", [page], profile="reading")
    images: Any = PdfReader(path).pages[0]["/Resources"]
    assert len(images["/XObject"]) == 1
    assert [check for check in check_pdf(path, [page], profile="reading") if not check.ok] == []
