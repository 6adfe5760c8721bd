"""A decision, a công văn, a tờ trình and a báo cáo of an invented water office. All names are invented."""

from __future__ import annotations

import numpy as np

from tools.samples.decree import BODY, Head, addressees, closing, head, next_page, type_and_subject
from tools.samples.marks import framed
from tools.samples.sheet import Sheet, Style
from tools.samples.typeset import Column, Field, table

OFFICE = "SỞ CẤP NƯỚC NÔNG THÔN"
STATION = "TRẠM BƠM BÌNH HẢI"
_RIM = "SỞ CẤP NƯỚC NÔNG THÔN TỈNH AN SƠN * "
_MIDDLE = ("SỞ CẤP NƯỚC", "NÔNG THÔN")
_DECISION_LEADING = 1.3


def _body(column: Column, style: Style, *paragraphs: str) -> None:
    for text in paragraphs:
        column.paragraph(text, style)


def decision(rng: np.random.Generator) -> tuple[Sheet, Sheet]:
    first = Sheet(200)
    column = head(first, Head("UBND TỈNH AN SƠN", OFFICE, "Số: 47/QĐ-SCNNT", "An Sơn, ngày 18 tháng 3 năm 2024"))
    column.leading = _DECISION_LEADING
    column.skip(3)
    type_and_subject(
        column,
        "QUYẾT ĐỊNH",
        ("Về việc ban hành Quy chế quản lý, vận hành", "và bảo dưỡng thiết bị tại các trạm bơm"),
    )
    column.centred("GIÁM ĐỐC SỞ CẤP NƯỚC NÔNG THÔN", BODY.b, after=3)
    _body(
        column,
        BODY.i,
        "Căn cứ Quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của Sở Cấp nước nông thôn do Ủy ban nhân dân "
        "tỉnh An Sơn ban hành;",
        "Căn cứ hồ sơ kỹ thuật của tổ máy bơm ly tâm BL-150 và kết quả kiểm tra an toàn các trạm bơm trong năm 2023;",
        "Theo đề nghị của Trưởng phòng Kỹ thuật tại Tờ trình về việc sửa đổi quy trình vận hành và của Trạm trưởng "
        "Trạm bơm Bình Hải.",
    )
    column.skip(2)
    column.centred("QUYẾT ĐỊNH:", BODY.b, after=3)
    column.paragraph(
        "Ban hành kèm theo Quyết định này Quy chế quản lý, vận hành và bảo dưỡng thiết bị tại các trạm bơm thuộc Sở, "
        "áp dụng cho tất cả các tổ máy bơm, tủ điện điều khiển, đường ống và van.",
        BODY,
        lead="Điều 1.",
    )
    column.paragraph(
        "Trạm trưởng các trạm bơm có trách nhiệm:",
        BODY,
        lead="Điều 2.",
    )
    _body(
        column,
        BODY,
        "1. Lập sổ nhật ký vận hành cho từng tổ máy; ghi đầy đủ áp suất, lưu lượng, nhiệt độ ổ trục và dòng điện sau "
        "mỗi hai giờ làm việc.",
        "2. Tổ chức bảo dưỡng định kỳ theo đúng nội dung và thời hạn; thử van an toàn trước mùa khô hằng năm, lập biên "
        "bản và gửi về Phòng Kỹ thuật.",
    )
    _body(
        column,
        BODY,
        "3. Lưu giữ bản vẽ, lý lịch máy và các biên bản sửa chữa trong suốt thời gian sử dụng thiết bị; khi thay đổi "
        "người quản lý phải bàn giao bằng văn bản.",
    )
    column.paragraph(
        "Phòng Kỹ thuật hướng dẫn, kiểm tra việc thực hiện Quy chế; tổng hợp tình hình thiết bị của các trạm bơm, báo "
        "cáo Giám đốc Sở trước ngày 25 của tháng cuối mỗi quý.",
        BODY,
        lead="Điều 3.",
    )
    column.paragraph(
        "Phòng Kế hoạch - Tài chính bố trí kinh phí mua sắm vật tư, phụ tùng thay thế theo kế hoạch đã được phê duyệt; "
        "Văn phòng Sở tổ chức số hóa và lưu trữ hồ sơ kỹ thuật.",
        BODY,
        lead="Điều 4.",
    )

    second = Sheet(200)
    column = next_page(second, 2)
    column.leading = _DECISION_LEADING
    column.paragraph(
        "Quyết định này có hiệu lực thi hành kể từ ngày 01 tháng 4 năm 2024. Các quy định trước đây trái với Quyết "
        "định này đều bãi bỏ. Trong quá trình thực hiện, nếu phát sinh vướng mắc, các đơn vị phản ánh bằng văn bản về "
        "Phòng Kỹ thuật để tổng hợp, trình Giám đốc Sở xem xét, sửa đổi, bổ sung Quy chế.",
        BODY,
        lead="Điều 5.",
    )
    column.paragraph(
        "Chánh Văn phòng, Trưởng phòng Kỹ thuật, Trưởng phòng Kế hoạch - Tài chính, Trạm trưởng các trạm bơm và các cá "
        "nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
        BODY,
        lead="Điều 6.",
    )
    column.skip(4)
    closing(
        column,
        rng,
        recipients=(
            "Như Điều 6;",
            "UBND tỉnh (để báo cáo);",
            "Các Phó Giám đốc Sở;",
            "Trang thông tin của Sở;",
            "Lưu: VT, KT.",
        ),
        title=("GIÁM ĐỐC",),
        signer="Lâm Trọng Khoát",
        rim=_RIM,
        middle=_MIDDLE,
    )
    return first, second


