"""Codes on a page are read whichever way it lies; nothing is taken for a code that is none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from ocr.barcodes import Kind, read_barcodes
from ocr.errors import PageError
from ocr.load import Raster, count, load
from ocr.look import look
from ocr.patches import PATTERNS, find_patches
from ocr.stages.reduced import reduced
from tests.helpers.stacks import blank, paper, with_code, with_patch

PLACE_PIXELS = 12.0
"""How far a corner that was found may be from where it was printed."""
FORMS = {
    Kind.QR: (zxingcpp.QRCode, "Hồ sơ & <15>"),
    Kind.DATA_MATRIX: (zxingcpp.DataMatrix, "VB-15/2024"),
    Kind.AZTEC: (zxingcpp.Aztec, "VB-15/2024"),
    Kind.PDF417: (zxingcpp.PDF417, "VB-15/2024"),
    Kind.CODE_128: (zxingcpp.Code128, "VB-15/2024"),
    Kind.CODE_39: (zxingcpp.Code39, "VB-15"),
    Kind.CODE_93: (zxingcpp.Code93, "VB-15"),
    Kind.EAN: (zxingcpp.EAN13, "8934567890120"),
    Kind.ITF: (zxingcpp.ITF, "12345678"),
    Kind.CODABAR: (zxingcpp.Codabar, "A12345A"),
}


def scanned(pixels: NDArray[np.uint8], degrees: float, *, dark: int = 0, light: int = 255, bits: bool = False,
            seed: int = 1) -> NDArray[np.uint8]:  # fmt: skip
    """As a scanner gives it: leaning, pale, noisy, as JPEG; or in black and white."""
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255,)).astype(np.float64)
    pale = turned / 255 * (light - dark) + dark + np.random.default_rng(seed).normal(0, 8, turned.shape)
    if bits:
        return np.asarray((pale > (light + dark) / 2) * 255, np.uint8)
    _, packed = cv2.imencode(".jpg", np.clip(pale, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 50])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def ink(page: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of what is black."""
    rows, columns = np.nonzero((page < 128).any(axis=1))[0], np.nonzero((page < 128).any(axis=0))[0]
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("quarters", [0, 1, 2])
def test_a_code_is_read_from_a_poor_scan(kind: Kind, quarters: int) -> None:
    form, text = FORMS[kind]
    page = scanned(np.rot90(np.asarray(with_code(text, form, scale=3)), quarters).copy(), 1.0, dark=90, light=235)
    assert [(code.kind, code.value) for code in read_barcodes(page, 72.0)] == [(kind, text)]


def test_it_is_said_where_a_code_is() -> None:
    page = np.asarray(with_code("A", scale=6))
    top, left, bottom, right = ink(page)
    for dpi in (72.0, 400.0):
        [code] = read_barcodes(page, dpi)
        wanted = [(left, top), (right, top), (right, bottom), (left, bottom)]
        assert np.abs(np.subtract(code.corners, wanted)).max() < PLACE_PIXELS


