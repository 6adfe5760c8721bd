"""Four pages of the manual of an invented pump: maintenance, faults, parts list, drawing of the safety valve."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tools.samples.sheet import Point, Sheet, Style
from tools.samples.typeset import Column, Field, table

BODY = Style(13)
_HEADER = "TỔ MÁY BƠM LY TÂM BL-150"
_DPI = 300


def _page(number: int) -> Column:
    sheet = Sheet(_DPI)
    sheet.line(_HEADER, Style(10, family="Arimo"), 30, 15)
    sheet.more("TLKT BL-150.03", Style(10, family="Arimo"), 192, 15, "right")
    sheet.rule((30, 17.5), (192, 17.5), width=0.35)
    sheet.line(str(number), Style(11), 111, 285, "centre")
    return Column(sheet, 30, 162, 24, leading=1.32)


def _heading(column: Column, text: str, size: float = 13) -> None:
    column.skip(1.5)
    column.paragraph(text, Style(size, bold=True, family="Arimo"), indent=0, align="left", after=2.5)


def maintenance() -> Sheet:
    column = _page(21)
    _heading(column, "CHƯƠNG 4. BẢO DƯỠNG KỸ THUẬT", 15)
    _heading(column, "4.1. Quy định chung")
    for text in (
        "Bảo dưỡng kỹ thuật tổ máy bơm gồm bảo dưỡng hằng ngày, bảo dưỡng cấp I sau 500 giờ và bảo dưỡng cấp II sau "
        "2.000 giờ làm việc. Mọi công việc phải được ghi vào lý lịch máy, có chữ ký của người làm và người kiểm tra.",
        "Trước khi tháo bất kỳ chi tiết nào phải cắt điện, treo biển báo, đóng van hút và van đẩy, xả hết áp suất "
        "trong vỏ bơm qua nút xả số 14 (xem hình 7).",
    ):
        column.paragraph(text, BODY)
    _heading(column, "4.2. Bảo dưỡng cấp I")
    for text in (
        "1) Lau sạch bên ngoài, kiểm tra độ kín của đường ống và mặt bích; siết lại bu lông với mô men 85 Nm.",
        "2) Bổ sung mỡ vào hai ổ trục, mỗi ổ từ 30 đến 40 g. Không trộn lẫn các loại mỡ khác nhau.",
        "3) Kiểm tra tết chèn trục: nước rỉ ra phải thành giọt, từ 20 đến 40 giọt trong một phút. Nếu rỉ thành dòng, "
        "siết đều hai đai ốc ép tết, mỗi lần không quá một phần sáu vòng.",
        "4) Nâng tay giật của van an toàn hai đến ba lần khi bơm đang chạy; van phải mở và đóng dứt khoát, không kẹt.",
    ):
        column.paragraph(text, BODY)
    _heading(column, "4.3. Chỉnh van an toàn")
    for text in (
        "Van an toàn được chỉnh để bắt đầu mở ở áp suất 0,95 MPa và đóng lại khi áp suất giảm xuống 0,85 MPa. Tháo mũ "
        "chụp, nới đai ốc hãm, vặn vít chỉnh theo chiều kim đồng hồ để tăng áp suất mở. Mỗi vòng vít làm thay đổi áp "
        "suất khoảng 0,08 MPa.",
        "Sau khi chỉnh phải hãm đai ốc, lắp mũ chụp và niêm phong chì. Cấm đặt thêm vật nặng lên van hoặc nút kín "
        "đường xả.",
    ):
        column.paragraph(text, BODY)
    sheet = column.sheet
    column.skip(3)
    top = column.y
    column.x, column.width, column.y = 36, 150, top + 3
    column.paragraph(
        "Không chạy bơm khi van an toàn đã tháo hoặc mất niêm phong. Áp suất vượt quá 1,2 MPa có thể làm vỡ vỏ bơm và "
        "gây tai nạn.",
        BODY.b,
        lead="CHÚ Ý!",
        indent=0,
    )
    sheet.box(30, top, 162, column.y - top + 1, stroke=0.6)
    return sheet


_PARTS = (
    ("1", "BL-150.01.001", "Vỏ bơm", "1", "GX 21-40", "42,5"),
    ("2", "BL-150.01.002", "Nắp vỏ bơm", "1", "GX 21-40", "18,2"),
    ("3", "BL-150.02.001", "Cánh bơm", "1", "Đồng thanh", "6,8"),
    ("4", "BL-150.02.002", "Trục bơm", "1", "Thép C45", "9,4"),
    ("5", "BL-150.02.003", "Bạc lót trục", "2", "Đồng thanh", "0,35"),
    ("6", "BL-150.02.004", "Đai ốc cánh bơm", "1", "Thép không gỉ", "0,22"),
    ("7", "BL-150.03.001", "Thân ổ trục", "1", "GX 18-36", "15,0"),
    ("8", "BL-150.03.002", "Nắp ổ trục", "2", "GX 18-36", "1,6"),
    ("9", "BL-150.03.003", "Vòng chắn mỡ", "2", "Nỉ", "0,02"),
    ("10", "BL-150.04.001", "Vòng ép tết", "1", "Đồng thau", "0,9"),
    ("11", "BL-150.04.002", "Tết chèn trục 10 x 10", "5", "Sợi bông tẩm mỡ", "0,12"),
    ("12", "BL-150.05.001", "Khớp nối đàn hồi", "1", "Thép C35", "7,7"),
    ("13", "BL-150.05.002", "Vòng cao su khớp nối", "8", "Cao su chịu dầu", "0,04"),
    ("14", "BL-150.06.001", "Nút xả", "1", "Thép C20", "0,15"),
    ("15", "BL-150.07.000", "Van an toàn (cụm)", "1", "Xem hình 8", "5,3"),
    ("16", "BL-150.07.006", "Lò xo van an toàn", "1", "Thép 60C2", "0,28"),
    ("17", "BL-150.08.001", "Bệ máy", "1", "Thép hàn", "64,0"),
    ("18", "BL-150.08.002", "Bu lông bệ máy M20 x 160", "6", "Thép C35", "0,55"),
)


def parts_list() -> Sheet:
    column = _page(34)
    _heading(column, "PHỤ LỤC 2. BẢNG KÊ CHI TIẾT VÀ PHỤ TÙNG", 15)
    column.paragraph(
        "Bảng này dùng để đặt mua phụ tùng thay thế. Khi đặt hàng phải ghi đúng ký hiệu chi tiết và số máy ghi trên "
        "biển nhãn của tổ máy bơm.",
        BODY,
        after=4,
    )
    column.leading = 1.22
    table(
        column,
        (
            Field(12, "centre"),
            Field(34),
            Field(50),
            Field(14, "centre"),
            Field(32),
            Field(20, "right"),
        ),
        (("Vị trí", "Ký hiệu", "Tên gọi", "Số lượng", "Vật liệu", "Khối lượng, kg"), *_PARTS),
        Style(11.5),
        row_height=9.2,
    )
    column.skip(5)
    column.paragraph("Khối lượng ghi trong bảng là khối lượng của một chi tiết.", Style(12).i, indent=0)
    return column.sheet


def faults() -> Sheet:
    column = _page(28)
    _heading(column, "CHƯƠNG 5. HƯ HỎNG VÀ CÁCH KHẮC PHỤC", 15)
    column.paragraph(
        "Những hư hỏng thường gặp của tổ máy bơm, nguyên nhân và cách khắc phục được nêu trong bảng 6. Hư hỏng không "
        "có trong bảng phải do thợ bậc 5 trở lên xem xét.",
        BODY,
        after=3,
    )
    column.paragraph("Bảng 6", BODY.i, align="right", indent=0, after=1)
    column.leading = 1.22
    table(
        column,
        (Field(44), Field(56), Field(62)),
        (
            ("Hiện tượng", "Nguyên nhân", "Cách khắc phục"),
            ("Bơm quay nhưng không lên nước", "Chưa mồi đủ nước; ống hút bị hở", "Mồi lại; tìm chỗ hở và làm kín"),
            ("Lưu lượng giảm dần", "Lưới chắn rác bị tắc; cánh bơm mòn", "Vệ sinh lưới; thay cánh bơm"),
            ("Ổ trục nóng quá 75 độ", "Thiếu mỡ hoặc mỡ bẩn; trục lệch tâm", "Rửa ổ, thay mỡ mới; chỉnh lại khớp nối"),
            ("Tổ máy rung mạnh", "Bu lông bệ máy lỏng; cánh bơm mất cân bằng", "Siết bu lông; cân bằng lại cánh bơm"),
            (
                "Tết chèn trục bốc khói",
                "Ép tết quá chặt; không có nước bôi trơn",
                "Nới đai ốc ép tết; thông đường nước",
            ),
            (
                "Van an toàn mở liên tục",
                "Lò xo yếu; có cặn giữa nấm và đế van",
                "Thay lò xo; làm sạch và rà lại nấm van",
            ),
            ("Động cơ quá dòng", "Bơm chạy khi van đẩy mở hết; điện áp thấp", "Đóng bớt van đẩy; kiểm tra điện áp"),
        ),
        Style(12),
        row_height=15,
        padding=1.8,
    )
    column.skip(5)
    column.leading = 1.32
    _heading(column, "5.1. Thử máy sau sửa chữa")
    column.paragraph(
        "Sau khi khắc phục, cho bơm chạy không tải 15 phút rồi chạy đủ tải 2 giờ. Trong thời gian này nhiệt độ ổ trục "
        "không được tăng quá 40 độ so với nhiệt độ phòng máy. Kết quả thử ghi vào lý lịch máy.",
        BODY,
    )
    return column.sheet


_LABEL = Style(10, italic=True, family="Arimo")
_AXIS = 92.0
"""Where the valve's axis stands, mm from the left."""


