"""Qt's own strings that can appear in this window. Qt has no Vietnamese: they are translated in our catalogue.

Marked here so that they are extracted; ``CatalogueTranslator`` looks them up. Source: qtbase, the ``tr`` calls of
qplatformtheme.cpp, qfiledialog.ui/.cpp, qfilesystemmodel.cpp, qlineedit.cpp, qwidgettextcontrol.cpp, qmessagebox.cpp.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTranslator

from digitizer.i18n import gettext, language, marked

QT_STRINGS = (
    # buttons (QPlatformTheme, QDialogButtonBox)
    marked("OK"), marked("Cancel"), marked("&Cancel"), marked("Close"), marked("&Close"), marked("&Yes"),
    marked("&No"), marked("Yes to &All"), marked("N&o to All"), marked("Open"), marked("&Open"), marked("Save"),
    marked("&Save"), marked("Save All"), marked("Abort"), marked("Retry"), marked("Ignore"), marked("Discard"),
    marked("Help"), marked("Apply"), marked("Reset"), marked("Restore Defaults"), marked("Don't Save"),
    # edit menus (QLineEdit, QWidgetTextControl)
    marked("&Undo"), marked("&Redo"), marked("Cu&t"), marked("&Copy"), marked("&Paste"), marked("Delete"),
    marked("Select All"), marked("Copy &Link Location"), marked("Clear"),
    # message boxes
    marked("Show Details..."), marked("Hide Details..."),
    # file dialog (QFileDialog, QFileSystemModel, QSidebar)
    marked("&Look in:"), marked("Back"), marked("Go back"), marked("Forward"),
    marked("Go forward"), marked("Parent Directory"), marked("Go to the parent directory"),
    marked("Create New Folder"), marked("Create a New Folder"), marked("List View"),
    marked("Change to list view mode"), marked("Detail View"), marked("Change to detail view mode"),
    marked("Sidebar"), marked("List of places and bookmarks"), marked("Files"), marked("Files of &type:"),
    marked("File &name:"), marked("Directory:"), marked("&Choose"), marked("Computer"), marked("My Computer"),
    marked("All Files (*)"), marked("All files (*)"), marked("Directories"), marked("Find Directory"),
    marked("Save As"), marked("Recent Places"), marked("&Rename"), marked("&Delete"), marked("Show &hidden files"),
    marked("&New Folder"), marked("New Folder"), marked("Remove"), marked("Show "), marked("Open in New Window"),
    marked("Add bookmark"), marked("Name"), marked("Size"), marked("Type"), marked("Kind"), marked("Date Modified"),
    marked("Folder"), marked("File"), marked("File Folder"), marked("Drive"), marked("Alias"), marked("Shortcut"),
    marked("Unknown"), marked("%1 File"), marked("%1 bytes"), marked("%1 byte(s)"), marked("%1 KB"), marked("%1 MB"),
    marked("%1 GB"), marked("Invalid filename"),
    marked("<b>The name \"%1\" cannot be used.</b>"
           "<p>Try using another name, with fewer characters or no punctuation marks."),
    marked("%1\nFile not found.\nPlease verify the correct file name was given."),
    marked("%1\nDirectory not found.\nPlease verify the correct directory name was given."),
    marked("%1 already exists.\nDo you want to replace it?"), marked("Are you sure you want to delete '%1'?"),
    marked("Could not delete directory."), marked("'%1' is write protected.\nDo you want to delete it anyway?"),
    # scroll bars and tool bars
    marked("Scroll here"), marked("Left edge"), marked("Top"), marked("Right edge"), marked("Bottom"),
    marked("Page left"), marked("Page up"), marked("Page right"), marked("Page down"), marked("Scroll left"),
    marked("Scroll up"), marked("Scroll right"), marked("Scroll down"), marked("Line up"), marked("Line down"),
    marked("Position"), marked("Extension"), marked("More"),
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
