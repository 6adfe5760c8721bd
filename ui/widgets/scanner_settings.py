"""All settings of a scanner: made from the options that its driver has, with their ranges and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from PySide6.QtCore import QLocale, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayoutItem,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.capture.scanner.model import Option, OptionValue
from digitizer.errors import shortened
from digitizer.i18n import gettext, language, marked
from ui.speech import Spoken
from ui.widgets.area import AreaPicker
from ui.widgets.wheel import unmoved_by_wheel

_SIZE = (760, 560)
_CORNERS = ("tl-x", "tl-y", "br-x", "br-y")
_NAMES = {
    "mode": marked("Colour mode"), "depth": marked("Bits a sample"), "resolution": marked("Resolution"),
    "x-resolution": marked("Resolution across"), "y-resolution": marked("Resolution down"),
    "source": marked("Where sheets lie"), "tl-x": marked("Left edge of the area"), "tl-y": marked("Upper edge"),
    "br-x": marked("Right edge"), "br-y": marked("Lower edge"), "brightness": marked("Brightness"),
    "contrast": marked("Contrast"), "threshold": marked("Threshold of black"), "gamma": marked("Gamma"),
    "duplex": marked("Both sides"), "adf-mode": marked("Sides in the feeder"),
    "adf_mode": marked("Sides in the feeder"),
    "page-width": marked("Width of the paper"), "page-height": marked("Height of the paper"),
    "preview": marked("Preview only"), "swcrop": marked("Scanner cuts the edges off"),
    "swdeskew": marked("Scanner straightens"), "swdespeck": marked("Scanner takes specks away"),
    "swskip": marked("Scanner leaves blank pages out"), "blank-page-skip": marked("Scanner leaves blank pages out"),
    "compression": marked("Compression on the way"), "lamp-off-time": marked("Lamp goes out after"),
    "hand-scanner": marked("Hand scanner"), "three-pass": marked("Three passes"),
    "filename": marked("File of the picture"), "grayify": marked("Make it grey"),
    "button-controlled": marked("Wait for the button of the scanner"), "custom-gamma": marked("Gamma of one’s own"),
    "quality": marked("Quality"), "speed": marked("Speed"), "lamp-switch": marked("Lamp"),
    "highlight": marked("Highlights"), "shadow": marked("Shadows"), "sharpness": marked("Sharpness"),
    "invert": marked("Black and white swapped"), "negative": marked("Black and white swapped"),
}  # fmt: skip
"""What well-known options are called (SANE standard, 4.5, and common drivers); others bear their driver's words."""
_VALUES = {
    "color": marked("colour"), "colour": marked("colour"), "24bit color": marked("colour"),
    "gray": marked("grey"), "grayscale": marked("grey"), "true gray": marked("grey"),
    "lineart": marked("black and white"),
    "black & white": marked("black and white"), "halftone": marked("black and white, in dots"),
    "flatbed": marked("glass"), "platen": marked("glass"), "adf": marked("feeder, one side"),
    "adf front": marked("feeder, one side"), "automatic document feeder": marked("feeder"),
    "adf duplex": marked("feeder, both sides"), "simplex": marked("one side"), "duplex": marked("both sides"),
    "none": marked("none"), "auto": marked("by itself"), "default": marked("as the driver has it"),
}  # fmt: skip
"""What well-known words of drivers mean, in small letters."""
_UNITS = {"pixel": "px", "bit": "bit", "mm": "mm", "dpi": "dpi", "percent": "%", "microsecond": "µs"}
_DECIMALS = 2
_MOST = 1 << 30
_LONGEST_WORD = 40
"""Of what the scanner does not take: a label does not break a word."""


