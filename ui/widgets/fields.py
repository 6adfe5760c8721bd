"""Fields of a form: made from the profile's specification, checked as typed by its rules."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from digitizer.catalogue.fold import bare
from digitizer.describe.profiles import FieldSpec, FieldType, Profiles
from digitizer.describe.values import MULTILINE, SEPARATOR, BadValue, FieldFault, parse, shown
from digitizer.i18n import gettext, ngettext
from digitizer.model import Value
from ui.speech import Spoken, number

_NEAR = 0.8
"""The letters are counted for the person from this share of the length on."""
_LINES = (2, 6)
"""A text of several lines is shown so high at least and at most."""
_FOLDED = Qt.ItemDataRole.UserRole


class LongText(QPlainTextEdit):
    """A text of several lines, as high as its text. Enter goes on to the next field; Shift+Enter begins a line."""

    passed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.passed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        least, most = _LINES
        lines = min(max(int(self.document().size().height()), least), most)
        margins = 2 * int(self.document().documentMargin()) + 2 * self.frameWidth() + 2
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + margins)


class Matches(QCompleter):
    """Offers what holds the typed letters, with or without their marks. ``many``: completes the last of several."""

    def __init__(self, labels: list[tuple[str, str]], many: bool, parent: QWidget) -> None:
        """``labels``: what is shown, and words by which it may be found besides."""
        model = QStandardItemModel(parent)
        for label, words in labels:
            item = QStandardItem(label)
            item.setData(bare(f"{label} {words}"), _FOLDED)
            model.appendRow(item)
        super().__init__(model, parent)
        self._many = many
        self.setCompletionRole(_FOLDED)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def splitPath(self, path: str) -> list[str]:
        return [bare(path.rpartition(SEPARATOR)[2] if self._many else path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        label = str(index.data())
        widget = self.widget()
        typed = widget.text() if self._many and isinstance(widget, QLineEdit) else ""
        ahead = typed.rpartition(SEPARATOR)[0].strip()
        return f"{ahead}{SEPARATOR} {label}" if ahead else label

    def first(self, text: str) -> str | None:
        """The first match of ``text``; None where there is none."""
        wanted = self.splitPath(text)[0]
        model = self.model()
        assert isinstance(model, QAbstractItemModel)
        for row in range(model.rowCount() if wanted else 0):
            index = model.index(row, 0)
            if wanted in str(index.data(_FOLDED)):
                return self.pathFromIndex(index)
        return None


class CodeBox(QComboBox):
    """Codes to choose from, by their names; what is typed is completed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QEvent) -> None:  # scrolling the form must not choose
        event.ignore()

    @property
    def line(self) -> QLineEdit:
        line = self.lineEdit()
        assert line is not None, "an editable box has a line"
        return line


