"""The form of a scan that is safe and not yet a master: a head of fixed size, then the lines as the scanner gave them.

No array library is needed here: the process that scans writes it, a worker reads it (``ocr.spool_master``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ocr.errors import PageError, PageFault

HEAD_BYTES = 65536
"""Where the lines begin. The head is filled in last, when height and hash are known."""
SUFFIX = ".scan"
"""Of a file that holds a whole sheet side."""
_MAGIC = b"DIGITIZER-SPOOL-1\n"
FRAMES = (("gray",), ("rgb",))
PASSES = frozenset({"red", "green", "blue"})


@dataclass(frozen=True, slots=True)
class SpoolHead:
    """What the lines of one scanned sheet side are.

    ``page``: the UUID that it will have as a page. ``number``: its place in the run, from 1. ``at``: when its last
    byte came, ISO 8601. ``width``, ``height``: pixels. ``depth``: bits a sample: 1 (in grey, 1 is black; in colour, 1
    is bright), 8 or 16 (of this machine's byte order). ``bytes_per_line``: of one frame, perhaps more than the pixels
    need. ``frames``: ``("gray",)``, ``("rgb",)``, or the three colours in the order in which they follow each other.
    ``dpi``: horizontal and vertical, None where the scanner does not say. ``options``: of the scanner, by its own
    names. ``sha256``: of all bytes behind the head.
    """

    page: str
    number: int
    at: str
    width: int
    height: int
    depth: int
    bytes_per_line: int
    frames: tuple[str, ...]
    dpi: tuple[float, float] | None
    options: Mapping[str, object]
    sha256: str

    @property
    def size(self) -> int:
        """Bytes behind the head."""
        return self.bytes_per_line * self.height * len(self.frames)

    def packed(self) -> bytes:
        """The head as it stands in the file, HEAD_BYTES long. Raises ValueError where it holds too much."""
        packed = _MAGIC + json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n"
        if len(packed) > HEAD_BYTES:
            raise ValueError(len(packed))
        return packed.ljust(HEAD_BYTES)


def read_head(path: Path) -> SpoolHead:
    """The head of a spool file. Raises PageError: UNREADABLE, or DAMAGED where it is none or the file has another
    length.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(HEAD_BYTES)
        length = path.stat().st_size
    except OSError as error:
        raise PageError(PageFault.UNREADABLE, str(error)) from error
    try:
        if not packed.startswith(_MAGIC):
            raise ValueError(packed[:20])
        told = json.loads(packed[len(_MAGIC) :])
        told["frames"] = tuple(told["frames"])
        told["dpi"] = None if told["dpi"] is None else tuple(told["dpi"])
        head = SpoolHead(**told)
        known = head.frames in FRAMES or (len(head.frames) == 3 and set(head.frames) == PASSES)
        if not known or head.depth not in (1, 8, 16) or head.width < 1 or head.height < 1:
            raise ValueError(head.frames, head.depth)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PageError(PageFault.DAMAGED, f"no spool head: {error!r}") from error
    if length != HEAD_BYTES + head.size:
        raise PageError(PageFault.DAMAGED, f"{length} bytes, not {HEAD_BYTES + head.size}")
    return head
