"""The visible block of a signature: where on page 1 it stands, and how it is drawn so that the file stays PDF/A.

pyHanko's own text stamps write glyph widths unscaled, so that with a font of 2048 units an em the file is no PDF/A
(ISO 19005-2, 6.2.11.5): the block is drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, UnidentifiedImageError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from digitizer.deliver.letters import Letters, put_stream
from digitizer.deliver.signing_faults import SealUnplaced, SignatureUnfit
from digitizer.errors import reason
from digitizer.i18n import gettext
from ocr.geometry import POINTS_PER_INCH

LETTER_SIZE = 10.0
_LEADING = 11.5
"""Points from line to line; 1.15 em, as Times New Roman is set."""
_MM = POINTS_PER_INCH / 25.4
_PLACES = tuple((top * _MM, right * _MM) for top, right in ((8, 10), (4, 10), (12, 10), (4, 5), (16, 10)))
"""Distances from the upper and the right edge that are tried, the first that is free is taken: all of them above the
text of a page set by Decree 30 (20 to 25 mm)."""
_WIDEST = 0.45
"""Share of the page's width that a line of the block may take; longer ones are folded."""
_INK_CONTRAST, _INK_LEAST = 0.75, 0.01
"""Ink is darker than this share of the paper; less of the block's area than this is dust."""
_LOOK_SCALE = 2.0
"""Pixels a point at which the corner is looked at: 144 dpi."""
_SEAL_DPI = 300.0
"""Taken where the picture says none."""
_SEAL_WIDEST, _SEAL_NARROWEST = 42 * _MM, 12 * _MM
"""Points. A picture that would be wider is drawn so wide: no body's seal is wider. Where a seal does not find a free
place at its true size it is drawn smaller, so narrow at the least; over the page it is never drawn."""
_SHRINK = 0.85
_SEAL_PIXELS = 1 << 24
_SEAL_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Place:
    """Points from the lower left corner of page 1. ``covers``: something stands on the page where the block will be.
    ``smaller``: there was no free place for the seal at its true size.
    """

    x: float
    y: float
    width: float
    height: float
    covers: bool
    smaller: bool = False


class Block:
    """What is drawn: ``lines`` at 10 points, left of them the seal if there is one. ``width``, ``height``: points."""

    def __init__(self, lines: Sequence[str], seal: Seal | None, page_width: float) -> None:
        """Raises FontMissing or LettersMissing."""
        self.letters = Letters("".join(lines), LETTER_SIZE)
        self.lines = [part for line in lines for part in self.letters.folded(line, _WIDEST * page_width)]
        self.seal = seal
        self.indent = self.seal.width + _SEAL_GAP if self.seal else 0.0
        self.width = self.indent + max(self.letters.width(line) for line in self.lines)
        self.height = max(len(self.lines) * _LEADING, self.seal.height if self.seal else 0.0)


class Seal:
    """A picture of a seal with its transparency. ``width``, ``height``: points. ``true``: it is drawn at the size that
    the picture says.
    """

    def __init__(self, path: Path) -> None:
        """Raises SignatureUnfit where it is no PNG that can be read."""
        try:
            with Image.open(path, formats=["PNG"]) as image:
                if image.width * image.height > _SEAL_PIXELS:
                    raise _unreadable(path, gettext("it is larger than any seal"))
                said = image.info.get("dpi")
                across, down = said or (_SEAL_DPI, _SEAL_DPI)
                self._image = image.convert("RGBA")
        except (UnidentifiedImageError, SyntaxError, ValueError) as error:
            raise _unreadable(path, gettext("it is no picture in the format PNG")) from error
        except OSError as error:
            raise _unreadable(path, reason(error) if error.errno else gettext("it is damaged")) from error
        wide = self._image.width * POINTS_PER_INCH / (across or _SEAL_DPI)
        high = self._image.height * POINTS_PER_INCH / (down or _SEAL_DPI)
        shrunk = min(1.0, _SEAL_WIDEST / max(wide, high))
        self.width, self.height = wide * shrunk, high * shrunk
        self.true = shrunk == 1 or said is None

    def smaller(self) -> Seal | None:
        """The same, a step smaller; None where it would be too small to be seen."""
        if max(self.width, self.height) * _SHRINK < _SEAL_NARROWEST:
            return None
        made = copy(self)
        made.width, made.height, made.true = self.width * _SHRINK, self.height * _SHRINK, False
        return made

    def put(self, writer: BasePdfFileWriter) -> generic.IndirectObject:
        mask = self._put(writer, self._image.getchannel("A"), "/DeviceGray", {})
        return self._put(writer, self._image.convert("RGB"), "/DeviceRGB", {"/SMask": mask})

    def _put(
        self, writer: BasePdfFileWriter, image: Image.Image, space: str, more: dict[str, generic.PdfObject]
    ) -> generic.IndirectObject:
        entries: dict[str, generic.PdfObject] = {
            "/Type": pdf_name("/XObject"), "/Subtype": pdf_name("/Image"), "/Width": NumberObject(image.width),
            "/Height": NumberObject(image.height), "/ColorSpace": pdf_name(space), "/BitsPerComponent": NumberObject(8),
        }  # fmt: skip
        return put_stream(writer, image.tobytes(), entries | more)


