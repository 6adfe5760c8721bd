"""``tools/check_repo.py`` finds each kind of fault, and all of them in one run."""

import shutil
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).resolve().parent.parent / "tools" / "check_repo.py"
SOMEBODYS_FOLDER = "/".join(("", "home", "lan"))
ADDRESS = "https" + "://registry.example/simple"


def checked(repository: Path, **files: str) -> tuple[int, str]:
    """Exit code and output of the tool in a repository that holds it and ``files`` (by path, ``__`` for a slash)."""
    (repository / "tools").mkdir()
    shutil.copy(TOOL, repository / "tools")
    for name, content in files.items():
        path = repository / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=repository, check=True)
    tool = [sys.executable, "tools/check_repo.py"]
    finished = subprocess.run(tool, cwd=repository, stdout=subprocess.PIPE, text=True, check=False)
    return finished.returncode, finished.stdout


def test_a_clean_repository_passes(tmp_path: Path) -> None:
    code, printed = checked(
        tmp_path,
        **{
            "README.md": f"Keep it in {SOMEBODYS_FOLDER}/ho-so.",
            "requirements.lock": "ruff==0.9 \\\n    --hash=sha256:00\n",
            "resources__icons__README.md": "Drawn by us.",
            "resources__icons__open.svg": "<svg/>",
        },
    )
    assert code == 0, printed


def test_every_fault_is_named(tmp_path: Path) -> None:
    code, printed = checked(
        tmp_path,
        **{
            "big.txt": "x" * (2 * 1024 * 1024 + 1),
            "long.py": "pass\n" * 601,
            "mine.py": f'FOLDER = "{SOMEBODYS_FOLDER}/digitizer"\n',
            "a.lock": f"ruff==0.9\n--index-url {ADDRESS}\n",
            "resources__icons__open.svg": "<svg/>",
        },
    )
    assert code == 1
    for place in ("big.txt:", "long.py:", "mine.py:1:", "a.lock:2:", "resources/icons:", "5 faults"):
        assert place in printed