def drawing() -> Sheet:
    sheet = Sheet(_DPI)
    sheet.box(20, 10, 180, 277, stroke=0.7)
    sheet.line("Hình 8. Van an toàn kiểu lò xo", Style(12, bold=True, family="Arimo"), 110, 21, "centre")
    _valve(sheet)
    _balloons(sheet)
    for number, text in enumerate(
        (
            "1. Áp suất bắt đầu mở 0,95 MPa.",
            "2. Thử kín bằng nước ở áp suất 0,80 MPa trong 5 phút.",
            "3. Sau khi chỉnh, niêm phong mũ chụp bằng chì.",
        )
    ):
        sheet.line(text, _LABEL.at(11), 26, 212 + 6.5 * number)
    _title_block(sheet)
    return sheet


def _beside(points: Sequence[Point], side: int = 1) -> list[Point]:
    """``points``, their x measured from the axis, at its right (``side`` 1) or mirrored at its left (-1)."""
    return [(_AXIS + side * x, y) for x, y in points]


def _valve(sheet: Sheet) -> None:
    # Each outline is the cut half of a turned part, x from the axis, y from the top of the sheet.
    cap = ((0, 34), (13, 34), (16, 38), (16, 64), (12, 64), (12, 41), (0, 41))
    bonnet = ((5, 64), (16, 64), (20, 70), (20, 116), (32, 116), (32, 124), (15, 124), (15, 74), (5, 74))
    seat = ((9, 146), (15, 146), (15, 190), (30, 190), (30, 198), (9, 198))
    disc = ((0, 137), (17, 137), (17, 146), (0, 146))
    sheet.hatch([*_beside(cap), *reversed(_beside(cap, -1))])
    for side in (1, -1):
        sheet.hatch(_beside(bonnet, side), rising=side < 0)
        sheet.hatch(_beside(seat, side), rising=side > 0)
    body: tuple[Sequence[Point], ...] = (
        ((-32, 124), (-22, 124), (-22, 180), (-15, 180), (-15, 190), (-32, 190)),
        ((22, 124), (32, 124), (32, 142), (50, 142), (50, 136), (56, 136), (56, 148), (22, 148)),
        ((15, 174), (56, 174), (56, 186), (50, 186), (50, 180), (32, 180), (32, 190), (15, 190)),
    )
    for part in body:
        sheet.hatch(_beside(part), pitch=2.4)
    sheet.rule((_AXIS + 56, 148), (_AXIS + 56, 174), width=0.5)
    sheet.shape([*_beside(disc), *reversed(_beside(disc, -1))])
    sheet.shape(((_AXIS - 3, 76), (_AXIS + 3, 76), (_AXIS + 3, 137), (_AXIS - 3, 137)))
    for plate in (76.0, 128.0):
        sheet.shape(((_AXIS - 13, plate), (_AXIS + 13, plate), (_AXIS + 13, plate + 4), (_AXIS - 13, plate + 4)))
    sheet.shape(((_AXIS - 5, 50), (_AXIS + 5, 50), (_AXIS + 5, 76), (_AXIS - 5, 76)))
    for thread in range(13):
        sheet.rule((_AXIS - 5, 51.5 + 1.8 * thread), (_AXIS + 5, 52.5 + 1.8 * thread), width=0.2)
    sheet.shape(((_AXIS - 8, 57.5), (_AXIS + 8, 57.5), (_AXIS + 8, 64), (_AXIS - 8, 64)))
    turns = [(_AXIS + (10.5 if k % 2 else -10.5), 83.0 + 4.2 * k) for k in range(11)]
    for (x0, y0), (x1, y1) in pairwise(turns):
        sheet.rule((x0, y0), (x1, y1), width=0.3)
    for x, y in turns:
        sheet.disc((x, y), 1.7, stroke=0.5)
    for side in (-1, 1):
        sheet.chain_line((_AXIS + side * 27, 112), (_AXIS + side * 27, 128))
        sheet.shape([(_AXIS + side * 27 + x, y) for x, y in ((-3, 112.5), (3, 112.5), (3, 116), (-3, 116))])
    sheet.chain_line((_AXIS, 29), (_AXIS, 203))
    sheet.chain_line((_AXIS + 16, 161), (_AXIS + 61, 161))
    _dimension(sheet, (_AXIS - 9, 198), (_AXIS + 9, 198), 205, "Ø 18")
    _upright_dimension(sheet, (_AXIS - 13, 34), (_AXIS - 30, 198), 34, "164")


