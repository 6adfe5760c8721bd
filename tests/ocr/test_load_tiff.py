"""TIFF: pages, depths, photometrics, turns and resolutions."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.errors import PageError
from ocr.geometry import Size
from ocr.load import inspect, load

ROUNDING = 1
"""Grey levels by which a change of depth may round."""
JPEG_ERROR = 12
"""Grey levels of a flat colour after JPEG."""

Value = int | tuple[int, int]
"""A tag's value; a pair is a rational."""


def tiff(pages: list[tuple[dict[int, Value], bytes]] | list[tuple[dict[int, int], bytes]]) -> bytes:
    """A little-endian TIFF of uncompressed pages: (tags, samples) each. Strip tags are added."""
    out = bytearray(b"II\x2a\x00\0\0\0\0")
    link = 4
    for tags, samples in pages:
        strip, height = len(out), tags[257]
        assert isinstance(height, int)
        out += samples
        entries: dict[int, Value] = {**tags, 273: strip, 278: max(height, 1), 279: len(samples)}
        rationals = {}
        for tag, value in entries.items():
            if isinstance(value, tuple):
                rationals[tag] = len(out)
                out += struct.pack("<II", *value)
        out += b"\0" * (len(out) % 2)
        struct.pack_into("<I", out, link, len(out))
        out += struct.pack("<H", len(entries))
        for tag, value in sorted(entries.items()):
            if isinstance(value, tuple):
                out += struct.pack("<HHII", tag, 5, 1, rationals[tag])
            else:
                out += struct.pack("<HHII", tag, 4, 1, value)
        link = len(out)
        out += b"\0\0\0\0"
    return bytes(out)


def grey(value: int, width: int = 8, height: int = 4, **more: int) -> tuple[dict[int, Value], bytes]:
    tags: dict[int, Value] = {256: width, 257: height, 258: 8, 262: 1, 277: 1}
    tags |= {int(tag.lstrip("t")): number for tag, number in more.items()}
    return tags, bytes([value]) * (width * height)


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, "TIFF", **options)
    return path


def test_pages_in_file_order_each_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    path.write_bytes(tiff([grey(10), grey(20, width=16), grey(30, height=2)]))
    found = inspect(path)
    assert found.format == "tiff"
    assert [page.size for page in found.pages] == [Size(8, 4), Size(16, 4), Size(8, 2)]
    assert [int(load(path, index).pixels[0, 0]) for index in range(3)] == [10, 20, 30]


def test_thumbnails_and_masks_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    path.write_bytes(tiff([grey(10, t254=1), grey(20), grey(30, t254=4), grey(40, t254=2), grey(50, t255=2)]))
    assert len(inspect(path).pages) == 2
    assert [int(load(path, index).pixels[0, 0]) for index in range(2)] == [20, 40]


def test_a_thumbnail_alone_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    path.write_bytes(tiff([grey(10, t254=1)]))
    assert len(inspect(path).pages) == 1


def test_directories_in_a_circle_end(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    content = bytearray(tiff([grey(10), grey(20)]))
    content[-4:] = content[4:8]
    path.write_bytes(content)
    assert len(inspect(path).pages) == 2


@pytest.mark.parametrize("compression", ["group3", "group4", "packbits", "tiff_lzw", "raw"])
def test_bilevel(tmp_path: Path, compression: str) -> None:
    drawn = np.zeros((40, 70), bool)
    drawn[5:9, 3:60] = True
    image = Image.fromarray(~drawn)
    for photometric in (0, 1):
        path = saved(tmp_path / "page.tif", image, compression=compression, tiffinfo={262: photometric})
        assert np.array_equal(load(path, 0).pixels, np.where(drawn, 0, 255))


def test_both_bilevel_photometrics(tmp_path: Path) -> None:
    for photometric, expected in ((0, 0), (1, 255)):
        path = tmp_path / "page.tif"
        path.write_bytes(tiff([({256: 8, 257: 1, 258: 1, 262: photometric, 277: 1}, b"\xff")]))
        assert (load(path, 0).pixels == expected).all()


@pytest.mark.parametrize(
    ("bits", "form", "black_white", "photometric"),
    [
        (16, 1, struct.pack("<HH", 0, 65535), 1),
        (16, 1, struct.pack("<HH", 65535, 0), 0),
        (12, 1, bytes([0x00, 0x0F, 0xFF]), 1),
        (12, 1, bytes([0xFF, 0xF0, 0x00]), 0),
        (32, 1, struct.pack("<II", 2**32 - 1, 0), 0),
        (32, 3, struct.pack("<ff", 1.0, 0.0), 0),
        (32, 1, struct.pack("<II", 0, 2**32 - 1), 1),
        (32, 3, struct.pack("<ff", 0.0, 1.0), 1),
        (32, 3, struct.pack("<ff", 0.0, 255.0), 1),
        (32, 3, struct.pack("<ff", float("nan"), 65535.0), 1),
    ],
)
def test_depths_are_scaled_by_their_range(
    tmp_path: Path, bits: int, form: int, black_white: bytes, photometric: int
) -> None:
    path = tmp_path / "page.tif"
    path.write_bytes(
        tiff([({256: 2, 257: 1, 258: bits, 262: photometric, 277: 1, 339: form}, black_white)]),
    )
    pixels = load(path, 0).pixels
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - [[0, 255]]).max() <= ROUNDING
    assert inspect(path).pages[0].size == Size(2, 1)


