"""A delivery that dies at any moment leaves nothing half-made, and the next one finishes."""

import errno
from functools import partial
from pathlib import Path

import pytest

from digitizer.deliver.building import bench, make_folder, package_hash
from digitizer.deliver.delivering import Wish, deliver_packages
from digitizer.deliver.package_check import verify_package
from digitizer.errors import CannotWrite, WouldOverwrite
from digitizer.files import TEMPORARY_PREFIX
from digitizer.workspace import Workspace
from tests.helpers.dossiers import dossier
from tests.helpers.faults import KILLED, Fault, in_copy
from tests.helpers.workspaces import NULL_ENGINE

MOMENTS = 6
MANY_MOMENTS = 50


def test_what_a_killed_delivery_left_is_swept_but_not_what_is_at_work(tmp_path: Path) -> None:
    left = tmp_path / f"{TEMPORARY_PREFIX}package-cũ"
    (left / "x").mkdir(parents=True)
    with bench(tmp_path) as first:
        assert not left.exists()
        with bench(tmp_path) as second:
            assert first.is_dir() and second.is_dir()
        assert first.is_dir() and not second.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_hash_of_a_folder_is_that_of_its_sha256sum_list(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "2").write_bytes(b"2")
    (tmp_path / "a" / "1").write_bytes(b"1")
    before = package_hash(tmp_path / "a")
    (tmp_path / "a" / "1").write_bytes(b"3")
    assert package_hash(tmp_path / "a") != before


@pytest.mark.parametrize("zipped", [True, False])
def test_a_package_that_is_not_ours_is_left_alone(workspace: Workspace, tmp_path: Path, zipped: bool) -> None:
    dossier(workspace, pages=(1,))
    wish = Wish("sip", zipped=zipped)
    (package,) = deliver_packages(workspace, tmp_path / "giao", wish).packages
    if zipped:
        package.path.write_bytes(b"changed")
    else:
        (package.path / "METS.xml").write_bytes(b"changed")
    before = package_hash(package.path)
    ((_, error),) = deliver_packages(workspace, tmp_path / "giao", wish).refused
    assert isinstance(error, WouldOverwrite)
    assert package_hash(package.path) == before


def _delivers(root: Path, wish: Wish) -> list[str]:
    with Workspace(root / "vùng", NULL_ENGINE) as workspace:
        report = deliver_packages(workspace, root / "giao", wish)
        return [error.message for _, error in report.refused]


def _dies(root: Path, wish: Wish, at: int) -> list[str]:
    with Fault("die", at).installed():
        return _delivers(root, wish)


def _counted(root: Path, wish: Wish) -> list[str]:
    fault = Fault("trace", 0)
    with fault.installed():
        _delivers(root, wish)
    return [str(fault.count)]


def _dies_everywhere(tmp_path: Path, wish: Wish, moments: int) -> None:
    with Workspace(tmp_path / "vùng", NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,))
    for again in (False, True):  # the second time there is a package to replace
        (said,) = in_copy(partial(_counted, tmp_path, wish))[1]
        count = int(said)
        for moment in range(moments):
            at = 1 + moment * count // moments
            code, lines = in_copy(partial(_dies, tmp_path, wish, at))
            assert code == KILLED, (at, lines)
            for path in (tmp_path / "giao").iterdir():
                assert path.name.startswith(TEMPORARY_PREFIX) or verify_package(path).ok, (again, at, path)
        assert in_copy(partial(_delivers, tmp_path, wish)) == (0, [])  # and whatever was left is swept
        (path,) = (tmp_path / "giao").iterdir()
        assert verify_package(path).ok


@pytest.mark.parametrize("zipped", [True, False])
def test_killed_at_any_moment_nothing_is_half_made(tmp_path: Path, zipped: bool) -> None:
    _dies_everywhere(tmp_path, Wish("aip", zipped=zipped), MOMENTS)


@pytest.mark.drill
@pytest.mark.parametrize("kind", ["sip", "aip", "bag"])
@pytest.mark.parametrize("zipped", [True, False])
def test_killed_at_fifty_moments_nothing_is_half_made(tmp_path: Path, kind: str, zipped: bool) -> None:
    _dies_everywhere(tmp_path, Wish(kind, "eark", zipped=zipped), MANY_MOMENTS)  # type: ignore[arg-type]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with Workspace(tmp_path / "vùng", NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,))

    def full(at: int) -> list[str]:
        with Workspace(tmp_path / "vùng", NULL_ENGINE) as workspace, Fault("full", at).installed():
            report = deliver_packages(workspace, tmp_path / "giao", Wish("sip"))
            return [error.code for _, error in report.refused]

    for at in (2, 10, 20):
        assert in_copy(partial(full, at)) == (0, ["cannot-write"])
        assert [path for path in (tmp_path / "giao").iterdir() if not path.name.startswith(TEMPORARY_PREFIX)] == []


def test_what_cannot_be_copied_is_named_by_where_it_goes(tmp_path: Path) -> None:
    target = tmp_path / "giao" / "H1_goc.pdf"
    target.parent.mkdir()
    for copied in (False, True):
        with pytest.raises(CannotWrite) as caught, bench(target.parent, target) as place:
            names = (str(tmp_path / "master"), None, str(place / target.name)) if copied else ()
            raise OSError(errno.ENOSPC, "full", *names)
        assert caught.value.details["path"] == target


def test_nothing_is_delivered_among_the_workspaces_own_files(tmp_path: Path) -> None:
    with Workspace(tmp_path / "vùng", NULL_ENGINE) as workspace:
        for place in (workspace.root, workspace.root / "masters", workspace.root / "masters" / "mới"):
            with pytest.raises(CannotWrite):
                make_folder(workspace, place)
        assert not (workspace.root / "masters" / "mới").exists()
        make_folder(workspace, tmp_path / "giao")
