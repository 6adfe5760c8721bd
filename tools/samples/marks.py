"""What a hand adds to print: round seals, framed stamps and signatures, in coloured ink."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import atan2, cos, degrees, hypot, pi, radians, sin

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tools.samples.sheet import Point, Sheet, Style

RED = (206, 32, 48)
BLUE = (28, 52, 150)
SEAL_RADIUS = 18.0
"""mm; the round seals of public bodies are 36 mm across."""


def seal(
    sheet: Sheet, centre: Point, rim: str, middle: Sequence[str], *, rng: np.random.Generator, tilt: float
) -> None:
    """Press a round red seal: ``rim`` set along the inside of the double ring, a star, ``middle`` lines below it."""
    scale = sheet.pixels_per_mm
    side = round(2 * (SEAL_RADIUS + 1) * scale)
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    mid = side / 2
    for radius, stroke in ((SEAL_RADIUS, 0.9), (SEAL_RADIUS - 1.3, 0.3), (SEAL_RADIUS - 6.3, 0.35)):
        r = radius * scale
        draw.ellipse((mid - r, mid - r, mid + r, mid + r), outline=255, width=round(stroke * scale))
    _around(mask, rim, sheet, SEAL_RADIUS - 3.9)
    star = [
        (mid + r * scale * sin(k * pi / 5), mid - 4 * scale - r * scale * cos(k * pi / 5))
        for k, r in enumerate([4.6, 1.8] * 5)
    ]
    draw.polygon(star, fill=255)
    for number, text in enumerate(middle):
        draw.text((mid, mid + (3.2 + 3.6 * number) * scale), text, 255, sheet.font(_SEAL.at(7.5)), anchor="mm")
    mask = mask.rotate(-tilt, Image.Resampling.BICUBIC)
    _stamp_down(sheet, mask, centre, RED, rng=rng, wear=0.5)


def framed(
    sheet: Sheet,
    corner: Point,
    size: Point,
    texts: Sequence[tuple[str, Point, float]],
    *,
    rng: np.random.Generator,
    colour: tuple[int, int, int] = RED,
    tilt: float = -2,
) -> None:
    """Press a framed stamp of ``size`` mm, left top at ``corner``; ``texts``: words, their left baseline, points."""
    scale = sheet.pixels_per_mm
    margin = 4.0
    mask = Image.new("L", (round((size[0] + 2 * margin) * scale), round((size[1] + 2 * margin) * scale)), 0)
    draw = ImageDraw.Draw(mask)
    edge = margin * scale
    draw.rectangle((edge, edge, mask.width - edge, mask.height - edge), outline=255, width=round(0.6 * scale))
    for text, (x, y), points in texts:
        draw.text(((x + margin) * scale, (y + margin) * scale), text, 255, sheet.font(_SEAL.at(points)), anchor="ls")
    mask = mask.rotate(-tilt, Image.Resampling.BICUBIC)
    _stamp_down(sheet, mask, (corner[0] + size[0] / 2, corner[1] + size[1] / 2), colour, rng=rng, wear=0.45)


def signature(sheet: Sheet, corner: Point, width: float, rng: np.random.Generator, letters: int = 5) -> None:
    """Sign with a blue pen: joined loops of falling height and a paraph below, ``width`` mm wide from ``corner``."""
    step, tall = width / (letters + 2), min(1.0, width / 26)
    slant = step * rng.uniform(-0.1, 0.7)
    knots: list[Point] = [(0.0, rng.uniform(6, 10)), (slant + step * 0.4, rng.uniform(-4, -1)), (slant, 11.0)]
    for k in range(letters):
        x, height = step * (k + 1), 7.5 * rng.uniform(0.7, 0.9) ** k
        knots += [
            (x + step * rng.uniform(0.0, 0.7), 8 - height * rng.uniform(0.5, 1.3)),
            (x + step * rng.uniform(0.4, 0.9), 8 + rng.uniform(-1.5, 2.5)),
            (x + step * rng.uniform(0.0, 0.6), 8 - height * rng.uniform(0.1, 0.6)),
        ]
    knots += [(width, rng.uniform(3, 7)), (width * 1.1, rng.uniform(0, 5))]
    if rng.random() < 0.6:
        knots += [(width * 0.5, 12.0), (width * 0.1, 13.5), (width * 0.9, 11.0)]
    path = _spline([(corner[0] + x, corner[1] + y * tall) for x, y in knots])
    scale = sheet.pixels_per_mm
    mask = Image.new("L", sheet.marks.size, 0)
    draw = ImageDraw.Draw(mask)
    for (x0, y0), (x1, y1) in pairwise(path):
        slope = abs(degrees(atan2(y1 - y0, x1 - x0)))
        radius = (0.17 + 0.13 * abs(sin(radians(slope)))) * scale
        dots = int(hypot(x1 - x0, y1 - y0) * scale) + 2
        for share in np.linspace(0, 1, dots):
            x, y = (x0 + share * (x1 - x0)) * scale, (y0 + share * (y1 - y0)) * scale
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=225)
    _over(sheet, mask, (0, 0), BLUE)


_SEAL = Style(9, bold=True, family="Arimo")


def _around(mask: Image.Image, text: str, sheet: Sheet, radius: float) -> None:
    """Set ``text`` clockwise round the middle of ``mask``, centred at the top."""
    font, scale, mid = sheet.font(_SEAL.at(8.2)), sheet.pixels_per_mm, mask.width / 2
    spread = 2 * pi * radius * scale * 0.93
    stretch = spread / font.getlength(text)
    for number, letter in enumerate(text):
        centre = font.getlength(text[:number]) + font.getlength(letter) / 2
        angle = (centre * stretch - spread / 2) / (radius * scale)
        tile = Image.new("L", (round(8 * scale), round(8 * scale)), 0)
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2 + 1.1 * scale), letter, 255, font, anchor="ms")
        tile = tile.rotate(-degrees(angle), Image.Resampling.BICUBIC)
        x, y = mid + radius * scale * sin(angle), mid - radius * scale * cos(angle)
        mask.paste(255, (round(x - tile.width / 2), round(y - tile.height / 2)), tile)


def _stamp_down(
    sheet: Sheet,
    mask: Image.Image,
    centre: Point,
    colour: tuple[int, int, int],
    *,
    rng: np.random.Generator,
    wear: float,
) -> None:
    """Lay ``mask`` down at ``centre`` with the patchy ink of a rubber stamp; ``wear`` 0 (even) to 1."""
    size = (mask.height, mask.width)
    grain = cv2.GaussianBlur(rng.normal(size=size), (0, 0), 0.25 * sheet.pixels_per_mm)
    patches = cv2.GaussianBlur(rng.normal(size=size), (0, 0), 2.5 * sheet.pixels_per_mm)
    press = 0.86 + wear * (0.14 * grain / grain.std() + 0.16 * patches / patches.std())
    worn = np.asarray(mask) * np.clip(press, 0.25, 1) * 0.92
    x = round(centre[0] * sheet.pixels_per_mm - mask.width / 2)
    y = round(centre[1] * sheet.pixels_per_mm - mask.height / 2)
    _over(sheet, Image.fromarray(worn.astype(np.uint8)), (x, y), colour)


def _over(sheet: Sheet, mask: Image.Image, corner: tuple[int, int], colour: tuple[int, int, int]) -> None:
    layer = Image.new("RGBA", mask.size, (*colour, 0))
    layer.putalpha(mask)
    sheet.marks.alpha_composite(layer, corner)


def _spline(knots: Sequence[Point], steps: int = 14) -> list[Point]:
    """A Catmull-Rom curve through ``knots``."""
    points = np.array([knots[0], *knots, knots[-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(points, points[1:], points[2:], points[3:], strict=False)
    ]
    return [(float(x), float(y)) for x, y in np.concatenate(parts)]
