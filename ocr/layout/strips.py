"""The cells of ruled tables put below each other: one column of lines, which the engine reads well and fast.

Looking at a whole table, it takes a row for one line, runs words of neighbours together and drops what stands alone in
a cell. Here there is nothing to part, and what was read of a cell is known to be of that cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Size, Transform
from ocr.layout.grids import Grid, Place, RuledPage
from ocr.resample import paper_colour
from ocr.text import Block, Line, PageText, Role, Word

DARKER = 30
"""How much darker than the paper around it ink is at least, 0..255."""
PAPER_MM = 3.0
"""Ink is what is darker than the lightest paper this near; wider than any stroke."""
MARK_MM = 0.8
"""Longer side from which ink is a letter; smaller ink within REACH_MM of one is its dot or mark, elsewhere dust."""
REACH_MM = 1.2
PICTURE_MM = (12.0, 60.0)
"""Height and width from which ink is no letter, nor letters that touch: what is in that cell is a picture."""
PICTURES = 0.25
"""Part of the inked cells that may hold pictures; more of them, and the grid belongs to a drawing."""
EDGE = 2
"""Pixels around ink that may be a little darker than paper."""
GAP_MM = 1.0
"""Paper around each cell in a column."""
MAX_HEIGHT = 30_000
"""Of a column: Tesseract ends at 32,767 pixels."""


@dataclass(frozen=True)
class Piece:
    """What stands in one cell: ``pixels``, found at ``corner`` of the page and put at ``top`` of the column."""

    place: Place
    pixels: NDArray[np.uint8]
    corner: tuple[int, int]
    top: int = 0


@dataclass(frozen=True)
class Column:
    """Cells below each other: the picture to read, the ``pieces`` in it from top to bottom, and where they begin."""

    grey: NDArray[np.uint8]
    pieces: tuple[Piece, ...]
    left: int

    def blocks(self, read: PageText, page: Size) -> tuple[Block, ...]:
        """What was ``read`` of the column, as cells of the ``page``."""
        tops = np.array([piece.top for piece in self.pieces])
        found: list[list[Line]] = [[] for _ in self.pieces]
        for line in read.lines:
            of_piece: dict[int, list[Word]] = {}
            for word in line.words:
                middle = word.box.y + word.box.height / 2
                of_piece.setdefault(max(0, int(np.searchsorted(tops, middle)) - 1), []).append(word)
            for piece, words in of_piece.items():
                found[piece].append(line if len(of_piece) == 1 else line.part(words))
        return tuple(
            _block(piece, replace(read, blocks=(Block(tuple(lines), piece.place[1]),)), self.left, page)
            for piece, lines in zip(self.pieces, found, strict=True)
            if lines
        )


@dataclass(frozen=True)
class Cut:
    """A page taken apart. ``rest``: the page without what stands in cells; ``columns``: the cells."""

    rest: NDArray[np.uint8]
    columns: tuple[Column, ...]


def cut(grey: NDArray[np.uint8], dpi: float) -> Cut:
    """Take what stands in the ruled tables of ``grey`` out of it: uint8 (h, w), 255 white, straight, at ``dpi``."""
    page = RuledPage(grey, dpi)
    if not page.grids:
        return Cut(grey, ())
    rest, mm = page.without_rules(), dpi / MM_PER_INCH
    found = [_taken_out(rest, mm, grid) for grid in page.grids]
    pieces = [
        replace(piece, place=(replace(piece.place[0], table=number), piece.place[1]))
        for number, of_grid in enumerate(filter(None, found))
        for piece in of_grid
    ]
    return Cut(rest, tuple(_columns(pieces, mm, paper_colour(grey)[0]))) if pieces else Cut(grey, ())


def _taken_out(page: NDArray[np.uint8], mm: float, grid: Grid) -> list[Piece]:
    """What stands in the cells of ``grid``, painted over on the ``page`` of ``mm`` pixels a millimetre. Nothing where
    the lines belong to a drawing.
    """
    x, y = grid.box.x, grid.box.y
    part = page[y : grid.box.bottom, x : grid.box.right]
    side = round(PAPER_MM * mm) | 1
    paper = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    dark = np.asarray(cv2.subtract(paper, part) > DARKER, np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    left, top, width, height = stats[:, :4].T
    at_x, at_y = left + width // 2, top + height // 2
    cell_at = np.full(part.shape, -1, np.int32)
    for number, (_, box) in enumerate(grid.cells):
        cell_at[box.y - y : box.bottom - y, box.x - x : box.right - x] = number
    owner = cell_at[at_y, at_x]
    owner[0] = -1  # the paper
    letter = np.maximum(width, height) >= MARK_MM * mm
    picture = (height >= PICTURE_MM[0] * mm) | (width >= PICTURE_MM[1] * mm)
    pictures = set(owner[picture & (owner >= 0)].tolist())
    inked = set(owner[letter & (owner >= 0)].tolist())
    if len(inked) < 2 or len(pictures) > PICTURES * len(inked):
        return []
    pieces = []
    for number in sorted(inked - pictures):
        mine = owner == number
        x0, y0, x1, y1 = _around(stats[mine & letter])
        reach = REACH_MM * mm
        mine &= (at_x > x0 - reach) & (at_x < x1 + reach) & (at_y > y0 - reach) & (at_y < y1 + reach)
        x0, y0, x1, y1 = _around(stats[mine])
        cut_out, ink = part[y0:y1, x0:x1].copy(), labels[y0:y1, x0:x1]
        foreign = (ink > 0) & ~mine[ink]
        cut_out[foreign] = paper[y0:y1, x0:x1][foreign]
        pieces.append(Piece(grid.cells[number], cut_out, (x + x0, y + y0)))
    gone = cv2.dilate(
        np.asarray(((owner >= 0) & ~np.isin(owner, list(pictures)))[labels], np.uint8), np.ones((3, 3), np.uint8)
    )
    part[gone == 1] = paper[gone == 1]
    return pieces


def _around(stats: NDArray[np.int32]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of components together, with their soft edges."""
    left, top, width, height = stats[:, :4].T
    x0, y0, x1, y1 = int(left.min()), int(top.min()), int((left + width).max()), int((top + height).max())
    return max(0, x0 - EDGE), max(0, y0 - EDGE), x1 + EDGE, y1 + EDGE


