"""Page images made from masters: the final page, its thumbnail, a preview before reading. May be deleted at any
moment.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from digitizer.files import TEMPORARY_PREFIX, write_bytes
from digitizer.model import PageId

_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


class Derivatives:
    """The folder of derivatives, one folder a page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def image(self, page: PageId) -> Path:
        """Where the final page's JPEG is, or would be."""
        return self._page(page) / "page.jpg"

    def thumbnail(self, page: PageId) -> Path:
        """Where the thumbnail's JPEG (longest side 256) is, or would be."""
        return self._page(page) / "thumbnail.jpg"

    def preview(self, page: PageId) -> Path:
        """Where the JPEG of the unread page, as it came, is or would be."""
        return self._page(page) / "preview.jpg"

    def intact(self, page: PageId) -> bool:
        """Whether the final page's JPEG is there from its first to its last marker."""
        try:
            with self.image(page).open("rb") as image:
                head = image.read(len(_JPEG_START))
                image.seek(-len(_JPEG_END), os.SEEK_END)
                return head == _JPEG_START and image.read() == _JPEG_END
        except OSError:
            return False

    def write(self, target: Path, jpeg: bytes) -> None:
        """Write one derivative, all or nothing."""
        target.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(target, jpeg)

    def write_soon(self, target: Path, jpeg: bytes) -> None:
        """The same without waiting for the disk, on which a scanner's pages are just written: after a power cut it may
        be empty.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f"{TEMPORARY_PREFIX}{target.name}")
        aside.write_bytes(jpeg)
        aside.replace(target)

    def forget(self, page: PageId) -> None:
        """Remove what was made for a page whose treatment has changed."""
        shutil.rmtree(self._page(page), ignore_errors=True)

    def _page(self, page: PageId) -> Path:
        return self._folder / page[:2] / page
