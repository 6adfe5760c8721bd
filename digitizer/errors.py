"""The error tree: what happened, to which file or page, what to do next, and the exit code.

A ``KnownError`` is a situation we foresaw: it is shown as one sentence and an advice, the same in the window and on the
command line, in both languages. Everything else that escapes is our bug (exit code 1).
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import ClassVar

from digitizer.file_faults import FILE_SENTENCES
from digitizer.i18n import as_sentence, gettext, marked
from digitizer.model import Secrecy
from ocr.errors import PageError, PageFault


class Exit(IntEnum):
    """Exit codes of the command line (a public interface)."""

    DONE = 0
    BUG = 1
    USAGE = 2
    REFUSED = 3
    FAULTS = 4
    MISSING = 5
    WORKSPACE = 6
    STOPPED = 130


class KnownError(Exception):
    """A foreseen problem. Subclasses set the four class attributes; ``details`` fill the ``{names}`` of the
    sentences.
    """

    code: ClassVar[str]
    exit: ClassVar[Exit]
    sentence: ClassVar[str]
    advice: ClassVar[str]
    window_advice: ClassVar[str] = ""
    """What to do next in the window, where that is not what the command line would do."""

    def __init__(self, **details: object) -> None:
        super().__init__(self.code, details)
        self.details = details

    @property
    def message(self) -> str:
        """What happened and what to do next, in the language spoken now."""
        return self._said(self.sentence, self.advice)

    @property
    def message_in_window(self) -> str:
        """The same, with advice that can be followed in the window."""
        return self._said(self.sentence, self.window_advice or self.advice)

    def _said(self, sentence: str, advice: str) -> str:
        """The sentence has the names of levels of secrecy, the advice their codes, as they are typed."""
        shown = {name: _shown(value) for name, value in self.details.items()}
        named = {name: _named(value) if isinstance(value, Secrecy) else value for name, value in shown.items()}
        said = [gettext(sentence).format(**named), gettext(advice).format(**shown) if advice else ""]
        return " ".join(filter(None, said))

    def __str__(self) -> str:
        return self.message


def shortened(text: str, most: int) -> str:
    """``text`` with at most so many characters; what is left out at its end is told by “…”."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _shown(value: object) -> object:
    if isinstance(value, KnownError):
        return value.message
    return value


def _named(level: Secrecy) -> str:
    from digitizer.describe.levels import level_name  # which may raise what is defined here

    return level_name(level)


class WrongUsage(KnownError):
    code, exit = "wrong-usage", Exit.USAGE
    sentence = marked("{reason}")
    advice = marked("Run “digitizer --help” to see how it is called.")
    window_advice = marked("Choose again.")

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason=as_sentence(reason), **details)  # the advice follows


class QueryRefused(KnownError):
    code, exit = "query-refused", Exit.USAGE
    sentence = marked("The search cannot be understood: {reason}.")
    advice = marked("Put what is meant as plain words between quotation marks.")


class NoSuchSearch(KnownError):
    code, exit = "no-such-search", Exit.USAGE
    sentence = marked("No search is kept under the name “{name}”.")
    advice = marked("List them with “digitizer saved list”.")


class SearchExists(KnownError):
    code, exit = "search-exists", Exit.USAGE
    sentence = marked("A search is kept under the name “{name}” already.")
    advice = marked("Choose another name, or remove that one first.")


class NoSuchRecord(KnownError):
    code, exit = "no-such-record", Exit.USAGE
    sentence = marked("There is no record “{code}” in this workspace.")
    advice = marked("List the records with “digitizer record list”.")
    window_advice = marked("Choose one in the tree of records.")


class RecordExists(KnownError):
    code, exit = "record-exists", Exit.USAGE
    sentence = marked("There is already a record “{code}” in this workspace.")
    advice = marked("Choose another code.")


class NoSuchProfile(KnownError):
    code, exit = "no-such-profile", Exit.USAGE
    sentence = marked("There is no profile “{name}”.")
    advice = marked("Choose one of: {known}.")


class NoSuchStackRule(KnownError):
    code, exit = "no-such-rule", Exit.USAGE
    sentence = marked("There is no rule “{name}” to sort a stack by.")
    advice = marked("Choose one of: {known}; or name a file of your own (TOML).")


class NoSuchSheet(KnownError):
    code, exit = "no-such-sheet", Exit.USAGE
    sentence = marked("There is no sheet of labels “{name}”.")
    advice = marked("Choose one of: {known}; or name a file of your own (TOML).")


