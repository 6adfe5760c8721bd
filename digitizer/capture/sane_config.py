"""A configuration for libsane under which nothing is sent into the network, made from the one that is installed.

libsane's own has drivers look for scanners on the network by broadcasts, even where only local ones are asked for
(seen: BJNP of ``pixma`` on UDP 8612). Here drivers that know nothing but the network are left out, the others lose the
lines that send them there (sane-dll(5), sane-pixma(5), sane-epson2(5), sane-xerox_mfp(5)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

CONFIG_VARIABLE = "SANE_CONFIG_DIR"
SYSTEM = Path("/etc/sane.d")

_NETWORK_ONLY = frozenset({"net", "escl", "airscan", "dell1600n_net"})
_TO_THE_NETWORK = re.compile(r"\s*(net|tcp|bjnp|mfnp|https?|device\s+https?|networking)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"://|^net:|:(net|tcp)\d*[:; ]|:/net/|^dell1600n_net:")
"""Among them those of hpaio (``hpaio:/net/…``), brother4 (``brother4:net1;…``) and xerox_mfp (``xerox_mfp:tcp …``)."""
_QUIET = {"pixma": "networking=no"}
"""What a driver must be told beyond losing lines."""
_ADDRESSED = {
    "escl": "device {rest}", "airscan": "[options]\ndiscovery = disable", "xerox_mfp": "{rest}",
    "pixma": "auto_detection=no\n{rest}",
}  # fmt: skip
"""What a driver must be told to use one address and look for no other."""
NO_BUS = {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/dev/null"}
"""Environment in which no driver can ask the Avahi daemon to look for scanners in its stead (dbus-daemon(1))."""


def is_address(device: str) -> bool:
    """Whether a device name leads into the network, such as ``escl:http://192.0.2.7:8080``."""
    return _ADDRESS.search(device) is not None


def write_config(folder: Path, address: str | None, system: Path = SYSTEM) -> None:
    """Fill ``folder``, which is there and empty. ``address``: a device name that a person typed and that leads into
    the network; its driver is then the only one. Raises OSError.
    """
    if address is not None:
        driver, _, rest = address.partition(":")
        drivers = [driver]
        (folder / f"{driver}.conf").write_text(_ADDRESSED.get(driver, "").format(rest=rest) + "\n", "utf-8")
    else:
        drivers = [name for name in _installed(system) if name not in _NETWORK_ONLY]
        for name in drivers:
            (folder / f"{name}.conf").write_text(_quiet(name, system), "utf-8")
    (folder / "dll.conf").write_text("".join(f"{name}\n" for name in drivers), "utf-8")
    (folder / "dll.d").mkdir()


def _installed(system: Path) -> Iterator[str]:
    """The drivers that the installed configuration loads."""
    for path in [system / "dll.conf", *sorted((system / "dll.d").glob("*"))]:
        if path.is_file():
            for line in path.read_text("utf-8", "replace").splitlines():
                name = line.partition("#")[0].strip()
                if name:
                    yield name


def _quiet(driver: str, system: Path) -> str:
    path = system / f"{driver}.conf"
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    kept = [line for line in lines if not _TO_THE_NETWORK.match(line)]
    return "\n".join([*filter(None, [_QUIET.get(driver)]), *kept, ""])
