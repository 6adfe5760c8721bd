"""Strictness for every test, and what many tests need."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers import strictness

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"
LONG = "drill or quality"
# How long an example takes is the machine's affair; a test that never ends is stopped all the same.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# Before Qt or a message catalogue is loaded: no screen is needed, and the developer's own language does not matter.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "DIGITIZER_WORKSPACE"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs(*patterns): this test expects log records of WARNING or above like these")
    if not config.option.markexpr:
        config.option.markexpr = f"not ({LONG})"
    strictness.adopt_orphans()


@pytest.fixture(autouse=True)
def leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves running processes or windows, or logs a warning it did not announce with ``logs``."""
    patterns = [pattern for marker in request.node.iter_markers("logs") for pattern in marker.args]
    with strictness.no_processes_left(), strictness.no_windows_left(), strictness.no_stray_logs(patterns):
        yield


@pytest.fixture(scope="session")
def samples() -> Path:
    """The shared folder of real scans; the test is skipped where it is absent. Mark such tests ``samples``."""
    if not SAMPLES.is_dir():
        pytest.skip("the shared folder of real scans (../shared/samples) is not here")
    return SAMPLES