def _arrow(sheet: Sheet, tip: Point, dx: float, dy: float) -> None:
    x, y = tip
    for spread in (-0.35, 0, 0.35):
        sheet.rule((x, y), (x - 2.6 * dx + spread * dy, y - 2.6 * dy + spread * dx), width=0.25)


def _dimension(sheet: Sheet, start: Point, end: Point, y: float, text: str) -> None:
    for x, top in (start, end):
        sheet.rule((x, top + 1), (x, y + 1.5), width=0.18)
    sheet.rule((start[0], y), (end[0] + 18, y), width=0.18)
    _arrow(sheet, (start[0], y), -1, 0)
    _arrow(sheet, (end[0], y), 1, 0)
    sheet.line(text, _LABEL, end[0] + 4, y - 1)


def _upright_dimension(sheet: Sheet, top: Point, foot: Point, x: float, text: str) -> None:
    sheet.rule((x - 1.5, top[1]), (top[0] - 1, top[1]), width=0.18)
    sheet.rule((x - 1.5, foot[1]), (foot[0] - 1, foot[1]), width=0.18)
    sheet.rule((x, top[1]), (x, foot[1]), width=0.18)
    _arrow(sheet, (x, top[1]), 0, -1)
    _arrow(sheet, (x, foot[1]), 0, 1)
    sheet.line(text, _LABEL, x - 1.5, (top[1] + foot[1]) / 2, "right")


