"""Check what no linter looks at: sizes, machine paths, locks, origins of resources.

Looks at the files git knows. Prints every fault, one a line, and exits with 1 if there was one.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent

MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_MODULE_LINES = 600

# A folder of whoever wrote the line. Documentation may show a user's home, nothing else may.
MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:work|home|root)/\w")
USER_PATH = re.compile(r"(?<![\w.-])/home/\w")
# In a lock, an address or an option that names one ties every user to the registry of whoever made it.
ADDRESS_IN_LOCK = re.compile(r"://|^\s*(?:-i|-f|--\S*(?:index|links|host)\S*)\b")


def known_files(root: Path) -> list[PurePosixPath]:
    """The files git tracks below ``root`` that are still there, relative to it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout
    names = sorted(set(listed.decode().split("\0")) - {""})
    return [PurePosixPath(name) for name in names if (root / name).is_file()]


def too_large(root: Path, files: Iterable[PurePosixPath]) -> Iterator[str]:
    for file in files:
        size = (root / file).stat().st_size
        if size > MAX_FILE_BYTES:
            yield f"{file}: {size} bytes, more than {MAX_FILE_BYTES}"


def too_long(root: Path, files: Iterable[PurePosixPath]) -> Iterator[str]:
    for file in files:
        if file.suffix == ".py":
            lines = len((root / file).read_text(encoding="utf-8").splitlines())
            if lines > MAX_MODULE_LINES:
                yield f"{file}: {lines} lines, more than {MAX_MODULE_LINES}"


def forbidden_lines(root: Path, files: Iterable[PurePosixPath]) -> Iterator[str]:
    """Machine paths in any text file, addresses in locks."""
    for file in files:
        try:
            text = (root / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        documentation = file.suffix == ".md"
        for number, line in enumerate(text.splitlines(), start=1):
            shown = USER_PATH.sub("", line) if documentation else line
            if MACHINE_PATH.search(shown):
                yield f"{file}:{number}: a path of somebody's machine"
            if file.suffix == ".lock" and ADDRESS_IN_LOCK.search(line):
                yield f"{file}:{number}: a lock holds names and hashes, no address"


def without_origin(files: Iterable[PurePosixPath]) -> Iterator[str]:
    """Folders of resources that do not say where their content is from and under what licence."""
    names: dict[str, list[str]] = {}
    for file in files:
        if file.parts[0] == "resources" and len(file.parts) > 2:
            names.setdefault(file.parts[1], []).append(file.parts[2])
    for folder, content in names.items():
        if not any(name.upper().startswith(("README", "ORIGIN")) for name in content):
            yield f"resources/{folder}: no README that says origin and licence"


def faults(root: Path) -> list[str]:
    """Everything that is wrong with the repository at ``root``, as one-line sentences."""
    files = known_files(root)
    return [
        *too_large(root, files),
        *too_long(root, files),
        *forbidden_lines(root, files),
        *without_origin(files),
    ]


def main() -> int:
    found = faults(ROOT)
    for fault in found:
        print(fault)
    print(f"repository: {len(found)} faults" if found else "repository: nothing to complain about")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
