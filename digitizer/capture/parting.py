"""Where a stack of paper is parted, by what is seen on its pages. Decides; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from digitizer.capture.rules import Back, BarcodeRule, Blank, StackRule, Use
from digitizer.i18n import gettext
from digitizer.labels.text import What, parsed
from digitizer.model import PageId, clean
from ocr.barcodes import Code, Kind
from ocr.look import Look

BLANK = "blank"
"""What a blank separator is called, beside the kinds of codes."""


@dataclass(frozen=True, slots=True)
class Side:
    """One page of a stack. ``number``: its place in the record, from 1; ``look``: None where nobody could look, or
    nobody asked.
    """

    page: PageId
    number: int
    look: Look | None


@dataclass(frozen=True, slots=True)
class Sign:
    """What begins another item. ``kind``: of the code, or BLANK; ``text``: what it says, as read. ``use``, ``value``:
    what that means (a SEPARATOR has no value); ``field``: the key, for FIELD. ``keep``: its page belongs to the item.
    """

    kind: str
    text: str
    use: Use
    value: str = ""
    field: str = ""
    keep: bool = False

    def same(self, other: Sign | None) -> bool:
        return other is not None and (self.use, self.value, self.field) == (other.use, other.value, other.field)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person should look at. ``page``: None where it is about the whole."""

    page: PageId | None
    sentence: str


@dataclass(frozen=True, slots=True)
class SeparatorSide:
    """A page that is no part of any item. ``back``: it is the side behind the separator."""

    side: Side
    sign: Sign
    back: bool = False


@dataclass(slots=True)
class Part:
    """What becomes one item. ``sign``: None for what lies ahead of the first. ``pages``: may be none."""

    sign: Sign | None
    separators: list[SeparatorSide] = field(default_factory=list)
    pages: list[Side] = field(default_factory=list)


@dataclass(slots=True)
class Parting:
    parts: list[Part] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def part(stack: Sequence[Side], rule: StackRule) -> Parting:
    """The parts of a stack, in order; each of its pages is in one of them, once."""
    if rule.pages is not None:
        return _counted(stack, rule.pages)
    return _Stack(stack, rule).parted()


def _counted(stack: Sequence[Side], pages: int) -> Parting:
    starts = range(0, len(stack), pages)
    made = Parting()
    for start in starts:
        sign = Sign("pages", str(pages), Use.SEPARATOR, keep=True) if start else None
        made.parts.append(Part(sign, pages=list(stack[start : start + pages])))
    if (left := len(stack) % pages) and len(stack) > pages:
        said = gettext("The last item has {count} pages, not {pages}.").format(count=left, pages=pages)
        made.doubts.append(Doubt(stack[-1].page, said))
    return made


@dataclass(slots=True)
class _Stack:
    stack: Sequence[Side]
    rule: StackRule
    made: Parting = field(default_factory=Parting)

    def parted(self) -> Parting:
        current = Part(None)
        self.made.parts.append(current)
        at = 0
        if self.rule.blank is Blank.SHEET and len(self.stack) % 2:
            said = gettext("There are {count} sides, an odd number: which sides are one sheet is not sure.")
            self.made.doubts.append(Doubt(None, said.format(count=len(self.stack))))
        while at < len(self.stack):
            side = self.stack[at]
            sign = self._sign(at)
            at += 1
            if sign is None or (sign.keep and sign.same(current.sign)):
                current.pages.append(side)
                continue
            current = Part(sign)
            self.made.parts.append(current)
            if sign.keep:
                current.pages.append(side)
                continue
            current.separators.append(SeparatorSide(side, sign))
            if at < len(self.stack) and self._is_back(at, sign):
                current.separators.append(SeparatorSide(self.stack[at], sign, back=True))
                at += 1
        if not self.made.parts[0].pages:
            del self.made.parts[0]
        return self.made

    def _is_back(self, at: int, sign: Sign) -> bool:
        """Whether the side there is the back of the separator ahead of it."""
        if sign.kind == BLANK and self.rule.blank is Blank.SHEET:
            return True
        if self.rule.back is not Back.BLANK:
            return self.rule.back is Back.DROP
        return _is_blank(self.stack[at])

    def _sign(self, at: int) -> Sign | None:
        side = self.stack[at]
        if side.look is None:
            return None
        found = self._code_sign(side, side.look)
        if found is None and self._blank(at):
            found = Sign(BLANK, "", Use.SEPARATOR)
        return found

    def _blank(self, at: int) -> bool:
        if self.rule.blank is None or not _is_blank(self.stack[at]):
            return False
        if self.rule.blank is Blank.SIDE:
            return True
        return at % 2 == 0 and at + 1 < len(self.stack) and _is_blank(self.stack[at + 1])

    def _code_sign(self, side: Side, look: Look) -> Sign | None:
        signs = list(self._signs(look.codes))
        self._doubt(side, look.codes, signs)
        return signs[0] if signs else None

    def _signs(self, codes: Sequence[Code]) -> Iterator[Sign]:
        """What the codes of a page say by the rule, the strongest first."""
        if self.rule.ours:
            for code in codes:
                if (sign := _our_sign(code)) is not None:
                    yield sign
        for code in codes:
            if code.kind is Kind.PATCH and code.value in self.rule.patches:
                yield Sign(code.kind, code.value, Use.SEPARATOR)
        for barcode in self.rule.barcode:
            for code in codes:
                value = barcode.value_of(code)
                if value is not None and parsed(code.value) is None:
                    yield _barcode_sign(barcode, code, clean(value))

    def _doubt(self, side: Side, codes: Sequence[Code], signs: Sequence[Sign]) -> None:
        reads_qr = self.rule.ours or any(not each.kinds or Kind.QR in each.kinds for each in self.rule.barcode)
        if not signs and reads_qr and any(not code.readable for code in codes):
            said = gettext("Page {number} shows a QR code that cannot be read: perhaps a separator.")
            self.made.doubts.append(Doubt(side.page, said.format(number=side.number)))
        others = [sign.text for sign in signs if sign.use is signs[0].use and not sign.same(signs[0])]
        if others:
            said = gettext("Page {number} shows several codes: “{taken}” was taken, “{other}” was not.")
            said = said.format(number=side.number, taken=signs[0].text, other=others[0])
            self.made.doubts.append(Doubt(side.page, said))


def _is_blank(side: Side) -> bool:
    return side.look is not None and side.look.blank


def _our_sign(code: Code) -> Sign | None:
    said = parsed(code.value)
    if said is None or said.what is What.BOX:
        return None
    use = {What.FILE: Use.FILE, What.TO_FILE: Use.FILE, What.ITEM: Use.ITEM, What.TO_ITEM: Use.ITEM}
    return Sign(code.kind, code.value, use.get(said.what, Use.SEPARATOR), said.code, keep=not said.what.separates)


def _barcode_sign(rule: BarcodeRule, code: Code, value: str) -> Sign:
    if rule.use is Use.SEPARATOR or not value:
        return Sign(code.kind, code.value, Use.SEPARATOR, keep=rule.keep)
    return Sign(code.kind, code.value, rule.use, value, rule.field, keep=rule.keep)
