"""Import: masters, pages, duplicates, refusals."""

import os
import socket
import struct
import zlib
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from pypdf import PdfWriter

from digitizer.capture.files import import_paths
from digitizer.capture.paths import natural_key
from digitizer.errors import WrongUsage
from digitizer.masters import hash_file
from digitizer.model import Level
from digitizer.workspace import Workspace
from ocr.errors import PageFault
from tests.helpers.workspaces import imported, tiny_page


def test_a_master_is_the_files_bytes_under_their_hash_and_read_only(workspace: Workspace, tmp_path: Path) -> None:
    source = tiny_page(tmp_path / "Công văn số 1.png", 1)
    report = import_paths(workspace, [source])
    master = workspace.masters.path(report.imported[0].sha256)
    assert master.read_bytes() == source.read_bytes()
    assert hash_file(master) == report.imported[0].sha256
    assert master.stat().st_mode & 0o222 == 0


def test_new_items_are_described_by_the_profile_that_is_named(workspace: Workspace, tmp_path: Path) -> None:
    import_paths(workspace, [tiny_page(tmp_path / "p.png", 1)], "KT", profile="drawing")
    assert workspace.catalogue.records.get("KT.001").profile == "drawing"
    with pytest.raises(WrongUsage, match="“file”"):
        import_paths(workspace, [tiny_page(tmp_path / "q.png", 2)], "KT", profile="file")
    assert len(workspace.catalogue.pages.of_record(workspace.catalogue.records.get("KT").id)) == 1


def test_importing_again_adds_nothing(workspace: Workspace, tmp_path: Path) -> None:
    first = imported(workspace, tmp_path, 2)
    again = import_paths(workspace, [tmp_path / "p0.png", tmp_path / "p1.png"])
    assert again.imported == []
    assert [duplicate.of for duplicate in again.duplicates] == first


def test_the_same_file_in_another_record_is_a_page_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "p.png", 1)
    ids = {import_paths(workspace, [page], code).imported[0].pages[0] for code in ("H1", "H2", None)}
    assert len(ids) == 3


def test_ten_identical_files_of_a_folder_are_one_page_and_nine_duplicates(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(10):
        tiny_page(tmp_path / f"{number}.png", 7)
    report = import_paths(workspace, [tmp_path])
    assert (len(report.imported), len(report.duplicates)) == (1, 9)


def test_a_file_of_several_pages_is_one_master_and_an_item_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    pages = [Image.open(tiny_page(tmp_path / f"{n}.png", n)) for n in (1, 2, 3)]
    pages[0].save(tmp_path / "sổ.tiff", save_all=True, append_images=pages[1:], compression="group4")
    report = import_paths(workspace, [tmp_path / "sổ.tiff"], "H1")
    assert len(report.imported[0].pages) == 3
    numbers = [workspace.catalogue.pages.get(page).number for page in report.imported[0].pages]
    assert numbers == [1, 2, 3]
    item = workspace.catalogue.records.get("H1.001")
    assert (item.level, item.title, item.pages) == (Level.ITEM, "sổ", 3)


def test_loose_images_of_a_folder_share_an_item_in_natural_order(workspace: Workspace, tmp_path: Path) -> None:
    for number in (10, 2, 1):
        tiny_page(tmp_path / "Hồ sơ A" / f"trang {number}.png", number)
    import_paths(workspace, [tmp_path / "Hồ sơ A"], "H1")
    item = workspace.catalogue.records.get("H1.001")
    assert item.title == "Hồ sơ A"
    assert [page.name for page in workspace.catalogue.pages.of_record(item.id)] == [
        "trang 1.png", "trang 2.png", "trang 10.png",
    ]  # fmt: skip


def test_bad_files_are_refused_each_with_its_path_and_the_others_come_in(workspace: Workspace, tmp_path: Path) -> None:
    good = tiny_page(tmp_path / "tốt.png", 1)
    locked = PdfWriter()
    locked.add_blank_page(100, 100)
    locked.encrypt("bí mật", algorithm="RC4-128")
    locked.write(tmp_path / "khóa.pdf")
    bad = {
        "rỗng.jpg": (b"", PageFault.EMPTY),
        "khóa.pdf": ((tmp_path / "khóa.pdf").read_bytes(), PageFault.ENCRYPTED),
        "không cạnh.png": (_png_of(0, 0), PageFault.NO_SIZE),
        "quá lớn.png": (_png_of(60_000, 60_000), PageFault.TOO_LARGE),
        "cụt.png": (good.read_bytes()[:100], PageFault.DAMAGED),
        "chữ.pdf": ("không phải PDF".encode(), PageFault.UNKNOWN_FORMAT),
    }
    for name, (data, _) in bad.items():
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "ống.png")
    report = import_paths(workspace, [*(tmp_path / name for name in bad), tmp_path / "ống.png", tmp_path / "mất", good])
    assert len(report.imported) == 1
    expected = [fault for _, fault in bad.values()] + [PageFault.UNREADABLE, PageFault.UNREADABLE]
    assert [error.fault for error in report.refused] == expected
    for error, name in zip(report.refused, [*bad, "ống.png", "mất"], strict=True):
        assert str(tmp_path / name) in error.message
    assert list((workspace.root / "masters").glob(".digitizer-*")) == []