class ScannerSettings(Spoken, QDialog):
    """Each change is told at once, since it may change what else can be set; ``show_options`` shows what came of it,
    in the fields that are there: nothing is taken away under the hands of a person who types.
    """

    changed = Signal(object)
    """The options to set, in order: names with values."""
    preview_wanted = Signal()
    reset_wanted = Signal()

    def __init__(self, device: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._device = device
        self._options: Mapping[str, Option] = {}
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._place = QScrollArea(self)
        self._place.setWidgetResizable(True)
        self._place.setFrameShape(QFrame.Shape.NoFrame)
        self._place.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.editors: dict[str, QWidget] = {}
        self._kinds: dict[str, str] = {}
        self._form = self._empty_form()
        self.area = AreaPicker(self)
        self.area.chosen.connect(self._choose_area)
        self.preview_button, self.reset_button = QPushButton(self), QPushButton(self)
        self.preview_button.clicked.connect(self.preview_wanted)
        self.reset_button.clicked.connect(self.reset_wanted)
        self.say(self.preview_button.setText, marked("&Preview"))
        self.say(self.reset_button.setText, marked("As the profile &says"))
        self.say(self.reset_button.setToolTip, marked("Forget what was set here for this scanner"))
        self._beside = QWidget(self)
        column = QVBoxLayout(self._beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area, 1)
        column.addWidget(self.preview_button)
        row = QHBoxLayout()
        row.addWidget(self._place, 3)
        row.addWidget(self._beside, 2)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self.reset_button, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        for button in (self.preview_button, *buttons.buttons()):  # Enter in a field ends that field, and does no more
            cast(QPushButton, button).setAutoDefault(False)
        whole = QVBoxLayout(self)
        whole.addWidget(self._note)
        whole.addLayout(row, 1)
        whole.addWidget(buttons)
        self.resize(*_SIZE)
        self.say_data()

    def show_options(self, options: Sequence[Option]) -> None:
        """Show what can be set, and how it is set now."""
        self._options = {option.name: option for option in options}
        shown = [option for option in options if option.settable and option.value is not None]
        kinds = {option.name: _kind(option) for option in shown}
        for name in [name for name in self.editors if self._kinds[name] != kinds.get(name)]:
            self._take_away(self.editors.pop(name))
        self._kinds = kinds
        for row, option in enumerate(shown):
            if option.name not in self.editors:
                self._insert(row, option)
            _show(self.editors[option.name], option)
        self._show_area()

    def _empty_form(self) -> QFormLayout:
        inside = QWidget()
        form = QFormLayout(inside)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._place.setWidget(inside)
        self.editors, self._kinds = {}, {}
        return form

    def _insert(self, row: int, option: Option) -> None:
        editor = self.editors[option.name] = self._editor(option)
        name = option_name(option)
        editor.setAccessibleName(name)
        editor.setToolTip(option.name)
        if isinstance(editor, QCheckBox):
            editor.setText(name)
            self._form.insertRow(row, editor)
        else:
            label = QLabel(f"{name}:", self)
            label.setBuddy(editor)
            self._form.insertRow(row, label, editor)

    def _take_away(self, editor: QWidget) -> None:
        taken = self._form.takeRow(editor)
        items: tuple[QLayoutItem | None, ...] = (taken.labelItem, taken.fieldItem)
        for item in items:
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def show_preview(self, jpeg: bytes | None) -> None:
        """What lies on the glass; None where nothing could be shown."""
        self.preview_button.setEnabled(True)
        if jpeg is not None:
            self.area.show_image(QImage.fromData(jpeg))

    def refuse(self, sentence: str) -> None:
        """Say why a change was not taken, or that all is well (empty)."""
        sentence = " ".join(shortened(word, _LONGEST_WORD) for word in sentence.split())
        self._note.setText(sentence or self._intro)
        self._note.setProperty("role", "fault" if sentence else "")
        self._note.style().polish(self._note)

    def say_data(self) -> None:
        self.setWindowTitle(gettext("Settings of the scanner “{device}”").format(device=self._device))
        self.refuse("")
        self._form = self._empty_form()
        self.show_options(tuple(self._options.values()))

    @property
    def _intro(self) -> str:
        return gettext("What is set here is kept for this scanner and counts for every profile.")

    def _editor(self, option: Option) -> QWidget:
        name, kind = option.name, _kind(option)
        if kind == "bool":
            check = QCheckBox(self)
            check.toggled.connect(lambda on: self._set(name, on))
            return check
        if kind == "choice":
            box = QComboBox(self)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.activated.connect(lambda row: self._set(name, box.itemData(row)))
            unmoved_by_wheel(box)
            return box
        if kind in ("int", "fixed"):
            spin = QSpinBox(self) if kind == "int" else QDoubleSpinBox(self)
            if isinstance(spin, QDoubleSpinBox):
                spin.setDecimals(_DECIMALS)
            spin.setLocale(QLocale(language()))
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(lambda number: self._set(name, number))
            unmoved_by_wheel(spin)
            return spin
        line = QLineEdit(self)
        line.editingFinished.connect(lambda: self._set(name, line.text()) if line.isModified() else None)
        return line

    def _set(self, name: str, value: OptionValue) -> None:
        if name in self._options and value != self._options[name].value:
            self.changed.emit([(name, value)])

    def _show_area(self) -> None:
        """The area to scan; where the scanner has none, there is a preview all the same."""
        corners = [self._options.get(name) for name in _CORNERS]
        ranges = [each.range for each in corners if each is not None and each.settable and each.range is not None]
        if len(ranges) < len(_CORNERS):
            self.area.show_whole()
        else:
            left, top, right, bottom = (_number(each) for each in corners)
            (x, _, _), (y, _, _), (_, width, _), (_, height, _) = ranges
            width, height = max(width - x, 1.0), max(height - y, 1.0)
            area = QRectF((left - x) / width, (top - y) / height, (right - left) / width, (bottom - top) / height)
            self.area.show_glass(width, height, area)

    def _choose_area(self, area: QRectF) -> None:
        x, y = (self._options[name].range or (0.0, 1.0, 0.0) for name in ("tl-x", "tl-y"))
        right, bottom = (self._options[name].range or (0.0, 1.0, 0.0) for name in ("br-x", "br-y"))
        width, height = right[1] - x[0], bottom[1] - y[0]
        self.changed.emit(
            [
                ("tl-x", round(x[0] + area.left() * width, _DECIMALS)),
                ("tl-y", round(y[0] + area.top() * height, _DECIMALS)),
                ("br-x", round(x[0] + area.right() * width, _DECIMALS)),
                ("br-y", round(y[0] + area.bottom() * height, _DECIMALS)),
            ]
        )


def option_name(option: Option) -> str:
    """What an option is called in the language spoken now; the driver's own words where we know none."""
    return gettext(_NAMES[option.name]) if option.name in _NAMES else option.title or option.name


def _kind(option: Option) -> str:
    """What edits it."""
    return "choice" if option.choices and option.type != "bool" else option.type


def _show(editor: QWidget, option: Option) -> None:
    """Show how it is set now, unless a person is typing."""
    value = option.value
    with QSignalBlocker(editor):
        if isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, QComboBox):
            if [editor.itemData(row) for row in range(editor.count())] != list(option.choices):
                editor.clear()
                for choice in option.choices:
                    editor.addItem(_shown(choice, option), choice)
                    editor.setItemData(editor.count() - 1, str(choice), Qt.ItemDataRole.ToolTipRole)
            editor.setCurrentIndex(option.choices.index(value) if value in option.choices else 0)
        elif isinstance(editor, QSpinBox | QDoubleSpinBox):
            if not _typing(editor):
                _show_number(editor, option)
        elif isinstance(editor, QLineEdit) and not (editor.hasFocus() and editor.isModified()):
            editor.setText(str(value or ""))


