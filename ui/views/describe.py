"""Biên mục: the form of the record that is selected, made from its profile; saved when the person goes on."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.describe.profiles import Profile, Profiles
from digitizer.describe.values import FieldFault, faults
from digitizer.i18n import gettext, marked, ngettext
from digitizer.model import RecordId, Value
from digitizer.workspace import Workspace
from ui import commands
from ui.models import form
from ui.models.form import Form
from ui.models.records import level_name
from ui.runner import Runner
from ui.speech import Spoken, number
from ui.widgets.approval import ApprovalPanel
from ui.widgets.buttons import ActionButton
from ui.widgets.fields import Field

_PROPOSE_MS = 300
"""Templates are filled in when nothing was typed for so long."""
_LACKS_SHOWN = 4
_WARNED, _TWINS_SHOWN = "notation", 5
"""The field under which records of the same number are named, and how many of them."""


class _Page(QWidget):
    """The fields of one profile, below each other."""

    def __init__(self, profile: Profile, profiles: Profiles, parent: QWidget) -> None:
        super().__init__(parent)
        self.profile = profile
        self.fields: dict[str, Field] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 8, 4)
        column.setSpacing(8)
        for spec in profile.field:
            self.fields[spec.key] = Field(spec, profiles, self)
            column.addWidget(self.fields[spec.key])
        column.addStretch(1)


class DescribeView(Spoken, QWidget):
    """Shows one record and lets a person describe it. What was typed is kept when the person goes on to another one."""

    changed = Signal(object, object)
    """A commands.Change that the person has made, and what to do if it is refused."""
    refused = Signal(object)
    """Sentences on values that could not be kept when the person went on: a list of str."""

    def __init__(self, runner: Runner, copy: QAction, save: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner, self._copy, self._save = runner, copy, save
        self._wanted: RecordId | None = None
        self._form: Form | None = None
        self._sent: dict[str, str] = {}
        self._drafts: dict[RecordId, dict[str, str]] = {}
        self._expected = self._left = False
        self._focus: str | None = None
        self._elsewhere: list[tuple[str, str]] = []
        self._pages: dict[str, _Page] = {}
        self._heading, self._title = QLabel(self), QLabel(self)
        self._heading.setProperty("role", "heading")
        self._title.setProperty("role", "muted")
        for label in (self._heading, self._title):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._which, self.profile = QLabel(self), QComboBox(self)
        self.say(self._which.setText, marked("&Form:"))
        self.say(self.profile.setAccessibleName, marked("Form by which the record is described"))
        self.profile.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._which.setBuddy(self.profile)
        self.profile.activated.connect(self._choose_profile)
        self._news, self._lacks, self._kept = QLabel(self), QLabel(self), QLabel(self)
        self._frozen = QLabel(self)
        self.approval = ApprovalPanel(runner, self)
        self.approval.asked.connect(self._change_state)
        for label in (self._news, self._frozen):
            label.setProperty("role", "news")
        self._lacks.setProperty("role", "lacking")
        self._kept.setProperty("role", "muted")
        for label in (self._news, self._frozen, self._lacks, self._kept):
            label.setWordWrap(True)
        self.say(self._lacks.setAccessibleName, marked("What the record still lacks"))
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self._lacks.setTextInteractionFlags(links)
        self._lacks.linkActivated.connect(self.focus_field)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._legend = QLabel(self)
        self._legend.setProperty("role", "muted")
        self.say(self._legend.setText, marked("* must be filled in. Enter goes to the next field."))
        self._legend.setWordWrap(True)
        self._lay_out()
        self._proposing = QTimer(self, interval=_PROPOSE_MS, singleShot=True)
        self._proposing.timeout.connect(self._propose)
        app = QApplication.instance()
        assert isinstance(app, QApplication), "a widget has an application"
        app.focusChanged.connect(self._follow_focus)
        self.say_data()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._which)
        row.addWidget(self.profile, 1)
        buttons = QHBoxLayout()
        self._copy_button = ActionButton(self._copy, self)
        self._save_button = ActionButton(self._save, self, main=True)
        buttons.addWidget(self._copy_button, 1)
        buttons.addWidget(self._save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 4, 8)
        for widget in (self._heading, self._title):
            column.addWidget(widget)
        column.addLayout(row)
        for widget in (self._frozen, self._news, self._lacks):
            column.addWidget(widget)
        column.addWidget(self._area, 1)
        column.addWidget(self._kept)
        column.addWidget(self.approval)
        column.addWidget(self._legend)
        column.addLayout(buttons)

    # which record

    @property
    def form(self) -> Form | None:
        """What is shown; None while no record is."""
        return self._form

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields that are shown, by their keys."""
        return self._pages[self._form.profile.name].fields if self._form is not None else {}

    def show_record(self, record: RecordId | None) -> None:
        """Show this record; what was typed about another one is saved first."""
        if record == self._wanted:
            self._left = False
            return
        self.leave()
        self._keep_wrong()
        self._left = False
        self._wanted = record
        self.look_again()

    def look_again(self, *, expected: bool = False) -> None:
        """Look at the record again: it may have changed. ``expected``: by this window."""
        self._expected = self._expected or expected
        if self._wanted is None:
            self._form = None
            self.say_data()
        else:
            self._runner.submit("form", form.look_at(self._wanted), done=self._show, key="form")

    def focus_when_shown(self, key: str = "") -> None:
        """Go to the field of that key, or else to the first empty one, as soon as the record is there."""
        self._focus = key
        if self._form is not None and self._form.record.id == self._wanted:
            self._focus_wanted()

    def _focus_wanted(self) -> None:
        key, self._focus = self._focus or "", None
        if key in self.fields:
            self.focus_field(key)
            return
        empty = next((field for field in self.fields.values() if not field.text), None)
        if empty is not None:
            empty.editor.setFocus()

    def focus_first(self) -> None:
        """Go to the first field."""
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.editor.setFocus()

    def focus_field(self, key: str) -> None:
        """Go to the field of that key."""
        if key in self.fields:
            self.fields[key].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # saving

    @property
    def typed(self) -> dict[str, str]:
        """What was typed and is not saved yet, by key; wrong values left out."""
        return {key: field.text for key, field in self.fields.items() if field.fault is None and self._dirty(field)}

    def save(self) -> None:
        """Save what was typed as one change."""
        typed = {key: text for key, text in self.typed.items() if self._sent.get(key) != text}
        if self._form is None or not typed:
            return
        self._sent |= typed
        record = self._form.record
        self.changed.emit(commands.described(record, typed), lambda _error: self._take_back(record.id, typed))
        self.say_data()

    def leave(self) -> None:
        """The person turns to something else: save, and say what cannot be saved."""
        if self._form is None or self._left:
            return
        self._left = True
        faulty = [field.fault.sentence for field in self.fields.values() if field.fault is not None]
        if faulty:
            said = gettext("{record} is not saved whole: {sentence}")
            self.refused.emit([said.format(record=self._form.record.code, sentence=each) for each in faulty])
        self.save()

    def _keep_wrong(self) -> None:
        """Keep what cannot be saved until the person comes back to the record."""
        wrong = {key: field.text for key, field in self.fields.items() if field.fault is not None}
        if wrong and self._form is not None:
            self._drafts[self._form.record.id] = wrong

    def save_now(self, workspace: Workspace) -> None:
        """Save at once, in this thread: the window is closing. Raises ValueRefused or RecordExists."""
        if self._form is not None and self.typed:
            workspace.catalogue.records.describe(self._form.record, self.typed)

    def copy_before(self) -> None:
        """Fill the empty fields with what the record before this one says, all but its code and title."""
        if self._form is None or self._form.frozen:
            return
        for key, field in self.fields.items():
            value = self._form.example.get(key)
            if self._form.profile.column(key) not in ("code", "title") and value is not None and not field.text:
                field.type_in(field.shown(value))

    def _take_back(self, record: RecordId, typed: Mapping[str, str]) -> bool:
        if self._form is not None and self._form.record.id == record:
            self._sent = {key: text for key, text in self._sent.items() if typed.get(key) != text}
        else:
            self._drafts.setdefault(record, {}).update(typed)
        self.say_data()
        return False

    def _dirty(self, field: Field) -> bool:
        own = self._form.own.get(field.spec.key) if self._form is not None else None
        return field.fault is not None or field.value != own

    # showing

    def _show(self, shown: Form | None) -> None:
        expected, self._expected = self._expected, False
        if shown is not None and shown.record.id != self._wanted:
            return  # the person has gone on
        before, self._form = self._form, shown
        if shown is not None:
            same = before is not None and before.record.id == shown.record.id
            page = self._page(shown)
            if same and before is not None and before.profile.name == shown.profile.name:
                self._merge(before, shown, expected=expected)
            else:
                self._elsewhere, self._sent = [], {}
                for key, field in page.fields.items():
                    field.put_value(shown.own.get(key))
                for key, text in self._drafts.pop(shown.record.id, {}).items():
                    if key in page.fields:
                        page.fields[key].put(text)
                self._area.verticalScrollBar().setValue(0)
            for key, field in page.fields.items():
                field.show_beneath(shown.beneath.get(key), from_above=key in shown.inherited)
                field.show_proposed("" if shown.frozen else shown.proposed.get(key, ""))
                field.freeze(bool(shown.frozen))
            if self._area.widget() is not page:
                self._put_in(page)
        self.approval.show_record(shown.record if shown is not None else None)
        self.say_data()
        if self._focus is not None and shown is not None:
            self._focus_wanted()

    def _put_in(self, page: _Page) -> None:
        old = self._area.takeWidget()
        if old is not None:
            old.setParent(self)
            old.hide()
        self._area.setWidget(page)
        page.show()

    def _merge(self, before: Form, shown: Form, *, expected: bool) -> None:
        """Show new values of the record; what a person has typed since stays where it was not changed elsewhere."""
        for key, field in self.fields.items():
            old, new = before.own.get(key), shown.own.get(key)
            own_change = key in self._sent and field.shown(new) in (self._sent[key], field.shown(field.value))
            untouched = field.fault is None and field.value == old
            if untouched:
                field.put_value(new)
            if old != new and not own_change:
                typed = field.text if not untouched and field.value != new else ""
                field.put_value(new)
                if typed or not expected:
                    self._elsewhere.append((key, typed))
        self._sent = {key: text for key, text in self._sent.items() if shown.own.get(key) == before.own.get(key)}

    def _page(self, shown: Form) -> _Page:
        name = shown.profile.name
        page = self._pages.get(name)
        if page is None or page.profile != shown.profile:
            page = self._pages[name] = _Page(shown.profile, shown.profiles, self)
            page.hide()
            for field in page.fields.values():
                field.edited.connect(self._edited)
                field.passed.connect(self._next_field)
        return page

    def say_data(self) -> None:
        shown = self._form
        for widget in (self._which, self.profile, self._area, self._legend, self._copy_button, self._save_button):
            widget.setVisible(shown is not None)
        self._copy.setEnabled(shown is not None and shown.before is not None)
        self._save.setEnabled(bool(self.typed))
        self._say_frozen()
        if shown is None:
            self._heading.setText(gettext("Describe"))
            self._title.setText(gettext("Choose a record in the tree, or make a new one."))
            for label in (self._news, self._lacks, self._kept):
                label.hide()
            return
        record = shown.record
        self._heading.setText(f"{level_name(record.level)} {record.code}")
        self._title.setText(record.title)
        forms = shown.profiles.of_level(record.level)
        self.profile.clear()
        for each in forms:
            self.profile.addItem(each.label.shown, each.name)
        self.profile.setCurrentIndex(self.profile.findData(shown.profile.name))
        self._say_lacks()
        self._say_news()
        kept = ngettext(
            "{count} value of another form is kept, unseen.", "{count} values of another form are kept, unseen.",
            shown.kept,
        )  # fmt: skip
        self._kept.setText(kept.format(count=number(shown.kept)))
        self._kept.setVisible(shown.kept > 0)

    def _say_lacks(self) -> None:
        lacking = self.lacking
        self._lacks.setVisible(bool(lacking))
        links = [f'<a href="{each.key}">{escape(each.sentence)}</a>' for each in lacking[:_LACKS_SHOWN]]
        more = len(lacking) - _LACKS_SHOWN
        if more > 0:
            said = ngettext("and {count} more", "and {count} more", more).format(count=number(more))
            links.append(f'<a href="{lacking[_LACKS_SHOWN].key}">{escape(said)}</a>')
        self._lacks.setText("<br>".join(links))

    @property
    def lacking(self) -> list[FieldFault]:
        """What the rules of the form still ask for, as it is typed now."""
        if self._form is None:
            return []
        values: dict[str, Value | None] = {}
        for key, field in self.fields.items():
            empty = field.value is None and field.fault is None
            values[key] = self._form.beneath.get(key) if empty else field.value
        wrong = {key for key, field in self.fields.items() if field.fault is not None}
        return [each for each in faults(self._form.profile, values) if each.key not in wrong]

    def _say_frozen(self) -> None:
        """Why nothing can be changed, and what else has the same number."""
        frozen = self._form.frozen if self._form is not None else ""
        said = gettext("“{record}” is approved: what lies in it can be read only, until the approval is taken back.")
        self._frozen.setText(said.format(record=frozen) if frozen else "")
        self._frozen.setVisible(bool(frozen))
        self.profile.setEnabled(self._form is not None and not frozen)
        twins = ", ".join(self._form.twins[:_TWINS_SHOWN]) if self._form is not None else ""
        warning = gettext("The same number, notation and issuing body are in {records}.").format(records=twins)
        if _WARNED in self.fields:
            self.fields[_WARNED].warn(warning if twins else "")

    def _change_state(self, change: commands.Change) -> None:
        self.save()
        self.changed.emit(change, lambda _error: False)

    def _say_news(self) -> None:
        names = {key: field.spec.label.shown for key, field in self.fields.items()}
        lines = []
        for key, typed in self._elsewhere:
            if typed:
                said = gettext("“{label}” was changed elsewhere meanwhile; you had typed “{text}”.")
            else:
                said = gettext("“{label}” was changed elsewhere meanwhile.")
            lines.append(said.format(label=names.get(key, key), text=typed))
        self._news.setText("\n".join(lines))
        self._news.setVisible(bool(lines))

    # a person at work

    def _edited(self) -> None:
        self._save.setEnabled(bool(self.typed))
        self._say_lacks()
        if self._elsewhere:
            self._elsewhere = []
            self._say_news()
        self._proposing.start()

    def _propose(self) -> None:
        if self._form is None or not any(spec.template for spec in self._form.profile.field):
            return
        record = self._form.record
        values = {key: field.value for key, field in self.fields.items()}

        def done(proposed: dict[str, str]) -> None:
            if self._form is not None and self._form.record.id == record.id:
                for key, field in self.fields.items():
                    field.show_proposed(proposed.get(key, ""))

        self._runner.submit(
            "form", lambda workspace, _: form.propose(workspace.catalogue, record, values),
            done=done, key="propose",
        )  # fmt: skip

    def _next_field(self) -> None:
        fields = list(self.fields.values())
        at = next((row for row, field in enumerate(fields) if field is self.sender()), len(fields))
        following = next((field for field in fields[at + 1 :] if field.isVisibleTo(self)), None)
        if following is not None:
            following.editor.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.save()

    def _follow_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._area.isAncestorOf(now):
            place: QObject | None = now
            while place is not None and not isinstance(place, Field):
                place = place.parent()
            if isinstance(place, Field):
                self._area.ensureWidgetVisible(place, 0, 12)

    def _choose_profile(self, row: int) -> None:
        shown, name = self._form, str(self.profile.itemData(row))
        if shown is not None and name != shown.profile.name:
            self.save()
            self.changed.emit(commands.with_profile(shown.record, name), lambda _error: False)
