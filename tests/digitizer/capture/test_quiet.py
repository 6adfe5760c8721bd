"""The kernel keeps a scanner's driver out of the network."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_TRY = """
import errno, socket
from digitizer.capture.scanner.quiet import forbid_network
socket.socket(socket.AF_INET).close()
assert forbid_network()
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            socket.socket(family, kind)
        except OSError as error:
            assert error.errno == errno.EACCES, error
        else:
            raise AssertionError(family)
socket.socketpair()[0].close()
socket.socket(socket.AF_UNIX).close()
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15).close()  # NETLINK_KOBJECT_UEVENT: how libusb hears of scanners
print(open("/proc/self/status").read().count("Seccomp:\\t2"))
"""


@pytest.mark.skipif(os.uname().machine not in ("x86_64", "aarch64"), reason="no filter for this architecture")
def test_sockets_of_the_internet_are_refused_and_local_ones_are_not() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", _TRY], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
