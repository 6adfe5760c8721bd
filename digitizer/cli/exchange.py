"""Keys of exchange packages on the command line."""

from __future__ import annotations

from digitizer.cli.call import Call
from digitizer.cli.secrets import read_secret
from digitizer.deliver import age
from digitizer.errors import Exit
from digitizer.i18n import gettext


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
    """What comes through the open file that was named; None where none was."""
    given = call.arguments.passphrase_fd
    return None if given is None else read_secret(given, "--passphrase-fd")