def _columns(pieces: Sequence[Piece], mm: float, paper: float) -> Iterable[Column]:
    """``pieces`` on ``paper`` (0..255), in columns not higher than MAX_HEIGHT."""
    gap = max(1, round(GAP_MM * mm))
    placed: list[Piece] = []
    below = gap
    for piece in pieces:
        if placed and below + len(piece.pixels) + gap > MAX_HEIGHT:
            yield _column(placed, below, gap, paper)
            placed, below = [], gap
        placed.append(replace(piece, top=below))
        below += len(piece.pixels) + gap
    yield _column(placed, below, gap, paper)


def _column(pieces: Sequence[Piece], height: int, gap: int, paper: float) -> Column:
    width = max(piece.pixels.shape[1] for piece in pieces) + 2 * gap
    grey = np.full((height, width), paper, np.uint8)
    for piece in pieces:
        rows, columns = piece.pixels.shape
        grey[piece.top : piece.top + rows, gap : gap + columns] = piece.pixels
    return Column(grey, tuple(pieces), gap)


def _block(piece: Piece, read: PageText, left: int, page: Size) -> Block:
    """The one block ``read`` of ``piece`` as a cell of the ``page``."""
    (x, y), (cell, box) = piece.corner, piece.place
    moved = read.mapped(Transform.shift(x - left, y - piece.top), page, read.dpi)
    return replace(moved.blocks[0], box=box, role=Role.CELL, cell=cell)
