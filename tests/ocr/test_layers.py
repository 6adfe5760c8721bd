"""Layers of drawn pages: ink where it was drawn, in its colour, and paper without it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr.layers import BACKGROUND_DPI, Layers, split_layers

DPI = 200.0
SIZE = (1240, 1000)
PAPER = (235, 228, 205)
BLACK, RED, BLUE = (25, 25, 30), (205, 40, 50), (40, 60, 170)
COLOUR_TOLERANCE = 25
"""Levels between an ink's colour as drawn and as found."""
PAPER_TOLERANCE = 6
"""Levels between the paper as drawn and the background where ink was taken out."""
AGREEMENT_LEAST = 0.97
"""Share of drawn pixels (those nearer to ink than to paper) that a mask has, and of a mask's that were drawn."""
NOISY_AGREEMENT_LEAST = 0.85
"""The same on a page of much noise, where a letter's edge is wherever the noise puts it."""

Rgb = NDArray[np.uint8]


def page(*marks: tuple[tuple[int, int], str, tuple[int, int, int]], paper: tuple[int, int, int] = PAPER) -> Rgb:
    image = Image.new("RGB", SIZE, paper)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype("DejaVuSerif.ttf", 34)
    for place, text, colour in marks:
        draw.text(place, text, colour, font)
    return np.asarray(image)


def rebuilt(layers: Layers) -> Rgb:
    """The page as a viewer paints it."""
    image = Image.fromarray(layers.background).resize(SIZE, Image.Resampling.BILINEAR)
    for ink in layers.inks:
        image.paste(ink.colour, mask=Image.fromarray(ink.mask))
    return np.asarray(image)