def test_cmyk_and_jpeg_in_tiff(tmp_path: Path) -> None:
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert load(saved(tmp_path / "page.tif", red), 0).pixels[8, 8].tolist() == [255, 0, 0]
    blue = Image.new("RGB", (16, 16), (0, 0, 255))
    pixel = load(saved(tmp_path / "page.tif", blue, compression="jpeg"), 0).pixels[8, 8]
    assert np.abs(pixel.astype(int) - [0, 0, 255]).max() <= JPEG_ERROR


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_orientation_and_unequal_resolution(tmp_path: Path, orientation: int, compression: str) -> None:
    stored = Image.new("L", (40, 20), 255)
    stored.paste(0, (0, 0, 10, 10))
    path = saved(
        tmp_path / "page.tif",
        stored,
        compression=compression,
        tiffinfo={274: orientation, 282: 200.0, 283: 100.0, 296: 2},
    )
    upright = load(path, 0)
    assert upright.dpi == 200
    found = inspect(path).pages[0]
    assert (found.size.height, found.size.width) == upright.pixels.shape == (40, 40)
    black = np.argwhere(upright.pixels < 128).mean(axis=0)
    assert black == pytest.approx(quadrant_centre(orientation), abs=1.0)


def quadrant_centre(orientation: int) -> tuple[float, float]:
    """Row and column of the centre of a 10 x 20 dark patch that is stored at the top left of 40 x 40 pixels."""
    down, right = {
        1: (9.5, 4.5), 2: (9.5, 34.5), 3: (29.5, 34.5), 4: (29.5, 4.5),
        5: (4.5, 9.5), 6: (4.5, 29.5), 7: (34.5, 29.5), 8: (34.5, 9.5),
    }[orientation]  # fmt: skip
    return down, right


def test_fax_gets_square_pixels(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    tags: dict[int, Value] = {256: 204, 257: 98, 258: 8, 262: 1, 277: 1, 282: (204, 1), 283: (98, 1), 296: 2}
    path.write_bytes(tiff([(tags, bytes([255]) * (204 * 98))]))
    assert inspect(path).pages[0].size == Size(204, 204)
    page = load(path, 0)
    assert page.pixels.shape == (204, 204)
    assert page.dpi == 204


@pytest.mark.parametrize(
    ("x", "y", "unit", "dpi"),
    [
        ((300, 1), (300, 1), 2, 300.0),
        ((11811, 100), (11811, 100), 3, 300.0),
        ((300, 1), (300, 1), 1, None),
        ((0, 1), (0, 1), 2, None),
        ((1, 1), (1, 1), 2, None),
        ((300, 0), (300, 0), 2, None),
        ((20_000, 1), (20_000, 1), 2, None),
        ((300, 1), (20, 1), 2, None),
    ],
)
def test_only_a_believable_resolution_counts(
    tmp_path: Path, x: tuple[int, int], y: tuple[int, int], unit: int, dpi: float | None
) -> None:
    path = tmp_path / "page.tif"
    tags, samples = grey(200)
    path.write_bytes(tiff([({**tags, 282: x, 283: y, 296: unit}, samples)]))
    assert inspect(path).pages[0].dpi == load(path, 0).dpi == dpi
    assert load(path, 0).pixels.shape == (4, 8)


def test_strips_that_are_webp(tmp_path: Path) -> None:
    colour = Image.new("RGB", (8, 4), (200, 30, 30))
    strip = BytesIO()
    colour.save(strip, "WEBP", lossless=True)
    tags: dict[int, Value] = {256: 8, 257: 4, 258: 8, 259: 50001, 262: 2, 277: 3}
    path = tmp_path / "webp.tif"
    path.write_bytes(tiff([(tags, strip.getvalue())]))
    assert load(path, 0).pixels[1, 1].tolist() == [200, 30, 30]
    path.write_bytes(tiff([(tags | {257: 5}, strip.getvalue())]))
    with pytest.raises(PageError, match="damaged"):
        load(path, 0)
