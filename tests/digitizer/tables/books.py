"""Tables as contractors write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

FILES = (
    "Phông", "Mục lục", "Hộp số", "Số và ký hiệu hồ sơ", "Tiêu đề", "Thời hạn bảo quản", "Chế độ sử dụng", "Ngôn ngữ",
    "Ngày bắt đầu", "Tháng bắt đầu", "Năm bắt đầu", "Ngày kết thúc", "Tháng kết thúc", "Năm kết thúc",
    "Tổng số văn bản", "Chú giải", "Ký hiệu thông tin", "Từ khóa", "Số lượng tờ", "Tình trạng vật lý",
    "Mức độ tin cậy", "Mã hồ sơ giấy gốc", "Ghi chú",
)  # fmt: skip
"""The 23 columns of a real sheet of files (Circular 05/2025)."""
ITEMS = (
    "Số và ký hiệu hồ sơ", "Số thứ tự tài liệu", "Mã định danh tài liệu", "Thời hạn bảo quản", "Loại tài liệu", "Số",
    "Ký hiệu", "Ngày, tháng, năm", "Cơ quan ban hành", "Trích yếu", "Ngôn ngữ", "Số trang", "Tờ số",
    "Ký hiệu thông tin", "Từ khóa", "Chế độ sử dụng", "Mức độ tin cậy", "Bút tích", "Tình trạng vật lý",
    "Quy trình xử lý", "Ghi chú", "Đường dẫn file",
)  # fmt: skip
"""And the 22 of its items."""


def file_row(number: str = "01/HC", **other: Any) -> list[Any]:
    """A row of ``FILES``; ``other``: by the heading with underscores for blanks."""
    row: dict[str, Any] = {
        "Phông": "H49", "Mục lục": "01", "Hộp số": "05", "Số và ký hiệu hồ sơ": number, "Tiêu đề": "Hồ sơ xây dựng",
        "Thời hạn bảo quản": "Vĩnh viễn", "Chế độ sử dụng": "công khai", "Ngôn ngữ": "Tiếng Việt", "Ngày bắt đầu": 1,
        "Tháng bắt đầu": 2, "Năm bắt đầu": 2001, "Năm kết thúc": 2002, "Tổng số văn bản": 2, "Số lượng tờ": 7,
    }  # fmt: skip
    row |= {key.replace("_", " "): value for key, value in other.items()}
    return [row.get(heading) for heading in FILES]


def item_row(file: str = "01/HC", number: Any = 15, **other: Any) -> list[Any]:
    row: dict[str, Any] = {
        "Số và ký hiệu hồ sơ": file, "Loại tài liệu": "Quyết định", "Số": number, "Ký hiệu": "QĐ-UBND",
        "Ngày, tháng, năm": "05/03/2001", "Cơ quan ban hành": "UBND tỉnh", "Trích yếu": "Về việc giao kế hoạch",
        "Ngôn ngữ": "01", "Số trang": 3,
    }  # fmt: skip
    row |= {key.replace("_", " "): value for key, value in other.items()}
    return [row.get(heading) for heading in ITEMS]


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook with these sheets (underscores of their names stand for blanks)."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def handed_over(path: Path, files: Sequence[Sequence[Any]], items: Sequence[Sequence[Any]]) -> Path:
    """The two-sheet workbook."""
    return book(path, Hồ_sơ=[FILES, *files], Tài_liệu=[ITEMS, *items])
