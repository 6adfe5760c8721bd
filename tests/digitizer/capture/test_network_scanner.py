"""A scanner with a feeder of both sides, of libsane's driver ``escl``: the driver ``test`` knows only one side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner import faults
from digitizer.capture.scanner.session import ScannedPage, Scanner
from digitizer.capture.scanner.wanted import Source, Wanted, prepare
from ocr.spool import read_head
from ocr.spool_master import spool_image
from tests.helpers.escl import Escl, jpeg, served
from tests.helpers.scanners import PATIENCE, needs_libsane

pytestmark = needs_libsane


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[Escl]:
    """Three sheets in its feeder: fronts are light, backs dark, each a little more than the one before."""
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    with served(_page(255)) as scanner:
        scanner.sheets = [(_page(200 + sheet), _page(20 + sheet)) for sheet in (0, 10, 20)]
        yield scanner


@pytest.fixture
def scanner(device: Escl) -> Iterator[Scanner]:
    with Scanner(device.address, patience=PATIENCE) as session:
        yield session


def _page(grey: int) -> bytes:
    return jpeg(Image.new("L", (85, 117), grey))


def _scan(scanner: Scanner, device: Escl, folder: Path, source: Source) -> Iterator[ScannedPage]:
    wanted = Wanted(source=source, resolution=100, must=frozenset({"source"}))
    ready = prepare(scanner, device.address, scanner.open(device.address), wanted)
    folder.mkdir(exist_ok=True)
    count = None if ready.feeder else 1
    return (e for e in scanner.scan(folder, count=count, feeder=ready.feeder) if isinstance(e, ScannedPage))


def _grey(page: ScannedPage) -> int:
    """Rounded to ten: JPEG is not exact."""
    folder = page.path.parent
    (folder / "s.jpg").write_bytes(spool_image(page.path, 8))
    with Image.open(folder / "s.jpg") as image:
        return round(image.convert("L").resize((1, 1)).tobytes()[0], -1)


@pytest.mark.parametrize(
    ("source", "greys"),
    [
        (Source.FLATBED, [260]),
        (Source.ADF, [200, 210, 220]),
        (Source.ADF_DUPLEX, [200, 20, 210, 30, 220, 40]),
    ],
)
def test_the_sides_of_each_source_come_in_order(
    scanner: Scanner, device: Escl, tmp_path: Path, source: Source, greys: list[int]
) -> None:
    pages = list(_scan(scanner, device, tmp_path / "spool", source))
    assert [_grey(page) for page in pages] == greys
    assert read_head(pages[0].path).dpi == (100, 100)


def test_unplugged_in_the_middle_keeps_what_came_and_goes_on(scanner: Scanner, device: Escl, tmp_path: Path) -> None:
    """libsane's driver does not survive that: its end is told as such."""
    device.unplugged_after = 3
    came: list[ScannedPage] = []
    with pytest.raises((faults.Unplugged, faults.DriverDied)):
        came.extend(_scan(scanner, device, tmp_path / "spool", Source.ADF_DUPLEX))
    assert len(list((tmp_path / "spool").iterdir())) == 3
    device.unplugged_after = None
    device.sheets = [(_page(200), _page(20))]
    assert len(list(_scan(scanner, device, tmp_path / "more", Source.ADF_DUPLEX))) == 2


def test_a_scanner_that_others_use_is_busy(scanner: Scanner, device: Escl, tmp_path: Path) -> None:
    device.refuses = 503
    with pytest.raises(faults.ScannerBusy):
        list(_scan(scanner, device, tmp_path / "spool", Source.ADF))
    device.refuses, device.sheets = 0, []
    with pytest.raises(faults.OutOfPaper):
        list(_scan(scanner, device, tmp_path / "spool", Source.ADF))