def drawn(rgb: Rgb, colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    """The pixels nearer to ``colour`` than to paper."""
    values = rgb.astype(int)
    return np.asarray(np.abs(values - colour).sum(axis=2) < np.abs(values - PAPER).sum(axis=2))


def test_black_text_is_one_ink_at_full_resolution() -> None:
    rgb = page(((100, 100), "Ủy ban nhân dân tỉnh", BLACK), ((100, 200), "ổ ễ ặ ị . , ;", BLACK))
    (ink,) = split_layers(rgb, DPI).inks
    truth, found = drawn(rgb, BLACK), ink.mask > 0
    assert set(np.unique(ink.mask)) == {0, 255}
    assert (found & truth).sum() / truth.sum() >= AGREEMENT_LEAST
    assert (found & truth).sum() / found.sum() >= AGREEMENT_LEAST
    assert np.abs(np.subtract(ink.colour, BLACK)).max() <= COLOUR_TOLERANCE


def test_seal_signature_and_print_are_three_inks() -> None:
    rgb = page(
        ((100, 100), "GIÁM ĐỐC", BLACK), ((500, 400), "SỞ Y TẾ TỈNH AN", RED), ((100, 600), "Chữ ký Chữ ký", BLUE)
    )
    layers = split_layers(rgb, DPI)
    found = {}
    for colour in (RED, BLUE, BLACK):
        (ink,) = [each for each in layers.inks if np.abs(np.subtract(each.colour, colour)).max() <= COLOUR_TOLERANCE]
        found[colour] = ink.mask > 0
    for colour, top, bottom in ((BLACK, 90, 190), (RED, 390, 490), (BLUE, 590, 690)):
        rows = np.flatnonzero(found[colour].any(axis=1))
        assert top <= rows.min() <= rows.max() <= bottom


def test_background_is_paper_without_ink() -> None:
    layers = split_layers(page(((100, 100), "Quyết định số 12", BLACK), ((100, 300), "SỞ Y TẾ TỈNH", RED)), DPI)
    scale = BACKGROUND_DPI / DPI
    assert layers.background.shape == (round(SIZE[1] * scale), round(SIZE[0] * scale), 3)
    assert np.abs(layers.background.astype(int) - PAPER).max() <= PAPER_TOLERANCE


def test_uneven_light_is_no_ink() -> None:
    light = np.linspace(0.55, 1.0, SIZE[0])[None, :, None]
    rgb = (page(((100, 100), "Phòng Kế hoạch", BLACK), ((700, 100), "Tài chính", BLACK)) * light).astype(np.uint8)
    (ink,) = split_layers(rgb, DPI).inks
    rows = np.flatnonzero((ink.mask > 0).any(axis=1))
    assert 90 <= rows.min() <= rows.max() <= 190
    columns = np.flatnonzero((ink.mask > 0).any(axis=0))
    assert columns.min() < 130
    assert columns.max() > 700


def test_picture_stays_in_the_background() -> None:
    rng = np.random.default_rng(7)
    soft = Image.fromarray(rng.integers(0, 256, (30, 40, 3), np.uint8)).resize((600, 450), Image.Resampling.BICUBIC)
    rgb = page(((100, 100), "Hình 3", BLACK)).copy()
    rgb[400:850, 300:900] = np.asarray(soft.filter(ImageFilter.GaussianBlur(6)))
    for ink in split_layers(rgb, DPI).inks:
        assert (ink.mask[420:830, 320:880] > 0).mean() < 0.02


def test_rebuilt_page_looks_like_the_page() -> None:
    rgb = page(((100, 100), "CỘNG HÒA XÃ HỘI", BLACK), ((300, 400), "SỞ Y TẾ", RED), ((100, 700), "Ký tên", BLUE))
    difference = np.abs(rebuilt(split_layers(rgb, DPI)).astype(int) - rgb)
    assert difference.mean() < 2
    whole = drawn(rgb, BLACK) | drawn(rgb, RED) | drawn(rgb, BLUE)
    assert difference[~whole].mean() < 2


def test_noise_is_neither_ink_nor_background() -> None:
    clean = page(((100, 100), "Ủy ban nhân dân tỉnh", BLACK), ((100, 200), "ổ ễ ặ ị . , ;", BLACK))
    noise = np.random.default_rng(3).normal(0, 18, clean.shape[:2])[..., None]
    layers = split_layers(np.clip(clean + noise, 0, 255).astype(np.uint8), DPI)
    (ink,) = layers.inks
    truth, found = drawn(clean, BLACK), ink.mask > 0
    assert (found & truth).sum() / truth.sum() >= NOISY_AGREEMENT_LEAST
    assert (found & truth).sum() / found.sum() >= NOISY_AGREEMENT_LEAST
    # Averaging alone, from 200 to 100 dpi, leaves a deviation of 9.
    assert layers.background[300:].std(axis=(0, 1)).max() < 6


@pytest.mark.parametrize("level", [0, 128, 255])
def test_blank_page_has_no_ink(level: int) -> None:
    layers = split_layers(np.full((300, 200, 3), level, np.uint8), DPI)
    assert layers.inks == ()
    assert (layers.background == level).all()


@pytest.mark.parametrize(("shape", "dpi"), [((1, 1, 3), 300.0), ((1, 900, 3), 600.0), ((50, 40, 3), 72.0)])
def test_odd_sizes(shape: tuple[int, int, int], dpi: float) -> None:
    layers = split_layers(np.full(shape, 200, np.uint8), dpi)
    assert min(layers.background.shape) >= 1
    if dpi <= BACKGROUND_DPI:
        assert layers.background.shape == shape


def test_a_grey_page_has_the_same_layers_as_in_three_channels() -> None:
    grey = page(((100, 100), "Quyết định số 12", BLACK)).min(axis=2)
    one, three = split_layers(grey, DPI), split_layers(np.dstack([grey] * 3), DPI)
    assert one.background.shape == three.background.shape
    assert np.abs(one.background.astype(int) - three.background).max() <= 3, "the filter weighs three channels together"
    for ours, theirs in zip(one.inks, three.inks, strict=True):
        assert ours.colour == theirs.colour
        assert np.array_equal(ours.mask, theirs.mask)
