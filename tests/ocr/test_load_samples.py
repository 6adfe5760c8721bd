"""Every file of the shared samples goes through the door: loaded as foretold, or refused for a known reason."""

from __future__ import annotations

import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ocr.errors import PageError, PageFault
from ocr.load import inspect, load

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

pytestmark = [
    pytest.mark.samples,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs the shared folder of samples"),
]

SECONDS = 30
ADDRESS_SPACE = 2 * 1024**3
PAGES_OF_A_HOSTILE_FILE = 5

REFUSED = {
    "encrypted_pdf.pdf": PageFault.ENCRYPTED,
}
OWN_FAULTS = ("AssertionError", "AttributeError", "IndexError", "NameError", "UnboundLocalError", "zip()")
"""Names in a refusal's detail that speak of a fault of ours, not of the file's."""

CHILD = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
from ocr.errors import PageError
from ocr.load import inspect, load
path = Path(sys.argv[1])
try:
    pages = inspect(path).pages
except PageError as error:
    print("refused", error)
    raise SystemExit
for index, info in enumerate(pages[: int(sys.argv[3])]):
    try:
        page = load(path, index)
    except PageError as error:
        print("page refused", error)
        continue
    assert page.pixels.shape[:2] == (info.size.height, info.size.width), (page.pixels.shape, info)
    assert page.dpi == info.dpi
print("ok")
"""


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (SAMPLES / folder).rglob("*") if path.is_file())


@pytest.mark.parametrize("path", files("hostile"), ids=lambda path: path.name)
def test_hostile_file_is_survived(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD, str(path), str(ADDRESS_SPACE), str(PAGES_OF_A_HOSTILE_FILE)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith(("ok", "refused", "page refused"))
    assert not any(name in done.stdout for name in OWN_FAULTS)


@pytest.mark.parametrize("path", files("scans", "records", "vi-scans"), ids=lambda path: path.name)
def test_real_file_loads_as_foretold(path: Path) -> None:
    if path.suffix == ".txt":
        return
    if path.name in REFUSED:
        with pytest.raises(PageError) as error:
            inspect(path)
        assert error.value.fault == REFUSED[path.name]
        return
    pages = inspect(path).pages
    for index in {0, len(pages) - 1}:
        page = load(path, index)
        assert page.pixels.dtype == np.uint8
        assert page.pixels.shape[:2] == (pages[index].size.height, pages[index].size.width)
        assert page.pixels.ndim == 2 or page.pixels.shape[2] == 3
        assert page.dpi == pages[index].dpi


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext of poppler-utils")
@pytest.mark.parametrize("path", files("records/born-digital"), ids=lambda path: path.name)
def test_born_digital_text_has_the_letters_that_poppler_finds(path: Path) -> None:
    for index in range(len(inspect(path).pages)):
        number = str(index + 1)
        other = subprocess.run(
            ["pdftotext", "-f", number, "-l", number, path, "-"], capture_output=True, encoding="utf-8", check=True
        ).stdout
        text = load(path, index).text
        assert text is not None
        ours, theirs = letters(text.text), letters(other)
        # At the end of a line poppler joins what a hyphen parts; that hyphen is on the page.
        assert theirs - ours == Counter()
        assert set(ours - theirs) <= {"-"}


def letters(text: str) -> Counter[str]:
    return Counter(letter for letter in unicodedata.normalize("NFC", text) if not letter.isspace())


def test_scanned_records_are_left_to_ocr_with_the_pixels_of_their_scan() -> None:
    page = load(SAMPLES / "records" / "scans" / "kg-43.pdf", 0)  # carries an old OCR layer
    assert page.text is None
    assert page.pixels.shape[:2] == (2800, 1706)
