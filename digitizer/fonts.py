"""The font that the rules ask for (Times New Roman), or one with its measures and all Vietnamese letters."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path("/usr/share/fonts")
_TIMES_METRICS = (
    ("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf"),
    ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationSerif-Italic.ttf"),
    ("times.ttf", "timesbd.ttf", "timesi.ttf"),
    ("Times_New_Roman.ttf", "Times_New_Roman_Bold.ttf", "Times_New_Roman_Italic.ttf"),
)


def times_metrics() -> tuple[Path, Path, Path] | None:
    """Upright, bold and italic face of the first such font that is installed; None where there is none."""
    for names in _TIMES_METRICS:
        found = [next(_FOLDER.rglob(name), None) for name in names]
        upright, bold, italic = found
        if upright is not None:
            return upright, bold or upright, italic or upright
    return None
