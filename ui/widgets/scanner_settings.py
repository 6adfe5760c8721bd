"""All settings of a scanner: made from the options that its driver has, with their ranges and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLocale, QRectF, Qt, Signal
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
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.capture.scanner.model import Option, OptionValue
from digitizer.i18n import gettext, language, marked
from ui.speech import Spoken
from ui.widgets.area import AreaPicker

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
}  # fmt: skip
"""What well-known options are called (SANE standard, 4.5, and common drivers); others bear their driver's words."""
_UNITS = {"pixel": "px", "bit": "bit", "mm": "mm", "dpi": "dpi", "percent": "%", "microsecond": "µs"}
_DECIMALS = 2
_MOST = 1 << 30


class ScannerSettings(Spoken, QDialog):
    """Each change is told at once, since it may change what else can be set; ``show_options`` shows what came of it."""

    changed = Signal(object)
    """The options to set, in order: names with values."""
    preview_wanted = Signal()
    reset_wanted = Signal()

    def __init__(self, device: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._device = device
        self._options: Mapping[str, Option] = {}
        self.editors: dict[str, QWidget] = {}
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._place = QScrollArea(self)
        self._place.setWidgetResizable(True)
        self._place.setFrameShape(QFrame.Shape.NoFrame)
        self._place.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        whole = QVBoxLayout(self)
        whole.addWidget(self._note)
        whole.addLayout(row, 1)
        whole.addWidget(buttons)
        self.resize(*_SIZE)
        self.say_data()

    def show_options(self, options: Sequence[Option]) -> None:
        """Show what can be set, and how it is set now."""
        self._options = {option.name: option for option in options}
        focused = next((name for name, editor in self.editors.items() if editor.hasFocus()), "")
        inside = QWidget()
        form = QFormLayout(inside)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.editors = {}
        for option in options:
            if option.settable and option.value is not None:
                editor = self.editors[option.name] = self._editor(option)
                name = option_name(option)
                editor.setAccessibleName(name)
                editor.setToolTip(option.name)
                if isinstance(editor, QCheckBox):
                    editor.setText(name)
                    form.addRow(editor)
                else:
                    label = QLabel(f"{name}:", inside)
                    label.setBuddy(editor)
                    form.addRow(label, editor)
        place = self._place.verticalScrollBar().value()
        self._place.setWidget(inside)
        self._place.verticalScrollBar().setValue(place)
        if focused in self.editors:
            self.editors[focused].setFocus()
        self._show_area()

    def show_preview(self, jpeg: bytes | None) -> None:
        """What lies on the glass; None where nothing could be shown."""
        self.preview_button.setEnabled(True)
        if jpeg is not None:
            self.area.show_image(QImage.fromData(jpeg))

    def refuse(self, sentence: str) -> None:
        """Say why a change was not taken, or that all is well (empty)."""
        self._note.setText(sentence or self._intro)
        self._note.setProperty("role", "fault" if sentence else "")
        self._note.style().polish(self._note)

    def say_data(self) -> None:
        self.setWindowTitle(gettext("Settings of the scanner “{device}”").format(device=self._device))
        self.refuse("")
        self.show_options(tuple(self._options.values()))

    @property
    def _intro(self) -> str:
        return gettext("What is set here is kept for this scanner and counts for every profile.")

    def _editor(self, option: Option) -> QWidget:
        value = option.value
        if option.type == "bool":
            check = QCheckBox(self)
            check.setChecked(bool(value))
            check.toggled.connect(lambda on: self._set(option, on))
            return check
        if option.choices:
            box = QComboBox(self)
            for choice in option.choices:
                box.addItem(_shown(choice, option), choice)
            box.setCurrentIndex(max(option.choices.index(value) if value in option.choices else 0, 0))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.activated.connect(lambda row: self._set(option, option.choices[row]))
            return box
        least, most, step = option.range or (-float(_MOST), float(_MOST), 0.0)
        if option.type == "int":
            spin = QSpinBox(self)
            spin.setLocale(QLocale(language()))
            spin.setRange(int(least), int(most))
            spin.setSingleStep(max(1, int(step)))
            spin.setValue(int(value or 0))
            spin.setKeyboardTracking(False)
            spin.setSuffix(_unit(option))
            spin.valueChanged.connect(lambda number: self._set(option, number))
            return spin
        if option.type == "fixed":
            decimal = QDoubleSpinBox(self)
            decimal.setLocale(QLocale(language()))
            decimal.setDecimals(_DECIMALS)
            decimal.setRange(least, most)
            decimal.setSingleStep(step or 1.0)
            decimal.setValue(float(value or 0.0))
            decimal.setKeyboardTracking(False)
            decimal.setSuffix(_unit(option))
            decimal.valueChanged.connect(lambda number: self._set(option, number))
            return decimal
        line = QLineEdit(str(value or ""), self)
        line.editingFinished.connect(lambda: self._set(option, line.text()))
        return line

    def _set(self, option: Option, value: OptionValue) -> None:
        if value != option.value:
            self.changed.emit([(option.name, value)])

    def _show_area(self) -> None:
        """The area to scan, where the scanner has one."""
        corners = [self._options.get(name) for name in _CORNERS]
        ranges = [each.range for each in corners if each is not None and each.settable and each.range is not None]
        self._beside.setVisible(len(ranges) == len(_CORNERS))
        if len(ranges) == len(_CORNERS):
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


def _shown(choice: OptionValue, option: Option) -> str:
    return f"{choice}{_unit(option)}"


def _unit(option: Option) -> str:
    return f" {_UNITS[option.unit]}" if option.unit in _UNITS else ""


def _number(option: Option | None) -> float:
    return float(option.value) if option is not None and isinstance(option.value, int | float) else 0.0
