"""The few things that can go wrong with a page.

A worker knows no user and no language: it raises one of these codes. ``digitizer.errors`` gives each code its
sentence, its advice and its exit code, in both languages.
"""

from enum import StrEnum


class PageFault(StrEnum):
    """Why a file or page could not be used. The value is a public code (it appears in JSON)."""

    EMPTY = "empty-file"
    """The file has no bytes."""
    UNKNOWN_FORMAT = "unknown-format"
    """The bytes are of no image or PDF format that can be read, whatever the name says."""
    DAMAGED = "damaged"
    """The bytes begin as a known format but cannot be decoded (truncated, broken, inconsistent)."""
    UNSUPPORTED = "unsupported"
    """A known format, whole as far as can be seen, in a variant that cannot be decoded."""
    ENCRYPTED = "encrypted"
    """A password is needed to open it."""
    TOO_LARGE = "too-large"
    """More pixels, pages or bytes than the limits allow."""
    NO_SIZE = "no-size"
    """Width or height is zero."""
    NO_PAGES = "no-pages"
    """A container (PDF, TIFF) without a single page."""
    UNREADABLE = "unreadable"
    """The operating system refused to read it (missing, permission, not a regular file)."""
    TIMEOUT = "timeout"
    """Decoding or reading took longer than the limit; the worker was stopped."""
    CRASHED = "crashed"
    """The worker died while it decoded or read this page (memory limit included)."""
    ENGINE_MISSING = "engine-missing"
    """No recognition engine is installed."""
    LANGUAGE_MISSING = "language-missing"
    """The engine has no data for a language that was asked for."""


class PageError(Exception):
    """A page or file cannot be used. Pickles across processes.

    ``fault`` is the code; ``detail`` is technical English for the log, never shown alone to a clerk.
    """

    def __init__(self, fault: PageFault, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.fault}: {self.detail}" if self.detail else str(self.fault)
