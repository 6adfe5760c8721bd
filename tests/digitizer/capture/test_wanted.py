"""What a person wants, in the words of drivers that people really have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from digitizer.capture.scanner.faults import ScannerCannot
from digitizer.capture.scanner.model import Option, OptionValue
from digitizer.capture.scanner.profiles import DEFAULT, scan_profile, scan_profiles
from digitizer.capture.scanner.wanted import Area, Colours, Source, Wanted, prepare, source_kind
from digitizer.errors import NoSuchProfile


def _option(name: str, value: OptionValue, *choices: OptionValue, **more: Any) -> Option:
    kind = {bool: "bool", int: "int", float: "fixed", str: "string"}[type(value)]
    plain = Option(name, name, kind, "", value, choices, None, True)
    return replace(plain, **more)


def _length(name: str, most: float) -> Option:
    return _option(name, 0.0, unit="mm", range=(0.0, most, 0.0))


class _Fake:
    """A scanner that takes what its options allow, and keeps the order in which they were set."""

    def __init__(self, *options: Option) -> None:
        self.options = {option.name: option for option in options}
        self.order: list[str] = []

    def set(self, values: Iterable[tuple[str, OptionValue]]) -> list[Option]:
        for name, value in values:
            option = self.options[name]
            assert not option.choices or value in option.choices, f"{name}={value}"
            self.options[name] = replace(option, value=value)
            self.order.append(name)
        return list(self.options.values())

    def __getitem__(self, name: str) -> OptionValue | None:
        return self.options[name].value


def _fujitsu() -> _Fake:
    """Sheet-fed, both sides in the source, a paper size of its own (sane-fujitsu(5))."""
    return _Fake(
        _option("source", "ADF Front", "ADF Front", "ADF Back", "ADF Duplex"),
        _option("mode", "Lineart", "Lineart", "Halftone", "Gray", "Color"),
        _option("resolution", 600, range=(50.0, 600.0, 1.0), unit="dpi"),
        *(_length(name, 355.6) for name in ("page-height", "tl-y", "br-y")),
        *(_length(name, 221.1) for name in ("page-width", "tl-x", "br-x")),
        _option("compression", "JPEG", "None", "JPEG"),
        _option("swskip", 12.5, unit="percent", range=(0.0, 100.0, 0.1)),
        _option("swcrop", True),
    )


def _epson() -> _Fake:
    """Glass and feeder, sides in an option of their own (sane-epson2(5))."""
    return _Fake(
        _option("source", "Flatbed", "Flatbed", "Automatic Document Feeder", "Transparency Unit"),
        _option("adf-mode", "Simplex", "Simplex", "Duplex"),
        _option("mode", "Lineart", "Lineart", "Gray", "Color"),
        _option("depth", 16, 8, 16),
        _option("resolution", 75, 75, 150, 300, 600, unit="dpi"),
        _length("tl-x", 215.9), _length("tl-y", 297.2), _length("br-x", 215.9), _length("br-y", 297.2),
    )  # fmt: skip


def _plain() -> _Fake:
    return _Fake(_option("mode", "Gray", "Gray", "Lineart"), _option("resolution", 100, 100, 200, unit="dpi"))


def _prepared(scanner: _Fake, wanted: Wanted) -> tuple[_Fake, bool, list[str]]:
    ready = prepare(scanner, "máy", list(scanner.options.values()), wanted)
    return scanner, ready.feeder, ready.notes


_F, _A, _D, _NONE = Source.FLATBED, Source.ADF, Source.ADF_DUPLEX, None
SOURCES: dict[str, dict[str, Source | None]] = {
    "avision": {"Normal": _F, "Transparency": _NONE, "ADF Front": _A, "ADF Back": _NONE, "ADF Duplex": _D},
    "fujitsu, canon_dr": {
        "Flatbed": _F, "ADF Front": _A, "ADF Back": _NONE, "ADF Duplex": _D,
        "Card Front": _NONE, "Card Back": _NONE, "Card Duplex": _NONE,
    },
    "epjitsu, kodak": {"Flatbed": _F, "ADF Front": _A, "ADF Back": _NONE, "ADF Duplex": _D, "Transparency Unit": _NONE},
    "epson2, magicolor, kodakaio": {"Flatbed": _F, "Automatic Document Feeder": _A, "Transparency Unit": _NONE},
    "epsonds": {"Flatbed": _F, "ADF Front": _A, "ADF Duplex": _D, "Transparency Unit": _NONE},
    "pixma": {
        "Flatbed": _F, "Automatic Document Feeder": _A, "ADF Duplex": _D, "Transparency Unit": _NONE,
        "Negative color slides": _NONE,
    },
    "escl, airscan": {"Flatbed": _F, "ADF": _A, "ADF Duplex": _D},
    "hp5590": {"Flatbed": _F, "ADF": _A, "ADF Duplex": _D, "TMA Slides": _NONE, "TMA Negatives": _NONE},
    "hp": {"Normal": _F, "ADF": _A, "XPA": _NONE},
    "hpaio": {"Auto": _NONE, "Flatbed": _F, "ADF": _A, "Duplex": _D, "Camera": _NONE},
    "genesys, gt68xx": {"Flatbed": _F, "Transparency Adapter": _NONE, "Transparency Adapter Infrared": _NONE},
    "xerox_mfp": {"Flatbed": _F, "ADF": _A, "Auto": _NONE},
    "hs2p, sp15c": {"FB": _F, "ADF": _A},
    "kvs1025, kvs40xx": {"fb": _F, "adf": _A},
    "snapscan": {"Flatbed": _F, "Transparency Adapter": _NONE, "Document Feeder": _A},
    "microtek2": {"Flatbed": _F, "ADF": _A, "TMA": _NONE, "Filmstrip": _NONE},
    "coolscan": {"Automatic Slide Feeder": _NONE},
    "plustek": {"Normal": _F, "Transparency": _NONE, "Negative": _NONE},
    "brother3, brother4, brother5": {
        "FlatBed": _F,
        "Automatic Document Feeder(left aligned)": _A, "Automatic Document Feeder(left aligned,Duplex)": _D,
        "Automatic Document Feeder(centrally aligned)": _A, "Automatic Document Feeder(centrally aligned,Duplex)": _D,
    },
    "smfp": {"Auto": _NONE, "Flatbed": _F, "ADF Simplex": _A, "ADF Duplex": _D},
    "utsushi, epsonscan2": {"Document Table": _F, "ADF": _A, "Auto": _NONE},
}  # fmt: skip
"""Names of sources by driver: from the manual pages and libraries of libsane 1.2.1, and of vendors' drivers."""


