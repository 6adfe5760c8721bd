"""How much was found, in words: the same in the window and on the command line."""

from __future__ import annotations

from digitizer.i18n import gettext, ngettext
from digitizer.model import Total


def pages_found(total: int, total_is: Total) -> str:
    """So many pages; ``{count}`` is left to be filled in."""
    match total_is:
        case Total.AT_LEAST:
            return gettext("at least {count} pages found")
        case Total.ABOUT:
            return gettext("about {count} pages found")
    return ngettext("{count} page found", "{count} pages found", total)


def records_found(total: int) -> str:
    """So many records; ``{count}`` is left to be filled in."""
    return ngettext("{count} record found", "{count} records found", total)
