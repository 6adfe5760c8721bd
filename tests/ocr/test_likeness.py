"""What tells pages apart stays nearly the same when the paper is scanned again."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.likeness import BITS, alike, distance, likeness
from ocr.work import PageRequest, process_page
from tests.ocr.paper import DPI, blank_page, full_page, noisy

FAR = BITS // 4
"""Bits in which pages of different papers differ at least."""


def other_page() -> NDArray[np.uint8]:
    """The lines of the full page in another order, parted by other spaces."""
    page = full_page()
    rows = np.array_split(page, 24)
    return np.concatenate([*rows[12:], *rows[:5], *(np.full_like(row, 255) for row in rows[5:9]), *rows[9:12]])


def bits(page: NDArray[np.uint8], dpi: float = DPI) -> bytes:
    found = likeness(page, dpi)
    assert found is not None
    return found


def test_a_paper_scanned_again_is_alike() -> None:
    page = full_page()
    shifted = np.roll(page, (25, -18), (0, 1))[:-40, 20:]
    again = cv2.resize(noisy(shifted), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    _, packed = cv2.imencode(".jpg", again, [cv2.IMWRITE_JPEG_QUALITY, 40])
    assert alike(bits(page), bits(np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8), DPI * 0.7))


def test_dirt_and_an_edge_do_not_count() -> None:
    page = full_page()
    dirty = page.copy()
    dirty[:, :12] = 30
    for y, x in np.random.default_rng(1).integers(0, min(page.shape) - 4, (60, 2)):
        dirty[y : y + 3, x : x + 3] = 0
    assert alike(bits(page), bits(dirty))


def test_another_page_is_not() -> None:
    assert distance(bits(full_page()), bits(other_page())) > FAR


def test_colour_does_not_count_and_paper_without_text_has_none() -> None:
    page = full_page()
    assert bits(np.dstack([page] * 3)) == bits(page)
    assert likeness(blank_page(), DPI) is None


def test_a_page_that_is_read_brings_its_bits(tmp_path: Path) -> None:
    Image.fromarray(full_page()).save(tmp_path / "page.png", dpi=(DPI, DPI))
    Image.fromarray(blank_page()).save(tmp_path / "blank.png", dpi=(DPI, DPI))
    read = process_page(PageRequest(tmp_path / "page.png", 0, ("vie",), engine="null"))
    assert read.likeness is not None and alike(read.likeness, bits(full_page()))
    assert process_page(PageRequest(tmp_path / "blank.png", 0, ("vie",), engine="null")).likeness is None
