"""Stacks of paper for tests: small pages with codes, as files and as looks that no worker need take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitizer.labels.text import Said, written
from digitizer.model import Level, PageId, Record, Sha256, new_id
from digitizer.workspace import Workspace
from ocr.barcodes import Code, Kind
from ocr.geometry import Size
from ocr.load import Inspection
from ocr.loaders.raster import PageInfo
from ocr.look import Look
from ocr.patches import bars_of

DPI = 72
SIZE = (595, 842)
"""A4."""
_NOWHERE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def paper(number: int) -> Image.Image:
    """A page with something written on it, each another."""
    page = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(page)
    for line in range(12):
        draw.rectangle((60, 80 + 40 * line, 200 + 25 * ((number + line) % 12), 86 + 40 * line), fill=0)
    draw.text((60, 700), str(number), fill=0)
    return page


def blank() -> Image.Image:
    return Image.new("L", SIZE, 255)


def with_code(text: str, form: zxingcpp.BarcodeFormat = zxingcpp.QRCode, scale: int = 6) -> Image.Image:
    """A page with that barcode."""
    page = blank()
    pixels: NDArray[np.uint8] = np.array(zxingcpp.create_barcode(text, form).to_image(scale=scale), np.uint8)
    page.paste(Image.fromarray(pixels), (80, 120))
    return page


def separator(said: Said) -> Image.Image:
    return with_code(written(said))


def with_patch(value: str, dpi: float = DPI, size: tuple[int, int] = SIZE, grey: int = 0) -> Image.Image:
    """A page with that patch code near its upper edge."""
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    top = 0.5 * dpi
    for begins, width in bars_of(value):
        first, last = top + begins * dpi, top + (begins + width) * dpi
        draw.rectangle((round(1.2 * dpi), round(first), round(6.5 * dpi), round(last) - 1), fill=grey)
    return page


def write_stack(path: Path, pages: Sequence[Image.Image]) -> Path:
    """A TIFF of all pages."""
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_deflate", dpi=(DPI, DPI))
    return path


def seen(*codes: tuple[Kind, str], is_blank: bool = False, readable: bool = True) -> Look:
    """What a worker would have seen."""
    return Look(tuple(Code(kind, value, _NOWHERE, readable) for kind, value in codes), is_blank, Size(*SIZE))


def says(said: Said) -> Look:
    return seen((Kind.QR, written(said)))


def captured(workspace: Workspace, looks: Sequence[Look], code: str = "H1.001", file: str = "H1") -> list[PageId]:
    """An item with a page for each look, of a master that nobody will open."""
    records = workspace.catalogue.records
    item = records.create(Level.ITEM, code, "", records.file_for(file))
    return added(workspace, item, looks)


def added(workspace: Workspace, record: Record, looks: Sequence[Look]) -> list[PageId]:
    """Pages at the end of a record."""
    inspection = Inspection("tiff", (PageInfo(Size(*SIZE), float(DPI)),) * len(looks))
    sha256 = Sha256(new_id().replace("-", "").ljust(64, "0"))
    born = workspace.catalogue.pages.add(record, sha256, 1, inspection, name="chồng.tif", call=new_id())
    workspace.catalogue.looks.keep(dict(zip(born, looks, strict=True)))
    return born