def letter(rng: np.random.Generator) -> Sheet:
    sheet, style = Sheet(200), Style(13)
    subject = ("V/v kiểm tra van an toàn và bảo", "dưỡng thiết bị trước mùa khô")
    column = head(
        sheet,
        Head("UBND TỈNH AN SƠN", OFFICE, "Số: 312/SCNNT-KT", "An Sơn, ngày 06 tháng 9 năm 2024", subject),
    )
    framed(sheet, (38, column.y + 3), (20, 8), [("KHẨN", (2.6, 6), 14)], rng=rng)
    addressees(column, ("Trạm bơm Bình Hải;", "Trạm bơm Đồng Sen;", "Trạm bơm Cửa Lũng."), style)
    column.leading = 1.35
    _body(
        column,
        style,
        "Thực hiện Quyết định số 47/QĐ-SCNNT ngày 18 tháng 3 năm 2024 của Giám đốc Sở về việc ban hành Quy chế quản "
        "lý, vận hành và bảo dưỡng thiết bị tại các trạm bơm; để bảo đảm cấp nước an toàn trong mùa khô, Sở Cấp nước "
        "nông thôn đề nghị các trạm bơm triển khai các nội dung sau:",
        "1. Kiểm tra toàn bộ van an toàn trên đường ống đẩy và bình tích áp. Van không mở ở áp suất đã chỉnh, van rò "
        "rỉ hoặc mất niêm phong phải được tháo, làm sạch, chỉnh lại và thử trên giá thử trước khi lắp.",
        "2. Bảo dưỡng cấp II các tổ máy bơm đã chạy quá 2.000 giờ: thay mỡ ổ trục, kiểm tra độ đồng tâm của khớp nối, "
        "siết lại bu lông bệ máy và thay tết chèn trục.",
        "3. Đối chiếu số lượng phụ tùng dự phòng với bảng kê trong tài liệu kỹ thuật; lập danh mục phụ tùng còn thiếu "
        "gửi Phòng Kế hoạch - Tài chính để mua bổ sung.",
        "4. Gửi báo cáo kết quả bằng văn bản về Sở (qua Phòng Kỹ thuật) trước ngày 30 tháng 9 năm 2024.",
        "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị các đơn vị phản ánh kịp thời để được hướng "
        "dẫn./.",
    )
    column.skip(3)
    closing(
        column,
        rng,
        recipients=("Như trên;", "Giám đốc Sở (để b/c);", "Phòng KH-TC;", "Lưu: VT, KT."),
        title=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        signer="Đặng Thị Hoài Sương",
        rim=_RIM,
        middle=_MIDDLE,
    )
    return sheet


