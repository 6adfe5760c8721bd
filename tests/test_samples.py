"""The shipped sample pages and their truth: they are there, small, and what ``samples.json`` says of them holds."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

import resources

FOLDER_LIMIT = int(3.5 * 1024 * 1024)
LEAST_PAGES = 12
INK_CONTRAST = 60
"""Grey levels by which the darkest ink in a word's box is darker than the middle of the page's paper."""
LEAST_INK_HELD = 0.93
"""Share of the dark pixels of a page of plain text that lie in the words' boxes (dust and blur are the rest)."""
LEAST_TIGHT = 0.9
"""Share of the boxes whose four edges each touch ink (within EDGE pixels)."""
EDGE = 2
PLAIN_TEXT = "nasos-nc-150.jpg"


@cache
def truth() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(resources.path("samples/samples.json").read_text(encoding="utf-8"))
    return data


def pages() -> list[Any]:
    return [pytest.param(page, id=f"{page['file']}-{page['page']}") for page in truth()["pages"]]


def stored_image(page: dict[str, Any]) -> tuple[Image.Image, float]:
    """The picture as stored in its file, and its resolution."""
    path = resources.path(f"samples/{page['file']}")
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            sheet = document[page["page"]]
            (picture,) = sheet.get_objects()
            image = picture.get_bitmap().to_pil()
            return image, image.width / sheet.get_width() * 72
    with Image.open(path) as image:
        image.seek(page["page"])
        return image.copy(), float(image.info["dpi"][0])


def grey(page: dict[str, Any]) -> NDArray[np.uint8]:
    return np.asarray(stored_image(page)[0].convert("L"))


def boxes(page: dict[str, Any]) -> Iterator[tuple[int, int, int, int]]:
    return ((x, y, x + w, y + h) for _, x, y, w, h in page["words"])


def test_folder_is_small_and_holds_what_is_listed() -> None:
    folder = resources.path("samples")
    assert sum(file.stat().st_size for file in folder.iterdir()) <= FOLDER_LIMIT
    listed = {page["file"] for page in truth()["pages"]}
    assert {file.name for file in folder.iterdir()} == listed | {"samples.json", "README.md"}
    assert len(truth()["pages"]) >= LEAST_PAGES


def test_every_kind_of_page_is_there() -> None:
    every = truth()["pages"]
    assert {page["rotation"] for page in every} >= {0, 90, 180}
    assert any(page["blank"] for page in every)
    assert {page["dpi"] for page in every} == {150, 200, 300}
    assert {language for page in every for language in page["languages"]} == {"vie", "eng", "rus"}
    assert all(-3 <= page["skew"] <= 3 for page in every)


def test_every_page_of_every_file_is_listed_once() -> None:
    listed = [(page["file"], page["page"]) for page in truth()["pages"]]
    assert len(set(listed)) == len(listed)
    for file in {file for file, _ in listed}:
        path = resources.path(f"samples/{file}")
        if path.suffix == ".pdf":
            with pypdfium2.PdfDocument(path) as document:
                count = len(document)
        else:
            with Image.open(path) as image:
                count = getattr(image, "n_frames", 1)
        assert sorted(page for name, page in listed if name == file) == list(range(count))


def test_records_group_all_pages() -> None:
    records = truth()["records"]
    assert {record["code"] for record in records} == {page["record"] for page in truth()["pages"]}
    assert all(record["title"] and record["title_en"] for record in records)


@pytest.mark.parametrize("page", pages())
def test_size_and_resolution_are_true(page: dict[str, Any]) -> None:
    image, dpi = stored_image(page)
    assert image.size == (page["width"], page["height"])
    assert dpi == pytest.approx(page["dpi"], abs=0.01)


@pytest.mark.parametrize("page", pages())
def test_words_are_the_text(page: dict[str, Any]) -> None:
    words = [word for word, *_ in page["words"]]
    assert words == page["text"].split()
    assert page["blank"] == (not words)
    assert unicodedata.is_normalized("NFC", page["text"])


@pytest.mark.parametrize("page", pages())
def test_boxes_lie_inside_and_hold_ink(page: dict[str, Any]) -> None:
    image = grey(page)
    paper = float(np.median(image))
    for x0, y0, x1, y1 in boxes(page):
        assert 0 <= x0 < x1 <= page["width"]
        assert 0 <= y0 < y1 <= page["height"]
        assert image[y0:y1, x0:x1].min() < paper - INK_CONTRAST


@pytest.mark.parametrize("page", pages())
def test_boxes_are_tight(page: dict[str, Any]) -> None:
    image = grey(page)
    dark = image < float(np.median(image)) - INK_CONTRAST / 2
    tight = []
    for x0, y0, x1, y1 in boxes(page):
        ink = dark[y0:y1, x0:x1]
        tight.append(all(side.any() for side in (ink[:EDGE], ink[-EDGE:], ink[:, :EDGE], ink[:, -EDGE:])))
    assert page["blank"] or np.mean(tight) >= LEAST_TIGHT


def test_boxes_hold_nearly_all_ink_of_a_page_without_rules() -> None:
    (page,) = (page for page in truth()["pages"] if page["file"] == PLAIN_TEXT)
    image = grey(page)
    dark = image < float(np.median(image)) - INK_CONTRAST
    held = np.zeros_like(dark)
    for x0, y0, x1, y1 in boxes(page):
        held[y0:y1, x0:x1] = True
    assert dark[held].sum() / dark.sum() >= LEAST_INK_HELD


def test_queries_name_pages_that_hold_them() -> None:
    texts = {(page["file"], page["page"]): " ".join(page["text"].split()).casefold() for page in truth()["pages"]}
    for query in truth()["queries"]:
        named = {(hit["file"], hit["page"]) for hit in query["pages"]}
        assert named
        holding = {place for place, text in texts.items() if query["query"].casefold() in text}
        assert named >= holding
        assert named == holding or query["query"].isascii()
