"""Images of one page: formats, turns, depths, colours, transparency, profiles, resolution."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from ocr.errors import PageError, PageFault
from ocr.geometry import Size
from ocr.load import inspect, load

LOSSY = 12
"""Grey levels of a flat colour after a lossy format."""
ROUNDING = 2
"""Grey levels by which colour arithmetic may round."""
RED = (220, 30, 40)


def drawn(mode: str = "RGB") -> Image.Image:
    """White, 60 x 40, with a red patch at the top left."""
    image = Image.new("RGB", (60, 40), "white")
    image.paste(RED, (0, 0, 20, 20))
    return image.convert(mode)


@pytest.mark.parametrize(
    ("suffix", "format_"),
    [
        ("jpg", "jpeg"),
        ("png", "png"),
        ("webp", "webp"),
        ("gif", "gif"),
        ("bmp", "bmp"),
        ("jp2", "jpeg2000"),
        ("j2k", "jpeg2000"),
        ("avif", "avif"),
        ("ppm", "pnm"),
    ],
)
def test_every_format_gives_its_colours(tmp_path: Path, suffix: str, format_: str) -> None:
    path = tmp_path / f"page.{suffix}"
    drawn().save(path)
    found = inspect(path)
    assert found.format == format_
    assert [page.size for page in found.pages] == [Size(60, 40)]
    pixels = load(path, 0).pixels
    assert pixels.shape == (40, 60, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels[5, 5].astype(int) - RED).max() <= LOSSY
    assert pixels[30, 50].min() >= 255 - LOSSY


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_page_without_colour_is_grey(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "page.png"
    Image.linear_gradient("L").convert(mode).save(path)
    pixels = load(path, 0).pixels
    assert pixels.shape == (256, 256)
    if mode != "1":
        assert np.abs(pixels[:, 0].astype(int) - np.arange(256)).max() <= ROUNDING


def test_sixteen_bit_grey(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    Image.fromarray(np.array([[0, 32768, 65535]], np.uint16)).save(path)
    assert load(path, 0).pixels.tolist() == [[0, 128, 255]]


def test_palette_and_transparency_lie_on_white(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    drawn("P").save(path)
    assert np.abs(load(path, 0).pixels[5, 5].astype(int) - RED).max() <= 40  # web palette
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    clear.putpixel((1, 1), (0, 0, 0, 128))
    clear.save(path)
    pixels = load(path, 0).pixels
    assert pixels[0, 0] == 255
    assert pixels[1, 1] == 127
    holed = Image.new("P", (8, 8), 0)
    holed.putpixel((1, 1), 1)
    holed.putpalette([0, 0, 0, 9, 9, 9])
    holed.save(path, transparency=0)
    pixels = load(path, 0).pixels
    assert (pixels[0, 0], pixels[1, 1]) == (255, 9)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turn(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "page.jpg"
    exif = Image.Exif()
    exif[0x112] = orientation
    drawn().save(path, exif=exif, quality=95, dpi=(150, 150))
    with Image.open(path) as stored:
        expected = np.asarray(ImageOps.exif_transpose(stored))
    page = load(path, 0)
    assert np.array_equal(page.pixels, expected)
    found = inspect(path).pages[0]
    assert (found.size.height, found.size.width) == expected.shape[:2]
    assert found.dpi == page.dpi == 150


def test_impossible_orientation_and_broken_exif_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "page.jpg"
    exif = Image.Exif()
    exif[0x112] = 77
    for block in (exif.tobytes(), b"Exif\0\0II*\0garbage"):
        drawn().save(path, exif=block)
        assert load(path, 0).pixels.shape == (40, 60, 3)


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)])
def test_cmyk_jpeg(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    path = tmp_path / "page.jpg"
    Image.new("RGB", (16, 16), colour).convert("CMYK").save(path, quality=95)
    pixel = np.broadcast_to(load(path, 0).pixels[8, 8], 3)
    assert np.abs(pixel.astype(int) - colour).max() <= LOSSY


def test_cmyk_jpeg_of_another_maker_than_adobe(tmp_path: Path) -> None:
    out = BytesIO()
    ImageChops.invert(Image.new("CMYK", (16, 16), (0, 255, 255, 0))).save(out, "JPEG", quality=95)
    data = out.getvalue()
    mark = data.index(b"\xff\xee")
    length = int.from_bytes(data[mark + 2 : mark + 4])
    path = tmp_path / "page.jpg"
    path.write_bytes(data[:mark] + data[mark + 2 + length :])
    assert np.abs(load(path, 0).pixels[8, 8].astype(int) - (255, 0, 0)).max() <= LOSSY


@pytest.mark.parametrize(("frame", "bits"), [(0xC1, 12), (0xC3, 8), (0xC3, 16)])
def test_jpeg_of_twelve_bits_or_without_loss_is_said_to_be_so(tmp_path: Path, frame: int, bits: int) -> None:
    out = BytesIO()
    drawn().save(out, "JPEG")
    data = bytearray(out.getvalue())
    start = data.index(b"\xff\xc0")
    data[start + 1], data[start + 4] = frame, bits
    path = tmp_path / "page.jpg"
    path.write_bytes(data)
    for use in (lambda: inspect(path), lambda: load(path, 0)):
        with pytest.raises(PageError) as error:
            use()
        assert error.value.fault == PageFault.UNSUPPORTED


@pytest.mark.parametrize("suffix", ["png", "webp", "avif"])
def test_turn_that_other_formats_tell(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    path = tmp_path / f"page.{suffix}"
    drawn().save(path, exif=exif)
    pixels = load(path, 0).pixels
    assert pixels.shape == (60, 40, 3)
    assert np.abs(pixels[5, 35].astype(int) - RED).max() <= LOSSY


@pytest.mark.parametrize("kind", [2, 4, 6])
def test_png_of_sixteen_bits_with_colour_or_transparency(tmp_path: Path, kind: int) -> None:
    """``kind``: as PNG counts: RGB, grey with alpha, RGB with alpha."""
    count = {2: 3, 4: 2, 6: 4}[kind]
    samples = np.full((4, 4, count), 0x8000, ">u2")
    if kind != 2:
        samples[..., -1] = 0xFFFF
        samples[0, 0, -1] = 0
    path = tmp_path / "page.png"
    path.write_bytes(png(kind, 16, samples))
    pixels = load(path, 0).pixels
    assert pixels[2, 2] == 128
    assert pixels[0, 0] == (128 if kind == 2 else 255)


def png(kind: int, bits: int, samples: NDArray[Any]) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(name, data) for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


@pytest.mark.parametrize(
    ("unit", "density", "dpi"),
    [(1, (300, 300), 300), (2, (118, 118), 299.72), (0, (1, 1), None), (1, (1, 1), None), (1, (65535, 65535), None),
     (1, (200, 0), None)],
)  # fmt: skip
def test_density_of_a_jpeg(tmp_path: Path, unit: int, density: tuple[int, int], dpi: float | None) -> None:
    out = BytesIO()
    drawn().save(out, "JPEG")
    data = bytearray(out.getvalue())
    data[13:18] = struct.pack(">BHH", unit, *density)
    path = tmp_path / "page.jpg"
    path.write_bytes(data)
    assert inspect(path).pages[0].dpi == load(path, 0).dpi == dpi


def test_profile_is_brought_to_srgb(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    swapped = swapped.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ")
    path = tmp_path / "page.png"
    image = Image.new("RGB", (8, 8), (250, 10, 10))
    image.save(path, icc_profile=swapped)
    assert np.abs(load(path, 0).pixels[0, 0].astype(int) - (10, 250, 10)).max() <= ROUNDING
    image.save(path, icc_profile=profile)
    assert load(path, 0).pixels[0, 0].tolist() == [250, 10, 10]
    image.save(path, icc_profile=b"no profile at all")
    assert load(path, 0).pixels[0, 0].tolist() == [250, 10, 10]


@pytest.mark.parametrize(("stored", "dpi"), [(300, 300.0), (200, 200.0), (1, None), (0, None)])
def test_resolution(tmp_path: Path, stored: int, dpi: float | None) -> None:
    for suffix in ("jpg", "png", "bmp"):
        path = tmp_path / f"page.{suffix}"
        drawn().save(path, dpi=(stored, stored))
        assert inspect(path).pages[0].dpi == dpi
        assert load(path, 0).dpi == dpi


def test_resolution_in_exif_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.jpg"
    for stored, dpi in ((240.0, 240.0), (72.0, None)):  # 72 is what EXIF writes for "unknown"
        exif = Image.Exif()
        exif[0x11A] = exif[0x11B] = stored
        exif[0x128] = 2
        drawn().save(path, exif=exif)
        assert load(path, 0).dpi == dpi


def test_text_chunks_of_a_png_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    notes = PngInfo()
    notes.add_text("Comment", "x" * 200_000, zip=True)
    drawn().save(path, pnginfo=notes)
    assert load(path, 0).pixels.shape == (40, 60, 3)
