"""The cells of ruled tables put on a strip: lines below each other, which the engine reads well and fast.

Looking at a whole table, it runs words of neighbours together and drops what stands alone in a cell. On the strip there
is nothing to part but words: cells of one line follow each other as words do (a lone digit is read better beside them),
those of several lines stand by themselves. What is read at the place of a cell is known to be of that cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Box, Size, Transform
from ocr.layout.grids import Grid, RuledPage
from ocr.resample import paper_colour
from ocr.text import Block, Cell, Line, PageText, Role, Word

DARKER, OF_OTSU = 30, 0.6
"""Ink is darker than the paper around it by so much (0..255), and by so much of Otsu's threshold: noise is not."""
PAPER_MM = 3.0
"""The lightest paper so near is what ink is compared with; wider than any stroke."""
MARK_MM = 0.8
"""Longer side from which ink is a letter; smaller ink within REACH_MM of one is its dot or mark, elsewhere dust."""
REACH_MM = 1.2
PICTURE_MM = (12.0, 60.0)
"""Height and width from which ink is no letter, nor letters that touch: what is in that cell is a picture."""
PICTURES = 0.25
"""Part of the inked cells that may hold pictures; more of them, and the grid belongs to a drawing."""
REST_MM = (0.6, 4.0)
"""Thickest and shortest rest of a line, which the paint left at the wall of a cell."""
EDGE = 2
"""Pixels around ink that may be a little darker than paper."""
LINE_MM, TALLEST_MM = 1.2, 6.0
"""Height from which a run of inked rows is a line of text, and up to which it is only one."""
BESIDE = 0.5
"""Part of their height that cells have in common which follow each other on one line."""
GAP_MM = 1.5
"""Paper between cells on the strip: words of a line stand no farther apart, else they are taken for a table again."""
MAX_HEIGHT = 30_000
"""Of a strip: Tesseract ends at 32,767 pixels."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Piece:
    """What stands in ``cell``, whose inside is ``box``. ``pixels``: at ``corner`` (x, y) of the page, put at ``place``
    of the strip; ``one_line``: whether it is one line of text.
    """

    cell: Cell
    box: Box
    pixels: Pixels
    corner: tuple[int, int]
    one_line: bool
    place: tuple[int, int] = (0, 0)

    @property
    def bottom(self) -> int:
        return self.corner[1] + len(self.pixels)


@dataclass(frozen=True)
class Strip:
    """The picture to read, and the pieces on it."""

    grey: Pixels
    pieces: tuple[Piece, ...]

    def blocks(self, read: PageText, page: Size) -> tuple[Block, ...]:
        """What was ``read`` of the strip, as cells of the ``page``."""
        low = np.array([piece.place for piece in self.pieces])
        high = low + [piece.pixels.shape[::-1] for piece in self.pieces]
        found: list[list[Line]] = [[] for _ in self.pieces]
        for line in read.lines:
            of_piece: dict[int, list[Word]] = {}
            for word in line.words:
                middle = np.array([word.box.x + word.box.width / 2, word.box.y + word.box.height / 2])
                outside = np.maximum(np.maximum(low - middle, middle - high), 0)
                of_piece.setdefault(int((outside**2).sum(axis=1).argmin()), []).append(word)
            for number, words in of_piece.items():
                found[number].append(line if len(of_piece) == 1 else line.part(words))
        return tuple(_block(piece, lines, read, page) for piece, lines in zip(self.pieces, found, strict=True) if lines)


@dataclass(frozen=True)
class Cut:
    """A page taken apart: the ``rest`` without what stands in cells, and the ``strips`` with it."""

    rest: Pixels
    strips: tuple[Strip, ...]


def cut(grey: Pixels, dpi: float) -> Cut:
    """Take what stands in the ruled tables of ``grey`` out of it: uint8 (h, w), 255 white, straight, at ``dpi``."""
    page = RuledPage(grey, dpi)
    if not page.grids:
        return Cut(grey, ())
    rest, mm = page.without_rules(), dpi / MM_PER_INCH
    found = [pieces for grid in page.grids if (pieces := _taken_out(rest, mm, grid))]
    if not found:
        return Cut(grey, ())
    lines = []
    for number, pieces in enumerate(found):
        numbered = [replace(piece, cell=replace(piece.cell, table=number)) for piece in pieces]
        lines += list(_lines(numbered))
    return Cut(rest, tuple(_strips(lines, mm, round(paper_colour(grey)[0]))))


def _taken_out(page: Pixels, mm: float, grid: Grid) -> list[Piece]:
    """What stands in the cells of ``grid``, painted over on the ``page`` of ``mm`` pixels a millimetre. Nothing where
    the lines belong to a drawing.
    """
    x, y = grid.box.x, grid.box.y
    part = page[y : grid.box.bottom, x : grid.box.right]
    side = round(PAPER_MM * mm) | 1
    lightest = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    darkness = cv2.subtract(lightest, part)
    otsu, _ = cv2.threshold(darkness, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = np.asarray(darkness > max(DARKER, OF_OTSU * otsu), np.uint8)
    noise = np.uint8(np.median(darkness[dark == 0]))
    paper = np.asarray(lightest - np.minimum(lightest, noise), np.uint8)  # not lighter than its own noise
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    left, top, width, height = stats[:, :4].T
    middle = np.stack([left + width // 2, top + height // 2], axis=1)
    owner = _owners(np.asarray(stats, np.int32), middle, grid, mm)
    letter = np.maximum(width, height) >= MARK_MM * mm
    picture = (height >= PICTURE_MM[0] * mm) | (width >= PICTURE_MM[1] * mm)
    pictures, inked = (set(owner[which & (owner >= 0)].tolist()) for which in (picture, letter))
    if len(inked) < 2 or len(pictures) > PICTURES * len(inked):
        return []
    pieces = []
    for number in sorted(inked - pictures):
        mine = owner == number
        low, high = _around(stats[mine & letter])
        mine &= np.all((middle > low - REACH_MM * mm) & (middle < high + REACH_MM * mm), axis=1)
        (x0, y0), (x1, y1) = _around(stats[mine])
        here = np.s_[y0:y1, x0:x1]
        pixels, own = part[here].copy(), mine[labels[here]]
        foreign = cv2.dilate(np.asarray((labels[here] > 0) & ~own, np.uint8), np.ones((3, 3), np.uint8)) == 1
        pixels[foreign & ~own] = paper[here][foreign & ~own]
        cell, box = grid.cells[number]
        pieces.append(Piece(cell, box, pixels, (x + x0, y + y0), _is_one_line(own, mm)))
    gone = (owner != _OUTSIDE) & ~np.isin(owner, list(pictures))
    painted = cv2.dilate(np.asarray(gone[labels], np.uint8), np.ones((3, 3), np.uint8)) == 1
    part[painted] = paper[painted]
    return pieces


_OUTSIDE, _REST = -1, -2


def _owners(stats: NDArray[np.int32], middle: NDArray[np.int32], grid: Grid, mm: float) -> NDArray[np.int32]:
    """The number of the cell that each component stands in; _OUTSIDE for those in none and the paper, _REST for rests
    of lines.
    """
    cell_at = np.full((grid.box.height, grid.box.width), _OUTSIDE, np.int32)
    for number, (_, box) in enumerate(grid.cells):
        cell_at[box.y - grid.box.y : box.bottom - grid.box.y, box.x - grid.box.x : box.right - grid.box.x] = number
    owner = cell_at[middle[:, 1], middle[:, 0]]
    sides = stats[:, 2:4]
    thin = (sides.min(axis=1) <= REST_MM[0] * mm) & (sides.max(axis=1) >= REST_MM[1] * mm)
    for component in np.flatnonzero(thin & (owner >= 0)).tolist():
        _, box = grid.cells[owner[component]]
        upright = sides[component, 1] > sides[component, 0]
        at = middle[component] + (grid.box.x, grid.box.y)
        walls = (box.x, box.right) if upright else (box.y, box.bottom)
        if min(abs(at[0 if upright else 1] - wall) for wall in walls) <= REST_MM[0] * mm:
            owner[component] = _REST
    owner[0] = _OUTSIDE
    return owner


def _around(stats: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Left top and right bottom corner of components together, with their soft edges."""
    low = stats[:, :2].min(axis=0) - EDGE
    return np.maximum(low, 0), (stats[:, :2] + stats[:, 2:4]).max(axis=0) + EDGE


