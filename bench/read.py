"""Read the same pages with this program, with OCRmyPDF and with bare Tesseract, one after another in one go.

    python -m bench.read INPUT…            images of one page each, or folders of them

Prints for each: seconds, CPU seconds and bytes of output a page, peak memory of all its processes, and CER and WER of
the body where ``<stem>.gt.txt`` lies beside an image; then the ratios to the first. A program that is not installed is
named and left out; OCRmyPDF may be in a venv of its own, named by --ocrmypdf. All of them get two processes. Machines
are noisy: the programs take turns, and of each its quickest round counts.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from bench.tree import Taken, run
from digitizer.capture.paths import files_in
from tests.quality import scoring

JOBS = "2"
IMAGES = {".png", ".jpg", ".jpeg", ".tif", ".tiff"}


@dataclass(frozen=True)
class Made:
    """``texts``: what was read on each page, in order. ``size``: bytes of the PDF, 0 where none is made."""

    taken: Taken
    texts: list[str]
    size: int


Program = Callable[[Sequence[Path], Path], Made]


def main(arguments: Sequence[str]) -> None:
    """Run every program on the pages and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.read", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("inputs", nargs="+", type=Path, metavar="INPUT")
    parser.add_argument("--ocrmypdf", default="ocrmypdf", help="where OCRmyPDF is (default: on the PATH)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each program reads the pages (default: 3)")
    wanted = parser.parse_args(arguments)
    pages = [path for path in files_in(wanted.inputs) if path.suffix.lower() in IMAGES]
    programs: list[tuple[str, str, Program]] = [
        ("digitizer, archive", "digitizer", lambda given, folder: _digitizer(given, folder, "archive")),
        ("digitizer, reading", "digitizer", lambda given, folder: _digitizer(given, folder, "reading")),
        ("tesseract", "tesseract", _tesseract),
        ("ocrmypdf", wanted.ocrmypdf, lambda given, folder: _ocrmypdf(given, folder, wanted.ocrmypdf)),
    ]
    print(f"{len(pages)} pages")
    print(f"{'':20}{'s/page':>9}{'CPU s/page':>12}{'peak MB':>9}{'KB/page':>9}{'CER %':>8}{'WER %':>8}")
    there = [each for each in programs if each[1] == "digitizer" or shutil.which(each[1])]
    for each in programs:
        if each not in there:
            print(f"{each[0]:20} is not installed")
    quickest: dict[str, Made] = {}
    for _ in range(wanted.rounds):
        for title, _, program in there:
            made = _round(title, program, pages)
            if made and (title not in quickest or made.taken.seconds < quickest[title].taken.seconds):
                quickest[title] = made
    first: list[float] = []
    for title, made in quickest.items():
        figures = [*_costs(made, len(pages)), *_errors(pages, made.texts)]
        first = first or figures
        print(f"{title:20}{figures[0]:9.2f}{figures[1]:12.2f}{figures[2]:9.0f}{figures[3]:9.0f}", end="")
        print("".join(f"{figure:8.2f}" for figure in figures[4:]))
        print(f"{'  ratio':20}{_ratio(first, figures)}")


def _round(title: str, program: Program, pages: Sequence[Path]) -> Made | None:
    """One run of a program on all pages; None, and said why, where it fails."""
    with tempfile.TemporaryDirectory(prefix="digitizer-bench-") as scratch:
        folder = Path(scratch)
        made = program(_numbered(pages, folder), folder)
        if made.taken.code == 0:
            return made
        print(f"{title:20} failed ({made.taken.code}): {(folder / 'log').read_text('utf-8', 'replace')[-300:]}")
        return None


def _costs(made: Made, pages: int) -> list[float]:
    """Seconds, CPU seconds, MB at the peak, KB a page."""
    return [made.taken.seconds / pages, made.taken.cpu / pages, made.taken.peak / 1e6, made.size / pages / 1e3]


def _errors(pages: Sequence[Path], texts: Sequence[str]) -> list[float]:
    """CER and WER in per cent, means of the pages with truth; nothing where there is none."""
    if len(texts) != len(pages):
        print(f"  {len(texts)} texts of {len(pages)} pages: not scored")
        return []
    known = [
        (scoring.printed(path.with_suffix(".gt.txt").read_text("utf-8")), text)
        for path, text in zip(pages, texts, strict=True)
        if path.with_suffix(".gt.txt").exists()
    ]
    measures = (scoring.body_cer, scoring.body_wer)
    return [100 * fmean(measure(truth, text) for truth, text in known) for measure in measures] if known else []


def _ratio(first: Sequence[float], figures: Sequence[float]) -> str:
    """``figures`` in multiples of ``first``."""
    widths = (9, 12, 9, 9, 8, 8)
    return "".join(
        f"{figure / of:{width}.2f}" if of and figure else " " * width
        for width, of, figure in zip(widths, first, figures, strict=False)
    )


def _numbered(pages: Sequence[Path], folder: Path) -> list[Path]:
    """Links to ``pages`` in ``folder``, named so that every program takes them in this order."""
    links = [folder / f"{number:05d}{path.suffix.lower()}" for number, path in enumerate(pages)]
    for link, page in zip(links, pages, strict=True):
        link.symlink_to(page.resolve())
    return links


def _digitizer(pages: Sequence[Path], folder: Path, profile: str) -> Made:
    output, text = folder / "out.pdf", folder / "out.txt"
    program = Path(sys.executable).with_name("digitizer")
    options: list[str | Path] = ["--jobs", JOBS, "--languages", "vie", "--profile", profile, "--text", text]
    taken = run([program, "read", *pages, output, *options], folder / "log")
    return Made(taken, list(_split(text)), output.stat().st_size if output.exists() else 0)


def _tesseract(pages: Sequence[Path], folder: Path) -> Made:
    """Two processes of one thread, a process a page."""
    each = ["tesseract", "{}", "{}", "-l", "vie"]
    # xargs takes the pages from a file, so that the command line cannot grow too long.
    (folder / "pages").write_bytes(b"\0".join(str(page).encode() for page in pages))
    command: list[str | Path] = ["xargs", "-0", "-a", folder / "pages", "-P", JOBS, "-I", "{}", *each]
    taken = run(command, folder / "log", {"OMP_THREAD_LIMIT": "1"})
    return Made(taken, [Path(f"{page}.txt").read_text("utf-8") for page in pages], 0)


def _ocrmypdf(pages: Sequence[Path], folder: Path, program: str) -> Made:
    """One PDF of all the pages, made by the img2pdf that comes with it and not counted."""
    images, output, text = folder / "in.pdf", folder / "out.pdf", folder / "out.txt"
    img2pdf = Path(shutil.which(program) or program).with_name("img2pdf")
    packed = run([img2pdf, *pages, "-o", images], folder / "log")
    if packed.code != 0:
        return Made(packed, [], 0)
    options = ["--deskew", "--rotate-pages", "--clean", "--output-type", "pdfa", "-l", "vie", "--jobs", JOBS]
    taken = run([program, *options, "--sidecar", text, images, output], folder / "log")
    return Made(taken, list(_split(text)), output.stat().st_size if output.exists() else 0)


def _split(text: Path) -> Iterator[str]:
    """The pages of a text file with form feeds between them, or after each."""
    if text.exists():
        yield from text.read_text("utf-8").removesuffix("\f").split("\f")


if __name__ == "__main__":
    main(sys.argv[1:])