class NoLabel(KnownError):
    code, exit = "no-label", Exit.REFUSED
    sentence = marked("“{path}” names no record: {reason}.")
    advice = marked("Show the QR code of a label that was printed here, or type the record’s code.")


class NoSuchCodeList(KnownError):
    code, exit = "no-such-code-list", Exit.USAGE
    sentence = marked("There is no code list “{name}”, and a table replaces the list that it is named like.")
    advice = marked("Name the file like one of: {known}.")


class ProfileInvalid(KnownError):
    code, exit = "profile-invalid", Exit.USAGE
    sentence = marked("“{path}”, line {line}: {reason}.")
    advice = marked("Correct that line, or take the file out of the folder; the shipped ones then count.")


class RuleInvalid(ProfileInvalid):
    """A rule or a sheet of labels in a file that a person named."""

    advice = marked("Correct that line; the guide tells what may stand in such a file.")


class ProfileUnreadable(ProfileInvalid):
    sentence = marked("“{path}” cannot be read: {reason}.")
    advice = marked("Name a text file in UTF-8 that you may read.")


class ValueRefused(KnownError):
    code, exit = "value-refused", Exit.USAGE
    sentence = marked("Record “{record}” was not changed: {reason}")
    advice = marked("Correct the value and try again.")


class NewValueRefused(ValueRefused):
    sentence = marked("No record was made by the profile “{profile}”: {reason}")


class CannotMove(KnownError):
    code, exit = "cannot-move", Exit.USAGE
    sentence = marked("“{record}” cannot be put into “{target}”: {reason}.")
    advice = marked("Choose another place for it.")


class NotEmpty(KnownError):
    code, exit = "not-empty", Exit.REFUSED
    sentence = marked("Record “{record}” cannot be removed: there are pages or records in it.")
    advice = marked("Move or withdraw them first.")


class RecordApproved(KnownError):
    code, exit = "record-approved", Exit.REFUSED
    sentence = marked("Record “{record}” is approved: its pages and fields cannot be changed.")
    advice = marked("Take the approval back first: “digitizer record approve --take-back {record}”.")
    window_advice = marked("Take the approval back first.")


class CannotApprove(KnownError):
    code, exit = "cannot-approve", Exit.REFUSED
    sentence = marked("Record “{record}” cannot be approved: {reasons}")
    advice = marked("Explain or mend each, with “digitizer record compare {record}”.")
    window_advice = marked("Explain or mend each first.")


class PagesUnread(CannotApprove):
    advice = marked("Run “digitizer process” first, then see what is left with “digitizer record compare {record}”.")
    window_advice = marked("Read its pages first, then explain or mend what is left.")


class NoSuchFinding(KnownError):
    code, exit = "no-such-finding", Exit.USAGE
    sentence = marked("Record “{record}” has no finding “{finding}”, or several of that name.")
    advice = marked("The keys of its findings are listed by “digitizer record compare {record}”.")


class TableUnusable(KnownError):
    code, exit = "table-unusable", Exit.REFUSED
    sentence = marked("No table can be read from “{path}”: {reason}")
    advice = marked("Nothing was changed.")


class FontMissing(KnownError):
    code, exit = "font-missing", Exit.MISSING
    sentence = marked("There is no font with the measures of Times New Roman to print with.")
    advice = marked("Install it: sudo apt-get install fonts-croscore")


class NoDisplay(KnownError):
    code, exit = "no-display", Exit.MISSING
    sentence = marked("There is no display to open the window on.")
    advice = marked("Start it from a desktop session; “digitizer --help” lists what works without one.")


class NoSuchPage(KnownError):
    code, exit = "no-such-page", Exit.USAGE
    sentence = marked("There is no page “{page}” in this workspace.")
    advice = marked("Page ids are printed by “import” and “search”.")


class PageWithdrawn(KnownError):
    code, exit = "page-withdrawn", Exit.USAGE
    sentence = marked("The page “{page}” is withdrawn already.")
    advice = marked("Withdrawn pages are listed by “digitizer page tray”.")


class PageNotWithdrawn(KnownError):
    code, exit = "page-not-withdrawn", Exit.USAGE
    sentence = marked("The page “{page}” is not withdrawn.")
    advice = marked("Withdrawn pages are listed by “digitizer page tray”.")


class PageNotRead(KnownError):
    code, exit = "page-not-read", Exit.REFUSED
    sentence = marked("The page “{page}” has not been read yet.")
    advice = marked("Run “digitizer process” first.")