def _is_one_line(ink: NDArray[np.bool_], mm: float) -> bool:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ink.any(axis=1), [False]))))
    runs = edges[1::2] - edges[::2]
    return int((runs >= LINE_MM * mm).sum()) <= 1 and len(ink) <= TALLEST_MM * mm


def _lines(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """``pieces`` of a table, row by row, those beside each other together."""
    line: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.cell.row, not piece.one_line, piece.cell.column)):
        if line and line[0].cell.row == piece.cell.row and line[0].one_line and piece.one_line:
            shared = min(line[0].bottom, piece.bottom) - max(line[0].corner[1], piece.corner[1])
            if shared >= BESIDE * min(len(line[0].pixels), len(piece.pixels)):
                line.append(piece)
                continue
        if line:
            yield line
        line = [piece]
    yield line


def _strips(lines: Sequence[list[Piece]], mm: float, paper: int) -> Iterator[Strip]:
    """``lines`` below each other on ``paper`` (0..255), on strips not higher than MAX_HEIGHT."""
    gap = max(1, round(GAP_MM * mm))
    placed: list[Piece] = []
    below = gap
    for line in lines:
        top, bottom = min(piece.corner[1] for piece in line), max(piece.bottom for piece in line)
        if placed and below + bottom - top + gap > MAX_HEIGHT:
            yield _strip(placed, gap, paper)
            placed, below = [], gap
        x = gap
        for piece in line:
            placed.append(replace(piece, place=(x, below + piece.corner[1] - top)))
            x += piece.pixels.shape[1] + gap
        below += bottom - top + gap
    yield _strip(placed, gap, paper)


def _strip(pieces: Sequence[Piece], gap: int, paper: int) -> Strip:
    width, height = (np.max([np.add(p.place, p.pixels.shape[::-1]) for p in pieces], axis=0) + gap).tolist()
    grey = np.full((height, width), paper, np.uint8)
    for piece in pieces:
        x, y = piece.place
        rows, columns = piece.pixels.shape
        grey[y : y + rows, x : x + columns] = piece.pixels
    return Strip(grey, tuple(pieces))


def _block(piece: Piece, lines: Sequence[Line], read: PageText, page: Size) -> Block:
    """The ``lines`` read of ``piece`` as a cell of the ``page``."""
    shift = Transform.shift(piece.corner[0] - piece.place[0], piece.corner[1] - piece.place[1])
    moved = replace(read, blocks=(Block(tuple(lines), piece.box),)).mapped(shift, page, read.dpi)
    return replace(moved.blocks[0], box=piece.box, role=Role.CELL, cell=piece.cell)