def test_a_spoilt_qr_code_is_said_to_be_one() -> None:
    page = np.asarray(with_code("DGZ1:SF:Một hồ sơ có mã khá dài / 2024")).copy()
    top, left, bottom, right = ink(page)
    page[(top + bottom) // 2 : bottom - 70, left + 70 : right] = 255
    assert {(code.kind, code.readable, code.value) for code in read_barcodes(page, 72.0)} == {(Kind.QR, False, "")}


@pytest.mark.parametrize(("value", "dpi"), [*((value, 100) for value in PATTERNS), ("T", 72), ("3", 150), ("T", 300)])
def test_a_patch_code_is_found_at_any_resolution_and_turn(value: str, dpi: int) -> None:
    page = np.asarray(with_patch(value, dpi, (round(8.27 * dpi), round(11.69 * dpi))))
    for degrees, turns, dark, light, bits in (
        (3, 2, 120, 220, False), (-4, 1, 175, 225, False), (2, 3, 0, 255, True), (0, 0, 0, 255, False),
    ):  # fmt: skip
        seen = scanned(np.rot90(page, turns).copy(), degrees, dark=dark, light=light, bits=bits)
        for claimed in (float(dpi), None):
            copy = reduced(seen, claimed or min(seen.shape) / 8.27)
            codes = find_patches(copy, copy.grey.shape[1] / seen.shape[1])
            assert [(code.kind, code.value) for code in codes] == [(Kind.PATCH, value)], (degrees, turns, claimed)
        if dpi == 300:
            break


def test_rules_tables_and_stripes_are_no_patch_codes() -> None:
    page = np.full((1169, 827), 255, np.uint8)
    for row in range(40):  # a table
        cv2.line(page, (80, 100 + 25 * row), (740, 100 + 25 * row), (0,), 2)
    for column in range(5):
        cv2.line(page, (80 + 165 * column, 100), (80 + 165 * column, 1075), (0,), 3)
    assert not look(Raster(page, 100.0)).codes
    stripes = np.full((1169, 827), 255, np.uint8)
    for at in range(100, 700, 16):
        stripes[200:600, at : at + 8] = 0
    assert not look(Raster(stripes, 100.0)).codes
    four = np.full((1169, 827), 255, np.uint8)
    for at in (100, 116, 132, 148):  # of one width
        four[at : at + 8, 100:700] = 0
    assert not look(Raster(four, 100.0)).codes


def test_blank_and_written_sides_are_told_apart() -> None:
    assert look(Raster(np.asarray(blank()), 72.0)).blank
    assert not look(Raster(np.asarray(paper(3)), 72.0)).blank
    pale = np.asarray(paper(3)) // 8 + 223
    assert not look(Raster(pale.astype(np.uint8), 72.0)).blank, "what is pale is not blank"


@pytest.mark.samples
def test_real_codes(samples: Path) -> None:
    """Every barcode, QR code and patch T of the collection whose truth is known, page by page."""
    rows = [json.loads(line) for line in (samples / "barcodes.jsonl").read_text("utf-8").splitlines()]
    wrong = []
    for row in rows:
        path = samples / row["file"]
        found = [{(code.kind, code.value) for code in look(load(path, n)).codes} for n in range(count(path))]
        if "value" in row:
            if row["value"] not in {value for _, value in found[0]}:
                wrong.append((row["file"], found))
        elif found != _expected(row, found):
            wrong.append((row["file"], found))
    assert not wrong


def _expected(row: dict[str, str], found: list[set[tuple[Kind, str]]]) -> list[set[tuple[Kind, str]]]:
    """``found`` with what is wrong in it put right, by the words of the truth."""
    said, name = row["expected"], Path(row["file"]).name
    patched = {(Kind.CODE_39, "PATCHT"), (Kind.PATCH, "T")}
    pages: list[set[tuple[Kind, str]]] = [set() for _ in found]
    if "separator pages" in said:
        for page in map(int, re.findall(r"\d+", said.partition("):")[2] or said.partition(": ")[2])):
            drawn = {"patch-code-t-qr.pdf": {(Kind.QR, "PATCHT")}}
            bare = {"patch-code-t-middle-distorted.pdf", "patch-code-t-middle-fuzzy.pdf"}
            pages[page] = drawn.get(name, {(Kind.CODE_39, "PATCHT")} if name in bare else patched)
    elif "patch T on" in said:
        pages[2] = patched
    elif "patch T" in said:
        pages[0] = patched
    if "serial number 123" in said:
        pages[0] = {(Kind.QR, "ASN 000123")}
    if "serial numbers on" in said:
        numbered = said.partition("serial numbers on")[2].partition("(")[0].partition(":")[0]
        for serial, page in enumerate(map(int, re.findall(r"\d+", numbered)), 123):
            pages[page - 1] = {(Kind.CODE_39, f"ASN{serial:05d}")}
    return pages


@pytest.mark.samples
def test_nothing_on_real_papers_is_taken_for_a_code(samples: Path) -> None:
    wrong = []
    for path in sorted([*(samples / "vi-scans").glob("*.[jp][pn]g"), *(samples / "records" / "scans").glob("*.pdf")]):
        try:
            seen = look(load(path, 0))
        except PageError:
            continue
        if seen.codes:
            wrong.append((path.name, seen.codes))
    assert not wrong
