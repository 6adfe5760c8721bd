"""What can go wrong with a scanner, each as one sentence and one advice. What was scanned before is always safe."""

from __future__ import annotations

import re

from digitizer.capture.sane_config import is_address
from digitizer.capture.scanner.model import Fault
from digitizer.errors import Exit, KnownError, shortened
from digitizer.i18n import marked

_LONGEST_DETAIL = 80


class ScannerProblem(KnownError):
    """A scanner cannot be used or stopped. ``details`` hold ``device``."""

    exit = Exit.REFUSED


class LibraryMissing(ScannerProblem):
    code, exit = Fault.NO_LIBRARY, Exit.MISSING
    sentence = marked("Scanners cannot be used: libsane is not installed.")
    advice = marked("Install it with “sudo apt-get install -y libsane1”.")


class NoScanner(ScannerProblem):
    code = Fault.NO_SCANNER
    sentence = marked("No scanner was found on this machine.")
    advice = marked(
        "Plug it in and switch it on, or name one on the network by its address: --device escl:http://ADDRESS:PORT."
    )
    window_advice = marked(
        "Plug it in and switch it on, then look for it again; one on the network is used by its address."
    )


class ScannerNotFound(ScannerProblem):
    code, exit = Fault.NOT_FOUND, Exit.USAGE
    sentence = marked("There is no scanner “{device}”.")
    advice = marked("“digitizer devices” lists those that there are; plug it in and switch it on.")
    window_advice = marked("Plug it in and switch it on, then look for scanners again.")


class Unreached(ScannerProblem):
    """It did not answer when it was to be opened: no sheet is in it yet."""

    code = Fault.UNREACHED
    sentence = marked("The scanner “{device}” does not answer.")
    advice = marked("Check that it is switched on, and its cable; then try again.")


class NoneAtAddress(ScannerNotFound):
    sentence = marked("No scanner answers at the address “{device}”.")
    advice = marked("Check the address, and that the scanner is switched on and in the same network.")
    window_advice = advice


class AddressIncomplete(ScannerNotFound):
    sentence = marked("“{device}” is not the name of a scanner.")
    advice = marked("Name one on the network by its protocol and its address: --device escl:http://ADDRESS:PORT.")
    window_advice = marked("Name one on the network by its protocol and its address: escl:http://ADDRESS:PORT.")


class ScannerCannot(ScannerProblem):
    """``what``: the sentence's second half, such as “600 dpi”. ``choices``: what it can do instead."""

    code, exit = Fault.UNSUPPORTED, Exit.USAGE
    sentence = marked("The scanner “{device}” cannot do {what}.")
    advice = marked("It can do: {choices}.")


class SettingRefused(ScannerProblem):
    code, exit = Fault.INVALID, Exit.USAGE
    sentence = marked("The scanner “{device}” does not take these settings ({detail}).")
    advice = marked("“digitizer devices” lists what it takes.")
    window_advice = marked("Open all settings of the scanner and choose what it takes.")


class ScanRefused(ScannerProblem):
    """Found only when it was to scan: each setting was taken by itself."""

    code = Fault.REFUSED
    sentence = marked("The scanner “{device}” does not scan as it is set now.")
    advice = marked(
        "Choose other settings, or give it those that it lacks with “--set”; “digitizer devices” lists them."
    )
    window_advice = marked("Open all settings of the scanner and check what was set there, such as names of files.")


class FormatUnknown(ScannerProblem):
    code = "scan-format-unknown"
    sentence = marked("The scanner “{device}” sends pages in a form that is not known.")
    advice = marked("Choose another mode or resolution.")


class ScannerBusy(ScannerProblem):
    code = Fault.BUSY
    sentence = marked("The scanner “{device}” is busy.")
    advice = marked("Close the other program that uses it, or wait until it has finished, then scan again.")


class PaperJam(ScannerProblem):
    code = Fault.JAMMED
    sentence = marked("Paper is stuck in the scanner “{device}”.")
    advice = marked("Take the sheet out, smooth it, lay it on top of those that wait, and scan on.")


class OutOfPaper(ScannerProblem):
    code = Fault.NO_PAPER
    sentence = marked("There is no paper in the feeder of “{device}”.")
    advice = marked("Lay the sheets in until the scanner grips them, then scan again.")


class CoverOpen(ScannerProblem):
    code = Fault.COVER_OPEN
    sentence = marked("A cover of the scanner “{device}” is open.")
    advice = marked("Close it, then scan on.")


