"""One page from master to result, through the functions that workers run."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ocr import pipeline
from ocr.engines import open_engine
from ocr.errors import PageError, PageFault
from ocr.geometry import Box, Size, Transform
from ocr.load import Raster
from ocr.recipe import Mode, Recipe, Setting, from_json, to_json
from ocr.stages import blank, deskew, orient
from ocr.text import Block, Line, PageText, Word
from ocr.work import PageRequest, PageResult, PreviewRequest, inspect_file, preview_page, process_page
from tests.ocr.paper import DPI, blank_page, full_page, noisy, skewed, text_page

DARK = 128
SIZE_ERROR = 2
"""Pixels by which a levelled page may differ from the scanned one: its bounds are whole pixels of a copy."""
PLACE_ERROR = 2.0
"""Pixels between where the transform says a mark is and where it is found."""
BARE_TESSERACT_RECALL = 0.905
"""Word recall of plain Tesseract 5.3.0 on the real scans with truth; 5.5.4 in process has 0.904."""


def saved(folder: Path, page: NDArray[np.uint8], dpi: float = DPI) -> Path:
    path = folder / "trang đầu.png"
    Image.fromarray(page).save(path, dpi=(dpi, dpi))
    return path


def result(path: Path, recipe: Recipe | None = None, engine: str = "auto") -> PageResult:
    return process_page(PageRequest(path, 0, ("vie",), recipe=recipe, engine=engine))


def pixels(jpeg: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(jpeg)), dtype=np.uint8)


def test_a_clean_page(tmp_path: Path) -> None:
    path = saved(tmp_path, text_page())
    assert [info.size for info in inspect_file(path).pages] == [Size(1680, 720)]
    done = result(path)
    assert done.size == Size(1680, 720) == done.text.size
    assert done.dpi == pytest.approx(DPI, abs=0.1)
    assert (done.rotation, done.skew, done.blank) == (0, 0.0, False)
    assert done.transform == Transform.identity()
    assert done.confidence is not None
    assert done.confidence > 0.9
    assert done.seconds > 0
    assert pickle.loads(pickle.dumps(done)) == done


def test_image_is_a_24_bit_jpeg_with_the_dpi(tmp_path: Path) -> None:
    """Of grey masters, too: rules for archives ask for colour."""
    red = np.dstack([np.full_like(text_page(), 255), text_page(), text_page()])
    for page in (text_page(), red):
        image = Image.open(BytesIO(result(saved(tmp_path, page), engine="null").image))
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert image.info["dpi"] == (300, 300)


def test_thumbnail_and_preview_are_small(tmp_path: Path) -> None:
    path = saved(tmp_path, text_page())
    assert max(pixels(result(path, engine="null").thumbnail).shape) == 256
    assert pixels(preview_page(PreviewRequest(path, 0, 1, 400))).shape == (400, 171)


@pytest.mark.parametrize(("quarters", "skew"), [(0, 0.0), (1, 0.0), (0, 4.0), (3, -2.5), (2, 11.0)])
@pytest.mark.parametrize("dpi", [300.0, 120.0])
def test_transform_leads_from_master_to_page(quarters: int, skew: float, dpi: float) -> None:
    master = np.full((900, 640), 255, dtype=np.uint8)
    master[200:210, 100:110] = 0
    recipe = Recipe(
        orient=Setting(orient.Params(quarters)),
        deskew=Setting(deskew.Params(skew)),
        blank=Setting(blank.Params()),
    )
    done = pipeline.run(Raster(master, dpi), open_engine("null"), ("vie",), recipe)
    ys, xs = np.nonzero(done.pixels < DARK)
    x, y = done.transform.apply((105.0, 205.0))
    assert xs.mean() + 0.5 == pytest.approx(x, abs=PLACE_ERROR)
    assert ys.mean() + 0.5 == pytest.approx(y, abs=PLACE_ERROR)


def test_levelled_page_keeps_its_size_and_is_paper_coloured_around() -> None:
    page = np.dstack([skewed(full_page(), 3.0)] * 3)
    page[..., 2] = (page[..., 2] * 0.8).astype(np.uint8)
    recipe = Recipe(deskew=Setting(deskew.Params(3.0)))
    done = pipeline.run(Raster(page, DPI), open_engine("null"), ("vie",), recipe)
    assert done.pixels.shape == pytest.approx(page.shape, abs=SIZE_ERROR)
    assert done.pixels[0, 0].tolist() == [255, 255, 204]


def test_low_resolution_is_raised_and_flagged(tmp_path: Path) -> None:
    done = result(saved(tmp_path, text_page(0.4), 120.0))
    assert done.dpi == pytest.approx(200, abs=0.5)
    assert done.size.width == pytest.approx(text_page(0.4).shape[1] * 200 / 120, abs=1)
    assert "low-dpi" in done.flags
    assert "Phòng Lưu trữ" in done.text.text


def test_missing_dpi_is_guessed_as_a4_and_flagged() -> None:
    done = pipeline.run(Raster(full_page(), None), open_engine("null"), ("vie",), Recipe())
    assert done.dpi == pytest.approx(DPI, rel=0.01)
    assert "no-dpi" in done.flags


def test_a_default_dpi_of_72_on_a_large_photograph_is_not_believed() -> None:
    done = pipeline.run(Raster(full_page(), 72.0), open_engine("null"), ("vie",), Recipe())
    assert done.dpi == pytest.approx(DPI, rel=0.01)
    assert "no-dpi" in done.flags


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (8000, 9000), (60, 40_000)], ids=str)
def test_odd_sizes(shape: tuple[int, int]) -> None:
    page = np.full(shape, 255, dtype=np.uint8)
    done = pipeline.run(Raster(page, DPI), open_engine(), ("vie",), Recipe())
    height, width = done.pixels.shape
    assert height * width <= pipeline.MAX_PIXELS
    assert done.transform.apply((shape[1], shape[0])) == pytest.approx((width, height), abs=1)
    assert done.dpi == pytest.approx(DPI * max(height, width) / max(shape), rel=0.01)


def test_manual_settings_are_kept() -> None:
    recipe = Recipe(orient=Setting(orient.Params(1)), deskew=Setting(deskew.Params(0.05)))
    done = pipeline.run(Raster(noisy(full_page()), DPI), open_engine(), ("vie",), recipe)
    assert (done.quarters, done.skew) == (1, 0.05)
    assert done.recipe.orient == recipe.orient
    assert done.recipe.deskew == recipe.deskew
    assert done.recipe.blank is not None
    assert done.recipe.blank.mode is Mode.AUTO


def test_a_person_may_say_blank_or_not_blank() -> None:
    for page, answer in ((full_page(), True), (blank_page(), False)):
        recipe = Recipe(blank=Setting(blank.Params(answer, blank.Reason.MARKS)))
        done = pipeline.run(Raster(page, DPI), open_engine("null"), ("vie",), recipe)
        assert done.blank is answer
        assert bool(list(done.text.words)) is not answer


def test_automatic_settings_are_estimated_anew() -> None:
    stale = Recipe(orient=Setting(orient.Params(2), Mode.AUTO, orient.Inputs(("eng",)), 0.9))
    done = pipeline.run(Raster(text_page(), DPI), open_engine(), ("vie",), stale)
    assert done.quarters == 0
    assert done.recipe.orient is not None
    assert done.recipe.orient.inputs == orient.Inputs(("vie",))


def test_recipe_survives_json() -> None:
    done = pipeline.run(Raster(text_page(), DPI), open_engine(), ("vie", "eng"), Recipe())
    for recipe in (Recipe(), done.recipe, Recipe(orient=Setting(orient.Params(3)))):
        assert from_json(json.loads(json.dumps(to_json(recipe)))) == recipe


def test_born_digital_text_is_used_as_it_is() -> None:
    box = Box(100, 200, 50, 20)
    own = PageText(Size(640, 900), 100.0, ("vie",), "pdf text", (Block((Line((Word("số", box, 1.0),), box),), box),))
    page = skewed(noisy(full_page()), 3.0)[:900, :640]
    done = pipeline.run(Raster(page, 100.0, own), open_engine("null"), ("vie",), Recipe())
    assert done.skew == 0
    assert done.text.reader == "pdf text"
    assert [(word.text, word.box) for word in done.text.words] == [("số", Box(200, 400, 100, 40))]
    assert done.text.size == Size(1280, 1800)


@pytest.mark.parametrize("dark", [12, 60])
def test_punched_holes_are_neither_read_nor_ink(dark: int) -> None:
    read = {}
    for name, sheet in (("text", full_page()), ("blank", blank_page())):
        for part in (0.33, 0.67):
            cv2.circle(sheet, (140, round(part * len(sheet))), 36, (dark,), -1, cv2.LINE_AA)
        read[name] = pipeline.run(Raster(sheet, DPI), open_engine(), ("vie",), Recipe())
    plain = pipeline.run(Raster(full_page(), DPI), open_engine(), ("vie",), Recipe())
    assert (read["text"].text.text, read["blank"].flags) == (plain.text.text, ("blank",))


def test_faults_come_through(tmp_path: Path) -> None:
    (tmp_path / "rỗng.png").write_bytes(b"")
    with pytest.raises(PageError) as caught:
        result(tmp_path / "rỗng.png")
    assert caught.value.fault is PageFault.EMPTY


@pytest.mark.samples
def test_real_scans_read_no_worse_than_with_bare_tesseract(samples: Path) -> None:
    found = wanted = 0
    for row in map(json.loads, (samples / "vi-scans.jsonl").read_text().splitlines()):
        truth = (samples / "vi-scans" / row["truth"]).read_text()
        while "{{" in truth:  # handwriting and stamps
            before, _, rest = truth.partition("{{")
            truth = before + rest.partition("}}")[2]
        done = result(samples / "vi-scans" / row["image"])
        assert done.rotation == 0
        expected = Counter(truth.split())
        found += (expected & Counter(done.text.text.split())).total()
        wanted += expected.total()
    assert found / wanted >= BARE_TESSERACT_RECALL
