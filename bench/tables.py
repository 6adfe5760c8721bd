"""Tables of many records, in and out: ``python -m bench.tables [--files 4000] [--items 9]``.

Makes a workbook of files and of items in each (22 columns), then prints seconds, CPU seconds and peak memory of all
processes for its import, the same import again, the export as XLSX and CSV, two registers as PDF, and the undo.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from bench.tree import run

_FILES = (
    "Phông", "Mục lục", "Hộp số", "Số và ký hiệu hồ sơ", "Tiêu đề (*)", "Thời hạn bảo quản", "Chế độ sử dụng",
    "Ngôn ngữ", "Ngày bắt đầu", "Tháng bắt đầu", "Năm bắt đầu", "Ngày kết thúc", "Tháng kết thúc", "Năm kết thúc",
    "Tổng số văn bản", "Chú giải", "Từ khóa", "Số lượng tờ", "Số lượng trang", "Tình trạng vật lý", "Mức độ tin cậy",
    "Ghi chú",
)  # fmt: skip
_ITEMS = (
    "STT", "Mã hồ sơ", "Số", "Ký hiệu", "Ngày tháng năm", "Tên loại", "Tác giả", "Trích yếu nội dung", "Ngôn ngữ",
    "Số trang", "Tờ số", "Bút tích", "Người ký", "Chế độ sử dụng", "Thời hạn bảo quản", "Tình trạng vật lý",
    "Mức độ tin cậy", "Từ khóa", "Độ mật", "Ghi chú", "Số tờ", "Đường dẫn file",
)  # fmt: skip


def write(path: Path, files: int, items: int) -> None:
    """The workbook, as contractors hand it over."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Hồ sơ")
    sheet.append(_FILES)
    for number in range(files):
        sheet.append(
            [
                "H49", f"{number // 1000 + 1:02d}", f"{number // 10 + 1}", f"{number + 1}/HC",
                f"Hồ sơ về việc quản lý số {number} của Ủy ban nhân dân tỉnh", "Vĩnh viễn", "Công khai", "Tiếng Việt",
                1, 1, 2001, 31, 12, 2001, items, "chú", "khóa", 10, 18, "Tốt", "Số hóa", "",
            ]
        )  # fmt: skip
    sheet = book.create_sheet("Tài liệu")
    sheet.append(_ITEMS)
    for number in range(files * items):
        sheet.append(
            [
                number + 1, f"H49.2001.{number // items + 1}.HC", number + 1, "QĐ-UBND",
                f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/2001", "Quyết định", "UBND tỉnh",
                f"Về việc giao chỉ tiêu kế hoạch phát triển kinh tế số {number}", "Tiếng Việt", 2, "1-2", "",
                "Nguyễn Văn A", "Công khai", "Vĩnh viễn", "Tốt", "Số hóa", "kế hoạch", "Không mật", "", 1,
                f"HS{number // items + 1}/{number}.pdf",
            ]
        )  # fmt: skip
    book.save(path)


def main(arguments: Sequence[str]) -> None:
    """Print a line for each act."""
    parser = argparse.ArgumentParser(prog="python -m bench.tables", description=__doc__)
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--items", type=int, default=9, help="in each file (default: %(default)s)")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="digitizer-bench-") as scratch:
        folder = Path(scratch)
        table = folder / "table.xlsx"
        write(table, wanted.files, wanted.items)
        program: list[str | Path] = [sys.executable, "-m", "digitizer", "--workspace", folder / "workspace", "--json"]
        acts: list[list[str | Path]] = [
            ["record", "import-table", table],
            ["record", "import-table", table],
            ["record", "export-table", folder / "out.xlsx"],
            ["record", "export-table", folder / "out.csv", "--profile", "item"],
            ["record", "register", "outgoing", folder / "outgoing.pdf"],
            ["record", "register", "items", folder / "items.pdf"],
            ["undo"],
        ]
        for act in acts:
            taken = run([*program, *act], folder / "log")
            said = "" if taken.code == 0 else (folder / "log").read_text("utf-8", "replace")[-300:]
            name = " ".join(part.name if isinstance(part, Path) else part for part in act)
            figures = f"{taken.seconds:6.1f} s  cpu {taken.cpu:6.1f} s  peak {taken.peak / 1e6:5.0f} MB"
            print(f"{name:50} {figures}  {said}".rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
