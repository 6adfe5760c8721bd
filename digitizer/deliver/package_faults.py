"""What is wrong with a package or a key, for those who make and take packages; what stands in the way of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.errors import Exit, KnownError, NothingToDeliver, WouldOverwrite
from digitizer.i18n import gettext, marked

if TYPE_CHECKING:
    from digitizer.deliver.package_check import PackageFault


class NoPages(NothingToDeliver):
    sentence = marked("There is no page in record “{record}”, so nothing of it was delivered.")
    advice = marked("Import or scan its pages first, or leave it out.")


class NameTaken(WouldOverwrite):
    sentence = marked("“{path}” is there already: it was delivered for record “{record}”.")


def first_of(lines: Sequence[str], most: int = 5) -> str:
    """The first of them one behind the other, and how many more there are."""
    shown, rest = " ".join(lines[:most]), len(lines) - most
    return shown if rest <= 0 else f"{shown} " + gettext("And {count} more.").format(count=rest)


class BadPackage(Exception):
    """Before it is known which file it was: the part of the sentence that says why, in the language spoken now."""


class NoPackage(BadPackage):
    """Already its first bytes are not those of an exchange package."""


class NothingFound(NothingToDeliver):
    sentence = marked("Nothing that could be delivered was found for “{query}”.")
    advice = marked("Try the same words with “digitizer search”, or name records instead.")
    window_advice = marked("Look for other words, or choose records instead.")


class PackageRefused(KnownError):
    code, exit = "package-refused", Exit.REFUSED
    sentence = marked("The package “{path}” was not received: {reason}.")
    advice = marked("Nothing was changed. Copy it again, or ask for it to be delivered again.")


class PackageForeign(PackageRefused):
    sentence = marked("“{path}” was not received: it is no package that this program knows.")
    advice = marked("Choose an exchange package (.dgz), or a SIP, AIP or bag as ZIP or folder.")


class PackageFaulty(PackageRefused):
    """``faults``: all that was found."""

    code = "package-faulty"
    sentence = marked("The package “{path}” was not received: {listed}")
    advice = marked("Nothing was changed. Tell whoever made it what is wrong, and ask for another one.")

    def __init__(self, path: Path, faults: Sequence[PackageFault]) -> None:
        lines = [f"{each.where}: {each.what}" if each.where else each.what for each in faults]
        super().__init__(path=path, listed=first_of(lines))
        self.faults = tuple(faults)


class PackageSecret(PackageRefused):
    code = "package-secret"
    sentence = marked("The package “{path}” is secret, and does not say at what level.")
    advice = marked("Nothing was changed. Name the level with --secrecy: mat, toi-mat or tuyet-mat.")
    window_advice = marked("Nothing was changed. Choose its level beside the button, and receive it again.")


class PackageNewer(PackageRefused):
    code = "package-newer"
    sentence = marked("The package “{path}” was made by a newer version of Digitizer.")
    advice = marked("Update Digitizer on this machine. Nothing was changed.")


class PackageTooSecret(PackageRefused):
    code = "package-too-secret"
    sentence = marked(
        "The package “{path}” was not received: a record in it is of level “{level}”, and at most “{most}” may come in."
    )
    advice = marked("If this machine may hold them, say so with --max-secrecy {level}. Nothing was changed.")
    window_advice = marked(
        "Nothing was changed. If this machine may hold them, choose that level beside the button, and receive it again."
    )


class PackageLocked(PackageRefused):
    code = "package-locked"
    sentence = marked("The package “{path}” is encrypted and cannot be opened: {reason}.")
    advice = marked("Name the file with the private key that it was encrypted to with --key.")
    window_advice = marked("Receive it again, and choose the file with the private key that it was encrypted to.")


class KeyUnusable(KnownError):
    code, exit = "key-unusable", Exit.USAGE
    sentence = marked("“{key}” is no key that can be used: {reason}.")
    advice = marked("Make one with “digitizer key new FILE” and give away what it prints, which begins with “age1”.")


class OwnKeyUnusable(KeyUnusable):
    """Of the private key that is to open what was sent: a new one would open nothing."""

    advice = marked("Name the private key's file with --key, and try its passphrase again (--passphrase-fd).")
    window_advice = marked("Choose the file with the private key, and type the passphrase that protects it, if any.")


class SharesMaster(KnownError):
    code, exit = "shares-master", Exit.REFUSED
    sentence = marked(
        "Record “{record}” was not delivered: a file that its pages came in also holds pages of “{other}”, which is"
        " more secret."
    )
    advice = marked("Bring its pages in from a file of their own, or deliver it as PDF, without the original.")


class MasterDamaged(KnownError):
    code, exit = "master-damaged", Exit.FAULTS
    sentence = marked("The original “{file}” of record “{record}” is missing or damaged here: it was not delivered.")
    advice = marked("Run “digitizer check”, and restore it from a backup.")
    window_advice = marked("Restore it from a backup.")