class PagesWaiting(KnownError):
    code, exit = "pages-waiting", Exit.REFUSED
    sentence = marked("Record “{record}” cannot be delivered: {count} of its pages have not been read.")
    advice = marked("Run “digitizer process” (with --retry for pages that failed), then deliver again.")
    window_advice = marked("Read its pages, then deliver again; pages that failed are listed under Images.")


class NothingToDeliver(KnownError):
    code, exit = "nothing-to-deliver", Exit.REFUSED
    sentence = marked("There is no page to deliver.")
    advice = marked("Import and process pages first, or name another record.")


class MixedSecrecy(KnownError):
    code, exit = "mixed-secrecy", Exit.REFUSED
    sentence = marked(
        "“{record}” cannot leave in one package: its records have different levels of secrecy ({levels})."
    )
    advice = marked("Give them one level, or move what is more secret into a file of its own.")


class TooSecret(KnownError):
    code, exit = "too-secret", Exit.REFUSED
    sentence = marked(
        "Record “{record}” was not delivered: its level of secrecy is “{level}”, and at most “{most}” may leave."
    )
    advice = marked("If it may leave, say so with --max-secrecy {level}.")
    window_advice = marked("If it may leave, choose that level.")


class SecrecyUnsaid(KnownError):
    code, exit = "secrecy-unsaid", Exit.REFUSED
    sentence = marked("Record “{record}” was not delivered: its access is secret, and it has no level of secrecy.")
    advice = marked("Give it its level of secrecy, or another access.")


class NotInAFile(KnownError):
    code, exit = "not-in-a-file", Exit.REFUSED
    sentence = marked("“{record}” lies in no file, and a package of this layout holds one file.")
    advice = marked("Move it into a file, or deliver it in layout tt05, which has packages of loose items.")


class NotReady(KnownError):
    """``faults``: each a sentence that names its place; ``details["listed"]`` has the first of them."""

    code, exit = "not-ready", Exit.FAULTS
    sentence = marked("File “{record}” is not ready to be delivered: {listed}")
    advice = marked("Mend them, then deliver again.")


class NotAPackage(KnownError):
    code, exit = "not-a-package", Exit.USAGE
    sentence = marked("“{path}” is no package that can be read: {reason}.")
    advice = marked("Name the folder or the ZIP of a package.")


class NothingToRead(KnownError):
    code, exit = "nothing-to-read", Exit.REFUSED
    sentence = marked("There is no file to read in “{path}”.")
    advice = marked("Name images or PDFs, or a folder that holds some.")


class DeliveryFailed(KnownError):
    code, exit = "delivery-failed", Exit.FAULTS
    sentence = marked("The package for “{record}” failed its own check “{check}”: {detail}.")
    advice = marked(
        "Nothing was delivered for it. Run “digitizer check”; if it finds nothing, report this to the makers."
    )
    window_advice = marked("Nothing was delivered for it. Report this to the makers of the program.")


class TooCoarse(KnownError):
    code, exit = "too-coarse", Exit.REFUSED
    sentence = marked("Record “{record}”, pages {pages}: {dpi} dpi, and an archive asks for at least {least}.")
    advice = marked("Scan them again, or let them leave as they are with --allow-coarse.")
    window_advice = marked("Scan them again at that resolution, or let them leave as they are.")


class CannotSign(KnownError):
    code, exit = "cannot-sign", Exit.REFUSED
    sentence = marked("“{source}” cannot sign: {reason}.")
    advice = marked("Look after the file or token, its certificate and the PIN; a token locks after a few wrong PINs.")


class OutputExists(KnownError):
    code, exit = "output-is-input", Exit.USAGE
    sentence = marked("“{path}” is both an input and the output.")
    advice = marked("Name another file for the result: originals are never overwritten.")


class WouldOverwrite(KnownError):
    code, exit = "would-overwrite", Exit.REFUSED
    sentence = marked("“{path}” is there already and was not delivered from here.")
    advice = marked("Move it away, or deliver into another folder.")


class PaperExists(WouldOverwrite):
    sentence = marked("“{path}” is there already.")
    advice = marked("Choose another name, or move that file away.")


class CannotWrite(KnownError):
    code, exit = "cannot-write", Exit.REFUSED
    sentence = marked("“{path}” cannot be written: {reason}.")
    advice = marked("Choose another folder, free some space, or ask for the right to write there.")


