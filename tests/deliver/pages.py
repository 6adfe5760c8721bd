"""Pages for the tests: lines of text drawn with Pillow, with the boxes they were drawn in."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from digitizer.deliver.pdf import Bookmark, PdfInfo, PdfPage, Profile, write_pdf
from ocr.geometry import Box, Size
from ocr.text import Block, Line, PageText, Word

DPI = 300.0
A4 = Size(2480, 3508)
LETTER_HEIGHT = 50
LINE_PITCH = 80
MARGIN = 250
CREATED = datetime(2026, 11, 22, 21, 30, 5, 987654, tzinfo=timezone(timedelta(hours=7)))
INFO = PdfInfo("Quyết định về <việc> thử & nghiệm", "Ủy ban", "Số 12/QĐ-UBND", "vi", CREATED)
VIETNAMESE = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Nghệ thuật ễnh ương, ngoằn ngoèo, khúc khuỷu, quẩy gánh, nhuyễn thể,",
    "thuở ấy, giặc giã, ổ chuột, ữ, ỡ, ẫm, ẵng, Ặc, Ẩm, Ỗi, Ợ, Ữ, Ỵ, Đường",
    "– 1. Các Sở, ban, ngành; “trích dẫn” (đã ký) 50% §3 … 1/2",
)


def drawn(lines: Sequence[str] = VIETNAMESE, size: Size = A4, mode: str = "RGB") -> tuple[Image.Image, PageText]:
    """A page with ``lines`` in black on white, and its text with a box around the ink of each word."""
    image = Image.new(mode, (size.width, size.height), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype("DejaVuSans.ttf", LETTER_HEIGHT)
    made = []
    for i, line in enumerate(lines):
        baseline, x, words = MARGIN + i * LINE_PITCH, float(MARGIN), []
        for text in line.split():
            draw.text((x, baseline), text, "black", font, anchor="ls")
            left, top, right, bottom = (round(v) for v in draw.textbbox((x, baseline), text, font, anchor="ls"))
            words.append(Word(text, Box(left, top, right - left, bottom - top), 0.9))
            x += font.getlength(text + " ")
        bounds = Box.union(word.box for word in words)
        made.append(Line(tuple(words), bounds, (bounds.x, baseline, bounds.right, baseline)))
    return image, page_text(made, size)


def page_text(lines: Sequence[Line], size: Size = A4) -> PageText:
    blocks = (Block(tuple(lines), Box.union(line.box for line in lines)),) if lines else ()
    return PageText(size, DPI, ("vie",), "test", blocks)


def line_of(words: Sequence[tuple[str, Box]], baseline: tuple[float, float, float, float] | None = None) -> Line:
    return Line(tuple(Word(text, box, 1.0) for text, box in words), Box.union(box for _, box in words), baseline)


def jpeg(image: Image.Image) -> bytes:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=85)
    return made.getvalue()


def page_of(image: Image.Image, text: PageText, dpi: float = DPI) -> PdfPage:
    return PdfPage(lambda: jpeg(image), Size(*image.size), dpi, text)


def blank(text: PageText) -> PdfPage:
    return page_of(Image.new("RGB", (text.size.width, text.size.height), "white"), text)


def written(
    path: Path,
    pages: Sequence[PdfPage],
    info: PdfInfo = INFO,
    bookmarks: Sequence[Bookmark] = (),
    profile: Profile = "archive",
) -> Path:
    with path.open("wb") as handle:
        write_pdf(handle, pages, info, bookmarks, profile=profile)
    return path


def pdftotext(path: Path, *options: str) -> str:
    """What poppler copies."""
    command = ["pdftotext", "-enc", "UTF-8", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()
