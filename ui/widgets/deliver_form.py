"""In which form records are delivered: chosen in plain words, with only the options that go with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)  # fmt: skip

import resources
from digitizer.deliver.signing import TOKEN_SCHEME, SigningWish, token_parts
from digitizer.describe.code_lists import CodeList
from digitizer.describe.profiles import load
from digitizer.i18n import gettext, marked
from ui.actions import plain
from ui.models.delivery import FORMS, keep, kept
from ui.speech import Spoken
from ui.widgets.boxes import fill
from ui.widgets.wheel import unmoved_by_wheel

_LETTERS = 14
"""A box is at least so wide: the whole text is in its list and its tooltip."""


class DeliverForm(Spoken, QWidget):
    """The choice of a person, which is kept."""

    changed = Signal()
    """Something else is chosen now."""
    signing_wanted = Signal()
    """A person wants to say how PDFs are signed."""
    key_wanted = Signal()
    """A person wants to choose the file with the receiver's key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = kept()
        self._levels = load(resources.path("codes/secrecy.toml"), CodeList)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(5)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form = self._box(marked("In which for&m:"), "form")
        self.layout_box = self._box(marked("&Tree of the package:"), "layout")
        self.profile = self._box(marked("Pict&ures:"), "profile")
        self.most = self._box(marked("What may &leave:"), "most")
        self.whole = self._check(marked("One PDF for each wh&ole file"), "whole")
        self.folder = self._check(marked("As a folder, not as a &ZIP"), "folder")
        self.coarse = self._check(marked("Pages of low resolution ma&y leave"), "coarse")
        self.say(self.coarse.setToolTip, marked("Pages below the resolution that an archive asks for"))
        self.sign = self._check(marked("Si&gn what is made"), "sign")
        self._build_signing()
        self.encrypt = self._check(marked("Encrypt for the rece&iver"), "encrypt")
        self._build_key()
        self._rows: dict[str, tuple[QWidget, ...]] = {
            "layout": (self.layout_box,), "profile": (self.profile,), "most": (self.most,), "whole": (self.whole,),
            "folder": (self.folder,), "coarse": (self.coarse,), "sign": (self.sign, self._signing),
            "encrypt": (self.encrypt, self._key),
        }  # fmt: skip
        unmoved_by_wheel(self.form, self.layout_box, self.profile, self.most)
        self.say_data()

    def _box(self, text: str, name: str) -> QComboBox:
        box, label = QComboBox(self), QLabel(self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(_LETTERS)
        box.activated.connect(lambda _row: self.choose(**{name: box.currentData()}))
        label.setBuddy(box)
        self.say(label.setText, text)
        self.say(lambda said: box.setAccessibleName(plain(said)), text)
        if name == "form":  # its names are long
            self._form.addRow(label)
            self._form.addRow(box)
        else:
            self._form.addRow(label, box)
        return box

    def _check(self, text: str, name: str) -> QCheckBox:
        box = QCheckBox(self)
        self.say(box.setText, text)
        box.toggled.connect(lambda on: self.choose(**{name: on}))
        self._form.addRow(box)
        return box

    def _beside(self, first: QWidget, second: QWidget) -> QWidget:
        row = QWidget(self)
        inside = QHBoxLayout(row)
        inside.setContentsMargins(22, 0, 0, 0)
        inside.addWidget(first, 1)
        inside.addWidget(second)
        self._form.addRow(row)
        return row

    def _build_signing(self) -> None:
        self._signed_by, self.how = QLabel(self), QPushButton(self)
        self._signed_by.setProperty("role", "muted")
        self._signed_by.setWordWrap(True)
        self._signed_by.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.say(self.how.setText, marked("How…"))
        self.say(self.how.setAccessibleName, marked("How PDFs are signed"))
        self.how.clicked.connect(self.signing_wanted)
        self._signing = self._beside(self._signed_by, self.how)

    def _build_key(self) -> None:
        self.key, browse = QLineEdit(self.choice.key, self), QPushButton(self)
        self.say(self.key.setPlaceholderText, marked("the receiver's public key, age1…"))
        self.say(self.key.setAccessibleName, marked("The receiver's public key"))
        self.key.textChanged.connect(lambda text: self.choose(key=text))
        self.say(browse.setText, marked("From a file…"))
        browse.clicked.connect(self.key_wanted)
        self._key = self._beside(self.key, browse)

    def say_data(self) -> None:
        choice = self.choice
        levels = [(entry.label.shown, entry.code) for entry in self._levels.entry]
        for box, offered, chosen in (
            (self.form, [(gettext(text), name) for name, (text, _) in FORMS.items()], choice.form),
            (self.layout_box, [(gettext(marked("Circular 05/2025")), "tt05"),
                               (gettext(marked("E-ARK, with the pictures as they came in")), "eark")], choice.layout),
            (self.profile, [(gettext(marked("for the archive: full colour")), "archive"),
                            (gettext(marked("for reading: small files")), "reading")], choice.profile),
            (self.most, [*levels[:1], *((gettext("up to “{level}”").format(level=name), code)
                                        for name, code in levels[1:])], str(choice.most)),
        ):  # fmt: skip
            fill(box, offered, chosen)
        for check, on in (
            (self.whole, choice.whole), (self.folder, choice.folder), (self.coarse, choice.coarse),
            (self.sign, choice.sign), (self.encrypt, choice.encrypt),
        ):  # fmt: skip
            check.blockSignals(True)
            check.setChecked(on)
            check.blockSignals(False)
        for name, widgets in self._rows.items():
            for widget in widgets:
                self._form.setRowVisible(widget, name in choice.taken)
        self._form.setRowVisible(self._signing, choice.sign and "sign" in choice.taken)
        self._form.setRowVisible(self._key, choice.encrypt and "encrypt" in choice.taken)
        self._signed_by.setText(said_key(choice.signing))
        self._signed_by.setToolTip(choice.signing.source)

    def go_to(self, option: str) -> None:
        """Go to an option, so that it can be chosen."""
        places: dict[str, QWidget] = {
            "secret": self.most, "coarse": self.coarse, "signing": self.how if self.choice.sign else self.sign,
            "key": self.key,
        }  # fmt: skip
        if option in places:
            places[option].setFocus()

    def choose(self, **what: Any) -> None:
        """Choose so from now on; ``what``: by the names of ``DeliveryChoice``."""
        chosen = replace(self.choice, **what)
        if chosen == self.choice:
            return
        first = chosen.sign and not self.choice.sign and not chosen.signing.source
        self.choice = chosen
        keep(chosen)
        self.say_data()
        self.changed.emit()
        if first:  # nothing can be signed before it is said with what
            self.signing_wanted.emit()


def said_key(signing: SigningWish) -> str:
    """What signs, in short."""
    if not signing.source:
        return gettext("No key is chosen.")
    if signing.source.startswith(TOKEN_SCHEME):
        return token_parts(signing.source)[0]
    return Path(signing.source).name
