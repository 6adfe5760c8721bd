"""What is printed on the lines to learn from: texts of the shared corpus, and what offices write besides.

Statutes are most of the corpus; letters of offices, numbers, names, capitals and rare syllables are added in shares of
their own, so that the network learns letters, not phrases.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

from ocr.language.spelling import bare
from ocr.text import nfc

SHARES = (("legal", 5), ("admin", 4), ("tech", 2))
"""Files of the corpus, and how often each is drawn from."""
PARAGRAPHS = 120_000
"""Kept of each file."""
SYLLABLES = 9_000
"""The most frequent ones are drawn evenly, so that rare ones are seen as often as common ones."""
LONGEST = 110
"""Letters of a line."""
FORMULAS = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    "Độc lập – Tự do – Hạnh phúc", "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "- Lưu: VT, NC.", "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN", "TM. UBND TỈNH", "CHỦ TỊCH", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC",
    "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "QUYẾT ĐỊNH:", "Kính gửi:", "THÔNG BÁO", "CÔNG VĂN", "TỜ TRÌNH", "BÁO CÁO",
    "KẾ HOẠCH", "GIẤY MỜI", "V/v", "(Đã ký)", "TL. BỘ TRƯỞNG", "THỨ TRƯỞNG", "VĂN PHÒNG", "- Thường trực Tỉnh ủy;",
    "- Các Sở, ban, ngành;", "- Chủ tịch, các PCT UBND tỉnh;", "Kính gửi: Các sở, ban, ngành;",
    "Căn cứ Luật Tổ chức chính quyền địa phương;", "Xét đề nghị của Giám đốc Sở",
)  # fmt: skip
OFFICE = (
    "công văn", "giấy mời", "báo cáo", "đề nghị", "kính gửi", "trân trọng", "thực hiện", "triển khai", "phối hợp",
    "khẩn trương", "thời gian", "địa điểm", "thành phần", "nội dung", "chủ trì", "cuộc họp", "đơn vị", "cơ quan",
    "địa phương", "chỉ đạo", "ý kiến", "tổng hợp", "gửi về", "trước ngày", "xem xét", "quyết định", "văn phòng",
    "cán bộ", "chiến sĩ", "quân khu", "trang bị", "vũ khí", "bảo dưỡng", "kỹ thuật", "máy bơm", "động cơ", "dầu mỡ",
    "vận hành", "tháo lắp", "thiết bị", "bản vẽ",
)  # fmt: skip
"""Words of letters, army papers and manuals, which the corpus lacks."""
FOREIGN = [
    "the",
    "of",
    "and",
    "valve",
    "pump",
    "engine",
    "oil",
    "pressure",
    "filter",
    "page",
    "part",
    "number",
    "manual",
    "Figure",
    "Table",
    "check",
    "spring",
    "bolt",
    "Model",
    "Type",
    "data",
    "system",
    "Windows",
    "Microsoft",
    "email",
    "http",
    "www.gov.vn",
]
SIGNS = ("QĐ", "TB", "CV", "KH", "BC", "TTr", "NQ", "CT", "GM", "HD", "TT", "NĐ-CP")
ACTS = ("NĐ-CP", "TT-BNV", "QH13", "QĐ-TTg", "TT-BTC", "NQ-CP")
UNITS = ("m", "ha", "km", "mm", "tỷ đồng", "triệu đồng", "%")
MONEY = ("đồng", "đ", "VNĐ", "USD", "kg", "m2")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Texts:
    """Lines of text, the same ones for the same ``seed``; only the letters of ``charset`` occur."""

    def __init__(self, corpus: Path, charset: set[str], seed: int) -> None:
        self._random = random.Random(seed)
        self._charset = charset | {" "}
        self._paragraphs = [self._some(_lines(corpus / f"text/{name}.txt.gz"), PARAGRAPHS) for name, _ in SHARES]
        syllables = [line.split("\t")[0] for line in _lines(corpus / "syllables.tsv.gz")[:SYLLABLES]]
        self._syllables = [each for each in syllables if len(each) <= 7 and each.isalpha()]
        names = [line.split("\t") for line in (corpus / "names.tsv").read_text("utf-8").splitlines()[1:]]
        self._names = {kind: [row[1] for row in names if row[0] == kind] for kind in ("surname", "middle", "given")}
        places = (corpus / "places.tsv").read_text("utf-8").splitlines()[1:]
        self._places = [line.split("\t")[2] for line in places]
        kinds: tuple[tuple[float, Callable[[], str]], ...] = (
            (52, self._body),
            (8, lambda: self._body().upper()),
            (13, self._numbered),
            (5, self._name),
            (4, lambda: self._random.choice(FORMULAS)),
            (3, lambda: self._random.choice(self._places)),
            (4, self._office),
            (8, self._any_syllables),
            (3, self._foreign),
            (5, self._coded),
        )
        self._weights, self._kinds = zip(*kinds, strict=True)

    def line(self) -> str:
        """The next one."""
        while True:
            (kind,) = self._random.choices(self._kinds, self._weights)
            text = nfc(self._decorated(kind()))
            text = " ".join("".join(letter for letter in text if letter in self._charset).split())
            if 1 <= len(text) <= LONGEST:
                return text

    def _some(self, rows: list[str], count: int) -> list[str]:
        self._random.shuffle(rows)
        return rows[:count]

    def _body(self) -> str:
        while True:
            (paragraphs,) = self._random.choices(self._paragraphs, [weight for _, weight in SHARES])
            words = self._random.choice(paragraphs).split()
            if len(words) >= 3:
                count = min(len(words), self._random.choice((2, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15)))
                start = self._random.randint(0, len(words) - count) if self._random.random() < 0.7 else 0
                return " ".join(words[start : start + count])

    def _name(self) -> str:
        middle = [self._random.choice(self._names["middle"])] if self._random.random() < 0.8 else []
        of = self._names
        name = " ".join([self._random.choice(of["surname"]), *middle, self._random.choice(of["given"])])
        return name if self._random.random() < 0.6 else name.upper()

    def _office(self) -> str:
        text = " ".join(self._random.choice(OFFICE) for _ in range(self._random.randint(2, 6)))
        return text[0].upper() + text[1:] if self._random.random() < 0.4 else text

    def _any_syllables(self) -> str:
        text = " ".join(self._random.choice(self._syllables) for _ in range(self._random.randint(2, 11)))
        chance = self._random.random()
        text = text.upper() if chance < 0.15 else text.title() if chance < 0.35 else text
        return text + (self._random.choice(".,;:") if self._random.random() < 0.3 else "")

    def _foreign(self) -> str:
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/."
        code = "".join(self._random.choice(letters) for _ in range(self._random.randint(3, 12)))
        return " ".join([code, *(self._random.choice(FOREIGN) for _ in range(self._random.randint(1, 5)))])

    def _coded(self) -> str:
        """Abbreviations, signs of papers and addresses among words."""
        pick, choose = self._random, self._random.choice

        def letters() -> str:
            return "".join(choose("ABCDĐEGHIKLMNOPQRSTUVXY") for _ in range(pick.randint(2, 8)))

        name = "".join(choose("abcdeghiklmnopqrstuvxy") for _ in range(pick.randint(3, 14)))
        office = f"{bare(choose(self._syllables))}{choose(('.gov.vn', '.edu.vn', '.vn', '.com', '.com.vn'))}"
        forms = (
            letters(),
            f"{letters()}-{letters()}",
            f"{pick.randint(1, 999)}/{choose(SIGNS)}-{letters()}",
            f"{pick.randint(1, 999)}/{letters()}",
            f"({letters()})",
            f"{letters()}/{letters()}",
            f"{name}@{office}",
            f"Email: {name}@{office}",
            f"https://{office}/{name}",
            f"http://www.{office}",
        )
        code, place = choose(forms), choose(("{0} {1}", "{1} {0}", "{0}", "{1} {0}, {1}", "* {1} {0}", "{1} & {0}"))
        return place.format(code, self._body())

    def _numbered(self) -> str:
        def number(low: int, high: int) -> str:
            return str(pick.randint(low, high))

        pick, choose = self._random, self._random.choice
        year = number(1960, 2026)
        office = "".join(choose("ABCDĐGHKLMNPQSTUVXY") for _ in range(pick.randint(2, 5)))
        thousands = f"{number(1, 999)}.{pick.randint(0, 999):03d}.{pick.randint(0, 999):03d}"
        forms: tuple[Callable[[], str], ...] = (
            lambda: f"Số: {number(1, 4999)}/{choose(SIGNS)}-{office}",
            lambda: (
                f"{choose(self._places)}, ngày {pick.randint(1, 31):02d} tháng {pick.randint(1, 12):02d} năm {year}"
            ),
            lambda: f"{number(1, 99)}. {self._body()}",
            lambda: f"{choose('abcdđeghik')}) {self._body()}",
            lambda: f"- {self._body()};",
            lambda: f"{thousands} {choose(MONEY)}",
            lambda: f"Điều {number(1, 200)}. {self._body()}",
            lambda: f"{choose(ROMAN)}. {self._body().upper() if pick.random() < 0.5 else self._body()}",
            lambda: f"ĐT: 0{number(1000000000, 9999999999)} - Fax: (0{number(10, 99)}) {thousands}",
            lambda: (
                f"từ {number(0, 23)}h{number(10, 59)} ngày {number(1, 31)}/{number(1, 12)}/{year} đến {number(1, 31)}"
            ),
            lambda: f"{self._body()} ({number(1, 100)}%) {self._body()}",
            lambda: " ".join(number(0, 10 ** pick.randint(1, 6)) for _ in range(pick.randint(1, 6))),
            lambda: (
                f"số {number(1, 300)}/{year}/{choose(ACTS)} ngày {number(1, 31)} tháng {number(1, 12)} năm {year} của"
            ),
            lambda: f"{number(1, 50)},{number(0, 99)} {choose(UNITS)}; {self._body()}",
        )
        return choose(forms)()

    def _decorated(self, text: str) -> str:
        chance = self._random.random()
        for share, form in (
            (0.02, "“{}”"), (0.01, "‘{}’"), (0.015, "– {}"), (0.01, "• {}"), (0.015, "{}…"), (0.01, '"{}"'),
            (0.02, "+ {}"), (0.03, "{}" + self._random.choice((".", ",", ";", ":", "./.", "?", "!"))),
            (0.02, "{} " + "." * self._random.randint(3, 30)),
        ):  # fmt: skip
            if chance < share:
                return form.format(text)
            chance -= share
        return text.replace(" ", self._random.choice((" - ", " – ")), 1) if chance < 0.02 else text


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()
