"""No way into the network for this process and all that it loads, kept by the kernel: vendors' drivers are closed, and
some look for scanners on their own (seccomp(2); linux/filter.h, linux/seccomp.h, linux/audit.h).
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct

_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""The architecture as the kernel names it, and the number of socket(2) there."""
_FORBIDDEN = (socket.AF_INET, socket.AF_INET6, socket.AF_PACKET)
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FAMILY_AT = 0, 4, 16  # struct seccomp_data
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def forbid_network() -> bool:
    """From now on a socket of the internet is refused with EACCES; local ones are not. Gives False where the kernel
    or the architecture does not offer that.
    """
    known = _SOCKET_CALL.get(os.uname().machine)
    if known is None:
        return False
    architecture, number = known
    families = len(_FORBIDDEN)
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 0, families + 3, architecture),  # else to _ALLOW
        (_LOAD, 0, 0, _NUMBER_AT),
        (_EQUAL, 0, families + 1, number),
        (_LOAD, 0, 0, _FAMILY_AT),
        *((_EQUAL, families - place, 0, family) for place, family in enumerate(_FORBIDDEN)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERROR | errno.EACCES),
    ]
    packed = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), packed)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    whole = ctypes.c_ulong
    if prctl(_PR_SET_NO_NEW_PRIVS, whole(1), whole(0), whole(0), whole(0)):
        return False
    return not prctl(_PR_SET_SECCOMP, whole(_MODE_FILTER), ctypes.byref(program), whole(0), whole(0))
