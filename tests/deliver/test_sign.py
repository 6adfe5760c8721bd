"""Signatures on finished PDFs: valid for others, PDF/A still, and nothing can be changed afterwards unseen."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from asn1crypto import x509
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader

from digitizer.clock import VIETNAM, now
from digitizer.deliver import package_signature
from digitizer.deliver.appearance import Appearance, signature_form, signature_forms
from digitizer.deliver.keys import Signer, opened_signer, tokens
from digitizer.deliver.pdf_check import check_pdf
from digitizer.deliver.sign import sign_in_place, sign_pdf
from digitizer.deliver.signature_problems import DAMAGED, NO_PDF
from digitizer.deliver.verify import Coverage, verify_pdf
from digitizer.errors import CannotSign, NoSuchProfile, WrongUsage
from ocr.geometry import Size
from tests.deliver.pages import page_of, page_text, written
from tests.helpers.keys import BODY, PIN, Keys, made_keys

SOFTHSM = next(iter(sorted(Path("/usr/lib").rglob("libsofthsm2.so"))), None)
TOKEN_PIN = "135790"
SMALL = Size(600, 800)
DPI = 72.0
WIDTH_TOLERANCE = 1.0
"""Thousandths of an em between a font and its widths in the PDF (ISO 19005-2, 6.2.11.5)."""
PDFSIG_VALID = ("Signature is Valid", "Total document signed")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return made_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def signer(keys: Keys) -> Iterator[Signer]:
    with opened_signer(str(keys.p12), PIN) as opened:
        yield opened


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("plain") / "a.pdf", [_page()])


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, plain: Path, signer: Signer) -> Path:
    path = tmp_path_factory.mktemp("signed") / "a.pdf"
    sign_pdf(plain, path, signer, _shown())
    return path


def _page(image: Image.Image | None = None) -> Any:
    return page_of(image or Image.new("RGB", (SMALL.width, SMALL.height), "white"), page_text([], SMALL), DPI)


def _shown(form: str = "tt05", **named: Any) -> Appearance:
    return Appearance(signature_form(form), BODY, **named)


def _block(path: Path) -> tuple[Any, Any]:
    """The widget on page 1 and its appearance."""
    annotations: Any = PdfReader(path).pages[0]["/Annots"]
    (annotation,) = (each.get_object() for each in annotations)
    return annotation, annotation["/AP"]["/N"].get_object()


def test_others_call_it_valid_and_the_file_whole(signed: Path, keys: Keys) -> None:
    said = subprocess.run(["pdfsig", signed], capture_output=True, text=True, check=False).stdout
    assert all(word in said for word in PDFSIG_VALID)
    assert (said.count("Signature #"), said.count(BODY)) == (1, 2)
    report = verify_pdf(signed, [keys.root])
    (found,) = report.signatures
    assert (found.signer, found.coverage, found.changes, found.problem) == (BODY, Coverage.FILE, "none", "")
    assert (report.whole, report.trusted) == (True, True)
    assert not verify_pdf(signed).trusted  # no root was given: nothing proves whose certificate it is


def test_it_is_an_update_behind_a_file_that_stays_as_it_was(plain: Path, signed: Path) -> None:
    before, after = plain.read_bytes(), signed.read_bytes()
    assert after.startswith(before)
    assert after.count(b"/ByteRange") == 1
    assert [check for check in check_pdf(signed, [_page()]) if not check.ok] == []
    readers: list[Any] = [PdfReader(plain), PdfReader(signed)]
    packets = [reader.root_object["/Metadata"].get_object().get_data() for reader in readers]
    assert packets[0] == packets[1]
    assert readers[0].metadata == readers[1].metadata


def test_the_block_says_body_and_time_and_stands_at_the_upper_right(signed: Path) -> None:
    widget, _ = _block(signed)
    left, lower, right, upper = widget["/Rect"]
    assert SMALL.width / 2 < left < right <= SMALL.width
    assert SMALL.height * 0.9 < lower < upper <= SMALL.height
    assert widget["/F"] & 0b110 == 0b100  # printed, not hidden (ISO 19005-2, 6.3.2)
    text = subprocess.run(["pdftotext", "-layout", signed, "-"], capture_output=True, text=True, check=True).stdout
    body, time = (line.strip() for line in text.strip().splitlines()[:2])
    assert body == BODY
    (found,) = verify_pdf(signed).signatures
    assert found.claimed is not None
    assert time == f"{found.claimed:%d/%m/%Y %H:%M:%S} +07:00"
    assert found.claimed.utcoffset() == timedelta(hours=7)


def test_the_blocks_font_is_embedded_with_its_own_widths(signed: Path) -> None:
    """6.2.11.4.1, 6.2.11.5, 6.2.11.7, 6.2.11.8; what pyHanko's own stamps fail."""
    _, form = _block(signed)
    (font,) = (each.get_object() for each in form["/Resources"]["/Font"].values())
    below = font["/DescendantFonts"][0].get_object()
    inside = TTFont(io.BytesIO(below["/FontDescriptor"].get_object()["/FontFile2"].get_object().get_data()))
    first, widths = below["/W"]
    units = inside["head"].unitsPerEm
    for glyph, width in enumerate(widths, start=int(first)):
        own = inside["hmtx"].metrics[inside.getGlyphName(glyph)][0] * 1000 / units
        assert abs(own - float(width)) <= WIDTH_TOLERANCE
    shown = form.get_data().split(b"<")[1:]
    codes = {part[i : i + 4] for part in (each.split(b">")[0] for each in shown) for i in range(0, len(part), 4)}
    mapped = font["/ToUnicode"].get_object().get_data()
    assert b"0000" not in codes
    assert all(b"<" + code + b">" in mapped for code in codes)
    assert b"0 0 0 rg" in form.get_data()
    assert b" 10 Tf" in form.get_data()


