"""What the visible signature cannot show is found before anything is made; a seal never covers the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from pkcs11.exceptions import DeviceRemoved, GeneralError
from pypdf import PdfReader

from digitizer.deliver.appearance import Appearance, signature_form
from digitizer.deliver.keys import Signer, opened_signer, token_fault
from digitizer.deliver.sign import Signing, sign_pdf
from digitizer.deliver.signing_faults import LettersMissing, NotationMissing, SealUnplaced, SignatureUnfit
from digitizer.deliver.verify import verify_pdf
from digitizer.errors import CannotSign, KnownError, WrongUsage
from digitizer.model import Level, Record, RecordId, Secrecy
from ocr.geometry import POINTS_PER_INCH, Size
from tests.deliver.pages import page_of, page_text, written
from tests.helpers.keys import BODY, PIN, made_keys

A4 = Size(595, 842)
DPI = 72.0
MM = POINTS_PER_INCH / 25.4
TOP_MARGIN = 20 * MM
"""The least that Decree 30 leaves above the text."""


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signer]:
    with opened_signer(str(made_keys(tmp_path_factory.mktemp("keys")).p12), PIN) as opened:
        yield opened


@pytest.fixture(scope="module")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of A4 size at 60 dpi."""
    path = tmp_path_factory.mktemp("seal") / "dau.png"
    Image.new("RGBA", (496, 702), (255, 0, 0, 128)).save(path, dpi=(60, 60))
    return path


def _paper(path: Path, first_line: float) -> Path:
    """A page of text that begins ``first_line`` points from its upper edge."""
    image = Image.new("RGB", (A4.width, A4.height), "white")
    ImageDraw.Draw(image).rectangle((60, first_line, 560, 780), fill="black")
    return written(path, [page_of(image, page_text([], A4), DPI)])


def _rect(path: Path) -> tuple[float, ...]:
    annotations: Any = PdfReader(path).pages[0]["/Annots"]
    return tuple(float(side) for side in annotations[0].get_object()["/Rect"])


def test_a_seal_is_no_larger_than_seals_are(tmp_path: Path, signer: Signer, seal: Path) -> None:
    paper = _paper(tmp_path / "a.pdf", first_line=400)
    where = sign_pdf(paper, tmp_path / "b.pdf", signer, Appearance(signature_form("tt01"), BODY, seal=seal))
    _, lower, _, upper = _rect(tmp_path / "b.pdf")
    assert upper - lower == pytest.approx(42 * MM, abs=1)
    assert (where.covers, where.smaller) == (False, True)


def test_a_seal_is_drawn_smaller_before_it_lies_over_the_text(tmp_path: Path, signer: Signer, seal: Path) -> None:
    paper = _paper(tmp_path / "a.pdf", first_line=TOP_MARGIN)
    where = sign_pdf(paper, tmp_path / "b.pdf", signer, Appearance(signature_form("tt01"), BODY, seal=seal))
    _, lower, _, upper = _rect(tmp_path / "b.pdf")
    assert upper - lower >= 12 * MM
    assert lower >= A4.height - TOP_MARGIN
    assert (where.covers, where.smaller) == (False, True)
    assert verify_pdf(tmp_path / "b.pdf").whole


def test_a_seal_without_a_free_place_is_refused(tmp_path: Path, signer: Signer, seal: Path) -> None:
    paper = _paper(tmp_path / "a.pdf", first_line=10)
    with pytest.raises(SealUnplaced):
        sign_pdf(paper, tmp_path / "b.pdf", signer, Appearance(signature_form("tt01"), BODY, seal=seal))
    assert not (tmp_path / "b.pdf").exists()


def _refused(signer: Signer, form: str, **given: Any) -> KnownError:
    with pytest.raises((SignatureUnfit, LettersMissing)) as caught:
        Signing(signer, signature_form(form), **given).refuse_unfit()
    return caught.value


def test_what_a_form_lacks_or_does_not_show_is_wrong_usage_and_names_the_option(
    tmp_path: Path, signer: Signer, seal: Path
) -> None:
    (tmp_path / "env.sh").write_text("export A=1\n")
    assert "--seal" in _refused(signer, "tt05", seal=seal).message
    assert "--seal" in _refused(signer, "tt01").message
    assert "--copy-kind" in _refused(signer, "copy").message
    for picture in (tmp_path / "env.sh", tmp_path / "none.png", tmp_path):
        error = _refused(signer, "tt01", seal=picture)
        assert isinstance(error, WrongUsage)
        assert "cannot identify" not in error.message
        assert str(picture) in error.message


def test_letters_that_the_font_lacks_are_refused_and_named(signer: Signer) -> None:
    error = _refused(signer, "tt05", body="Trung tâm 😀 عربي")
    assert "“😀”" in error.message
    assert "?" not in error.message
    Signing(
        signer, signature_form("tt05"), body="Trung tâm\u200b Lưu trữ\u00ad"
    ).refuse_unfit()  # without shape: nothing is lost


def test_a_record_without_number_and_sign_is_named(tmp_path: Path, signer: Signer) -> None:
    signing = Signing(signer, signature_form("annex"))
    record = Record(
        RecordId("r"), Level.ITEM, "H1.001", "", None, None, Secrecy.NONE, 1, 0, 1, "item",
        fields={},
    )  # fmt: skip
    with pytest.raises(NotationMissing) as caught:
        signing.sign(_paper(tmp_path / "a.pdf", first_line=400), record)
    assert "H1.001" in caught.value.message


def test_what_a_token_reports_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "text.so").write_text("no library")
    for library in ("/nix.so", str(tmp_path / "text.so")):
        with pytest.raises(CannotSign) as caught, opened_signer(f"pkcs11:token=x?module-path={library}", PIN):
            pass
        assert library in caught.value.message
        assert not {"PKCS11Error", "OSError", "exception"} & set(caught.value.message.split())
    assert "DeviceRemoved" not in token_fault(DeviceRemoved())
    assert "GeneralError" in token_fault(GeneralError())
