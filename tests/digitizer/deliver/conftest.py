"""Packages of one small file, each built once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.deliver.delivering import Wish, deliver_packages
from digitizer.workspace import Workspace
from tests.helpers.dossiers import dossier
from tests.helpers.workspaces import NULL_ENGINE

WISHES = {
    f"{kind}-{layout}": Wish(kind, layout, zipped=False)
    for kind in ("sip", "aip", "bag")
    for layout in ("tt05", "eark")
}

_IN_EVERY_RUN = ("sip-tt05", "aip-eark", "bag-tt05")
EACH = [name if name in _IN_EVERY_RUN else pytest.param(name, marks=pytest.mark.drill) for name in WISHES]
"""All of them; where that takes long the others are looked at by `make drill`."""


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Folders of packages by kind and layout, such as ``sip-tt05``. Copied before they are changed."""
    root = tmp_path_factory.mktemp("giao")
    with Workspace(root / "vùng", NULL_ENGINE) as workspace:
        dossier(workspace)
        made = {}
        for name, wish in WISHES.items():
            (package,) = deliver_packages(workspace, root / name, wish).packages
            made[name] = package.path
    yield made
