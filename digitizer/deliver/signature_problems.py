"""What can be wrong with the signatures of a PDF: kept in English, as ``--json`` says it, and told in the language
spoken. Without the parsers, which are large and load in the worker alone.
"""

from __future__ import annotations

from digitizer.i18n import gettext, marked

NO_PDF = marked("it is no PDF, whatever its name says")
DAMAGED = marked("it is damaged, or not written as PDF asks")
LOCKED = marked("it is locked with a password")
UNKNOWN = marked("it is signed in a way that this program does not know")
CHANGED = marked("what it covers was changed")
UNFIT = marked("the signature does not fit its certificate")
FORBIDDEN = marked("it was changed in a way that the signature forbids")
SPELLING = marked("the container is not spelt as a signature's")
BEHIND = marked("bytes in the container belong to no signature")
DIGESTS = marked("the container names other digests than the signature")
VERSION = marked("the container is of another version than what it holds")
CERTIFICATES = marked("the certificates in the container are not those that were signed with it")
_BETWEEN = "; "


def joined(*problems: str | None) -> str:
    """Those that there are, as one text."""
    return _BETWEEN.join(filter(None, problems))


def in_words(problems: str) -> str:
    """What ``joined`` gave, in the language spoken now. What is none of these stays as it is."""
    return _BETWEEN.join(gettext(each) if each else each for each in problems.split(_BETWEEN))