def _unreadable(path: Path, why: str) -> SignatureUnfit:
    said = gettext("The picture of the seal, “{path}”, cannot be read: {reason}.")
    return SignatureUnfit(reason=said.format(path=path, reason=why), option="--seal")


def fitted(path: Path, lines: Sequence[str], seal: Seal | None) -> tuple[Block, Place]:
    """The block for page 1 of the PDF at ``path``, and where it stands: the seal as large as a free place allows.

    Raises FontMissing or LettersMissing; SealUnplaced: text may have to stand over the page, a seal never does.
    """
    wide = page_width(path)
    block = Block(lines, seal, wide)
    where = place(path, block.width, block.height)
    while where.covers and seal is not None:
        seal = seal.smaller()
        if seal is None:
            raise SealUnplaced(file=path.name)
        block = Block(lines, seal, wide)
        where = place(path, block.width, block.height)
    return block, where


class BlockStyle(BaseStampStyle):
    """``block`` as pyHanko asks for it."""

    def __init__(self, block: Block) -> None:
        super().__init__(border_width=0)
        object.__setattr__(self, "block", block)  # pyHanko's class is frozen

    block: Block

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: object) -> BaseStamp:
        return _Drawn(writer, self, box)


class _Drawn(BaseStamp):
    def _render_inner_content(self) -> list[bytes]:
        block: Block = self.style.block
        writer = self._ensure_writer
        commands = []
        if block.seal is not None:
            self.set_resource(ResourceType.XOBJECT, pdf_name("/Seal"), block.seal.put(writer))
            lower = (block.height - block.seal.height) / 2
            commands.append(f"q {block.seal.width:.3f} 0 0 {block.seal.height:.3f} 0 {lower:.3f} cm /Seal Do Q")
        self.set_resource(ResourceType.FONT, pdf_name("/Times"), block.letters.put(writer))
        upper = (block.height + len(block.lines) * _LEADING) / 2
        baseline = upper - (_LEADING + block.letters.ascent + block.letters.descent) / 2
        commands += ["BT", "0 0 0 rg", f"/Times {LETTER_SIZE:g} Tf", f"{_LEADING:g} TL"]
        commands += [f"{block.indent:.3f} {baseline:.3f} Td"]
        commands += [f"<{block.letters.encoded(line)}> Tj T*" for line in block.lines]
        return [command.encode("ascii") for command in [*commands, "ET"]]


def page_width(path: Path) -> float:
    """Of page 1, in points."""
    with pypdfium2.PdfDocument(path) as document:
        return float(document[0].get_width())


def place(path: Path, width: float, height: float) -> Place:
    """Where a block of that size (points) stands on page 1: in the first of the places at its upper right corner where
    no ink is, else in the usual one, over what is there.
    """
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        wide, high = page.get_size()
        deep = min(high, height + max(top for top, _ in _PLACES))
        seen = page.render(scale=_LOOK_SCALE, crop=(0, high - deep, 0, 0), grayscale=True).to_numpy()
    grey = np.asarray(seen).reshape(seen.shape[:2])
    tried = [(max(0.0, wide - right - width), max(0.0, high - top - height)) for top, right in _PLACES]
    for x, y in tried:
        if not _inked(grey, x, high - y - height, width, height):
            return Place(x, y, width, height, covers=False)
    return Place(*tried[0], width, height, covers=True)


def _inked(grey: np.ndarray, x: float, y: float, width: float, height: float) -> bool:
    """Whether ink stands in the box, in points from the upper left corner of ``grey``."""
    rows = slice(max(0, int(y * _LOOK_SCALE)), int((y + height) * _LOOK_SCALE) + 1)
    columns = slice(max(0, int(x * _LOOK_SCALE)), int((x + width) * _LOOK_SCALE) + 1)
    part = grey[rows, columns]
    if not part.size:
        return False
    paper = float(np.percentile(part, 90))
    return float(np.mean(part < _INK_CONTRAST * paper)) > _INK_LEAST or paper < _INK_CONTRAST * 255
