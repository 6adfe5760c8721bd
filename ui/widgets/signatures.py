"""What the signatures of PDFs prove: file by file, who signed, when, and whether a byte has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.clock import VIETNAM
from digitizer.deliver.signed import SignatureFound, SignatureReport, plain, verdict, words
from digitizer.i18n import as_sentence, gettext, marked
from ui.speech import Spoken

_SIZE = (640, 480)


class SignaturesDialog(Spoken, QDialog):
    """Stays beside the window."""

    roots_asked = Signal()
    """A person wants to name certificates that are trusted; then the same files are verified again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._found: Sequence[tuple[Path, SignatureReport]] = ()
        self._roots: Sequence[Path] = ()
        self._fault = QLabel(self)
        self._fault.setProperty("role", "fault")
        self._fault.setWordWrap(True)
        self._fault.hide()
        self.say(
            self._fault.setText,
            marked("A certificate that was chosen cannot be read. Choose files in PEM or DER form."),
        )
        self._place = QScrollArea(self)
        self._place.setWidgetResizable(True)
        self._place.setFrameShape(QFrame.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.trust = QPushButton(self)
        self.say(self.trust.setText, marked("&Trusted certificates…"))
        buttons.addButton(self.trust, QDialogButtonBox.ButtonRole.ActionRole)
        self.trust.clicked.connect(self.roots_asked)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self._fault)
        column.addWidget(self._place, 1)
        column.addWidget(buttons)
        self.resize(*_SIZE)
        self.say_data()

    def show_reports(self, found: Sequence[tuple[Path, SignatureReport]], roots: Sequence[Path]) -> None:
        """What was found in each file. ``roots``: the certificates that were trusted."""
        self._found, self._roots = found, roots
        self._fault.hide()
        self.say_data()

    def refuse(self) -> None:
        """Say that a certificate cannot be read."""
        self._fault.show()

    @property
    def refused(self) -> bool:
        """Whether a certificate that was chosen last could not be read."""
        return not self._fault.isHidden()

    @property
    def said(self) -> list[str]:
        """All sentences that are shown."""
        inside = self._place.widget()
        return [label.text() for label in inside.findChildren(QLabel)] if inside is not None else []

    def say_data(self) -> None:
        self.setWindowTitle(gettext("Signatures of PDFs"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        for path, report in self._found:
            column.addWidget(_label(path.name, inside, "heading", str(path)))
            sign, role = ("✓", "") if report.whole else ("✗", "fault")
            role = role if report.signatures or report.problem else "lacking"
            column.addWidget(_label(f"{sign} {as_sentence(verdict(report))}", inside, role))
            for each in report.signatures:
                column.addWidget(_label(_line(each), inside))
            column.addSpacing(8)
        trusted = ", ".join(root.name for root in self._roots)
        said = (
            gettext("Trusted: {certificates}.").format(certificates=trusted)
            if trusted
            else gettext(
                "No certificate is trusted yet, so that only the file is proven, not who stands behind a name. Choose"
                " the certificates of the authorities that you trust."
            )
        )
        column.addWidget(_label(said, inside, "muted"))
        column.addStretch(1)
        self._place.setWidget(inside)


def _line(found: SignatureFound) -> str:
    when = "?" if found.claimed is None else f"{found.claimed.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
    said = gettext("{signer}, {when}: {verdict}. Certificate issued by: {issuer}.")
    return said.format(signer=plain(found.signer), when=when, verdict=words(found), issuer=plain(found.authority))


def _label(text: str, parent: QWidget, role: str = "", tip: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("role", role)
    label.setToolTip(tip)
    return label
