"""A line of text as ink: typeset in the faces that offices print in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Floats = NDArray[np.float32]

_TRUETYPE, _OPENTYPE = Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts/opentype")
_GYRE = Path("/usr/share/texmf/fonts/opentype/public/tex-gyre")
_FACES: tuple[tuple[int, str, tuple[str, str, str, str]], ...] = (
    (20, f"{_TRUETYPE}/croscore/Tinos-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (14, f"{_TRUETYPE}/liberation2/LiberationSerif-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (10, f"{_TRUETYPE}/freefont/FreeSerif{{}}.ttf", ("", "Bold", "Italic", "BoldItalic")),
    (12, f"{_GYRE}/texgyretermes-{{}}.otf", ("regular", "bold", "italic", "bolditalic")),
    (3, f"{_TRUETYPE}/gentiumplus/GentiumPlus-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (4, f"{_OPENTYPE}/linux-libertine/LinLibertine_{{}}.otf", ("R", "RB", "RI", "RZI")),
    (3, f"{_TRUETYPE}/noto/NotoSerif-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (2, f"{_TRUETYPE}/dejavu/DejaVuSerifCondensed{{}}.ttf", ("", "-Bold", "-Italic", "-BoldItalic")),
    (8, f"{_TRUETYPE}/croscore/Arimo-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (4, f"{_GYRE}/texgyreheros-{{}}.otf", ("regular", "bold", "italic", "bolditalic")),
    (2, f"{_TRUETYPE}/freefont/FreeSans{{}}.ttf", ("", "Bold", "Oblique", "BoldOblique")),
    (3, f"{_TRUETYPE}/noto/NotoSans-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (3, f"{_TRUETYPE}/crosextra/Carlito-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (2, f"{_TRUETYPE}/croscore/Cousine-{{}}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    (2, f"{_TRUETYPE}/dejavu/DejaVuSansCondensed{{}}.ttf", ("", "-Bold", "-Oblique", "-BoldOblique")),
)
"""Weight, file, and its regular, bold, italic and bold italic cuts. Two thirds are of the metric of Times: offices must
print in it (Decree 30/2020, annex I)."""
PACKAGES = (
    "fonts-croscore fonts-liberation2 fonts-freefont-ttf fonts-texgyre fonts-sil-gentiumplus fonts-linuxlibertine "
    "fonts-noto-core fonts-dejavu-extra fonts-crosextra-carlito"
)
"""Of Debian, that hold them."""
STYLES = (0.6, 0.2, 0.15, 0.05)
"""Chances of the four cuts."""
ABOVE, HEIGHT = 1.4, 2.2
"""Room above the baseline, and in all, in sizes of the type."""


@dataclass(frozen=True)
class Ink:
    """``cover``: (h, w), 0 paper to 1 ink; ``baseline``: its row."""

    cover: Floats
    baseline: int


class Typesetter:
    """Draws lines with random numbers of ``rng``. Raises FileNotFoundError where a font is not installed."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._faces = [[path.format(cut) for cut in cuts] for _, path, cuts in _FACES]
        missing = [cut for face in self._faces for cut in face if not Path(cut).exists()]
        if missing:
            raise FileNotFoundError(f"{missing[0]}: install {PACKAGES}")
        weights = np.array([weight for weight, _, _ in _FACES], np.float64)
        self._chances = weights / weights.sum()

    def ink(self, text: str, size: int) -> Ink:
        """``text`` in type of ``size`` pixels, in one or two cuts of a face."""
        rng, words, cuts = self._rng, text.split(" "), self._face(text)
        first, second = (cuts[int(rng.choice(4, p=STYLES))] for _ in range(2))
        change = int(rng.integers(1, len(words))) if len(words) > 3 and rng.random() < 0.15 else 0
        spacing = float(rng.choice((0, 0, 0, 0, rng.uniform(-0.02, 0), rng.uniform(0, 0.06)))) * size
        gap = float(rng.choice((1, 1, 1, rng.uniform(0.8, 1), rng.uniform(1, 2.2))))
        jump = int(rng.integers(1, len(words))) if len(words) > 2 and rng.random() < 0.08 else 0
        x, placed = size * 0.5, []
        for place, word in enumerate(words):
            if jump and place == jump:  # two columns that are taken for one line
                x += size * float(rng.uniform(1.5, 8))
            font = _font(second if place < change else first, size)
            for run in word if spacing else (word,):
                placed.append((run, font, x))
                x += font.getlength(run) + spacing
            x += font.getlength(" ") * gap
        baseline = int(size * ABOVE)
        image = Image.new("L", (int(x + size), int(size * HEIGHT)), 0)
        draw = ImageDraw.Draw(image)
        for run, font, left in placed:
            draw.text((left, baseline), run, 255, font=font, anchor="ls")
        cover = np.asarray(image, np.float32) / np.float32(255)
        if rng.random() < 0.03:
            below = baseline + int(size * 0.12)
            cover[below : below + max(1, int(size * 0.06)), size // 2 : -size] = 1
        return Ink(cover, baseline)

    def _face(self, text: str) -> Sequence[str]:
        while True:
            face = self._faces[int(self._rng.choice(len(self._faces), p=self._chances))]
            if {ord(letter) for letter in text} <= _letters(face[0]):
                return face


@lru_cache(maxsize=600)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache
def _letters(path: str) -> set[int]:
    return set(TTFont(path, lazy=True).getBestCmap())