@pytest.mark.parametrize("driver", SOURCES)
def test_words_for_sources(driver: str) -> None:
    words = SOURCES[driver]
    assert {word: source_kind(word) for word in words} == words


@pytest.mark.parametrize("driver", SOURCES)
def test_each_kind_of_source_is_set_by_its_own_word(driver: str) -> None:
    words = SOURCES[driver]
    for kind in {kind for kind in words.values() if kind is not None}:
        first = next(word for word, meant in words.items() if meant is kind)
        scanner = _Fake(_option("source", next(iter(words)), *words))
        scanner, feeder, _ = _prepared(scanner, Wanted(source=kind, must=frozenset({"source"})))
        assert (scanner["source"], feeder) == (first, kind is not Source.FLATBED)


def test_office_paper_through_a_feeder_of_both_sides() -> None:
    wanted = replace(scan_profile("office").wanted(), source=Source.ADF_DUPLEX, must=frozenset({"source"}))
    scanner, feeder, notes = _prepared(_fujitsu(), wanted)
    assert feeder
    assert notes == []
    assert (scanner["source"], scanner["mode"], scanner["resolution"]) == ("ADF Duplex", "Color", 300)
    assert (scanner["compression"], scanner["swskip"], scanner["swcrop"]) == ("None", 0.0, False)
    assert (scanner["page-width"], scanner["br-x"], scanner["br-y"]) == (210, 210, 297)
    assert scanner.order.index("page-width") < scanner.order.index("br-x")


