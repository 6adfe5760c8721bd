"""An option that would mean nothing with what is asked for is refused, not passed over."""

from pathlib import Path

import pytest

from digitizer.cli.deliver_options import refuse_meaningless, refuse_unshown
from digitizer.cli.parser import build_parser
from digitizer.deliver.appearance import signature_form
from digitizer.deliver.deliver import FORMS, Delivery, deliver
from digitizer.deliver.record_pdf import PdfWish
from digitizer.errors import WrongUsage
from digitizer.workspace import Workspace
from tests.helpers.cli import Program
from tests.helpers.dossiers import dossier

PACKAGES, WITH_PDF = {"sip", "aip", "bag"}, {"pdf", "sip", "aip", "bag", "tables"}
SIGN = ("--sign", "k.p12")
ALL: set[str] = set(FORMS)
FIT: dict[tuple[str, ...], set[str]] = {
    ("--layout", "tt05"): PACKAGES, ("--folder",): PACKAGES, ("--profile", "archive"): WITH_PDF, ("--whole",): {"pdf"},
    ("--allow-coarse",): WITH_PDF, SIGN: {*WITH_PDF, "exchange"}, ("--encrypt-to", "age1x"): {"exchange"},
    ("--receipt", "r.pdf"): ALL, ("--max-secrecy", "mat"): ALL,
    ("--pin-fd", "3"): set(), ("--sign-form", "tt05"): set(), ("--body", "B"): set(), ("--copy-kind", "K"): set(),
    ("--seal", "s.png"): set(), ("--pin-fd", "0", *SIGN): {*WITH_PDF, "exchange"},
    ("--sign-form", "copy", *SIGN): WITH_PDF,
    ("--allow-coarse", "--profile", "reading"): set(),
}  # fmt: skip


@pytest.mark.parametrize("option", FIT, ids=" ".join)
def test_an_option_goes_with_the_forms_that_it_means_something_for(option: tuple[str, ...]) -> None:
    parser = build_parser()
    for form in FORMS:
        arguments = parser.parse_args(["deliver", "out", "--as", form, *option])
        if form in FIT[option]:
            refuse_meaningless(arguments)
        else:
            with pytest.raises(WrongUsage) as told:
                refuse_meaningless(arguments)
            assert any(f"“{part}”" in told.value.message for part in option)


@pytest.mark.parametrize(
    ("form", "option", "fits"),
    [
        ("tt05", ("--body", "B"), True), ("annex", ("--body", "B"), False),
        ("copy", ("--copy-kind", "SAO Y"), True), ("tt05", ("--copy-kind", "SAO Y"), False),
        ("tt01", ("--seal", "s.png"), True), ("tt05", ("--seal", "s.png"), False),
    ],
)  # fmt: skip
def test_what_a_signature_does_not_show_is_not_asked_for(form: str, option: tuple[str, ...], fits: bool) -> None:
    arguments = build_parser().parse_args(["deliver", "out", "--as", "pdf", *SIGN, "--sign-form", form, *option])
    if fits:
        refuse_unshown(arguments, signature_form(form))
    else:
        with pytest.raises(WrongUsage):
            refuse_unshown(arguments, signature_form(form))


def test_reading_copies_are_no_package_of_the_circular(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1,))
    with pytest.raises(WrongUsage):
        deliver(workspace, tmp_path / "a", Delivery("sip", pdf=PdfWish("reading")))
    assert not (tmp_path / "a").exists()
    assert deliver(workspace, tmp_path / "b", Delivery("sip", layout="eark", pdf=PdfWish("reading"))).refused == []


def test_the_command_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    program = Program(tmp_path / "nhà", tmp_path / "vùng")
    assert program("deliver", tmp_path / "giao", "--as", "dc", "--folder").code == 2
    assert not (tmp_path / "giao").exists()
