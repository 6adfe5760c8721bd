"""Exchange packages and keys on the command line."""

from __future__ import annotations

import os
from typing import Any

from digitizer.cli.call import Call, refused, said
from digitizer.deliver import age
from digitizer.deliver.exchange import Exchanged, deliver_exchange
from digitizer.errors import Exit, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import Secrecy

_LONGEST = 4096


def deliver(call: Call) -> Exit:
    """``deliver DEST --as exchange``."""
    with call.existing() as workspace:
        made = deliver_exchange(
            workspace, call.arguments.destination, codes=call.arguments.records, query=call.arguments.query,
            max_secrecy=call.arguments.max_secrecy or Secrecy.NONE, encrypt_to=call.arguments.encrypt_to,
            task=call.task,
        )  # fmt: skip
    line = gettext("Delivered: {path} ({pages} pages, {kb} KB)")
    call.output.answer(_document(made), line.format(path=made.path, pages=made.pages, kb=made.bytes // 1000))
    return said(call, [error for _, error in made.left_out])


def _document(made: Exchanged) -> dict[str, Any]:
    package = {
        "path": str(made.path), "id": made.package, "records": list(made.records), "pages": made.pages,
        "files": made.masters, "bytes": made.bytes, "sha256": made.sha256, "secrecy": made.secrecy,
        "encrypted": made.encrypted, "checks": [{"name": "bag", "ok": True, "detail": ""}],
    }  # fmt: skip
    return {
        "packages": [package],
        "refused": [{"record": code, **refused(error)} for code, error in made.left_out],
    }


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
