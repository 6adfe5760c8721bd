"""The rooms stay apart when the program runs: ui -> digitizer -> ocr -> resources, and Qt only in ui.

import-linter (``make check``) reads the imports; here they are carried out, each in a fresh process.
"""

import pkgutil
import subprocess
import sys

import digitizer
import ocr

LOADED = "import sys, importlib; [importlib.import_module(n) for n in sys.argv[1:]]; print(*sys.modules)"


def loaded_rooms(*modules: str) -> set[str]:
    """Top-level names of everything that importing ``modules`` loads."""
    command = [sys.executable, "-c", LOADED, *modules]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name.partition(".")[0] for name in printed.split()}


def modules_of(package: str, path: list[str]) -> list[str]:
    return [package, *(module.name for module in pkgutil.walk_packages(path, package + "."))]


def test_the_program_starts_without_qt() -> None:
    assert not loaded_rooms("digitizer", "digitizer.__main__") & {"PySide6", "ui"}


def test_no_module_of_digitizer_loads_qt() -> None:
    assert not loaded_rooms(*modules_of("digitizer", digitizer.__path__)) & {"PySide6", "ui"}


def test_no_module_of_ocr_loads_records_or_windows() -> None:
    assert not loaded_rooms(*modules_of("ocr", ocr.__path__)) & {"digitizer", "ui", "PySide6", "sqlite3"}


def test_resources_stand_on_nothing() -> None:
    assert not loaded_rooms("resources") & {"ocr", "digitizer", "ui", "numpy", "PySide6"}


def test_reading_without_a_workspace_loads_no_catalogue() -> None:
    """Its start counts where one page is read."""
    assert not {"sqlite_utils", "sqlite3", "PySide6"} & loaded_rooms("digitizer.cli.run", "digitizer.cli.reading")