def test_both_sides_in_an_option_of_their_own() -> None:
    wanted = Wanted(source=Source.ADF_DUPLEX, must=frozenset({"source"}))
    scanner, feeder, _ = _prepared(_epson(), wanted)
    assert feeder
    assert (scanner["source"], scanner["adf-mode"]) == ("Automatic Document Feeder", "Duplex")
    scanner, _, _ = _prepared(scanner, replace(wanted, source=Source.ADF))
    assert scanner["adf-mode"] == "Simplex"


class _Epson(_Fake):
    """``adf-mode`` is active only while the feeder is the source, as in the driver itself."""

    def set(self, values: Iterable[tuple[str, OptionValue]]) -> list[Option]:
        options = super().set(values)
        return options if self["source"] != "Flatbed" else [each for each in options if each.name != "adf-mode"]


def test_sides_that_can_be_chosen_only_once_the_feeder_is_the_source() -> None:
    scanner = _Epson(*_epson().options.values())
    ready = prepare(scanner, "máy", scanner.set([]), Wanted(source=Source.ADF_DUPLEX, must=frozenset({"source"})))
    assert ready.feeder
    assert (scanner["source"], scanner["adf-mode"]) == ("Automatic Document Feeder", "Duplex")
    prepare(scanner, "máy", scanner.set([("source", "Flatbed")]), Wanted(source=Source.ADF))
    assert scanner["adf-mode"] == "Simplex"


@pytest.mark.parametrize(
    ("option", "both", "one"),
    [
        (_option("duplex", False), True, False),
        (_option("adf-duplex", False), True, False),
        (_option("ScanMode", "Simplex", "Simplex", "Duplex"), "Duplex", "Simplex"),
        (_option("adf-mode", "Single-sided", "Single-sided", "Double-sided"), "Double-sided", "Single-sided"),
    ],
)
def test_a_scanner_that_is_fed_by_hand_or_feeder_alone_may_have_no_source(
    option: Option, both: OptionValue, one: OptionValue
) -> None:
    """Of kvs20xx, kvs1025 and matsushita, among others."""
    told = replace(option, settable=False)
    assert not _prepared(_Fake(told), Wanted())[1], "a switch on the scanner itself"
    for source, value in ((Source.ADF_DUPLEX, both), (Source.ADF, one)):
        scanner, feeder, _ = _prepared(_Fake(option), Wanted(source=source, must=frozenset({"source"})))
        assert feeder
        assert scanner[option.name] == value
    assert _prepared(_Fake(option), Wanted())[1], "sheets come as long as there are any"
    with pytest.raises(ScannerCannot) as caught:
        _prepared(_Fake(option), Wanted(source=Source.FLATBED, must=frozenset({"source"})))
    assert caught.value.details["choices"] == "adf, adf-duplex"


def test_options_that_only_sound_like_two_sides_are_left_alone() -> None:
    scanner = _fujitsu()
    scanner.options |= {
        each.name: each
        for each in (_option("side", False), _option("duplexoffset", 0), _option("buffermode", "Off", "Off", "On"))
    }
    _prepared(scanner, Wanted(source=Source.ADF_DUPLEX, must=frozenset({"source"})))
    assert not {"side", "duplexoffset", "buffermode"} & set(scanner.order)


def test_the_glass_is_scanned_whole() -> None:
    scanner, feeder, _ = _prepared(_epson(), scan_profile("office").wanted())
    assert not feeder
    assert (scanner["br-x"], scanner["br-y"], scanner["depth"], scanner["mode"]) == (215.9, 297.2, 8, "Color")


