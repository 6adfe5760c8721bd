"""Keys of exchange packages on the command line."""

from __future__ import annotations

import os

from digitizer.cli.call import Call
from digitizer.deliver import age
from digitizer.errors import Exit, WrongUsage
from digitizer.i18n import gettext

_LONGEST = 4096


def key_new(call: Call) -> Exit:
    public = age.new_key(call.arguments.file, passphrase(call))
    call.output.answer(
        {"path": str(call.arguments.file), "public": public},
        public,
        gettext("Give this key away; keep “{path}” to yourself, with a copy in a safe place.").format(
            path=call.arguments.file
        ),
    )
    return Exit.DONE


def passphrase(call: Call) -> str | None:
    """What comes from the descriptor that was named; None where none was. Never an argument: others could see it."""
    if call.arguments.passphrase_fd is None:
        return None
    try:
        given = os.read(call.arguments.passphrase_fd, _LONGEST).decode("utf-8", "surrogateescape").rstrip("\r\n")
    except OSError as error:
        raise WrongUsage(reason=gettext("Nothing can be read where the passphrase should come from.")) from error
    if not given:
        raise WrongUsage(reason=gettext("The passphrase is empty."))
    return given
