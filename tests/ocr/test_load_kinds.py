"""TIFF of every kind a scanner or program writes: each gives the pixels that were put in."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from ocr.errors import PageError, PageFault
from ocr.load import inspect, load
from ocr.loaders import tiff_directory
from tests.helpers.tiffs import Order, Page, page, tiff

ROUNDING = 3
"""Grey levels by which a change of depth or colour space may round."""
LAB_ROUNDING = 6
"""Lab of 8 bits is coarse."""
JPEG_ERROR = 12
"""Grey levels of a flat colour after JPEG."""
INSIDE = np.s_[2:14, 2:14]
"""Of a patch: JPEG mixes its edge with its neighbours."""
W, H, SIDE = 48, 32, 16
RED, GREEN, BLUE, BLACK, MIDDLE, WHITE = (220, 30, 40), (30, 160, 60), (30, 40, 200), (0,) * 3, (128,) * 3, (255,) * 3
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))

Bytes = NDArray[np.uint8]


def patches(*colours: Any) -> Bytes:
    """Two rows of three flat patches of 16 pixels."""
    cells = np.array(colours, np.uint8).reshape(2, 3, -1)
    return cells.repeat(SIDE, axis=0).repeat(SIDE, axis=1)


COLOUR = patches(RED, GREEN, WHITE, BLUE, BLACK, MIDDLE)
GREY = patches(0, 170, 255, 85, 0, 255)[..., 0]
INK = patches(0, 1, 1, 1, 0, 1)[..., 0]
OPAQUE = np.full((H, W, 1), 255, np.uint8)
HALF_CLEAR = patches(0, 255, 255, 255, 255, 255)
ON_WHITE = np.where(HALF_CLEAR == 0, 255, COLOUR).astype(np.uint8)
CMYK = np.concatenate([255 - COLOUR, np.zeros((H, W, 1), np.uint8)], axis=2)
COLOURS, INDEX = np.unique(COLOUR.reshape(-1, 3), axis=0, return_inverse=True)
INDEXED = INDEX.reshape(H, W).astype(np.uint8)
MAP = np.zeros((256, 3), np.uint16)
MAP[: len(COLOURS)] = COLOURS


def deep(samples: Bytes) -> NDArray[np.uint16]:
    return samples.astype(np.uint16) * 257


def lab() -> Bytes:
    """CIELAB of 8 bits as TIFF has it: a and b signed."""
    made = ImageCms.profileToProfile(
        Image.fromarray(COLOUR), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert made is not None
    return np.frombuffer(made.tobytes(), np.uint8).reshape(H, W, 3)


def jpeg(samples: Bytes, mode: str, **options: Any) -> bytes:
    out = BytesIO()
    Image.frombytes(mode, (samples.shape[1], samples.shape[0]), samples.tobytes()).save(
        out, "JPEG", quality=98, subsampling=0, **options
    )
    return out.getvalue()


def strip(data: bytes, photometric: int, compression: int, count: int = 3, bits: int = 8, **more: Any) -> Page:
    tags = {256: W, 257: H, 258: (bits,) * count, 259: compression, 262: photometric, 277: count, 278: H}
    return Page(tags | {int(name.lstrip("t")): value for name, value in more.items()}, [data])


def packed(image: Image.Image, compression: str) -> tuple[bytes, dict[int, Any]]:
    """What libtiff makes of it as one strip, and the tags."""
    out = BytesIO()
    image.save(out, "TIFF", compression=compression)
    with Image.open(out) as written:
        tags = dict(written.tag_v2)  # type: ignore[attr-defined]
    return b"".join(out.getvalue()[at : at + size] for at, size in zip(tags[273], tags[279], strict=True)), tags


def fax(name: str, compression: int, *, filled_backwards: bool) -> Page:
    data, tags = packed(Image.fromarray(INK * 255).convert("1"), name)
    more: dict[str, Any] = {"t266": 2} if filled_backwards else {}
    return strip(data.translate(REVERSED) if filled_backwards else data, tags[262], compression, 1, 1, **more)


def differences(samples: NDArray[Any]) -> NDArray[Any]:
    """What the horizontal predictor stores."""
    return np.concatenate([samples[:, :1], np.diff(samples, axis=1)], axis=1).astype(samples.dtype)


def lzw(samples: Bytes) -> Page:
    """In planes."""
    planes = [packed(Image.fromarray(np.ascontiguousarray(samples[..., n])), "tiff_lzw")[0] for n in range(3)]
    return Page({256: W, 257: H, 258: (8,) * 3, 259: 5, 262: 2, 277: 3, 278: H, 284: 2}, planes)


def subsampled() -> bytes:
    """YCbCr with one colour for 2 x 2 pixels, not compressed."""
    cells = np.asarray(Image.fromarray(COLOUR).convert("YCbCr")).reshape(H // 2, 2, W // 2, 2, 3).swapaxes(1, 2)
    light = cells[..., 0].reshape(-1, 4)
    return np.concatenate([light, cells[:, :, 0, 0, 1:].reshape(-1, 2)], axis=1).tobytes()


Make = Callable[[Order], Page]
Z: dict[str, Any] = {"compression": 8, "pack": zlib.compress}
KINDS: dict[str, tuple[Make, Bytes, int]] = {
    "1 bit": (lambda o: page(INK, 1, bits=1, order=o), INK * 255, 0),
    "1 bit, white is zero, tiles": (lambda o: page(1 - INK, 0, bits=1, tile=SIDE, order=o), INK * 255, 0),
    "1 bit, filled from the lowest bit": (
        lambda o: page(INK, 1, bits=1, pack=lambda data: data.translate(REVERSED), t266=2, order=o), INK * 255, 0),
    "2 bits, white is zero": (lambda o: page((255 - GREY) // 85, 0, bits=2, order=o), GREY, 0),
    "4 bits": (lambda o: page(GREY // 17, 1, bits=4, order=o), GREY, 0),
    "grey, strips": (lambda o: page(GREY, 1, rows=5, order=o), GREY, 0),
    "grey, one packed strip": (lambda o: page(GREY, 1, order=o, **Z), GREY, 0),
    "grey, tiles": (lambda o: page(GREY, 1, tile=SIDE, order=o, **Z), GREY, 0),
    "grey of 16 bits": (lambda o: page(deep(GREY), 1, order=o), GREY, 0),
    "grey of 16 bits, tiles, white is zero": (
        lambda o: page(65535 - deep(GREY), 0, tile=SIDE, order=o, **Z), GREY, 0),
    "grey of 16 bits with transparency": (
        lambda o: page(np.dstack([deep(GREY), deep(OPAQUE)]), 1, t338=2, order=o), GREY, 0),
    "signed grey": (lambda o: page(GREY // 2, 1, t339=2, order=o), GREY, ROUNDING),
    "signed grey of 16 bits": (lambda o: page(deep(GREY) // 2, 1, t339=2, order=o), GREY, ROUNDING),
    "half floats": (lambda o: page(GREY.astype(np.float16) / 255, 1, t339=3, order=o), GREY, 1),
    "floats in tiles": (
        lambda o: page(GREY.astype(np.float32) / 255, 1, t339=3, tile=SIDE, order=o, **Z), GREY, 1),
    "doubles": (lambda o: page(GREY.astype(np.float64) / 255, 1, t339=3, order=o), GREY, 1),
    "colour": (lambda o: page(COLOUR, 2, rows=7, order=o), COLOUR, 0),
    "colour in planes": (lambda o: page(COLOUR, 2, rows=7, planar=True, order=o), COLOUR, 0),
    "colour in tiles of planes": (lambda o: page(COLOUR, 2, tile=SIDE, planar=True, order=o, **Z), COLOUR, 0),
    "LZW in planes": (lambda _: lzw(COLOUR), COLOUR, 0),
    "colour of 4 bits": (
        lambda o: page(COLOUR // 17, 2, bits=4, order=o), COLOUR // 17 * 17, 1),
    "colour of 16 bits": (lambda o: page(deep(COLOUR), 2, rows=9, order=o), COLOUR, 0),
    "colour of 16 bits in planes": (lambda o: page(deep(COLOUR), 2, planar=True, order=o), COLOUR, 0),
    "colour of 16 bits, tiles": (lambda o: page(deep(COLOUR), 2, tile=SIDE, order=o, **Z), COLOUR, 0),
    "colour of 16 bits, predicted": (
        lambda o: page(differences(deep(COLOUR)), 2, t317=2, order=o, **Z), COLOUR, 0),
    "colour as floats": (lambda o: page(COLOUR.astype(np.float32) / 255, 2, t339=(3,) * 3, order=o), COLOUR, 1),
    "transparent": (lambda o: page(np.dstack([COLOUR, HALF_CLEAR]), 2, t338=2, order=o), ON_WHITE, 0),
    "transparent of 16 bits": (
        lambda o: page(deep(np.dstack([COLOUR, HALF_CLEAR])), 2, t338=2, order=o), ON_WHITE, 0),
    "premultiplied of 16 bits": (
        lambda o: page(deep(np.dstack([np.where(HALF_CLEAR == 0, 0, COLOUR), HALF_CLEAR])), 2, t338=1, order=o),
        ON_WHITE, 0),
    "a fourth sample of no meaning": (lambda o: page(np.dstack([COLOUR, HALF_CLEAR]), 2, t338=0, order=o), COLOUR, 0),
    "palette": (lambda o: page(INDEXED, 3, t320=tuple((MAP * 257).T.ravel().tolist()), order=o), COLOUR, 0),
    "palette of 4 bits": (
        lambda o: page(INDEXED, 3, bits=4, t320=tuple((MAP[:16] * 257).T.ravel().tolist()), order=o), COLOUR, 0),
    "palette of 8-bit colours": (lambda o: page(INDEXED, 3, t320=tuple(MAP.T.ravel().tolist()), order=o), COLOUR, 0),
    "CMYK": (lambda o: page(CMYK, 5, order=o), COLOUR, ROUNDING),
    "CMYK in planes": (lambda o: page(CMYK, 5, planar=True, order=o, **Z), COLOUR, ROUNDING),
    "CMYK of 16 bits": (lambda o: page(deep(CMYK), 5, order=o), COLOUR, ROUNDING),
    "CIELAB": (lambda o: page(lab(), 8, order=o), COLOUR, LAB_ROUNDING),
    "ICC Lab": (lambda o: page(lab() ^ np.array([0, 128, 128], np.uint8), 9, order=o), COLOUR, LAB_ROUNDING),
    "CIELAB of 16 bits": (
        lambda o: page(np.dstack([deep(lab()[..., :1]), lab()[..., 1:].astype(np.uint16) << 8]), 8, order=o),
        COLOUR, LAB_ROUNDING),
    "YCbCr": (
        lambda o: page(np.asarray(Image.fromarray(COLOUR).convert("YCbCr")), 6, t530=(1, 1), order=o),
        COLOUR, ROUNDING),
    "YCbCr, colours shared": (lambda _: strip(subsampled(), 6, 1, t530=(2, 2)), COLOUR, ROUNDING),
    "YCbCr, colours shared, packed": (
        lambda _: strip(zlib.compress(subsampled()), 6, 8, t530=(2, 2)), COLOUR, ROUNDING),
    "JPEG": (lambda _: strip(jpeg(COLOUR, "RGB"), 6, 7, t530=(1, 1)), COLOUR, JPEG_ERROR),
    "JPEG that is RGB": (lambda _: strip(jpeg(COLOUR, "RGB", keep_rgb=True), 2, 7), COLOUR, JPEG_ERROR),
    "JPEG, grey, white is zero": (lambda _: strip(jpeg(255 - GREY, "L"), 0, 7, 1), GREY, JPEG_ERROR),
    "JPEG, CMYK": (lambda _: strip(jpeg(255 - CMYK, "CMYK"), 5, 7, 4), COLOUR, JPEG_ERROR),
    "JPEG of the old style": (
        lambda _: strip(jpeg(COLOUR, "RGB"), 6, 6, t513=8, t514=len(jpeg(COLOUR, "RGB")), t530=(1, 1)),
        COLOUR, JPEG_ERROR),
    "fax 2": (lambda _: fax("tiff_ccitt", 2, filled_backwards=False), INK * 255, 0),
    "fax 3": (lambda _: fax("group3", 3, filled_backwards=False), INK * 255, 0),
    "fax 3, filled from the lowest bit": (lambda _: fax("group3", 3, filled_backwards=True), INK * 255, 0),
    "fax 4, filled from the lowest bit": (lambda _: fax("group4", 4, filled_backwards=True), INK * 255, 0),
}  # fmt: skip


def check(path: Path, expected: Bytes, tolerance: int) -> None:
    assert len(inspect(path).pages) == 1
    got = load(path, 0).pixels
    assert got.shape == expected.shape
    difference = np.abs(got.astype(int) - expected)
    if tolerance == JPEG_ERROR:
        difference = np.stack([difference[y : y + SIDE, x : x + SIDE][INSIDE] for y in (0, 16) for x in (0, 16, 32)])
    assert difference.max() <= tolerance


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_its_pixels(tmp_path: Path, kind: str) -> None:
    make, expected, tolerance = KINDS[kind]
    orders: tuple[Order, ...] = ("<", ">")
    for order in orders:
        path = tmp_path / "page.tif"
        path.write_bytes(tiff([make(order)], order=order))
        check(path, expected, tolerance)


@pytest.mark.parametrize("order", ["<", ">"])
def test_bigtiff(tmp_path: Path, order: Order) -> None:
    path = tmp_path / "page.tif"
    resolution: dict[str, Any] = {"t282": Fraction(300), "t283": Fraction(300), "t296": 2}
    pages = [page(GREY, 1, order=order, **resolution), page(COLOUR, 2, tile=SIDE, order=order, **resolution, **Z)]
    path.write_bytes(tiff(pages, order=order, big=True))
    assert [info.dpi for info in inspect(path).pages] == [300, 300]
    assert np.array_equal(load(path, 0).pixels, GREY)
    assert np.array_equal(load(path, 1).pixels, COLOUR)


@pytest.mark.parametrize("compression", [1, 8])
@pytest.mark.parametrize("tile", [None, SIDE])
@pytest.mark.parametrize("planar", [False, True])
def test_a_page_larger_than_a_band_is_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: int, tile: int | None, planar: bool
) -> None:
    monkeypatch.setattr(tiff_directory, "_BAND_BYTES", 1000)
    path = tmp_path / "page.tif"
    pack = zlib.compress if compression == 8 else bytes
    for rows in (3, 10, None):
        path.write_bytes(
            tiff([page(COLOUR, 2, compression=compression, pack=pack, tile=tile, rows=rows, planar=planar)])
        )
        assert np.array_equal(load(path, 0).pixels, COLOUR)


def test_a_strip_without_its_length_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    for each in (page(GREY, 1, rows=5), page(GREY, 1, rows=5, **Z)):
        path.write_bytes(tiff([Page(each.tags | {279: (0,) * 7}, each.segments)]))
        assert np.array_equal(load(path, 0).pixels, GREY)


def test_one_huge_value_for_all_rows_is_one_strip(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    path.write_bytes(tiff([page(GREY, 1, t278=0xFFFFFFFF)]))
    assert np.array_equal(load(path, 0).pixels, GREY)


@pytest.mark.parametrize("format_", ["WEBP", "JPEG2000"])
@pytest.mark.parametrize("tiled", [False, True])
def test_strips_and_tiles_that_are_images(tmp_path: Path, format_: str, tiled: bool) -> None:
    def whole(samples: Bytes) -> bytes:
        out = BytesIO()
        options: dict[str, Any] = {"lossless": True} if format_ == "WEBP" else {"no_jp2": True}
        Image.fromarray(np.ascontiguousarray(samples)).save(out, format_, **options)
        return out.getvalue()

    parts = [whole(COLOUR[y : y + SIDE, x : x + SIDE]) for y in (0, SIDE) for x in (0, SIDE, 2 * SIDE)]
    tags = {256: W, 257: H, 258: (8,) * 3, 259: {"WEBP": 50001, "JPEG2000": 34712}[format_], 262: 2, 277: 3}
    path = tmp_path / "page.tif"
    if tiled:
        path.write_bytes(tiff([Page(tags | {322: SIDE, 323: SIDE}, parts, tiled=True)]))
    else:
        path.write_bytes(tiff([Page(tags | {278: SIDE}, [whole(COLOUR[:SIDE]), whole(COLOUR[SIDE:])])]))
    check(path, COLOUR, JPEG_ERROR)


@pytest.mark.parametrize(
    ("unusable", "fault"),
    [
        pytest.param(page(GREY, 1, compression=32809), PageFault.UNSUPPORTED, id="a compression nobody knows"),
        pytest.param(page(COLOUR, 4), PageFault.UNSUPPORTED, id="a mask of three samples"),
        pytest.param(page(COLOUR, 2, t258=(5, 6, 5)), PageFault.UNSUPPORTED, id="samples of different depths"),
        pytest.param(page(deep(GREY), 1, compression=34712), PageFault.DAMAGED, id="JPEG 2000 that is none"),
        pytest.param(page(GREY, 3), PageFault.DAMAGED, id="a palette without colours"),
        pytest.param(page(GREY, 1, t278=4), PageFault.DAMAGED, id="strips that are not there"),
        pytest.param(page(deep(COLOUR)[:4], 2, t257=H), PageFault.DAMAGED, id="a strip that is too short"),
        pytest.param(page(GREY, 1, compression=8), PageFault.DAMAGED, id="a strip that does not unpack"),
    ],
)
def test_what_cannot_be_decoded_is_refused_and_never_black(tmp_path: Path, unusable: Page, fault: PageFault) -> None:
    path = tmp_path / "page.tif"
    path.write_bytes(tiff([unusable]))
    for use in (lambda: inspect(path), lambda: load(path, 0)):
        with pytest.raises(PageError) as error:
            use()
        assert error.value.fault == fault
