"""What a top-secret record is about is recorded nowhere but in itself (NĐ 63/2026/NĐ-CP)."""

from __future__ import annotations

from digitizer.describe.profiles import Profile

_KEYS = frozenset({"title", "keywords", "autograph", "annotation", "event", "note"})


def tells_subject(profile: Profile, key: str) -> bool:
    """Whether the field of that key says what the record is about."""
    return key in _KEYS or key == profile.title
