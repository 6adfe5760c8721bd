"""Qt's own strings that can appear in this window. Qt has no Vietnamese: they are translated in our catalogue.

Marked here so that they are extracted; ``CatalogueTranslator`` looks them up. Source: qtbase, the ``tr`` calls of
qplatformtheme.cpp, qfiledialog.ui/.cpp, qfilesystemmodel.cpp, qlineedit.cpp, qwidgettextcontrol.cpp, qmessagebox.cpp.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTranslator

from digitizer.i18n import gettext, language
from digitizer.i18n import marked as _

QT_STRINGS = (
    # buttons (QPlatformTheme, QDialogButtonBox)
    _("OK"), _("Cancel"), _("&Cancel"), _("Close"), _("&Close"), _("&Yes"), _("&No"), _("Yes to &All"), _("N&o to All"),
    _("Open"), _("&Open"), _("Save"), _("&Save"), _("Save All"), _("Abort"), _("Retry"), _("Ignore"), _("Discard"),
    _("Help"), _("Apply"), _("Reset"), _("Restore Defaults"), _("Don't Save"),
    # edit menus (QLineEdit, QWidgetTextControl)
    _("&Undo"), _("&Redo"), _("Cu&t"), _("&Copy"), _("&Paste"), _("Delete"), _("Select All"),
    _("Copy &Link Location"), _("Clear"),
    # message boxes
    _("Show Details..."), _("Hide Details..."),
    # file dialog (QFileDialog, QFileSystemModel, QSidebar)
    _("Look in:"), _("Back"), _("Go back"), _("Alt+Left"), _("Forward"), _("Go forward"), _("Alt+Right"),
    _("Parent Directory"), _("Go to the parent directory"), _("Alt+Up"), _("Create New Folder"), _("Create a New Folder"),
    _("List View"), _("Change to list view mode"), _("Detail View"), _("Change to detail view mode"), _("Sidebar"),
    _("List of places and bookmarks"), _("Files"), _("Files of type:"), _("File &name:"), _("Directory:"), _("&Choose"),
    _("Computer"), _("My Computer"), _("All Files (*)"), _("All files (*)"), _("Directories"), _("Find Directory"),
    _("Save As"), _("Recent Places"), _("&Rename"), _("&Delete"), _("Show &hidden files"), _("&New Folder"),
    _("New Folder"), _("Remove"), _("Show "), _("Open in New Window"), _("Add bookmark"),
    _("Name"), _("Size"), _("Type"), _("Kind"), _("Date Modified"), _("Folder"), _("File"), _("File Folder"), _("Drive"),
    _("Alias"), _("Shortcut"), _("Unknown"), _("%1 File"), _("%1 bytes"), _("%1 byte(s)"), _("%1 KB"), _("%1 MB"),
    _("%1 GB"), _("Invalid filename"),
    _("<b>The name \"%1\" cannot be used.</b><p>Try using another name, with fewer characters or no punctuation marks."),
    _("%1\nFile not found.\nPlease verify the correct file name was given."),
    _("%1\nDirectory not found.\nPlease verify the correct directory name was given."),
    _("%1 already exists.\nDo you want to replace it?"),
    _("Are you sure you want to delete '%1'?"), _("Could not delete directory."),
    _("'%1' is write protected.\nDo you want to delete it anyway?"),
    # scroll bars and tool bars
    _("Scroll here"), _("Left edge"), _("Top"), _("Right edge"), _("Bottom"), _("Page left"), _("Page up"),
    _("Page right"), _("Page down"), _("Scroll left"), _("Scroll up"), _("Scroll right"), _("Scroll down"),
    _("Line up"), _("Line down"), _("Position"), _("Extension"), _("More"),
)  # fmt: skip


class CatalogueTranslator(QTranslator):
    """Answers Qt's look-ups from our message catalogue."""

    def translate(self, _context: str, source: str, _comment: str | None = None, _n: int = -1) -> Any:
        """The text, None where there is none (Qt then shows its English source)."""
        if not source or language() == "en":
            return None
        said = gettext(source)
        return None if said == source else said

    def isEmpty(self) -> bool:
        return False
