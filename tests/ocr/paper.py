"""Pages made for these tests: printed text, skewed, turned, stained, or nothing at all."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

DPI = 300.0
LINES = (
    "Phòng Lưu trữ nhận hồ sơ vào buổi sáng",
    "và trả kết quả trước khi hết giờ làm việc.",
    "Người dân được hướng dẫn tại quầy số một.",
    "Mỗi tập tài liệu có một phiếu kiểm kê riêng.",
    "Giấy tờ cũ phải được bảo quản nơi khô ráo.",
)
_FONTS = (
    "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
)


def font(points: float, dpi: float = DPI) -> ImageFont.FreeTypeFont:
    """A serif font with Vietnamese letters, from those that setup installs."""
    path = next(each for each in _FONTS if Path(each).exists())
    return ImageFont.truetype(path, round(points * dpi / 72))


@cache
def _text_page(scale: float) -> NDArray[np.uint8]:
    dpi = DPI * scale
    image = Image.new("L", (round(5.6 * dpi), round(2.4 * dpi)), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(LINES):
        draw.text((0.5 * dpi, (0.4 + 0.3 * row) * dpi), line, fill=0, font=font(13, dpi))
    return np.asarray(image, dtype=np.uint8)


def text_page(scale: float = 1.0) -> NDArray[np.uint8]:
    """LINES at DPI * scale, black on white."""
    return _text_page(scale).copy()


def blank_page(grey: int = 255) -> NDArray[np.uint8]:
    """An A5 sheet of one tone at DPI."""
    return np.full((round(8.27 * DPI), round(5.83 * DPI)), grey, dtype=np.uint8)


@cache
def _full_page() -> NDArray[np.uint8]:
    image = Image.new("L", (round(8.27 * DPI), round(11.69 * DPI)), 255)
    draw = ImageDraw.Draw(image)
    for row in range(28):
        text = LINES[row % len(LINES)] if row % 6 else LINES[row % len(LINES)][:18]
        draw.text((1.1 * DPI, (1 + 0.33 * row) * DPI), text, fill=20, font=font(13))
    return np.asarray(image, dtype=np.uint8)


def full_page() -> NDArray[np.uint8]:
    """An A4 page of text at DPI, lines of different lengths."""
    return _full_page().copy()


def skewed(page: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """``page`` on a scanner, its text running down to the right by ``degrees``; same size, white around."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)  # OpenCV counts anticlockwise
    turned = cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return np.asarray(turned, dtype=np.uint8)


def noisy(page: NDArray[np.uint8], spread: float = 6.0) -> NDArray[np.uint8]:
    """``page`` with the noise of a scanner's sensor, standard deviation ``spread`` grey levels."""
    noise = np.random.default_rng(1).normal(0, spread, page.shape)
    return np.clip(page * 0.9 + 10 + noise, 0, 255).astype(np.uint8)


def photographed(
    page: NDArray[np.uint8], corners: NDArray[np.float64], size: tuple[int, int], table: float = 60.0
) -> NDArray[np.uint8]:
    """``page`` on a table of that grey, its corners (clockwise from the top left) seen at ``corners`` in a picture of
    ``size`` (width, height); both counted from the pixels' corners.
    """
    height, width = page.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    matrix = cv2.getPerspectiveTransform((flat - 0.5).astype(np.float32), (corners - 0.5).astype(np.float32))
    there = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_AREA, borderValue=(table,) * 3)
    return noisy(np.asarray(cv2.GaussianBlur(there, (0, 0), 0.8), np.uint8), 4)


def on_glass(page: NDArray[np.uint8], skew: float, around: tuple[int, int, int, int], grey: int) -> NDArray[np.uint8]:
    """``page`` skewed by ``skew`` degrees on a larger scanner glass. ``around``: pixels seen beyond its left, top,
    right and bottom; ``grey``: of what is seen there.
    """
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    turn[:, 2] += around[:2]
    size = (width + around[0] + around[2], height + around[1] + around[3])
    return noisy(np.asarray(cv2.warpAffine(page, turn, size, borderValue=(grey,) * 3), np.uint8), 3)


def spread(left: NDArray[np.uint8], right: NDArray[np.uint8], shade: float) -> NDArray[np.uint8]:
    """Two facing pages of one size, darker by the part ``shade`` along the spine."""
    both = np.hstack((left, right))
    across = np.abs(np.linspace(-1, 1, both.shape[1]))
    return noisy(np.asarray(both * (1 - shade * np.exp(-across / 0.03)), np.uint8), 3)


def bound(page: NDArray[np.uint8], depth: float) -> NDArray[np.uint8]:
    """``page`` falling away at its left edge, towards a spine: there it is smaller by the part ``depth``, seen from
    above its middle.
    """
    height, width = page.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shrunk = 1 - depth * np.exp(-xs / width / 0.2)
    from_ = np.asarray((ys - height / 2) / shrunk + height / 2, np.float32)
    return np.asarray(cv2.remap(page, xs, from_, cv2.INTER_LINEAR, borderValue=(255,)), np.uint8)
