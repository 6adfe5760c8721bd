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


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Flatbed", Source.FLATBED), ("FlatBed", Source.FLATBED), ("Document Table", Source.FLATBED),
        ("Normal", Source.FLATBED), ("ADF", Source.ADF), ("Automatic Document Feeder", Source.ADF),
        ("ADF Front", Source.ADF), ("ADF Back", None), ("ADF Duplex", Source.ADF_DUPLEX), ("Duplex", Source.ADF_DUPLEX),
        ("Automatic Document Feeder(centrally aligned,Duplex)", Source.ADF_DUPLEX), ("adf simplex", Source.ADF),
        ("ADF - both sides", Source.ADF_DUPLEX), ("Transparency Unit", None), ("Negative", None), ("Card Front", None),
    ],
)  # fmt: skip
def test_words_for_sources(word: str, kind: Source | None) -> None:
    assert source_kind(word) is kind


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