def _typing(spin: QSpinBox | QDoubleSpinBox) -> bool:
    return spin.hasFocus() and spin.valueFromText(spin.text()) != spin.value()


def _show_number(spin: QSpinBox | QDoubleSpinBox, option: Option) -> None:
    least, most, step = option.range or (-float(_MOST), float(_MOST), 0.0)
    number = option.value if isinstance(option.value, int | float) else 0
    spin.setSuffix(_unit(option))
    if isinstance(spin, QDoubleSpinBox):
        spin.setRange(least, most)
        spin.setSingleStep(step or 1.0)
        spin.setValue(float(number))
    else:
        spin.setRange(int(least), int(most))
        spin.setSingleStep(max(1, int(step)))
        spin.setValue(int(number))


def _shown(choice: OptionValue, option: Option) -> str:
    known = _VALUES.get(str(choice).lower()) if option.type == "string" else None
    if known is None or sum(_VALUES.get(str(each).lower()) == known for each in option.choices) > 1:
        return f"{choice}{_unit(option)}"
    return gettext(known)


def _unit(option: Option) -> str:
    return f" {_UNITS[option.unit]}" if option.unit in _UNITS else ""


def _number(option: Option | None) -> float:
    return float(option.value) if option is not None and isinstance(option.value, int | float) else 0.0