def test_a_wish_that_cannot_be_met_is_a_note_and_a_demand_an_error() -> None:
    scanner, _, notes = _prepared(_plain(), scan_profile("office").wanted())
    assert len(notes) == 2
    assert scanner["resolution"] == 200, "the highest that it has"
    assert scanner["mode"] == "Gray"
    for demand in (
        Wanted(colours=Colours.COLOR, must=frozenset({"colours"})),
        Wanted(resolution=300, must=frozenset({"resolution"})),
        Wanted(source=Source.ADF, must=frozenset({"source"})),
    ):
        with pytest.raises(ScannerCannot) as caught:
            _prepared(_plain(), demand)
        assert caught.value.details["choices"] != "–"


def test_the_next_resolution_above_is_taken() -> None:
    scanner, _, notes = _prepared(_epson(), Wanted(resolution=200))
    assert scanner["resolution"] == 300
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("span", "taken"),
    [
        ((50.0, 1200.0, 50.0), 250), ((75.0, 600.0, 75.0), 225), ((1.0, 1200.0, 0.0), 220), ((300.0, 600.0, 1.0), 300),
        ((50.0, 200.0, 1.0), 200), ((50.0, 220.0, 17.0), 220), ((12.5, 1200.0, 12.5), 225), ((0.0015, 999.0, 0.1), 220),
    ],
)  # fmt: skip
def test_a_resolution_keeps_to_the_steps_of_the_driver(span: tuple[float, float, float], taken: float) -> None:
    option = _option("resolution", span[0], range=span, unit="dpi")
    scanner, _, notes = _prepared(_Fake(option), Wanted(resolution=220))
    assert scanner["resolution"] == pytest.approx(taken, abs=0.5)
    assert len(notes) == (abs(taken - 220) > 1)


def test_an_area_keeps_to_what_the_driver_offers() -> None:
    scanner, _, _ = _prepared(_Fake(_length("br-x", 216), _length("br-y", 150)), Wanted(flatbed=Area.A4))
    assert (scanner["br-x"], scanner["br-y"]) == (210, 150)
    pixels = _Fake(replace(_length("br-x", 2550), unit="pixel"))
    assert _prepared(pixels, Wanted(flatbed=Area.A4))[0]["br-x"] == 0, "what is not told in millimetres stays"


def test_options_of_the_driver_by_name() -> None:
    scanner, _, _ = _prepared(_fujitsu(), Wanted(raw=(("swcrop", "no"), ("mode", "Halftone"))))
    assert (scanner["swcrop"], scanner["mode"]) == (False, "Halftone")


def test_the_shipped_profiles_keep_the_circular() -> None:
    profiles = scan_profiles()
    assert DEFAULT in profiles
    for name in ("office", "drawing", "photo"):
        assert profiles[name].colours is Colours.COLOR
        assert profiles[name].resolution >= 200
    assert profiles["drawing"].resolution >= 300
    assert profiles["drawing"].feeder is Area.FULL
    with pytest.raises(NoSuchProfile, match="office"):
        scan_profile("fast")


def test_a_source_that_was_typed_says_whether_sheets_are_fed() -> None:
    fed, feeder, _ = _prepared(_epson(), Wanted(raw=[("source", "Automatic Document Feeder")]))
    assert fed.options["source"].value == "Automatic Document Feeder"
    assert feeder
    assert not _prepared(fed, Wanted(raw=[("source", "Flatbed")]))[1]


@pytest.mark.parametrize(
    ("name", "text", "instead"), [("depth", "99", "8, 16"), ("br-x", "900", "0–215.9"), ("br-x", "-1", "0–215.9")]
)
def test_a_number_that_the_driver_would_change_without_a_word_is_refused(name: str, text: str, instead: str) -> None:
    with pytest.raises(ScannerCannot, match=instead) as caught:
        _prepared(_epson(), Wanted(raw=((name, text),)))
    assert caught.value.details["what"] == f"{name}={text}"


def test_what_a_person_typed_within_the_range_is_passed_on() -> None:
    scanner, _, _ = _prepared(_epson(), Wanted(raw=(("br-x", "215.9"), ("mode", "Lineart"))))
    assert scanner["br-x"] == "215.9"