class Unplugged(ScannerProblem):
    code = Fault.UNPLUGGED
    sentence = marked("The scanner “{device}” does not answer any more.")
    advice = marked("Check its cable and that it is switched on; the sheet in it must be scanned again.")


class NoMemory(ScannerProblem):
    code = Fault.NO_MEMORY
    sentence = marked("The scanner “{device}” has run out of memory.")
    advice = marked("Choose a lower resolution or a smaller area, then scan on.")


class ScannerDenied(ScannerProblem):
    code = Fault.DENIED
    sentence = marked("You may not use the scanner “{device}”.")
    advice = marked("Ask the administrator to add your account to the group “scanner”, then log in again.")


class StoppedAtScanner(ScannerProblem):
    code = Fault.CANCELLED
    sentence = marked("The scan was stopped at the scanner “{device}”.")
    advice = marked("Scan on when the scanner is ready; the sheet in it must be scanned again.")


class WarmingUp(ScannerProblem):
    code = Fault.WARMING_UP
    sentence = marked("The lamp of the scanner “{device}” does not get ready.")
    advice = marked("Wait a minute, then scan again; if it stays so, switch the scanner off and on.")


class TransportLocked(ScannerProblem):
    code = Fault.LOCKED
    sentence = marked("The scanner “{device}” is locked for transport.")
    advice = marked("Open the lock on its underside, then scan again.")


class CutShort(ScannerProblem):
    code = Fault.CUT_SHORT
    sentence = marked("The scanner “{device}” sent a page that is not whole.")
    advice = marked("Scan that sheet again.")


class TooLarge(ScannerProblem):
    code = Fault.TOO_LARGE
    sentence = marked("A page from the scanner “{device}” would be larger than this program accepts.")
    advice = marked("Choose a lower resolution or a smaller area.")


class DriverHangs(ScannerProblem):
    code = Fault.HANGS
    sentence = marked("The driver of the scanner “{device}” hung and was ended.")
    advice = marked("Switch the scanner off and on; the sheet in it must be scanned again.")


class DriverDied(ScannerProblem):
    code = Fault.DIED
    sentence = marked("The driver of the scanner “{device}” broke down.")
    advice = marked("Scan on; the sheet that was in the scanner must be scanned again.")


class SpoolUnwritable(ScannerProblem):
    """``detail``: what the disk says."""

    code, exit = Fault.DISK, Exit.WORKSPACE
    sentence = marked("What the scanner “{device}” gives cannot be kept: {detail}.")
    advice = marked(
        "Free some space on the disk of the workspace, then scan on from the sheet that was in the scanner."
    )


_PROBLEMS: dict[str, type[ScannerProblem]] = {
    problem.code: problem
    for problem in (
        LibraryMissing, NoScanner, ScannerNotFound, Unreached, SettingRefused, ScanRefused, ScannerBusy, PaperJam,
        OutOfPaper, CoverOpen, Unplugged, NoMemory, ScannerDenied, StoppedAtScanner, WarmingUp, TransportLocked,
        CutShort, TooLarge, DriverHangs, DriverDied, SpoolUnwritable,
    )
}  # fmt: skip


class UnpluggedIdle(Unplugged):
    advice = marked("Check its cable and that it is switched on, then try again.")


class DriverHangsIdle(DriverHangs):
    advice = marked("Switch the scanner off and on, then try again.")


class DriverDiedIdle(DriverDied):
    advice = marked("Switch the scanner off and on, then try again.")


_IDLE: dict[Fault, type[ScannerProblem]] = {
    Fault.UNPLUGGED: UnpluggedIdle,
    Fault.HANGS: DriverHangsIdle,
    Fault.DIED: DriverDiedIdle,
}
_BARE_ADDRESS = re.compile(r"https?://|[0-9.]+(:[0-9]+)?(/|$)", re.IGNORECASE)


def problem(fault: Fault, device: str, detail: str = "", *, scanning: bool = True) -> ScannerProblem:
    """The error that a fault is shown as. ``device``: as people know it; ``detail``: for SettingRefused and
    SpoolUnwritable; ``scanning``: a sheet may be in it.
    """
    kind = FormatUnknown if fault is Fault.UNSUPPORTED else _PROBLEMS[fault]
    if not scanning:
        kind = _IDLE.get(fault, kind)
    if fault is Fault.NOT_FOUND and _BARE_ADDRESS.match(device):
        kind = AddressIncomplete
    elif fault in (Fault.NOT_FOUND, Fault.UNREACHED) and is_address(device):
        kind = NoneAtAddress
    return kind(device=device, detail=shortened(detail, _LONGEST_DETAIL))
