"""Large files are taken in and read in bounded memory: ``python -m bench.files [--only NAME] [--seconds S]``.

Makes a PDF of 2,000 pages (scans as JPEG, CCITT and JPEG 2000, scans with a hidden text layer, drawn text), TIFFs of
about 1 GB (many pages in strips, the same as BigTIFF, packed, one page as large as is accepted in strips and in tiles)
and one beyond the limit. Imports each through the command line and reads it with two workers for a while; prints the
most memory that all processes together held (PSS), and the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import resources
from bench.tree import run
from tests.helpers import tiffs

A4_300 = (2480, 3508)
PAGES = 2000
WANTED_MB = 400.0
LARGEST = (14_000, 14_200)
BEYOND = (14_200, 14_200)
"""Pixels: below and above ``ocr.limits.MAX_PIXELS``."""
TILE = 512


def main(arguments: Sequence[str]) -> None:
    """Print two lines for each file: import and process."""
    parser = argparse.ArgumentParser(prog="python -m bench.files", description=__doc__)
    parser.add_argument("--only", default="", help="part of the names of the files to make")
    parser.add_argument("--pages", type=int, default=PAGES, help="of the PDF (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=120, help="to read each file for (default: %(default)s)")
    parser.add_argument("--jobs", default="2")
    wanted = parser.parse_args(arguments)
    makers: dict[str, Callable[[Path], None]] = {
        "many.pdf": lambda path: _pdf(path, wanted.pages),
        "many-strips.tif": lambda path: _tiff(path, 40, rows=8),
        "many-big.tif": lambda path: _tiff(path, 40, rows=64, big=True),
        "many-packed.tif": lambda path: _tiff(path, 60, rows=64, packed=True),
        "huge-strips.tif": lambda path: _tiff(path, 1, size=LARGEST, rows=1),
        "huge-one-strip.tif": lambda path: _tiff(path, 1, size=LARGEST),
        "huge-tiles.tif": lambda path: _tiff(path, 1, size=LARGEST, tile=TILE),
        "huge-packed.tif": lambda path: _tiff(path, 1, size=LARGEST, packed=True),
        "beyond.tif": lambda path: _tiff(path, 1, size=BEYOND, rows=64),
    }
    for name, make in makers.items():
        if wanted.only in name:
            with tempfile.TemporaryDirectory(prefix="digitizer-bench-") as scratch:
                folder = Path(scratch)
                make(folder / name)
                _measured(folder, name, wanted.jobs, wanted.seconds)


def _measured(folder: Path, name: str, jobs: str, seconds: int) -> None:
    program = [sys.executable, "-m", "digitizer", "--workspace", str(folder / "workspace"), "--json"]
    environment = {"XDG_CONFIG_HOME": str(folder / "config"), "DIGITIZER_LANGUAGE": "en"}
    size = (folder / name).stat().st_size / 1e6
    taken = run([*program, "import", folder / name], folder / "log", environment)
    said = _document(folder / "log")
    pages = sum(len(each["pages"]) for each in said.get("imported", ()))
    refused = "; ".join(each["message"] for each in said.get("refused", ()))
    print(f"{name:20} {size:5.0f} MB  import   peak {taken.peak / 1e6:5.0f} MB  {_against(taken.peak)}", end="  ")
    print(f"{taken.seconds:6.1f} s  {pages} pages {refused}")
    if not pages:
        return
    stop = ["timeout", "--signal", "INT", str(seconds)]
    taken = run([*stop, *program, "process", "--jobs", jobs], folder / "log", environment)
    said = _document(folder / "log")
    done = said.get("done", 0)
    print(f"{'':29}  process  peak {taken.peak / 1e6:5.0f} MB  {_against(taken.peak)}", end="  ")
    print(f"{taken.seconds:6.1f} s  {done} pages, {taken.seconds / max(done, 1):.2f} s/page  {said.get('failed', '')}")


def _against(peak: int) -> str:
    return f"({peak / 1e6 / WANTED_MB:.2f} of what is wanted)"


def _document(log: Path) -> dict[str, Any]:
    """The JSON among what was said."""
    said = log.read_text("utf-8", "replace")
    start = said.find("{")
    return json.JSONDecoder().raw_decode(said[start:])[0] if start >= 0 else {}


def _page(size: tuple[int, int], seed: int) -> NDArray[np.uint8]:
    """A real page of that size with the noise of a sensor, (h, w, 3)."""
    with Image.open(resources.path("samples/cong-van.jpg")) as image:
        pixels = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BILINEAR))
    noise = np.random.default_rng(seed).integers(-2, 3, (64, size[0], 3), dtype=np.int8)
    whole = np.resize(noise, (size[1], size[0], 3))
    return np.asarray(np.clip(pixels.astype(np.int16) + whole, 0, 255), np.uint8)


def _tiff(
    path: Path, count: int, *, size: tuple[int, int] = A4_300, rows: int | None = None, tile: int | None = None,
    packed: bool = False, big: bool = False,
) -> None:  # fmt: skip
    pixels = _page(size, 1)
    resolution: dict[str, Any] = {"t282": 300, "t283": 300, "t296": 2}
    pack: dict[str, Any] = {"compression": 8, "pack": lambda data: zlib.compress(data, 1)} if packed else {}
    page = tiffs.page(pixels, 2, rows=rows, tile=tile, **pack, **resolution)
    path.write_bytes(tiffs.tiff([page] * count, big=big))


def _pdf(path: Path, count: int) -> None:
    """Written object by object: it is larger than memory may be."""
    colour = Image.fromarray(_page(A4_300, 2))
    ink = Image.fromarray(np.asarray(colour.convert("L")) > 150).convert("1")
    fax = BytesIO()
    ink.save(fax, "TIFF", compression="group4")
    with Image.open(fax) as written:
        tags = dict(written.tag_v2)  # type: ignore[attr-defined]
    strips = zip(tags[273], tags[279], strict=True)
    jpeg, jpx = BytesIO(), BytesIO()
    colour.save(jpeg, "JPEG", quality=80)
    colour.save(jpx, "JPEG2000", quality_layers=[30])
    width, height = A4_300
    box = f"/Width {width}/Height {height}"
    one_strip = b"".join(fax.getvalue()[at : at + length] for at, length in strips)
    images = [
        (f"{box}/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode", jpeg.getvalue()),
        (
            f"{box}/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
            f"/DecodeParms<</K -1/Columns {width}/Rows {height}/BlackIs1 {'true' if tags[262] else 'false'}>>",
            one_strip,
        ),
        (f"{box}/Filter/JPXDecode", jpx.getvalue()),
    ]
    places: list[int] = []
    with path.open("wb") as out:
        out.write(b"%PDF-1.7\n")

        def add(body: bytes) -> None:
            places.append(out.tell())
            out.write(b"%d 0 obj\n" % len(places) + body + b"\nendobj\n")

        add(b"<</Type/Catalog/Pages 2 0 R>>")
        kids = " ".join(f"{4 + 3 * number} 0 R" for number in range(count))
        add(f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode())
        add(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
        for number, (page, content, image) in enumerate(_pdf_pages(count, images)):
            first = 4 + 3 * number
            add(page.format(content=first + 1, image=first + 2).encode())
            add(f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream")
            add(image)
        start = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        out.writelines(b"%010d 00000 n \n" % place for place in places)
        out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start))


def _pdf_pages(count: int, images: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, bytes]]:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.2 841.92]/Contents {content} 0 R"
    page += "/Resources<</Font<</F 3 0 R>>/XObject<</I {image} 0 R>>>>>>"
    lines = "".join(f"0 -16 Td (Line {line} of the text of this page, born digital and kept) Tj " for line in range(45))
    for number in range(count):
        text = f"BT /F 11 Tf 60 790 Td (Page {number + 1}) Tj {lines}ET"
        kind = number % 5
        content = "q 595.2 0 0 841.92 0 0 cm /I Do Q"
        if kind == 3:
            content, image = text, b"null"
        else:
            entries, data = images[kind % 3]
            image = (
                f"<</Type/XObject/Subtype/Image{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"
            )
            if kind == 4:
                content += text.replace("BT", "BT 3 Tr")
        yield page, content.encode(), image


if __name__ == "__main__":
    main(sys.argv[1:])