class Field(Spoken, QWidget):
    """One field: its name, what is typed, and below it what is wrong, how long it is, or what is proposed."""

    edited = Signal()
    """A person has changed the text."""
    passed = Signal()
    """A person has finished with Enter."""

    def __init__(self, spec: FieldSpec, profiles: Profiles, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec, self._profiles = spec, profiles
        self._beneath, self._from_above, self._proposed, self._warning = "", False, "", ""
        self._value: Value | None = None
        self.fault: FieldFault | None = None
        self._by_program = False
        self._matches: Matches | None = None
        self._name = QLabel(self)
        self._name.setWordWrap(True)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.RichText)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self._note.linkActivated.connect(lambda _link: self.take_proposed())
        self._note.hide()
        self.editor = self._editor()
        self._name.setBuddy(self.editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self._name, self.editor, self._note):
            column.addWidget(widget)
        self.setFocusProxy(self.editor)
        self.say_data()

    def _editor(self) -> QWidget:
        spec = self.spec
        if spec.type in (FieldType.CODE, FieldType.FLAG) and not spec.many:
            box = CodeBox(self)
            self._connect(box.line)
            return box
        long = spec.type is FieldType.TEXT and not spec.many and (spec.length is None or spec.length > MULTILINE)
        if long:
            text = LongText(self)
            text.textChanged.connect(self._typed)
            text.passed.connect(self._pass_on)
            return text
        line = QLineEdit(self)
        self._connect(line)
        return line

    def _connect(self, line: QLineEdit) -> None:
        line.textChanged.connect(self._typed)
        line.returnPressed.connect(self._pass_on)

    @property
    def text(self) -> str:
        """What is typed."""
        match self.editor:
            case CodeBox() as box:
                return box.currentText()
            case LongText() as long:
                return long.toPlainText()
            case QLineEdit() as line:
                return line.text()
        raise AssertionError

    @property
    def value(self) -> Value | None:
        """The value that is typed; None where it is empty or wrong."""
        return self._value

    @property
    def counts(self) -> str:
        """What counts where nothing is typed, as it is shown."""
        return self._beneath

    def put(self, text: str) -> None:
        """Show this text, not as a person's."""
        if text == self.text:
            return
        self._by_program = True
        try:
            match self.editor:
                case CodeBox() as box:
                    box.setEditText(text)
                    box.line.setCursorPosition(0)
                case LongText() as long:
                    long.setPlainText(text)
                case QLineEdit() as line:
                    line.setText(text)
                    line.setCursorPosition(0)
        finally:
            self._by_program = False

    def put_value(self, value: Value | None) -> None:
        self.put(self.shown(value))

    def type_in(self, text: str) -> None:
        """Show this text as if a person had typed it."""
        self.put(text)
        self.edited.emit()

    def shown(self, value: Value | None) -> str:
        return shown(self._profiles, self.spec, value)

    def show_beneath(self, value: Value | None, *, from_above: bool) -> None:
        """What counts where nothing is typed: inherited or the default."""
        self._beneath, self._from_above = self.shown(value), from_above
        self._say_placeholder()

    def show_proposed(self, text: str) -> None:
        """What the template proposes; nothing for an empty text."""
        self._proposed = text
        self._say_note()

    def warn(self, sentence: str) -> None:
        """Show what may be wrong with the value as it is kept; nothing for an empty sentence."""
        self._warning = sentence
        self._say_note()

    def freeze(self, frozen: bool) -> None:
        """Let the value be read and copied only."""
        match self.editor:
            case CodeBox() as box:
                box.setEnabled(not frozen)
            case LongText() | QLineEdit() as editor:
                editor.setReadOnly(frozen)

    def take_proposed(self) -> None:
        if self._proposed and not self.text:
            self.type_in(self._proposed)
            self.editor.setFocus()

    def say_data(self) -> None:
        spec = self.spec
        name = spec.label.shown
        self._name.setText(f"{name} *" if spec.required else name)
        said = gettext("{name}, must be filled in").format(name=name) if spec.required else name
        for widget in (self.editor, *([self.editor.line] if isinstance(self.editor, CodeBox) else [])):
            widget.setAccessibleName(said)
        self._fill_codes()
        if self.fault is None and self.text:
            self.put_value(self._value)
        self._say_placeholder()
        self._check()

    def _fill_codes(self) -> None:
        spec = self.spec
        if spec.type is FieldType.FLAG:
            labels = [(gettext("yes"), ""), (gettext("no"), "")]
        elif spec.codes is not None:
            entries = self._profiles.codes[spec.codes].entry
            labels = [(entry.label.shown, f"{entry.code} {entry.label.vi} {entry.label.en}") for entry in entries]
        else:
            return
        if self._matches is not None:
            self._matches.deleteLater()
        self._matches = Matches(labels, spec.many, self)
        if isinstance(self.editor, CodeBox):
            typed = self.text
            self._by_program = True
            self.editor.clear()
            self.editor.addItems(["", *(label for label, _ in labels)])
            self.editor.setEditText(typed)
            self._by_program = False
            self.editor.setCompleter(self._matches)
        elif isinstance(self.editor, QLineEdit):
            self.editor.setCompleter(self._matches)

    def _say_placeholder(self) -> None:
        if self._beneath:
            said = gettext("{value} (inherited)") if self._from_above else gettext("{value} (by default)")
            text = said.format(value=self._beneath)
        elif self.spec.type is FieldType.DATE:
            text = gettext("DD/MM/YYYY, MM/YYYY or YYYY") if self.spec.partial else gettext("DD/MM/YYYY")
        elif self.spec.many:
            text = gettext("several: put “;” between them")
        else:
            text = ""
        match self.editor:
            case CodeBox() as box:
                box.line.setPlaceholderText(text)
            case LongText() as long:
                long.setPlaceholderText(text)
            case QLineEdit() as line:
                line.setPlaceholderText(text)

    def _typed(self, _text: str = "") -> None:
        self._check()
        if not self._by_program:
            self.edited.emit()

    def _check(self) -> None:
        try:
            self._value = parse(self._profiles, self.spec, self.text)
            self.fault = None
        except BadValue as error:
            self._value, self.fault = None, error.fault
        for widget in (self.editor, self._note):
            if widget.property("wrong") != (self.fault is not None):
                widget.setProperty("wrong", self.fault is not None)
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        self._say_note()

    def _say_note(self) -> None:
        length, most = len(self.text), self.spec.length
        if self.fault is not None:
            said = f"✗ {escape(self.fault.sentence)}"
        elif self._warning:
            said = f"⚠ {escape(self._warning)}"
        elif most is not None and length > _NEAR * most and self.spec.type is FieldType.TEXT:
            left = ngettext("{count} letter left", "{count} letters left", most - length)
            said = f"{number(length)}/{number(most)} — " + left.format(count=number(most - length))
        elif self._proposed and not self.text:
            offer = gettext("Proposed: {value} — press Enter to take it")
            said = f'<a href="take">{escape(offer.format(value=self._proposed))}</a>'
        else:
            said = ""
        self.editor.setAccessibleDescription(self.fault.sentence if self.fault is not None else "")
        self._note.setText(said)
        self._note.setVisible(bool(said))

    def _pass_on(self) -> None:
        if self._proposed and not self.text:
            self.type_in(self._proposed)
        elif self.fault is not None and self._matches is not None:
            match = self._matches.first(self.text)
            if match is not None:
                self.type_in(match)
        elif self.fault is None and self.text:
            self.put_value(self._value)  # as it will be kept: the whole name of a code, a date in full
        self.passed.emit()
