"""PINs and passphrases: they come through an open file, never as an argument, which others could see."""

from __future__ import annotations

import os

from digitizer.errors import WrongUsage
from digitizer.i18n import gettext

_LONGEST = 4096


def read_secret(descriptor: int, option: str) -> str:
    """The first line that comes through the open file ``descriptor``, which is closed; ``option`` named it.

    Raises WrongUsage.
    """
    try:
        with os.fdopen(descriptor, "rb") as handle:
            given = handle.readline(_LONGEST).rstrip(b"\r\n").decode("utf-8")
    except (OSError, ValueError) as error:
        raise WrongUsage(reason=gettext("Nothing can be read through {option}.").format(option=option)) from error
    if not given:
        raise WrongUsage(reason=gettext("What comes through {option} is empty.").format(option=option))
    return given
