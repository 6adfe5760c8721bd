"""The wheel holds the four packages, all of them and nothing else, and works in an environment of its own."""

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from tests.helpers.cli import Program

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("digitizer", "ui", "ocr", "resources")
SECONDS = 240
"""Far more than any command here takes: a hanging one is to fail its test, not the run."""


def source_files() -> list[PurePosixPath]:
    """Every file of the checkout that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode()
    return [PurePosixPath(name) for name in sorted(set(listed.split("\0")) - {""}) if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing an earlier build left in the checkout gets in, and nothing is left in it."""
    copy = tmp_path_factory.mktemp("source")
    for file in source_files():
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, copy / file)
    dist = tmp_path_factory.mktemp("dist")
    build: list[str | Path] = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, copy]
    subprocess.run(build, check=True, stdout=subprocess.PIPE, timeout=SECONDS)
    (built,) = dist.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel and borrows its dependencies from this one, offline."""
    environment = tmp_path_factory.mktemp("môi trường")
    venv.create(environment)
    python = environment / "bin" / "python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python]
    install: list[str | Path] = ["install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(pip + install, check=True, stdout=subprocess.PIPE, timeout=SECONDS)
    # A path in a .pth file is searched last, and the .pth files behind it (the editable checkout) are not followed.
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)}))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


def run(command: list[str | Path], folder: Path) -> str:
    """What ``command`` prints, run in ``folder``, away from the checkout; it has to end with 0."""
    environment = Program(home=folder, workspace=folder).environment()
    environment.pop("PYTHONPATH", None)
    finished = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=False
    )
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {PurePosixPath(name) for name in archive.namelist() if not name.endswith("/")}
    content = {name for name in names if not name.parts[0].endswith(".dist-info")}
    assert content == {file for file in source_files() if file.parts[0] in PACKAGES}


def test_the_installed_packages_are_not_those_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    program = f"import {', '.join(PACKAGES)}; print({', '.join(f'{name}.__file__' for name in PACKAGES)}, sep=chr(10))"
    files = run([installed / "python", "-c", program], tmp_path).splitlines()
    assert all(Path(file).is_relative_to(installed.parent) for file in files), files


def test_the_installed_program_finds_all_it_needs(installed: Path, tmp_path: Path) -> None:
    run([installed / "digitizer", "doctor"], tmp_path)


def test_the_installed_program_does_the_main_job(installed: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "kho tài liệu"
    run([installed / "digitizer", "--workspace", workspace, "demo"], tmp_path)
    assert (workspace / "catalogue.sqlite").is_file()