def proposal(rng: np.random.Generator) -> Sheet:
    sheet, style = Sheet(150), Style(13)
    column = head(sheet, Head(OFFICE, STATION, "Số: 09/TTr-TBBH", "Bình Hải, ngày 22 tháng 01 năm 2024"))
    framed(
        sheet,
        (155, 44),
        (45, 30),
        [
            (OFFICE, (1.8, 6.5), 8.2),
            ("ĐẾN", (2.5, 18), 16),
            ("Số: 0126", (19, 15), 9),
            ("Ngày: 24/01/2024", (19, 20.5), 8),
            ("Chuyển: P. KT", (2.5, 27), 9),
        ],
        rng=rng,
        colour=(150, 40, 96),
        tilt=3,
    )
    column.skip(2)
    column.y += 18
    type_and_subject(column, "TỜ TRÌNH", ("Về việc sửa chữa lớn tổ máy bơm số 3", "và thay thế van an toàn"))
    addressees(column, ("Giám đốc Sở Cấp nước nông thôn",), BODY)
    column.leading = 1.3
    _body(
        column,
        style,
        "Tổ máy bơm số 3 loại BL-150 được đưa vào vận hành từ năm 1998, đến nay đã chạy trên 41.000 giờ. Qua kiểm tra "
        "ngày 15 tháng 01 năm 2024, Trạm bơm Bình Hải nhận thấy tổ máy có các hư hỏng sau:",
        "- Cánh bơm bị xâm thực, chiều dày mép vào còn 3,2 mm (giới hạn cho phép là 4,0 mm);",
        "- Ổ trục phía khớp nối nóng quá 75 độ, có tiếng kêu khi chạy đủ tải;",
        "- Van an toàn trên ống đẩy đóng không kín, lò xo đã yếu, không còn phụ tùng thay thế.",
        "Trạm bơm Bình Hải kính trình Giám đốc Sở xem xét, cho phép dừng tổ máy số 3 để sửa chữa lớn trong thời gian "
        "hai mươi ngày, bắt đầu từ ngày 19 tháng 02 năm 2024. Dự toán kinh phí là 186.500.000 đồng, lấy từ nguồn sửa "
        "chữa thường xuyên năm 2024.",
        "Trong thời gian sửa chữa, nhiệm vụ cấp nước do tổ máy số 1 và số 2 đảm nhận.",
        "Kính đề nghị Giám đốc Sở xem xét, phê duyệt./.",
    )
    column.skip(2)
    closing(
        column,
        rng,
        recipients=("Như trên;", "Phòng Kỹ thuật;", "Phòng KH-TC;", "Lưu: VT."),
        title=("TRẠM TRƯỞNG",),
        signer="Mai Viết Thoả",
        rim="TRẠM BƠM BÌNH HẢI * HUYỆN CỬA LŨNG * ",
        middle=("TRẠM BƠM", "BÌNH HẢI"),
    )
    return sheet


def report(rng: np.random.Generator) -> Sheet:
    sheet, style = Sheet(150), Style(13)
    column = head(sheet, Head("UBND TỈNH AN SƠN", OFFICE, "Số: 128/BC-SCNNT", "An Sơn, ngày 10 tháng 10 năm 2024"))
    column.skip(3)
    type_and_subject(column, "BÁO CÁO", ("Kết quả bảo dưỡng thiết bị các trạm bơm quý III năm 2024",))
    column.leading = 1.3
    _body(
        column,
        style,
        "Thực hiện Công văn số 312/SCNNT-KT ngày 06 tháng 9 năm 2024, các trạm bơm đã hoàn thành kiểm tra, bảo dưỡng "
        "thiết bị. Sở Cấp nước nông thôn báo cáo kết quả như sau:",
    )
    column.paragraph("Kết quả thực hiện", style.b, lead="I.", indent=12.7)
    column.skip(1)
    table(
        column,
        (Field(14, "centre"), Field(57), Field(32, "centre"), Field(32, "centre"), Field(30, "centre")),
        (
            ("TT", "Trạm bơm", "Số tổ máy bảo dưỡng", "Số van an toàn đã thử", "Số van phải thay"),
            ("1", "Trạm bơm Bình Hải", "3", "6", "2"),
            ("2", "Trạm bơm Đồng Sen", "4", "8", "1"),
            ("3", "Trạm bơm Cửa Lũng", "2", "4", "0"),
            ("", "Tổng cộng", "9", "18", "3"),
        ),
        Style(12),
    )
    column.skip(4)
    column.paragraph("Tồn tại và kiến nghị", style.b, lead="II.", indent=12.7)
    _body(
        column,
        style,
        "1. Phụ tùng của tổ máy bơm BL-150 không còn được sản xuất; một số chi tiết phải gia công theo bản vẽ cũ. Đề "
        "nghị số hóa toàn bộ bản vẽ và tài liệu kỹ thuật còn lưu tại các trạm.",
        "2. Đồng hồ áp suất tại Trạm bơm Đồng Sen đã quá hạn kiểm định, cần thay mới trong tháng 11 năm 2024.",
        "3. Đề nghị Ủy ban nhân dân tỉnh bổ sung kinh phí mua ba van an toàn dự phòng./.",
    )
    column.skip(4)
    closing(
        column,
        rng,
        recipients=("UBND tỉnh;", "Giám đốc, các PGĐ Sở;", "Các trạm bơm;", "Lưu: VT, KT."),
        title=("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG KỸ THUẬT"),
        signer="Vương Đình Lữ",
        rim=_RIM,
        middle=_MIDDLE,
    )
    return sheet
