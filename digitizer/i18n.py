"""One message catalogue for the core, the command line and the window.

Message ids are the English sentences. ``resources/translations/<language>/LC_MESSAGES/digitizer.mo`` holds the others.
The language is process-wide and set once at start (``set_language``); the window may set it again and redraws.
"""

import gettext as _gettext

import resources

LANGUAGES = ("vi", "en")
DOMAIN = "digitizer"

_current: tuple[str, _gettext.NullTranslations] = ("en", _gettext.NullTranslations())


def set_language(language: str) -> None:
    """Speak ``language`` (one of ``LANGUAGES``) from now on. Any thread; the messages of other threads follow at
    once.
    """
    global _current  # noqa: PLW0603 - the language of a process is one fact
    if language not in LANGUAGES:
        raise ValueError(language)
    translations = _gettext.translation(DOMAIN, resources.path("translations"), [language], fallback=language == "en")
    _current = (language, translations)


def language() -> str:
    """The language spoken now, one of ``LANGUAGES``."""
    return _current[0]


def gettext(message: str) -> str:
    """``message`` in the language spoken now."""
    return _current[1].gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the message that fits ``count``."""
    return _current[1].ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """``message`` as said in ``context`` (the same English word may need two Vietnamese ones)."""
    return _current[1].pgettext(context, message)


def marked(message: str) -> str:
    """Mark a message for extraction where it is defined; it is translated later, where it is shown."""
    return message


def as_sentence(text: str) -> str:
    """``text`` with a capital at its beginning and a stop at its end."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?", "…")) else f"{whole}."
