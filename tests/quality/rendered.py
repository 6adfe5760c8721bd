"""Pages of real Vietnamese text in the legal layout (Decree 30/2020), scanned badly in named ways.

The text is that of the shared born-digital documents where they are there (the language counts have not seen it), else
that of the shipped sample pages. Every page has a fixed seed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

import resources
from ocr.geometry import MM_PER_INCH, Box, Size, Transform
from ocr.text import Cell, nfc
from tools.samples.decree import BODY, LEFT_MIDDLE, RIGHT_MIDDLE, Head, head
from tools.samples.marks import seal
from tools.samples.scan import ink_box
from tools.samples.sheet import OVERSAMPLING, Sheet, Style

DPI = 300
FOOT_MM = 225.0
"""Body text ends above; below stand the addressees and the signer."""
NO_PROSE = re.compile(r"__|\.\.\.|…|CỘNG H[ÒO]")
"""What has blanks to fill in, or a head run into it, is not printed as a paragraph."""
SHARED = Path(os.environ.get("DIGITIZER_SAMPLES", Path(__file__).parents[3] / "shared/samples"))

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Page:
    """``image``: an encoded file as a scanner or phone makes it. ``truth``: its lines in reading order. ``quarters``:
    clockwise turns that make it upright; ``skew``: degrees, after that turn. ``words``: with boxes in pixels of the
    upright page at 300 dpi, only for pages that are not skewed. ``cells``: of its table, those that hold text.
    """

    name: str
    image: bytes
    suffix: str
    truth: str
    quarters: int = 0
    skew: float = 0.0
    words: tuple[tuple[str, Box], ...] = ()
    cells: tuple[tuple[Cell, str], ...] = ()


@cache
def paragraphs() -> tuple[str, ...]:
    """The text that is printed, long enough paragraphs only."""
    folder = SHARED / "ocr-gt" / "vi-born-digital"
    if folder.is_dir():
        texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]
    else:
        pages = json.loads(resources.path("samples/samples.json").read_text("utf-8"))["pages"]
        texts = [page["text"] for page in pages if page["languages"] == ["vie"]]
    found: list[str] = []
    for text in texts:
        current = ""
        for line in nfc(text).splitlines():
            current = f"{current} {line}".strip()
            if line.rstrip().endswith((".", ";", ":")):
                found.append(current)
                current = ""
    return tuple(each for each in found if 15 <= len(each.split()) <= 150 and not NO_PROSE.search(each))


def sheet(number: int) -> Sheet:
    """The printed sheet ``number`` with head, body and foot; its seal is left to the kinds that have one."""
    made = Sheet(DPI)
    column = head(
        made,
        Head(
            "UBND TỈNH AN SƠN",
            "SỞ CẤP NƯỚC NÔNG THÔN",
            f"Số: {41 + number}/TB-SCN",
            f"An Sơn, ngày {5 + number} tháng 3 năm 2024",
        ),
    )
    column.centred("THÔNG BÁO", BODY.b, after=4)
    pool = paragraphs()
    at = number * 7
    while column.y < FOOT_MM - 25:
        words = pool[at % len(pool)].split()
        column.paragraph(" ".join(words[: int((FOOT_MM - column.y) / 6.5) * 12]), BODY.at(13 + number % 2))
        at += 1
    for row, text in enumerate(("Nơi nhận:", "- Như trên;", "- Lưu: VT, KT.")):
        made.line(text, Style(12).b.i if row == 0 else Style(11), LEFT_MIDDLE - 30, 245 + 5 * row)
    made.line("GIÁM ĐỐC", BODY.b, RIGHT_MIDDLE, 245, "centre")
    made.line("Lâm Trọng Khoát", BODY.b, RIGHT_MIDDLE, 276, "centre")
    return made


def page(kind: str, number: int) -> Page:
    """Page ``number`` of ``kind``, one of KINDS."""
    rng = np.random.default_rng([number, sum(map(ord, kind))])
    printed = sheet(number)
    if kind == "stamp":
        centre = (110 + 8 * (number % 3), 110 + 20 * (number % 4))
        seal(printed, centre, "SỞ CẤP NƯỚC NÔNG THÔN TỈNH AN SƠN * ", ("SỞ CẤP NƯỚC",), rng=rng, tilt=5.0)
    return scanned(f"{kind}-{number}", printed, kind, rng, facing=sheet(number + 100) if kind == "spread" else None)


def scanned(
    name: str, printed: Sheet, kind: str, rng: np.random.Generator, *,
    cells: tuple[tuple[Cell, str], ...] = (), facing: Sheet | None = None,
) -> Page:  # fmt: skip
    """The sheet as a scan of ``kind``, one of KINDS; with the ``facing`` page at its right."""
    flat, truth = _flat(printed, rng.random()), _truth(printed)
    if facing is not None:
        flat, truth = np.hstack([flat, _flat(facing, 1.0)]), f"{truth}\n{_truth(facing)}"
    image, suffix, quarters, skew = KINDS[kind](flat, rng)
    words: tuple[tuple[str, Box], ...] = ()
    if kind == "clean":
        size = Size(round(210 * DPI / MM_PER_INCH), round(297 * DPI / MM_PER_INCH))
        place = Transform.scale(1 / OVERSAMPLING)
        words = tuple((word.text, ink_box(word, place, size)) for line in printed.lines for word in line)
    return Page(name, image, suffix, truth, quarters, skew, words, cells)


def _truth(printed: Sheet) -> str:
    return "\n".join(" ".join(word.text for word in line) for line in printed.lines)


def _flat(printed: Sheet, wet: float) -> Floats:
    """(h, w, 3) RGB 0..255 at DPI: ink on white paper. ``wet``: 0..1, how much ink a seal had."""
    size = (round(210 * DPI / MM_PER_INCH), round(297 * DPI / MM_PER_INCH))
    ink = np.asarray(printed.ink.resize(size, Image.Resampling.BOX), np.float32)[..., None] / 255
    marks = np.asarray(printed.marks.resize(size, Image.Resampling.BOX), np.float32)
    below = 250 * (1 - ink) + 28 * ink
    cover = marks[..., 3:] / 255 * (0.3 + 0.5 * wet)
    # Stamping ink is a filter over the print.
    return np.asarray(below * (1 - cover) + np.minimum(below, marks[..., :3]) * cover, np.float32)


Made = tuple[bytes, str, int, float]
Rng = np.random.Generator


def _clean(flat: Floats, rng: Rng) -> Made:
    return _png(_noisy(_blurred(flat, 0.6), 3, rng).mean(axis=2), DPI), ".png", 0, 0.0


def _office(flat: Floats, rng: Rng) -> Made:
    """A copy of a copy: grey, skewed, noisy, packed hard."""
    skew = float(rng.uniform(0.6, 1.6) * rng.choice((-1, 1)))
    grey = _rotated(_blurred(flat, 1.2), skew).mean(axis=2) * 0.86
    return _jpeg(_noisy(grey, 26, rng), DPI, 50), ".jpg", 0, skew


def _stamp(flat: Floats, rng: Rng) -> Made:
    return _jpeg(_noisy(_blurred(flat, 0.7), 3, rng), DPI, 85), ".jpg", 0, 0.0


def _yellow(flat: Floats, rng: Rng) -> Made:
    skew = float(rng.uniform(-0.5, 0.5))
    paper = np.array([0.90, 0.80, 0.58], np.float32)
    image = _rotated(_blurred(flat, 0.8), skew) * paper * _light(flat, 0.25)[..., None]
    return _jpeg(_noisy(image, 5, rng), DPI, 80), ".jpg", 0, skew


def _fax(flat: Floats, rng: Rng) -> Made:
    """Bilevel at 200 dpi, skewed, with pepper and salt."""
    skew = float(rng.uniform(0.5, 1.5) * rng.choice((-1, 1)))
    grey = _scaled(_rotated(_blurred(flat, 1.0), skew).mean(axis=2), 200 / DPI)
    bilevel = np.where(_noisy(grey, 12, rng) > 150, 255, 0)
    spots = rng.random(bilevel.shape)
    bilevel[spots < 0.018] = 0
    bilevel[spots > 0.982] = 255
    out = BytesIO()
    Image.fromarray(bilevel.astype(np.uint8)).convert("1").save(out, "TIFF", compression="group4", dpi=(200, 200))
    return out.getvalue(), ".tif", 0, skew


def _low_dpi(flat: Floats, rng: Rng) -> Made:
    grey = _scaled(flat.mean(axis=2), 100 / DPI)
    return _jpeg(_noisy(_blurred(grey, 0.6), 7, rng), 100, 50), ".jpg", 0, 0.0


def _photo(flat: Floats, rng: Rng) -> Made:
    """By phone: on a dark table, in perspective, with a lamp at one side, no dpi."""
    height, width = flat.shape[:2]
    inset = rng.uniform(0.02, 0.07, (4, 2)) * (width, height)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    onto = corners + inset * np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    matrix = cv2.getPerspectiveTransform(corners, onto.astype(np.float32))
    table = np.full(flat.shape, (70, 55, 45), np.float32)
    image = cv2.warpPerspective(flat, matrix, (width, height), table, borderMode=cv2.BORDER_TRANSPARENT)
    lamp = _light(flat, 0.25)[..., None] * np.array((0.98, 0.95, 0.88), np.float32)
    image = _blurred(np.asarray(image * lamp, np.float32), 1.0)
    return _jpeg(_noisy(image, 6, rng), None, 75), ".jpg", 0, 0.0


def _turned(flat: Floats, rng: Rng) -> Made:
    quarters, skew = int(rng.integers(1, 4)), float(rng.uniform(-1.5, 1.5))
    grey = _noisy(_rotated(_blurred(flat, 0.7), skew).mean(axis=2), 4, rng)
    return _jpeg(np.rot90(grey, quarters), DPI, 80), ".jpg", quarters, skew


def _bleed_through(flat: Floats, rng: Rng) -> Made:
    back = _blurred(flat[:, ::-1], 3.0)
    return _jpeg(_noisy(_blurred(flat, 0.7) - (250 - back) * 0.28, 4, rng).mean(axis=2), DPI, 80), ".jpg", 0, 0.0


def _book(flat: Floats, rng: Rng) -> Made:
    """Near the spine the lines bend down and it grows dark."""
    height, width = flat.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = (60 + 40 * rng.random()) * np.exp(-xs / width / 0.18)
    image = cv2.remap(flat, xs, np.asarray(ys - bend, np.float32), cv2.INTER_LINEAR, borderValue=(245, 245, 245))
    grey = _blurred(np.asarray(image, np.float32), 0.8).mean(axis=2)
    shade = 1 - 0.55 * np.exp(-xs / width / 0.06)
    return _jpeg(_noisy(grey * shade, 4, rng), DPI, 80), ".jpg", 0, 0.0


def _desk(flat: Floats, rng: Rng) -> Made:
    """By phone, held aslant: the far side of the sheet is smaller, on wood, turned a little, no dpi."""
    height, width = 3200, 2400
    tilt, turn, roll = np.radians(rng.uniform((15, -8, -6), (30, 8, 6)))
    # The sheet in its own plane, 297 mm high, about the middle of the picture; the camera 600 mm away.
    sheet_mm = np.array([(-105, -148.5, 0), (105, -148.5, 0), (105, 148.5, 0), (-105, 148.5, 0)])
    x, y, z = (sheet_mm @ cv2.Rodrigues(np.array((0, 0, turn)))[0].T @ cv2.Rodrigues(np.array((tilt, roll, 0)))[0].T).T
    onto = (np.column_stack((x, y)) / (600 - z)[:, None] * 5200 + (width / 2, height / 2)).astype(np.float32)
    from_ = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32) * (flat.shape[1], flat.shape[0])
    matrix = cv2.getPerspectiveTransform(from_.astype(np.float32), onto)
    grain = cv2.resize(rng.normal(0, 14, (60, width)).astype(np.float32), (width, height))
    table = np.array((150, 112, 78), np.float32) + grain[..., None]
    paper = np.asarray(flat * np.array((0.97, 0.95, 0.9), np.float32), np.float32)
    image = cv2.warpPerspective(paper, matrix, (width, height), flags=cv2.INTER_LINEAR)
    inside = cv2.warpPerspective(np.ones(flat.shape[:2], np.float32), matrix, (width, height))[..., None]
    shade = _blurred(np.asarray(1 - 0.35 * np.roll(inside, (18, 14), (0, 1)), np.float32), 9)[..., None]
    seen = np.asarray(inside * image + (1 - inside) * table * shade, np.float32)
    lit = _blurred(np.asarray(seen * _light(seen, 0.3)[..., None], np.float32), 1.0)
    return _jpeg(_noisy(lit, 5, rng), None, 80), ".jpg", 0, 0.0


def _border(flat: Floats, rng: Rng) -> Made:
    """Through a feeder: aslant on black, the black wider at one side than at the other."""
    skew = float(rng.uniform(0.8, 3.0) * rng.choice((-1, 1)))
    grey = _laid(flat.mean(axis=2), skew, rng.integers(60, 220, 4), 18)
    return _jpeg(_noisy(_blurred(grey, 0.8), 6, rng), DPI, 75), ".jpg", 0, skew


def _lid(flat: Floats, rng: Rng) -> Made:
    """On a flatbed larger than the sheet: the lid is a little darker than the paper, and the sheet throws a shadow."""
    skew = float(rng.uniform(0.3, 1.5) * rng.choice((-1, 1)))
    sides = np.array([rng.integers(20, 60), rng.integers(20, 60), rng.integers(200, 400), rng.integers(200, 400)])
    grey = _laid(flat.mean(axis=2), skew, sides, 0)
    under = _blurred(np.roll(np.asarray(grey < 1, np.float32), (-8, -8), (0, 1)), 4)
    lid = float(rng.uniform(195, 225)) * (1 - 0.25 * (1 - under))
    grey = np.where(grey < 1, lid, grey)
    return _jpeg(_noisy(_blurred(np.asarray(grey, np.float32), 0.7), 3, rng), DPI, 80), ".jpg", 0, skew


def _spread(flat: Floats, rng: Rng) -> Made:
    """Two facing pages of a bound file, flat on the glass: dark near the spine, or only a little."""
    skew = float(rng.uniform(-1.2, 1.2))
    grey = _scaled(flat.mean(axis=2), 200 / DPI)
    across = np.abs(np.linspace(-1, 1, grey.shape[1], dtype=np.float32))
    fall = float(rng.choice((0.5, 0.12)))
    shaded = np.asarray(grey * (1 - fall * np.exp(-across / 0.03)), np.float32)
    return _jpeg(_noisy(_blurred(_rotated(shaded, skew), 0.6), 4, rng), 200, 80), ".jpg", 0, skew


def _curved(flat: Floats, rng: Rng) -> Made:
    """A thick book under a camera: the page falls away towards the spine, so lines there run to the middle."""
    height, width = flat.shape[:2]
    deep, distance, eye = rng.uniform((0.14, 1.3, 0.3), (0.26, 1.7, 0.7)) * height
    paper = np.arange(width, dtype=np.float32)  # along the sheet
    fallen = deep * np.exp(-paper / width / 0.22)
    across = np.cumsum(np.sqrt(np.maximum(0.2, 1 - np.gradient(fallen) ** 2)))
    shrunk = distance / (distance + fallen)
    seen = (across - across[-1] / 2) * shrunk
    seen = (seen - seen[0]) * (width / (seen[-1] - seen[0]))
    xs = np.arange(width, dtype=np.float32)
    along, scale = np.interp(xs, seen, paper), np.interp(xs, seen, shrunk)
    ys = (np.arange(height, dtype=np.float32)[:, None] - eye) / scale[None] + eye
    mapped = np.broadcast_to(along[None], ys.shape).astype(np.float32)
    image = cv2.remap(flat, mapped, ys.astype(np.float32), cv2.INTER_AREA, borderValue=(240, 240, 240))
    shade = 1 - 0.5 * np.exp(-xs / width / 0.07)
    grey = _blurred(np.asarray(image, np.float32), 0.8).mean(axis=2) * shade
    return _jpeg(_noisy(grey, 4, rng), DPI, 80), ".jpg", 0, 0.0


KINDS: dict[str, Callable[[Floats, Rng], Made]] = {
    "clean": _clean,
    "office": _office,
    "stamp": _stamp,
    "yellow": _yellow,
    "fax": _fax,
    "low-dpi": _low_dpi,
    "photo": _photo,
    "turned": _turned,
    "bleed-through": _bleed_through,
    "book": _book,
    "desk": _desk,
    "border": _border,
    "lid": _lid,
    "spread": _spread,
    "curved": _curved,
}


def _blurred(image: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)


def _noisy(image: Floats, deviation: float, rng: Rng) -> Floats:
    noise = rng.normal(0, deviation, image.shape[:2]).astype(np.float32)
    return np.asarray(image + (noise if image.ndim == 2 else noise[..., None]), np.float32)


def _rotated(image: Floats, degrees: float) -> Floats:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=(250, 250, 250)), np.float32)


def _laid(grey: Floats, skew: float, around: NDArray[np.int64], background: float) -> Floats:
    """The sheet skewed on a larger glass: ``around``: pixels of it seen at the left, top, right and bottom."""
    height, width = grey.shape
    left, top, right, bottom = (int(pixels) for pixels in around)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1)
    matrix[:, 2] += left, top
    size = (width + left + right, height + top + bottom)
    return np.asarray(cv2.warpAffine(grey, matrix, size, borderValue=(background,)), np.float32)


def _scaled(image: Floats, factor: float) -> Floats:
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32)


def _light(image: Floats, fall: float) -> Floats:
    height, width = image.shape[:2]
    x, y = np.linspace(0, 1, width, dtype=np.float32)[None], np.linspace(0, 1, height, dtype=np.float32)[:, None]
    return np.asarray(1 - fall * (0.6 * x + 0.4 * y**2), np.float32)


def _image(pixels: Floats) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(np.clip(pixels, 0, 255).astype(np.uint8)))


def _png(pixels: Floats, dpi: int) -> bytes:
    out = BytesIO()
    _image(pixels).save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def _jpeg(pixels: Floats, dpi: int | None, quality: int) -> bytes:
    out = BytesIO()
    tag = {} if dpi is None else {"dpi": (dpi, dpi)}
    _image(pixels).save(out, "JPEG", quality=quality, **tag)
    return out.getvalue()
