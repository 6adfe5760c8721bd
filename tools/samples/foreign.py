"""A page in Vietnamese and English side by side, and a page of an old Russian manual. Text of our own."""

from __future__ import annotations

from tools.samples.sheet import Sheet, Style
from tools.samples.typeset import Column

_VIETNAMESE = (
    (
        "1. Phạm vi bảo hành",
        "Nhà máy bảo hành tổ máy bơm trong mười hai tháng kể từ ngày nghiệm thu, nhưng không quá mười tám tháng "
        "kể từ ngày giao hàng.",
    ),
    (
        "2. Điều kiện bảo hành",
        "Thiết bị phải được lắp đặt, vận hành và bảo dưỡng đúng tài liệu kỹ thuật kèm theo. Người sử dụng phải "
        "ghi chép đầy đủ vào lý lịch máy.",
    ),
    (
        "3. Trường hợp không bảo hành",
        "Nhà máy không bảo hành các chi tiết mau mòn, các hư hỏng do thiên tai, do nguồn điện không ổn định hoặc "
        "do người sử dụng tự ý tháo van an toàn.",
    ),
    (
        "4. Thủ tục",
        "Khi có hư hỏng, người sử dụng lập biên bản, ghi rõ số máy, số giờ đã chạy và hiện tượng hư hỏng, gửi về "
        "nhà máy trong thời hạn bảy ngày.",
    ),
    (
        "5. Phụ tùng",
        "Phụ tùng thay thế được cung cấp trong thời gian mười năm kể từ khi ngừng sản xuất loại máy này.",
    ),
)
_ENGLISH = (
    (
        "1. Scope of warranty",
        "The factory warrants the pump set for twelve months from the date of acceptance, but not longer than "
        "eighteen months from the date of delivery.",
    ),
    (
        "2. Conditions",
        "The equipment shall be installed, operated and maintained in accordance with the technical documents "
        "supplied. The user shall keep complete entries in the equipment log.",
    ),
    (
        "3. Exclusions",
        "The warranty does not cover wearing parts, damage caused by natural disasters or unstable power supply, "
        "or damage caused by removing the safety valve.",
    ),
    (
        "4. Procedure",
        "In case of a defect the user shall draw up a report stating the serial number, the running hours and the "
        "nature of the defect, and send it to the factory within seven days.",
    ),
    (
        "5. Spare parts",
        "Spare parts are supplied for ten years after production of this type has ceased.",
    ),
)


def warranty() -> Sheet:
    sheet, style = Sheet(200), Style(12.5)
    column = Column(sheet, 25, 165, 20, leading=1.3)
    column.centred("NHÀ MÁY BƠM TÂN PHÚ GIANG", Style(12, bold=True, family="Arimo"))
    column.centred("TAN PHU GIANG PUMP WORKS", Style(10, family="Arimo"), after=2)
    column.rule(165, after=6)
    column.centred("PHIẾU BẢO HÀNH - WARRANTY CERTIFICATE", Style(16).b, after=2)
    column.centred("Tổ máy bơm ly tâm BL-150 / Centrifugal pump set BL-150", Style(13).i, after=6)
    top = column.y
    feet = []
    for x, articles in ((25.0, _VIETNAMESE), (111.0, _ENGLISH)):
        side = Column(sheet, x, 79, top, leading=1.3)
        for title, text in articles:
            side.paragraph(title, style.b, indent=0, align="left", after=1)
            side.paragraph(text, style, indent=0, after=3)
        feet.append(side.y)
    sheet.rule((107.5, top), (107.5, max(feet)), width=0.3)
    column.y = max(feet) + 6
    for left, right in (
        ("Số máy / Serial number:", "98-0417"),
        ("Ngày nghiệm thu / Date of acceptance:", "14/07/1998"),
        ("Nơi lắp đặt / Place of installation:", "Trạm bơm Bình Hải"),
    ):
        sheet.line(left, style, 25, column.y)
        sheet.more(right, style.b, 111, column.y)
        sheet.rule((109, column.y + 1.5), (190, column.y + 1.5), width=0.25)
        column.skip(9)
    return sheet


def russian() -> Sheet:
    sheet, style = Sheet(200), Style(12.5)
    sheet.line("НЦ-150.00.000 ТО", Style(11), 185, 16, "right")
    column = Column(sheet, 30, 155, 22, leading=1.34)
    column.centred("НАСОС ЦЕНТРОБЕЖНЫЙ НЦ-150", Style(14).b, after=1)
    column.centred("Техническое описание и инструкция по эксплуатации", Style(12.5).i, after=5)
    for title, texts in (
        (
            "6. ТЕХНИЧЕСКОЕ ОБСЛУЖИВАНИЕ",
            (
                "6.1. Надёжная работа насоса обеспечивается своевременным техническим обслуживанием. Все работы "
                "записываются в формуляр насоса с указанием даты и количества отработанных часов.",
                "6.2. Ежедневно перед пуском необходимо проверить уровень масла, затяжку болтов фундаментной плиты и "
                "отсутствие течи через сальник.",
                "6.3. Через каждые 500 часов работы следует добавить смазку в подшипники, проверить соосность валов "
                "насоса и электродвигателя, очистить приёмную сетку.",
                "6.4. Через каждые 2000 часов работы насос разбирают, промывают детали керосином, измеряют износ "
                "рабочего колеса и защитной втулки. Изношенные детали заменяют из комплекта запасных частей.",
            ),
        ),
        (
            "7. ПРЕДОХРАНИТЕЛЬНЫЙ КЛАПАН",
            (
                "7.1. Предохранительный клапан отрегулирован на заводе на давление 0,95 МПа и опломбирован. "
                "Регулировку клапана разрешается производить только в мастерской.",
                "7.2. Запрещается пускать насос при снятом или заглушенном клапане.",
                "7.3. Один раз в год клапан снимают, очищают от накипи, притирают тарелку к седлу и проверяют на "
                "стенде. Результаты проверки оформляют актом.",
            ),
        ),
        (
            "8. ПРАВИЛА ХРАНЕНИЯ",
            (
                "8.1. Насос хранят в сухом помещении при температуре от минус 10 до плюс 40 градусов. Неокрашенные "
                "поверхности покрывают слоем консервационной смазки.",
                "8.2. При хранении более шести месяцев насос переконсервируют, вал насоса проворачивают вручную один "
                "раз в месяц. Всасывающий и напорный патрубки закрывают деревянными заглушками.",
                "8.3. Запасные части и инструмент хранят в заводской упаковке вместе с эксплуатационной документацией.",
            ),
        ),
    ):
        column.skip(2)
        column.centred(title, style.b, after=2)
        for text in texts:
            column.paragraph(text, style, indent=10, after=1)
    sheet.line("27", Style(11), 107.5, 283, "centre")
    return sheet