class TargetMissing(CannotWrite):
    sentence = marked("The folder “{path}” does not exist.")
    advice = marked("Make it first, or plug in the medium that it is on.")


class NoSuchFolder(KnownError):
    code, exit = "no-such-folder", Exit.USAGE
    sentence = marked("The folder “{path}” does not exist.")
    advice = marked("Name the folder that the images are in. Nothing was changed.")


class WorkspaceLocked(KnownError):
    code, exit = "workspace-locked", Exit.WORKSPACE
    sentence = marked("Another process is working on the workspace “{path}”.")
    advice = marked("Wait until it has finished, or stop it, then try again.")


class WorkspaceNewer(KnownError):
    code, exit = "workspace-newer", Exit.WORKSPACE
    sentence = marked("The workspace “{path}” was made by a newer version of Digitizer (step “{step}”).")
    advice = marked("Update Digitizer on this machine. Nothing was changed.")


class WorkspaceDamaged(KnownError):
    code, exit = "workspace-damaged", Exit.WORKSPACE
    sentence = marked("The catalogue of the workspace “{path}” is damaged: {detail}.")
    advice = marked(
        "Do not write to it. Restore the last backup of catalogue.sqlite; the masters are separate files and are kept."
    )


class WorkspaceUnusable(KnownError):
    code, exit = "workspace-unusable", Exit.WORKSPACE
    sentence = marked("The workspace “{path}” cannot be used: {reason}.")
    advice = marked("Choose another folder with --workspace, free some space, or ask for the right to write there.")
    window_advice = marked("Open another workspace, free some space, or ask for the right to write there.")


class SettingsInvalid(KnownError):
    code, exit = "settings-invalid", Exit.USAGE
    sentence = marked("The settings file “{path}” is wrong: {reason}.")
    advice = marked("Correct that line, or delete the file to start from the defaults.")


class CannotUndo(KnownError):
    code, exit = "cannot-undo", Exit.REFUSED
    sentence = marked("“{act}” cannot be undone: the present value is no longer the one that it set.")
    advice = marked("Something changed it since. Change it by hand instead.")


class NothingToUndo(KnownError):
    code, exit = "nothing-to-undo", Exit.REFUSED
    sentence = marked("There is nothing to undo or redo.")
    advice = ""


class ClusterMissing(KnownError):
    code, exit = "cluster-missing", Exit.MISSING
    sentence = marked("Dask, which lets other computers read pages, is not installed.")
    advice = marked("Install it with “{command}”, or read the pages here, without --scheduler.")


class ClusterNotPrivate(KnownError):
    code, exit = "cluster-not-private", Exit.USAGE
    sentence = marked("“{address}” is neither this computer nor in a local network, and tcp:// hides nothing.")
    advice = marked("Pages go only to an isolated local network, or to a tls:// address.")


class ClusterLost(KnownError):
    code, exit = "cluster-lost", Exit.MISSING
    sentence = marked("The scheduler “{address}” cannot be used: {reason}.")
    advice = marked(
        "The pages still wait. Start the scheduler and its workers and give the same command again, or read the pages"
        " here, without --scheduler."
    )


class WorkerRefused(KnownError):
    code, exit = "worker-refused", Exit.MISSING
    sentence = marked("The worker “{worker}” is not used: {reason}.")
    advice = marked("Install the same version of Digitizer there as here, and start it as the guide says.")


class NotListed(KnownError):
    code, exit = "not-listed", Exit.REFUSED
    sentence = marked("“{person}” is not in the list of people of this workspace.")
    advice = marked("Say who you are with --person, or ask to be added: {managers}.")
    window_advice = marked("Choose who you are, or ask to be added: {managers}.")


class NotTheirRole(KnownError):
    code, exit = "not-their-role", Exit.REFUSED
    sentence = marked("“{person}” does not have the role “{role}”.")
    advice = marked("Choose one of theirs ({roles}), or ask for it: {managers}.")


class NotPermitted(KnownError):
    code, exit = "not-permitted", Exit.REFUSED
    sentence = marked("“{person}” may not do this: {act}. It takes the role {roles}.")
    advice = marked("Ask {others}.")


class WrongRole(KnownError):
    code, exit = "wrong-role", Exit.REFUSED
    sentence = marked("“{person}” acts as “{role}” and may not do this: {act}.")
    advice = marked("Choose the role {roles} with --role.")
    window_advice = marked("Choose the role {roles}.")