def _found(path: Path, changed: bytes) -> bool:
    path.write_bytes(changed)
    return not verify_pdf(path).whole


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_that_is_changed_afterwards_is_found(signed: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = signed.read_bytes()
    start = content.index(b"/Contents <")
    area = st.one_of(
        st.integers(0, len(content) - 1), st.integers(start, start + 8000), st.integers(start, len(content) - 1)
    )
    place, bits = data.draw(area), data.draw(st.integers(1, 255))
    changed = bytearray(content)
    changed[place] ^= bits
    assert _found(tmp_path / "b.pdf", bytes(changed))


@pytest.mark.parametrize("added", [b"\n", b"x", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_what_is_added_behind_is_found(signed: Path, tmp_path: Path, added: bytes) -> None:
    assert _found(tmp_path / "b.pdf", signed.read_bytes() + added)


def test_unsigned_and_damaged_files_are_not_whole(plain: Path, tmp_path: Path) -> None:
    assert (verify_pdf(plain).signatures, verify_pdf(plain).whole) == ((), False)
    for content, problem in ((plain.read_bytes()[:200], DAMAGED), (b"no PDF", NO_PDF), (b"", NO_PDF)):
        (tmp_path / "b.pdf").write_bytes(content)
        report = verify_pdf(tmp_path / "b.pdf")
        assert report.problem == problem
        assert not report.whole


def test_a_second_signature_leaves_the_first_good(signed: Path, tmp_path: Path, signer: Signer) -> None:
    twice = Path(shutil.copy(signed, tmp_path / "b.pdf"))
    sign_in_place(twice, signer, _shown("copy", kind="SAO Y"))
    report = verify_pdf(twice)
    assert [each.coverage for each in report.signatures] == [Coverage.REVISION, Coverage.FILE]
    assert report.whole


def test_a_covered_corner_is_said_and_a_free_place_beside_is_taken(tmp_path: Path, signer: Signer) -> None:
    black = Image.new("RGB", (SMALL.width, SMALL.height), "white")
    ImageDraw.Draw(black).rectangle((250, 0, 600, 90), fill="black")
    full = written(tmp_path / "full.pdf", [_page(black)])
    assert sign_pdf(full, tmp_path / "b.pdf", signer, _shown()).covers
    line = Image.new("RGB", (SMALL.width, SMALL.height), "white")
    ImageDraw.Draw(line).rectangle((250, 38, 600, 60), fill="black")
    partly = written(tmp_path / "partly.pdf", [_page(line)])
    where = sign_pdf(partly, tmp_path / "c.pdf", signer, _shown())
    assert not where.covers
    assert where.y > SMALL.height - 38


def test_forms_of_other_rules(tmp_path: Path, plain: Path, signer: Signer) -> None:
    moment = datetime(2026, 3, 5, 7, 8, 9, tzinfo=VIETNAM)
    assert {form.name for form in signature_forms().values()} == {"tt05", "copy", "annex", "tt01"}
    assert _shown("copy", kind="SAO Y").lines(moment) == ("SAO Y", BODY, "05/03/2026 07:08:09 +07:00")
    assert _shown("annex", notation="12/QĐ-UBND").lines(moment) == ("12/QĐ-UBND", "05/03/2026 07:08:09 +07:00")
    for form, body in (("copy", BODY), ("annex", BODY), ("tt01", BODY), ("tt05", "")):
        with pytest.raises(WrongUsage):
            Appearance(signature_form(form), body).lines(moment)
    with pytest.raises(NoSuchProfile):
        signature_form("x")
    seal = tmp_path / "seal.png"
    Image.new("RGBA", (200, 200), (255, 0, 0, 128)).save(seal, dpi=(144, 144))
    sign_pdf(plain, tmp_path / "b.pdf", signer, _shown("tt01", seal=seal))
    widget, form = _block(tmp_path / "b.pdf")
    assert widget["/Rect"][3] - widget["/Rect"][1] == pytest.approx(100, abs=1)
    assert "/Seal" in form["/Resources"]["/XObject"]
    assert verify_pdf(tmp_path / "b.pdf").whole


def test_keys_that_cannot_sign_are_refused(tmp_path: Path, keys: Keys) -> None:
    def refused(source: Path | str, pin: str = PIN) -> str:
        with pytest.raises(CannotSign) as caught, opened_signer(str(source), pin):
            pass
        assert pin not in str(caught.value)
        return caught.value.message

    assert "PIN" in refused(keys.p12, "sai")
    refused(tmp_path / "none.p12")
    refused(keys.root)
    for folder in ("old", "ca"):
        (tmp_path / folder).mkdir()
    refused(made_keys(tmp_path / "old", valid_until=now() - timedelta(days=1)).p12)
    refused(made_keys(tmp_path / "ca", ca_usage=True).p12)
    refused("pkcs11:token=x")
    refused("pkcs11:token=x?module-path=/none.so")
    assert "s3cret" not in refused("pkcs11:token=x?module-path=/none.so&pin-value=s3cret")


@pytest.fixture
def token(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token of SoftHSM with the key and its certificates."""
    assert SOFTHSM is not None
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "Kho số", "--pin", TOKEN_PIN, "--so-pin", "24680"],
        check=True, capture_output=True,
    )  # fmt: skip
    _fill(keys)
    return f"pkcs11:token=Kho%20s%E1%BB%91;object=body?module-path={SOFTHSM}"


def _fill(keys: Keys) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pkcs11.util.rsa import decode_rsa_private_key

    library = pkcs11.lib(str(SOFTHSM))
    library.reinitialize()
    info = keys.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with library.get_token(token_label="Kho số").open(rw=True, user_pin=TOKEN_PIN) as session:
        private = decode_rsa_private_key(info, capabilities=pkcs11.MechanismFlag.SIGN)
        known = {pkcs11.Attribute.LABEL: "body", pkcs11.Attribute.ID: b"\x01", pkcs11.Attribute.TOKEN: True}
        session.create_object(private | known)
        for number, each in enumerate(keys.chain, start=1):
            certificate = x509.Certificate.load(each.public_bytes(Encoding.DER))
            session.create_object({
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.SUBJECT: certificate.subject.dump(), pkcs11.Attribute.VALUE: certificate.dump(),
                pkcs11.Attribute.ID: bytes([number]), pkcs11.Attribute.TOKEN: True,
            })  # fmt: skip


@pytest.mark.skipif(SOFTHSM is None, reason="softhsm2 is not installed")
def test_a_token_signs_many_files_with_one_pin(token: str, plain: Path, tmp_path: Path, keys: Keys) -> None:
    with opened_signer(token, TOKEN_PIN) as signer:
        for number in range(3):
            sign_pdf(plain, tmp_path / f"{number}.pdf", signer, _shown())
        package = package_signature.sign(b"package", signer)
    assert package_signature.verify(b"package", package, package_signature.read_roots([keys.root])).trusted
    for number in range(3):
        assert verify_pdf(tmp_path / f"{number}.pdf", [keys.root]).trusted
    with pytest.raises(CannotSign) as caught, opened_signer(token, "000000"):
        pass
    assert "000000" not in caught.value.message
    assert caught.value.message.startswith("“Kho số” cannot sign") and "pkcs11" not in caught.value.message
    assert tokens(str(SOFTHSM)) == ("Kho số",)  # and not the slot that waits for a token
    with pytest.raises(CannotSign), opened_signer(token.replace("object=body", "object=none"), TOKEN_PIN):
        pass
    with pytest.raises(CannotSign), opened_signer(token.replace("Kho", "X"), TOKEN_PIN):
        pass


@pytest.mark.samples
def test_signatures_of_real_offices(samples: Path) -> None:
    """Two papers as the government's portal signed them, and one that was cut down after it was signed twice."""
    whole = [verify_pdf(samples / "records/scans" / name) for name in ("cp-3722.pdf", "cp-qd729.pdf")]
    assert [(report.whole, report.trusted) for report in whole] == [(True, False)] * 2
    assert {each.signer for report in whole for each in report.signatures} == {"CỔNG THÔNG TIN ĐIỆN TỬ CHÍNH PHỦ"}
    hybrid = verify_pdf(samples / "records/born-digital/hn-qd2280.pdf")  # with cross-reference tables of both kinds
    assert (len(hybrid.signatures), hybrid.whole) == (7, True)
    altered = verify_pdf(samples / "records/born-digital/bth-478.pdf")
    assert [each.intact for each in altered.signatures] == [False, False]
    assert not altered.whole
