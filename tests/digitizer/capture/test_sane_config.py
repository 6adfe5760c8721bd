"""The configuration under which libsane stays silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.capture.sane_config import SYSTEM, is_address, write_config

_INSTALLED = {
    "dll.conf": "# drivers\nnet\nescl\nepson2\npixma  # Canon\n#test\nxerox_mfp\ngenesys\n",
    "dll.d/airscan": "airscan\n",
    "dll.d/vendor": "brother4\n",
    "epson2.conf": "usb\n# net 192.0.2.1\nnet autodiscovery\nscsi EPSON\n",
    "pixma.conf": "networking=yes\nbjnp://192.0.2.2\nmfnp://192.0.2.3\nbjnp-timeout=3000\n",
    "xerox_mfp.conf": "usb 0x04e8 0x3324\ntcp 192.0.2.4 9400\n",
}


def _made(tmp_path: Path, address: str | None = None) -> dict[str, str]:
    system, made = tmp_path / "system", tmp_path / "made"
    for name, text in _INSTALLED.items():
        (system / name).parent.mkdir(parents=True, exist_ok=True)
        (system / name).write_text(text)
    made.mkdir()
    write_config(made, address, system)
    return {path.name: path.read_text() for path in made.iterdir() if path.is_file()}


def test_drivers_of_the_network_are_left_out_and_others_lose_their_network_lines(tmp_path: Path) -> None:
    made = _made(tmp_path)
    assert made["dll.conf"].split() == ["epson2", "pixma", "xerox_mfp", "genesys", "brother4"]
    assert made["epson2.conf"].splitlines() == ["usb", "# net 192.0.2.1", "scsi EPSON"]
    assert made["pixma.conf"].splitlines() == ["networking=no"]
    assert made["xerox_mfp.conf"].splitlines() == ["usb 0x04e8 0x3324"]


def test_an_address_that_a_person_typed_is_all_that_is_used(tmp_path: Path) -> None:
    made = _made(tmp_path, "escl:http://192.0.2.7:8080")
    assert made["dll.conf"].split() == ["escl"]
    assert made["escl.conf"].split() == ["device", "http://192.0.2.7:8080"]


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("xerox_mfp:tcp 192.0.2.7 9400", ["tcp 192.0.2.7 9400"]),
        ("pixma:bjnp://192.0.2.7", ["auto_detection=no", "bjnp://192.0.2.7"]),
        ("epson2:net:192.0.2.7", []),
    ],
)
def test_drivers_that_look_around_are_told_not_to(tmp_path: Path, address: str, lines: list[str]) -> None:
    made = _made(tmp_path, address)
    driver = address.partition(":")[0]
    assert made["dll.conf"].split() == [driver]
    assert list(filter(None, made[f"{driver}.conf"].splitlines())) == lines


def test_airscan_looks_for_nothing_but_that_address(tmp_path: Path) -> None:
    assert "discovery = disable" in _made(tmp_path, "airscan:escl:máy:http://192.0.2.7/eSCL")["airscan.conf"]


@pytest.mark.parametrize(
    ("device", "leads_out"),
    [
        ("escl:http://192.0.2.7:8080", True), ("airscan:escl:A:http://192.0.2.7/eSCL", True),
        ("net:192.0.2.7:genesys:libusb:001:004", True), ("epson2:net:192.0.2.7", True),
        ("pixma:bjnp://192.0.2.7", True), ("hpaio:/net/HP_LaserJet?ip=192.0.2.7", True), ("brother4:net1;dev0", True),
        ("xerox_mfp:tcp 192.0.2.7 9400", True), ("smfp:net;192.0.2.7", True), ("utsushi:esci://192.0.2.7:1865", True),
        ("hpaio:/usb/HP_LaserJet?serial=1", False), ("brother4:bus1;dev0", False), ("smfp:usb;04e8;344f;1", False),
        ("genesys:libusb:001:004", False), ("epson2:libusb:001:004", False),
        ("fujitsu:fi-7160:123", False), ("test:0", False), ("v4l:/dev/video0", False),
    ],
)  # fmt: skip
def test_which_names_lead_into_the_network(device: str, leads_out: bool) -> None:
    assert is_address(device) is leads_out


@pytest.mark.skipif(not SYSTEM.is_dir(), reason="libsane is not installed")
def test_the_installed_configuration_keeps_no_line_into_the_network(tmp_path: Path) -> None:
    write_config(tmp_path, None)
    for path in tmp_path.glob("*.conf"):
        lines = [line.strip() for line in path.read_text().splitlines() if not line.strip().startswith("#")]
        assert not [
            line for line in lines if line.startswith(("net", "tcp", "bjnp", "mfnp")) and line != "networking=no"
        ]
