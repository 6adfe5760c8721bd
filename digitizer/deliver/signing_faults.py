"""What stands in the way of a signature that a person can see, beside the key: found before anything is made where it
can be.
"""

from __future__ import annotations

from digitizer.errors import CannotSign, Exit, KnownError, WrongUsage
from digitizer.i18n import marked


class SignatureUnfit(WrongUsage):
    """The form of the signature asks for what is not given, or shows nothing of what is. ``option``: the one for it."""

    advice = marked("It is given with {option}.")


class TokensUnseen(CannotSign):
    """While tokens are looked for: nothing was signed."""

    sentence = marked("No token can be looked for: {reason}.")
    advice = marked("Choose the library that the maker of the token gives for this PC.")


class LettersMissing(KnownError):
    """``letters``: those that the font has not, each in quotation marks."""

    code, exit = "letters-missing", Exit.USAGE
    sentence = marked("The visible signature cannot show {letters}: its font has no such letters.")
    advice = marked("Write it with other letters; the name in the certificate is replaced by --body.")
    window_advice = marked("Write it with other letters.")


class NotationMissing(KnownError):
    code, exit = "notation-missing", Exit.REFUSED
    sentence = marked("The signature “{form}” shows number and sign, and “{record}” has none.")
    advice = marked("Fill in the number and sign of the paper, or choose another form of signature.")


class SealUnplaced(KnownError):
    code, exit = "seal-unplaced", Exit.REFUSED
    sentence = marked("Page 1 of “{file}” has no free place at its upper right for the seal, not even a small one.")
    advice = marked("Choose a form of signature that shows no seal: a seal never covers what stands on the page.")