class OwnWork(KnownError):
    code, exit = "own-work", Exit.REFUSED
    sentence = marked("“{person}” may not approve the record “{record}”: it is their own work.")
    advice = marked("Ask {others}.")


class NoManager(KnownError):
    code, exit = "no-manager", Exit.USAGE
    sentence = marked("Nobody would be left who may manage this workspace.")
    advice = marked("Give the role “manage” to someone first.")


class NoSuchPerson(KnownError):
    code, exit = "no-such-person", Exit.USAGE
    sentence = marked("There is no person “{name}” in this workspace.")
    advice = marked("List the people with “digitizer person list”.")


class PersonExists(KnownError):
    code, exit = "person-exists", Exit.USAGE
    sentence = marked("There is already a person “{name}” in this workspace.")
    advice = marked("Change them with “digitizer person set”, or choose another name.")


class BackupInside(KnownError):
    code, exit = "backup-inside", Exit.USAGE
    sentence = marked("“{path}” lies in the workspace itself: what destroys one would destroy both.")
    advice = marked("Name a folder on another disk.")


class NoBackup(KnownError):
    code, exit = "no-backup", Exit.USAGE
    sentence = marked("There is no finished backup in “{path}”.")
    advice = marked("Name the folder that “digitizer backup” was given, or one set in it.")


class BackupDamaged(KnownError):
    """``files``: each damaged or missing file, by its place in the backup."""

    code, exit = "backup-damaged", Exit.FAULTS
    sentence = marked("The backup “{path}” cannot be restored whole; damaged or missing: {named}.")
    advice = marked("Restore from another target, or take what is whole with --partial.")

    def __init__(self, path: Path, files: Sequence[str]) -> None:
        more = f" … (+{len(files) - NAMED})" if len(files) > NAMED else ""
        super().__init__(path=path, named=", ".join(files[:NAMED]) + more)
        self.files = tuple(files)


class RestoreInside(KnownError):
    code, exit = "restore-inside", Exit.USAGE
    sentence = marked("“{path}” lies in “{other}”, which is another workspace or holds backups.")
    advice = marked("Name a new folder elsewhere with --workspace.")


class RestoreNotEmpty(KnownError):
    code, exit = "restore-not-empty", Exit.USAGE
    sentence = marked("“{path}” is not empty: a backup is only restored into a new folder.")
    advice = marked("Name a new folder with --workspace.")


class NoSuchDifference(KnownError):
    code, exit = "no-such-difference", Exit.USAGE
    sentence = marked("No difference “{id}” is open.")
    advice = marked("List them with “digitizer receive --open”.")


NAMED = 5
"""Of damaged files in one sentence; the command lists the others."""

_REASONS: dict[int, str] = {
    errno.EACCES: marked("you may not do that there"),
    errno.EPERM: marked("you may not do that there"),
    errno.EROFS: marked("it can only be read"),
    errno.ENOSPC: marked("the disk is full"),
    errno.EDQUOT: marked("your share of the disk is full"),
    errno.ENOENT: marked("there is no such file or folder"),
    errno.ENOTDIR: marked("a file stands where a folder is needed"),
    errno.EISDIR: marked("it is a folder"),
    errno.EEXIST: marked("something of that name is there already"),
    errno.ENAMETOOLONG: marked("the name is too long"),
    errno.EFBIG: marked("the file is larger than that disk can hold (FAT: 4 GB; use exFAT)"),
    errno.EIO: marked("the disk cannot be read or written"),
}


def reason(error: OSError) -> str:
    """Why the operating system refused, in the language spoken now; in its own words where we know no better."""
    known = _REASONS.get(error.errno or 0)
    return gettext(known) if known else error.strerror or str(error)


class FileRefused(KnownError):
    """One file or page could not be used; the others of the same call go on. ``fault`` says why."""

    code, exit = "file-refused", Exit.REFUSED

    def __init__(self, path: Path | str, fault: PageFault) -> None:
        super().__init__(path=path)
        self.fault = fault
        self.path = path

    @property
    def message(self) -> str:
        return self._said(*FILE_SENTENCES[self.fault])

    @property
    def message_in_window(self) -> str:
        return self.message

    @property
    def exit_code(self) -> Exit:
        """Something missing on the machine is not the file's fault."""
        missing = (PageFault.ENGINE_MISSING, PageFault.LANGUAGE_MISSING)
        return Exit.MISSING if self.fault in missing else Exit.REFUSED

    @staticmethod
    def of(path: Path | str, error: PageError) -> FileRefused:
        return FileRefused(path, error.fault)
