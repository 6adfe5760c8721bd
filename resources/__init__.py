"""Data files shipped with the program, behind one door.

Bottom of the import order: every other package may import this one, it imports none of them.
"""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Return the absolute path of the shipped file or folder ``name`` (forward slashes, relative to ``resources/``).

    Raises FileNotFoundError where nothing of that name is shipped: an installation fault, never the user's.
    """
    found = _ROOT / name
    if not found.exists():
        raise FileNotFoundError(f"Not shipped with this installation: resources/{name}")
    return found
