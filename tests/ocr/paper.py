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
