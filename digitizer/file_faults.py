"""What is said of a file or page that cannot be used: a sentence and an advice for each fault."""

from __future__ import annotations

from digitizer.i18n import marked
from ocr.errors import PageFault

FILE_SENTENCES: dict[PageFault, tuple[str, str]] = {
    PageFault.EMPTY: (
        marked("“{path}” is empty (0 bytes)."),
        marked("Copy or scan it again."),
    ),
    PageFault.UNKNOWN_FORMAT: (
        marked("“{path}” is not an image or a PDF that can be read, whatever its name says."),
        marked("Convert it to PDF, TIFF, JPEG or PNG first."),
    ),
    PageFault.DAMAGED: (
        marked("“{path}” is damaged or incomplete and cannot be read."),
        marked("Copy it again from where it came from, or scan the paper again."),
    ),
    PageFault.UNSUPPORTED: (
        marked("“{path}” is stored in a variant of its format that this program cannot read."),
        marked("Open it in another program and save it as TIFF with LZW, as JPEG, PNG or PDF."),
    ),
    PageFault.ENCRYPTED: (
        marked("“{path}” is locked with a password."),
        marked("Save a copy without the password and import that."),
    ),
    PageFault.TOO_LARGE: (
        marked("“{path}” is larger than this program accepts."),
        marked("Scan it at a lower resolution or split it into several files."),
    ),
    PageFault.NO_SIZE: (
        marked("“{path}” holds an image without width or height."),
        marked("Scan the paper again."),
    ),
    PageFault.NO_PAGES: (
        marked("“{path}” holds no page."),
        marked("Check that it is the right file."),
    ),
    PageFault.UNREADABLE: (
        marked("“{path}” cannot be opened."),
        marked("Check that it exists, is a file, and that you may read it."),
    ),
    PageFault.TIMEOUT: (
        marked("“{path}” took too long and was stopped."),
        marked("Open it in another program and save it anew, or scan the paper again."),
    ),
    PageFault.CRASHED: (
        marked("“{path}” made the reader stop; the other pages are not affected."),
        marked("Open it in another program and save it anew, or scan the paper again."),
    ),
    PageFault.ENGINE_MISSING: (
        marked("“{path}” cannot be read: no recognition engine is installed."),
        marked("Run “digitizer doctor” to see the command that installs it."),
    ),
    PageFault.LANGUAGE_MISSING: (
        marked("“{path}” cannot be read: the data of its language is not installed."),
        marked("Run “digitizer doctor” to see the command that installs it."),
    ),
}
