"""The door of ocr.load: what is refused, with which fault, and without harm."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import unicodedata
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.errors import PageError, PageFault
from ocr.load import MAX_BYTES, inspect, load
from tests.ocr.test_load_tiff import tiff

MIDDLE = 0.5
"""Where a file is cut to be truncated."""


def fault(path: Path, index: int = 0) -> PageFault:
    """The fault that both functions of the door agree on."""
    with pytest.raises(PageError) as inspected:
        inspect(path)
    with pytest.raises(PageError) as loaded:
        load(path, index)
    assert inspected.value.fault == loaded.value.fault
    return inspected.value.fault


def noise(width: int = 96, height: int = 64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8))


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def bmp_header(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def gif_header(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0;"


def jpeg_header(width: int, height: int) -> bytes:
    head = b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return head + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\0" * 64 + b"\xff\xd9"


def test_missing_file_directory_and_impossible_name_are_unreadable(tmp_path: Path) -> None:
    assert fault(tmp_path / "missing.png") == PageFault.UNREADABLE
    assert fault(tmp_path) == PageFault.UNREADABLE
    assert fault(Path("a\0b.png")) == PageFault.UNREADABLE


def test_fifo_and_device_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert fault(tmp_path / "pipe.png") == PageFault.UNREADABLE
    assert fault(Path("/dev/zero")) == PageFault.UNREADABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "closed.png"
    noise().save(path)
    path.chmod(0)
    assert fault(path) == PageFault.UNREADABLE


def test_empty_unknown_and_oversized_files(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(b"")
    assert fault(path) == PageFault.EMPTY
    path.write_bytes(b"Kinh gui: not an image at all")
    assert fault(path) == PageFault.UNKNOWN_FORMAT
    os.truncate(path, MAX_BYTES + 1)  # sparse: takes no room on the disk
    assert fault(path) == PageFault.TOO_LARGE


def test_content_decides_not_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    noise().save(path, "PNG")
    assert inspect(path).format == "png"
    assert load(path, 0).pixels.shape == (64, 96, 3)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_path_with_spaces_and_vietnamese_marks(tmp_path: Path, form: str) -> None:
    path = tmp_path / unicodedata.normalize(form, "quyết định số 1.png")  # type: ignore[arg-type]
    noise().save(path)
    assert inspect(path).pages[0].size.width == 96


def test_page_beyond_the_last_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    noise().save(path)
    for index in (1, -1):
        with pytest.raises(PageError) as error:
            load(path, index)
        assert error.value.fault == PageFault.NO_PAGES


@pytest.mark.parametrize("header", [png_header, bmp_header, gif_header])
def test_page_without_width_or_height(tmp_path: Path, header: object) -> None:
    assert callable(header)
    for size in ((0, 0), (0, 9), (9, 0)):
        path = tmp_path / "page"
        path.write_bytes(header(*size))
        assert fault(path) == PageFault.NO_SIZE


def test_tiff_without_width(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    path.write_bytes(tiff([({256: 0, 257: 9}, b"")]))
    assert fault(path) == PageFault.NO_SIZE


@pytest.mark.parametrize("header", [png_header, bmp_header, gif_header, jpeg_header])
def test_enormous_page_is_refused_from_its_header(tmp_path: Path, header: object) -> None:
    assert callable(header)
    for size in ((60_000, 60_000), (20_001, 10_000)):
        path = tmp_path / "page"
        path.write_bytes(header(*size))
        assert fault(path) == PageFault.TOO_LARGE


def test_enormous_tiff_page_is_refused_even_as_the_second(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    small: tuple[dict[int, int], bytes] = ({256: 8, 257: 1, 258: 8, 262: 1}, bytes(8))
    path.write_bytes(tiff([small, ({256: 60_000, 257: 60_000, 258: 8, 262: 1}, bytes(8))]))
    assert fault(path) == PageFault.TOO_LARGE


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "gif", "bmp", "jp2", "heic", "pdf"])
def test_truncated_file_is_damaged(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"page.{suffix}"
    if suffix == "heic":
        pi_heif_bytes(path)
    else:
        noise().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * MIDDLE)])
    assert fault(path) == PageFault.DAMAGED


def pi_heif_bytes(path: Path) -> None:
    """A HEIC header with nothing in it: the library that is installed only decodes."""
    path.write_bytes(struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"\0" * 64)


def test_nothing_global_is_left_changed(tmp_path: Path) -> None:
    limit = Image.MAX_IMAGE_PIXELS
    path = tmp_path / "page.png"
    noise().save(path)
    inspect(path)
    load(path, 0)
    path.write_bytes(png_header(60_000, 60_000))
    fault(path)
    assert limit == Image.MAX_IMAGE_PIXELS


def test_damaged_tiff_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.tif"
    noise().save(path, compression="tiff_lzw")
    damaged = bytearray(path.read_bytes())
    damaged[8:4000] = b"\xff" * 3992
    path.write_bytes(damaged)
    fault(path)
    assert capfd.readouterr() == ("", "")


def test_import_is_cheap() -> None:
    code = "import sys, ocr.load; print({'pypdfium2', 'pi_heif', 'pypdf', 'PySide6', 'digitizer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
