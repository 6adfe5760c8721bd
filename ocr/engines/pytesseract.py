"""The system's Tesseract through pytesseract: one subprocess a page."""

from __future__ import annotations

import shlex

import numpy as np
import pytesseract
from numpy.typing import NDArray
from PIL import Image

from ocr.engines import tessdata
from ocr.errors import PageError, PageFault
from ocr.formats import hocr
from ocr.geometry import Size
from ocr.text import PageText

_CHOICES = f"-c lstm_choice_mode=2 -c lstm_choice_iterations={tessdata.CHOICES} -c lstm_rating_coefficient=1"
"""With coefficient 1 hOCR's ``x_confs`` is 100 - cost; with Tesseract's 5 every cost above 20 would be cut off."""


class PytesseractEngine:
    """Tesseract's LSTM recogniser with automatic page segmentation (psm 3), for a column without (psm 6)."""

    name = "pytesseract"

    def __init__(self) -> None:
        tessdata.folders()
        try:
            self.version = str(pytesseract.get_tesseract_version())
        except pytesseract.TesseractNotFoundError as error:
            raise PageError(PageFault.ENGINE_MISSING, str(error)) from error

    def languages(self) -> frozenset[str]:
        return tessdata.languages()

    def read(
        self, grey: NDArray[np.uint8], *, dpi: float, languages: tuple[str, ...],
        alternatives: bool = False, column: bool = False,
    ) -> PageText:  # fmt: skip
        folder, code = tessdata.models(languages)
        image = Image.fromarray(grey)
        image.format = "PPM"  # how pytesseract hands it over; its own choice, PNG, costs 0.2 s a page to pack
        config = f"--oem 1 --psm {6 if column else 3} --dpi {round(dpi)} --tessdata-dir {shlex.quote(str(folder))}"
        if alternatives:
            config = f"{config} {_CHOICES}"
        answer = pytesseract.image_to_pdf_or_hocr(image, lang=code, config=config, extension="hocr")
        height, width = grey.shape
        return PageText(Size(width, height), dpi, languages, f"tesseract {self.version}", hocr.read(answer).blocks)

    def close(self) -> None:
        """Nothing outlives a page."""
