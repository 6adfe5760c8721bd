"""An image carried by a Transform, resampled once."""

from __future__ import annotations

from math import dist, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Point, Size, Transform

SHRINK_FIRST = 0.75
"""Magnification below which the image is shrunk by averages first: interpolation alone would skip pixels."""
EXACT = 1e-3
"""Pixels by which a map may miss whole quarter turns and still be one."""
GRID = 16
"""Pixels between the places at which a bent or projective map is worked out; between them it runs straight."""
BAND = 512
"""Rows of the page that are carried at once: the whole page's map would take eight bytes a pixel."""


def resampled(
    pixels: NDArray[np.uint8], transform: Transform, size: Size, paper: tuple[float, ...]
) -> NDArray[np.uint8]:
    """``pixels``, (h, w) or (h, w, 3), carried by ``transform`` onto a page of ``size``, with the colour of its
    ``paper`` around.
    """
    height, width = pixels.shape[:2]
    factor = magnification(transform, (width / 2, height / 2))
    if factor < SHRINK_FIRST or (factor < 1 and _quarters(transform, Size(width, height), size) is not None):
        small = Size(max(1, round(width * factor)), max(1, round(height * factor)))
        pixels = np.asarray(cv2.resize(pixels, (small.width, small.height), interpolation=cv2.INTER_AREA), np.uint8)
        transform = Transform.scale(width / small.width, height / small.height).then(transform)
    quarters = _quarters(transform, Size(pixels.shape[1], pixels.shape[0]), size)
    if quarters is not None and size == Size(pixels.shape[1], pixels.shape[0]).turned(quarters):
        return np.ascontiguousarray(np.rot90(pixels, -quarters))
    if not transform.affine:
        return _remapped(pixels, transform.inverse(), size, paper)
    # OpenCV counts from pixel centres, we from the page's corner.
    centred = Transform.shift(0.5, 0.5).then(transform).then(Transform.shift(-0.5, -0.5))
    return np.asarray(
        cv2.warpAffine(
            pixels,
            centred.matrix()[:2],
            (size.width, size.height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=paper,
        ),
        dtype=np.uint8,
    )


def _remapped(pixels: NDArray[np.uint8], back: Transform, size: Size, paper: tuple[float, ...]) -> NDArray[np.uint8]:
    """The page of ``size``, each of its pixels from where ``back`` leads in ``pixels``."""
    columns = size.width // GRID + 3  # one node more at each side: the map is cut from within
    bands = []
    for top in range(0, size.height, BAND):
        height = min(BAND, size.height - top)
        rows = height // GRID + 3
        xs, ys = np.meshgrid((np.arange(columns) - 0.5) * GRID, top + (np.arange(rows) - 0.5) * GRID)
        nodes = back.apply_all(np.column_stack((xs.ravel(), ys.ravel()))) - 0.5  # OpenCV counts from pixel centres
        coarse = nodes.reshape(rows, columns, 2).astype(np.float32)
        fine = cv2.resize(coarse, (columns * GRID, rows * GRID), interpolation=cv2.INTER_LINEAR)
        inside = fine[GRID : GRID + height, GRID : GRID + size.width]
        xs, ys = np.ascontiguousarray(inside[..., 0]), np.ascontiguousarray(inside[..., 1])
        bands.append(cv2.remap(pixels, xs, ys, cv2.INTER_CUBIC, None, cv2.BORDER_CONSTANT, paper))
    return np.asarray(np.concatenate(bands), dtype=np.uint8)


def magnification(transform: Transform, at: Point) -> float:
    """How many times longer ``transform`` makes things around ``at``, in the mean of both directions."""
    x, y = at
    (x0, y0), (x1, y1), (x2, y2) = (transform.apply(point) for point in (at, (x + 1, y), (x, y + 1)))
    return sqrt(abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)))


def _quarters(transform: Transform, before: Size, after: Size) -> int | None:
    """The clockwise quarter turns that ``transform`` makes of a page of ``before`` beside a change of size, if so."""
    if not transform.affine:
        return None
    for quarters in range(4):
        turned = before.turned(quarters)
        plain = Transform.quarter_turns(before, quarters).then(
            Transform.scale(after.width / turned.width, after.height / turned.height)
        )
        corners = ((0, 0), (before.width, 0), (0, before.height), (before.width, before.height))
        if all(dist(plain.apply(corner), transform.apply(corner)) < EXACT for corner in corners):
            return quarters
    return None


def paper_colour(pixels: NDArray[np.uint8]) -> tuple[float, ...]:
    """The colour of the paper: the median of what is at least as light as the mean."""
    step = max(1, min(pixels.shape[:2]) // 200)
    sample = pixels[::step, ::step].reshape(-1, *pixels.shape[2:])
    light = sample if sample.ndim == 1 else sample.mean(axis=1)
    # A mean of floats may lie above every one of them.
    colour = np.median(sample[light >= min(light.mean(), light.max())], axis=0)
    return tuple(float(value) for value in np.atleast_1d(colour))
