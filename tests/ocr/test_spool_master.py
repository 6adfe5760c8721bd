"""Whatever a scanner sends becomes a TIFF with the same pixels, or is refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from ocr.errors import PageError, PageFault
from ocr.geometry import Size
from ocr.load import load
from ocr.spool import HEAD_BYTES, SpoolHead, read_head
from ocr.spool_master import MasterRequest, make_master, spool_image

Pixels = NDArray[np.uint8 | np.uint16]


def _head(lines: bytes, **facts: object) -> SpoolHead:
    plain = SpoolHead(
        page="p", number=1, at="2026-11-26T08:00:00+07:00", width=1, height=1, depth=8, bytes_per_line=1,
        frames=("gray",), dpi=(300.0, 300.0), options={}, sha256=hashlib.sha256(lines).hexdigest(),
    )  # fmt: skip
    return replace(plain, **facts)  # type: ignore[arg-type]


def _written(folder: Path, head: SpoolHead, lines: bytes) -> MasterRequest:
    (folder / "1.scan").write_bytes(head.packed() + lines)
    return MasterRequest(folder / "1.scan", folder / "1.tif")


@st.composite
def _sent(draw: st.DrawFn) -> tuple[SpoolHead, bytes, Pixels]:
    """A head, the lines behind it, and the pixels that they mean."""
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 20))
    depth, padding = draw(st.sampled_from([1, 8, 16])), draw(st.integers(0, 3))
    frames = draw(st.sampled_from([("gray",), ("rgb",), ("green", "blue", "red")]))
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    channels = 1 if frames == ("gray",) else 3
    most = (1 << depth) - 1
    pixels = random.integers(0, most + 1, (height, width, channels)).astype(np.uint16 if depth == 16 else np.uint8)
    planes = [pixels[..., ["red", "green", "blue"].index(name)] for name in frames if len(frames) == 3] or [pixels]
    lines = b""
    for plane in planes:
        rows = plane.reshape(height, width, -1)
        if depth == 1:
            rows = np.packbits(rows.astype(np.uint8), axis=1)
        data = np.ascontiguousarray(rows).reshape(height, -1).view(np.uint8)
        padded = np.hstack([data, random.integers(0, 256, (height, padding), np.uint8)])
        lines += padded.tobytes()
    head = _head(
        lines,
        width=width,
        height=height,
        depth=depth,
        frames=frames,
        bytes_per_line=len(lines) // len(planes) // height,
    )
    if depth == 1:  # in grey, 1 is black; in colour, 1 is bright
        bright = pixels if channels == 3 else 1 - pixels
        pixels = (bright * 255).astype(np.uint8)
    shaped = pixels.squeeze(-1) if channels == 1 else pixels
    return head, lines, shaped.astype(np.uint16) if depth == 16 else shaped.astype(np.uint8)


@given(_sent())
def test_the_tiff_holds_the_pixels_that_were_sent(sent: tuple[SpoolHead, bytes, Pixels]) -> None:
    head, lines, pixels = sent
    with TemporaryDirectory() as folder:
        request = _written(Path(folder), head, lines)
        made = make_master(request)
        if head.depth == 1 and head.frames == ("gray",):
            found: Pixels = np.asarray(Image.open(request.target).convert("L"))
        else:
            read = cv2.imread(str(request.target), cv2.IMREAD_UNCHANGED)
            assert read is not None
            found = (read if read.ndim == 2 else read[..., ::-1]).astype(pixels.dtype)
        assert np.array_equal(found, pixels)
        assert made.sha256 == hashlib.sha256(request.target.read_bytes()).hexdigest()
        assert made.inspection.pages[0].size == Size(head.width, head.height)
        assert made.inspection.pages[0].dpi == 300
        with Image.open(BytesIO(spool_image(request.source, 16))) as shown:
            assert min(8, head.width, head.height) <= max(shown.size) <= min(16, max(head.width, head.height))
        assert load(request.target, 0).pixels.shape[:2] == (head.height, head.width)


def test_the_hash_of_the_pixels_is_that_of_the_lines_where_they_are_plain(tmp_path: Path) -> None:
    lines = bytes(range(24))
    made = make_master(_written(tmp_path, _head(lines, width=4, height=2, frames=("rgb",), bytes_per_line=12), lines))
    assert made.pixels == hashlib.sha256(lines).hexdigest()


def test_another_dpi_in_each_direction_and_none_at_all(tmp_path: Path) -> None:
    lines = bytes(100)
    uneven = _head(lines, width=10, height=10, bytes_per_line=10, dpi=(200.0, 100.0))
    made = make_master(_written(tmp_path, uneven, lines))
    with Image.open(tmp_path / "1.tif") as image:
        assert image.info["dpi"] == (200, 100)
    (tmp_path / "1.tif").unlink()
    made = make_master(_written(tmp_path, replace(uneven, dpi=None), lines))
    assert made.inspection.pages[0].dpi is None


def _damage(packed: bytes, what: str) -> bytes:
    return {
        "changed": packed[:-1] + bytes([packed[-1] ^ 1]),
        "short": packed[:-1],
        "long": packed + b"x",
        "headless": b"x" + packed[1:],
        "no json": packed.replace(b"{", b"[", 1),
        "key missing": packed.replace(b'"width"', b'"breadth"'),
        "cut": packed[:100],
    }[what]


@pytest.mark.parametrize("what", ["changed", "short", "long", "headless", "no json", "key missing", "cut"])
def test_a_damaged_spool_file_is_refused(tmp_path: Path, what: str) -> None:
    lines = bytes(100)
    request = _written(tmp_path, _head(lines, width=10, height=10, bytes_per_line=10), lines)
    request.source.write_bytes(_damage(request.source.read_bytes(), what))
    with pytest.raises(PageError) as caught:
        make_master(request)
    assert caught.value.fault is PageFault.DAMAGED
    assert not request.target.exists()


def test_the_head_comes_back(tmp_path: Path) -> None:
    lines = bytes(4)
    head = _head(lines, width=2, height=2, bytes_per_line=2, options={"source": "Tài liệu", "swcrop": False})
    request = _written(tmp_path, head, lines)
    assert read_head(request.source) == head
    assert len(head.packed()) == HEAD_BYTES