def _png_of(width: int, height: int) -> bytes:
    """The head of a PNG of that size; only a few of its pixels follow."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


def test_a_wrong_suffix_does_not_matter(workspace: Workspace, tmp_path: Path) -> None:
    tiny_page(tmp_path / "p.png", 3).rename(tmp_path / "p.pdf")
    assert len(import_paths(workspace, [tmp_path / "p.pdf"]).imported) == 1


def test_a_name_that_is_not_utf8_comes_in(workspace: Workspace, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/t\xe0i li\xeau.png"))
    path.write_bytes(tiny_page(tmp_path / "p.png", 3).read_bytes())
    report = import_paths(workspace, [path])
    assert "�" in workspace.catalogue.pages.get(report.imported[0].pages[0]).name


@pytest.mark.parametrize(
    "names", [["p1", "p2", "p10"], ["Trang 9.jpg", "trang 10.jpg"], ["1", "a"], ["a", "a1", "a2b", "a10a"]]
)
def test_natural_order(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(backwards, key=natural_key) == names


def test_two_imports_of_one_folder_at_once_double_nothing(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(20):
        tiny_page(tmp_path / "in" / f"{number}.png", number + 1)

    def run() -> None:
        with Workspace(workspace.root, workspace.settings) as own:
            import_paths(own, [tmp_path / "in"], "H1")

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert workspace.catalogue.records.get("H1").pages == 20


def test_an_import_of_nothing_good_makes_no_record(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "rỗng.png").write_bytes(b"")
    assert len(import_paths(workspace, [tmp_path / "rỗng.png"], "H9").refused) == 1
    assert workspace.catalogue.records.all() == []


def test_folders_that_are_links_or_loops_are_walked_once(workspace: Workspace, tmp_path: Path) -> None:
    tiny_page(tmp_path / "in" / "a" / "p.png", 1)
    (tmp_path / "in" / "b").symlink_to(tmp_path / "in" / "a")
    (tmp_path / "in" / "a" / "vòng").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "gãy").symlink_to(tmp_path / "không có")
    report = import_paths(workspace, [tmp_path / "in"])
    assert (len(report.imported), len(report.duplicates)) == (1, 0)
    assert [error.fault for error in report.refused] == [PageFault.UNREADABLE]


def test_hidden_files_and_litter_are_left_out_and_said(workspace: Workspace, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "in" / "p.png", 1)
    for name in (".DS_Store", "._p.png", "Thumbs.db", "desktop.ini", ".git/x.png", "__MACOSX/p.png"):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(page.read_bytes())
    report = import_paths(workspace, [tmp_path / "in"])
    assert (len(report.imported), report.refused, report.duplicates) == (1, [], [])
    left_out = {".DS_Store", "._p.png", ".git", "Thumbs.db", "__MACOSX", "desktop.ini"}
    assert {path.name for path in report.left_out} == left_out
    (note,) = report.notes()
    assert "6 hidden files" in note
    assert "Thumbs.db" in note
    assert len(import_paths(workspace, [tmp_path / "in" / "._p.png"], "H2").imported) == 1, "named by a person"


def test_sockets_links_to_nothing_and_closed_folders_are_named(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    tiny_page(folder / "p.png", 1)
    os.mkfifo(folder / "fifo.png")
    (folder / "vòng").symlink_to(folder / "vòng")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s"))
        report = import_paths(workspace, [folder])
    assert len(report.imported) == 1
    assert sorted(Path(error.path).name for error in report.refused) == ["fifo.png", "s", "vòng"]
    assert {error.fault for error in report.refused} == {PageFault.UNREADABLE}


def test_the_workspace_in_an_imported_folder_is_not_looked_into(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "in", 1)
    report = import_paths(workspace, [workspace.root.parent], "H2")
    assert [outcome.path.name for outcome in report.imported] == ["p0.png"]
    assert report.refused == []


def test_files_attached_to_a_pdf_are_said(workspace: Workspace, tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("bảng.xlsx", b"x")
    writer.add_attachment("thư.txt", b"x")
    writer.write(tmp_path / "p.pdf")
    report = import_paths(workspace, [tmp_path / "p.pdf"])
    assert report.imported[0].attached == 2
    (note,) = report.notes()
    assert "2 attached files" in note