def _balloons(sheet: Sheet) -> None:
    """Leaders from each part, ending in its number and name (the names stand in the order of the numbers)."""
    for number, (part, name) in enumerate(
        (
            ((14, 50), "Mũ chụp"),
            ((6.5, 61), "Đai ốc hãm"),
            ((4, 72), "Vít chỉnh"),
            ((17.5, 88), "Thân trên"),
            ((10.5, 99.8), "Lò xo"),
            ((2, 108), "Ty van"),
            ((27, 127), "Thân dưới"),
            ((15, 141), "Nấm van"),
        ),
        1,
    ):
        y = 40 + 12.5 * (number - 1)
        x, at = _AXIS + part[0], part[1]
        sheet.rule((x, at), (_AXIS + 52, y), (_AXIS + 60, y), width=0.2)
        sheet.disc((x, at), 0.6, filled=True)
        sheet.line(str(number), _LABEL.at(11), _AXIS + 54, y - 1)
        sheet.more(name, _LABEL, _AXIS + 62, y + 1)


def _title_block(sheet: Sheet) -> None:
    """The data fields of TCVN 3821 (ISO 7200), 170 mm wide at the foot, right."""
    x, y = 30.0, 245.0
    small, text = Style(7, family="Arimo"), Style(10, family="Arimo")
    cells = (
        (0, 0, 45, "Bộ phận chịu trách nhiệm", "Phòng Thiết kế"),
        (45, 0, 40, "Người lập", "T. V. Lãng"),
        (85, 0, 40, "Người phê duyệt", "H. Đ. Khuê"),
        (125, 0, 45, "Loại tài liệu", "Bản vẽ lắp"),
        (0, 14, 45, "Chủ sở hữu", "NHÀ MÁY BƠM TÂN PHÚ GIANG"),
        (45, 14, 80, "Tên gọi", "VAN AN TOÀN"),
        (125, 14, 45, "Số nhận dạng", "BL-150.07.000"),
        (0, 28, 25, "Tỷ lệ", "1:1"),
        (25, 28, 25, "Ngôn ngữ", "vi"),
        (50, 28, 25, "Sửa đổi", "B"),
        (75, 28, 50, "Ngày phát hành", "1998-05-14"),
        (125, 28, 22, "Tờ", "1"),
        (147, 28, 23, "Số tờ", "1"),
    )
    for dx, dy, width, label, value in cells:
        sheet.box(x + dx, y + dy, width, 14, stroke=0.35)
        sheet.line(label, small, x + dx + 1.5, y + dy + 3.8)
        face = text if sheet.measure(value, text) < width - 3 else text.at(7.5)
        face = face.at(13).b if label == "Tên gọi" else face
        sheet.line(value, face, x + dx + 1.5, y + dy + 11)
    sheet.box(x, y, 170, 42, stroke=0.7)
