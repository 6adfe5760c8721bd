"""Make the sample pages that the program ships: ``python -m tools.make_samples [FOLDER]``.

FOLDER is ``resources/samples`` unless given.

Every page has a fixed seed; the same versions of Pillow, OpenCV, NumPy and the croscore fonts give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import numpy as np
from PIL import Image

from ocr.geometry import Size
from tools.samples import administrative, foreign, manual, registers
from tools.samples.scan import Look, ink_box, scan
from tools.samples.sheet import Sheet

SEED = 20240318
MADE_AT = time.struct_time((2024, 11, 4, 9, 0, 0, 0, 309, 0))
"""The date a PDF carries: fixed, or no two runs would give the same bytes."""
ITEMS = (
    {
        "record": "H99.01.2024.15",
        "title": "Quyết định 47/QĐ-SCNNT ban hành Quy chế quản lý, vận hành và bảo dưỡng thiết bị",
        "title_en": "Decision 47/QĐ-SCNNT issuing the rules on equipment operation and maintenance",
        "files": ["quyet-dinh.pdf"],
    },
    {
        "record": "H99.01.2024.15",
        "title": "Công văn 312/SCNNT-KT về kiểm tra van an toàn",
        "title_en": "Letter 312/SCNNT-KT on checking the safety valves",
        "files": ["cong-van.jpg"],
    },
    {
        "record": "H99.01.2024.15",
        "title": "Tờ trình 09/TTr-TBBH về sửa chữa lớn tổ máy bơm số 3",
        "title_en": "Proposal 09/TTr-TBBH on the overhaul of pump set no. 3",
        "files": ["to-trinh.jpg"],
    },
    {
        "record": "H99.01.2024.15",
        "title": "Báo cáo 128/BC-SCNNT kết quả bảo dưỡng quý III năm 2024",
        "title_en": "Report 128/BC-SCNNT on the maintenance of the third quarter of 2024",
        "files": ["bao-cao.jpg"],
    },
    {
        "record": "H99.01.2024.16",
        "title": "Sổ đăng ký văn bản đến, quyển 01",
        "title_en": "Register of incoming documents, volume 01",
        "files": ["so-dang-ky-01.png", "so-dang-ky-02.jpg"],
    },
    {
        "record": "H99.02.1998.07",
        "title": "Chương 4: Bảo dưỡng kỹ thuật; bảng kê chi tiết; bản vẽ van an toàn",
        "title_en": "Chapter 4: Maintenance; parts list; drawing of the safety valve",
        "files": ["tai-lieu-ky-thuat.tif"],
    },
    {
        "record": "H99.02.1998.07",
        "title": "Phiếu bảo hành tổ máy bơm BL-150",
        "title_en": "Warranty certificate of the pump set BL-150",
        "files": ["phieu-bao-hanh.png"],
    },
    {
        "record": "H99.02.1987.03",
        "title": "Hướng dẫn sử dụng máy bơm NC-150 (tiếng Nga)",
        "title_en": "Operating manual of the pump NC-150 (in Russian)",
        "files": ["nasos-nc-150.jpg"],
    },
)
QUERIES = (
    "quyết định",
    "quyet dinh",
    "bảo dưỡng",
    "van an toàn",
    "cánh bơm",
    "Trạm bơm Bình Hải",
    "safety valve",
    "техническое обслуживание",
)
RECORDS = (
    {
        "code": "H99.01.2024.15",
        "title": "Hồ sơ về bảo dưỡng thiết bị các trạm bơm năm 2024",
        "title_en": "Maintenance of the pumping stations' equipment, 2024",
    },
    {
        "code": "H99.01.2024.16",
        "title": "Sổ đăng ký văn bản đến năm 2024",
        "title_en": "Register of incoming documents, 2024",
    },
    {
        "code": "H99.02.1998.07",
        "title": "Tài liệu kỹ thuật tổ máy bơm ly tâm BL-150",
        "title_en": "Technical manual of the centrifugal pump set BL-150",
    },
    {
        "code": "H99.02.1987.03",
        "title": "Tài liệu kỹ thuật máy bơm nhập khẩu NC-150",
        "title_en": "Technical documents of the imported pump NC-150",
    },
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One sheet side and how it was scanned. ``back``: what is printed on its other side."""

    sheet: Sheet
    look: Look
    languages: tuple[str, ...] = ("vie",)
    back: Sheet | None = None


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One file of the folder. ``quality``: of its JPEG data."""

    name: str
    record: str
    shots: tuple[Shot, ...]
    quality: int = 50


def sample_files() -> Iterable[SampleFile]:
    """Every file with its sheets, drawn from the fixed seed."""
    rng = np.random.default_rng(SEED)
    water, books, pump, imported = (record["code"] for record in RECORDS)
    first, second = administrative.decision(rng)
    yield SampleFile(
        "quyet-dinh.pdf",
        water,
        (
            Shot(first, Look(0.6, holes="left")),
            Shot(second, Look(-0.8, holes="left")),
            Shot(Sheet(200), Look(0.9, age=0.25, holes="right"), (), back=second),
        ),
    )
    yield SampleFile("cong-van.jpg", water, (Shot(administrative.letter(rng), Look(-1.4, age=0.15)),))
    yield SampleFile("to-trinh.jpg", water, (Shot(administrative.proposal(rng), Look(2.1, age=0.75, shade=0.1)),), 62)
    yield SampleFile("bao-cao.jpg", water, (Shot(administrative.report(rng), Look(0.5, rotation=180)),), 62)
    leaf, turned = registers.register(rng)
    yield SampleFile("so-dang-ky-01.png", books, (Shot(leaf, Look(-0.7, mode="grey", shade=0.04, noise=2)),))
    yield SampleFile("so-dang-ky-02.jpg", books, (Shot(turned, Look(1.1, rotation=90, age=0.35)),))
    bilevel = [
        Shot(sheet, Look(skew, mode="bilevel", noise=9, blur=0.5))
        for sheet, skew in (
            (manual.maintenance(), -1.8),
            (manual.faults(), 0.3),
            (manual.parts_list(), 1.2),
            (manual.drawing(), -0.4),
        )
    ]
    yield SampleFile("tai-lieu-ky-thuat.tif", pump, tuple(bilevel))
    grey = Look(-2.6, mode="grey", shade=0.04, noise=2)
    yield SampleFile("phieu-bao-hanh.png", pump, (Shot(foreign.warranty(), grey, ("vie", "eng")),))
    yield SampleFile("nasos-nc-150.jpg", imported, (Shot(foreign.russian(), Look(1.6, age=1, shade=0.12), ("rus",)),))


def make(folder: Path) -> None:
    """Write every file and ``samples.json`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    pages: list[dict[str, Any]] = []
    for number, sample in enumerate(sample_files()):
        images = []
        for index, shot in enumerate(sample.shots):
            image, truth = _scanned(shot, np.random.default_rng((SEED, number, index)))
            images.append(image)
            pages.append({"file": sample.name, "page": index, "record": sample.record, **truth})
        _save(folder / sample.name, images, sample.shots[0].sheet.dpi, sample.quality)
        print(f"{sample.name}: {len(images)} page(s), {(folder / sample.name).stat().st_size // 1024} KiB")
    truth = {"records": RECORDS, "items": ITEMS, "pages": pages, "queries": [_found(query, pages) for query in QUERIES]}
    (folder / "samples.json").write_text(_json(truth), encoding="utf-8")


def _scanned(shot: Shot, rng: np.random.Generator) -> tuple[Image.Image, dict[str, Any]]:
    sheet, look = shot.sheet, shot.look
    pixels, place = scan(sheet, look, rng, shot.back)
    image = Image.fromarray(pixels)
    if look.mode == "bilevel":
        image = image.convert("1", dither=Image.Dither.NONE)
    size = Size(*image.size)
    lines = [" ".join(word.text for word in line) for line in sheet.lines]
    return image, {
        "width": size.width,
        "height": size.height,
        "dpi": sheet.dpi,
        "rotation": look.rotation,
        "skew": look.skew,
        "blank": not lines,
        "languages": list(shot.languages),
        "text": "\n".join(lines),
        "words": [[word.text, *ink_box(word, place, size).as_list()] for line in sheet.lines for word in line],
    }


def _save(path: Path, images: list[Image.Image], dpi: int, quality: int) -> None:
    first, rest = images[0], images[1:]
    match path.suffix:
        case ".pdf":
            first.save(
                path,
                save_all=True,
                append_images=rest,
                resolution=dpi,
                quality=quality,
                creationDate=MADE_AT,
                modDate=MADE_AT,
            )
        case ".tif":
            first.save(path, save_all=True, append_images=rest, compression="group4", dpi=(dpi, dpi))
        case ".png":
            first.save(path, dpi=(dpi, dpi), optimize=True)
        case _:
            first.save(path, dpi=(dpi, dpi), quality=quality, optimize=True)


def _found(query: str, pages: list[dict[str, Any]]) -> dict[str, Any]:
    """The pages that hold ``query``, whatever the case; a query without marks finds words with and without them."""
    fold = _folded if query == _folded(query) else str.casefold
    hits = [page for page in pages if fold(query) in fold(" ".join(page["text"].split()))]
    return {"query": query, "pages": [{"file": page["file"], "page": page["page"]} for page in hits]}


def _folded(text: str) -> str:
    plain = "".join(c for c in normalize("NFD", text.casefold()) if not combining(c))
    return plain.replace("đ", "d")


def _json(truth: dict[str, Any]) -> str:
    """Indented, but one word a line."""
    shadow = {**truth, "pages": [{**page, "words": "@"} for page in truth["pages"]]}
    parts = json.dumps(shadow, ensure_ascii=False, indent=1).split('"@"')
    for number, page in enumerate(truth["pages"]):
        parts[number] += "[\n" + ",\n".join(json.dumps(word, ensure_ascii=False) for word in page["words"]) + "\n  ]"
    return "".join(parts) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[1] / "resources" / "samples")
    make(parser.parse_args().folder)
