"""Which scanner, and how it scans: chosen here, remembered for each scanner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.capture.scanner.model import Device, Option
from digitizer.capture.scanner.profiles import scan_profiles
from digitizer.capture.scanner.wanted import Colours, Source, source_kind
from digitizer.i18n import gettext, language, marked
from ui.models.scanner import ScanChoice, device_name, resolutions, sources
from ui.speech import Spoken, number
from ui.style import icon
from ui.widgets.boxes import fill
from ui.widgets.buttons import ActionButton
from ui.widgets.wheel import unmoved_by_wheel

_ADDRESS = "\0address"
"""What stands for “one by its address” in the list of scanners."""


class ScannerPanel(Spoken, QWidget):
    """Shows what the scanner offers; says what a person chose."""

    look_wanted = Signal()
    """Look for scanners (again)."""
    device_chosen = Signal(str)
    """The scanner of that name is to be used from now on."""
    address_wanted = Signal()
    """A person wants to type the address of a scanner."""
    choice_changed = Signal(object)
    """A ScanChoice."""

    def __init__(self, scan: QAction, stop: QAction, settings: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._devices: Sequence[Device] = ()
        self._options: Sequence[Option] = ()
        self._choice = ScanChoice()
        self._looking = False
        self._shown = ""
        self.look = QToolButton(self)
        self.look.setIcon(icon("retry"))
        self.look.clicked.connect(self.look_wanted)
        self.say(self.look.setToolTip, marked("Look for scanners"))
        self.say(self.look.setAccessibleName, marked("Look for scanners"))
        self._build_boxes()
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "muted")
        self.scan_button = ActionButton(scan, self, main=True)
        self.stop_button = ActionButton(stop, self)
        self.scan_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        column.setSpacing(5)
        beside = QHBoxLayout()
        beside.addWidget(self.device, 1)
        beside.addWidget(self.look)
        column.addLayout(beside)
        column.addWidget(self._note)
        column.addLayout(self._form())
        for widget in (self.collate, self.read, self.scan_button, self.stop_button, ActionButton(settings, self)):
            column.addWidget(widget)
        column.addStretch(1)
        self.say_data()

    def _build_boxes(self) -> None:
        self.device = self._box(marked("Scanner"))
        self.device.activated.connect(self._choose_device)
        self.profile = self._box(marked("Way to scan"))
        self.source = self._box(marked("Where sheets lie"))
        self.resolution = self._box(marked("Resolution"))
        self.colours = self._box(marked("Colour"))
        self.profile.activated.connect(self._choose_profile)
        for box in (self.source, self.resolution, self.colours):
            box.activated.connect(self._choose)
        self.collate, self.read = QCheckBox(self), QCheckBox(self)
        self.say(self.collate.setText, marked("Fronts, then &backs"))
        self.say(self.collate.setToolTip, marked("Scan all fronts, turn the stack over, scan all backs"))
        self.say(self.read.setText, marked("Read pa&ges as they come"))
        self.say(self.read.setToolTip, marked("Clean and read pages in the background while others are scanned"))

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(4)
        for text, box in (
            (marked("Prof&ile:"), self.profile), (marked("S&ource:"), self.source),
            (marked("Resol&ution:"), self.resolution), (marked("Co&lour:"), self.colours),
        ):  # fmt: skip
            label = QLabel(self)
            label.setBuddy(box)
            self.say(label.setText, text)
            form.addRow(label, box)
        return form

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        self.say(box.setAccessibleName, name)
        unmoved_by_wheel(box)
        return box

    @property
    def chosen(self) -> str:
        """The name of the scanner that is chosen; empty where there is none."""
        return self._shown

    @property
    def choice(self) -> ScanChoice:
        return self._choice

    def show_looking(self, looking: bool) -> None:
        """Scanners are being looked for."""
        self._looking = looking
        self.look.setEnabled(not looking)
        self.say_data()

    def show_devices(self, devices: Sequence[Device], chosen: str) -> None:
        """Offer these; ``chosen`` is the name of the one that is used, empty for none."""
        self._devices, self._shown = devices, chosen
        self.say_data()

    def show_scanner(self, options: Sequence[Option], choice: ScanChoice) -> None:
        """What the chosen scanner can do, and how it is to scan."""
        self._options, self._choice = options, choice
        self.say_data()

    def say_data(self) -> None:
        self.device.clear()
        for device in self._devices:
            self.device.addItem(device_name(device, self._devices), device.name)
            told = f"{device_name(device, self._devices)}\n{device.name}"
            self.device.setItemData(self.device.count() - 1, told, Qt.ItemDataRole.ToolTipRole)
        if self._shown and self.device.findData(self._shown) < 0:
            self.device.addItem(self._shown, self._shown)
        self.device.addItem(gettext("A network scanner by its address…"), _ADDRESS)
        self.device.setCurrentIndex(self.device.findData(self._shown) if self._shown else -1)
        self.device.setToolTip(str(self.device.currentData(Qt.ItemDataRole.ToolTipRole) or self._shown))
        self.device.setPlaceholderText(gettext("no scanner yet"))
        self._note.setText(self._sentence())
        self._note.setVisible(bool(self._note.text()))
        self._offer()
        known = bool(self._options)
        for box in (self.source, self.resolution, self.colours):
            box.setEnabled(known)

    def _sentence(self) -> str:
        if self._looking:
            return gettext("Looking for scanners…")
        return "" if self._shown else gettext("Switch the scanner on and look for it.")

    def _offer(self) -> None:
        """Fill the boxes by what the scanner can do and what the profile says."""
        choice, profiles = self._choice, scan_profiles()
        fill(self.profile, [(str(getattr(p.label, language())), p.name) for p in profiles.values()], choice.profile)
        profile = profiles.get(choice.profile)
        now = next((source_kind(str(option.value)) for option in self._options if option.name == "source"), None)
        offered_sources = [(source_name(each), each) for each in sources(self._options)]
        fill(self.source, offered_sources, choice.source or now)
        dots = choice.resolution or (profile.resolution if profile is not None else 0)
        offered = sorted({*resolutions(self._options), dots})
        fill(self.resolution, [(gettext("{count} dpi").format(count=number(each)), each) for each in offered], dots)
        colours = choice.colours or (profile.colours if profile is not None else None)
        one_sided = (choice.source or now) is Source.ADF
        self.collate.setEnabled(one_sided or not self._options)
        if self._options and not one_sided:  # there is nothing to turn over
            self.collate.setChecked(False)
        names = {Colours.COLOR: gettext("colour"), Colours.GRAY: gettext("grey")}
        fill(self.colours, [(names[each], each) for each in Colours], colours)

    def _choose_device(self, row: int) -> None:
        name = self.device.itemData(row)
        self.device.setCurrentIndex(self.device.findData(self._shown) if self._shown else -1)
        if name == _ADDRESS:
            self.address_wanted.emit()
        elif name != self._shown:
            self.device_chosen.emit(name)

    def _choose_profile(self, _row: int) -> None:
        """A profile brings its own resolution and colours."""
        chosen = replace(self._choice, profile=self.profile.currentData(), resolution=None, colours=None)
        self._set(chosen)

    def _choose(self, _row: int) -> None:
        profile = scan_profiles()[self.profile.currentData()]
        dots, colours = self.resolution.currentData(), Colours(self.colours.currentData())
        self._set(
            replace(
                self._choice, source=Source(self.source.currentData()),
                resolution=dots if dots != profile.resolution else None,
                colours=colours if colours != profile.colours else None,
            )
        )  # fmt: skip

    def _set(self, choice: ScanChoice) -> None:
        self._choice = choice
        self._offer()
        self.choice_changed.emit(choice)


def source_name(source: Source) -> str:
    """Where sheets lie, in the language spoken now."""
    return {
        Source.FLATBED: gettext("glass"),
        Source.ADF: gettext("feeder, one side"),
        Source.ADF_DUPLEX: gettext("feeder, both sides"),
    }[source]
